"""Columns that, by their names, count the rows of another table or add up one of its columns."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.facts import CountUnequalTotal
from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._soft_deletes import deleted_column
from dbwright.rules.design._tables import base_type, is_boolean, own_tables, referenced_columns

_ADDED = word_set("amount total subtotal point score value price cost hour minute quantity")
_LINES = word_set(
    "item line detail entry transaction posting payment movement row position share part allocation expense"
)
_TOTALS = word_set("total amount subtotal balance sum paid")
_NOT_ADDED = word_set("unit per id rate percent percentage tax discount list average avg min max minimum maximum")
_STATES = word_set(
    "status state type kind approved published paid visible hidden spam confirmed accepted active archived draft"
)
_PIECES = (("quantity",), ("qty",), ("unit",), ("piece",))
_ADJUSTS = word_set(
    "tax vat discount shipping freight fee tip rounding coupon voucher surcharge adjustment deposit refund"
)
"""Columns beside a total that say that it is more, or less, than the sum of its lines."""
_MOST = 6


class Counter(msgspec.Struct, frozen=True):
    """A column of a parent and the rows of the child that it counts, or whose column `of` it adds up.

    living: the child's soft-delete column, where deleted rows don't count. by_name: whether the name says what is counted.
    """

    parent: Table
    target: Column
    child: Table
    key: ForeignKey
    of: str | None = None
    living: str | None = None
    by_name: bool = True

    @property
    def may_be_filtered(self) -> bool:
        """Whether only some rows of the child may count, such as those that are approved or paid."""
        return any(_STATES.intersection(words(column.name)) or is_boolean(column) for column in self.child.columns)

    @property
    def what(self) -> str:
        """What it holds, in words: "the number of rows of public.posts"."""
        rows = f"{'living ' if self.living else ''}rows of {self.child.ref} by {', '.join(self.key.columns)}"
        return f"the sum of {self.of} over the {rows}" if self.of else f"the number of {rows}"

    def question(self) -> CountUnequalTotal:
        """How many rows of the parent are wrong."""
        return CountUnequalTotal(
            self.parent.ref,
            self.target.name,
            referenced_columns(self.parent, self.key),
            self.child.ref,
            self.key.columns,
            self.of,
            self.living,
        )


def counters(subject: Subject) -> Iterator[tuple[Table, Column, list[Counter]]]:
    """Each column that may be a counter, with what it may count; the data tells which."""
    for parent in own_tables(subject.catalog):
        children = [
            (child, key) for child, key in subject.lookup.referencing(parent) if referenced_columns(parent, key)
        ]
        if not children or not parent.primary_key:
            continue
        for column in parent.columns:
            if not _may_count(subject, parent, column):
                continue
            found = [each for child, key in children for each in _of_child(subject, parent, column, child, key)]
            if found:
                yield parent, column, found[:_MOST]


def _may_count(subject: Subject, table: Table, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    keys = {name for key in (*table.keys, *(key.columns for key in table.foreign_keys)) for name in key}
    return (
        type_.kind in ("integer", "decimal", "float", "money")
        and column.name not in keys
        and not column.generated
        and not column.identity
        and not is_boolean(column)
    )


def _of_child(subject: Subject, parent: Table, column: Column, child: Table, key: ForeignKey) -> Iterator[Counter]:
    marks: list[str | None] = [None]
    deleted = deleted_column(child)
    if deleted:
        marks.insert(0, deleted.name)
    counted = _counted(column.name)
    if counted and base_type(subject, column.type).kind in ("integer", "decimal") and _is_of(counted, parent, child):
        for of in (None, *(other.name for other in child.columns if stem(other.name) in _PIECES)):
            yield from (Counter(parent, column, child, key, of, mark) for mark in marks)
    elif (
        not counted and _is_total(column) and not any(_ADJUSTS.intersection(stem(each.name)) for each in parent.columns)
    ):
        for other in _summands(subject, parent, column, child):
            yield from (Counter(parent, column, child, key, other.name, mark, by_name=False) for mark in marks)


def _is_total(column: Column) -> bool:
    named = stem(column.name)
    return bool(_TOTALS.intersection(named)) and not _NOT_ADDED.intersection(named)


def _counted(name: str) -> tuple[str, ...]:
    """What a name says it counts: posts_count, num_posts, number_of_posts, total_posts → ("post",)."""
    named, raw = stem(name), words(name)
    if len(named) < 2:
        return ()
    if named[-1] in ("count", "counter", "cnt", "number"):
        return named[:-1] if named[0] not in ("max", "min", "maximum", "minimum", "limit") else ()
    if named[:2] == ("number", "of"):
        return named[2:]
    if named[0] in ("num", "nb", "count", "cnt") or (named[0] == "total" and raw[-1] != named[-1]):
        return named[1:]
    return ()


def _is_of(counted: tuple[str, ...], parent: Table, child: Table) -> bool:
    """Whether a table is the one that is counted: comments, post_comments of posts, follows for followers."""
    named, own = stem(child.name), stem(parent.name)
    bare = named[len(own) :] if named[: len(own)] == own else named
    if counted in (named, bare) or (named[-len(counted) :] == counted and len(counted) > 0):
        return True
    one, other = counted[-1], named[-1]
    return len(counted) == 1 and len(other) >= 4 and one.startswith(other)


def _summands(subject: Subject, parent: Table, column: Column, child: Table) -> Iterator[Column]:
    """The columns of the child that a total may add up: of the same name, or of an amount, in a table of lines."""
    if not _LINES.intersection(stem(child.name)):
        return
    keys = {name for key in (*child.keys, *(key.columns for key in child.foreign_keys)) for name in key}
    for other in child.columns:
        named = stem(other.name)
        if not base_type(subject, other.type).is_number or other.name in keys or _NOT_ADDED.intersection(named):
            continue
        if _ADDED.intersection(named) and not is_boolean(other):
            yield other
