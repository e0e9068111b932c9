"""What only MySQL and MariaDB say in an ALTER TABLE: options of the table, partitions, the visibility of indexes."""

from collections.abc import Callable, Iterator

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import action, value
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong

Make = Callable[..., Action]

_WITH_LISTS = frozenset(
    "PARTITION TRUNCATE REORGANIZE EXCHANGE COALESCE ANALYZE CHECK OPTIMIZE REBUILD REPAIR DISCARD IMPORT REMOVE".split()
)
_REBUILDS = frozenset(("PARTITION", "REORGANIZE", "COALESCE", "OPTIMIZE", "REBUILD", "REPAIR", "REMOVE"))
_TWO_WORDS = {"CHARACTER": "CHARSET", "DATA": "DATA DIRECTORY", "INDEX": "INDEX DIRECTORY"}
_KINDS: dict[str, ActionKind] = {"ENGINE": "change engine", "TYPE": "change engine", "TABLESPACE": "set tablespace"}


def is_to_the_end(clause: Cursor) -> bool:
    """Whether a clause has a list of its own, whose commas do not begin other clauses."""
    first, second = clause.here.upper, clause.ahead().upper
    if first == "ORDER":
        return second == "BY"
    return (first in _WITH_LISTS and second in ("PARTITION", "PARTITIONING", "BY")) or (
        first == "DROP" and second == "PARTITION"
    )


def partition_actions(cursor: Cursor, make: Make) -> Iterator[Action]:
    """Clauses on partitions, and ORDER BY."""
    first = cursor.take().upper
    if first in ("ORDER", "PARTITION"):
        cursor.accept("BY")
        yield make("rebuild table", f"{first.lower()} by", to=cursor.rest())
        return
    if not cursor.accept_any("PARTITION", "PARTITIONING"):
        return
    names = _names(cursor)
    if first == "TRUNCATE":
        yield make("truncate", "partition", name=names[0] if names else None, columns=names)
    else:
        kind: ActionKind = "rebuild table" if first in _REBUILDS else "alter table"
        yield make(kind, f"{first.lower()} partition", name=names[0] if names else None, columns=names)


def _names(cursor: Cursor) -> tuple[str, ...]:
    found: list[str] = []
    while cursor.here.kind in ("word", "name") and cursor.here.upper not in ("INTO", "WITH", "TABLESPACE"):
        found.append(cursor.name())
        if not cursor.accept(","):
            break
    return tuple(found)


def alter_index(cursor: Cursor, table: Ref, words: frozenset[str]) -> Action:
    """ALTER INDEX … VISIBLE, INVISIBLE, IGNORED or NOT IGNORED."""
    cursor.take()
    at = cursor.here
    name = cursor.name()
    if not name:
        raise Wrong(at, "an index")
    said = cursor.rest().lower()
    return action("alter index", cursor, target=table.child("index", name), table=table, name=name,
                  words=words | ({said} if said else set()))  # fmt: skip


def option_actions(cursor: Cursor, make: Make) -> Iterator[Action]:
    """Options of the table: ENGINE=InnoDB ROW_FORMAT=DYNAMIC …, each an action."""
    while not cursor.done:
        cursor.accept("DEFAULT")
        if cursor.here.kind != "word":
            return
        if cursor.here.upper == "PARTITION":
            yield from partition_actions(cursor, make)
            return
        name = cursor.take().upper
        if name in _TWO_WORDS and cursor.accept_any("SET", "DIRECTORY"):
            name = _TWO_WORDS[name]
        cursor.accept("=")
        given = cursor.brackets().rest() if cursor.here.text == "(" else value(cursor)
        yield make(_KINDS.get(name, "alter table"), name=name, to=given, options={name: given})
