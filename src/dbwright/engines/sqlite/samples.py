"""Which rows of a large table are looked at."""

from typing import NamedTuple

from dbwright.catalog.objects import Table
from dbwright.engines.sqlite.runner import Runner
from dbwright.engines.sqlite.words import folded, quote

_BLOCKS = 500
"""A sample is read in so many blocks of neighbouring rows, spread evenly over the rowids."""


class Source(NamedTuple):
    """The rows to look at: what stands after FROM, under the table's own name or another."""

    sql: str
    sampled: bool


def whole(table: Table, alias: str | None = None) -> Source:
    """All rows."""
    return Source(f"{quote(table.name)} AS {alias or quote(table.name)}", False)


def sample(runner: Runner, table: Table, alias: str | None = None) -> Source:
    """Some of the rows, always the same ones."""
    if table.ref not in runner.samples:
        runner.samples[table.ref] = _spread(runner, table)
    return Source(f"({runner.samples[table.ref]}) AS {alias or quote(table.name)}", True)


def _spread(runner: Runner, table: Table) -> str:
    """Blocks of rows that lie evenly between the ends of the rowids; the first rows where there are none."""
    name, wanted, rows = quote(table.name), runner.budget.sample_rows, runner.facts.rows(table.ref)
    rowid = _rowid(table)
    # Each end by itself is found at once; both together are found by looking at every row.
    ends = f"SELECT (SELECT min({rowid}) FROM {name}), (SELECT max({rowid}) FROM {name})"
    first, last = runner.query(ends)[0] if rowid else (None, None)
    if not isinstance(first, int) or not isinstance(last, int) or not rows:
        return f"SELECT * FROM {name} LIMIT {wanted}"
    span = last - first + 1
    stride = max(span // _BLOCKS, 1)
    width = min(max(span * wanted // rows // _BLOCKS, 1), stride)
    return (
        f"WITH RECURSIVE dbwright_block(start) AS (SELECT {first} UNION ALL"
        f" SELECT start + {stride} FROM dbwright_block WHERE start <= {last} - {stride})"
        f" SELECT {name}.* FROM dbwright_block CROSS JOIN {name}"
        f" WHERE {name}.{rowid} >= start AND {name}.{rowid} < start + {width} LIMIT {wanted}"
    )


def _rowid(table: Table) -> str | None:
    """The name by which the rowid can be reached, if the table has one that no column hides."""
    if table.without_rowid or table.kind != "ordinary":
        return None
    taken = {folded(column.name) for column in table.columns}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)
