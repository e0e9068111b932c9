"""An open connection to MySQL or MariaDB."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Budget, Inspection, Statement
from dbwright.engines.mysql.words import literal, tick
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, Unavailable

if TYPE_CHECKING:
    from pymysql.connections import Connection

_LOST = frozenset((0, 1053, 1077, 1079, 1080, 1927, 2006, 2013, 2014, 2055, 3169, 4031))
"""Error codes that say that the connection, not the statement, came to its end."""

_TIMED_OUT = frozenset((1317, 1969, 3024))
_MISSING_ACCOUNT = frozenset((1133, 1141, 1147, 1410, 1959))


class MySQLSession:
    """A connection; `flavour` is "mysql" or "mariadb". Every statement commits by itself, so that no lock is held for long."""

    def __init__(self, url: Url, connection: "Connection[Any]", *, read_only: bool) -> None:
        self.url = url
        self.read_only = read_only
        self._connection = connection
        self._closed = False
        text = str(self.query("SELECT VERSION()")[0][0])
        self.flavour = "mariadb" if "mariadb" in text.lower() else "mysql"
        numbers = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)", text)
        self.version: tuple[int, ...] = tuple(int(number) for number in numbers.groups()) if numbers else ()
        if read_only:
            self.query("SET SESSION TRANSACTION READ ONLY")

    # ------------------------------------------------------------ what a session does

    def inspect(self, namespaces: Sequence[str] | None = None) -> Inspection:
        """Read the whole catalog: the URL's database under the namespace "", or without one every database by its name."""
        from dbwright.engines.mysql.inspect import inspect

        return inspect(self, namespaces)

    def measure(self, catalog: Catalog) -> Facts:
        """The server's own counters and sizes."""
        from dbwright.engines.mysql.stats import measure

        return measure(self, catalog)

    def answer(
        self, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
    ) -> dict[Question, Answer]:
        """Ask the rows; what cannot be answered is Unanswered with its reason."""
        from dbwright.engines.mysql.probe import answer

        return answer(self, catalog, facts, questions, budget)

    def execute(self, statements: Iterable[Statement]) -> list[str]:
        """Run statements one after another; raises ExecutionFault at the first that fails.

        Left out, with a note: commands of the client, settings of the whole server, and, where the URL names a database,
        everything that would leave it for another one or make or drop a database.
        """
        notes: list[str] = []
        for statement in statements:
            reason = _reason_to_skip(statement.text, bound=bool(self.url.database))
            if reason:
                notes.append(f"{_place(statement)} was left out: {reason}.")
                continue
            try:
                self._run(statement.text)
            except ExecutionFault as fault:
                if fault.code.isdigit() and int(fault.code) in _MISSING_ACCOUNT and _about_accounts(statement.text):
                    notes.append(f"{_place(statement)} was left out: it names an account that does not exist here.")
                    continue
                raise
        with suppress(ExecutionFault):
            self._run("COMMIT")
        return notes

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query and return all its rows."""
        return self._run(sql)

    def limit(self, seconds: float | None) -> None:
        """End every SELECT that takes longer than so many seconds; None for no limit."""
        if self.flavour == "mariadb":
            self.query(f"SET SESSION max_statement_time = {seconds or 0:.3f}")
        else:
            self.query(f"SET SESSION max_execution_time = {max(1, round(seconds * 1000)) if seconds else 0}")

    def close(self) -> None:
        """Close the connection. May be called twice."""
        if not self._closed:
            self._closed = True
            with suppress(Exception):
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # ------------------------------------------------------------ one statement

    def _run(self, sql: str) -> list[tuple[object, ...]]:
        import pymysql

        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
                rows = list(cursor.fetchall())
                while cursor.nextset():
                    rows = list(cursor.fetchall()) or rows
                return rows
        except pymysql.err.Error as error:
            raise self._fault(error, sql) from error
        except OSError as error:
            raise self._gone(str(error)) from error

    def _fault(self, error: Exception, sql: str) -> DbwrightError:
        code, message = _code_and_message(error)
        if code in _LOST or (code == 1317 and not self._alive()):
            return self._gone(message)
        hint = "It took longer than the time it was given." if code in _TIMED_OUT else None
        if code == 1792:
            hint = "The session is read-only."
        shown = sql if len(sql) <= 200 else f"{sql[:200]}…"
        return ExecutionFault(
            f"{self._product} refused a statement: {message}.", statement=shown, code=str(code), hint=hint
        )

    def _gone(self, message: str) -> ConnectionFault:
        return ConnectionFault(
            f"The connection to {self.url.shown} was lost{f': {message}' if message else ''}.",
            hint="The server went away or ended the connection; run the command again.",
        )

    def _alive(self) -> bool:
        try:
            self._connection.ping(reconnect=False)
        except Exception:
            return False
        return True

    @property
    def _product(self) -> str:
        return "MariaDB" if getattr(self, "flavour", "mysql") == "mariadb" else "MySQL"


# ---------------------------------------------------------------- connecting


def open_session(url: Url, *, read_only: bool, timeout: float) -> MySQLSession:
    """Connect. Raises ConnectionFault with what the server said, Unavailable where PyMySQL is not installed."""
    try:
        import pymysql
    except ModuleNotFoundError as error:
        raise Unavailable(
            "MySQL and MariaDB need the driver PyMySQL, which is not installed.", hint="pip install 'dbwright[mysql]'"
        ) from error
    socket = url.options.get("unix_socket") or url.options.get("socket")
    if socket and not Path(socket).exists():
        raise _refused(url, socket, pymysql.err.OperationalError(2002))
    try:
        connection = pymysql.connect(
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
            local_infile=False,
        )
    except (pymysql.err.Error, OSError, RuntimeError, ValueError) as error:
        if "cryptography" in str(error):
            raise Unavailable(
                f"The login of {url.user} at {url.shown} needs the package cryptography, which is not installed.",
                hint="pip install 'pymysql[rsa]', or connect with TLS: add ?ssl-mode=required to the URL.",
            ) from error
        raise _refused(url, socket, error) from error
    try:
        return MySQLSession(url, connection, read_only=read_only)
    except BaseException:
        connection.close()
        raise


def _tls(url: Url) -> dict[str, Any] | None:
    mode = url.options.get("ssl-mode", url.options.get("ssl_mode", "")).lower()
    authority = url.options.get("ssl-ca", url.options.get("ssl_ca"))
    if authority:
        return {"ca": authority, "check_hostname": mode != "verify_ca"}
    return {"check_hostname": False} if mode == "required" else None


def _refused(url: Url, socket: str | None, error: Exception) -> ConnectionFault:
    code, message = _code_and_message(error)
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


def _code_and_message(error: Exception) -> tuple[int, str]:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    message = str(error.args[1]) if len(error.args) > 1 else str(error.args[0] if error.args else "")
    return code, message.rstrip(".")


# ---------------------------------------------------------------- what is not run

_LEAVES = re.compile(r"\s*(?:(use)\b|(?:create|drop|alter)\s+(?:database|schema)\b)", re.IGNORECASE)
_ALTERS_ITSELF = re.compile(
    r"\s*alter\s+(?:database|schema)\s+(?:default\s+)?(?:character|charset|collate)\b", re.IGNORECASE
)
_CLIENT = re.compile(r"\s*(?:source|\\\.|\\!|system|tee|notee|pager|charset|delimiter)\s", re.IGNORECASE)
_SERVER_WIDE = re.compile(
    r"\s*(?:set\s+(?:global|persist)\b|set\s+@@(?:global|persist)|shutdown\b|restart\b|kill\b|flush\b|reset\b|purge\b"
    r"|change\s+(?:master|replication)|start\s+(?:slave|replica)|stop\s+(?:slave|replica)|install\b|uninstall\b)",
    re.IGNORECASE,
)
_LOADS = re.compile(r"\s*load\s+(?:data|xml)\b", re.IGNORECASE)
_ACCOUNTS = re.compile(r"\s*(?:grant|revoke|set\s+default\s+role)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:/\*(?![!M]).*?\*/|--\s[^\n]*|--$|#[^\n]*)", re.DOTALL)
_CONDITIONAL = re.compile(r"\s*/\*(?:M?!)\d*\s?")


def _beginning(text: str) -> str:
    """The statement from its first word on: without leading comments, inside a version comment (/*!40101 …)."""
    while match := _COMMENT.match(text):
        text = text[match.end() :]
    match = _CONDITIONAL.match(text)
    return text[match.end() :] if match else text.lstrip()


def _reason_to_skip(text: str, *, bound: bool) -> str | None:
    start = _beginning(text)
    if not start or start in ("*/", ";"):
        return "it is empty" if not text.strip() else "it is a comment"
    if _CLIENT.match(start):
        return "it is a command of the mysql client"
    if _SERVER_WIDE.match(start):
        return "it changes the whole server"
    if _LOADS.match(start):
        return "it loads a file"
    if bound and _LEAVES.match(start) and not _ALTERS_ITSELF.match(start):
        return "the statements run in the one database that the URL names"
    return None


def _about_accounts(text: str) -> bool:
    return _ACCOUNTS.match(_beginning(text)) is not None


def _place(statement: Statement) -> str:
    words = " ".join(statement.text.split())
    shown = words if len(words) <= 60 else f"{words[:60]}…"
    return f"{statement.path or 'Line'}{':' if statement.path else ' '}{statement.line} ({shown})"
