"""Making a revision: files with a version that no other has, and the checksum file with them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbwright.errors import SourceError, UsageError
from dbwright.migrate.checksums import NAME, check, written
from dbwright.migrate.formats.native import SEEDS, files_of
from dbwright.migrate.formats.native import read as read_native
from dbwright.migrate.versions import new_version, slug

_UP = "-- What the migration does.\n"
_DOWN = (
    "-- The way back. Where there is none, delete this file and begin the other one with the line\n"
    "-- `-- dbwright: irreversible because REASON`.\n"
)
_PYTHON = '''"""{title}."""

from dbwright.migrate.data import Batches

up = Batches(table="…", key="id", change="UPDATE {{table}} SET … WHERE {{range}}")
down = Batches(table="…", key="id", change="UPDATE {{table}} SET … WHERE {{range}}")
'''


def new(folder: Path, name: str, *, kind: str = "sql", environment: str | None = None) -> tuple[Path, ...]:
    """Make the empty files of a revision: kind "sql" (a pair), "python" (data) or "seed". Returns their paths.

    Raises UsageError for a name without letters, SourceError where the folder is not what its checksum file says.
    """
    words = slug(name)
    if kind == "seed":
        return (_new_seed(folder, words, environment),)
    if environment:
        raise UsageError("Only seeds are of an environment.", hint="Add --seed.")
    if kind == "python":
        return write_revision(folder, name, {".py": _PYTHON.format(title=name.strip().replace('"', "'"))})
    return write_revision(folder, name, {".up.sql": _UP, ".down.sql": _DOWN})


def write_revision(folder: Path, name: str, texts: dict[str, str], *, version: str | None = None) -> tuple[Path, ...]:
    """Write the files of a revision, by their endings, and the checksum file; safe against others who do it meanwhile."""
    words = slug(name)
    with locked(folder):
        known = read_native(folder)
        check(folder, files_of(known))
        version = version or new_version(each.version for each in known.revisions if not each.seed)
        paths = tuple(folder / f"{version}_{words}{ending}" for ending in texts)
        for path, text in zip(paths, texts.values(), strict=True):
            _write(path, text)
        write_sums(folder)
    return paths


def write_sums(folder: Path) -> None:
    """Write the checksum file for the folder as it is."""
    _write(folder / NAME, written(files_of(read_native(folder))))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to the folder meanwhile; it is made where it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise SourceError(f"The folder {folder} cannot be made or opened: {error.strerror or error}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _new_seed(folder: Path, words: str, environment: str | None) -> Path:
    path = folder / SEEDS / (slug(environment) if environment else "") / f"{words}.sql"
    if path.exists():
        raise UsageError(f"There is a seed {path} already.")
    with locked(folder):
        if not (folder / NAME).exists():
            write_sums(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(
            path, "-- Runs after the migrations, and again whenever it is changed: write it so that it can run twice.\n"
        )
    return path


def _write(path: Path, text: str) -> None:
    """Write a whole file or none."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SourceError(f"{path} cannot be written: {error.strerror or error}.") from error
