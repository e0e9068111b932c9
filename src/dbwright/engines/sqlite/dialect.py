"""SQLite's spelling of what the questions about several rows need."""

from dbwright.catalog.objects import Column, Table
from dbwright.engines.asking import leads_an_index, shortened
from dbwright.engines.relating.dialect import Dialect, Term
from dbwright.engines.sqlite.words import quote

_ISO = ("[0-9][0-9][0-9][0-9]-[0-9][0-9]*", "[0-2][0-9]:[0-5][0-9]*")


def compared_alike(one: Column | None, other: Column | None) -> bool:
    """Whether two columns compare by the same rules, as an index needs it: both texts with one collation, or both not."""
    if one is None or other is None or one.type.is_text != other.type.is_text:
        return False
    return not one.type.is_text or (one.collation or "BINARY") == (other.collation or "BINARY")


class SqliteDialect(Dialect):
    """Any type may stand in any column, so that values are looked at one by one."""

    title = "SQLite"

    def name(self, column: str) -> str:
        return quote(column)

    def place(self, table: Table) -> str:
        return quote(table.name)

    def equal(self, one: Term, other: Term) -> str:
        return f"{one.sql} = {other.sql}"

    def differs(self, one: Term, other: Term) -> str:
        return f"{one.sql} IS NOT {other.sql} COLLATE BINARY"

    def absent(self, value: Term, parent: Table, key: Column) -> str:
        if leads_an_index(parent, (key.name,)) and compared_alike(value.column, key):
            return super().absent(value, parent, key)
        # Without an index EXISTS would read the parent once for each value; the list is made once.
        found = quote(key.name)
        return f"{value.sql} NOT IN (SELECT {found} FROM {self.place(parent)} WHERE {found} IS NOT NULL)"

    def extreme(self, function: str, term: Term) -> str:
        found = super().extreme(function, term)
        return f"CASE WHEN typeof({found}) IN ('integer', 'real') AND abs({found}) < 9e999 THEN {found} END"

    def printed(self, cell: object) -> str | None:
        if isinstance(cell, bytes):
            return shortened(f"x'{cell.hex()}'")
        return shortened(None if cell is None else str(cell))

    def moment(self, term: Term) -> str:
        """Texts in one form, so that a day equals its midnight; other texts are no moments."""
        iso = " OR ".join(f"{term.sql} GLOB '{pattern}'" for pattern in _ISO)
        text = f"CASE WHEN {iso} THEN strftime('%Y-%m-%d %H:%M:%f', {term.sql}) END"
        return f"CASE WHEN typeof({term.sql}) IN ('integer', 'real') THEN {term.sql} ELSE {text} END"

    def adjacent(self, end: Term, start: Term, raw_end: str) -> str:
        days = f"julianday({start.sql}) - julianday({end.sql})"
        second = "1.0005 / 86400"
        return (
            f"CASE WHEN typeof({end.sql}) <> 'text' THEN {start.sql} - {end.sql} = 1"
            f" WHEN length({raw_end}) = 10 THEN {days} BETWEEN 0.9999 AND 1.0001 ELSE {days} <= {second} END"
        )
