"""References of several columns at once: to a key of another table whose columns stand in this one under the same names.

The same names alone are weak: tables of parts have the same columns side by side. So the columns must not be a key of the
child itself, one of the parent's columns must refer to nothing else (a line's number), none may be a date, and the rows must
prove it: nothing is proposed without them.
"""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.facts import CountDistinct, Counted, CountOrphans, Distinct, Facts
from dbwright.catalog.objects import Column, Table
from dbwright.relationships.factor import Factor, probability
from dbwright.relationships.schema import Schema
from dbwright.relationships.values import FITS, MOST_FOR_NO_CHANCE, ORPHANS
from dbwright.relationships.vocabulary import GENERIC_KEYS
from dbwright.relationships.weigh import OTHER_TYPE, PRIOR, SAME_TYPE
from dbwright.relationships.words import words

SAME_NAMES = 4.0
A_HIT_OF_A_PAIR = 0.5
_MOST_COLUMNS = 4
_LEAST_ROWS = 10


class CompositeCandidate(msgspec.Struct, frozen=True, eq=False):
    """Columns of a table that may refer to a key of several columns."""

    table: Table
    columns: tuple[str, ...]
    parent: Table
    parent_columns: tuple[str, ...]

    @property
    def questions(self) -> tuple[CountOrphans, CountDistinct]:
        """What is to be asked of the rows."""
        orphans = CountOrphans(self.table.ref, self.columns, self.parent.ref, self.parent_columns)
        return orphans, CountDistinct(self.table.ref, self.columns)


class CompositeProposal(msgspec.Struct, frozen=True, eq=False):
    """A reference of several columns that is proposed, with what the rows say."""

    candidate: CompositeCandidate
    probability: float
    factors: tuple[Factor, ...]
    answer: Counted


def composite_candidates(schema: Schema) -> Iterator[CompositeCandidate]:
    """The tables that hold all columns of another table's key of several columns, and no foreign key over them."""
    holders: dict[str, list[int]] = {}
    for place, table in enumerate(schema.tables):
        for column in table.columns:
            holders.setdefault(column.name.casefold(), []).append(place)
    for parent in schema.tables:
        for key in parent.keys:
            if not 1 < len(key) <= _MOST_COLUMNS or not _is_telling(schema, parent, key):
                continue
            rarest = min((holders[name.casefold()] for name in key), key=len)
            for place in rarest:
                child = schema.tables[place]
                columns = _same_columns(schema, child, parent, key)
                if child is not parent and columns and not _is_taken(child, columns):
                    yield CompositeCandidate(child, columns, parent, key)


def composite_proposals(found: list[CompositeCandidate], facts: Facts, threshold: float) -> Iterator[CompositeProposal]:
    """Those that the rows prove to be likely enough."""
    for each in found:
        orphans, distinct = (facts.answers.get(question) for question in each.questions)
        if not isinstance(orphans, Counted) or not isinstance(distinct, Distinct) or orphans.considered < _LEAST_ROWS:
            continue
        share = orphans.matching / orphans.considered
        lost = next(weight for limit, weight in ORPHANS if share <= limit) if orphans.matching else 0.0
        fits = min(MOST_FOR_NO_CHANCE, FITS + A_HIT_OF_A_PAIR * distinct.distinct)
        factors = (
            Factor("names", SAME_NAMES, f"has the names of a key of {each.parent.ref}"),
            Factor("types", _type_weight(each), "the types are alike"),
            Factor("values", fits + lost, f"{distinct.distinct:,} different combinations were looked up"),
        )
        likely = probability(PRIOR + sum(factor.weight for factor in factors))
        if likely >= threshold:
            yield CompositeProposal(each, likely, factors, orphans)


def _is_telling(schema: Schema, parent: Table, key: tuple[str, ...]) -> bool:
    """Whether a key is no mere combination of other tables' keys, holds no dates, and not only names that say nothing."""
    referring = {name for each in parent.foreign_keys for name in each.columns}
    columns = [column for name in key if (column := parent.column(name))]
    if any(schema.family(column) is None for column in columns) or all(name in referring for name in key):
        return False
    return not all(set(words(name)) <= GENERIC_KEYS for name in key)


def _same_columns(schema: Schema, child: Table, parent: Table, key: tuple[str, ...]) -> tuple[str, ...]:
    """The child's columns of the names of the key, where all are there and fit; () otherwise."""
    by_name: dict[str, Column] = {column.name.casefold(): column for column in child.columns}
    found: list[str] = []
    for name in key:
        ours, theirs = by_name.get(name.casefold()), parent.column(name)
        if ours is None or theirs is None or schema.family(ours) != schema.family(theirs):
            return ()
        found.append(ours.name)
    return tuple(found)


def _is_taken(child: Table, columns: tuple[str, ...]) -> bool:
    """Whether the columns are a key of the child, hold one, or refer to something together already."""
    over = set(columns)
    return any(set(key) <= over for key in child.keys) or any(over <= set(key.columns) for key in child.foreign_keys)


def _type_weight(each: CompositeCandidate) -> float:
    pairs = zip(each.columns, each.parent_columns, strict=True)
    same = all(
        (ours := each.table.column(a)) and (theirs := each.parent.column(b)) and ours.type == theirs.type
        for a, b in pairs
    )
    return SAME_TYPE if same else OTHER_TYPE
