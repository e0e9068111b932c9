"""Rows and the schema of a database that a test works on."""

from abc import ABC, abstractmethod

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import UsageError
from dbwright.migrate.history import without_history

Row = dict[str, object]


class Rows(ABC):
    """Rows put in and read by the names of tables: "orders", or "shop.orders" where it is in another schema than the usual one.

    engine: the engine's name. sql: the engine itself, which quotes names and writes values.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine.name
        self.sql = engine

    @property
    @abstractmethod
    def session(self) -> Session:
        """The open session that all goes through."""

    def insert(self, table: str, **values: object) -> None:
        """Put a row in; keys that the database makes up by itself may be given too."""
        given = "OVERRIDING SYSTEM VALUE " if self.engine == "postgres" else ""
        columns = ", ".join(self.sql.quote(name) for name in values)
        row = ", ".join(self.sql.literal(value) for value in values.values())
        self.session.change(f"INSERT INTO {self.named(table)} ({columns}) {given}VALUES ({row})")

    def rows(self, table: str, *columns: str) -> list[Row]:
        """All rows of a table, sorted by their text; only some columns where those are named."""
        wanted = list(columns) or [column.name for column in self.table(table).columns]
        listed = ", ".join(self.sql.quote(name) for name in wanted)
        found = self.session.query(f"SELECT {listed} FROM {self.named(table)}")
        return sorted((dict(zip(wanted, row, strict=True)) for row in found), key=str)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(str(self.session.query(f"SELECT count(*) FROM {self.named(table)}")[0][0]))

    def catalog(self) -> Catalog:
        """What the database holds now, without the history of the migrations."""
        return without_history(self.session.inspect().catalog)

    def table(self, name: str) -> Table:
        """A table as the catalog describes it. Raises UsageError where there is none."""
        found = Lookup(self.catalog()).table(self.path(name))
        if found is None:
            raise UsageError(f"There is no table {name}.")
        return found

    def named(self, table: str) -> str:
        """A table's name in SQL."""
        return ".".join(self.sql.quote(part) for part in self.path(table) if part)

    def path(self, table: str) -> tuple[str, str]:
        """A table's namespace and name."""
        namespace, _, name = table.rpartition(".")
        return (namespace or ("public" if self.engine == "postgres" else ""), name)
