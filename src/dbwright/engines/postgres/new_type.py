"""A new type in the place of an old one: made beside it, put under every column that uses it, and the old one dropped."""

from collections.abc import Callable
from typing import Any

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.change.plan import Step
from dbwright.engines.postgres.column_type import around, set_aside, without_cast
from dbwright.engines.postgres.ddl_access import grants_on
from dbwright.engines.postgres.ddl_columns import check_sql, cut_together, index_sql
from dbwright.engines.postgres.ddl_tables import index_settings
from dbwright.engines.postgres.dependants import Aside
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql
from dbwright.engines.postgres.stepping import Work, alter_table, step, together
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.errors import Unsupported


def put_in_place(kind: Kind, old: Any, create_sql: list[str], work: Work, through: Callable[[str], str]) -> list[Step]:
    """The old type renamed, the new one made, every column moved over, the old one dropped, all in one transaction.

    through: how a value is taken out of the old type, from the column's name.
    """
    path = (old.namespace, old.name)
    aside_name = cut_together(old.name, "", "old")
    moves: list[str] = []
    columns: list[tuple[Table, str]] = []
    rules = Aside()
    for table in work.catalog.tables:
        if any(_column_of(parent, path) for parent in work.parents(table)):
            continue  # what came from the parent goes with it
        for column in table.columns:
            if _uses(column.type, path):
                moves.append(_move(table, column, through))
                columns.append((table, column.name))
                for each in work.family(table):
                    rules.add(_rules_aside(each, path, rules))
    if any(_uses(attribute.type, path) for each in work.catalog.composites for attribute in each.attributes):
        raise Unsupported(
            "PostgreSQL",
            f"put another type in the place of {'.'.join(path)} while a composite type is made of it",
            hint="Take the attribute out of the composite type first, and add it again afterwards.",
        )
    taken = set_aside(work, columns, Ref(kind, path))
    taken.add(rules)
    comments = [comment_sql(named(kind, old), old.comment)] if old.comment is not None else []
    owner = [owner_sql(named(kind, old), old.owner)] if old.owner else []
    rename = f"ALTER {'DOMAIN' if kind == 'domain' else 'TYPE'} {qualified(*path)} RENAME TO {identifier(aside_name)}"
    end = f"DROP {'DOMAIN' if kind == 'domain' else 'TYPE'} {qualified(path[0], aside_name)}"
    grants = list(grants_on(work.catalog, Ref(kind, path)))
    texts = [rename, *create_sql, *comments, *owner, *grants, *moves, end]
    steps = [step(text, f"Put a new type in the place of {'.'.join(path)}") for text in texts]
    if taken.before:
        return around(steps, taken.before, taken.after, f"uses {'.'.join(path)}")
    return together(steps, "In one transaction, so that there is always one type under every column.")


def _uses(type_: Type, path: tuple[str, str]) -> bool:
    while type_.element:
        type_ = type_.element
    return type_.user_type == path


def _column_of(table: Table, path: tuple[str, str]) -> bool:
    return any(_uses(column.type, path) for column in table.columns)


def _move(table: Table, column: Column, through: Callable[[str], str]) -> str:
    alter = f"ALTER COLUMN {identifier(column.name)}"
    value = through(identifier(column.name)) + ("[]" if column.type.element else "")
    changes = [f"{alter} TYPE {column.type.spelling} USING {value}::{column.type.spelling}"]
    if column.default is not None:
        changes = [f"{alter} DROP DEFAULT", *changes, f"{alter} SET DEFAULT {without_cast(column.default)}"]
    return f"{alter_table(table.ref)} {', '.join(changes)}"


def _rules_aside(table: Table, path: tuple[str, str], known: Aside) -> Aside:
    """Checks and indexes whose expressions name the type: they would compare values of two types."""
    found = Aside()
    mark = f"::{qualified(*path)}"
    for check in table.checks:
        drop_it = f"{alter_table(table.ref)} DROP CONSTRAINT IF EXISTS {identifier(check.name or '')}"
        if mark in check.expression and drop_it not in known.before:
            again = [f"{alter_table(table.ref)} ADD {check_sql(check)}"]
            if check.comment is not None:
                place = f"CONSTRAINT {identifier(check.name or '')} ON {qualified(*table.ref.path)}"
                again.append(comment_sql(place, check.comment))
            found.add(Aside([drop_it], again))
    for index in table.indexes:
        texts = [index.predicate or "", *(part.expression or "" for part in index.parts)]
        drop_it = f"DROP INDEX {qualified(table.namespace, index.name)}"
        if any(mark in text for text in texts) and drop_it not in known.before:
            again = [index_sql(table.namespace, table.name, index), *index_settings(table.namespace, index)]
            if index.comment is not None:
                again.append(comment_sql(f"INDEX {qualified(table.namespace, index.name)}", index.comment))
            found.add(Aside([drop_it], again))
    return found
