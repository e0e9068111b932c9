"""A small process that owns what a process of dbwright started, and clears it up at the end of that process.

It is started as a script, in a session of its own, and needs nothing but the standard library. It reads requests as lines of
JSON from its standard input, which is a pipe from the process that it serves, and answers each with one line. The pipe ends
when that process ends, be it by `exit` or by `kill -9`: then the guard stops the servers that it started, drops the databases that
were made on servers of others, removes the folders and ends too.
"""

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

_REQUESTS = 0  # standard input
_PATIENCE = 5.0  # seconds for a server to stop before it is killed
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl
_FAREWELL = 30.0  # seconds for all that is dropped on servers of others


class _Gone(Exception):
    """The process that we serve has ended."""


class Guard:
    """Carries out requests until the pipe ends."""

    def __init__(self) -> None:
        self._unread = b""
        self._ended = False
        self._folders: list[str] = []
        self._servers: dict[str, tuple[subprocess.Popen[bytes], int]] = {}
        self._databases: dict[str, dict[str, Any]] = {}

    def serve(self) -> None:
        """Answer requests; at the end of the pipe clear up."""
        try:
            while True:
                request = json.loads(self._next_line())
                try:
                    answer = getattr(self, "do_" + request["do"])(**request["with"])
                except OSError as error:
                    answer = {"error": str(error)}
                self._reply({"number": request["number"], "answer": answer})
        except _Gone:
            pass
        finally:
            self._clear_up()

    # ---------------------------------------------------------------- requests

    def do_own_folder(self, folder: str) -> None:
        """Remove this folder at the end; it need not be there yet."""
        self._folders.append(folder)

    def do_run(self, **program: Any) -> int:
        """Run a program to its end and return its exit status."""
        process = self._start(**program)
        try:
            while (status := process.poll()) is None:
                self._read(0.01)
                if self._ended:
                    raise _Gone
            return status
        finally:
            _kill_group(process)

    def do_start(self, folder: str, stop_signal: int, **program: Any) -> int:
        """Start a server that lives in the folder; returns its process id."""
        process = self._start(**program)
        self._servers[folder] = (process, stop_signal)
        return process.pid

    def do_status(self, folder: str) -> int | None:
        """The exit status of a server, None while it runs."""
        return self._servers[folder][0].poll()

    def do_remove(self, folder: str) -> None:
        """Stop the server that lives in a folder, if any, and remove the folder."""
        if server := self._servers.pop(folder, None):
            _stop(*server)
        _remove(folder)
        self._folders.remove(folder)

    def do_own_database(self, name: str, **how: Any) -> None:
        """Drop this database at the end: how says with which module and where."""
        self._databases[name] = how

    def do_forget_database(self, name: str) -> None:
        """The database has been dropped."""
        self._databases.pop(name, None)

    # ---------------------------------------------------------------- the pipe

    def _read(self, timeout: float | None) -> None:
        if select.select([_REQUESTS], [], [], timeout)[0]:
            read = os.read(_REQUESTS, 65536)
            self._unread += read
            self._ended = not read

    def _next_line(self) -> bytes:
        while b"\n" not in self._unread:
            if self._ended:
                raise _Gone
            self._read(None)
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _reply(self, message: dict[str, Any]) -> None:
        try:
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()
        except OSError:
            raise _Gone from None

    # ---------------------------------------------------------------- processes

    def _start(
        self,
        arguments: list[str],
        environment: dict[str, str],
        folder_of_work: str,
        log: str,
        account: list[int] | None,
    ) -> "subprocess.Popen[bytes]":
        identity: dict[str, Any] = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
        with open(log, "ab") as output:
            return subprocess.Popen(
                arguments,
                env=environment,
                cwd=folder_of_work,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_as_a_program,  # safe: the guard has one thread
                **identity,
            )

    def _clear_up(self) -> None:
        for process, stop_signal in self._servers.values():
            _send(process, stop_signal)
        for process, stop_signal in self._servers.values():
            _stop(process, stop_signal)
        for folder in self._folders:
            _remove(folder)
        # Last, as a server of others may have gone away and keep us waiting.
        signal.alarm(int(_FAREWELL))
        for name, how in self._databases.items():
            try:
                sys.path[:] = how["search_path"]
                importlib.import_module(how["module"]).drop_for_guard(how["url"], name)
            except Exception:  # there is nobody left to tell, and the others are to be dropped all the same
                continue


def _process_control() -> Any:
    """Linux's prctl, None elsewhere. Loaded early: as another user we may not be allowed to read Python's own files."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes

        return ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return None


def _as_a_program() -> None:
    """In a new process: take signals again that the guard ignores, and on Linux die when the guard is killed."""
    for ignored in _IGNORED:
        signal.signal(ignored, signal.SIG_DFL)
    if _PRCTL is not None:
        _PRCTL(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGQUIT))


def _send(process: "subprocess.Popen[bytes]", number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)


def _stop(process: "subprocess.Popen[bytes]", stop_signal: int) -> None:
    _send(process, stop_signal)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    _kill_group(process)
    process.wait()


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    # A program is the leader of its own session; its helpers outlive it at most until here.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _remove(folder: str) -> None:
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)  # a helper process may still have been writing


_PRCTL = _process_control()

if __name__ == "__main__":
    for ignored in _IGNORED:
        signal.signal(ignored, signal.SIG_IGN)
    os.chdir("/")
    Guard().serve()
