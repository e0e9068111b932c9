"""As much of Redis's protocol as starting and clearing scratch databases needs; no driver is wanted for that."""

import socket
from typing import Any

from dbwright.engines.url import Url
from dbwright.errors import Unavailable

_SECONDS = 10.0


class RedisFault(Unavailable):
    """The server refused a command."""


class Connection:
    """A connection that sends one command at a time. Raises Unavailable where the server cannot be reached."""

    def __init__(self, url: Url) -> None:
        self._shown = url.shown
        try:
            if path := url.options.get("unix_socket"):
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self._socket.settimeout(_SECONDS)
                self._socket.connect(path)
            else:
                self._socket = socket.create_connection((url.host or "localhost", url.port or 6379), _SECONDS)
        except OSError as error:
            self._close_socket()
            raise Unavailable(f"{url.shown} cannot be reached: {error.strerror or error}.") from error
        self._replies = self._socket.makefile("rb")
        if url.password is not None:
            try:
                self.ask("AUTH", *([url.user] if url.user else []), url.password)
            except Unavailable:
                self.close()
                raise

    def ask(self, *words: str) -> Any:
        """Send a command and return its reply: text, a number, a list or None. Raises RedisFault where it is refused."""
        parts = [word.encode() for word in words]
        message = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        try:
            self._socket.sendall(message)
            return self._reply()
        except OSError as error:
            raise Unavailable(f"The connection to {self._shown} was lost: {error}.") from error

    def close(self) -> None:
        """Close the connection."""
        self._replies.close()
        self._socket.close()

    def _close_socket(self) -> None:
        if opened := getattr(self, "_socket", None):
            opened.close()

    def _reply(self) -> Any:
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise Unavailable(f"{self._shown} closed the connection.")
        kind, text = line[:1], line[1:-2].decode(errors="replace")
        if kind == b"-":
            raise RedisFault(f"{self._shown} answered: {text}")
        if kind == b":":
            return int(text)
        if kind == b"$":
            size = int(text)
            return None if size < 0 else self._replies.read(size + 2)[:-2].decode(errors="replace")
        if kind == b"*":
            return [self._reply() for _ in range(max(int(text), 0))]
        return text
