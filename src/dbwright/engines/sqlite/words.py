"""SQLite's words: which are reserved, and how names and texts are quoted."""

import re

_GRAMMAR = """
    add all alter and as autoincrement between case cast check collate commit constraint create current_date
    current_time current_timestamp default deferrable delete distinct drop else escape except exists foreign from
    group having if in index insert intersect into is isnull join limit not nothing notnull null on or order primary
    raise references returning select set table then to transaction union unique update using values when where
"""
RESERVED = frozenset(_GRAMMAR.split())
"""The words that SQLite's grammar takes nowhere, or not everywhere, as a bare name."""

_MEANINGFUL = "cross false full inner left natural outer right true window with without"
_RISKY = frozenset(_MEANINGFUL.split())
"""Words that are taken as bare names, but mean something else in some places."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(name: str) -> str:
    """A name for use in SQL, in double quotes only where it needs them."""
    if _PLAIN.fullmatch(name) and name.lower() not in RESERVED and name.lower() not in _RISKY:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def folded(name: str) -> str:
    """The form in which SQLite compares names: only the letters A to Z lose their case."""
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)
