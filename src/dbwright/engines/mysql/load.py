"""How hard the server works right now, for whoever throttles by it."""

from contextlib import suppress

from dbwright.engines.base import Load
from dbwright.engines.mysql.scope import number, text
from dbwright.engines.mysql.session import MySQLSession
from dbwright.errors import ExecutionFault


def load(session: MySQLSession) -> Load:
    """Running statements, waiting ones, and replicas; what the account may not see is None."""
    status = _status(session)
    running = status.get("threads_running")
    lag = session.replicas().lag()
    return Load(
        lag_bytes=lag.bytes,
        lag_transactions=lag.transactions,
        replicas=max(_replicas(session), lag.answered),
        active=None if running is None else max(0, running - 1),
        waiting=_waiting(session, status.get("innodb_row_lock_current_waits")),
    )


def _status(session: MySQLSession) -> dict[str, int]:
    names = "'Threads_running', 'Innodb_row_lock_current_waits'"
    rows = session.query(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({names})")
    return {text(name).lower(): number(value) or 0 for name, value in rows}


def _waiting(session: MySQLSession, for_rows: int | None) -> int | None:
    """Sessions that wait for rows, and those that wait for a table as a whole, as far as this account sees them."""
    with suppress(ExecutionFault):
        table = "information_schema.PROCESSLIST" if session.flavour == "mariadb" else "performance_schema.processlist"
        found = session.query(f"SELECT COUNT(*) FROM {table} WHERE STATE LIKE 'Waiting for %lock'")
        return (for_rows or 0) + (number(found[0][0]) or 0)
    return for_rows


def _replicas(session: MySQLSession) -> int:
    """Replicas that are connected: those that gave their name, else the connections that are sent the binary log."""
    asked = "SHOW SLAVE HOSTS" if session.flavour == "mariadb" or session.version < (8, 0, 22) else "SHOW REPLICAS"
    with suppress(ExecutionFault):
        if named := len(session.query(asked)):
            return named
    with suppress(ExecutionFault):
        found = session.query("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'")
        return number(found[0][0]) or 0
    return 0
