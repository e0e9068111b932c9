"""Files of rows as a database: their rows in a scratch SQLite database, so that everything that looks at rows can look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.engines.registry import engine
from dbwright.finding import Finding, Fix
from dbwright.readers.source import Source
from dbwright.rules.base import Rule
from dbwright.tables.base import Sample

if TYPE_CHECKING:
    from dbwright.tables.files import FileTable

MOST = 1_000_000
"""Rows of a file that are taken along."""
_GROUPS = ("relationships", "types", "design", "time", "normal forms", "own")
_OF_DECLARATIONS = ("all-nullable-table",)
_SPELLINGS = {
    "integer": "integer",
    "decimal": "numeric",
    "float": "real",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "time": "time",
    "binary": "blob",
}


def are_files_of_rows(text: str) -> bool:
    """Whether a source names files of rows that no other reader reads: CSV and the like, Parquet, JSON lines, or a folder of them."""
    if "://" in text or text.endswith((".json", ".txt", ".sql", ".data")):
        return False
    from dbwright.tables.files import is_file_of_rows

    return is_file_of_rows(text)


def says_something_of_files(rule: Rule) -> bool:
    """Whether a rule judges what rows hold: a file declares no keys, types and constraints that could be judged."""
    return rule.group in _GROUPS and rule.name not in _OF_DECLARATIONS and type(rule).questions is not Rule.questions


def without_fix(finding: Finding) -> Finding:
    """The finding without statements for a database that the user does not have."""
    if finding.fix is None or not finding.fix.sql:
        return finding
    return replace(finding, fix=Fix(finding.fix.title, "display"))


@contextmanager
def open_files_of_rows(text: str) -> Iterator[Source]:
    """The files as a source whose rows can be asked.

    Raises SourceError where they cannot be read, Unavailable where what reads them is not installed.
    """
    from dbwright.tables.files import open_files

    sqlite = engine("sqlite")
    with open_files(text) as tables, sqlite.scratch() as scratch, scratch.open() as session:
        notes = [note for table in tables for note in table.notes]
        for table in tables:
            shaped = _shaped(table.table)
            for statement in sqlite.emit(Catalog(engine="sqlite", tables=(shaped,))):
                session.change(statement)
            total = table.count()
            names = [each.name for each in shaped.columns]
            session.write_rows(sqlite.quote(shaped.name), names, _rows(table, names))
            if total > MOST:
                notes.append(f"Of the {total:,} rows of {table.origin} about {MOST:,} were looked at.")
        catalog = session.inspect().catalog
        yield Source(
            kind="files",
            shown=text,
            engine=sqlite,
            catalog=catalog,
            session=session,
            notes=tuple(notes),
            how=f"{len(tables)} file{'s' if len(tables) > 1 else ''} of rows, looked at in a scratch database",
        )


def _shaped(table: Table) -> Table:
    """The table as SQLite holds it, with the types that its values allow."""
    columns = tuple(
        Column(name=each.name, type=Type(kind=each.type.kind, spelling=_SPELLINGS.get(each.type.kind, "text")))
        for each in table.columns
    )
    return Table(namespace="", name=table.name, columns=columns)


def _rows(table: "FileTable", names: list[str]) -> Iterator[tuple[object, ...]]:
    sample = Sample(rows=MOST) if table.count() > MOST else None
    for row in table.frame(names, sample, typed=True).iter_rows():
        yield tuple(_as_sqlite_has_it(value) for value in row)


def _as_sqlite_has_it(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if value is None or isinstance(value, int | float | str | bytes):
        return value
    return str(value)
