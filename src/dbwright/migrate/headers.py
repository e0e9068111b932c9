"""Comments at the head of a migration's file that say how it is to be run: `-- dbwright: no transaction`."""

import re
from difflib import get_close_matches

import msgspec

from dbwright.errors import SyntaxFault

_LINE = re.compile(r"\s*(?:--|#)\s*dbwright:\s*(?P<said>.*?)\s*$", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:--|#|$)")
_KNOWN = (
    "no transaction",
    "irreversible because REASON",
    "on request",
    "allow HAZARD, …",
    "environments NAME, …",
    "replaces VERSION CHECKSUM",
)
_OTHERS = ("ignore", "ignore-file", "rename", "renamed", "was", "repeat")
"""First words of comments that other parts of dbwright read."""

REPEAT = "-- dbwright: repeat until no row changes"
"""Stands right above a statement that changes some rows a round, and is run until none is left."""

_REPEAT = re.compile(r"\s*(?:--|#)\s*dbwright:\s*repeat\b", re.IGNORECASE)


class Headers(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a file says. The fields are those of a Revision."""

    transactional: bool = True
    on_request: bool = False
    irreversible: str | None = None
    allows: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()


def read_headers(text: str, path: str) -> Headers:
    """The headers of a file: its comments before the first line that is none. Raises SyntaxFault for one that is not known."""
    transactional = True
    on_request = False
    irreversible: str | None = None
    allows: list[str] = []
    environments: list[str] = []
    replaces: list[tuple[str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not _COMMENT.match(line):
            break
        match = _LINE.match(line)
        if match is None:
            continue
        word, _, rest = match["said"].partition(" ")
        rest = rest.strip()
        match word.lower():
            case "no" if rest.lower() == "transaction":
                transactional = False
            case "on" if rest.lower() == "request":
                on_request = True
            case "irreversible":
                irreversible = re.sub(r"^because\s+", "", rest, flags=re.IGNORECASE).rstrip(".") or "the file says so"
            case "allow":
                allows += _list(rest)
            case "environment" | "environments":
                environments += _list(rest)
            case "replaces":
                version, _, checksum = rest.partition(" ")
                replaces.append((version, checksum.strip()))
            case first if first in _OTHERS:
                continue
            case _:
                near = get_close_matches(match["said"].lower(), _KNOWN, n=1, cutoff=0.4)
                raise SyntaxFault(
                    f"The comment says {match['said']!r}, which dbwright does not know.",
                    path=path,
                    line=number,
                    hint=f"Did you mean {near[0]!r}?" if near else f"It knows: {'; '.join(_KNOWN)}.",
                )
    return Headers(
        transactional=transactional,
        on_request=on_request,
        irreversible=irreversible,
        allows=tuple(allows),
        environments=tuple(environments),
        replaces=tuple(replaces),
    )


def is_repeated(lines: list[str], line: int) -> bool:
    """Whether the comment above a statement, which begins at a line counted from 1, says that it is to be repeated."""
    above = line - 2
    while above >= 0 and re.match(r"\s*(?:--|#)", lines[above]):
        if _REPEAT.match(lines[above]):
            return True
        above -= 1
    return False


def _list(text: str) -> list[str]:
    return [part for part in re.split(r"[,\s]+", text) if part]
