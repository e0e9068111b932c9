"""NOT NULL in place, for rows that hold NULL and an application that still writes it."""

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import SetNotNull, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.online_work import (
    FILLING,
    Planned,
    Work,
    assigned,
    batch,
    column_of,
    definition,
    differ,
    drop_trigger,
    key_of,
    refuse,
    trigger,
    variables,
)
from dbwright.engines.mysql.words import literal, tick


def set_not_null(work: Work, change: SetNotNull) -> Planned:
    """NULL is replaced by triggers and batches, and remembered; contract forbids it, while others read and write."""
    table = work.table(change.table)
    column = column_of(table, change.column)
    if not column.nullable:
        refuse(f"{table.name}.{column.name} forbids NULL already", "There is nothing to do.")
    name, shown = tick(table.name), tick(column.name)
    check = Stage(
        title=f"Check that {table.name}.{column.name} is never NULL",
        phase="expand",
        kind="check",
        tasks=(Task(f"SELECT 1 FROM {name} WHERE {shown} IS NULL LIMIT 1"),),
        blocked=f"rows of {table.name} have NULL in {column.name}",
    )
    done = (
        "SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND is_nullable = 'NO'"
        f" AND table_name = {literal(table.name)} AND column_name = {literal(column.name)}"
    )
    modify = f"ALTER TABLE {name} MODIFY COLUMN {definition(table, replace(column, nullable=False))}"
    forbid = Stage(
        title=f"Forbid NULL in {table.name}.{column.name}",
        phase="contract",
        kind="alone",
        tasks=(Task(f"{modify}, ALGORITHM=INPLACE, LOCK=NONE", done),),
    )
    if change.fill is None:
        return Planned([check, replace(check, phase="contract"), forbid])
    stages, clean = _filled_up(work, table, column, change.fill)
    last = Stage(title=f"Let {table.name} refuse NULL instead of replacing it", phase="contract", tasks=clean)
    return Planned(
        [*stages, check, forbid, last], loses=(f"which rows of {table.name} had NULL in {column.name} before",)
    )


def _filled_up(work: Work, table: Table, column: Column, fill: str) -> tuple[list[Stage], tuple[Task, ...]]:
    """The stages, and the tasks that take triggers and memory away. AUTO_INCREMENT keys are known only after the row is in."""
    name, shown, memory = tick(table.name), tick(column.name), tick(work.own("nulls"))
    key = [column_of(table, each) for each in key_of(table)]
    keys, values = ", ".join(tick(c.name) for c in key), ", ".join(f"NEW.{tick(c.name)}" for c in key)
    definitions = ", ".join(
        ddl_table.column_definition(replace(c, identity=None, default=None, comment=None, on_update=None)) for c in key
    )
    flag = f"@dbwright_null_{work.id}_{work.number}"
    same = " AND ".join(f"{tick(c.name)} = NEW.{tick(c.name)}" for c in key)
    fills = (
        f"IF {FILLING} IS NULL THEN SET {flag} = NEW.{shown} IS NULL; IF {flag} THEN"
        f" BEGIN {variables(table, fill, {})} SET NEW.{shown} = ({fill}); END; END IF; END IF;"
    )
    remember = f"INSERT IGNORE INTO {memory} ({keys}) VALUES ({values});"
    forget = f"DELETE FROM {memory} WHERE {same};"
    inserted = f"IF {FILLING} IS NULL THEN IF {flag} THEN {remember} ELSE {forget} END IF; END IF;"
    updated = (
        f"IF {FILLING} IS NULL THEN IF {flag} THEN {remember} ELSEIF {differ([column])} THEN {forget} END IF; END IF;"
    )
    names = [work.own(label) for label in ("fill_insert", "fill_update", "kept_insert", "kept_update")]
    joined = " AND ".join(f"t.{tick(c.name)} = m.{tick(c.name)}" for c in key)
    kept = [f"t.{tick(c.name)} = t.{tick(c.name)}" for c in table.columns if c.on_update]
    restored = f"UPDATE {name} AS t JOIN {memory} AS m ON {joined} SET {', '.join([f't.{shown} = NULL', *kept])}"
    drops = tuple(drop_trigger(each) for each in names)
    known = f"INSERT IGNORE INTO {memory} ({keys}) SELECT {keys} FROM {name} WHERE {RANGE} AND {shown} IS NULL"
    fill_up = f"UPDATE {name} SET {assigned(table, {column.name: fill})} WHERE {RANGE} AND {shown} IS NULL"
    options = ddl_table.table_options(replace(table, comment=None, partitioning=None))
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
                Task(f"CREATE TABLE IF NOT EXISTS {memory} ({definitions}, PRIMARY KEY ({keys})){options}"),
                trigger(names[2], "AFTER INSERT", table.name, inserted),
                trigger(names[3], "AFTER UPDATE", table.name, updated),
                trigger(names[0], "BEFORE INSERT", table.name, fills),
                trigger(names[1], "BEFORE UPDATE", table.name, fills),
            ),
            undo=(
                Task(f"CREATE TABLE IF NOT EXISTS {memory} ({definitions}, PRIMARY KEY ({keys})){options}"),
                Task(f"SET {FILLING} = 1"),
                Task(restored),
                Task(f"SET {FILLING} = NULL"),
                *drops,
                Task(f"DROP TABLE IF EXISTS {memory}"),
            ),
        ),
        Stage(
            title=f"Put {fill} in the place of NULL in the rows of {table.name}",
            phase="expand",
            kind="batches",
            batch=batch(table, known, fill_up),
        ),
    ], (*drops, Task(f"DROP TABLE IF EXISTS {memory}"))
