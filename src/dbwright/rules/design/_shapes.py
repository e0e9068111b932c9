"""What a table is for, told by its columns: a link between other tables, or something with a life of its own."""

from collections.abc import Iterable

from dbwright.catalog.objects import Column, Table
from dbwright.rules.design._names import ACTIONS, stem, word_set, words
from dbwright.rules.design._references import Implied
from dbwright.rules.design._tables import is_boolean, is_self_numbering, keeps_records

_BOOKKEEPING = word_set(
    "add added assign assigned change changed create created creation follow followed grant granted insert inserted "
    "join joined last like liked link linked modification modified modify since update updated"
)
_PLACE = word_set("display order ordering ordinal position priority rank seq sequence sort sortorder weight")
_REPEATS = word_set(
    "attempt booking borrow call checkin delivery download game invoice job loan login match meeting message "
    "movement notification order payment play purchase rental reservation sale search session shipment task ticket "
    "transaction transfer trip visit visitor"
)
"""Words for things that happen again and again between the same parties."""


_LINKS = word_set(
    "assignment attendee block bookmark enrollment enrolment favorite favourite follow follower following friend friendship "
    "grant join junction like link map mapping member membership mute participant permission pivot reaction rel relation "
    "relationship star subscription tagging upvote vote watch watcher wishlist xref"
)
"""Words in the names of tables that link things."""


def linked_columns(table: Table, implied: Iterable[Implied]) -> list[tuple[str, ...]]:
    """The columns of each reference of the table, declared by a foreign key or implied by a name."""
    found = [key.columns for key in table.foreign_keys]
    taken = {name for columns in found for name in columns}
    found += [(each.column.name,) for each in implied if each.table is table and each.column.name not in taken]
    return list(dict.fromkeys(found))


def junction_key(
    table: Table, references: list[tuple[str, ...]], is_referenced: bool = False
) -> tuple[str, ...] | None:
    """The columns that should be unique together, where a table is nothing but a link between two or more others.

    None for every table that carries something of its own, repeats by nature, or logs. Behind a surrogate key, only a table
    that no other refers to, and whose name is that of a link or made of its parents' names, is taken for one.
    """
    if keeps_records(table) or _REPEATS.intersection(stem(table.name)):
        return None
    links = [columns for columns in references if not _names_the_actor(columns)]
    if len(links) < 2 or len({name for columns in links for name in columns}) != sum(len(columns) for columns in links):
        return None
    referring = {name for columns in references for name in columns}
    for column in table.columns:
        if column.name not in referring and not _is_incidental(table, column):
            return None
    ordered = {name for columns in links for name in columns}
    if table.primary_key and not set(table.primary_key.columns) <= referring:
        parents = {word for name in ordered for word in stem(name)} - {"id"}
        if is_referenced or not (parents | _LINKS).intersection(stem(table.name)):
            return None
    return tuple(column.name for column in table.columns if column.name in ordered)


def _names_the_actor(columns: tuple[str, ...]) -> bool:
    """Whether a reference only says who made the link (granted_by)."""
    named = words(columns[0])
    return "by" in named and bool(ACTIONS.intersection(named))


def _is_incidental(table: Table, column: Column) -> bool:
    """Whether a column tells nothing about the link itself: a surrogate key, when it was made, its place in a list, a flag."""
    named = words(column.name)
    if is_self_numbering(table, column) or is_boolean(column):
        return True
    if column.type.is_temporal or column.type.kind in ("text", "varchar", "integer"):
        if _BOOKKEEPING.intersection(named[:1]) and named[-1] in (
            "at",
            "on",
            "date",
            "time",
            "update",
            "timestamp",
            "modified",
            "since",
            "ts",
        ):
            return True
        if column.type.is_temporal and named in (("timestamp",), ("since",), ("created",), ("updated",)):
            return True
    return (
        column.type.kind in ("integer", "decimal")
        and bool(named)
        and set(named) <= _PLACE | {"index", "no", "number"}
        and bool(_PLACE.intersection(named))
    )
