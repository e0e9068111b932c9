"""References that column names imply: which column of which table a column without a foreign key seems to point at."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Column, Table
from dbwright.relationships.candidates import Candidate, Search
from dbwright.relationships.composite import CompositeCandidate, composite_candidates
from dbwright.relationships.find import proposals
from dbwright.relationships.schema import Schema
from dbwright.relationships.tables import polymorphic_type
from dbwright.rules.base import Subject

__all__ = [
    "Implied",
    "composite_reference_candidates",
    "implied_references",
    "polymorphic_type",
    "reference_candidates",
]

_PLAUSIBLE = 0.5
_CERTAIN = 0.9


class Implied(msgspec.Struct, frozen=True):
    """A reference that a name implies. certain: the name is unmistakable even without a look at the rows."""

    table: Table
    column: Column
    parent: Table
    parent_column: Column
    certain: bool


class _Kept(msgspec.Struct, eq=False):
    """What several rules want of one review: the search, with the facts that it used, and what it found."""

    facts: Facts
    search: Search
    suggested: list[Candidate]
    composite: list[CompositeCandidate]
    implied: tuple[Implied, ...]


_KEPT: WeakKeyDictionary[Lookup, _Kept] = WeakKeyDictionary()


def reference_candidates(subject: Subject, most_by_type: int = 0) -> list[Candidate]:
    """The columns that may refer to a key by their names and by joins, and some that only agree in type."""
    kept = _kept(subject)
    return kept.suggested + (kept.search.by_type(most_by_type, kept.suggested) if most_by_type else [])


def composite_reference_candidates(subject: Subject) -> list[CompositeCandidate]:
    """The columns that together may refer to a key of several columns."""
    return _kept(subject).composite


def implied_references(subject: Subject) -> Iterator[Implied]:
    """Every reference that a name implies and no foreign key declares, where the types fit."""
    yield from _kept(subject).implied


def _kept(subject: Subject) -> _Kept:
    kept = _KEPT.get(subject.lookup)
    if kept is None or kept.facts is not subject.facts:
        search = Search(Schema(subject.catalog), subject.facts)
        suggested = search.suggested()
        kept = _KEPT[subject.lookup] = _Kept(
            subject.facts, search, suggested, list(composite_candidates(search.schema)), tuple(_implied(suggested))
        )
    return kept


def _implied(found: list[Candidate]) -> Iterator[Implied]:
    named = [msgspec.structs.replace(each, joins=()) for each in found if each.hint is not None]
    for each in proposals(named, Facts(), threshold=_PLAUSIBLE):
        candidate = each.candidate
        key = candidate.key
        yield Implied(candidate.table, candidate.column, key.table, key.column, each.probability >= _CERTAIN)
