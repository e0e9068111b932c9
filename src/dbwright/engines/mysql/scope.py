"""What an inspection covers: which databases, and how their names become namespaces."""

from collections.abc import Sequence
from dataclasses import dataclass

from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.words import literal
from dbwright.errors import UsageError

SYSTEM = frozenset(("information_schema", "mysql", "performance_schema", "sys", "ndbinfo"))

Row = tuple[object, ...]


@dataclass(frozen=True)
class Scope:
    """The databases to read. single: the one that the URL names, whose objects stand in the namespace ""."""

    session: MySQLSession
    databases: tuple[str, ...]
    single: str | None

    @property
    def mariadb(self) -> bool:
        """Whether the server is MariaDB."""
        return self.session.flavour == "mariadb"

    def namespace(self, database: str) -> str:
        """The namespace of a database's objects; other databases than the URL's keep their names."""
        return "" if database == self.single else database

    def within(self, column: str) -> str:
        """A condition that a column holds one of the databases. With one it is an equation, which servers answer fastest."""
        if len(self.databases) == 1:
            return f"{column} = {literal(self.databases[0])}"
        return f"{column} IN ({', '.join(literal(name) for name in self.databases)})"

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return self.session.query(sql)


def scope_of(session: MySQLSession, namespaces: Sequence[str] | None) -> Scope:
    """The databases that the URL and the wished namespaces mean. Raises UsageError for one that is not there."""
    if session.url.database:
        actual = str(session.query("SELECT DATABASE()")[0][0])
        strange = [name for name in namespaces or () if name not in ("", actual)]
        if strange:
            raise UsageError(
                f"The URL names the database {actual}, not {strange[0]}.",
                hint="Leave the database out of the URL to read several.",
            )
        return Scope(session, (actual,), actual)
    names = [text(row[0]) for row in session.query("SHOW DATABASES")]
    visible = [name for name in names if name.lower() not in SYSTEM]
    if namespaces is None:
        return Scope(session, tuple(visible), None)
    for name in namespaces:
        if name not in visible:
            raise UsageError(
                f"There is no database {name}, or this account may not see it.",
                hint=f"It sees {', '.join(visible) or 'none'}.",
            )
    return Scope(session, tuple(namespaces), None)


def text(value: object) -> str:
    """A cell as text; "" for NULL."""
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def number(value: object) -> int | None:
    """A cell as a whole number, None for NULL."""
    return None if value is None else int(str(value))
