"""How far an unfinished run came, kept in files beside the user's other caches, so that the same command goes on from there."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path as File

import msgspec
import polars as pl

from dbwright.catalog.codec import digest
from dbwright.catalog.objects import Catalog
from dbwright.engines.url import Url
from dbwright.seed.base import Settings
from dbwright.seed.plan.base import Existing, Path

_FORMAT = 1
_SEPARATOR = "\x1f"


class Kept(msgspec.Struct, kw_only=True):
    """What is known of a run.

    asked: stands for the schema, the settings and the batches; another run does not go on with this one. step: the number of
    the step that was at work; row: the first of its rows that may not be there yet. attempts: rows that were drawn anew, by table.
    rows, keys: what was there before it, the keys as the names of the files beside. until, now: as in its settings.
    """

    asked: str
    step: int = 0
    row: int = 0
    attempts: dict[str, dict[int, int]] = {}
    rows: dict[str, int] = {}
    keys: dict[str, str] = {}
    until: str | None = None
    now: str | None = None


class State:
    """The files of one target. notes: a sentence where they cannot be written, with which the run does without."""

    def __init__(self, url: Url, namespaces: tuple[str, ...], folder: File | None = None) -> None:
        target = os.path.abspath(url.database) if url.scheme.startswith("sqlite") else url.shown
        name = hashlib.sha256(_SEPARATOR.join((target, *namespaces)).encode()).hexdigest()[:24]
        self.folder = (folder or cache_folder()) / name
        self.notes: tuple[str, ...] = ()

    def load(self, asked: str) -> "tuple[Kept, Existing] | None":
        """What an unfinished run of the same kind left; None where there is none, or where its files cannot be read."""
        with suppress(OSError, msgspec.MsgspecError, pl.exceptions.PolarsError):
            kept = msgspec.json.decode((self.folder / "state.json").read_bytes(), type=Kept)
            if kept.asked == asked:
                keys = {_path(name): pl.read_parquet(self.folder / file) for name, file in kept.keys.items()}
                return kept, Existing(rows={_path(name): rows for name, rows in kept.rows.items()}, keys=keys)
        return None

    def begin(self, asked: str, existing: Existing, settings: Settings) -> Kept:
        """Forget what was there, and note what the target holds before the first row."""
        self.forget()
        kept = Kept(asked=asked, until=settings.until, now=settings.now)
        kept.rows = {_name(path): rows for path, rows in existing.rows.items()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for number, (path, frame) in enumerate(existing.keys.items()):
                kept.keys[_name(path)] = f"keys-{number}.parquet"
                frame.write_parquet(self.folder / kept.keys[_name(path)])
        except OSError as error:
            self._do_without(error)
        self.save(kept)
        return kept

    def save(self, kept: Kept) -> None:
        """Write how far it is; never half written, and readable by this user only."""
        if self.notes:
            return
        made = self.folder / f"state.{os.getpid()}"
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(kept))
            made.replace(self.folder / "state.json")
        except OSError as error:
            self._do_without(error)

    def _do_without(self, error: OSError) -> None:
        self.forget()
        why = error.strerror or error
        self.notes = (f"How far the run was could not be kept in {self.folder} ({why}); a stop would have lost it.",)

    def forget(self) -> None:
        """Remove the files: the run came to its end."""
        with suppress(OSError):
            for file in self.folder.iterdir():
                file.unlink(missing_ok=True)
            self.folder.rmdir()


def asked(catalog: Catalog, settings: Settings, file: str) -> str:
    """What stands for a schema and settings: runs that differ in it do not go on with each other.

    file: the text of the settings file, in which times may be told by the clock.
    """
    timeless = msgspec.structs.replace(settings, until=None, now=None)
    told = msgspec.json.encode((_FORMAT, digest(catalog), timeless, file), order="deterministic")
    return hashlib.sha256(told).hexdigest()


def cache_folder() -> File:
    """Where the state is kept: a folder for this user's caches (XDG_CACHE_HOME)."""
    return File(os.environ.get("XDG_CACHE_HOME") or File.home() / ".cache") / "dbwright" / "seed"


def keep_attempts(kept: Kept, attempts: Mapping[Path, Mapping[int, int]]) -> None:
    """Note the rows that were drawn anew."""
    kept.attempts = {_name(path): dict(rows) for path, rows in attempts.items() if rows}


def attempts_of(kept: Kept) -> dict[Path, dict[int, int]]:
    """The rows that were drawn anew."""
    return {_path(name): rows for name, rows in kept.attempts.items()}


def _name(path: Path) -> str:
    return _SEPARATOR.join(path)


def _path(name: str) -> Path:
    namespace, _, table = name.partition(_SEPARATOR)
    return namespace, table
