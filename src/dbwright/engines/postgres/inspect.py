"""The server's own catalogs → Catalog: about twenty questions, whatever the number of tables, in one transaction."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from dbwright.catalog.objects import Catalog, Extension, Namespace, Role, Unread
from dbwright.engines.base import Inspection
from dbwright.engines.postgres import queries, queries_access
from dbwright.engines.postgres.read_access import read_grants, roles_named
from dbwright.engines.postgres.read_code import read_event_triggers, read_routines
from dbwright.engines.postgres.read_relations import Relations
from dbwright.engines.postgres.read_types import name_types, read_types
from dbwright.engines.postgres.reading import Reading
from dbwright.errors import UsageError

_STABLE_PRINTING = (
    "SET LOCAL search_path = ''; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD';"
    " SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';"
    # Right after many tables were made the statistics of the catalog are old, and the planner would look up each by itself.
    " SET LOCAL enable_nestloop = off;"
    " SET LOCAL quote_all_identifiers = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"
)
_BOOTSTRAP = 10
"""The object identifier of the role that initdb made."""


def inspect(
    connection: psycopg.Connection[Any], version: tuple[int, ...], namespaces: Sequence[str] | None = None
) -> Inspection:
    """Read the whole catalog, or some namespaces of it. Raises UsageError for a namespace that is not there."""
    with _one_look(connection), _without_collector():
        return _inspect(Reading(connection, version[0]), version, namespaces)


def _inspect(reading: Reading, version: tuple[int, ...], wanted: Sequence[str] | None) -> Inspection:
    name, reading.owner, user, _, _ = reading.rows(queries.OVERVIEW)[0]
    role_rows = reading.rows(queries.ROLES)
    reading.roles = {row[0]: row[1] for row in role_rows}
    found = [row for row in reading.rows(queries.NAMESPACES) if wanted is None or row[1] in wanted]
    missing = sorted(set(wanted or ()).difference(row[1] for row in found))
    if missing:
        raise UsageError(f"The database {name} has no schema {missing[0]!r}.", hint="List them with: psql -c '\\dn'")
    reading.namespaces = {row[0]: reading.namespace(row[1]) for row in found}
    notes = tuple(
        f"The rows in schema {row[1]} could not be read: {user} has no USAGE on it. Its definitions were."
        for row in found
        if not row[3]
    )

    with reading.ahead(_questions(reading.version)):
        types = name_types(reading)
        relations = Relations(reading)
        routines = read_routines(reading)
        tables, views, sequences = relations.tables(), relations.views(), relations.sequences()
        enums, domains, composites, ranges = read_types(reading, types)
        schemas = tuple(
            _namespace(reading, row) for row in found if not row[4] and reading.namespaces[row[0]] == row[1]
        )
        event_triggers = read_event_triggers(reading)
        grants = read_grants(reading)
        catalog = Catalog(
            engine="postgres",
            version=version,
            name=name,
            namespaces=schemas,
            extensions=_extensions(reading),
            enums=enums,
            domains=domains,
            composites=composites,
            ranges=ranges,
            sequences=sequences,
            tables=tables,
            views=views,
            routines=routines,
            event_triggers=event_triggers,
            grants=grants,
            unread=tuple(Unread(kind=row[0], name=row[1]) for row in reading.rows(queries_access.UNREAD)),
        )
    return Inspection(_with_roles(catalog, reading, role_rows), notes)


def _questions(version: int) -> list[str]:
    """Everything that is asked of the system catalogs and hangs on nothing but the namespaces, in the order of use."""
    return [
        queries.user_types(version),
        queries.RELATIONS,
        queries.columns(version),
        queries.SEQUENCES,
        queries.indexes(version),
        queries.index_columns(version),
        queries.constraints(version),
        queries.COMMENTS,
        queries.OPERATOR_CLASSES_AND_COLLATIONS,
        queries.triggers(version),
        queries.POLICIES,
        queries.ROUTINES,
        queries.EVENT_TRIGGERS,
        queries_access.PRIVILEGES,
        queries.EXTENSIONS,
        queries_access.UNREAD,
    ]


@contextmanager
def _one_look(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A read-only transaction that sees one moment, and prints names and values in one way."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        connection.execute(_STABLE_PRINTING)
        yield
    finally:
        if not connection.closed:
            connection.execute("ROLLBACK")


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the cyclic garbage collector: hundreds of thousands of new objects without a cycle only make it search."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _namespace(reading: Reading, row: tuple[Any, ...]) -> Namespace:
    oid, name, owner, *_ = row
    owner_name = reading.owner_name(owner)
    comment = reading.comment("pg_namespace", oid)
    if name == "public":
        owner_name = None if owner == _BOOTSTRAP or owner_name == "pg_database_owner" else owner_name
        comment = None if comment == "standard public schema" else comment
    return Namespace(name=name, owner=owner_name, comment=comment)


def _extensions(reading: Reading) -> tuple[Extension, ...]:
    return tuple(
        Extension(name=name, namespace=namespace, version=version, comment=reading.comment("pg_extension", oid))
        for oid, name, namespace, version in reading.rows(queries.EXTENSIONS)
    )


def _with_roles(catalog: Catalog, reading: Reading, rows: list[tuple[Any, ...]]) -> Catalog:
    """The catalog with the roles that its objects name, and those that they are members of."""
    by_name = {row[1]: row for row in rows if row[0] not in (_BOOTSTRAP, reading.owner)}
    wanted, found = list(roles_named(catalog)), {}
    while wanted:
        name = wanted.pop()
        row = by_name.get(name)
        if row is None or name in found or name.startswith("pg_"):
            continue
        above = tuple(sorted(reading.roles[oid] for oid in row[10] or () if oid in reading.roles))
        wanted.extend(above)
        found[name] = Role(
            name=name,
            login=row[2],
            superuser=row[3],
            create_database=row[4],
            create_role=row[5],
            bypass_row_security=row[6],
            replication=row[7],
            inherit=row[8],
            comment=row[9],
            member_of=above,
        )
    import msgspec

    return msgspec.structs.replace(catalog, roles=tuple(found[name] for name in sorted(found)))
