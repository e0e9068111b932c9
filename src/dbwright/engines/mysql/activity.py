"""What runs on the server: the statements that it has counted, and the sessions that are open."""

from collections import Counter

from dbwright.catalog.facts import ConnectionSeen, Facts, QuerySeen
from dbwright.engines.mysql.scope import Scope, number, text
from dbwright.errors import ExecutionFault

_MOST_QUERIES = 1_000
_CUT = "..."
"""How a statement ends of which the server kept only the beginning."""

_KEPT = (
    "DIGEST_TEXT REGEXP '^[ (]*(SELECT|WITH|INSERT|REPLACE|UPDATE|DELETE) '"
    " AND DIGEST_TEXT REGEXP ' (FROM|INTO|UPDATE) |^UPDATE '"
    " AND DIGEST_TEXT NOT REGEXP 'dbwright_|information_schema|performance_schema|`mysql` [.]'"
)
"""Reads and writes of tables; not those of the catalog, nor our own questions, which join what they suspect."""

_SERVER_ITSELF = frozenset(("system user", "event_scheduler", "unauthenticated user"))
_REPLICATION = frozenset(("Binlog Dump", "Binlog Dump GTID", "Daemon", "Slave_IO", "Slave_SQL", "Slave_worker"))
_HERE = frozenset(("", "localhost", "127.0.0.1", "::1"))


def measure_activity(scope: Scope, facts: Facts) -> None:
    """Statements and sessions; where they may not be read, a note."""
    try:
        facts.queries = _queries(scope)
    except ExecutionFault:
        facts.notes.append("The statements that the server runs are not known: this account may not see them.")
    try:
        facts.connections = _connections(scope)
    except ExecutionFault:
        facts.notes.append("The open sessions are not known: this account may not see them.")


def _queries(scope: Scope) -> tuple[QuerySeen, ...]:
    """Statements as performance_schema keeps them; none where it is switched off."""
    on = scope.rows("SHOW GLOBAL VARIABLES LIKE 'performance_schema'")
    if not on or text(on[0][1]).upper() not in ("1", "ON"):
        return ()
    rows = scope.rows(
        "SELECT DIGEST_TEXT, SUM(COUNT_STAR), SUM(SUM_TIMER_WAIT) / 1e12"
        " FROM performance_schema.events_statements_summary_by_digest"
        f" WHERE {scope.within('SCHEMA_NAME')} AND {_KEPT}"
        f" GROUP BY DIGEST_TEXT ORDER BY SUM(COUNT_STAR) DESC LIMIT {_MOST_QUERIES}"
    )
    return tuple(
        QuerySeen(sql=text(sql), calls=number(calls) or 0, seconds=float(str(seconds)))
        for sql, calls, seconds in rows
        if not text(sql).endswith(_CUT)
    )


def _connections(scope: Scope) -> tuple[ConnectionSeen, ...]:
    """Without the right to see all, the server lists this account's own sessions."""
    own = number(scope.rows("SELECT CONNECTION_ID()")[0][0])
    powerful = _powerful(scope)
    programs = _programs(scope)
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in scope.session.named("SHOW PROCESSLIST"):
        identifier, user = number(row["Id"]), text(row["User"])
        if identifier == own or user in _SERVER_ITSELF or text(row["Command"]) in _REPLICATION:
            continue
        if text(row["db"]) not in scope.databases:
            continue
        host = text(row["Host"])
        address = "local" if host in _HERE or host.rpartition(":")[0] in _HERE else "remote"
        seen[user, programs.get(identifier or 0, ""), address] += 1
    return tuple(
        ConnectionSeen(role=user, application=program, superuser=user in powerful, address=address, count=count)
        for (user, program, address), count in sorted(seen.items())
    )


def _powerful(scope: Scope) -> frozenset[str]:
    """Users all of whose accounts have SUPER, as far as this account may see them."""
    try:
        rows = scope.rows("SELECT `User`, MIN(`Super_priv`) FROM mysql.`user` GROUP BY `User`")
        return frozenset(text(user) for user, least in rows if text(least) == "Y")
    except ExecutionFault:
        rows = scope.rows("SELECT GRANTEE FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'SUPER'")
        return frozenset(text(grantee).rpartition("@")[0].strip("'") for (grantee,) in rows)


def _programs(scope: Scope) -> dict[int, str]:
    """The names that programs give themselves, by session, where the server keeps and shows them."""
    try:
        rows = scope.rows(
            "SELECT PROCESSLIST_ID, ATTR_VALUE FROM performance_schema.session_connect_attrs"
            " WHERE ATTR_NAME = 'program_name'"
        )
    except ExecutionFault:
        return {}
    return {number(identifier) or 0: text(program) for identifier, program in rows}
