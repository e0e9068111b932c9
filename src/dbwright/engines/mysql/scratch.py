"""Throwaway MySQL and MariaDB databases: on a server given, or on one started from local programs."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dbwright.engines.base import Session
from dbwright.engines.scratch import source
from dbwright.engines.scratch.account import Account, account
from dbwright.engines.scratch.database import ScratchDatabase, copied_database, new_name, scratch_database
from dbwright.engines.scratch.source import Candidate, Missing, Server, numbers_of, shown
from dbwright.engines.url import Url
from dbwright.errors import Unavailable

if TYPE_CHECKING:
    from pymysql.connections import Connection

_TITLES = {"mariadb": "MariaDB", "mysql": "MySQL"}
_FOLDERS = (
    "/usr/sbin",
    "/usr/bin",
    "/usr/libexec",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
)
_SYSTEM_DATABASES = frozenset({"information_schema", "mysql", "performance_schema", "sys"})
_SYSTEM_USERS = frozenset({"root", "mariadb.sys", "mysql.infoschema", "mysql.session", "mysql.sys", "PUBLIC"})

# Nothing here needs to outlive a crash.
_SETTINGS = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=48M",
    "--innodb-stats-auto-recalc=0",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--skip-networking",
    "--log-bin-trust-function-creators=1",
    "--event-scheduler=OFF",
    "--max-connections=60",
    "--max-allowed-packet=64M",
    "--key-buffer-size=1M",
    "--default-time-zone=+00:00",
)
_MARIADB_SETTINGS = ("--innodb-log-file-size=16M", "--aria-pagecache-buffer-size=8M", "--innodb-fast-shutdown=3")
_MYSQL_SETTINGS = ("--innodb-redo-log-capacity=16M", "--mysqlx=OFF")


def scratch(version: str | None = None) -> AbstractContextManager[ScratchDatabase]:
    """An empty database that is dropped at the end; version as in "10.11", "mariadb" or "mysql 8.0".

    Raises Unavailable, with all that was tried, where none can be had.
    """
    return scratch_database(PRODUCT, version, _open)


def copy(template: ScratchDatabase) -> AbstractContextManager[ScratchDatabase]:
    """A copy of a scratch database: its tables made anew and their rows copied by the server, since MySQL has no templates."""
    from dbwright.engines.mysql.copying import copy_into

    def create(server: Server, name: str) -> None:
        PRODUCT.create(server, name)
        copy_into(template, msgspec.structs.replace(server.url, database=name))

    return copied_database(PRODUCT, template, create, _open)


def drop_for_guard(url: dict[str, Any], name: str) -> None:
    """Drop a database of a process that has ended."""
    PRODUCT.drop(msgspec.convert(url, Url), name)


class _MySQL:
    title = "MySQL or MariaDB"
    module = __name__
    variable = "DBWRIGHT_SCRATCH_MYSQL_URL"
    hint = (
        "Install MariaDB (apt-get install mariadb-server) or MySQL, "
        "or set DBWRIGHT_SCRATCH_MYSQL_URL to a login that may create databases."
    )

    def given(self, url: Url) -> Server:
        with _administration(url) as connection:
            said = str(_rows(connection, "select version()")[0][0])
            product = "mariadb" if "mariadb" in said.lower() else "mysql"
            version = numbers_of(said)
        server = Server(
            url=url, product=product, version=version, origin=f"server {url.shown}, {_shown(product, version)}"
        )
        # Whether it may create databases shows by doing so: grants have too many forms to be read reliably.
        name = new_name()
        self.create(server, name)
        self.drop(url, name)
        return server

    def candidates(self) -> Iterator[Candidate]:
        found = list(dict.fromkeys(program for name in ("mariadbd", "mysqld") for program in _programs(name)))
        yield from (_Program(program) for program in found)
        if not found:
            yield Missing("mariadbd and mysqld", "not found on PATH, nor in the usual places")

    def reserve(self, server: Server) -> str:
        return new_name()

    def create(self, server: Server, name: str) -> None:
        with _administration(server.url) as connection:
            _rows(connection, f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")

    def drop(self, url: Url, name: str) -> None:
        with _administration(url) as connection:
            # A connection that holds a lock in there would have us wait for it.
            for (number,) in _rows(connection, "select id from information_schema.processlist where db = %s", name):
                _try(connection, f"KILL {number}")
            _rows(connection, f"DROP DATABASE IF EXISTS `{name}`")

    def tidy(self, server: Server) -> None:
        with _administration(server.url) as connection:
            for (database,) in _rows(connection, "select schema_name from information_schema.schemata"):
                if str(database) not in _SYSTEM_DATABASES:
                    _try(connection, "DROP DATABASE `" + str(database).replace("`", "``") + "`")
            for user, host in _rows(connection, "select user, host from mysql.user"):
                if str(user) not in _SYSTEM_USERS:
                    # MariaDB keeps roles here too, without a host.
                    login = connection.escape(user) + (f"@{connection.escape(host)}" if host else "")
                    _try(connection, f"DROP {'USER' if host else 'ROLE'} {login}")


class _Program:
    """mariadbd or mysqld."""

    def __init__(self, program: Path) -> None:
        self.where = str(program)
        self._program = program

    def version(self) -> tuple[str, tuple[int, ...]]:
        said = source.version_text(self._program)
        return ("mariadb" if "mariadb" in said.lower() else "mysql"), numbers_of(said.partition("Ver")[2])

    def start(self) -> Server:
        runner = account("mysql")
        product, version = self.version()
        with source.server_folder(runner) as folder:
            common = ["--no-defaults", f"--datadir={folder / 'data'}", f"--tmpdir={folder}"]
            settings = [*_SETTINGS, *(_MARIADB_SETTINGS if product == "mariadb" else _MYSQL_SETTINGS)]
            if product == "mariadb":
                self._initialize_mariadb(common, folder, runner)
            else:
                source.run([self._program, *common, "--initialize-insecure", *_SETTINGS], folder, runner)
            socket = folder / "server.sock"
            # No host: the driver takes the socket instead.
            url = Url(scheme=product, user="root", database="mysql", options={"unix_socket": str(socket)})
            # Scripts of others run here: they may read and write files in this folder alone.
            fenced = f"--secure-file-priv={folder}"
            own = [f"--socket={socket}", f"--pid-file={folder / 'server.pid'}", fenced]
            source.start(
                [self._program, *common, *own, *settings], folder, runner, signal.SIGKILL, lambda: _answers(url, socket)
            )
        origin = f"local programs, {_shown(product, version)}"
        return Server(url=url, product=product, version=version, origin=origin, folder=folder)

    def _initialize_mariadb(self, common: list[str], folder: Path, runner: Account) -> None:
        installers = [*_programs("mariadb-install-db"), *_programs("mysql_install_db")]
        if not installers:
            raise Unavailable("mariadb-install-db was not found beside mariadbd.")
        access = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        speed = ["--innodb-flush-method=nosync", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M"]
        source.run([installers[0], *common, *access, *speed], folder, runner)


def _programs(name: str) -> list[Path]:
    found = [Path(program)] if (program := shutil.which(name)) else []
    found += [Path(folder) / name for folder in _FOLDERS]
    return list(dict.fromkeys(program.resolve() for program in found if os.access(program, os.X_OK)))


def _shown(product: str, version: tuple[int, ...]) -> str:
    return f"{_TITLES[product]} {shown(version)}"


def _open(url: Url) -> Session:
    from dbwright.engines.mysql.engine import ENGINE

    return ENGINE.connect(url, read_only=False)


def _answers(url: Url, socket: Path) -> bool:
    if not socket.exists():
        return False
    try:
        _administer(url).close()
    except Unavailable:
        return False
    return True


def _administer(url: Url) -> "Connection[Any]":
    try:
        import pymysql
    except ImportError as error:
        raise Unavailable(
            "The driver pymysql is not installed.", hint="Install it: pip install 'dbwright[mysql]'."
        ) from error
    try:
        return pymysql.connect(
            host=url.host or "localhost",
            port=url.port or 3306,
            unix_socket=url.options.get("unix_socket"),
            user=url.user,
            password=url.password or "",
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=10,
        )
    except (pymysql.Error, OSError) as error:
        raise Unavailable(f"{url.shown} cannot be reached: {_sentence(error)}") from error


@contextmanager
def _administration(url: Url) -> "Iterator[Connection[Any]]":
    """A connection whose errors come out as Unavailable."""
    with closing(_administer(url)) as connection:
        import pymysql

        try:
            yield connection
        except pymysql.Error as error:
            raise Unavailable(f"{url.shown} refused a scratch database: {_sentence(error)}") from error


def _rows(connection: "Connection[Any]", sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def _try(connection: "Connection[Any]", sql: str) -> None:
    import pymysql

    try:
        _rows(connection, sql)
    except pymysql.Error:  # gone already, or still in use: then it goes with the server
        return


def _sentence(error: Exception) -> str:
    return str(error.args[-1]) if error.args else str(error)


PRODUCT = _MySQL()
