"""Opening a connection to MySQL or MariaDB, and saying in plain words why it was refused."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbwright.engines.mysql.words import literal, tick
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, Unavailable

if TYPE_CHECKING:
    from pymysql.connections import Connection


def connect(url: Url, timeout: float) -> "Connection[Any]":
    """Connect. Raises ConnectionFault with what the server said, Unavailable where PyMySQL is not installed."""
    try:
        import pymysql
        from pymysql.constants import CLIENT
    except ModuleNotFoundError as error:
        raise Unavailable(
            "MySQL and MariaDB need the driver PyMySQL, which is not installed.", hint="pip install 'dbwright[mysql]'"
        ) from error
    socket = url.options.get("unix_socket") or url.options.get("socket")
    if socket and not Path(socket).exists():
        raise _refused(url, socket, pymysql.err.OperationalError(2002))
    try:
        return pymysql.connect(
            host=url.host or "localhost",
            port=url.port or 3306,
            user=url.user or None,
            password=url.password or "",
            database=url.database or None,
            unix_socket=socket,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=max(1, round(timeout)),
            ssl=_tls(url),
            # The server is told that files can be sent; the driver refuses to, but for a moment of writing rows in bulk.
            client_flag=CLIENT.LOCAL_FILES,
            local_infile=False,
        )
    except (pymysql.err.Error, OSError, RuntimeError, ValueError) as error:
        if "cryptography" in str(error):
            raise Unavailable(
                f"The login of {url.user} at {url.shown} needs the package cryptography, which is not installed.",
                hint="pip install 'pymysql[rsa]', or connect with TLS: add ?ssl-mode=required to the URL.",
            ) from error
        raise _refused(url, socket, error) from error


def _tls(url: Url) -> dict[str, Any] | None:
    mode = url.options.get("ssl-mode", url.options.get("ssl_mode", "")).lower()
    authority = url.options.get("ssl-ca", url.options.get("ssl_ca"))
    if authority:
        return {"ca": authority, "check_hostname": mode != "verify_ca"}
    return {"check_hostname": False} if mode == "required" else None


def _refused(url: Url, socket: str | None, error: Exception) -> ConnectionFault:
    code, message = code_and_message(error)
    place = socket or f"{url.host or 'localhost'}:{url.port or 3306}"
    login = url.user or "the current user"
    match code:
        case 1045 | 1698:
            given = "with this password" if url.password else "without a password"
            return ConnectionFault(
                f"The server at {place} refused the login of {login} {given}.",
                hint="Check the user and the password in the URL.",
            )
        case 1044:
            return ConnectionFault(
                f"The user {login} may not use the database {url.database} at {place}.",
                hint=f"Grant it: GRANT SELECT, SHOW VIEW ON {tick(url.database)}.* TO {literal(login)};",
            )
        case 1049:
            return ConnectionFault(
                f"There is no database {url.database} on the server at {place}.",
                hint="Check the name at the end of the URL.",
            )
        case 1040 | 1203 | 1226:
            return ConnectionFault(f"The server at {place} takes no more connections.", hint="Try again later.")
        case 1129 | 1130:
            return ConnectionFault(f"The server at {place} accepts no connection from this machine: {message}.")
        case 2002 | 2003 | 2005:
            return ConnectionFault(
                f"No MySQL or MariaDB server could be reached at {place}.",
                hint="Check that it runs, and the host and port (or unix_socket) in the URL.",
            )
    return ConnectionFault(f"The connection to {url.shown} failed: {message or type(error).__name__}.")


def code_and_message(error: Exception) -> tuple[int, str]:
    """The server's number for an error of the driver, 0 where it has none, and its sentence."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    message = str(error.args[1]) if len(error.args) > 1 else str(error.args[0] if error.args else "")
    return code, message.rstrip(".")


def seconds_up(seconds: float) -> int:
    """Seconds as the server's settings take them: whole, and at least one."""
    return max(1, math.ceil(seconds))
