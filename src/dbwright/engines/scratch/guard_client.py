"""This process's side of the guard: started at the first need, told what to own, and released at the end."""

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

import msgspec

from dbwright.engines.scratch.account import Account
from dbwright.engines.url import Url
from dbwright.errors import Unavailable

_SCRIPT = Path(__file__).with_name("guard.py")
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class GuardClient:
    """Asks the guard, one request at a time, from whichever thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folders: set[Path] = set()
        self._number = 0
        self._lock = threading.RLock()

    def own_folder(self, folder: Path) -> None:
        """Have a folder removed at the end. To be said before the folder is made, so that no kill comes between."""
        self._ask("own_folder", folder=str(folder))
        self._folders.add(folder)

    def run(self, arguments: list[str], folder: Path, account: Account, log: Path) -> int:
        """Run a program in a folder to its end; its output goes to the log. Raises Unavailable where it cannot start."""
        return int(self._ask("run", **_program(arguments, folder, account, log)))

    def start(self, arguments: list[str], folder: Path, account: Account, log: Path, stop_signal: int) -> int:
        """Start a server in its folder and return its process id. Raises Unavailable where it cannot start."""
        program = _program(arguments, folder, account, log)
        return int(self._ask("start", folder=str(folder), stop_signal=int(stop_signal), **program))

    def status(self, folder: Path) -> int | None:
        """The exit status of the server in a folder, None while it runs."""
        status = self._ask("status", folder=str(folder))
        return None if status is None else int(status)

    def remove(self, folder: Path) -> None:
        """Stop the server of a folder, if any, and remove the folder."""
        self._ask("remove", folder=str(folder))
        self._folders.discard(folder)

    def own_database(self, module: str, url: Url, name: str) -> None:
        """Have a database dropped at the end, by the module's `drop_for_guard`."""
        told = msgspec.to_builtins(url)
        self._ask(
            "own_database", name=name, module=module, url=told, search_path=[path or os.getcwd() for path in sys.path]
        )

    def forget_database(self, name: str) -> None:
        """A database has been dropped."""
        self._ask("forget_database", name=name)

    def release(self) -> None:
        """End the guard, which clears up, and wait until it has."""
        with self._lock:
            process, self._process = self._process, None
            if process is None:
                return
            with contextlib.suppress(OSError):
                _pipe(process.stdin).close()
            process.wait()
            _pipe(process.stdout).close()
            for folder in self._folders:  # there still, if somebody has killed the guard
                shutil.rmtree(folder, ignore_errors=True)
            self._folders.clear()

    def abandon(self) -> None:
        """In a child of a fork: leave the guard to the parent."""
        self._lock = threading.RLock()
        self._folders = set()
        process, self._process = self._process, None
        if process is not None:
            _pipe(process.stdin).close()
            _pipe(process.stdout).close()
            process.returncode = 0  # it is not ours to wait for, nor to be warned about

    def _ask(self, request: str, **arguments: Any) -> Any:
        with self._lock:
            process = self._running()
            self._number += 1
            message = {"do": request, "with": arguments, "number": self._number}
            try:
                _pipe(process.stdin).write(json.dumps(message).encode() + b"\n")
                # An interrupted request leaves its reply behind; the numbers tell them apart.
                while (reply := json.loads(_pipe(process.stdout).readline()))["number"] != self._number:
                    pass
            except (OSError, ValueError):
                raise Unavailable(
                    "The guard process of the scratch databases has ended.",
                    hint="Start again; where it was killed, the system may be short of memory.",
                ) from None
        answer = reply["answer"]
        if isinstance(answer, dict) and "error" in answer:
            raise Unavailable(str(answer["error"]))
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,  # nothing is left in a buffer that a fork would copy
                start_new_session=True,
            )
        return self._process


def _program(arguments: list[str], folder: Path, account: Account, log: Path) -> dict[str, Any]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {
        "arguments": arguments,
        "environment": {**kept, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C", "TZ": "UTC"},
        "folder_of_work": str(folder),
        "log": str(log),
        "account": None if account.identity is None else list(account.identity),
    }


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


GUARD = GuardClient()
"""The guard of this process."""

atexit.register(GUARD.release)
os.register_at_fork(after_in_child=GUARD.abandon)
