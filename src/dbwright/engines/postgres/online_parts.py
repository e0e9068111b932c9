"""Keys, checks, foreign keys and indexes built beside the ones that are there, without keeping anyone waiting."""

from collections.abc import Iterator

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Check, ForeignKey, Index, KeyPart, PrimaryKey, Unique
from dbwright.change.online import AddPart, Stage, Task
from dbwright.change.operations import AddCheck, AddForeignKey, AddPrimaryKey, AddUnique, CreateIndex
from dbwright.engines.postgres.ddl_columns import check_sql, foreign_key_sql, index_sql
from dbwright.engines.postgres.ddl_tables import index_settings
from dbwright.engines.postgres.online_work import Work, name_of, refuse
from dbwright.engines.postgres.words import identifier, literal, qualified


def add_part(work: Work, change: AddPart) -> list[Stage]:
    """The stages that add a part of a table: all in the expand phase, since it breaks nobody who keeps to it."""
    table = work.table(change.table)
    match change.operation:
        case CreateIndex(index=index):
            return [build_index(table, index)]
        case AddUnique(unique=unique):
            return list(_add_key(work, table, unique, "UNIQUE"))
        case AddPrimaryKey(key=key):
            return list(_add_primary_key(work, table, key))
        case AddCheck(check=check):
            return list(add_check(table, check, f"{check.name or 'The check'} of {table.ref}"))
        case AddForeignKey(key=key):
            return list(add_foreign_key(table, key))


def build_index(table: Table, index: Index) -> Stage:
    """CREATE INDEX CONCURRENTLY; an invalid one that was left behind is dropped first."""
    name = qualified(table.namespace, index.name)
    there = (
        "SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE i.indisvalid AND c.relname = {literal(index.name)} AND n.nspname = {literal(table.namespace)}"
    )
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    build = Task(index_sql(table.namespace, table.name, index, concurrently=True), there, (drop,))
    settings = [Task(text) for text in index_settings(table.namespace, index)]
    if index.comment:
        settings.append(Task(f"COMMENT ON INDEX {name} IS {literal(index.comment)}"))
    return Stage(
        title=f"Build the index {index.name} on {table.ref}",
        phase="expand",
        kind="alone",
        tasks=(build, *settings),
        undo=(Task(drop),),
    )


def key_index(name: str, key: PrimaryKey | Unique) -> Index:
    """The unique index that a key stands on."""
    distinct = key.nulls_distinct if isinstance(key, Unique) else True
    parts = tuple(KeyPart(column=column) for column in key.columns)
    return Index(name=name, parts=parts, unique=True, include=key.include, options=key.options, nulls_distinct=distinct)


def use_index(table: Table, index: str, key: PrimaryKey | Unique) -> Task:
    """Make a constraint out of a unique index, which takes over its name."""
    word = "UNIQUE" if isinstance(key, Unique) else "PRIMARY KEY"
    deferral = ""
    if key.deferral:
        deferral = " DEFERRABLE INITIALLY DEFERRED" if key.deferral == "deferred" else " DEFERRABLE"
    name = f"CONSTRAINT {identifier(key.name)} " if key.name else ""
    return Task(f"ALTER TABLE {name_of(table)} ADD {name}{word} USING INDEX {identifier(index)}{deferral}")


def comment_on(table: Table, part: PrimaryKey | Unique | ForeignKey | Check) -> tuple[Task, ...]:
    """The comment of a constraint, if it has one."""
    if not part.comment or not part.name:
        return ()
    return (Task(f"COMMENT ON CONSTRAINT {identifier(part.name)} ON {name_of(table)} IS {literal(part.comment)}"),)


def _add_key(work: Work, table: Table, key: Unique | PrimaryKey, word: str) -> Iterator[Stage]:
    if key.without_overlaps:
        refuse(
            f"the key {key.name} WITHOUT OVERLAPS cannot be built beside the running application",
            "Use a plain ALTER TABLE.",
        )
    index = work.temporary("key")
    yield build_index(table, key_index(index, key))
    drop = Task(
        f"ALTER TABLE {name_of(table)} DROP CONSTRAINT IF EXISTS {identifier(key.name or f'{table.name}_pkey')}"
    )
    yield Stage(
        title=f"Make {', '.join(key.columns)} the {word.lower()} key of {table.ref}",
        phase="expand",
        tasks=(use_index(table, index, key), *comment_on(table, key)),
        undo=(drop,),
    )


def _add_primary_key(work: Work, table: Table, key: PrimaryKey) -> Iterator[Stage]:
    if table.primary_key:
        refuse(f"{table.ref} has a primary key already", "Drop it first.")
    for place, name in enumerate(key.columns):
        column = table.column(name)
        if column is not None and column.nullable:
            yield from not_null(table, name, work.temporary(f"not_null_{place}"))
    yield from _add_key(work, table, key, "PRIMARY")


def not_null(table: Table, column: str, check: str, *, undo: bool = True) -> Iterator[Stage]:
    """NOT NULL without a scan under lock: a check, validated while others write, then NOT NULL, which takes it as proof."""
    name, shown = name_of(table), identifier(column)
    proof = Check(name=check, expression=f"{shown} IS NOT NULL")
    yield from add_check(table, proof, f"That {table.ref}.{column} is never NULL")
    yield Stage(
        title=f"Forbid NULL in {table.ref}.{column}",
        phase="expand",
        tasks=(
            # Not in one ALTER TABLE: it would drop the check first, and then read all rows under its lock.
            Task(f"ALTER TABLE {name} ALTER COLUMN {shown} SET NOT NULL"),
            Task(f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {identifier(check)}"),
        ),
        undo=(Task(f"ALTER TABLE {name} ALTER COLUMN {shown} DROP NOT NULL"),) if undo else (),
    )


def add_check(table: Table, check: Check, what: str) -> Iterator[Stage]:
    """A check for new rows at once, for the others while they can be written."""
    added = check_sql(replace(check, validated=False))
    yield from _added_then_validated(table, check.name, added, what, comment_on(table, check), validate=check.validated)


def add_foreign_key(table: Table, key: ForeignKey) -> Iterator[Stage]:
    """A foreign key for new rows at once, for the others while they can be written."""
    added = foreign_key_sql(replace(key, validated=False))
    what = f"That every row of {table.ref} has its row in {'.'.join(key.table)}"
    yield from _added_then_validated(table, key.name, added, what, comment_on(table, key), validate=key.validated)


def _added_then_validated(
    table: Table, name: str | None, text: str, what: str, after: tuple[Task, ...], *, validate: bool
) -> Iterator[Stage]:
    if name is None:
        refuse(f"the constraint to be added to {table.ref} has no name", "Give it one.")
    there = (
        f"SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = {literal(name)}"
        f" AND conrelid = {literal(name_of(table))}::regclass"
    )
    yield Stage(
        title=f"Add the constraint {name} to {table.ref}, for what is written from now on",
        phase="expand",
        tasks=(Task(f"ALTER TABLE {name_of(table)} ADD {text}", there), *after),
        undo=(Task(f"ALTER TABLE {name_of(table)} DROP CONSTRAINT IF EXISTS {identifier(name)}"),),
    )
    if validate:
        yield Stage(
            title=f"Check {what[0].lower()}{what[1:]}, for the rows that are there",
            phase="expand",
            kind="alone",
            tasks=(
                Task(
                    f"ALTER TABLE {name_of(table)} VALIDATE CONSTRAINT {identifier(name)}", f"{there} AND convalidated"
                ),
            ),
        )
