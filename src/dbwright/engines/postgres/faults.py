"""The driver's errors as ours: sentences that name the object, a hint, and never a password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault

_GONE = ("57P01", "57P02", "57P03", "57P05", "08000", "08003", "08006")
_COPIED = re.compile(r"^COPY .+, line (\d+)", re.MULTILINE)
"""Where COPY was; a text of several lines counts as several."""


def connection_fault(error: psycopg.Error, url: Url) -> ConnectionFault:
    """Why a connection could not be opened."""
    said = _without_password(str(error), url)
    where = f"{url.host or 'the local socket'}:{url.port or 5432}"
    low = said.lower()
    if "no password supplied" in low:
        return ConnectionFault(
            f"{url.shown} asks for a password, and none was given.",
            hint="Put it into the URL as ${VARIABLE}, or into PGPASSWORD or ~/.pgpass.",
        )
    if "password authentication failed" in low or "authentication failed" in low:
        return ConnectionFault(
            f"{url.shown} refused the login: the user name or the password is wrong.",
            hint="Check the user and the password of the URL.",
        )
    if "no pg_hba.conf entry" in low:
        return ConnectionFault(
            f"{url.shown} does not let this user in from here: {_last_line(said)}",
            hint="Ask for an entry in the server's pg_hba.conf, or connect with sslmode=require.",
        )
    if re.search(r'database ".*" does not exist', said):
        return ConnectionFault(f"There is no database {url.database!r} on {where}.", hint="List them with: psql -l")
    if re.search(r'role ".*" does not exist', said):
        return ConnectionFault(f"There is no user {url.user!r} on {where}.", hint="Check the user of the URL.")
    if "permission denied for database" in low:
        return ConnectionFault(
            f"{url.shown} cannot be opened: the user may not connect to that database.",
            hint="Grant CONNECT on the database to the user.",
        )
    if "could not translate host name" in low or "failed to resolve host" in low or "name or service" in low:
        return ConnectionFault(f"The host {url.host!r} is not known.", hint="Check the host of the URL.")
    if "too many clients" in low or "remaining connection slots" in low:
        return ConnectionFault(f"{where} has no free connection.", hint="Try again later, or raise max_connections.")
    if "starting up" in low or "shutting down" in low or "recovery" in low:
        return ConnectionFault(f"{where} is not ready: {_last_line(said)}", hint="Try again in a moment.")
    if "timeout" in low or "timed out" in low:
        return ConnectionFault(f"{where} did not answer in time.", hint="Check host, port and firewall.")
    if "connection refused" in low or "no such file" in low or "is the server running" in low:
        return ConnectionFault(
            f"No server answers at {where}.", hint="Check host and port, and that the server runs there."
        )
    return ConnectionFault(f"{url.shown} could not be opened: {_last_line(said)}")


def translated(error: psycopg.Error, url: Url, connection: Any, statement: str = "") -> DbwrightError:
    """What an error in the middle of a session means: the server is gone, or it refused a statement."""
    state = error.sqlstate or ""
    if state in _GONE or connection.closed or (not state and isinstance(error, psycopg.OperationalError)):
        return ConnectionFault(
            f"The connection to {url.shown} was lost: {_last_line(_without_password(str(error), url))}",
            hint="Look at the server's log, and run the command again.",
        )
    message = error.diag.message_primary or _last_line(str(error))
    if error.diag.message_detail:
        message = f"{message} ({error.diag.message_detail})"
    position = error.diag.statement_position
    line = _COPIED.search(error.diag.context or "")
    return ExecutionFault(
        f"PostgreSQL refused a statement: {message}",
        statement=statement,
        code=state,
        offset=int(position) - 1 if position else None,
        row=int(line[1]) - 1 if line else None,
        hint=_hint(error),
    )


@contextmanager
def our_faults(url: Url, connection: Any, statement: str = "") -> Iterator[None]:
    """Turn the driver's errors inside the block into ours."""
    try:
        yield
    except psycopg.Error as error:
        raise translated(error, url, connection, statement) from error


def _hint(error: psycopg.Error) -> str | None:
    message = (error.diag.message_primary or "").lower()
    if isinstance(error, errors.InsufficientPrivilege):
        return "Grant the privilege to the user of the URL, or connect as another."
    if isinstance(error, errors.LockNotAvailable):
        return "Another session holds a lock on it: try again later, or allow a longer lock timeout."
    if isinstance(error, errors.QueryCanceled) and "statement timeout" in message:
        return "The statement took longer than the statement timeout: allow a longer one."
    if isinstance(error, errors.DeadlockDetected):
        return "Two sessions waited for each other, and this one gave way: try again."
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "The session was opened to read only."
    if "extension" in message and ("not available" in message or "could not open extension" in message):
        return "Install the extension's package on the server, or give the URL of a server that has it."
    return error.diag.message_hint


def _without_password(text: str, url: Url) -> str:
    return text.replace(url.password, "…") if url.password else text


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    line = lines[-1] if lines else "no reason was given"
    return re.sub(r"^.*(FATAL|ERROR):\s*", "", line).rstrip(".") + "."
