"""Keys, checks, foreign keys and indexes added while others write."""

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Check, ForeignKey, PrimaryKey, Unique
from dbwright.change.online import AddPart, Stage, Task
from dbwright.change.operations import AddCheck, AddForeignKey, AddPrimaryKey, AddUnique, CreateIndex
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.online_sync import build_index
from dbwright.engines.mysql.online_work import Planned, Work, has_constraint, has_index, lacks, refuse
from dbwright.engines.mysql.words import tick


def add_part(work: Work, change: AddPart) -> Planned:
    """All in the expand phase, since it breaks nobody who keeps to it."""
    table = work.table(change.table)
    match change.operation:
        case CreateIndex(index=index):
            return Planned([build_index(work, table, index)])
        case AddUnique(unique=unique):
            return Planned([_unique(table, unique)])
        case AddPrimaryKey(key=key):
            return Planned([_primary_key(table, key)])
        case AddForeignKey(key=key):
            return Planned(_foreign_key(table, key))
        case AddCheck(check=check):
            return _check(work, table, check)


def _named(table: Table, name: str | None, what: str) -> str:
    if not name:
        refuse(f"the {what} to be added to {table.name} has no name", "Give it one.")
    return name


def _unique(table: Table, unique: Unique) -> Stage:
    name = _named(table, unique.name, "unique key")
    alter, there = f"ALTER TABLE {tick(table.name)}", has_constraint(table.name, name)
    return Stage(
        title=f"Make {', '.join(unique.columns)} unique in {table.name}",
        phase="expand",
        kind="alone",
        tasks=(Task(f"{alter} ADD {ddl_table.unique(unique)}, ALGORITHM=INPLACE, LOCK=NONE", there),),
        undo=(Task(f"{alter} DROP INDEX {tick(name)}, ALGORITHM=INPLACE, LOCK=NONE", lacks(there)),),
    )


def _primary_key(table: Table, key: PrimaryKey) -> Stage:
    alter, there = f"ALTER TABLE {tick(table.name)}", has_constraint(table.name, "PRIMARY")
    return Stage(
        title=f"Make {', '.join(key.columns)} the primary key of {table.name}",
        phase="expand",
        kind="alone",
        tasks=(Task(f"{alter} ADD {ddl_table.primary_key(key)}, ALGORITHM=INPLACE, LOCK=NONE", there),),
        undo=(Task(f"{alter} DROP PRIMARY KEY", lacks(there)),),
        waits="Undoing it copies the table under lock.",
    )


def _foreign_key(table: Table, key: ForeignKey) -> list[Stage]:
    """Added without looking at the rows, which needs no copy; from then on new rows are checked. Then the old ones are."""
    name = _named(table, key.name, "foreign key")
    alter, there = f"ALTER TABLE {tick(table.name)}", has_constraint(table.name, name)
    parent = ".".join(tick(part) for part in key.table if part)
    joined = " AND ".join(f"p.{tick(b)} = c.{tick(a)}" for a, b in zip(key.columns, key.referenced, strict=True))
    given = " AND ".join(f"c.{tick(each)} IS NOT NULL" for each in key.columns)
    orphan = (
        f"SELECT 1 FROM {tick(table.name)} AS c LEFT JOIN {parent} AS p ON {joined}"
        f" WHERE {given} AND p.{tick(key.referenced[0])} IS NULL LIMIT 1"
    )
    blocked = f"rows of {table.name} name no row of {'.'.join(part for part in key.table if part)}"
    add = f"{alter} ADD {ddl_table.foreign_key(key, table.namespace)}, ALGORITHM=INPLACE, LOCK=NONE"
    drops = [Task(f"{alter} DROP FOREIGN KEY {tick(name)}", lacks(there))]
    if not _has_own_index(table, key):
        # The server made an index of the key's name for it, and leaves it behind.
        drops.append(Task(f"{alter} DROP INDEX {tick(name)}", lacks(has_index(table.name, name))))
    return [
        Stage(
            title=f"Look for rows of {table.name} that would break the foreign key {name}",
            phase="expand",
            kind="check",
            tasks=(Task(orphan),),
            blocked=blocked,
        ),
        Stage(
            title=f"Add the foreign key {name} to {table.name}, for what is written from now on",
            phase="expand",
            kind="alone",
            tasks=(
                Task("SET SESSION foreign_key_checks = 0"),
                Task(add, there),
                Task("SET SESSION foreign_key_checks = 1"),
            ),
            undo=(Task("SET SESSION foreign_key_checks = 1"), *drops),
            release="SET SESSION foreign_key_checks = 1",
        ),
        Stage(
            title=f"Check the foreign key {name} for the rows that are there",
            phase="expand",
            kind="check",
            tasks=(Task(orphan),),
            blocked=blocked,
        ),
    ]


def _has_own_index(table: Table, key: ForeignKey) -> bool:
    """Whether an index begins with the key's columns already."""
    count = len(key.columns)
    held = [index.columns for index in table.indexes]
    held += [unique.columns for unique in table.uniques]
    held += [table.primary_key.columns] if table.primary_key else []
    return any(set(columns[:count]) == set(key.columns) for columns in held)


def _check(work: Work, table: Table, check: Check) -> Planned:
    """Neither product can add one while others write, so the rows are looked at before, and the waiting is announced."""
    name = _named(table, check.name, "check")
    alter, there = f"ALTER TABLE {tick(table.name)}", has_constraint(table.name, name)
    word = "CONSTRAINT" if work.catalog.engine == "mariadb" else "CHECK"
    look = Stage(
        title=f"Look for rows of {table.name} that would break the check {name}",
        phase="expand",
        kind="check",
        tasks=(Task(f"SELECT 1 FROM {tick(table.name)} WHERE NOT ({check.expression}) LIMIT 1"),),
        blocked=f"rows of {table.name} do not fulfil {check.expression}",
    )
    add = Stage(
        title=f"Add the check {name} to {table.name}",
        phase="expand",
        tasks=(Task(f"{alter} ADD {ddl_table.check(check)}", there),),
        undo=(Task(f"{alter} DROP {word} {tick(name)}", lacks(there)),),
        waits="The server copies the table for this and keeps writers waiting; dbwright online hand-over does not.",
    )
    return Planned([look, add])
