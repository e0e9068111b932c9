"""The unprivileged user that a server runs as, and the folder that it lives in."""

import os
import pwd
import secrets
import shutil
import tempfile
from pathlib import Path

import msgspec

from dbwright.errors import Unavailable

_LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may have 103 bytes on some systems
_NEEDED_BYTES = 300_000_000


class Account(msgspec.Struct, frozen=True):
    """A user of the system. identity: its user and group numbers; None where we go on as ourselves."""

    name: str
    identity: tuple[int, int] | None = None


def account(*preferred: str) -> Account:
    """Who runs a server: ourselves, or where we are root the first of the preferred users that exists, then `nobody`.

    Raises Unavailable where none exists.
    """
    if os.geteuid() != 0:
        return Account(str(os.geteuid()))
    for name in (*preferred, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, (entry.pw_uid, entry.pw_gid))
    raise Unavailable(
        f"A database server must not run as root, and this system has no user {' or '.join((*preferred, 'nobody'))}.",
        hint="Create one of these users, or run as another user than root.",
    )


def folder_path(runner: Account) -> Path:
    """A new path, not made yet, for a server's folder: short enough for sockets, reachable by the account, on a disk with room.

    Raises Unavailable, with what is wrong with each place for temporary files.
    """
    faults: list[str] = []
    name = f"dbwright-scratch-{os.getpid()}-{secrets.token_hex(4)}"
    for place in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):
        path = Path(place).resolve() / name
        if fault := _fault(path, runner):
            faults.append(f"{place} {fault}")
        else:
            return path
    raise Unavailable(
        "No place for temporary files will do: " + "; ".join(faults) + ".", hint="Set TMPDIR to a better one."
    )


def make_folder(path: Path, runner: Account) -> None:
    """Make a server's folder, which no other user can look into. Raises Unavailable where that fails."""
    try:
        path.mkdir(mode=0o700)
        if runner.identity is not None:
            os.chown(path, *runner.identity)
    except OSError as error:
        raise Unavailable(f"The folder {path} could not be made: {error.strerror}.") from error


def _fault(path: Path, runner: Account) -> str | None:
    place = path.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return f"cannot be used: {error.strerror}"
    if not os.access(place, os.W_OK | os.X_OK):
        return "may not be written to"
    if len(os.fsencode(path)) > _LONGEST_SOCKET_FOLDER:
        return "has too long a path for a socket"
    if free < _NEEDED_BYTES:
        return f"has only {free // 1_000_000} MB left on its disk, of {_NEEDED_BYTES // 1_000_000} MB needed"
    if runner.identity is not None and not all(_enterable(parent, *runner.identity) for parent in path.parents):
        return f"cannot be reached by the user {runner.name}"
    return None


def _enterable(folder: Path, user: int, group: int) -> bool:
    status = folder.stat()
    if status.st_uid == user:
        return bool(status.st_mode & 0o100)
    if status.st_gid == group:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)
