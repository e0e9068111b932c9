"""What the values of two columns say: whether one side's lie in the other, how likely that is by chance, and how they spread.

A column of small numbers lies in any key that counts from 1, so mere inclusion says little. It says much where keys are
sparse (UUIDs, codes, numbers with gaps: each value had every chance to miss), and where the values reach over the whole
range of the keys, as references do and counts and positions don't.
"""

import math
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from dbwright.catalog.facts import Included
from dbwright.relationships.factor import Factor

# All values are found in the key.
FITS = 0.7
A_HIT_IN_TEXT = 1.2
MOST_FOR_NO_CHANCE = 6.0
MOST_FOR_UNGUESSABLE = 12.0
# How far values reach over the range of the keys.
FULL_SPREAD = 3.0
ANY_NEARNESS = 5.0
SMALL_SPREAD = -2.5
FULL_COVERAGE = 2.0
# Rows without a parent, by their share: up to 1 in 100, in 20, in 5, a half, more.
ORPHANS = ((0.01, -0.3), (0.05, -0.7), (0.2, -1.6), (0.5, -2.4), (1.0, -9.0))
MEANS_NONE = frozenset(("0", "-1", ""))
"""Values that many applications write where there is no parent."""


def from_values(answer: Included, *, unguessable: bool = False) -> Iterator[Factor]:
    """The factors that an answer of the rows gives; none for a column without values. unguessable: UUIDs and the like."""
    if not answer.filled:
        return
    if not answer.parent_distinct:
        yield Factor("values", ORPHANS[-1][1], "the other table has no rows")
        return
    if answer.missing:
        yield _orphans(answer)
        if share_of_orphans(answer) > ORPHANS[-2][0]:
            return
    yield from _inclusion(answer, MOST_FOR_UNGUESSABLE if unguessable else MOST_FOR_NO_CHANCE)


def share_of_orphans(answer: Included) -> float:
    """The share of rows with a value whose value the parent doesn't have; a value that means "none" doesn't count."""
    if means_none(answer):
        return 0.0
    return answer.orphans / answer.filled if answer.filled else 0.0


def means_none(answer: Included) -> bool:
    """Whether the only values without a parent are ones that stand for "none", beside values that have one."""
    values = {each.strip() for each in answer.examples}
    return 0 < answer.missing < answer.distinct and answer.missing == len(values) and values <= MEANS_NONE


def _orphans(answer: Included) -> Factor:
    if means_none(answer):
        return Factor(
            "values",
            -0.3,
            f"only {' and '.join(repr(each) for each in answer.examples)} is no key, and seems to mean “none”",
        )
    share = share_of_orphans(answer)
    weight = next(weight for limit, weight in ORPHANS if share <= limit)
    rows = "row has" if answer.orphans == 1 else "rows have"
    return Factor("values", weight, f"{answer.orphans:,} of {answer.filled:,} {rows} a value that is no key")


def _inclusion(answer: Included, most: float) -> Iterator[Factor]:
    found = answer.distinct - answer.missing
    ours, theirs = _range(answer.minimum, answer.maximum), _range(answer.parent_minimum, answer.parent_maximum)
    if theirs is None:
        weight = min(most, FITS + A_HIT_IN_TEXT * found)
        yield Factor(
            "values",
            weight,
            f"{_values(found, answer.missing)} {'is' if found == 1 else 'are'} found among its {answer.parent_distinct:,} keys",
        )
        return
    density = min(1.0, answer.parent_distinct / float(theirs[1] - theirs[0] + 1))
    surprise = -found * math.log(density) if density < 1 else 0.0
    weight = min(MOST_FOR_UNGUESSABLE, FITS + surprise)
    chance = "which chance hardly brings about, because its keys have gaps" if surprise > 3 else "which may be chance"
    plural = "is" if found == 1 else "are"
    yield Factor(
        "values",
        weight,
        f"{_values(found, answer.missing)} {plural} found among its {answer.parent_distinct:,} keys, {chance}",
    )
    if ours is not None and answer.parent_distinct >= 5 and found >= 2:
        yield from _spread(answer, found, ours, theirs)


def _spread(
    answer: Included, found: int, ours: tuple[Decimal, Decimal], theirs: tuple[Decimal, Decimal]
) -> Iterator[Factor]:
    """How far the values reach: d values drawn from a range reach over about (d - 1) / (d + 1) of it.

    The nearer they come to both of its ends, the less it is chance: what has nothing to do with the keys ends anywhere.
    """
    reach = min(1.0, float((ours[1] - ours[0] + 1) / (theirs[1] - theirs[0] + 1)))
    expected = (found - 1) / (found + 1)
    certainty = min(1.0, math.log(answer.parent_distinct) / math.log(100))
    share = f"{reach:.0%}".replace("%", " %")
    if reach < 0.3 * expected:
        yield Factor(
            "values", SMALL_SPREAD * certainty, f"they span only {share} of the range of the keys, as counts do"
        )
        return
    nearness = 1 / (max(0.0, expected - reach) + 1 / min(answer.parent_distinct, found))
    weight = max(0.0, min(FULL_SPREAD, math.log(nearness / ANY_NEARNESS)))
    yield Factor("values", weight, f"they span {share} of the range of the keys, as references do")
    if found >= 0.9 * answer.parent_distinct:
        yield Factor("values", FULL_COVERAGE * certainty, "nearly every key is used")


def _values(found: int, missing: int) -> str:
    if found == 1 and not missing:
        return "its only value"
    return f"{'' if missing else 'all '}{found:,} different values" if found else "none of the values"


def _range(least: str | None, most: str | None) -> tuple[Decimal, Decimal] | None:
    """Two numbers from their texts; None where they are no finite numbers."""
    try:
        bounds = Decimal(least or ""), Decimal(most or "")
    except InvalidOperation:
        return None
    return bounds if bounds[0].is_finite() and bounds[1].is_finite() else None
