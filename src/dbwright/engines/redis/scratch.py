"""Throwaway Redis databases: an empty numbered database of a server given, or of one started from local programs.

Redis has no named databases and no owners. A number is claimed by the name of a connection that stays open as long as the
scratch database: no key is written for it, and the claim ends with the process.
"""

import contextlib
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import msgspec

from dbwright.engines.base import Session
from dbwright.engines.redis.wire import Connection, RedisFault
from dbwright.engines.scratch import source
from dbwright.engines.scratch.account import account
from dbwright.engines.scratch.database import ScratchDatabase, scratch_database
from dbwright.engines.scratch.source import Candidate, Missing, Server, numbers_of, shown
from dbwright.engines.url import Url
from dbwright.errors import Unavailable, Unsupported

_TITLES = {"redis": "Redis", "valkey": "Valkey"}
_CLAIM = "dbwright_scratch_"
_SETTINGS = ("--port", "0", "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--databases", "64")


def scratch(version: str | None = None) -> AbstractContextManager[ScratchDatabase]:
    """An empty numbered database that is emptied at the end; version as in "7" or "valkey 8".

    Raises Unavailable, with all that was tried, where none can be had.
    """
    return scratch_database(PRODUCT, version, _open)


def drop_for_guard(url: dict[str, Any], name: str) -> None:
    """Empty a database of a process that has ended, unless somebody has claimed it since, who then found it empty."""
    at = msgspec.convert(url, Url)
    with closing(Connection(at)) as connection:
        if not _claims(connection, name):
            PRODUCT.drop(at, name)


class _Redis:
    title = "Redis"
    module = __name__
    variable = "DBWRIGHT_SCRATCH_REDIS_URL"
    hint = "Install Redis (apt-get install redis-server), or set DBWRIGHT_SCRATCH_REDIS_URL to a server with empty databases."

    def __init__(self) -> None:
        self._claimed: dict[tuple[str, str], Connection] = {}

    def given(self, url: Url) -> Server:
        with closing(Connection(url)) as connection:
            product, version = _told(connection)
        origin = f"server {url.shown}, {_TITLES[product]} {shown(version)}"
        return Server(url=url, product=product, version=version, origin=origin)

    def candidates(self) -> Iterator[Candidate]:
        found = [Path(program) for name in ("redis-server", "valkey-server") if (program := shutil.which(name))]
        yield from (_Program(program) for program in found)  # not resolved: one binary under several names
        if not found:
            yield Missing("redis-server and valkey-server", "not found on PATH")

    def reserve(self, server: Server) -> str:
        connection = Connection(server.url)
        try:
            count = int(connection.ask("CONFIG", "GET", "databases")[1])
            # From the far end: the first ones are what people use.
            for number in map(str, range(count - 1, 0, -1)):
                connection.ask("CLIENT", "SETNAME", _CLAIM + number)
                connection.ask("SELECT", number)
                first = min(_claims(connection, number)) == connection.ask("CLIENT", "ID")
                if first and connection.ask("DBSIZE") == 0:
                    self._claimed[server.url.shown, number] = connection
                    return number
        except RedisFault as error:
            connection.close()
            raise Unavailable(f"{server.url.shown} refused to give a database: {error}.") from error
        connection.close()
        raise Unavailable(f"All numbered databases of {server.url.shown} hold keys or are in use.")

    def create(self, server: Server, name: str) -> None:
        """It was empty when it was reserved."""

    def drop(self, url: Url, name: str) -> None:
        with closing(Connection(url)) as connection:
            connection.ask("SELECT", name)
            connection.ask("FLUSHDB", "SYNC")
        if claim := self._claimed.pop((url.shown, name), None):
            claim.close()

    def tidy(self, server: Server) -> None:
        with closing(Connection(server.url)) as connection:
            connection.ask("FLUSHALL", "SYNC")
            connection.ask("SCRIPT", "FLUSH")
            with contextlib.suppress(RedisFault):  # Redis 7 and later
                connection.ask("FUNCTION", "FLUSH")


class _Program:
    """redis-server or valkey-server."""

    def __init__(self, program: Path) -> None:
        self.where = str(program)
        self._program = program

    def version(self) -> tuple[str, tuple[int, ...]]:
        said = source.version_text(self._program)
        return ("valkey" if "valkey" in said.lower() else "redis"), numbers_of(said.partition("v=")[2])

    def start(self) -> Server:
        runner = account("redis")
        with source.server_folder(runner) as folder:
            socket = folder / "server.sock"
            url = Url(scheme="redis", database="0", options={"unix_socket": str(socket)})
            arguments = [self._program, *_SETTINGS, "--dir", folder, "--unixsocket", socket]
            source.start(arguments, folder, runner, signal.SIGKILL, lambda: _answers(url, socket))
            with closing(Connection(url)) as connection:
                product, version = _told(connection)
        origin = f"local programs, {_TITLES[product]} {shown(version)}"
        return Server(url=url, product=product, version=version, origin=origin, folder=folder)


def _claims(connection: Connection, number: str) -> list[int]:
    """The ids of the connections that claim a numbered database."""
    claims: list[int] = []
    for line in str(connection.ask("CLIENT", "LIST")).splitlines():
        fields = dict(field.partition("=")[::2] for field in line.split())
        if fields.get("name") == _CLAIM + number:
            claims.append(int(fields["id"]))
    return claims


def _told(connection: Connection) -> tuple[str, tuple[int, ...]]:
    lines = str(connection.ask("INFO", "server")).splitlines()
    fields = dict(line.partition(":")[::2] for line in lines)
    product = "valkey" if "valkey_version" in fields else "redis"
    return product, numbers_of(fields[f"{product}_version"])


def _answers(url: Url, socket: Path) -> bool:
    if not socket.exists():
        return False
    try:
        with closing(Connection(url)) as connection:
            return bool(connection.ask("PING") == "PONG")
    except Unavailable:
        return False


def _open(url: Url) -> Session:
    raise Unsupported("redis", "open sessions yet", hint=f"Connect to {url.shown} with a client of your own.")


PRODUCT = _Redis()
