"""What is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from dbwright.anonymise.canaries import Leak
from dbwright.anonymise.decide import Decision, Path, Rules

Progress = Callable[[str], None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of one database in another.

    source, target: URLs or SQLite files of the same engine; the target is empty. percent: of the tables that depend on nothing
    large. where: by table, a condition in SQL that its rows must meet. key: for repeatable results; random where None.
    """

    source: str
    target: str
    rules: Rules = Rules()
    percent: float | None = None
    where: Mapping[str, str] = {}
    key: bytes | None = None
    locale: str = "en"
    timeout: float = 10.0


class ColumnDone(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the copy: what was decided, how many values it had, and how many came out as they were."""

    decision: Decision
    sentence: str
    values: int = 0
    unchanged: int = 0


class TableDone(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the copy: rows of the original, rows that went along."""

    table: Path
    rows: int
    copied: int


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """The whole run. leaks: originals found in the copy, which is then removed. canaries: how many were looked for."""

    source: str
    target: str
    tables: tuple[TableDone, ...]
    columns: tuple[ColumnDone, ...]
    leaks: tuple[Leak, ...]
    canaries: int
    searched: int
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    removed: bool = False
