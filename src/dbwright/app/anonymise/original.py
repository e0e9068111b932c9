"""The original: read in one snapshot, never written to."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager

import polars as pl

from dbwright.anonymise.decide import Path
from dbwright.anonymise.key import Key
from dbwright.anonymise.subset import key_columns
from dbwright.app.rows import named, selected
from dbwright.catalog.lookup import holding
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import ExecutionFault, UsageError

_SAMPLED = 1_000
_BATCH = 10_000
_SNAPSHOT: Mapping[str, str] = {
    "postgres": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "mysql": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    "sqlite": "BEGIN",
}


class Original:
    """A session on the original within one snapshot."""

    def __init__(self, session: Session, engine: Engine, catalog: Catalog) -> None:
        self.session, self.engine, self.catalog = session, engine, catalog
        self.tables: dict[Path, Table] = {(each.namespace, each.name): each for each in holding(catalog)}

    def samples(self) -> dict[tuple[Path, str], Sequence[object]]:
        """Some values of every column of text, by table and column, without NULL."""
        found: dict[tuple[Path, str], Sequence[object]] = {}
        for path, table in self.tables.items():
            # SQLite takes any value in a column of any type.
            untyped = self.engine.name == "sqlite"
            columns = [
                each for each in written(table) if untyped or each.type.kind not in ("integer", "boolean", "binary")
            ]
            if not columns:
                continue
            listed = ", ".join(selected(self.engine, each) for each in columns)
            rows = self.session.query(f"SELECT {listed} FROM {self._named(table)} LIMIT {_SAMPLED}")
            for at, column in enumerate(columns):
                found[(path, column.name)] = [row[at] for row in rows if row[at] is not None]
        return found

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(str(self.session.query(f"SELECT count(*) FROM {self._named(table)}")[0][0]))

    def keys(self) -> dict[Path, pl.DataFrame]:
        """The key columns of every table, one line for each row."""
        return {path: self._frame(table, key_columns(self.catalog, table), "") for path, table in self.tables.items()}

    def matching(self, table: Table, condition: str) -> pl.DataFrame:
        """The key columns of the rows that meet a condition. Raises UsageError where it is no condition on the table."""
        try:
            return self._frame(table, key_columns(self.catalog, table), f" WHERE {condition}")
        except ExecutionFault as error:
            raise UsageError(
                f"The condition on {table.name} was refused: {error.message}", hint="Write it as it stands after WHERE."
            ) from error

    def rows(self, table: Table, columns: Sequence[Column]) -> Generator[tuple[object, ...], None, None]:
        """All rows of a table, read in batches."""
        listed = ", ".join(selected(self.engine, column) for column in columns)
        batches = self.session.stream(f"SELECT {listed} FROM {self._named(table)}", _BATCH)
        try:
            for batch in batches:
                yield from batch
        finally:
            if isinstance(batches, Generator):
                batches.close()

    def _named(self, table: Table) -> str:
        """What to read a table's own rows from: not those of the tables that inherit from it."""
        only = "ONLY " if self.engine.name == "postgres" and table.kind == "ordinary" else ""
        return only + named(self.engine, table)

    def _frame(self, table: Table, names: Sequence[str], rest: str) -> pl.DataFrame:
        columns = [column for name in names if (column := table.column(name))]
        listed = ", ".join(selected(self.engine, column) for column in columns)
        parts: dict[str, list[str | None]] = {column.name: [] for column in columns}
        sql = f"SELECT {listed} FROM {self._named(table)}{rest}"
        for batch in self.session.stream(sql, _BATCH):
            for part, values in zip(parts.values(), zip(*batch, strict=True), strict=True):
                part += [None if value is None else as_text(value) for value in values]
        return pl.DataFrame(parts, schema=dict.fromkeys(parts, pl.String))


@contextmanager
def snapshot(session: Session, engine: Engine) -> Iterator[None]:
    """One state of the database for all that is read, whatever others write meanwhile."""
    session.query(_SNAPSHOT[engine.name])
    try:
        yield
    finally:
        session.query("ROLLBACK")


def written(table: Table) -> list[Column]:
    """The columns that are copied; what the database computes itself is not."""
    return [column for column in table.columns if column.generated is None]


def as_text(value: object) -> str:
    """A value of a key as text, equal for equal values."""
    return value.hex() if isinstance(value, bytes) else str(value)


def by_share(keys: pl.DataFrame, percent: float, key: Key) -> pl.Series:
    """For each row whether it is among so many percent, by a keyed hash of its key: the same rows whenever the key is the same."""
    limit = int(percent / 100 * 2**32)
    lines = keys.select(pl.concat_str(pl.all().fill_null("\x00"), separator="\x1f"))[:, 0] if keys.width else keys
    return pl.Series([key.number("share", str(line), 4) < limit for line in lines], dtype=pl.Boolean)
