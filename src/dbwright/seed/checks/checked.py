"""What is known of the conditions on a table's rows: the contract between those who make values and those who test them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from dbwright.seed.base import Impossible, Limit

if TYPE_CHECKING:
    import polars as pl

    from dbwright.seed.draw import Draw, Rows

Fresh: TypeAlias = "Callable[[str], pl.Series]"
"""Gives another value of a column for each row of the frame, never NULL."""
Mend: TypeAlias = "Callable[[pl.DataFrame, Rows, Draw, Collection[str], Collection[str], Fresh | None], pl.DataFrame]"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition on the rows of a table; a `dbwright.seed.base.Test`.

    where: what asks for it, as people write it ("check price_positive of shop.products", "domain year").
    text: the expression in the engine's own SQL, in the names of the table's columns.
    columns: the columns that it reads; generated ones are replaced by those that they are computed from.
    evaluate: for each row, true, false or NULL; None where only the database can say.
    reason: why only the database can say; empty where we can.
    """

    where: str
    text: str
    columns: tuple[str, ...]
    evaluate: Callable[[pl.DataFrame], pl.Series] | None = None
    reason: str = ""

    def holds(self, frame: pl.DataFrame) -> pl.Series:
        """For each row, whether the database would let it in (true or unknown, as SQL means it); true where we cannot say."""
        import polars as pl

        if self.evaluate is None:
            return pl.repeat(True, frame.height, eager=True)
        return self.evaluate(frame).fill_null(value=True)


class ExcludedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One element of an exclusion constraint.

    column: the column, where the element is just one. expression: its text. operator: "=", "&&", "<>" …
    columns: all columns that it reads. start, end: the columns of a range that is made of two (tsrange(starts_at, ends_at)),
    with its bounds as PostgreSQL writes them ("[)").
    """

    expression: str
    operator: str
    columns: tuple[str, ...] = ()
    column: str | None = None
    start: str | None = None
    end: str | None = None
    bounds: str = "[)"


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """An exclusion constraint, read: no two rows (for which `where` holds) may agree in all parts by their operators."""

    name: str
    parts: tuple[ExcludedPart, ...]
    where: Condition | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Two columns of which one must not be after the other; strict: nor the same. Both NULL-able pairs count as well."""

    low: str
    high: str
    strict: bool = False


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions on one table's rows.

    limits: what each column must keep to by itself; has every column of the table.
    tests: the conditions that we evaluate, those solved into limits too. asked: those that only the database can evaluate.
    unread: for each of those, and for whatever else is not understood, a sentence with the reason.
    impossible: conditions that no row can meet. excluded: the exclusion constraints. orders: the order between columns.
    assigned: columns that follow from others (total = quantity * price), with those that they need. `mend` sets them.
    """

    limits: dict[str, Limit]
    tests: tuple[Condition, ...] = ()
    asked: tuple[Condition, ...] = ()
    unread: tuple[str, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    orders: tuple[Order, ...] = ()
    assigned: dict[str, tuple[str, ...]] = {}
    mender: Mend | None = None

    def asking(self, judge: Callable[[Condition, pl.DataFrame], pl.Series]) -> Checked:
        """The same, with the conditions that only the database can evaluate asked of it, as `ask.judge_of` does."""

        def asked(condition: Condition) -> Condition:
            return msgspec.structs.replace(condition, evaluate=lambda frame: judge(condition, frame))

        return msgspec.structs.replace(self, tests=(*self.tests, *map(asked, self.asked)))

    def passes(self, frame: pl.DataFrame) -> pl.Series:
        """For each row, whether all conditions that we evaluate let it in."""
        import polars as pl

        passing = pl.repeat(True, frame.height, eager=True, dtype=pl.Boolean)
        for test in self.tests:
            passing = passing & test.holds(frame)
        return passing

    def mend(
        self,
        frame: pl.DataFrame,
        rows: Rows,
        draw: Draw,
        *,
        fixed: Collection[str] = (),
        chosen: Collection[str] = (),
        fresh: Fresh | None = None,
    ) -> pl.DataFrame:
        """The rows changed so that the conditions hold, as far as that can be reached; each row for itself.

        rows: their numbers, which with `draw` choose where there is a choice. fixed: columns that must stay as they are
        (keys, columns with different values). chosen: columns that may become NULL where the table lets them, or what `fresh`
        gives, but nothing else; foreign keys always count among them. What does not pass afterwards is to be drawn again.
        """
        return frame if self.mender is None else self.mender(frame, rows, draw, fixed, chosen, fresh)


Kind: TypeAlias = Literal[
    "boolean", "integer", "decimal", "float", "text", "binary", "date", "time", "timestamp", "instant", "interval",
    "json", "array", "range", "null", "other",
]  # fmt: skip
"""What a value is when an expression is evaluated; "instant" is a timestamp that knows its zone."""
