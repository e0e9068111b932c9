"""Inclusion dependencies across tables: columns whose values all are among those of another table's key.

Candidates are refuted in the order of cost: by the kind of value, by how many values there are, by the smallest and the largest,
by a few of the values, and only then by all of them (the pruning of SPIDER, Bauckmann, Leser, Naumann and Tietz, ICDE 2007).
Combinations of columns are built from the single columns that are included, level by level (De Marchi, Lopes and Petit, 2009).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Included
from dbwright.catalog.names import Ref
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.held import Held

_FEW = 20
_LEAST_VALUES = 3
"""A column with fewer values lies in any key by chance."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table, with what is asked of its values once they are needed."""

    table: Ref
    series: pl.Series

    @property
    def name(self) -> str:
        return self.series.name

    @cached_property
    def kind(self) -> str | None:
        """Values of different kinds are never equal; None for what keys are not made of."""
        return kind_of(self.series)

    @cached_property
    def comparable(self) -> pl.Series:
        """The values, one type for each kind."""
        types: dict[str | None, pl.DataType] = {"integer": pl.Int64(), "text": pl.String(), "time": pl.Datetime("us")}
        wanted = types.get(self.kind)
        if wanted is None or self.series.dtype == wanted:
            return self.series
        if isinstance(self.series.dtype, pl.Datetime) and self.series.dtype.time_zone:
            return self.series.dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(wanted)
        return self.series.cast(wanted, strict=False)

    @cached_property
    def values(self) -> pl.Series:
        """The different values, without NULL, in ascending order."""
        return self.comparable.drop_nulls().unique().sort()

    @cached_property
    def unique(self) -> bool:
        """Whether no value occurs twice and none is missing."""
        return len(self.series) > 0 and len(self.values) == len(self.series)

    def holds(self, other: "Column") -> bool:
        """Whether its range has room for the other's values: a test that needs only the ends."""
        mine, yours = self.values, other.values
        return len(mine) > 0 and bool(mine[0] <= yours[0]) and bool(mine[-1] >= yours[-1])


def kind_of(series: pl.Series) -> str | None:
    """The kind of a column's values, as far as keys are made of it."""
    dtype = series.dtype
    if dtype.is_integer() or (isinstance(dtype, pl.Decimal) and dtype.scale == 0):
        return "integer"
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return "text"
    if dtype == pl.Binary:
        return "binary"
    if dtype == pl.Date:
        return "date"
    return "time" if isinstance(dtype, pl.Datetime) else None


@dataclass(frozen=True, eq=False)
class Inclusion:
    """An inclusion dependency of a table, with the rows of it that have no parent."""

    table: Ref
    held: Held


def inclusions(
    frames: Sequence[tuple[Ref, pl.DataFrame]],
    *,
    max_error: float = 0.0,
    max_columns: int = 2,
    keys: Mapping[Ref, Sequence[tuple[str, ...]]] | None = None,
    allowance: Allowance | None = None,
) -> Search[Inclusion]:
    """Columns of one table that lie in a key of the same or another table; combinations of up to `max_columns` in its keys.

    frames: typed values. max_error: the greatest share of rows whose value the parent may lack. keys: known ones of each table; a
    single column without repetition counts as one in any case. Mere inclusion says little: references.py tells which of them are
    likely to be meant.
    """
    allowance = allowance or Allowance()
    found: list[Inclusion] = []
    stopped = ""
    columns = {(ref, name): Column(ref, frame[name]) for ref, frame in frames for name in frame.columns}
    try:
        single = list(_single(list(columns.values()), max_error, allowance, found))
        if max_columns > 1:
            _combined(columns, single, keys or {}, max_columns, max_error, allowance, found)
    except OutOfAllowance as over:
        stopped = str(over)
    return Search(tuple(found), not stopped, stopped)


def _single(
    columns: Sequence[Column], max_error: float, allowance: Allowance, found: list[Inclusion]
) -> Iterator[tuple[Column, Column]]:
    """Pairs of a column and one that holds nearly all of its values; those whose parent is unique are findings."""
    by_kind: dict[str, list[Column]] = {}
    for each in columns:
        if each.kind is not None:
            by_kind.setdefault(each.kind, []).append(each)
    for alike in by_kind.values():
        for parent, child in product(alike, alike):
            if parent is child or len(child.values) < _LEAST_VALUES:
                continue
            allowance.check()
            if max_error == 0 and (len(child.values) > len(parent.values) or not parent.holds(child)):
                continue
            orphans = rows_without_parent(child, parent, max_error)
            if orphans is None:
                continue
            yield child, parent
            if parent.unique:
                dependency = Included((child.name,), parent.table, (parent.name,))
                filled = len(child.series) - child.series.null_count()
                found.append(Inclusion(child.table, Held(dependency, filled, orphans, float(len(child.values)))))


def rows_without_parent(child: Column, parent: Column, max_error: float) -> NDArray[np.int64] | None:
    """The rows whose value the parent lacks; None where they are more than the share allowed."""
    values = child.values
    few = values[np.linspace(0, len(values) - 1, min(_FEW, len(values))).astype(np.uint32)]
    if max_error == 0 and not few.is_in(parent.values.implode()).all():
        return None
    missing = values.filter(~values.is_in(parent.values.implode()))
    if missing.is_empty():
        return np.zeros(0, dtype=np.int64)
    filled = len(child.series) - child.series.null_count()
    orphans = np.flatnonzero(child.comparable.is_in(missing.implode()).fill_null(False).to_numpy())
    return orphans.astype(np.int64) if len(orphans) <= max_error * filled else None


def _combined(
    columns: dict[tuple[Ref, str], Column],
    single: Sequence[tuple[Column, Column]],
    keys: Mapping[Ref, Sequence[tuple[str, ...]]],
    max_columns: int,
    max_error: float,
    allowance: Allowance,
    found: list[Inclusion],
) -> None:
    """Combinations that lie in a parent's key of several columns, from single columns that lie in each of its columns."""
    inside: dict[tuple[Ref, str], list[Column]] = {}
    for child, parent in single:
        inside.setdefault((parent.table, parent.name), []).append(child)
    for ref, combinations in keys.items():
        for key in combinations:
            if not 1 < len(key) <= max_columns:
                continue
            parents = [columns[ref, name] for name in key]
            choices = [inside.get((ref, name), []) for name in key]
            for table in {child.table for child in choices[0]}:
                if table == ref:
                    continue
                for chosen in product(*([child for child in each if child.table == table] for each in choices)):
                    allowance.check()
                    if len({child.name for child in chosen}) == len(key):
                        held = combination(chosen, parents, max_error)
                        if held is not None:
                            found.append(Inclusion(table, held))


def combination(children: Sequence[Column], parents: Sequence[Column], max_error: float) -> Held | None:
    """The inclusion of several columns in as many of a parent; None where more rows than the share allowed have no match."""
    names = [str(number) for number in range(len(parents))]
    theirs = pl.DataFrame([each.comparable.alias(name) for name, each in zip(names, parents, strict=True)]).unique()
    ours = pl.DataFrame([each.comparable.alias(name) for name, each in zip(names, children, strict=True)])
    filled = ours.with_row_index("row").drop_nulls()
    orphans = filled.join(theirs, on=names, how="anti")["row"].sort().to_numpy().astype(np.int64)
    if filled.is_empty() or len(orphans) > max_error * filled.height:
        return None
    dependency = Included(tuple(each.name for each in children), parents[0].table, tuple(each.name for each in parents))
    return Held(dependency, filled.height, orphans, float(filled.select(names).unique().height))
