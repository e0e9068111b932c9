"""What a seeding is asked to do, and what came of it."""

from collections.abc import Callable
from typing import Literal

import msgspec

BATCH = 50_000
"""Rows of a batch, which is one transaction."""

Where = Literal["empty", "fill-empty", "append", "empty-first"]
"""Which tables are filled: all, which must be empty; those that are empty; all, whatever is in them; all, after their rows were deleted."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; None leaves it to the settings file, and then to the default.

    file: the settings (TOML). like: a database whose statistics are learned from. rows: for every table; rows_of: for single
    ones. tables: only these; empty for all. batch: rows of a transaction. analyze: whether statistics are gathered afterwards.
    allow: hazards by name, and "production".
    """

    url: str
    file: str | None = None
    like: str | None = None
    like_categories: bool = False
    rows: int | None = None
    rows_of: dict[str, int] = {}
    scale: float | None = None
    seed: int | None = None
    locale: str | None = None
    environment: str | None = None
    tables: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    where: Where = "empty"
    batch: int = BATCH
    analyze: bool = True
    allow: tuple[str, ...] = ()
    timeout: float = 10.0


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is. table: what is written. done, of: rows of this table; all_done, of_all: of the whole run; seconds: so far."""

    table: str
    done: int
    of: int
    all_done: int
    of_all: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second, over the run so far."""
        return self.all_done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """The time that the rest takes at this rate; None where nothing is known yet."""
        return (self.of_all - self.all_done) / self.rate if self.all_done else None


Watch = Callable[[Now], None]


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """One table after the run. before: rows that were there. redrawn: rows that the database refused and that were drawn anew."""

    table: str
    rows: int
    wanted: int
    before: int = 0
    seconds: float = 0.0
    redrawn: int = 0
    notes: tuple[str, ...] = ()


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """What was written. left_out: tables that got no rows, and why. resumed: rows that an earlier, unfinished run had written."""

    shown: str
    seed: int
    tables: tuple[Filled, ...]
    left_out: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    resumed: int = 0

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(each.rows for each in self.tables)
