"""Changes to keys and constraints → steps: built or added unproved first, then proved while others write."""

from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import ForeignKey, Index, KeyPart, PrimaryKey, Unique
from dbwright.change.operations import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    DropConstraint,
    DropPrimaryKey,
)
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import (
    check_sql,
    cut_together,
    deferral_words,
    foreign_key_sql,
    index_sql,
    primary_key_sql,
    unique_sql,
)
from dbwright.engines.postgres.naming import comment_sql
from dbwright.engines.postgres.stepping import Work, alter_table, plain, step
from dbwright.engines.postgres.steps_columns import not_null_steps
from dbwright.engines.postgres.steps_indexes import CONCURRENTLY
from dbwright.engines.postgres.words import identifier, qualified

_PROVED_LATER = "Added unproved, it needs its locks for a moment only; all rows are read in the next step, while others read and write."
_NO_OTHER_WAY = (
    "PostgreSQL builds its index while nobody can write to the table; it has no other way for this constraint."
)


# ---------------------------------------------------------------- primary keys and unique constraints


def add_primary_key(operation: AddPrimaryKey, work: Work) -> list[Step]:
    """Through a unique index that is built while others write; its columns are proved to hold no NULL first."""
    table, key = find_table(work.catalog, operation.target), operation.key
    if _done_by_parent(operation, work):
        return []
    key = msgspec.structs.replace(key, name=key.name or cut_together(table.name, "", "pkey"))
    words = _comment(table, key.name, key.comment)
    plainly = work.is_unused(table.ref) or table.temporary or key.without_overlaps
    if plainly or table.kind == "partitioned":
        own = [] if plainly else _on_partitions(operation, table, key, work)
        return [
            *own,
            step(f"{alter_table(table.ref)} ADD {primary_key_sql(key)}", undo=_dropped(table, key.name)),
            *words,
        ]
    steps: list[Step] = []
    for name in key.columns:
        column = table.column(name)
        if column is not None and column.nullable:
            steps += not_null_steps(table, name)
    return [*steps, *_through_index(table, key, "PRIMARY KEY"), *words]


def add_unique(operation: AddUnique, work: Work) -> list[Step]:
    """Through a unique index that is built while others write."""
    table, unique = find_table(work.catalog, operation.target), operation.unique
    if _done_by_parent(operation, work):
        return []
    name = unique.name or cut_together(table.name, "_".join(unique.columns), "key")
    unique = msgspec.structs.replace(unique, name=name)
    words = _comment(table, name, unique.comment)
    plainly = work.is_unused(table.ref) or table.temporary or unique.without_overlaps
    if plainly or table.kind == "partitioned":
        own = [] if plainly else _on_partitions(operation, table, unique, work)
        return [*own, step(f"{alter_table(table.ref)} ADD {unique_sql(unique)}", undo=_dropped(table, name)), *words]
    return [*_through_index(table, unique, "UNIQUE"), *words]


def _through_index(table: Table, key: PrimaryKey | Unique, words: str) -> list[Step]:
    assert key.name is not None
    index = index_of(key)
    name = qualified(table.namespace, key.name)
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    attach = f"ADD CONSTRAINT {identifier(key.name)} {words} USING INDEX {identifier(key.name)}"
    return [
        step(
            index_sql(table.namespace, table.name, index, concurrently=True),
            f"Build the unique index {key.name} on {table.ref}",
            CONCURRENTLY,
            undo=[drop],
            cleanup=[drop],
        ),
        step(
            f"{alter_table(table.ref)} {attach}{deferral_words(key.deferral)}",
            f"Make the index {key.name} the constraint",
            undo=_dropped(table, key.name),
        ),
    ]


def index_of(key: PrimaryKey | Unique) -> Index:
    """The unique index that a key stands on."""
    return Index(
        name=key.name or "",
        parts=tuple(KeyPart(column=name) for name in key.columns),
        unique=True,
        nulls_distinct=key.nulls_distinct if isinstance(key, Unique) else True,
        include=key.include,
        options=key.options,
    )


