"""COMMENT ON everything that has one."""

from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Composite, Domain, Enum, Range, Table, View
from dbwright.engines.postgres.words import identifier, literal, qualified


def comments(catalog: Catalog) -> Iterator[str]:
    """The comments of all objects; event triggers keep theirs for themselves, since they come last."""
    for namespace in catalog.namespaces:
        yield from _comment(f"SCHEMA {identifier(namespace.name)}", namespace.comment)
    for extension in catalog.extensions:
        yield from _comment(f"EXTENSION {identifier(extension.name)}", extension.comment)
    types: tuple[Enum | Range | Composite, ...] = (*catalog.enums, *catalog.ranges, *catalog.composites)
    for type_ in types:
        yield from _comment(f"TYPE {qualified(type_.namespace, type_.name)}", type_.comment)
    for composite in catalog.composites:
        yield from of_attributes(composite)
    for domain in catalog.domains:
        yield from _comment(f"DOMAIN {qualified(domain.namespace, domain.name)}", domain.comment)
        yield from of_domain_checks(domain)
    for sequence in catalog.sequences:
        yield from _comment(f"SEQUENCE {qualified(sequence.namespace, sequence.name)}", sequence.comment)
    for table in catalog.tables:
        yield from of_table(table)
    for view in catalog.views:
        yield from of_view(view)
    for routine in catalog.routines:
        word = {"aggregate": "AGGREGATE", "procedure": "PROCEDURE"}.get(routine.kind, "FUNCTION")
        arguments = routine.arguments or ("*" if routine.kind == "aggregate" else "")
        name = f"{qualified(routine.namespace, routine.name)}({arguments})"
        yield from _comment(f"{word} {name}", routine.comment)


def of_attributes(composite: Composite) -> Iterator[str]:
    """The comments of the attributes of a composite type."""
    for attribute in composite.attributes:
        place = f"{qualified(composite.namespace, composite.name)}.{identifier(attribute.name)}"
        yield from _comment(f"COLUMN {place}", attribute.comment)


def of_domain_checks(domain: Domain) -> Iterator[str]:
    """The comments of the checks of a domain."""
    name = qualified(domain.namespace, domain.name)
    for check in domain.checks:
        yield from _comment(f"CONSTRAINT {identifier(check.name or '')} ON DOMAIN {name}", check.comment)


def of_view(view: View) -> Iterator[str]:
    """The comments of a view and of its parts."""
    word = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    yield from _comment(f"{word} {qualified(view.namespace, view.name)}", view.comment)
    yield from _of_holder(view)


def of_table(table: Table) -> Iterator[str]:
    """The comments of a table and of its parts."""
    name = qualified(table.namespace, table.name)
    yield from _comment(f"{'FOREIGN TABLE' if table.kind == 'foreign' else 'TABLE'} {name}", table.comment)
    key = (table.primary_key,) if table.primary_key else ()
    for part in (*key, *table.uniques, *table.foreign_keys, *table.checks, *table.exclusions):
        yield from _comment(f"CONSTRAINT {identifier(part.name or '')} ON {name}", part.comment)
    for policy in table.policies:
        yield from _comment(f"POLICY {identifier(policy.name)} ON {name}", policy.comment)
    yield from _of_holder(table)


def _of_holder(holder: Table | View) -> Iterator[str]:
    name = qualified(holder.namespace, holder.name)
    for column in holder.columns:
        yield from _comment(f"COLUMN {name}.{identifier(column.name)}", column.comment)
    for index in holder.indexes:
        yield from _comment(f"INDEX {qualified(holder.namespace, index.name)}", index.comment)
    for trigger in holder.triggers:
        yield from _comment(f"TRIGGER {identifier(trigger.name)} ON {name}", trigger.comment)


def _comment(what: str, text: str | None) -> Iterator[str]:
    if text is not None:
        yield f"COMMENT ON {what} IS {literal(text)}"
