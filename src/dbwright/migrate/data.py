"""What a data migration in Python imports: batches by key range, and the batch that its functions are given.

    from dbwright.migrate.data import Batches

    up = Batches(table="orders", key="id", change="UPDATE {table} SET cents = price * 100 WHERE {range}")
    down = Batches(table="orders", key="id", change="UPDATE {table} SET cents = NULL WHERE {range}")

or with code of its own:

    from dbwright.migrate.data import Batch, Batches

    batches = Batches(table="orders", key="id", size=500, pause=0.1)

    def up(batch: Batch) -> None:
        for id, address in batch.query(f"SELECT id, address FROM orders WHERE {batch.range}"):
            batch.change("UPDATE orders SET city = :city WHERE id = :id", id=id, city=city_of(address))

    irreversible = "the addresses cannot be told from the cities"

Each batch is one transaction, and how far it got is recorded in the same transaction: a run that was killed goes on where
it stopped, and no batch runs twice. Without `batches` a function runs once, in one transaction.
"""

import re
from typing import Any

import msgspec

from dbwright.engines.base import Engine, Session
from dbwright.errors import UsageError

__all__ = ["Batch", "Batches"]

_VALUE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|::|:(?P<name>[A-Za-z_]\w*)""", re.DOTALL
)
_VALUE_MYSQL = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|::|:(?P<name>[A-Za-z_]\w*)""", re.DOTALL
)


class Batches(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a table in ranges of a key.

    table: its name; namespace: its schema, empty for the usual one. key: the columns of a unique key that may not be NULL.
    size: rows a batch. pause: seconds to wait between two. where: a condition; only rows that meet it count and are in the ranges.
    change: the statement of a batch, with {table} and {range}; empty where a function does it.
    longest_lag: bytes that a replica may be behind; the run waits while one is further behind. most_waiting: the same for
    sessions that wait for a lock.
    """

    table: str
    key: str | tuple[str, ...]
    namespace: str = ""
    size: int = 1000
    pause: float = 0.0
    where: str = ""
    change: str = ""
    longest_lag: int | None = None
    most_waiting: int | None = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise UsageError(f"A batch of {self.size} rows is none.", hint="Give `size` as 1 or more.")
        if not self.keys:
            raise UsageError(f"The batches of {self.table} name no key.", hint="Name the columns of its primary key.")

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the key."""
        return (self.key,) if isinstance(self.key, str) else self.key

    def named(self, engine: Engine) -> str:
        """The table as it stands in SQL."""
        return ".".join(engine.quote(part) for part in (self.namespace, self.table) if part)


class Batch:
    """One batch: the range of rows, and the database. All that is done through it is one transaction.

    range: a condition that holds for the rows of this batch. table: the table's name as it stands in SQL; empty without batches.
    number: counts from 1. engine: "postgres", "mysql" or "sqlite".
    """

    def __init__(
        self, session: Session, engine: Engine, *, rows: str = "1 = 1", table: str = "", number: int = 1
    ) -> None:
        self._session, self._engine = session, engine
        self.range, self.table, self.number = rows, table, number
        self.engine = engine.name
        self.changed = 0

    def query(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query. `:name` in it stands for a value given by that name."""
        return self._session.query(self._with(sql, values))

    def change(self, sql: str, **values: Any) -> int:
        """Run one statement and return how many rows it changed. `:name` in it stands for a value given by that name."""
        count = self._session.change(self._with(sql, values))
        self.changed += count
        return count

    def quote(self, name: str) -> str:
        """A name of a table or a column as it stands in SQL."""
        return self._engine.quote(name)

    def _with(self, sql: str, values: dict[str, Any]) -> str:
        if not values:
            return sql

        def literal(match: re.Match[str]) -> str:
            name = match["name"]
            if name is None:
                return match[0]
            if name not in values:
                raise UsageError(f"The statement names :{name}, for which no value was given.")
            return self._engine.literal(values[name])

        return (_VALUE_MYSQL if self.engine == "mysql" else _VALUE).sub(literal, sql)
