"""Scratch databases: one server a process and version, and a fresh database on it for each."""

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from dbwright.engines.base import Session
from dbwright.engines.scratch.guard_client import GUARD
from dbwright.engines.scratch.source import Product, Server, shown, wanted
from dbwright.engines.url import Url, parse_url
from dbwright.errors import DbwrightError, Unavailable

_LOG = logging.getLogger(__name__)


class ScratchDatabase:
    """An empty database that is dropped at the end.

    own_server: whether this process started the server for itself, so that roles and more databases may be made on it; they
    are removed when the last scratch database of the server is closed.
    """

    def __init__(self, url: Url, server: Server, connect: Callable[[Url], Session]) -> None:
        self.url = url
        self.origin = server.origin
        self.own_server = server.own
        self.version = server.version
        self.server = server
        self._connect = connect

    def open(self) -> Session:
        """A session that may write. Raises ConnectionFault where that fails."""
        return self._connect(self.url)


@contextmanager
def scratch_database(
    product: Product, version: str | None, connect: Callable[[Url], Session]
) -> Iterator[ScratchDatabase]:
    """A new database on the process's server of the product, dropped at the end.

    Raises Unavailable, with all that was tried, where there is no server of that version and none could be started.
    """
    server = _SERVERS.enter(product, version)
    with _database_on(server, product, product.create, connect) as made:
        yield made


@contextmanager
def copied_database(
    product: Product,
    template: ScratchDatabase,
    create: Callable[[Server, str], None],
    connect: Callable[[Url], Session],
) -> Iterator[ScratchDatabase]:
    """A copy of a scratch database on the same server, dropped at the end. create: makes it, given the server and a name."""
    _SERVERS.join(template.server)
    with _database_on(template.server, product, create, connect) as made:
        yield made


@contextmanager
def _database_on(
    server: Server, product: Product, create: Callable[[Server, str], None], connect: Callable[[Url], Session]
) -> Iterator[ScratchDatabase]:
    """A database on a server that has been entered, which is left at the end."""
    maker = os.getpid()
    try:
        name = product.reserve(server)
        try:
            if not server.own:
                GUARD.own_database(product.module, server.url, name)
            create(server, name)
            yield ScratchDatabase(msgspec.structs.replace(server.url, database=name), server, connect)
        finally:
            if os.getpid() == maker:  # a child of a fork leaves the database to its parent
                _drop(product, server, name)
    finally:
        if os.getpid() == maker:
            _SERVERS.leave(product, server)


def _drop(product: Product, server: Server, name: str) -> None:
    try:
        product.drop(server.url, name)
    except DbwrightError as error:
        # An own server takes its databases with it; on another one the guard tries again at the end.
        _LOG.warning("The scratch database %s could not be dropped yet: %s", name, error.message)
    else:
        if not server.own:
            GUARD.forget_database(name)


def new_name() -> str:
    """A name for a scratch database that no other process and no person will have chosen."""
    return f"dbwright_scratch_{os.getpid()}_{secrets.token_hex(8)}"


class _Servers:
    """The servers that this process has found or started, and how many scratch databases are open on each."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """In a child of a fork: the servers are the parent's."""
        self._lock = threading.RLock()
        self._found: dict[str, list[Server]] = {}
        self._open: list[Server] = []

    def enter(self, product: Product, version: str | None) -> Server:
        """A server of the version, started if need be, on which a scratch database is about to be made.

        Raises Unavailable with all that was tried.
        """
        with self._lock:
            server = self._find(product, version)
            self._open.append(server)
            return server

    def join(self, server: Server) -> None:
        """One more database is about to be made on a server that has one open."""
        with self._lock:
            self._open.append(server)

    def leave(self, product: Product, server: Server) -> None:
        """It is gone. After the last one, an own server is tidied, before another one can be made on it."""
        with self._lock:
            self._open.remove(server)
            if server.own and server not in self._open:
                try:
                    product.tidy(server)
                except DbwrightError as error:  # the server has gone, and all with it
                    _LOG.warning("%s could not be tidied: %s", server.origin, error.message)

    def _find(self, product: Product, version: str | None) -> Server:
        asked = wanted(version)
        found = self._found.setdefault(product.module, [])
        found[:] = [server for server in found if server.folder is None or GUARD.status(server.folder) is None]
        for server in found:
            if asked.fits(server.product, server.version):
                return server
        server = self._search(product, version)
        found.append(server)
        return server

    def _search(self, product: Product, version: str | None) -> Server:
        asked = wanted(version)
        tried: list[str] = []
        given = os.environ.get(product.variable, "").split()
        if not given:
            tried.append(f"{product.variable} is not set.")
        for text in given:
            # A server that was named and fails is an error, not a reason to prove something on another one.
            server = product.given(parse_url(text))
            if asked.fits(server.product, server.version):
                return server
            tried.append(f"{server.url.shown} is {server.product} {shown(server.version)}.")
        for candidate in product.candidates():
            try:
                name, numbers = candidate.version()
                if not asked.fits(name, numbers):
                    tried.append(f"{candidate.where} is {name} {shown(numbers)}.")
                    continue
                return candidate.start()
            except DbwrightError as error:
                tried.append(f"{candidate.where}: {error.message}")
        which = f" of version {version!r}" if version else ""
        start = f"No scratch database of {product.title}{which} can be had here."
        raise Unavailable("\n  - ".join((f"{start}\nTried:", *tried)), hint=product.hint)


_SERVERS = _Servers()
os.register_at_fork(after_in_child=_SERVERS.forget)
