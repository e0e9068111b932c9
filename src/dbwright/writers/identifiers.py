"""Python names for database names."""

import builtins
import keyword
import re
import unicodedata

_BUILT_IN = frozenset(dir(builtins))


def python_name(name: str, taken: set[str]) -> str:
    """A free attribute name as near to the name as Python allows; it is added to those taken."""
    plain = unicodedata.normalize("NFKC", name)
    found = re.sub(r"\W+", "_", plain).strip("_") or "unnamed"
    found = re.sub(r"^(?=\d)", "_", found)
    if not found.isidentifier():
        found = "unnamed"
    if keyword.iskeyword(found) or keyword.issoftkeyword(found):
        found += "_"
    return _free(found, taken)


def class_name(name: str, taken: set[str]) -> str:
    """A free class name in PascalCase; it is added to those taken."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name))
    found = "".join(word[:1].upper() + word[1:] for word in words) or "Unnamed"
    found = re.sub(r"^(?=\d)", "T", found)
    if not found.isidentifier() or keyword.iskeyword(found) or found in _BUILT_IN:
        found += "Table"
    if not found.isidentifier():
        found = "UnnamedTable"
    return _free(found, taken)


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name
