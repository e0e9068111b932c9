"""What the parts of the seeder hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    import polars as pl

    from dbwright.seed.draw import Draw, Rows


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a column's values must keep to, as far as it is known beforehand: gathered from its type and its checks.

    lowest, highest: bounds that belong to the range (numbers, dates and timestamps as Python values).
    allowed: the only values; forbidden: values that may not occur.
    least_length, most_length: of texts, in characters. patterns: regular expressions that the whole text must match.
    letter_case: the only case that letters may have. is_json: a text that must be JSON. allowed is empty where no value but NULL may be.
    """

    lowest: Any = None
    highest: Any = None
    allowed: tuple[Any, ...] | None = None
    forbidden: tuple[Any, ...] = ()
    least_length: int = 0
    most_length: int | None = None
    patterns: tuple[str, ...] = ()
    nullable: bool = True
    letter_case: Literal["lower", "upper"] | None = None
    is_json: bool = False


class Values(Protocol):
    """How values of one column, or of a few that belong together, are made.

    columns: the columns that it makes. needs: columns of the same row that must be there before.
    capacity: how many different values (or rows of values) there are; None for as many as anyone could want.
    """

    columns: tuple[str, ...]
    needs: tuple[str, ...]
    capacity: int | None

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.DataFrame:
        """Random values, distributed as they should be; values may repeat, and be NULL where that is allowed.

        given: the columns of `needs`, one line for each of `rows`. Returns `columns`, one line for each.
        """
        ...

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.DataFrame:
        """The value of that number: different numbers below `capacity` give different values, whatever `given` holds."""
        ...


class Impossible(msgspec.Struct, frozen=True, kw_only=True):
    """Why the rows that are wanted cannot be: told before anything is written.

    where: the table or column, as people write it. wanted, possible: numbers of rows or of values.
    """

    where: str
    sentence: str
    wanted: int | None = None
    possible: int | None = None


class ColumnHint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the settings say about a column; every field is optional.

    meaning: a name of the list of meanings ("email", "city"). values: the only values, or weights by value. pattern: a regular
    expression to write values by. lowest, highest: bounds. distribution: "uniform", "normal", "log-normal", "zipf", "exponential".
    mean, deviation, skew: its numbers. nulls: share of NULL from 0 to 1. unique: values differ. template: text with {column} in it.
    sql: an expression that the database computes nothing of: never run. constant: one value for all rows.
    since, until: a span of time ("2022-01-01", "-2 years", "now"). hours: "office", "evening", "even". growth: yearly factor.
    correlate: another column, with strength from -1 to 1.
    quantiles: numbers or times between which equal shares of all values lie, from the lowest to the highest.
    """

    meaning: str | None = None
    values: list[Any] | dict[str, float] | None = None
    pattern: str | None = None
    lowest: Any = None
    highest: Any = None
    distribution: str | None = None
    mean: float | None = None
    deviation: float | None = None
    skew: float | None = None
    nulls: float | None = None
    unique: bool = False
    template: str | None = None
    constant: Any = None
    since: str | None = None
    until: str | None = None
    hours: str | None = None
    growth: float | None = None
    correlate: dict[str, float] | None = None
    quantiles: list[Any] | None = None


class RelationHint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How children spread over parents.

    per_parent: mean. skew: "even", "zipf", "log-normal" with `strength`. childless: share of parents without any.
    """

    per_parent: float | None = None
    skew: str | None = None
    strength: float | None = None
    childless: float | None = None


class TableHint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the settings say about a table. rows: how many. reference: a file or rows that always hold, keyed by the primary key."""

    rows: int | None = None
    columns: dict[str, ColumnHint] = {}
    relations: dict[str, RelationHint] = {}
    reference: str | list[dict[str, Any]] | None = None
    skip: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that a person said about the rows.

    rows: for tables that nothing else is said of; None lets sizes follow from the shape of the schema. scale: a factor on all.
    tables: by name as people write it ("orders", "shop.orders"). environment: whose part of the file was read.
    until: where time ends for the rows. now: the moment that checks which compare with the clock are met for; None for this one.
    """

    seed: int = 1
    rows: int | None = None
    scale: float = 1.0
    locale: str = "en"
    environment: str | None = None
    until: str | None = None
    now: str | None = None
    tables: dict[str, TableHint] = {}

    def table(self, path: tuple[str, ...]) -> TableHint:
        """What was said about a table, by its name with or without its schema."""
        hints: Mapping[str, TableHint] = self.tables
        return hints.get(".".join(part for part in path if part)) or hints.get(path[-1]) or TableHint()
