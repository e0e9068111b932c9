"""The levels of work that a clause of an ALTER TABLE needs from the server."""

from typing import NamedTuple

INSTANT, IN_PLACE, REBUILD, COPY = range(4)
"""The catalog alone · in place, rows untouched · in place, all rows written again · into a copy of the table."""


class Need(NamedTuple):
    """What a clause needs.

    level: the cheapest level for the clause alone. otherwise: its level where another clause keeps the whole from INSTANT.
    shared: writes must wait. builds: an index is built. virtual: it adds or drops a virtual column.
    places: it changes which columns there are, or where they stand. breaks: above INSTANT, it keeps the others from INSTANT.
    no_clause: it takes no ALGORITHM or LOCK. own_fulltext: it adds a full-text index. why: the reason, as a clause.
    """

    level: int
    otherwise: int = IN_PLACE
    shared: bool = False
    builds: bool = False
    virtual: bool = False
    places: bool = False
    breaks: bool = True
    no_clause: bool = False
    own_fulltext: bool = False
    why: str = ""
