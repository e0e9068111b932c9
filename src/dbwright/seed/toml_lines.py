"""Where a setting stands in a TOML file, which the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"""\s*(?P<name>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The line, from 1, of the setting with that path, or of the nearest table around it; None for neither.

    Inline tables count as one line; keys inside texts of several lines may be taken for settings.
    """
    best: tuple[int, int] | None = None
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.fullmatch(line)
        key = None if header else _KEY.match(line)
        if header:
            table = _path(header["name"])
        here = (*table, *_path(key["name"])) if key else table if header else None
        if here and path[: len(here)] == here and (best is None or len(here) > best[0]):
            best = len(here), number
    return best[1] if best else None


def _path(name: str) -> tuple[str, ...]:
    """A dotted name taken apart."""
    try:
        content: Any = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    found: list[str] = []
    while isinstance(content, dict) and content:
        key = next(iter(content))
        found.append(key)
        content = content[key]
    return tuple(found)
