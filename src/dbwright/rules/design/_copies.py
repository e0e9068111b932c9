"""Columns that, by their names, repeat a column of the row that they refer to."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.facts import CountUnequalCopy
from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._tables import base_type, is_boolean, own_tables, parent_of, referenced_columns

_SAME_NAME = word_set(
    "email phone sku price currency isbn ean gtin asin barcode symbol ticker username login surname lastname firstname"
)
_NEVER = word_set(
    "id uuid guid count created updated deleted modified status state type kind date time at on by position sort version url path "
    "hash token password note comment old new previous original override custom default"
)
_SNAPSHOTS = word_set(
    "order invoice payment purchase sale receipt quote quotation offer booking reservation ticket history price rental transaction "
    "shipment contract statement snapshot log archive event audit bill billing cart checkout refund subscription"
)
AT_THE_TIME = word_set("price cost rate amount fee tax discount salary wage unit address currency")
_MOST = 8


class Copy(msgspec.Struct, frozen=True):
    """A column of a child and the column of its parent that it repeats.

    certain: whether the name says so (product_name, beside products.name), and not only both names alike.
    snapshot: whether it may be meant to keep what was true when the row was written.
    """

    child: Table
    target: Column
    parent: Table
    source: Column
    key: ForeignKey
    certain: bool
    snapshot: bool

    def question(self) -> CountUnequalCopy:
        """How many copies differ from their originals."""
        return CountUnequalCopy(
            self.child.ref,
            self.target.name,
            self.key.columns,
            self.parent.ref,
            referenced_columns(self.parent, self.key),
            self.source.name,
        )


def copies(subject: Subject) -> Iterator[Copy]:
    """The columns of a catalog that may be copies."""
    for child in own_tables(subject.catalog):
        keys = {name for key in child.foreign_keys for name in key.columns}
        keys |= set(child.primary_key.columns) if child.primary_key else set()
        free = [column for column in child.columns if column.name not in keys and _may_be_copied(subject, column)]
        found = 0
        for key in child.foreign_keys if free else ():
            parent = parent_of(subject, key)
            if parent is None or parent.ref == child.ref or not referenced_columns(parent, key):
                continue
            for column in free:
                copy = _copy(subject, child, column, parent, key)
                if copy and found < _MOST:
                    found += 1
                    yield copy


def _may_be_copied(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    return (
        (type_.is_text or type_.is_number)
        and not column.generated
        and not column.identity
        and not is_boolean(column)
        and bool(stem(column.name))
        and not _NEVER.intersection(stem(column.name))
    )


def _copy(subject: Subject, child: Table, column: Column, parent: Table, key: ForeignKey) -> Copy | None:
    named = stem(column.name)
    referenced = set(referenced_columns(parent, key))
    for source in parent.columns:
        theirs = stem(source.name)
        if source.name in referenced or not theirs or not _alike(subject, column, source):
            continue
        certain = any(named == (*noun, *theirs) for noun in _nouns(parent, key))
        if certain or (named == theirs and _SAME_NAME.intersection(named)):
            snapshot = bool(
                _SNAPSHOTS.intersection((*stem(child.name), *stem(parent.name))) or AT_THE_TIME.intersection(named)
            )
            return Copy(child, column, parent, source, key, certain, snapshot)
    return None


def _nouns(parent: Table, key: ForeignKey) -> list[tuple[str, ...]]:
    """What the parent is called in the names of its copies: by its table, or by the reference (author_id → author)."""
    found = [stem(parent.name), stem(parent.name)[-1:]]
    if len(key.columns) == 1 and stem(key.columns[0])[-1:] in (("id",), ("code",), ("no",)):
        found.append(stem(key.columns[0])[:-1])
    return [noun for noun in found if noun]


def _alike(subject: Subject, one: Column, other: Column) -> bool:
    ours, theirs = base_type(subject, one.type), base_type(subject, other.type)
    return (ours.is_text and theirs.is_text) or (ours.is_number and theirs.is_number)
