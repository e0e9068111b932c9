"""A dependency that the rows of a frame hold, all or but a few, and those few as they are shown to people."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.dependencies import (
    Conditional,
    Dependency,
    Derived,
    Functional,
    Included,
    Measured,
    Ordered,
    Standing,
    Violation,
)
from dbwright.catalog.names import Ref

_SHOWN_ROWS = 6
"""Different rows that one example shows at most."""


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Held:
    """A dependency that holds once the rows `against` it are left out.

    rows: how many rows speak of it (those under a condition; those with no NULL where NULL says nothing). against: the numbers of
    the rows that must go, from 0. telling: how much the rows say for it against chance, greater for more; comparable within a kind.
    """

    dependency: Dependency
    rows: int
    against: NDArray[np.int64] = field(default_factory=_none)
    telling: float = 0.0

    @property
    def error(self) -> float:
        """The share of rows that must go."""
        return len(self.against) / self.rows if self.rows else 0.0


def measured(held: Held, frame: pl.DataFrame, table: Ref, *, whole: bool, examples: int = 3) -> Measured:
    """What is known of a dependency after these rows. whole: whether they are all that the table has."""
    standing = Standing.APPROXIMATE if len(held.against) else Standing.PROVED if whole else Standing.NOT_REFUTED
    groups, shown = _violations(held, frame, examples) if len(held.against) else (0, ())
    return Measured(
        dependency=held.dependency,
        table=table,
        standing=standing,
        rows=held.rows,
        error=held.error,
        against=len(held.against),
        groups=groups,
        violations=shown,
    )


def violation(frame: pl.DataFrame, rows: Sequence[int] | NDArray[np.int64], columns: Iterable[str]) -> Violation:
    """Rows of a frame, by their numbers from 0, as they are shown: each different one once, with how often it was there."""
    names = tuple(dict.fromkeys(columns))
    counted: dict[tuple[str | None, ...], int] = {}
    for row in frame.select(names)[np.asarray(rows, dtype=np.uint32)].iter_rows():
        told = tuple(text_of(value) for value in row)
        counted[told] = counted.get(told, 0) + 1
    kept = sorted(counted.items(), key=lambda item: -item[1])[:_SHOWN_ROWS]
    return Violation(columns=names, rows=tuple(row for row, _ in kept), counts=tuple(count for _, count in kept))


def text_of(value: object) -> str | None:
    """A value as text; None for NULL. Bytes in hexadecimal, dates and times as ISO 8601 writes them with a blank between."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case bytes():
            return f"0x{value.hex()}"
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case pl.Series():
            return str(value.to_list())
        case _:
            return str(value)


def _violations(held: Held, frame: pl.DataFrame, examples: int) -> tuple[int, tuple[Violation, ...]]:
    """How many groups of rows are against a dependency, and some of them, the largest first."""
    match held.dependency:
        case Functional(left, right):
            return _by_group(held, frame, _in_order(frame, left), _in_order(frame, right), examples)
        case Conditional(condition, left, right) if left:
            named = _in_order(frame, left | {name for name, _ in condition})
            return _by_group(held, frame, named, _in_order(frame, right), examples)
        case Conditional(condition, _, right):
            columns = [*(name for name, _ in condition), *_in_order(frame, right)]
        case Ordered(left, right):
            columns = [left, right]
        case Derived(column, _, inputs):
            columns = [*_in_order(frame, inputs), column]
        case Included(columns_):
            columns = list(columns_)
        case _:
            columns = frame.columns
    return len(held.against), (violation(frame, held.against[:examples], columns),)


def _in_order(frame: pl.DataFrame, names: Iterable[str]) -> list[str]:
    wanted = set(names)
    return [name for name in frame.columns if name in wanted]


def _by_group(
    held: Held, frame: pl.DataFrame, left: list[str], right: list[str], examples: int
) -> tuple[int, tuple[Violation, ...]]:
    """The groups that have rows against it, each shown with the rows that disagree."""
    if not left:
        everything = np.arange(frame.height)
        return 1, (violation(frame, everything, right),)
    numbered = frame.select(left).with_row_index("\0row")
    broken = (
        numbered[held.against.astype(np.uint32)]
        .group_by(left, maintain_order=True)
        .agg(pl.len().alias("\0against"))
        .sort("\0against", descending=True, maintain_order=True)
    )
    members = (
        broken.head(examples)
        .with_row_index("\0group")
        .join(numbered, on=left, how="inner", nulls_equal=True)
        .sort("\0group", "\0row")
        .group_by("\0group", maintain_order=True)
        .agg("\0row")
    )
    return broken.height, tuple(violation(frame, rows, [*left, *right]) for rows in members["\0row"].to_list())
