"""The question that decides most: could these two rows exist together?

After W. W. Armstrong (1974) and H. Mannila and K.-J. Räihä, "Design by example: an application of Armstrong relations" (1986): a pair
of rows that agrees on a set of columns, closed under all that is accepted, and on nothing else refutes just what is asked about. The
values are those of real rows, the pair is not.
"""

import math
from collections.abc import Collection, Mapping, Sequence

import msgspec

from dbwright.catalog.dependencies import (
    Attributes,
    Dependency,
    Functional,
    Measured,
    Standing,
    UniqueColumns,
    Violation,
)
from dbwright.catalog.names import Ref
from dbwright.normalize.judgement.decided import Decided
from dbwright.normalize.judgement.decisions import Decision, of_table
from dbwright.normalize.judgement.judged import Asked, Judged

Row = Mapping[str, str | None]

WORTH_ASKING = 0.2
"""What is less plausible is not asked about."""
LIKELY = 0.9
MOST_ASKED = 40
MOST_DECIDED = 300
_MORE = 3
"""So many columns are shown beside those that the question is about."""


def next_question(
    table: Ref,
    columns: Sequence[str],
    judged: Sequence[Judged],
    rows: Sequence[Row],
    decisions: Sequence[Decision] = (),
    skipped: Collection[Dependency] = (),
) -> Asked | None:
    """The next question on one table; None where nothing is left that is worth asking.

    judged: all that was found, with what the decisions make of it. rows: some of the table's, values as text. skipped: what is not
    asked again. One question is about all right sides of a left side that are about as plausible; `about` holds them together.
    """
    decided = Decided(columns, of_table(decisions, table))
    open_ones = [each for each in judged if _is_open(each, decided)]
    groups = [each for each in _groups(open_ones) if each.measured.dependency not in skipped]
    ranked = sorted(groups, key=lambda each: -_entropy(each.score) * _size(each))[:MOST_ASKED]
    undecided = [each.measured.dependency for each in open_ones[:MOST_DECIDED]]
    likely = [each.measured.dependency for each in open_ones if each.score >= LIKELY]
    best: tuple[float, int, Judged, Violation] | None = None
    for each in ranked:
        follow, fall = decided.decides(
            each.measured.dependency, undecided, [one for one in likely if not _within(one, each)]
        )
        expected = each.score * follow + (1 - each.score) * fall
        worth = _entropy(each.score) * _size(each) * (1 + expected) * _saved(each)
        if best is not None and worth <= best[0]:
            continue
        pair = pair_of_rows(each.measured.dependency, columns, rows, decided, judged)
        if pair is not None:
            best = worth, max(follow, fall), each, pair
    return Asked(table=table, about=best[2], rows=best[3], decides=best[1]) if best else None


def pair_of_rows(
    dependency: Dependency, columns: Sequence[str], rows: Sequence[Row], decided: Decided, judged: Sequence[Judged] = ()
) -> Violation | None:
    """Two rows against a dependency, and against nothing else that was accepted or found. None where the values don't allow it.

    They agree on the left side and on all that it determines, and differ in the right side and in what has nothing to do with it.
    """
    if isinstance(dependency, UniqueColumns):
        left, right = dependency.columns, frozenset(columns) - decided.closure(dependency.columns)
    elif isinstance(dependency, Functional):
        left, right = dependency.left, dependency.right
    else:
        return None
    agreed = decided.closure(left)
    if not right or right & agreed:
        return None
    if isinstance(dependency, Functional):
        agreed = _with_found(agreed, left, right, judged, decided)
    pair = _two(rows, left, right)
    if pair is None:
        return None
    first, second = pair
    made = {name: first.get(name) if name in agreed else second.get(name) for name in columns}
    others = [name for name in columns if name not in left | right and first.get(name) != made[name]]
    also = [name for name in columns if name in agreed - left]
    shown_right = [name for name in columns if name in right]
    if isinstance(dependency, UniqueColumns):
        others, shown_right = [], shown_right[: 2 * _MORE]
    shown = [name for name in columns if name in left] + shown_right + (others[:_MORE] or also[:1])
    return Violation(
        columns=tuple(shown),
        rows=(tuple(first.get(name) for name in shown), tuple(made[name] for name in shown)),
        counts=(1, 1),
    )


