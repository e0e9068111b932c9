"""What the values of a table look like, as data."""

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.types import Type


class Bin(msgspec.Struct, frozen=True):
    """One bar of a histogram: values from `low` (inclusive) to `high` (exclusive; the last bar's inclusive), as text, and rows."""

    low: str
    high: str
    rows: int


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One column.

    declared: its type where one was declared. inferred: what its values would allow ("integer" for texts that are all whole numbers;
    None for a column without values). distinct: values without NULL; exact tells whether counted or estimated by a sketch.
    minimum, maximum: by the values' own order, as text. mean, deviation, quartiles: numbers and, for dates, None.
    shortest, longest, mean_length: characters of texts, bytes of binary. bytes: what the values take, estimated.
    patterns: shapes of texts ("Aaa 99", "99-99-9999") with rows, most frequent first; top: the most frequent values with rows.
    sorted: 1 where the rows lie in ascending order of the column, -1 descending, 0 neither.
    secret: values look secret; then minimum, maximum, top and patterns are left out.
    """

    name: str
    declared: Type | None = None
    inferred: Type | None = None
    rows: int = 0
    nulls: int = 0
    empty: int = 0
    distinct: int = 0
    exact: bool = True
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    deviation: float | None = None
    quartiles: tuple[float, ...] = ()
    shortest: int | None = None
    longest: int | None = None
    mean_length: float | None = None
    bytes: int | None = None
    patterns: tuple[tuple[str, int], ...] = ()
    top: tuple[tuple[str, int], ...] = ()
    histogram: tuple[Bin, ...] = ()
    sorted: int = 0
    secret: bool = False

    @property
    def null_share(self) -> float:
        """From 0 to 1; 0 for an empty table."""
        return self.nulls / self.rows if self.rows else 0.0

    @property
    def unique(self) -> bool:
        """Whether no value occurs twice, NULLs left out; only told where the count is exact."""
        return self.exact and self.distinct == self.rows - self.nulls


class TableProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One table. rows: all; read: how many of them the profile was made of. notes: plain sentences on what was left out."""

    table: Ref
    rows: int
    read: int
    columns: tuple[ColumnProfile, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of a column by its name."""
        return next((each for each in self.columns if each.name == name), None)
