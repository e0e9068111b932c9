"""How names are written (snake_case, camelCase …), and which way a schema's own majority writes them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.errors import UsageError
from dbwright.rules.base import Subject
from dbwright.rules.design._names import words
from dbwright.rules.design._tables import own_tables


def _snake(name: str) -> bool:
    return name == name.lower() and "__" not in name.strip("_")


def _camel(name: str) -> bool:
    return "_" not in name.strip("_") and name.strip("_")[:1] == name.strip("_")[:1].lower()


def _pascal(name: str) -> bool:
    return "_" not in name.strip("_") and name.strip("_")[:1] == name.strip("_")[:1].upper()


def _upper(name: str) -> bool:
    return name == name.upper() and "__" not in name.strip("_")


STYLES: dict[str, Callable[[str], bool]] = {
    "snake_case": _snake,
    "camelCase": _camel,
    "PascalCase": _pascal,
    "UPPER_CASE": _upper,
}
"""Each style with its test. A short word can fit several: "order" is both snake_case and camelCase."""


def is_plain(name: str) -> bool:
    """Whether a name is made of letters, digits and underscores alone, so that it can follow a style at all."""
    return bool(name) and name.replace("_", "a").isalnum() and not name[0].isdigit()


def majority(names: Iterable[str], *, least: int = 5, share: float = 0.7) -> str | None:
    """The style that most names follow: None for fewer than `least` names, where none has the share, or where none is told apart."""
    plain = [name for name in names if is_plain(name)]
    if len(plain) < least:
        return None
    votes = {style: sum(map(test, plain)) for style, test in STYLES.items()}
    best = max(votes, key=lambda style: votes[style])
    return best if votes[best] >= share * len(plain) else None


def styled(name: str, style: str) -> str:
    """The name written in a style."""
    parts = words(name)
    match style:
        case "snake_case":
            return "_".join(parts)
        case "UPPER_CASE":
            return "_".join(parts).upper()
        case "camelCase":
            return parts[0] + "".join(part.capitalize() for part in parts[1:]) if parts else name
        case _:
            return "".join(part.capitalize() for part in parts)


def table_names(catalog: Catalog) -> list[str]:
    """The names of the user's tables."""
    return [table.name for table in own_tables(catalog)]


def column_names(catalog: Catalog) -> list[str]:
    """The names of the columns of the user's tables, each distinct name once."""
    return sorted({column.name for table in own_tables(catalog) for column in table.columns})


def common_affix(names: Sequence[str], *, least: int = 10, share: float = 0.8) -> str | None:
    """The first word with its separator ("idx_") or the last ("_idx") that a clear majority of the names has in common."""
    if len(names) < least:
        return None
    votes: dict[str, int] = {}
    for name in names:
        first, _, rest = name.partition("_")
        if first and rest:
            votes[f"{first}_"] = votes.get(f"{first}_", 0) + 1
            votes["_" + name.rpartition("_")[2]] = votes.get("_" + name.rpartition("_")[2], 0) + 1
    best = max(votes, key=lambda affix: votes[affix], default=None)
    if best is None or votes[best] < share * len(names) or not best.strip("_").isalpha():
        return None
    return best


def has_affix(name: str, affix: str) -> bool:
    """Whether a name begins or ends with the affix that `common_affix` found; numbers that make it unique may follow."""
    if affix.endswith("_"):
        return name.startswith(affix)
    return name.rstrip("0123456789").endswith(affix)


class Preset(msgspec.Struct, frozen=True):
    """The convention of a framework: how tables and columns are written, their number, and what names of parts begin or end with."""

    tables: str
    columns: str
    number: Literal["singular", "plural"]
    affixes: dict[str, str] = {}


PRESETS: dict[str, Preset] = {
    "snake-plural": Preset("snake_case", "snake_case", "plural", {"index": "index_"}),
    "snake-singular": Preset("snake_case", "snake_case", "singular"),
    "pascal": Preset(
        "PascalCase",
        "PascalCase",
        "plural",
        {"index": "IX_", "foreign_key": "FK_", "check": "CK_", "primary_key": "PK_"},
    ),
    "camel": Preset("camelCase", "camelCase", "plural"),
}
"""Rails, Django (but for its prefix of the application), .NET's Entity Framework, and JavaScript's habits."""


def preset(subject: Subject) -> Preset | None:
    """The preset that the option `preset` names. Raises UsageError for an unknown one."""
    given = subject.option("preset", None)
    if given is None:
        return None
    if given not in PRESETS:
        raise UsageError(f"There is no naming preset {given!r}.", hint=f"Use one of {', '.join(PRESETS)}.")
    return PRESETS[str(given)]
