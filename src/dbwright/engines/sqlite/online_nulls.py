"""NOT NULL, for rows that hold NULL and an application that still writes it."""

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import SetNotNull, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.engines.sqlite.online_columns import target_of
from dbwright.engines.sqlite.online_work import (
    AGAIN,
    STILL,
    WAITS,
    Planned,
    Work,
    batch,
    column_of,
    differ,
    drop_trigger,
    lasting_key,
    rebuilt,
    refuse,
    same_row,
    trigger,
)
from dbwright.engines.sqlite.words import quote


def set_not_null(work: Work, change: SetNotNull) -> Planned:
    """NULL is replaced by triggers and batches, and remembered; contract writes the table with NOT NULL."""
    table = work.table(change.table)
    column = column_of(table, change.column)
    if not column.nullable:
        refuse(f"{table.name}.{column.name} forbids NULL already", "There is nothing to do.")
    name, shown = quote(table.name), quote(column.name)
    check = Stage(
        title=f"Check that {table.name}.{column.name} is never NULL",
        phase="expand",
        kind="check",
        tasks=(Task(f"SELECT 1 FROM {name} WHERE {shown} IS NULL LIMIT 1"),),
        blocked=f"rows of {table.name} have NULL in {column.name}",
    )
    target = target_of(work, change, table)
    if change.fill is None:
        stage = Stage(
            title=f"Forbid NULL in {table.name}.{column.name}",
            phase="contract",
            tasks=rebuilt(work, table, target, {}),
            waits=WAITS,
        )
        return Planned([check, replace(check, phase="contract"), stage])
    stages, clean = _filled_up(work, table, column, change.fill)
    contract = Stage(
        title=f"Forbid NULL in {table.name}.{column.name}",
        phase="contract",
        tasks=(*clean, *rebuilt(work, table, target, {})),
        waits=WAITS,
    )
    return Planned([*stages, check, contract], loses=(f"which rows of {table.name} had NULL in {column.name} before",))


def _filled_up(work: Work, table: Table, column: Column, fill: str) -> tuple[list[Stage], tuple[Task, ...]]:
    """The stages, and the tasks that take triggers and memory away."""
    name, shown, memory = quote(table.name), quote(column.name), quote(work.own("nulls"))
    key = [quote(each) for each in lasting_key(table)]
    keys, values = ", ".join(key), ", ".join(f"NEW.{each}" for each in key)
    same = " AND ".join(f"{each} = NEW.{each}" for each in key)
    filled = f"UPDATE {name} SET {shown} = ({fill}) WHERE {same_row(table, 'NEW')}"
    remember = f"INSERT OR IGNORE INTO {memory} ({keys}) VALUES ({values})"
    forget = f"DELETE FROM {memory} WHERE {same}"
    labels = ("fill_insert", "fill_update", "given_insert", "given_update")
    names = [work.own(label) for label in labels]
    null, given = f"NEW.{shown} IS NULL", f"NEW.{shown} IS NOT NULL"
    known = " AND ".join(f"m.{each} = {name}.{each}" for each in key)
    restored = f"UPDATE {name} SET {shown} = NULL WHERE EXISTS (SELECT 1 FROM {memory} AS m WHERE {known})"
    drops = tuple(drop_trigger(each) for each in names)
    kept = f"INSERT OR IGNORE INTO {memory} ({keys}) SELECT {keys} FROM {name} WHERE {RANGE} AND {shown} IS NULL"
    return [
        Stage(
            title=f"Try the value that takes the place of NULL in {table.name}.{column.name}",
            phase="expand",
            kind="check",
            tasks=(Task(f"SELECT 1 FROM {name} WHERE {shown} IS NULL AND ({fill}) IS NULL LIMIT 1"),),
            blocked=f"{fill} is NULL itself for rows of {table.name}",
        ),
        Stage(
            title=f"Put {fill} in the place of NULL in what is written to {table.name}.{column.name}",
            phase="expand",
            tasks=(
                Task(f"CREATE TABLE {memory} ({keys}, PRIMARY KEY ({keys}))"),
                trigger(names[0], "AFTER INSERT", table.name, null, filled, remember),
                trigger(names[1], "AFTER UPDATE", table.name, null, filled, remember),
                trigger(names[2], "AFTER INSERT", table.name, given, forget),
                trigger(names[3], "AFTER UPDATE", table.name, f"{given} AND {differ([column.name])}", forget),
            ),
            undo=(Task(STILL), Task(restored), Task(AGAIN), *drops, Task(f"DROP TABLE {memory}")),
        ),
        Stage(
            title=f"Put {fill} in the place of NULL in the rows of {table.name}",
            phase="expand",
            kind="batches",
            batch=batch(table, kept, f"UPDATE {name} SET {shown} = ({fill}) WHERE {RANGE} AND {shown} IS NULL"),
        ),
    ], (*drops, Task(f"DROP TABLE {memory}"))
