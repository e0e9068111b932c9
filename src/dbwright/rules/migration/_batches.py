"""Work on many rows cut into pieces, each a transaction of its own."""

from dbwright.catalog.names import Ref
from dbwright.rules.migrating import Migration, Moment
from dbwright.rules.migration._text import written

BATCH = 10_000


def batched_update(migration: Migration, moment: Moment, table: Ref, assignments: str, condition: str) -> str:
    """An UPDATE of some rows only, to be repeated until it changes none. condition: what is true of the rows still to be done."""
    return f"-- Repeat until it changes no row:\n{_piece(migration, moment, table, f'SET {assignments}', condition)}"


def batched_delete(migration: Migration, moment: Moment, table: Ref, condition: str) -> str:
    """A DELETE of some rows only, to be repeated until it deletes none."""
    return f"-- Repeat until it deletes no row:\n{_piece(migration, moment, table, '', condition)}"


def _piece(migration: Migration, moment: Moment, table: Ref, change: str, condition: str) -> str:
    name = written(migration, table)
    begin = f"UPDATE {name} {change}" if change else f"DELETE FROM {name}"
    where = f" WHERE {condition}" if condition else ""
    if migration.engine == "mysql":
        return f"{begin}{where} LIMIT {BATCH}"
    held = moment.lookup.table(table.path)
    key = held.primary_key if held else None
    if key is not None:
        columns = ", ".join(migration.quote(column) for column in key.columns)
        row = f"({columns})" if len(key.columns) > 1 else columns
        return f"{begin} WHERE {row} IN (SELECT {columns} FROM {name}{where} LIMIT {BATCH})"
    row = "rowid" if migration.engine == "sqlite" else "ctid"
    return f"{begin} WHERE {row} IN (SELECT {row} FROM {name}{where} LIMIT {BATCH})"
