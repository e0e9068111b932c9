"""Everything that can be compared: what readers open, a folder of migrations, and each of these at a git revision."""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbwright.app.files_as_database import are_files_of_rows, open_files_of_rows
from dbwright.catalog.codec import decode
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import SourceError, Unavailable, UsageError
from dbwright.readers.source import Source, open_source

_GIT = "git:"


@contextmanager
def open_any(
    text: str,
    *,
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] | None = None,
    timeout: float = 10.0,
) -> Iterator[Source]:
    """Open a source; `git:REVISION:SOURCE` is that source as it was at a revision of the repository here.

    A folder of migrations is replayed on a scratch database. Raises what `open_source` raises.
    """
    if text.startswith(_GIT):
        yield _at_revision(text, dialect)
        return
    if are_files_of_rows(text):
        with open_files_of_rows(text) as source:
            yield source
        return
    folder = _migrations(text, dialect)
    if folder is not None:
        yield folder
        return
    with open_source(text, dialect=dialect, parse_only=parse_only, namespaces=namespaces, timeout=timeout) as source:
        yield source


# ---------------------------------------------------------------- folders of migrations


def _migrations(text: str, dialect: str | None) -> Source | None:
    """The state that a folder of migrations leads to; None where the text names no such folder."""
    if "://" in text or not Path(text).is_dir() or (Path(text) / "manage.py").is_file():
        return None
    from dbwright.app.migrate.project import engine_for
    from dbwright.migrate.read import read_folder
    from dbwright.migrate.replay import replay

    folder = read_folder(text, dialect=dialect)
    if folder.kind == "sql" or not folder.revisions:
        return None
    notes = list(folder.notes)
    held = engine_for(None, dialect or folder.dialect, folder, notes)
    state = replay(folder, held)
    return Source(
        kind="executed",
        shown=text,
        engine=held,
        catalog=state.catalog,
        notes=(*notes, *state.notes),
        how=f"{len(folder.revisions)} migrations ({folder.kind}) run on a scratch database",
    )


# ---------------------------------------------------------------- git


def _at_revision(text: str, dialect: str | None) -> Source:
    """The tree of the revision is laid out in a folder of its own, and read there by a process of its own, so that the
    models of two revisions never meet in one interpreter."""
    revision, separator, named = text.removeprefix(_GIT).partition(":")
    if not separator or not revision or not named:
        raise UsageError(
            f"{text} names no source at a revision.", hint="Write git:REVISION:SOURCE, git:main:schema.sql."
        )
    with tempfile.TemporaryDirectory(prefix="dbwright-git-") as folder:
        place = _lay_out(revision, Path(folder))
        command = [sys.executable, "-m", "dbwright", "inspect", named, "--format", "json"]
        command += ["--source-dialect", dialect] if dialect else []
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = [line.removeprefix("note: ") for line in done.stderr.splitlines() if line.startswith("note: ")]
    if done.returncode != 0:
        errors = [line.removeprefix("error: ") for line in done.stderr.splitlines() if line.startswith("error: ")]
        raise SourceError(f"{text}: {' '.join(errors) or done.stderr.strip()}")
    catalog = decode(done.stdout)
    return Source(
        kind="catalog",
        shown=text,
        engine=engine_named(catalog.engine),
        catalog=catalog,
        notes=tuple(said),
        how=f"read at the revision {revision}",
    )


def _lay_out(revision: str, folder: Path) -> Path:
    """The files of a revision in a folder; returns where in it the working folder of the repository lies."""
    if shutil.which("git") is None:
        raise Unavailable("git is not installed.", hint="It is needed to read a source at a revision.")
    if revision.startswith("-"):
        raise UsageError(f"{revision} is no revision.")
    prefix = _git("rev-parse", "--show-prefix").decode().strip()
    root = _git("rev-parse", "--show-toplevel").decode().strip()
    archive = folder / "tree.tar"
    _git("-C", root, "archive", "--format=tar", "--output", str(archive), revision)
    tree = folder / "tree"
    with tarfile.open(archive) as packed:
        packed.extractall(tree, filter="data")
    archive.unlink()
    place = tree / prefix
    if not place.is_dir():
        raise SourceError(f"There is no folder {prefix} at the revision {revision}.")
    return place


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise SourceError(f"git says: {said}", hint="Name a revision of the repository that you are in.")
    return done.stdout
