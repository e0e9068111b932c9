"""Which function answers which question."""

from collections.abc import Callable
from typing import Any

from dbwright.catalog.facts import (
    Answer,
    CountIncluded,
    CountLivingChildren,
    CountOverlaps,
    CountPeriodEnds,
    CountRepeated,
    CountUnequalCopy,
    CountUnequalTotal,
    Question,
)
from dbwright.engines.asking import WHOLE
from dbwright.engines.relating.dialect import Rows
from dbwright.engines.relating.included import included
from dbwright.engines.relating.parents import living_children, unequal_copy, unequal_total
from dbwright.engines.relating.periods import overlaps, period_ends
from dbwright.engines.relating.repeated import repeated

Asking = Callable[[Any, Rows], Answer]

RELATING: dict[type[Question], Asking] = {
    CountRepeated: repeated,
    CountIncluded: included,
    CountOverlaps: overlaps,
    CountPeriodEnds: period_ends,
    CountUnequalTotal: unequal_total,
    CountUnequalCopy: unequal_copy,
    CountLivingChildren: living_children,
}


def related(
    asking: Asking,
    question: Question,
    rows: Callable[[bool], Rows],
    *,
    large: bool,
    can_shrink: bool,
    too_slow: Callable[[Exception], bool],
) -> Answer:
    """The answer, from a sample where the table is large, or where the whole of it takes too long and a sample can tell.

    rows: makes the rows, sampled or not. can_shrink: whether a sample is smaller than the table. too_slow: whether an
    error of the engine says so. Raises the engine's own errors, and CannotAsk.
    """
    can_tell = not isinstance(question, WHOLE)
    sampled = large and can_tell
    try:
        return asking(question, rows(sampled))
    except Exception as error:
        if sampled or not can_tell or not can_shrink or not too_slow(error):
            raise
    return asking(question, rows(True))
