"""Walking over columns, and what their defaults are."""

import re
from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.rules.base import Subject
from dbwright.rules.design._tables import base_type, own_tables

_LITERAL = re.compile(r"(?:[A-Z_]*)?'((?:[^']|'')*)'(?:::[\w\s\".,()\[\]]+)?", re.DOTALL)


def own_columns(subject: Subject) -> Iterator[tuple[Table, Column, Type]]:
    """Every column of the user's own tables, with the type under its domain."""
    for table in own_tables(subject.catalog):
        for column in table.columns:
            yield table, column, base_type(subject, column.type)


def literal(default: str | None) -> str | None:
    """The text of a default that is one quoted string, without quotes and cast; None for every other default."""
    found = _LITERAL.fullmatch(default.strip()) if default else None
    return found[1].replace("''", "'") if found else None


def schema_ref(namespace: str) -> Ref:
    """What a finding on a whole schema is about: the schema, or the database where it has no name."""
    return Ref("namespace", (namespace,)) if namespace else Ref("catalog", ())


def schema_shown(namespace: str) -> str:
    """A schema in the middle of a sentence."""
    return f"the schema {namespace}" if namespace else "the database"


def is_key_column(table: Table, name: str) -> bool:
    """Whether a column belongs to a key or to a foreign key."""
    return any(name in key for key in table.keys) or any(name in key.columns for key in table.foreign_keys)


def is_fixed_part(subject: Subject, table: Table, column: Column) -> bool:
    """Whether a column's type can't be changed alone: a domain, a formula, a partition key, a check, an expression or a
    foreign key holds it, or on PostgreSQL a view reads it.
    """
    if column.generated or column.type.kind == "domain":
        return True
    if table.partitioning and any(part.column in (column.name, None) for part in table.partitioning.parts):
        return True
    texts = [check.expression for check in table.checks]
    texts += [other.generated.expression for other in table.columns if other.generated]
    texts += [index.predicate or "" for index in table.indexes]
    texts += [part.expression or "" for index in table.indexes for part in index.parts]
    texts += [policy.using or "" for policy in table.policies] + [policy.check or "" for policy in table.policies]
    if any(column.name in text for text in texts) or any(column.name in each.columns for each in table.exclusions):
        return True
    if any(column.name in key.columns for key in table.foreign_keys):
        return True
    if any(column.name in key.referenced or not key.referenced for _, key in subject.lookup.referencing(table)):
        return True
    return subject.engine == "postgres" and any(
        table.ref in {ref.table for ref in view.depends_on} for view in subject.catalog.views
    )
