"""From a catalog to the statements that make it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from dbwright.catalog.objects import Catalog, Check, Column, ForeignKey, Index, PrimaryKey, Table, Unique, View
from dbwright.engines.sqlite.ddl_text import KEY_PARTS, NOT_NULL_CONFLICT, written_part
from dbwright.engines.sqlite.inspect import DECLARED_COLUMNS
from dbwright.engines.sqlite.tokens import Cursor, tokens_of
from dbwright.engines.sqlite.words import quote


def emit(catalog: Catalog) -> list[str]:
    """The statements that make the catalog in an empty database: tables with their indexes, then views, then triggers."""
    statements: list[str] = []
    for table in in_order(catalog.tables):
        statements.append(create_table(table))
        statements += [create_index(table.name, index) for index in table.indexes]
    views = views_in_order(catalog.views)
    statements += [create_view(view) for view in views]
    statements += [trigger.definition for table in catalog.tables for trigger in table.triggers]
    statements += [trigger.definition for view in views for trigger in view.triggers]
    return statements


def script(statements: Sequence[str]) -> str:
    """The statements as one file for SQLite's own shell."""
    return "".join(f"{statement}{_terminator(statement)}\n" for statement in statements)


def _terminator(statement: str) -> str:
    """A semicolon, on a line of its own where the statement ends in a line comment that would swallow it."""
    last = tokens_of(statement)[-1:]
    return "\n;" if last and last[0].kind == "comment" and last[0].text.startswith("--") else ";"


# ---------------------------------------------------------------- order

_Named = TypeVar("_Named", Table, View)


def in_order(tables: Sequence[Table]) -> list[Table]:
    """Tables after those that their foreign keys point at, as far as the keys form no cycle; by name otherwise."""
    return _after_their_needs(tables, {table.name: {key.table[1] for key in table.foreign_keys} for table in tables})


def views_in_order(views: Sequence[View]) -> list[View]:
    """Views after those that they read."""
    return _after_their_needs(views, {view.name: {ref.name for ref in view.depends_on} for view in views})


def _after_their_needs(objects: Sequence[_Named], needs: Mapping[str, set[str]]) -> list[_Named]:
    """Depth first without recursion, since chains of tables may be longer than Python's stack."""
    known = {each.name: each for each in objects}
    ordered: dict[str, _Named] = {}
    begun: set[str] = set()
    waiting = sorted(known, reverse=True)
    while waiting:
        name = waiting[-1]
        if name not in begun:
            begun.add(name)
            waiting += sorted((need for need in needs[name] if need in known and need not in begun), reverse=True)
        else:
            waiting.pop()
            ordered.setdefault(name, known[name])
    return list(ordered.values())


# ---------------------------------------------------------------- tables


def create_table(table: Table, name: str | None = None) -> str:
    """CREATE TABLE, under another name where one is given."""
    shown = quote(name or table.name)
    if table.kind == "virtual":
        return f"CREATE VIRTUAL TABLE {shown} USING {table.module}"
    key = table.primary_key
    beside_column = key.columns[0] if key and _stands_beside_its_column(key, table) else None
    lines = [column_definition(column, key if column.name == beside_column else None) for column in table.columns]
    if key and beside_column is None:
        lines.append(_primary_key(key))
    lines += [_unique(unique) for unique in table.uniques]
    lines += [_foreign_key(foreign) for foreign in table.foreign_keys]
    lines += [check_clause(check) for check in table.checks]
    options = [word for word, given in (("STRICT", table.strict), ("WITHOUT ROWID", table.without_rowid)) if given]
    body = ",\n".join(f"    {line}" for line in lines)
    return f"CREATE TABLE {shown} (\n{body}\n){' ' if options else ''}{', '.join(options)}"


def _stands_beside_its_column(key: PrimaryKey, table: Table) -> bool:
    """Keys of one column do, since AUTOINCREMENT and an INTEGER key that is DESC (and so no rowid) can stand nowhere else."""
    return len(key.columns) == 1 and table.column(key.columns[0]) is not None and KEY_PARTS not in key.options