def _on_partitions(operation: Any, table: Table, key: Any, work: Work) -> list[Step]:
    """The same key on each partition, through an index built while others write; the parent then adopts them."""
    field = "key" if isinstance(operation, AddPrimaryKey) else "unique"
    steps: list[Step] = []
    for partition in work.partitions(table):
        if _has(partition, key):
            continue
        own = next(
            (
                getattr(each, field)
                for each in work.wanted_on(type(operation), (partition.namespace, partition.name))
                if getattr(each, field).columns == key.columns
            ),
            None,
        )
        label = ("", "pkey") if field == "key" else ("_".join(key.columns), "key")
        name = own.name if own else cut_together(partition.name, *label)
        own = msgspec.structs.replace(key, name=name, comment=None)
        if partition.kind == "partitioned":
            steps += _on_partitions(operation, partition, own, work)
            continue
        if field == "key":
            for column in own.columns:
                held = partition.column(column)
                steps += not_null_steps(partition, column) if held and held.nullable else []
        steps += _through_index(partition, own, "PRIMARY KEY" if field == "key" else "UNIQUE")
    return steps


def _has(table: Table, key: Any) -> bool:
    if isinstance(key, PrimaryKey):
        return table.primary_key is not None
    return any(each.columns == key.columns and each.nulls_distinct == key.nulls_distinct for each in table.uniques)


def _done_by_parent(operation: Any, work: Work) -> bool:
    """Whether the key of a partition comes with that of its parent."""
    table = work.table(operation.target.path)
    return table is not None and table.partition_of is not None and work.same_on_parent(operation)


def drop_primary_key(operation: DropPrimaryKey, work: Work) -> list[Step]:
    """The columns stay NOT NULL."""
    table = find_table(work.catalog, operation.target)
    if table.partition_of and _parent_lost(work, table, "key"):
        return []
    name = table.primary_key.name if table.primary_key else None
    return plain([f"{alter_table(operation.target)} DROP CONSTRAINT {identifier(name or f'{table.name}_pkey')}"])


def _parent_lost(work: Work, table: Table, what: str, columns: tuple[str, ...] = ()) -> bool:
    """Whether the key of the partitioned table above is dropped by the same list: those of its partitions go with it."""
    assert table.partition_of is not None
    path = table.partition_of.table
    parent = work.table(path)
    if what == "key":
        return bool(work.wanted_on(DropPrimaryKey, path))
    dropped = [each for each in work.wanted_on(DropConstraint, path) if each.target.kind == "unique"]
    if parent is None:
        return False
    stands = any(unique.columns == columns for unique in parent.uniques)
    return bool(dropped) and (
        not stands
        or any(u.name == each.target.name and u.columns == columns for each in dropped for u in parent.uniques)
    )


# ---------------------------------------------------------------- foreign keys, checks, exclusions


def add_foreign_key(operation: AddForeignKey, work: Work) -> list[Step]:
    """NOT VALID and then VALIDATE; for a partitioned table partition by partition, and then adopted by the parent."""
    key, table = operation.key, find_table(work.catalog, operation.target)
    if work.same_on_parent(operation) or _inherited(work, table, "foreign_keys", key.name):
        return []
    words = _comment(table, key.name, key.comment)
    text = f"{alter_table(operation.target)} ADD {foreign_key_sql(key)}"
    undo = _dropped(table, key.name)
    if not key.validated or not key.enforced or work.is_unused(table.ref) or key.name is None:
        return [step(text, undo=undo), *words]
    if table.kind == "partitioned" and work.version < 18:
        steps = []
        for partition in _leaves(table, work):
            if not any(_same_key(key, each) for each in partition.foreign_keys):
                steps += _then_proved(partition, f"{alter_table(partition.ref)} ADD {foreign_key_sql(key)}", key.name)
        return [*steps, step(text, undo=undo), *words]
    return [*_then_proved(table, text, key.name), *words]


