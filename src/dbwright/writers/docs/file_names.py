"""Names of files for tables and views: readable, the same every time, and harmless on every file system.

A name of plain letters, digits, underscores and hyphens stays as it is. Any other (slashes, `..`, emoji, a name that Windows
keeps for itself, two that differ in capitals alone) becomes a short readable word with a hash of the exact name.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from dbwright.catalog.names import Ref

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_]+")
_WINDOWS_KEEPS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST, _READABLE = 100, 40
_FOLDERS = {"table": "tables", "view": "views"}


def files(refs: Iterable[Ref]) -> dict[Ref, str]:
    """The path of each table's and each view's page, below the folder of all pages."""
    wanted = list(refs)
    plain = {ref: _plain(ref.shown_path) for ref in wanted}
    taken = Counter((ref.kind, name.casefold()) for ref, name in plain.items() if name)
    found = {}
    for ref in wanted:
        name = plain[ref]
        if name is None or taken[ref.kind, name.casefold()] > 1:
            name = _hashed(ref.shown_path)
        found[ref] = f"{_FOLDERS.get(ref.kind, ref.kind)}/{name}.md"
    return found


def files_of_titles(titles: Iterable[str], folder: str) -> dict[str, str]:
    """The path of each titled page, without its ending."""
    wanted = list(titles)
    simple = {title: re.sub(r"[ .]+", "-", title.strip().lower()) for title in wanted}
    taken = Counter(simple.values())
    return {
        title: f"{folder}/{name if taken[name] == 1 and _plain((name,)) else _hashed((title,))}"
        for title, name in simple.items()
    }


def _plain(path: tuple[str, ...]) -> str | None:
    name = ".".join(path)
    fits = path and all(_PLAIN.fullmatch(part) for part in path) and len(name) <= _LONGEST
    return name if fits and not _WINDOWS_KEEPS.fullmatch(name) else None


def _hashed(path: tuple[str, ...]) -> str:
    readable = _NOT_PLAIN.sub("-", ".".join(path)).strip("-")[:_READABLE].strip("-")
    exact = hashlib.sha256("\0".join(path).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{exact}" if readable else exact
