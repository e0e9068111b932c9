"""A ranking with the estimate that goes with it."""

from __future__ import annotations

import msgspec

from dbwright.choose.capacity import Estimate, estimate
from dbwright.choose.rank import Ranking, rank
from dbwright.choose.requirements import Requirements


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A ranking, the answers that it comes from, and what the first product would need."""

    requirements: Requirements
    ranking: Ranking
    capacity: tuple[Estimate, ...]


def choose(requirements: Requirements) -> Chosen:
    """Rank the products for some answers. Raises UsageError where they decide nothing."""
    ranking = rank(requirements)
    possible = ranking.possible
    return Chosen(
        requirements=requirements,
        ranking=ranking,
        capacity=estimate(requirements, possible[0].product) if possible else (),
    )
