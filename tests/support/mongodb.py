"""A server that speaks MongoDB's protocol, for tests alone: SecantusDB, whose licence wants it to be a process of its own."""

import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from dbwright.engines.scratch import source
from dbwright.engines.scratch.account import Account
from dbwright.engines.scratch.guard_client import GUARD
from dbwright.engines.url import Url
from dbwright.errors import Unavailable

_PORT = re.compile(r"listening on 127\.0\.0\.1:(\d+)")
_RUN = "from secantus.cli import main; main()"


@contextmanager
def mongodb_server() -> Iterator[Url]:
    """A new, empty server on a loopback port of its own choice. Raises Unavailable where SecantusDB is not installed."""
    if find_spec("secantus") is None:
        raise Unavailable("The package SecantusDB is not installed.", hint="pip install SecantusDB")
    ourselves = Account("ourselves")  # it is a Python program and runs where our own Python may be read
    with source.server_folder(ourselves) as folder:
        storage = ["--storage-path", folder / "data", "--cache-size", "64M"]
        arguments = [sys.executable, "-c", _RUN, "--host", "127.0.0.1", "--port", "0", *storage]
        source.start(arguments, folder, ourselves, signal.SIGKILL, lambda: _port(folder) is not None)
        yield Url(scheme="mongodb", host="127.0.0.1", port=_port(folder), database="scratch")
        GUARD.remove(folder)


def _port(folder: Path) -> int | None:
    told = _PORT.search((folder / "server.log").read_text(errors="replace"))
    if told is None:
        return None
    with socket.create_connection(("127.0.0.1", int(told[1])), 5):
        return int(told[1])
