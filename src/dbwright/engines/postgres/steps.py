"""Operations → statements. Where PostgreSQL can do without blocking writers for long, that form is taken."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant, Table, View
from dbwright.catalog.parts import Column, Index
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
)
from dbwright.engines.postgres.ddl_access import default_grant_sql, grant_sql, grants_on, owner_sql, revoke_sql
from dbwright.engines.postgres.ddl_columns import check_sql, foreign_key_sql, index_sql, primary_key_sql, unique_sql
from dbwright.engines.postgres.ddl_comments import of_view
from dbwright.engines.postgres.ddl_tables import index_settings
from dbwright.engines.postgres.ddl_views import create_view, view_settings
from dbwright.engines.postgres.privileges import PUBLIC, usual_for_public
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.errors import Unsupported, UsageError

_PLAIN_LITERAL = re.compile(r"(E?'(?:[^']|'')*')::[\w\s.\"]+(?:\([\d,]+\))?[\w\s]*(?:\[\])*\Z")


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements that apply the operations, one after another, to a database that holds the catalog.

    Each commits by itself; those that say CONCURRENTLY cannot run inside a transaction.
    Raises Unsupported for an operation that PostgreSQL cannot do, UsageError where it does not fit the catalog.
    """
    statements: list[str] = []
    for operation in operations:
        write = _WRITERS.get(type(operation))
        if write is None:
            raise Unsupported("PostgreSQL", f"do what {type(operation).__name__} asks")
        statements += write(operation, catalog)
        catalog = operation.apply(catalog)
    return statements


def _alter(target: Ref) -> str:
    return f"ALTER TABLE {qualified(target.path[0], target.path[1])}"


def _column(catalog: Catalog, target: Ref) -> Column:
    column = find_table(catalog, target).column(target.name)
    if column is None:
        raise UsageError(f"There is no column {target}.")
    return column


# ---------------------------------------------------------------- columns


def _set_nullable(operation: SetNullable, catalog: Catalog) -> list[str]:
    word = "DROP" if operation.nullable else "SET"
    return [f"{_alter(operation.target)} ALTER COLUMN {identifier(operation.target.name)} {word} NOT NULL"]


def _set_default(operation: SetDefault, catalog: Catalog) -> list[str]:
    change = "DROP DEFAULT" if operation.default is None else f"SET DEFAULT {operation.default}"
    return [f"{_alter(operation.target)} ALTER COLUMN {identifier(operation.target.name)} {change}"]


def _alter_column_type(operation: AlterColumnType, catalog: Catalog) -> list[str]:
    """The default goes before the change and comes back after it: the server seldom can convert it."""
    target = operation.target
    column = _column(catalog, target)
    alter = f"ALTER COLUMN {identifier(target.name)}"
    changes = [f"{alter} TYPE {operation.type.spelling}" + (f" USING {operation.using}" if operation.using else "")]
    default = operation.default or column.default
    if column.default is not None:
        changes.insert(0, f"{alter} DROP DEFAULT")
    if default is not None:
        literal = _PLAIN_LITERAL.match(default)
        changes.append(f"{alter} SET DEFAULT {literal[1] if literal else default}")
    statements = [f"{_alter(target)} {', '.join(changes)}"]
    identity = column.identity
    if identity and identity.generation == "serial" and identity.sequence and operation.type.kind == "integer":
        statements.append(f"ALTER SEQUENCE {qualified(*identity.sequence)} AS {operation.type.spelling}")
    return _around_views(catalog, target, statements)


def _around_views(catalog: Catalog, column: Ref, statements: list[str]) -> list[str]:
    """The statements, with the views that show the column dropped before and made again after."""
    name = re.compile(rf"(?<![\w$]){re.escape(identifier(column.name))}(?![\w$])")
    views: list[View] = []
    waiting = list(catalog.views)
    while True:
        touched = {view.ref for view in views}
        found = [
            view
            for view in waiting
            if touched & set(view.depends_on) or (column.table in view.depends_on and name.search(view.definition))
        ]
        if not found:
            break
        views += found
        waiting = [view for view in waiting if view not in found]
    dropped = [
        f"DROP {'MATERIALIZED VIEW' if view.materialized else 'VIEW'} {qualified(view.namespace, view.name)}"
        for view in reversed(views)
    ]
    made = [statement for view in views for statement in _make_again(catalog, view)]
    return [*dropped, *statements, *made]


def _make_again(catalog: Catalog, view: View) -> list[str]:
    statements = [*create_view(view), *view_settings(view), *(trigger.definition for trigger in view.triggers)]
    statements += of_view(view)
    if view.owner:
        word = "MATERIALIZED VIEW" if view.materialized else "VIEW"
        statements.append(owner_sql(word, qualified(view.namespace, view.name), view.owner))
    return [*statements, *grants_on(catalog, view.ref)]


# ---------------------------------------------------------------- keys and checks


def _add_primary_key(operation: AddPrimaryKey, catalog: Catalog) -> list[str]:
    return [f"{_alter(operation.target)} ADD {primary_key_sql(operation.key)}"]