def _with_found(
    agreed: Attributes, left: Attributes, right: Attributes, judged: Sequence[Judged], decided: Decided
) -> Attributes:
    """With the columns that the left side determines in the rows, so that a "no" can be for the asked ones alone."""
    for each in judged:
        found = each.measured.dependency
        if (
            isinstance(found, Functional)
            and found.left
            and found.left <= left
            and not found.right & right
            and each.score > 0
        ):
            wider = decided.closure(agreed | found.right)
            if not wider & right:
                agreed = wider
    return agreed


def _two(rows: Sequence[Row], left: Attributes, right: Attributes) -> tuple[Row, Row] | None:
    """Two rows that differ in all columns of the right side, with values everywhere if there are such."""
    whole = [row for row in rows if all(row.get(name) is not None for name in left)]
    filled = [row for row in whole if all(row.get(name) not in (None, "") for name in right)]
    for among in (filled, whole):
        for first in among[:5]:
            for second in among:
                if all(first.get(name) != second.get(name) for name in right):
                    return first, second
    for first in whole[:5]:
        ranked = max(whole, key=lambda row: sum(first.get(name) != row.get(name) for name in right))
        if any(first.get(name) != ranked.get(name) for name in right):
            return first, ranked
    return None


# ---------------------------------------------------------------- what there is to ask about


def _is_open(each: Judged, decided: Decided) -> bool:
    dependency = each.measured.dependency
    if each.decision or each.score < WORTH_ASKING or each.measured.standing in (Standing.DECLARED, Standing.REFUTED):
        return False
    if isinstance(dependency, Functional):
        return bool(dependency.left) and not decided.follows(dependency)
    return isinstance(dependency, UniqueColumns) and bool(dependency.columns) and not decided.follows(dependency)


def _within(dependency: Dependency, group: Judged) -> bool:
    """Whether a dependency is one of those that a group holds together."""
    whole = group.measured.dependency
    if isinstance(whole, Functional) and isinstance(dependency, Functional):
        return dependency.left == whole.left and dependency.right <= whole.right
    return dependency == whole


def _groups(judged: Sequence[Judged]) -> list[Judged]:
    """Functional dependencies of one left side, about one plausibility and one standing, put together; keys as they are.

    What rows speak against is asked by itself: the question shows those rows.
    """
    found: dict[tuple[object, ...], list[Judged]] = {}
    keys = []
    for each in judged:
        measured, dependency = each.measured, each.measured.dependency
        if isinstance(dependency, Functional):
            band = 2 if each.score >= 0.9 else 1 if each.score >= 0.5 else 0
            against = dependency.right if measured.against else None
            found.setdefault((dependency.left, band, measured.standing, against), []).append(each)
        else:
            keys.append(each)
    return [*(together(each) for each in found.values()), *keys]


def together(group: Sequence[Judged]) -> Judged:
    """Functional dependencies of one left side as one, as plausible as they are on average."""
    if len(group) == 1:
        return group[0]
    first = group[0].measured
    rights: set[str] = set()
    for each in group:
        assert isinstance(each.measured.dependency, Functional)
        rights |= each.measured.dependency.right
    assert isinstance(first.dependency, Functional)
    measured: Measured = msgspec.structs.replace(
        first,
        dependency=Functional(first.dependency.left, frozenset(rights)),
        error=max(each.measured.error for each in group),
        against=max(each.measured.against for each in group),
        violations=(),
    )
    score = sum(each.score for each in group) / len(group)
    return msgspec.structs.replace(group[0], measured=measured, score=round(score, 4))


def _size(each: Judged) -> int:
    dependency = each.measured.dependency
    return len(dependency.right) if isinstance(dependency, Functional) else 1


def _saved(each: Judged) -> float:
    return math.log10(10 + (each.price.repeated_rows if each.price else 0))


def _entropy(score: float) -> float:
    """How much an answer tells, in bits: the most where it is open. What is all but certain is still worth a question."""
    share = min(0.98, max(0.02, score))
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)
