"""Many dependencies checked on a live table: those with one left side in one scan, and each within the time that is left."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from dbwright.catalog.dependencies import Dependency, Functional, Measured, Standing, UniqueColumns
from dbwright.errors import ExecutionFault
from dbwright.tables import checks_sql as sql
from dbwright.tables.base import Nulls
from dbwright.tables.checks import checked, in_order
from dbwright.tables.spelling import locked, out_of_time

if TYPE_CHECKING:
    from dbwright.tables.live import LiveTable

_TOGETHER = 60
"""So many right sides are checked in one statement."""
_T = TypeVar("_T")


def check_live(
    table: "LiveTable",
    dependencies: Sequence[Dependency],
    *,
    nulls: Nulls,
    examples: int,
    seconds: float | None,
    refuted_above: float | None = None,
) -> list[Measured]:
    """What all rows say of each dependency; what was not finished in time is left out, and `table.unchecked` says why."""
    end = None if seconds is None else time.monotonic() + seconds
    table.unchecked = []
    found: dict[int, Measured] = {}
    try:
        for together in _by_left(dependencies):
            if len(together) > 1 or (refuted_above is not None and _is_plain(together[0][1])):
                found |= _in_time(table, end, partial(_many, table, together, nulls, refuted_above)) or {}
            for place, dependency in together:
                if place not in found:
                    one = _in_time(table, end, partial(checked, table, dependency, nulls=nulls, examples=examples))
                    if one is not None:
                        found[place] = one
    finally:
        table.limit(None)
    return [found[place] for place in sorted(found)]


def _by_left(dependencies: Sequence[Dependency]) -> Iterator[list[tuple[int, Dependency]]]:
    """Dependencies with their places, functional ones with the same left side together."""
    groups: dict[object, list[tuple[int, Dependency]]] = {}
    for place, each in enumerate(dependencies):
        key = each.left if isinstance(each, Functional) and _is_plain(each) else place
        groups.setdefault(key, []).append((place, each))
    for group in groups.values():
        for start in range(0, len(group), _TOGETHER):
            yield group[start : start + _TOGETHER]


def _is_plain(dependency: Dependency) -> bool:
    return isinstance(dependency, Functional) and len(dependency.right - dependency.left) == 1


def _in_time(table: "LiveTable", end: float | None, ask: Callable[[], _T]) -> _T | None:
    """The answer, or None where the time was over or the database could not give one."""
    left = None if end is None else end - time.monotonic()
    if left is not None and left <= 0:
        table.unchecked.append(f"The time for checking {table.ref} was over.")
        return None
    table.limit(left)
    try:
        return ask()
    except ExecutionFault as fault:
        if out_of_time(fault):
            reason = f"A check of {table.ref} was stopped because its time was over."
        elif locked(fault):
            reason = f"A check of {table.ref} was given up, because another session holds a lock on it."
        else:
            reason = f"A check of {table.ref} could not be made: {fault.message}"
        table.unchecked.append(reason)
        return None


def _many(
    table: "LiveTable", together: Sequence[tuple[int, Dependency]], nulls: Nulls, refuted_above: float | None
) -> dict[int, Measured]:
    """Among dependencies with one left side, those that hold, and those that are refuted by far: at least one row of each group
    that is against it must go. The others are asked one by one, for their rows."""
    first = together[0][1]
    assert isinstance(first, Functional)
    left = in_order(table, first.left)
    by_place = {place: each for place, each in together if isinstance(each, Functional)}
    rights = {place: next(iter(each.right - each.left)) for place, each in by_place.items()}
    apart = nulls == "distinct"
    where = sql.filled(table, left) if apart else []
    statement = sql.functional_many(table, left, list(rights.values()), where=where, apart=apart)
    rows, *broken = (int(str(each)) for each in table.query(statement)[0])
    if where:
        rows = int(str(table.query(sql.counted(table, "1 = 0"))[0][0]))
    found: dict[int, Measured] = {}
    for (place, right), groups in zip(rights.items(), broken, strict=True):
        error = groups / rows if rows else 0.0
        if groups and (refuted_above is None or error <= refuted_above):
            continue
        found[place] = Measured(
            dependency=by_place[place],
            table=table.ref,
            standing=Standing.REFUTED if groups else Standing.PROVED,
            rows=rows,
            error=error,
            against=groups,
            groups=groups,
            sql=sql.functional_rows(table, left, [right], where=where, apart=apart),
        )
    return found


def rows_against(
    terms: sql.Terms,
    names: Sequence[str],
    dependency: Functional | UniqueColumns,
    *,
    nulls: Nulls = "equal",
    groups: int = 20,
    rows: int = 1000,
) -> str:
    """What stands behind FROM to have whole rows that a dependency cannot have beside each other, of the worst groups.

    names: the table's columns, in their order.
    """
    apart = nulls == "distinct"
    if isinstance(dependency, UniqueColumns):
        left = [name for name in names if name in dependency.columns]
        return sql.unique_against(terms, left, where=sql.filled(terms, left) if apart else (), groups=groups, rows=rows)
    left = [name for name in names if name in dependency.left]
    right = [name for name in names if name in dependency.right - dependency.left]
    where = sql.filled(terms, left) if apart else []
    return sql.functional_against(terms, left, right, where=where, apart=apart, groups=groups, rows=rows)
