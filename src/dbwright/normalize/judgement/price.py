"""What a dependency costs as long as its table is not taken apart."""

from collections.abc import Mapping

from dbwright.catalog.dependencies import Attributes, Functional, Measured
from dbwright.catalog.profiles import TableProfile
from dbwright.normalize.judgement.judged import Price


def price(
    measured: Measured,
    profile: TableProfile,
    groups: Mapping[Attributes, int] | None = None,
    *,
    join_seconds: float | None = None,
) -> Price | None:
    """What the values on the right side take beyond their first time. None where there is nothing to save or it is not known.

    groups: how many different combinations a left side of several columns has. join_seconds: measured for the join that it would cost.
    The rows of a key repeat nothing. Bytes are those of the values alone, without the engine's own for rows and pages.
    """
    dependency = measured.dependency
    if not isinstance(dependency, Functional) or not dependency.left:
        return None
    distinct = combinations(dependency.left, profile, groups or {})
    if distinct is None or profile.rows - distinct <= 0:
        return None
    repeated = profile.rows - distinct
    each = 0.0
    for name in dependency.right:
        column = profile.column(name)
        if column is not None and column.rows:
            each += (column.bytes or 0) / column.rows
    return Price(
        repeated_rows=repeated,
        repeated_bytes=round(repeated * each),
        disagreeing=measured.against,
        join_rows=distinct,
        join_seconds=join_seconds,
    )


def combinations(left: Attributes, profile: TableProfile, groups: Mapping[Attributes, int]) -> int | None:
    """How many different combinations of values a left side has, NULL being a value; None where nobody counted."""
    if left in groups:
        return groups[left]
    if len(left) != 1:
        return None
    column = profile.column(min(left))
    return None if column is None else column.distinct + bool(column.nulls)