def _drop_primary_key(operation: DropPrimaryKey, catalog: Catalog) -> list[str]:
    table = find_table(catalog, operation.target)
    name = table.primary_key.name if table.primary_key else None
    return [f"{_alter(operation.target)} DROP CONSTRAINT {identifier(name or f'{table.name}_pkey')}"]


def _add_unique(operation: AddUnique, catalog: Catalog) -> list[str]:
    return [f"{_alter(operation.target)} ADD {unique_sql(operation.unique)}"]


def _add_foreign_key(operation: AddForeignKey, catalog: Catalog) -> list[str]:
    key = operation.key
    text = f"{_alter(operation.target)} ADD {foreign_key_sql(key)}"
    table = find_table(catalog, operation.target)
    if table.kind == "partitioned" or not key.validated or not key.enforced:
        return [text]
    return _then_validated(operation.target, text, key.name)


def _add_check(operation: AddCheck, catalog: Catalog) -> list[str]:
    check = operation.check
    text = f"{_alter(operation.target)} ADD {check_sql(check)}"
    if not check.validated or not check.enforced:
        return [text]
    return _then_validated(operation.target, text, check.name)


def _then_validated(target: Ref, text: str, name: str | None) -> list[str]:
    """Added first, which needs a lock for a moment; then checked, while others may write."""
    if name is None:
        return [text]
    return [f"{text} NOT VALID", f"{_alter(target)} VALIDATE CONSTRAINT {identifier(name)}"]


def _drop_constraint(operation: DropConstraint, catalog: Catalog) -> list[str]:
    return [f"{_alter(operation.target)} DROP CONSTRAINT {identifier(operation.target.name)}"]


# ---------------------------------------------------------------- indexes


def _create_index(operation: CreateIndex, catalog: Catalog) -> list[str]:
    table, namespace, name = _holder(catalog, operation.target), operation.target.path[0], operation.target.path[1]
    at_once = isinstance(table, Table) and table.kind == "partitioned"
    statement = index_sql(namespace, name, operation.index, concurrently=not at_once)
    return [statement, *index_settings(namespace, operation.index)]


def _drop_index(operation: DropIndex, catalog: Catalog) -> list[str]:
    table, index = _index(catalog, operation.target)
    at_once = table.kind == "partitioned" or (index is not None and index.parent is not None)
    how = "" if at_once else "CONCURRENTLY "
    return [f"DROP INDEX {how}{qualified(operation.target.path[0], operation.target.name)}"]


def _rebuild_index(operation: RebuildIndex, catalog: Catalog) -> list[str]:
    table, _ = _index(catalog, operation.target)
    how = "" if table.kind == "partitioned" else "CONCURRENTLY "
    return [f"REINDEX INDEX {how}{qualified(operation.target.path[0], operation.target.name)}"]


def _index(catalog: Catalog, target: Ref) -> tuple[Table, Index | None]:
    table = find_table(catalog, target)
    return table, next((index for index in table.indexes if index.name == target.name), None)


def _holder(catalog: Catalog, target: Ref) -> Table | View:
    for view in catalog.views:
        if view.ref.path == target.path[:2]:
            return view
    return find_table(catalog, target)


# ---------------------------------------------------------------- privileges


def _revoke(operation: Revoke, catalog: Catalog) -> list[str]:
    grant = operation.grant
    if grant.default_for:
        return [default_grant_sql(grant, revoke=True)]
    usual = usual_for_public(grant.on) if grant.grantee == PUBLIC else frozenset()
    if not grant.privileges:
        # "Nothing is left" is taken back: what comes by nature is given again.
        return [_grant_of(catalog, grant, tuple(sorted(usual)))] if usual else []
    beyond = tuple(privilege for privilege in grant.privileges if privilege not in usual)
    taken = msgspec.structs.replace(grant, privileges=beyond or grant.privileges)
    return [revoke_sql(catalog, grant.on, grant.grantee, taken)]


def _grant(operation: GrantPrivileges, catalog: Catalog) -> list[str]:
    grant = operation.grant
    if grant.default_for:
        return [default_grant_sql(grant)]
    if not grant.privileges:
        return [revoke_sql(catalog, grant.on, grant.grantee)]
    return [grant_sql(catalog, grant)]


def _grant_of(catalog: Catalog, grant: Grant, privileges: tuple[str, ...]) -> str:
    return grant_sql(catalog, Grant(grantee=grant.grantee, privileges=privileges, on=grant.on))


_WRITERS: dict[type[Operation], Callable[[Any, Catalog], list[str]]] = {
    AddCheck: _add_check,
    AddForeignKey: _add_foreign_key,
    AddPrimaryKey: _add_primary_key,
    AddUnique: _add_unique,
    AlterColumnType: _alter_column_type,
    CreateIndex: _create_index,
    DropConstraint: _drop_constraint,
    DropIndex: _drop_index,
    DropPrimaryKey: _drop_primary_key,
    GrantPrivileges: _grant,
    RebuildIndex: _rebuild_index,
    Revoke: _revoke,
    SetDefault: _set_default,
    SetNullable: _set_nullable,
}
