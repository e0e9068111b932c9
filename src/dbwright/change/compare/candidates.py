"""Pairs of something that goes and something that comes which may be one thing under a new name: to be asked, never assumed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.change.compare.pairs import paired
from dbwright.change.compare.renames import Rename

_LIKELY = 0.55
"""The score from which on a pair is told."""
_COMMON = 40
"""A column that so many tables have tells none of them from the others."""
_TELLING = 12
"""How many of a table's rarest columns are looked up."""


class RenameCandidate(msgspec.Struct, frozen=True):
    """A rename that may be meant. score: from 0 to 1, how much both have in common. reason: what, in a sentence."""

    rename: Rename
    score: float
    reason: str


def find_candidates(old: Catalog, new: Catalog) -> tuple[RenameCandidate, ...]:
    """The tables and columns that only the old side has, each with what it may be called now; the likeliest first.

    Each name stands in one pair at the most. Columns are paired within one table.
    """
    tables = paired(old.tables, new.tables, lambda table: (table.namespace, table.name))
    found = list(_best(_table_pairs(tables.removed, tables.added)))
    for before, after in tables.both:
        if before.columns != after.columns:
            found += _best(_column_pairs(before, after))
    return tuple(sorted(found, key=lambda each: (-each.score, each.rename.target)))


def _best(pairs: Iterable[RenameCandidate]) -> Iterator[RenameCandidate]:
    """The likeliest pairs in which every name stands once."""
    gone: set[Ref] = set()
    come: set[Any] = set()
    for each in sorted(pairs, key=lambda each: (-each.score, each.rename.target, each.rename.to)):
        if each.score >= _LIKELY and each.rename.target not in gone and each.rename.to not in come:
            gone.add(each.rename.target)
            come.add(each.rename.to)
            yield each


def _alike(old: str, new: str) -> float:
    return SequenceMatcher(None, old.lower(), new.lower(), autojunk=False).ratio()


# ---------------------------------------------------------------- tables


def _table_pairs(removed: list[Table], added: list[Table]) -> Iterator[RenameCandidate]:
    """Only tables that share telling columns are compared, so that many tables take no more than their own number of looks."""
    having: dict[tuple[str, str], list[Table]] = {}
    for table in added:
        for shape in set(_shapes(table)):
            having.setdefault(shape, []).append(table)
    for table in removed:
        known = sorted((len(having[shape]), shape) for shape in set(_shapes(table)) if shape in having)
        near: Counter[Ref] = Counter()
        by_ref: dict[Ref, Table] = {}
        for count, shape in known[:_TELLING]:
            if count <= _COMMON or count == len(known):
                near.update(other.ref for other in having[shape])
                by_ref |= {other.ref: other for other in having[shape]}
        for ref, _ in near.most_common(10):
            yield _table_candidate(table, by_ref[ref])


def _shapes(table: Table) -> Iterator[tuple[str, str]]:
    return ((column.name, column.type.spelling) for column in table.columns)


def _table_candidate(old: Table, new: Table) -> RenameCandidate:
    mine, theirs = list(_shapes(old)), list(_shapes(new))
    shared = set(mine) & set(theirs)
    share = len(shared) / max(len(set(mine) | set(theirs)), 1)
    same_key = _key(old) == _key(new)
    joined = {(key.columns, key.table) for key in old.foreign_keys}
    other_joined = {(key.columns, key.table) for key in new.foreign_keys}
    same_joins = joined == other_joined
    named = _alike(old.name, new.name)
    score = 0.65 * share + 0.1 * same_key + 0.1 * same_joins + 0.15 * named
    if mine == theirs:
        reason = f"Both have the same {_count(len(mine), 'column')} in the same order"
    else:
        reason = f"They have {len(shared)} of {_count(len(set(mine) | set(theirs)), 'column')} in common"
    if same_key and old.primary_key:
        reason += f", the primary key ({', '.join(old.primary_key.columns)})"
    if same_joins and joined:
        reason += f", {_count(len(joined), 'foreign key')} to the same tables"
    to = new.name if new.namespace == old.namespace else (new.namespace, new.name)
    return RenameCandidate(Rename(old.ref, to), round(score, 3), reason + ".")


def _key(table: Table) -> tuple[str, ...]:
    return table.primary_key.columns if table.primary_key else ()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# ---------------------------------------------------------------- columns


def _column_pairs(before: Table, after: Table) -> Iterator[RenameCandidate]:
    gone = [column for column in before.columns if after.column(column.name) is None]
    come = [column for column in after.columns if before.column(column.name) is None]
    for old in gone:
        for new in come:
            if old.type.kind == new.type.kind:
                yield _column_candidate(before, old, after, new)


def _column_candidate(before: Table, old: Column, after: Table, new: Column) -> RenameCandidate:
    same_type = old.type == new.type
    same_place = _neighbours(before, old, after) & _neighbours(after, new, before)
    same_step = _step(before, old, after) == _step(after, new, before)
    roles, other_roles = _roles(before, old.name), _roles(after, new.name)
    same_rest = (old.nullable, old.default, old.identity, old.generated) == (
        new.nullable,
        new.default,
        new.identity,
        new.generated,
    )
    named = _alike(old.name, new.name)
    score = (
        0.3 * same_type
        + 0.15 * bool(same_place)
        + 0.05 * same_step
        + 0.2 * (roles == other_roles)
        + 0.1 * same_rest
        + 0.2 * named
    )
    said = [f"the type {old.type.spelling}" if same_type else f"a type of the same kind ({old.type.kind})"]
    if same_place:
        said.append("the same place in the table")
    if roles and roles == other_roles:
        said.append(f"the same part in {' and '.join(sorted({role[0] for role in roles}))}")
    if same_rest and old.default is not None:
        said.append(f"the default {old.default}")
    if named >= 0.6:
        said.append("a similar name")
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    return RenameCandidate(Rename(before.column_ref(old.name), new.name), round(score, 3), f"Both have {listed}.")


def _neighbours(table: Table, column: Column, other: Table) -> set[tuple[str, str]]:
    """The columns before and after that both tables have; the ends of the table count as such."""
    names = [each.name for each in table.columns]
    place = names.index(column.name)
    before = next((name for name in reversed(names[:place]) if other.column(name)), "")
    after = next((name for name in names[place + 1 :] if other.column(name)), "")
    return {("after", before), ("before", after)}


def _step(table: Table, column: Column, other: Table) -> int:
    """How many columns it stands behind the last that both tables have."""
    names = [each.name for each in table.columns]
    place = names.index(column.name)
    return next((step for step, name in enumerate(reversed(names[:place])) if other.column(name)), place)


def _roles(table: Table, name: str) -> set[tuple[Any, ...]]:
    """What a column does in its table, in words that do not name it."""
    found: set[tuple[Any, ...]] = set()
    if name in _key(table):
        found.add(("the primary key", _key(table).index(name)))
    for unique in table.uniques:
        if name in unique.columns:
            found.add(("a unique constraint", unique.columns.index(name), len(unique.columns)))
    for key in table.foreign_keys:
        if name in key.columns:
            place = key.columns.index(name)
            found.add(("a foreign key", key.table, key.referenced[place : place + 1]))
    for index in table.indexes:
        if name in index.columns:
            found.add(("an index", index.columns.index(name), len(index.columns), index.unique))
    return found
