"""What runs on the server: the statements that it has counted, and the sessions that are open."""

from collections.abc import Callable
from typing import Any

import psycopg

from dbwright.catalog.facts import ConnectionSeen, Facts, QuerySeen
from dbwright.engines.postgres.words import identifier

_MOST_QUERIES = 1_000
_HIDDEN = "<insufficient privilege>"

_EXTENSION = """
SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
"""

# Reads and writes of tables; not those of the catalog, nor our own questions, which join what they suspect.
# Its columns have other names in each version, which JSON takes as they come.
_QUERIES = r"""
SELECT s.query, s.calls, (coalesce(to_jsonb(s) ->> 'total_exec_time', to_jsonb(s) ->> 'total_time'))::float8 / 1000
FROM {schema}.pg_stat_statements s
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.query ~* '^[\s(]*(--|/\*|select|with|insert|update|delete|merge|<insufficient)' AND s.query !~ 'dbwright_'
    AND s.query !~* '\mpg_(catalog|class|attribute|type|namespace|constraint|index|proc|stat|database|roles|extension)'
    AND s.query !~* '\mpg_(description|sequences|depend|inherits|trigger|settings)'
ORDER BY s.calls DESC LIMIT {limit}
"""

# Of the sessions of others a plain role sees no more than the role's name.
_CONNECTIONS = """
SELECT a.usename::text, coalesce(a.application_name, ''), coalesce(r.rolsuper, false),
    a.usesysid = (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()),
    CASE WHEN a.backend_start IS NULL THEN ''
        WHEN a.client_addr IS NULL OR a.client_addr = inet_server_addr()
            OR host(a.client_addr) LIKE '127.%' OR host(a.client_addr) = '::1' THEN 'local'
        ELSE 'remote' END,
    count(*)
FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
    AND a.usename IS NOT NULL
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


def measure_activity(connection: psycopg.Connection[Any], facts: Facts) -> None:
    """Statements and sessions; where they may not be read, a note."""
    _try(connection, facts, "The statements that the server runs are not known", lambda: _queries(connection, facts))
    _try(connection, facts, "The open sessions are not known", lambda: _connections(connection, facts))


def _queries(connection: psycopg.Connection[Any], facts: Facts) -> None:
    found = connection.execute(_EXTENSION).fetchone()
    if found is None:
        return
    # The view's texts may be long: what is cut off could not be understood, so all of it is taken.
    sql = _QUERIES.format(schema=identifier(found[0]), limit=_MOST_QUERIES)
    rows = connection.execute(sql.encode()).fetchall()
    facts.queries = tuple(
        QuerySeen(sql=text, calls=calls, seconds=seconds) for text, calls, seconds in rows if text != _HIDDEN
    )
    if len(facts.queries) < len(rows):
        facts.notes.append("Statements of other roles are not known: this role may not see them (pg_read_all_stats).")


def _connections(connection: psycopg.Connection[Any], facts: Facts) -> None:
    facts.connections = tuple(
        ConnectionSeen(
            role=role, application=application, superuser=superuser, owner=owner, address=address, count=count
        )
        for role, application, superuser, owner, address, count in connection.execute(_CONNECTIONS).fetchall()
    )


def _try(connection: psycopg.Connection[Any], facts: Facts, what: str, read: Callable[[], None]) -> None:
    """Read in a savepoint, so that a failure hurts nothing else."""
    try:
        with connection.transaction():
            read()
    except psycopg.Error as error:
        if connection.closed:
            raise
        facts.notes.append(f"{what}: {error.diag.message_primary or error}.")
