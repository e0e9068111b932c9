"""What every table that can be looked at answers, whatever holds it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from dbwright.catalog.dependencies import Dependency, Measured
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import TableProfile

if TYPE_CHECKING:  # polars takes a while to import and is needed only once rows are read
    import polars

Nulls = Literal["equal", "distinct"]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Fewer rows than all.

    rows: about how many. kind: "block" takes whole pages or row groups at random; "value" takes all rows of some values of `columns`
    (by a hash of the value), so that rows that agree on them stay together. seed: the same seed takes the same rows.
    """

    rows: int
    kind: Literal["block", "value"] = "block"
    columns: tuple[str, ...] = ()
    seed: int = 0


class RowSource(Protocol):
    """One table. Equal values are what SQL's GROUP BY of its store calls equal, texts by their bytes."""

    table: Table  # names, types and declared keys; for files what was read off them
    origin: str  # in a few words: "orders.csv", "PostgreSQL 15, shop"
    quoted: str  # the table as its own SQL names it

    @property
    def ref(self) -> Ref: ...

    def count(self) -> int:
        """The exact number of rows."""
        ...

    def estimate(self) -> int:
        """About how many rows there are, without reading them."""
        ...

    def frame(self, columns: Sequence[str] | None = None, sample: Sample | None = None) -> "polars.DataFrame":
        """The values, one polars column each: numbers, texts, dates, bytes; what polars has no type for as text."""
        ...

    def profile(self, columns: Sequence[str] | None = None, *, seconds: float | None = None) -> TableProfile:
        """The profile of the columns, made where the rows are; what is not finished in time comes from a sample and is noted."""
        ...

    def check(
        self,
        dependencies: Sequence[Dependency],
        *,
        nulls: Nulls = "equal",
        examples: int = 3,
        seconds: float | None = None,
    ) -> list[Measured]:
        """Check dependencies on all rows, by GROUP BY where the rows are: PROVED, APPROXIMATE with its rows, or REFUTED.

        What was not finished in time is left out of the answer. Functional, Multivalued, Join, UniqueColumns, Conditional, Ordered and
        Derived; Included only where the parent is reachable beside this table.
        """
        ...

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one read-only query of the store's own dialect."""
        ...
