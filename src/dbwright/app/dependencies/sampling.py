"""The rows of a large table that are mined: blocks of it, all rows of some values, and rows that spoke against what others let pass.

Of each value there is only a number, the same for equal values: that is all that keys and functional dependencies need.
"""

from typing import TYPE_CHECKING

from dbwright.catalog.dependencies import Dependency, Functional, UniqueColumns
from dbwright.tables.base import Nulls, Sample

if TYPE_CHECKING:
    import polars

    from dbwright.tables.base import RowSource
    from dbwright.tables.sketch import Sketch

_MOST_COLUMNS = 8
"""By so many columns rows are drawn by their values."""
_FEWEST_VALUES = 20
"""A column with fewer values has rows of each in any sample."""
_KEY = 0.98
"""A column with so many different values for each row is taken for a key."""


def blocks(source: "RowSource", rows: int, seed: int) -> "polars.DataFrame":
    """Rows from blocks all over the table."""
    from dbwright.tables.live import LiveTable

    sample = Sample(rows=rows, seed=seed)
    if isinstance(source, LiveTable):
        return source.codes(source.quoted + source.chosen(sample))
    return _codes(source.frame(sample=sample))


def values(
    source: "RowSource", block: "polars.DataFrame", sketch: "Sketch | None", rows: int, seed: int
) -> "polars.DataFrame | None":
    """All rows of some values of each column whose values would not meet in a sample of blocks; None where there is no such column.

    Two rows that agree on a left side are what refutes a dependency, and blocks of a large table rarely hold both of them.
    """
    import polars as pl

    from dbwright.tables.live import LiveTable

    columns = _by_value(source, block, sketch)
    if not columns:
        return None
    each = max(1, rows // len(columns))
    if isinstance(source, LiveTable):
        whole = sketch.rows if sketch else source.estimate()
        values = {name: max(2, round(each * distinct / max(1, whole))) for name, distinct in columns.items()}
        return source.codes(source.by_values(values, seed, 2 * rows))
    drawn = [source.frame(sample=Sample(rows=each, kind="value", columns=(name,), seed=seed)) for name in columns]
    return pl.concat([_codes(frame.head(2 * each)) for frame in drawn])


def against(source: "RowSource", dependency: Functional | UniqueColumns, nulls: Nulls) -> "polars.DataFrame | None":
    """Whole rows that a dependency cannot have beside each other; None where the source cannot find them."""
    from dbwright.tables.file_checks import FileTerms
    from dbwright.tables.files import FileTable
    from dbwright.tables.live import LiveTable
    from dbwright.tables.live_checks import rows_against

    if isinstance(source, LiveTable):
        return source.codes(rows_against(source, source.names, dependency, nulls=nulls))
    if not isinstance(source, FileTable):
        return None
    terms = FileTerms(source, typed=False, seconds=None)
    listed = ", ".join(terms.key(name) for name in terms.names)
    rows = rows_against(terms, terms.names, dependency, nulls=nulls)
    return _codes(source.store.frame(f"SELECT {listed} FROM {rows}"))


def united(sample: "polars.DataFrame", more: "polars.DataFrame") -> "polars.DataFrame":
    """The rows of both. None of them has a row of the table twice, but both may have the same.

    So equal rows stand in the union as often as in the one that has more of them: never more often than in the table, or a key would
    seem to be none.
    """
    import polars as pl

    number = "number"
    while number in sample.columns:
        number += "_"
    numbered = [part.with_columns(pl.int_range(pl.len()).over(part.columns).alias(number)) for part in (sample, more)]
    return pl.concat(numbered).unique(maintain_order=True).drop(number)


def holds(sample: "polars.DataFrame", dependency: Dependency, nulls: Nulls) -> bool:
    """Whether rows keep a key or a functional dependency; False for other kinds."""
    import polars as pl

    if isinstance(dependency, UniqueColumns):
        keys = sorted(dependency.columns)
        rows = sample.drop_nulls(keys) if nulls == "distinct" and keys else sample
        return rows.select(keys).n_unique() == rows.height if keys else rows.height < 2
    if not isinstance(dependency, Functional):
        return False
    left, right = sorted(dependency.left), pl.col(sorted(dependency.right - dependency.left))
    rows = sample.drop_nulls(left) if nulls == "distinct" and left else sample
    against = right.n_unique() > 1
    if nulls == "distinct":
        against |= (right.null_count() > 0) & (pl.len() > 1)
    groups = rows.group_by(left) if left else rows.group_by(pl.lit(0).alias("all"))
    return not groups.agg(pl.any_horizontal(against).alias("against"))["against"].any()


def _by_value(source: "RowSource", block: "polars.DataFrame", sketch: "Sketch | None") -> dict[str, int]:
    """The columns that rows are drawn by, and how many values they have; keys are left out, since their values never meet."""
    keys = {key[0] for key in source.table.keys if len(key) == 1}
    counts: dict[str, int] = {}
    for name in block.columns:
        known = sketch.distinct.get(name) if sketch else None
        is_key = name in keys or (sketch is not None and known is not None and known > _KEY * sketch.rows)
        counts[name] = 0 if is_key else block[name].n_unique() if known is None else known
    wanted = [name for name in sorted(counts, key=lambda name: -counts[name]) if counts[name] >= _FEWEST_VALUES]
    return {name: counts[name] for name in wanted[:_MOST_COLUMNS]}


def _codes(frame: "polars.DataFrame") -> "polars.DataFrame":
    """The values of a file, whose columns have the same type whenever they are read, as numbers; NULL stays NULL."""
    import polars as pl

    coded = []
    for name, dtype in frame.schema.items():
        value = pl.col(name)
        if dtype.is_float():
            value = pl.when(value == 0).then(pl.lit(0.0, dtype)).otherwise(value)  # 0.0 and -0.0 are equal
        code = value.hash(seed=0).reinterpret(signed=True)
        coded.append(pl.when(pl.col(name).is_not_null()).then(code).alias(name))
    return frame.select(coded)
