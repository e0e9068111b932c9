"""A port of this machine that leads to a server's Unix socket, for clients that know TCP alone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def relay(folder: str, port: int) -> Iterator[int]:
    """Listen on a free port and pass each connection on to PostgreSQL's socket in a folder; the port given is part of its name."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, f"{folder}/.s.PGSQL.{port}"), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, path: str) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(path)
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
