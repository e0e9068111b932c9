"""Which rows of a large table are looked at."""

from collections.abc import Sequence

from dbwright.catalog.objects import Table, View
from dbwright.engines.mysql.runner import OutOfTime, Runner
from dbwright.engines.mysql.words import tick
from dbwright.errors import ExecutionFault

_BLOCKS = 200
"""A sample is read in so many blocks of neighbouring rows, spread evenly over a whole-number primary key."""

_ENOUGH = 0.2
"""Where blocks hold less than this share of the rows wanted, the first rows of the table are taken."""


class Samples:
    """The rows of one table, all or some, always the same ones."""

    def __init__(self, runner: Runner, table: Table | View) -> None:
        self._runner = runner
        self._table = table
        self._place = ".".join(tick(part) for part in (table.namespace, table.name) if part)
        self._blocks: str | None = None

    def source(self, columns: Sequence[str], *, sampled: bool, alias: str | None = None) -> str:
        """What stands after FROM, under the table's own name, so that expressions read the same, or another."""
        if not sampled:
            return f"{self._place} AS {alias}" if alias else self._place
        listed = ", ".join(tick(column) for column in columns) or "1"
        limit = self._runner.budget.sample_rows
        return (
            f"(SELECT {listed} FROM {self._place}{self._chosen()} LIMIT {limit}) AS {alias or tick(self._table.name)}"
        )

    def _chosen(self) -> str:
        """The condition for the blocks; "" for the first rows. Found once."""
        if self._blocks is None:
            try:
                self._blocks = self._spread()
            except (ExecutionFault, OutOfTime):
                self._blocks = ""
        return self._blocks

    def _spread(self) -> str:
        table, wanted = self._table, self._runner.budget.sample_rows
        rows = self._runner.facts.rows(table.ref)
        if isinstance(table, View) or not table.primary_key or not rows:
            return ""
        leading = table.column(table.primary_key.columns[0])
        if leading is None or leading.type.kind != "integer":
            return ""
        name = tick(leading.name)
        ends = self._runner.query(f"SELECT MIN({name}), MAX({name}) FROM {self._place}")[0]
        if ends[0] is None:
            return ""
        first, last = (int(str(end)) for end in ends)
        span = last - first + 1
        stride = max(span // _BLOCKS, 1)
        width = min(max(span * wanted // rows // _BLOCKS, 1), stride)
        blocks = " OR ".join(
            f"{name} BETWEEN {start} AND {start + width - 1}" for start in range(first, last + 1, stride)
        )
        chosen = f" WHERE {blocks}"
        found = self._runner.query(f"SELECT COUNT(*) FROM {self._place}{chosen}")[0][0]
        return chosen if int(str(found)) >= _ENOUGH * wanted else ""
