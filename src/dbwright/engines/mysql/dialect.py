"""MySQL's and MariaDB's spelling of what the questions about several rows need."""

from typing import Any

from dbwright.catalog.objects import Column, Table
from dbwright.engines.asking import shortened
from dbwright.engines.mysql.probe_parts import shown
from dbwright.engines.mysql.words import tick
from dbwright.engines.relating.dialect import NEVER, Dialect, Term

_FIRST_WITH_WINDOWS = (8, 0)
_FIRST_WITH_JSON_TABLE = {"mysql": (8, 0, 4), "mariadb": (10, 6)}
_NUMBERS = ("boolean", "integer", "decimal", "float", "year")


def mixed(own: Column, other: Column | None) -> bool:
    """Whether a text would be compared with a number, where MySQL takes '12abc' for 12, or with another collation."""
    if other is None or own.type.is_text != other.type.is_text:
        return True
    return own.type.is_text and (own.charset, own.collation) != (other.charset, other.collation)


def as_text(value: str) -> str:
    """A value as text in one character set."""
    return f"CONVERT({value} USING utf8mb4)"


class MySQLDialect(Dialect):
    """lists_keys: whether the server can list the keys of JSON documents (JSON_TABLE)."""

    def __init__(self, flavour: str, version: tuple[int, ...]) -> None:
        self.windows = flavour == "mariadb" or version >= _FIRST_WITH_WINDOWS
        self.lists_keys = version >= _FIRST_WITH_JSON_TABLE[flavour]
        self.title = "MariaDB" if flavour == "mariadb" else f"MySQL {'.'.join(str(part) for part in version[:2])}"

    def name(self, column: str) -> str:
        return tick(column)

    def place(self, table: Table) -> str:
        return ".".join(tick(part) for part in (table.namespace, table.name) if part)

    def equal(self, one: Term, other: Term) -> str:
        if mixed(one.column, other.column):
            return f"{as_text(one.sql)} = {as_text(other.sql)}"
        return f"{one.sql} = {other.sql}"

    def absent(self, value: Term, parent: Table, key: Column) -> str:
        if not mixed(value.column, key):
            return super().absent(value, parent, key)
        # Converted values have no index; a list of them is hashed once, where EXISTS would read it for every row.
        found = tick(key.name)
        listed = f"SELECT {as_text(found)} FROM {self.place(parent)} WHERE {found} IS NOT NULL"
        return f"{as_text(value.sql)} NOT IN ({listed})"

    def differs(self, one: Term, other: Term) -> str:
        if one.column.type.is_text or other.column.type.is_text:
            return f"NOT (CAST({as_text(one.sql)} AS BINARY) <=> CAST({as_text(other.sql)} AS BINARY))"
        return f"NOT ({one.sql} <=> {other.sql})"

    def folded(self, term: Term) -> str:
        return f"LOWER(TRIM({as_text(term.sql)})) COLLATE utf8mb4_bin"

    def unequal(self, one: str, other: str) -> str:
        # As decimals, since the difference of unsigned numbers must not be negative.
        return super().unequal(f"1.0 * {one}", other)

    def deleted(self, term: Term) -> str:
        match term.column.type.kind:
            case "bit":
                return f"COALESCE({term.sql} + 0, 0) <> 0"
            case "date" | "timestamp":
                # The zero date is no date.
                return f"({term.sql} IS NOT NULL AND YEAR({term.sql}) <> 0)"
        return super().deleted(term)

    def printed(self, cell: Any) -> str | None:
        return shortened(shown(cell))

    def moment(self, term: Term) -> str:
        return term.sql

    def adjacent(self, end: Term, start: Term, raw_end: str) -> str:
        kinds = (end.column.type.kind, start.column.type.kind)
        if all(kind in _NUMBERS for kind in kinds):
            return f"1.0 * {start.sql} - {end.sql} = 1"
        if kinds == ("date", "date"):
            return f"DATEDIFF({start.sql}, {end.sql}) = 1"
        if all(kind in ("date", "timestamp") for kind in kinds):
            return f"TIMESTAMPDIFF(MICROSECOND, {end.sql}, {start.sql}) <= 1000000"
        return NEVER
