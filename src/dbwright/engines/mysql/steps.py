"""Operations → statements. MySQL commits each by itself, and MODIFY COLUMN takes a column's whole definition."""

import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from dbwright.catalog.lookup import Lookup, find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import (
    AddCheck,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    CreateIndex,
    DropConstraint,
    DropIndex,
    DropPrimaryKey,
    GrantPrivileges,
    Operation,
    RebuildIndex,
    Revoke,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.canonical import canonical_now
from dbwright.engines.mysql.column_types import read_type, spell
from dbwright.engines.mysql.ddl import grant_statement, revoke_statements
from dbwright.engines.mysql.words import tick
from dbwright.errors import Unsupported, UsageError

_SPELLING = re.compile(r"\w+(\(.*\))?( unsigned)?( zerofill)?", re.IGNORECASE | re.DOTALL)


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements for the operations, each seen against the catalog that those before it leave.

    Raises Unsupported for what MySQL or MariaDB cannot do, UsageError for an operation that does not fit the catalog.
    """
    statements: list[str] = []
    for retyping, group in groupby(operations, key=lambda each: isinstance(each, AlterColumnType)):
        together = list(group)
        after = apply_all(together, catalog)
        keys = _keys_in_the_way(together, catalog) if retyping else []
        statements += [_alter(table.ref, f"DROP FOREIGN KEY {tick(key.name or '')}") for table, key in keys]
        for operation in together:
            statements += _statements(operation, catalog)
            catalog = operation.apply(catalog)
        for table, key in keys:
            _must_fit(table, key, after)
            statements.append(_alter(table.ref, f"ADD {ddl_table.foreign_key(key, table.namespace)}"))
    return statements


def _keys_in_the_way(operations: Sequence[Operation], catalog: Catalog) -> list[tuple[Table, ForeignKey]]:
    """The foreign keys over the columns that change their type: the server refuses the change while they stand."""
    changed = {operation.target.path for operation in operations}
    return [
        (table, key)
        for table in catalog.tables
        for key in table.foreign_keys
        if any((table.namespace, table.name, column) in changed for column in key.columns)
        or any((*key.table, column) in changed for column in key.referenced)
    ]


def _must_fit(table: Table, key: ForeignKey, after: Catalog) -> None:
    lookup = Lookup(after)
    parent = lookup.table(key.table)
    child = lookup.table((table.namespace, table.name))
    for own, other in zip(key.columns, key.referenced, strict=True):
        left = child.column(own) if child else None
        right = parent.column(other) if parent else None
        if left and right and _comparable(left.type) != _comparable(right.type):
            raise Unsupported(
                _title(after),
                f"give {table.ref}.{own} and {parent.ref if parent else ''}.{other} different types"
                f" while the foreign key {key.name} joins them",
                hint="Change both columns together.",
            )


def _comparable(type_: Type) -> tuple[object, ...]:
    """What must be the same on both sides of a foreign key."""
    if type_.is_text:
        return ("text",)
    return (type_.kind, type_.bits, type_.unsigned, type_.precision, type_.scale)


def _statements(operation: Operation, catalog: Catalog) -> list[str]:
    match operation:
        case SetNullable() | AlterColumnType():
            return _change_column(operation, catalog)
        case SetDefault():
            return _set_default(operation, catalog)
        case CreateIndex():
            return [_alter(operation.target, f"ADD {_index(operation.index, catalog)}")]
        case DropIndex():
            _must_have_index(operation.target, catalog)
            return [_alter(operation.target, f"DROP INDEX {tick(operation.target.name)}")]
        case RebuildIndex():
            return [_alter(operation.target, "FORCE")]
        case AddPrimaryKey():
            return [_alter(operation.target, f"ADD {ddl_table.primary_key(operation.key)}")]
        case DropPrimaryKey():
            return [_alter(operation.target, "DROP PRIMARY KEY")]
        case AddUnique():
            if not operation.unique.nulls_distinct:
                raise Unsupported(_title(catalog), "hold NULLs as equal in a unique constraint")
            return [_alter(operation.target, f"ADD {ddl_table.unique(operation.unique)}")]
        case AddForeignKey():
            return [_alter(operation.target, f"ADD {ddl_table.foreign_key(operation.key, operation.target.namespace)}")]
        case AddCheck():
            return [_alter(operation.target, f"ADD {ddl_table.check(operation.check)}")]
        case DropConstraint():
            return _drop_constraint(operation, catalog)
        case GrantPrivileges():
            return [grant_statement(operation.grant, catalog)]
        case Revoke():
            return revoke_statements(operation.grant, catalog)
    raise Unsupported(_title(catalog), f"carry out {type(operation).__name__}")


def _title(catalog: Catalog) -> str:
    return "MariaDB" if catalog.engine == "mariadb" else "MySQL"


def _alter(target: Ref, change: str) -> str:
    return f"ALTER TABLE {_name(target)} {change}"


def _name(target: Ref) -> str:
    return ".".join(tick(part) for part in target.path[:2] if part)


# ---------------------------------------------------------------- columns


def _change_column(operation: SetNullable | AlterColumnType, catalog: Catalog) -> list[str]:
    table = find_table(catalog, operation.target)
    before = _column(table, operation.target)
    if isinstance(operation, SetNullable):
        return [_modify(table, msgspec.structs.replace(before, nullable=operation.nullable))]
    after = msgspec.structs.replace(before, type=_own(operation.type), default=operation.default or before.default)
    if not (after.type.is_text or after.type.kind in ("enum", "set")):
        after = msgspec.structs.replace(after, charset=None, collation=None)
    statements = [_modify(table, after)]
    if operation.using:
        name = tick(before.name)
        statements.insert(0, f"UPDATE {_name(table.ref)} SET {name} = {operation.using} WHERE {name} IS NOT NULL")
    return statements


def _own(type_: Type) -> Type:
    """The type in this engine's spelling, where the operation came with another's."""
    own = _SPELLING.fullmatch(type_.spelling) and read_type(type_.spelling).kind == type_.kind != "other"
    return type_ if own else msgspec.structs.replace(type_, spelling=spell(type_))


def _set_default(operation: SetDefault, catalog: Catalog) -> list[str]:
    table = find_table(catalog, operation.target)
    column = _column(table, operation.target)
    name = tick(column.name)
    if operation.default is None:
        return [_alter(table.ref, f"ALTER COLUMN {name} DROP DEFAULT")]
    if canonical_now(operation.default):
        return [_modify(table, msgspec.structs.replace(column, default=operation.default))]
    return [_alter(table.ref, f"ALTER COLUMN {name} SET DEFAULT {ddl_table.default(operation.default)}")]


def _modify(table: Table, column: Column) -> str:
    inline = ddl_table.inline_checks(table).get(column.name)
    return _alter(table.ref, f"MODIFY COLUMN {ddl_table.column_definition(column, inline)}")


def _column(table: Table, target: Ref) -> Column:
    column = table.column(target.name)
    if column is None:
        raise UsageError(f"There is no column {target}.")
    return column


# ---------------------------------------------------------------- indexes and constraints


def _index(index: Index, catalog: Catalog) -> str:
    title = _title(catalog)
    if index.predicate:
        raise Unsupported(title, "keep an index over a part of the rows")
    if index.include:
        raise Unsupported(title, "keep further columns in an index (INCLUDE)")
    if index.method not in ("btree", "hash", "fulltext", "spatial"):
        raise Unsupported(title, f"build an index by the method {index.method}")
    if catalog.engine == "mariadb" and any(part.expression for part in index.parts):
        raise Unsupported(title, "index an expression", hint="Add a generated column and index that.")
    return ddl_table.index(index, catalog.engine)


def _must_have_index(target: Ref, catalog: Catalog) -> None:
    if all(index.name != target.name for index in find_table(catalog, target).indexes):
        raise UsageError(f"There is no index {target}.")


def _drop_constraint(operation: DropConstraint, catalog: Catalog) -> list[str]:
    table = find_table(catalog, operation.target)
    name = _constraint_name(operation, table)
    match operation.target.kind:
        case "unique":
            return [_alter(table.ref, f"DROP INDEX {tick(name)}")]
        case "foreign_key":
            return [_alter(table.ref, f"DROP FOREIGN KEY {tick(name)}")]
        case "check" if name in ddl_table.inline_checks(table):
            column = table.column(name)
            return [_alter(table.ref, f"MODIFY COLUMN {ddl_table.column_definition(column)}")] if column else []
        case "check":
            word = "CONSTRAINT" if catalog.engine == "mariadb" else "CHECK"
            return [_alter(table.ref, f"DROP {word} {tick(name)}")]
    raise Unsupported(_title(catalog), f"have a constraint of the kind {operation.target.kind}")


def _constraint_name(operation: DropConstraint, table: Table) -> str:
    """The constraint's own name, found by what it holds where the operation gives none."""
    if not operation.nameless:
        return operation.target.name
    held = [
        *((unique.name, unique.columns, "unique") for unique in table.uniques),
        *((key.name, key.columns, "foreign_key") for key in table.foreign_keys),
        *((check.name, (check.expression,), "check") for check in table.checks),
    ]
    for name, content, kind in held:
        if name and kind == operation.target.kind and content == operation.nameless:
            return name
    raise UsageError(
        f"{table.ref} has no {operation.target.kind.replace('_', ' ')} over {', '.join(operation.nameless)}."
    )
