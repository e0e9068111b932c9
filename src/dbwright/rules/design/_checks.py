"""Check constraints as rules tell of them: names, the domains of the columns that they read, and what else keeps a column."""

import re

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import DropConstraint
from dbwright.rules.base import Subject
from dbwright.rules.design._expressions import Domain, columns_in, verdict_on
from dbwright.rules.design._tables import base_type


def check_ref(table: Table, check: Check) -> Ref:
    """The name of a check; its expression where it has none."""
    return table.ref.child("check", check.name or check.expression)


def drop_check(table: Table, check: Check) -> DropConstraint:
    """The operation that drops a check, named or not."""
    return DropConstraint(target=check_ref(table, check), nameless=() if check.name else (check.expression,))


def shown_check(check: Check) -> str:
    """A check in a sentence: its name and what it asks."""
    text = " ".join(check.expression.split())
    text = text if len(text) <= 80 else f"{text[:77]}…"
    return f"{check.name} ({text})" if check.name else f"({text})"


def domains_of(
    subject: Subject, table: Table, expression: str | None = None, *, typed: bool = True
) -> dict[str, Domain]:
    """What the types say of the values of the columns that an expression reads, without one: of all columns.

    With `typed` false, only whether NULL is among them.
    """
    found = {}
    primary = table.primary_key.columns if table.primary_key else ()
    wanted = None if expression is None else columns_in(expression, subject.engine)
    for column in table.columns:
        if wanted is not None and column.name not in wanted:
            continue
        nullable = column.nullable and (column.name not in primary or subject.engine == "sqlite")
        found[column.name] = _domain(subject, base_type(subject, column.type), nullable) if typed else Domain(nullable)
    return found


def _domain(subject: Subject, type_: Type, nullable: bool) -> Domain:
    if subject.engine == "sqlite":
        return Domain(nullable)  # it keeps to neither widths nor lengths
    if type_.kind == "integer":
        reach = 2 ** (type_.bits if type_.unsigned else type_.bits - 1) if type_.bits else None
        least = 0 if type_.unsigned else -reach if reach else None
        return Domain(nullable, True, least, reach - 1 if reach else None)
    if type_.kind in ("char", "varchar") and type_.length:
        bytes_each = 4 if subject.engine == "mysql" else 1  # MySQL's LENGTH counts bytes
        return Domain(nullable, longest=type_.length * bytes_each)
    return Domain(nullable, least=0 if type_.unsigned else None)


def mentions(text: str, name: str) -> bool:
    """Whether an expression or a statement names a column."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def is_guarded(subject: Subject, table: Table, column: Column) -> bool:
    """Whether a check of the table or of the column's domain, or a trigger before writing, looks at the column."""
    if any(trigger.timing == "before" and mentions(trigger.definition, column.name) for trigger in table.triggers):
        return True
    for check in table.checks:
        if check.enforced and mentions(check.expression, column.name):
            domains = domains_of(subject, table, check.expression)
            if verdict_on(check.expression, subject.engine, domains) != "always passes":
                return True
    if column.type.kind != "domain":
        return False
    return any(
        domain.checks for domain in subject.catalog.domains if (domain.namespace, domain.name) == column.type.user_type
    )