def column_definition(column: Column, key: PrimaryKey | None = None, *constraints: str) -> str:
    """A column as it stands in CREATE TABLE and ADD COLUMN. key: the primary key where it is this column alone."""
    words = [quote(column.name)]
    if column.type.spelling:
        words.append(column.type.spelling)
    if key:
        words.append(f"{_named(key.name)}PRIMARY KEY{' DESC' if any(key.descending) else ''}{_conflict(key.conflict)}")
        if column.identity:
            words.append("AUTOINCREMENT")
    if not column.nullable and not (key and column.type.spelling.upper() == "INTEGER"):
        words.append("NOT NULL" + _conflict(column.options.get(NOT_NULL_CONFLICT)))
    if column.collation:
        words.append(f"COLLATE {quote(column.collation)}")
    if column.default is not None:
        words.append(f"DEFAULT {default(column.default)}")
    if column.generated:
        kept = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {kept}")
    return " ".join([*words, *constraints])


def default(expression: str) -> str:
    """A default as it stands after the word DEFAULT: all but plain values in brackets."""
    cursor = Cursor(expression)
    if cursor.word() in ("-", "+"):
        cursor.take()
    plain = cursor.kind() in ("number", "string", "blob") or cursor.word() in _CONSTANTS
    cursor.take()
    return expression if plain and cursor.done else f"({expression})"


_CONSTANTS = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "TRUE", "FALSE", "NULL")


def _named(name: str | None) -> str:
    return "" if name is None else f"CONSTRAINT {quote(name)} "


def _conflict(word: str | None) -> str:
    return f" ON CONFLICT {word}" if word else ""


def _list(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)


def _primary_key(key: PrimaryKey) -> str:
    directions = key.descending or (False,) * len(key.columns)
    parts = ", ".join(
        quote(column) + (" DESC" if descending else "")
        for column, descending in zip(key.columns, directions, strict=True)
    )
    return f"{_named(key.name)}PRIMARY KEY ({key.options.get(KEY_PARTS, parts)}){_conflict(key.conflict)}"


def _unique(unique: Unique) -> str:
    parts = unique.options.get(KEY_PARTS) or _list(unique.columns)
    return f"{_named(unique.name)}UNIQUE ({parts}){_conflict(unique.conflict)}"


def _foreign_key(key: ForeignKey) -> str:
    return f"{_named(key.name)}FOREIGN KEY ({_list(key.columns)}) {_references(key)}"


def references(key: ForeignKey) -> str:
    """A foreign key of one column, as it stands behind it."""
    return f"{_named(key.name)}{_references(key)}"


def _references(key: ForeignKey) -> str:
    words = [f"REFERENCES {quote(key.table[1])}"]
    if key.referenced:
        words.append(f"({_list(key.referenced)})")
    if key.on_delete != "no action":
        words.append(f"ON DELETE {key.on_delete.upper()}")
    if key.on_update != "no action":
        words.append(f"ON UPDATE {key.on_update.upper()}")
    if key.match != "simple":
        words.append(f"MATCH {key.match.upper()}")
    if key.deferral:
        words.append(f"DEFERRABLE INITIALLY {key.deferral.upper()}")
    return " ".join(words)


def check_clause(check: Check) -> str:
    """A check, as it stands in a table or behind a column."""
    return f"{_named(check.name)}CHECK ({check.expression})"


# ---------------------------------------------------------------- indexes and views


def create_index(table: str, index: Index) -> str:
    """CREATE INDEX."""
    keys = ", ".join(written_part(part) for part in index.parts)
    unique = "UNIQUE " if index.unique else ""
    predicate = f" WHERE {index.predicate}" if index.predicate else ""
    return f"CREATE {unique}INDEX {quote(index.name)} ON {quote(table)} ({keys}){predicate}"


def create_view(view: View) -> str:
    """CREATE VIEW, with its declared column names."""
    declared = view.options.get(DECLARED_COLUMNS)
    columns = f" ({_list(declared.split(chr(10)))})" if declared else ""
    return f"CREATE VIEW {quote(view.name)}{columns} AS {view.definition}"
