"""Assertions on what the database would do for a query."""

from collections.abc import Callable

from dbwright.catalog.query_plans import PlanStep, QueryPlan


class Explained:
    """A plan. Each assertion returns it, so that several can follow each other; what fails shows the whole plan."""

    def __init__(self, plan: QueryPlan, count: Callable[[str], int]) -> None:
        self.plan = plan
        self._count = count

    def uses_index(self, *names: str) -> "Explained":
        """Every one of these indexes is read."""
        missing = [name for name in names if name not in self.plan.indexes]
        return self._must(not missing, f"the index {', '.join(missing)} is not used")

    def uses_an_index_on(self, table: str) -> "Explained":
        """The rows of a table are found by some index or key, not by reading all of it."""
        steps = [step for step in self.plan.walk() if step.table == table]
        found = any(step.access not in ("sequential scan", "other") and not step.whole for step in steps)
        return self._must(found, f"no index is used to find rows of {table}")

    def scans_nothing(self, over: int = 0) -> "Explained":
        """No table with more than so many rows is read from beginning to end. The rows are counted."""
        scanned = [f"{step.table} ({self._rows(step):,} rows)" for step in self.plan.scanned if self._rows(step) > over]
        return self._must(not scanned, f"all of {', '.join(scanned)} is read")

    def sorts_nothing(self) -> "Explained":
        """The rows come in order from an index."""
        return self._must(not self.plan.sorts, "the rows are sorted, because no index gives them in order")

    def costs_at_most(self, cost: float) -> "Explained":
        """PostgreSQL's estimate, in its own unit, is not higher."""
        top = max((step.cost or 0.0 for step in self.plan.steps), default=0.0)
        return self._must(top <= cost, f"the plan costs {top:g}, more than {cost:g}")

    def expects_at_most(self, rows: float) -> "Explained":
        """No step expects to handle more rows."""
        most = max((step.rows or 0.0 for step in self.plan.walk()), default=0.0)
        return self._must(most <= rows, f"a step expects {most:,.0f} rows, more than {rows:,.0f}")

    def _rows(self, step: PlanStep) -> int:
        return self._count(step.table) if step.table else 0

    def _must(self, holds: bool, sentence: str) -> "Explained":
        if not holds:
            raise AssertionError(f"{sentence[0].upper()}{sentence[1:]}:\n{self.plan.sql}\n\n{self.plan.text}")
        return self