def _leaves(table: Table, work: Work) -> list[Table]:
    return [each for each in work.family(table) if each.kind == "ordinary" and each.partition_of]


def _same_key(one: ForeignKey, other: ForeignKey) -> bool:
    return msgspec.structs.replace(one, name=None, comment=None) == msgspec.structs.replace(
        other, name=None, comment=None
    )


def add_check(operation: AddCheck, work: Work) -> list[Step]:
    """NOT VALID and then VALIDATE."""
    check, table = operation.check, find_table(work.catalog, operation.target)
    if work.same_on_parent(operation) or _inherited(work, table, "checks", check.name):
        return []
    words = _comment(table, check.name, check.comment)
    text = f"{alter_table(operation.target)} ADD {check_sql(check)}"
    if not check.validated or not check.enforced or work.is_unused(table.ref) or check.name is None:
        return [step(text, undo=_dropped(table, check.name)), *words]
    return [*_then_proved(table, text, check.name), *words]


def _inherited(work: Work, table: Table, field: str, name: str | None) -> bool:
    """Whether a parent has the constraint already, and so the child got it too."""
    if field == "foreign_keys" and not table.partition_of:
        return False
    return any(
        each.name == name and not getattr(each, "no_inherit", False)
        for parent in work.parents(table)
        for each in getattr(parent, field)
    )


def _then_proved(table: Table, text: str, name: str) -> list[Step]:
    """Added first, which needs a lock for a moment; then proved, while others may write."""
    drop = f"{alter_table(table.ref)} DROP CONSTRAINT IF EXISTS {identifier(name)}"
    return [
        step(f"{text} NOT VALID", f"Add {name} to {table.ref}, unproved", _PROVED_LATER, undo=[drop], cleanup=[drop]),
        step(
            f"{alter_table(table.ref)} VALIDATE CONSTRAINT {identifier(name)}",
            f"Prove {name} for all rows of {table.ref}",
        ),
    ]


def add_exclusion(operation: AddExclusion, work: Work) -> list[Step]:
    """Under lock: PostgreSQL has no other way."""
    table, exclusion = find_table(work.catalog, operation.target), operation.exclusion
    why = "" if work.is_unused(table.ref) else _NO_OTHER_WAY
    text = f"{alter_table(table.ref)} ADD CONSTRAINT {identifier(exclusion.name)} {exclusion.definition}"
    main = step(text, why=why, undo=_dropped(table, exclusion.name))
    return [main, *_comment(table, exclusion.name, exclusion.comment)]


def drop_constraint(operation: DropConstraint, work: Work) -> list[Step]:
    """What children inherited goes with it."""
    target, table = operation.target, find_table(work.catalog, operation.target)
    if target.kind in ("check", "foreign_key"):
        # What came from a parent went with the parent's, or will.
        field = "checks" if target.kind == "check" else "foreign_keys"
        if work.same_on_parent(operation) and (target.kind == "check" or table.partition_of):
            return []
        if _inherited(work, table, field, target.name):
            return []
    if target.kind == "unique" and table.partition_of:
        columns = next((each.columns for each in table.uniques if each.name == target.name), ())
        if _parent_lost(work, table, "unique", columns):
            return []
    name = identifier(target.name)
    own = work.heirs_losing(operation) if target.kind == "check" else []
    texts = [f"{alter_table(each.ref)} DROP CONSTRAINT IF EXISTS {name}" for each in own]
    return plain([f"{alter_table(target)} DROP CONSTRAINT {name}", *texts])


def _dropped(table: Table, name: str | None) -> list[str]:
    return [f"{alter_table(table.ref)} DROP CONSTRAINT {identifier(name)}"] if name else []


def _comment(table: Table, name: str | None, text: str | None) -> list[Step]:
    if text is None or name is None:
        return []
    return plain([comment_sql(f"CONSTRAINT {identifier(name)} ON {qualified(*table.ref.path)}", text)])
