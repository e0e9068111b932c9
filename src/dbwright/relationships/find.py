"""The way in: candidates to ask the rows about, then proposals with their probabilities."""

from collections.abc import Iterator

from dbwright.catalog.facts import CountIncluded, Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.relationships.candidates import Candidate, Search
from dbwright.relationships.schema import Schema
from dbwright.relationships.weigh import Proposal, prior_score, propose

THRESHOLD = 0.7
"""The probability from which on a reference is worth proposing."""
HOPELESS = -5.0
"""Below this score hardly an answer of the rows could make a named candidate likely, so they aren't asked."""
FAR_BEHIND = 5.0
"""Nor are they asked about a candidate so much less likely than another of the same column."""


def candidates(catalog: Catalog, facts: Facts, *, use_names: bool = True, most_by_type: int = 0) -> list[Candidate]:
    """The columns that may refer to a key, with the key. most_by_type: how many pairs may be tried that only agree in type."""
    search = Search(Schema(catalog), facts, use_names=use_names)
    suggested = search.suggested()
    return suggested + (search.by_type(most_by_type, suggested) if most_by_type else [])


def questions(found: list[Candidate], *, use_names: bool = True) -> Iterator[CountIncluded]:
    """What to ask the rows: nothing about candidates that no answer could make likely."""
    scored = [(each, prior_score(each, use_names=use_names)) for each in found]
    best: dict[Ref, float] = {}
    for each, score in scored:
        best[each.ref] = max(score, best.get(each.ref, score))
    for each, score in scored:
        unsuggested = each.hint is None and not each.joins
        if unsuggested or score >= max(HOPELESS, best[each.ref] - FAR_BEHIND):
            yield each.question


def proposals(
    found: list[Candidate],
    facts: Facts,
    *,
    threshold: float = THRESHOLD,
    use_names: bool = True,
    use_data: bool = True,
) -> list[Proposal]:
    """The references that are likely enough, one a column at most."""
    weighed = propose(found, facts, use_names=use_names, use_data=use_data)
    return [each for each in weighed if each.probability >= threshold]
