"""The whole catalog → statements, in an order that works in an empty database."""

from collections.abc import Iterator, Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, EventTrigger, Table, View
from dbwright.engines.postgres.ddl_access import default_privileges, grants, owners, roles
from dbwright.engines.postgres.ddl_columns import check_sql
from dbwright.engines.postgres.ddl_comments import comments
from dbwright.engines.postgres.ddl_order import in_order
from dbwright.engines.postgres.ddl_tables import TableWriter
from dbwright.engines.postgres.ddl_types import composite_sql, domain_sql, enum_sql, range_sql, sequence_sql
from dbwright.engines.postgres.ddl_views import create_view, view_settings
from dbwright.engines.postgres.dependants import policy_sql, state_words, trigger_sql
from dbwright.engines.postgres.naming import comment_sql, owner_sql
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal, qualified


def emit(catalog: Catalog) -> list[str]:
    """The statements, without terminators, that make the catalog in an empty database.

    First roles, schemas and extensions, then types, sequences, routines, tables and views, each after what it stands on;
    then foreign keys, triggers and policies, which may go round in circles; owners and privileges; event triggers last.
    """
    statements = [*roles(catalog), *_frame(catalog)]
    if catalog.routines:
        statements.append("SET check_function_bodies = off")
    statements += _objects(catalog)
    statements += _code(catalog)
    statements += comments(catalog)
    statements += owners(catalog)
    statements += grants(catalog)
    statements += default_privileges(catalog)
    statements += _event_triggers(catalog)
    if catalog.routines:
        statements.append("RESET check_function_bodies")
    return statements


def script(statements: Sequence[str]) -> str:
    """Statements as one file for psql: each ends with a semicolon."""
    return "".join(f"{statement};\n" for statement in statements)


def _frame(catalog: Catalog) -> Iterator[str]:
    """Schemas, extensions, and stand-ins for foreign servers."""
    for namespace in catalog.namespaces:
        if namespace.name not in ("", "public"):
            yield f"CREATE SCHEMA {identifier(namespace.name)}"
    made = {namespace.name for namespace in catalog.namespaces}
    for extension in catalog.extensions:
        place = ""
        if extension.namespace and (extension.namespace in made or extension.namespace == "pg_catalog"):
            place = f" WITH SCHEMA {identifier(extension.namespace)}"
        yield f"CREATE EXTENSION IF NOT EXISTS {identifier(extension.name)}{place}"
    for server in sorted({table.server for table in catalog.tables if table.server}):
        # The model holds no foreign servers: one without a handler stands in, so that the tables can be made.
        body = (
            f"BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server WHERE srvname = {literal(server)}) THEN"
            f" CREATE FOREIGN DATA WRAPPER {identifier(server)};"
            f" CREATE SERVER {identifier(server)} FOREIGN DATA WRAPPER {identifier(server)}; END IF; END"
        )
        yield f"DO {dollar_quoted(body)}"


def _objects(catalog: Catalog) -> Iterator[str]:
    order = in_order(catalog)
    writer = TableWriter(catalog, order.deferred)
    enums = {Ref("enum", (each.namespace, each.name)): each for each in catalog.enums}
    domains = {Ref("domain", (each.namespace, each.name)): each for each in catalog.domains}
    composites = {Ref("composite", (each.namespace, each.name)): each for each in catalog.composites}
    ranges = {Ref("range", (each.namespace, each.name)): each for each in catalog.ranges}
    sequences = {Ref("sequence", (each.namespace, each.name)): each for each in catalog.sequences}
    routines = {routine.ref: routine for routine in catalog.routines}
    tables = {table.ref: table for table in catalog.tables}
    views = {view.ref: view for view in catalog.views}
    for ref in order.refs:
        match ref.kind:
            case "enum":
                yield enum_sql(enums[ref])
            case "domain":
                yield from domain_sql(domains[ref], bare=ref in order.deferred)
            case "composite":
                yield composite_sql(composites[ref])
            case "range":
                yield range_sql(ranges[ref])
            case "sequence":
                yield sequence_sql(sequences[ref])
            case "routine":
                yield routines[ref].definition
            case "table":
                yield from writer.create(tables[ref])
            case "view":
                yield from create_view(views[ref])
    for ref in sorted(order.deferred):
        if ref.kind == "domain":
            domain = domains[ref]
            name = qualified(domain.namespace, domain.name)
            if domain.default is not None:
                yield f"ALTER DOMAIN {name} SET DEFAULT {domain.default}"
            for check in domain.checks:
                yield f"ALTER DOMAIN {name} ADD {check_sql(check)}"
        elif ref.kind == "table":
            yield from writer.deferred_parts(tables[ref])
    for sequence in catalog.sequences:
        if sequence.owned_by:
            namespace, table, column = sequence.owned_by
            yield (
                f"ALTER SEQUENCE {qualified(sequence.namespace, sequence.name)}"
                f" OWNED BY {qualified(namespace, table)}.{identifier(column)}"
            )
    yield from writer.foreign_keys()


def _code(catalog: Catalog) -> Iterator[str]:
    """Triggers, policies and the settings of views: after everything that they may name."""
    for view in catalog.views:
        yield from view_settings(view)
    holders: tuple[Table | View, ...] = (*catalog.tables, *catalog.views)
    for holder in holders:
        for trigger in holder.triggers:
            yield from trigger_sql(qualified(holder.namespace, holder.name), trigger)
    for table in catalog.tables:
        name = qualified(table.namespace, table.name)
        for policy in table.policies:
            yield policy_sql(name, policy)
        if table.row_security:
            yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        if table.force_row_security:
            yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"


def _event_triggers(catalog: Catalog) -> Iterator[str]:
    for trigger in catalog.event_triggers:
        yield from event_trigger_sql(trigger)


def event_trigger_sql(trigger: EventTrigger) -> Iterator[str]:
    """An event trigger with its state, owner and comment."""
    name = f"EVENT TRIGGER {identifier(trigger.name)}"
    yield trigger.definition
    if trigger.enabled != "origin":
        yield f"ALTER {name} {state_words(trigger.enabled)}"
    if trigger.owner:
        yield owner_sql(name, trigger.owner)
    if trigger.comment is not None:
        yield comment_sql(name, trigger.comment)
