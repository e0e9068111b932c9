"""Changes to columns → steps: NULL, defaults, names, and what ChangeColumn holds."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.change.operations import (
    AlterColumnType,
    ChangeColumn,
    DropColumn,
    RenameColumn,
    SetDefault,
    SetNullable,
)
from dbwright.change.plan import Step
from dbwright.engines.postgres.column_type import alter_column_type, find_column, set_aside_for_column
from dbwright.engines.postgres.ddl_columns import column_sql, cut_together
from dbwright.engines.postgres.naming import comment_sql, part_sql
from dbwright.engines.postgres.numbering import change_identity
from dbwright.engines.postgres.sqltext import split_at_commas
from dbwright.engines.postgres.stepping import Work, alter_column, alter_table, plain, step, together
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.errors import Unsupported

_PROVED = (
    "The check is proved while others write, and from it PostgreSQL knows that no row holds NULL: SET NOT NULL alone would"
    " read all rows while nobody can read or write the table."
)
_USUAL_STORAGE = {"decimal": "MAIN", "network": "MAIN"}


# ---------------------------------------------------------------- NULL


def set_nullable(operation: SetNullable, work: Work) -> list[Step]:
    """DROP NOT NULL takes a moment; SET NOT NULL is proved by a check first."""
    if work.same_on_parent(operation):
        return []
    if operation.nullable:
        return plain([f"{alter_column(operation.target)} DROP NOT NULL"])
    table = find_table(work.catalog, operation.target)
    if work.is_unused(table.ref) or table.kind == "foreign" or _is_proved(table, operation.target.name):
        return plain([f"{alter_column(operation.target)} SET NOT NULL"])
    return not_null_steps(table, operation.target.name)


def not_null_steps(table: Table, column: str) -> list[Step]:
    """NOT NULL through a check that is added unproved, proved while others write, and dropped when it has served."""
    alter, set_null = alter_table(table.ref), alter_column(table.column_ref(column))
    check = free_name(table, column, "not_null")
    name = identifier(check)
    drop = f"{alter} DROP CONSTRAINT IF EXISTS {name}"
    add = f"{alter} ADD CONSTRAINT {name} CHECK ({identifier(column)} IS NOT NULL) NOT VALID"
    place = table.column_ref(column)
    return [
        step(add, f"Refuse new NULLs in {place}", _PROVED, undo=[drop], cleanup=[drop]),
        step(f"{alter} VALIDATE CONSTRAINT {name}", f"Prove that {place} holds no NULL"),
        step(f"{set_null} SET NOT NULL", f"Forbid NULL in {place}", undo=[f"{set_null} DROP NOT NULL"]),
        step(drop, f"Drop the check that proved it for {place}", undo=[add, f"{alter} VALIDATE CONSTRAINT {name}"]),
    ]


def _is_proved(table: Table, column: str) -> bool:
    wanted = f"{identifier(column)} IS NOT NULL"
    return any(check.validated and check.enforced and check.expression == wanted for check in table.checks)


def free_name(table: Table, column: str, label: str) -> str:
    """A name for a constraint or an index that the table has none of."""
    parts: tuple[Any, ...] = (*table.checks, *table.uniques, *table.foreign_keys, *table.exclusions, *table.indexes)
    taken = {part.name for part in parts}
    number = 0
    while (name := cut_together(table.name, column, f"{label}{number or ''}")) in taken:
        number += 1
    return name


# ---------------------------------------------------------------- defaults, names, dropping


def set_default(operation: SetDefault, work: Work) -> list[Step]:
    """For new rows only; children keep their own default."""
    change = "DROP DEFAULT" if operation.default is None else f"SET DEFAULT {operation.default}"
    return plain([f"{_alter_only(operation.target)} {change}"])


def _alter_only(target: Ref) -> str:
    return alter_column(target).replace("ALTER TABLE ", "ALTER TABLE ONLY ", 1)


def rename_column(operation: RenameColumn, work: Work) -> list[Step]:
    """Views, indexes and constraints follow by themselves."""
    if work.same_on_parent(operation):
        return []
    return plain(
        [
            f"{alter_table(operation.target)} RENAME COLUMN {identifier(operation.target.name)} TO {identifier(operation.to)}"
        ]
    )


def drop_column(operation: DropColumn, work: Work) -> list[Step]:
    """The rows are not written again: the column is only no longer there. Sequences that outlive it are set free first."""
    if work.same_on_parent(operation):
        return []
    target = operation.target
    find_column(work.catalog, target)
    free = free_sequences(work.catalog, target)
    own = [
        f"{alter_table(each.ref)} DROP COLUMN IF EXISTS {identifier(target.name)}"
        for each in work.heirs_losing(operation)
    ]
    return [*free, *plain([f"{alter_table(target)} DROP COLUMN {identifier(target.name)}", *own])]


def free_sequences(catalog: Catalog, of: Ref) -> list[Step]:
    """The sequences of the catalog that would go with a table or a column."""
    return [
        step(
            f"ALTER SEQUENCE {qualified(each.namespace, each.name)} OWNED BY NONE",
            f"Keep the sequence {each.name} when {of} goes",
        )
        for each in catalog.sequences
        if each.owned_by and each.owned_by[: len(of.path)] == of.path
    ]


# ---------------------------------------------------------------- everything else about a column


def change_column(operation: ChangeColumn, work: Work) -> list[Step]:
    """What ChangeColumn asks for: numbering, computing, collation, storage, comment; and what stands in it besides."""
    target, new = operation.target, operation.to
    table = find_table(work.catalog, target)
    old = find_column(work.catalog, target)
    found: list[Step] = []
    if old.generated != new.generated:
        found += _change_generated(table, old, new, work)
        if not (old.generated and new.generated is None):
            return found
        old = msgspec.structs.replace(old, generated=None)
    passed_on = bool(work.parents(table))
    if (old.type != new.type or old.collation != new.collation) and not (passed_on and work.same_on_parent(operation)):
        typed = AlterColumnType(target=target, type=new.type)
        found += alter_column_type(typed, work, collation=new.collation, keep_default=old.default != new.default)
    if old.identity != new.identity:
        found += change_identity(table, old, new, work)
    elif old.default != new.default:
        found += set_default(SetDefault(target=target, default=new.default), work)
    if old.nullable != new.nullable and not (new.identity and not old.identity):
        found += set_nullable(SetNullable(target=target, nullable=new.nullable), work)
    found += plain(_settings(table, old, new, work))
    if old.comment != new.comment:
        name = qualified(table.namespace, table.name)
        found += plain([comment_sql(part_sql(target, name), new.comment)])
    return found


def _change_generated(table: Table, old: Column, new: Column, work: Work) -> list[Step]:
    ref = table.column_ref(old.name)
    if old.generated and new.generated is None:
        if work.version < 13 or not old.generated.stored:
            return _made_again(table, old, new, work)
        return plain([f"{alter_column(ref)} DROP EXPRESSION"])
    same_kind = old.generated and new.generated and old.generated.stored == new.generated.stored
    if same_kind and new.generated and work.version >= 17:
        first = step(f"{alter_column(ref)} SET EXPRESSION AS ({new.generated.expression})")
        rest = msgspec.structs.replace(old, generated=new.generated)
        return [first, *plain(_settings(table, rest, new, work))]
    return _made_again(table, old, new, work)


def _made_again(table: Table, old: Column, new: Column, work: Work) -> list[Step]:
    """Dropped and added: there is no other way between a column that is computed and one that is not."""
    ref = table.column_ref(old.name)
    used = _uses(table, old.name)
    if used or set_aside_for_column(work, table, ref)[0]:
        raise Unsupported(
            "PostgreSQL",
            f"change how {ref} is computed while {used or 'a view, a policy or a trigger'} uses it",
            hint=f"Drop {used or 'it'} first, and make it again afterwards.",
        )
    add = f"{alter_table(ref)} ADD COLUMN {column_sql(table.namespace, table.name, new)}"
    steps = [step(f"{alter_table(ref)} DROP COLUMN {identifier(old.name)}", f"Drop the column {ref}"), step(add)]
    if new.comment is not None:
        steps += plain([comment_sql(part_sql(ref, qualified(table.namespace, table.name)), new.comment)])
    return together(
        steps, "PostgreSQL can only change how a column is computed by making it anew; it then stands last."
    )


def _uses(table: Table, column: str) -> str:
    keys: tuple[Any, ...] = (*([table.primary_key] if table.primary_key else []), *table.uniques, *table.foreign_keys)
    for key in keys:
        if column in key.columns:
            return f"the constraint {key.name}"
    for index in table.indexes:
        if column in index.columns or column in index.include:
            return f"the index {index.name}"
    return ""


def _settings(table: Table, old: Column, new: Column, work: Work) -> Iterable[str]:
    """Storage, compression, statistics targets and the like."""
    alter = _alter_only(table.column_ref(old.name))
    for option in sorted(old.options.keys() | new.options.keys()):
        before, after = old.options.get(option), new.options.get(option)
        if before == after:
            continue
        match option:
            case "storage":
                yield f"{alter} SET STORAGE {after or _USUAL_STORAGE.get(new.type.kind, 'EXTENDED')}"
            case "compression":
                yield f"{alter} SET COMPRESSION {after or 'default'}"
            case "statistics":
                yield f"{alter} SET STATISTICS {after or -1}"
            case "attributes":
                yield from _attributes(alter, before, after)
            case "not null" if after:
                yield f"{alter_table(table.ref)} ADD NOT NULL {identifier(new.name)} {after}"
            case "not null" if new.nullable:
                yield f"{alter} DROP NOT NULL"
            case "foreign":
                yield from _foreign(table, new.name, before or "", after or "")


def _attributes(alter: str, before: str | None, after: str | None) -> Iterator[str]:
    gone = _pairs(before or "").keys() - _pairs(after or "").keys()
    if gone:
        yield f"{alter} RESET ({', '.join(sorted(gone))})"
    if after:
        yield f"{alter} SET ({after})"


def _foreign(table: Table, column: str, before: str, after: str) -> Iterator[str]:
    old, new = _pairs(before, " "), _pairs(after, " ")
    changes = [f"DROP {name}" for name in old if name not in new]
    changes += [f"{'SET' if name in old else 'ADD'} {name} {value}" for name, value in new.items()]
    if changes:
        name = qualified(table.namespace, table.name)
        yield f"ALTER FOREIGN TABLE {name} ALTER COLUMN {identifier(column)} OPTIONS ({', '.join(changes)})"


def _pairs(text: str, mark: str = "=") -> dict[str, str]:
    pairs = (part.partition(mark) for part in split_at_commas(text))
    return {name.strip(): value.strip() for name, _, value in pairs}
