"""What an engine tells about getting servers of its product."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from dbwright.engines.scratch.account import Account, folder_path, make_folder
from dbwright.engines.scratch.guard_client import GUARD
from dbwright.engines.url import Url
from dbwright.errors import Unavailable, UsageError

_STARTING_SECONDS = 60


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A running server on which databases may be made.

    url: a login that may make databases. folder: where it lives if this process started it, for itself alone.
    """

    url: Url
    product: str
    version: tuple[int, ...]
    origin: str
    folder: Path | None = None

    @property
    def own(self) -> bool:
        """Whether this process started it, for itself alone."""
        return self.folder is not None


class Candidate(Protocol):
    """One way to get a server, not tried yet. where: the words for it in messages."""

    where: str

    def version(self) -> tuple[str, tuple[int, ...]]:
        """The product's name in lower case ("mariadb") and its version. Raises Unavailable where this way fails."""
        ...

    def start(self) -> Server:
        """A running server. Raises Unavailable where it does not come up."""
        ...


class Missing:
    """A way that is not there, and why."""

    def __init__(self, where: str, reason: str) -> None:
        self.where = where
        self._reason = reason

    def version(self) -> tuple[str, tuple[int, ...]]:
        """Raises Unavailable."""
        raise Unavailable(f"{self._reason}.")

    def start(self) -> Server:
        """Raises Unavailable."""
        raise Unavailable(f"{self._reason}.")


class Product(Protocol):
    """A product of which servers can be had.

    module: the module with `drop_for_guard(url, name)`, which drops one database. variable: names the URLs of servers given.
    """

    title: str
    module: str
    variable: str
    hint: str

    def given(self, url: Url) -> Server:
        """A server given by URL. Raises Unavailable where it cannot be reached or no database may be made on it."""
        ...

    def candidates(self) -> Iterator[Candidate]:
        """The ways to get a server on this machine, the best first."""
        ...

    def reserve(self, server: Server) -> str:
        """A name for a new database, which no other database has."""
        ...

    def create(self, server: Server, name: str) -> None:
        """Make an empty database."""
        ...

    def drop(self, url: Url, name: str) -> None:
        """Drop a database, whoever is connected to it. It is no error that it is not there."""
        ...

    def tidy(self, server: Server) -> None:
        """Remove from an own server without scratch databases all else that scripts made: roles, other databases."""
        ...


class Wanted(msgspec.Struct, frozen=True):
    """The version asked for: a product's name, the leading numbers of its version, or nothing at all."""

    product: str = ""
    numbers: tuple[int, ...] = ()

    def fits(self, product: str, version: tuple[int, ...]) -> bool:
        """Whether a server of this product and version is what was asked for."""
        return self.product in ("", product) and version[: len(self.numbers)] == self.numbers


def wanted(text: str | None) -> Wanted:
    """Read "16", "10.11", "mariadb" or "mysql 8.0"; None takes any version. Raises UsageError for other text."""
    match = re.fullmatch(r"([a-z]*)[ -]?(\d+(?:\.\d+)*)?", (text or "").strip().lower(), re.ASCII)
    if match is None:
        raise UsageError(
            f"{text!r} is no version of a database server.", hint="Write it as 16, 10.11 or mariadb 10.11."
        )
    return Wanted(match[1], numbers_of(match[2] or ""))


def numbers_of(text: str) -> tuple[int, ...]:
    """The first version number in a text, empty where there is none: "postgres (PostgreSQL) 15.18 (Debian)" gives 15, 18."""
    match = re.search(r"\d+(\.\d+)*", text, re.ASCII)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def shown(version: tuple[int, ...]) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def version_text(program: Path) -> str:
    """What a program prints for --version. Raises Unavailable where it cannot be run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{program} --version failed: {error}") from error
    return done.stdout.strip()


@contextmanager
def server_folder(runner: Account) -> Iterator[Path]:
    """A folder for a new server, owned by the guard; removed at once, with a server in it, where the block fails."""
    folder = folder_path(runner)
    GUARD.own_folder(folder)
    try:
        make_folder(folder, runner)
        yield folder
    except BaseException:
        GUARD.remove(folder)
        raise


def run(arguments: Sequence[object], folder: Path, runner: Account) -> None:
    """Run a program that prepares a server's folder. Raises Unavailable with the end of its output where it fails."""
    log = folder / "prepare.log"
    if status := GUARD.run([str(argument) for argument in arguments], folder, runner, log):
        raise Unavailable(f"{Path(str(arguments[0])).name} ended with status {status}: {_end_of(log)}")


def start(
    arguments: Sequence[object], folder: Path, runner: Account, stop_signal: int, answers: Callable[[], bool]
) -> None:
    """Start a server and wait until it answers. Raises Unavailable with the end of its log where it does not."""
    log = folder / "server.log"
    GUARD.start([str(argument) for argument in arguments], folder, runner, log, stop_signal)
    end = time.monotonic() + _STARTING_SECONDS
    while not answers():
        if (status := GUARD.status(folder)) is not None:
            raise Unavailable(f"{Path(str(arguments[0])).name} ended with status {status}: {_end_of(log)}")
        if time.monotonic() > end:
            raise Unavailable(
                f"{Path(str(arguments[0])).name} did not answer within {_STARTING_SECONDS} seconds: {_end_of(log)}"
            )
        time.sleep(0.02)


def _end_of(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return "it left no output."
    return " ".join(line.strip() for line in lines[-12:] if line.strip()) or "it left no output."
