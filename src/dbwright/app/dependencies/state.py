"""What an unfinished discovery has found out, kept in a file so that the next run goes on from there."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.options import Options
from dbwright.catalog.dependencies import Measured
from dbwright.tables.sketch import Sketch

if TYPE_CHECKING:
    import polars

    from dbwright.tables.base import RowSource

_FORMAT = 1


class Kept(msgspec.Struct, kw_only=True):
    """What is known so far.

    fingerprint: of the table's contents, as far as the engine tells when they change. sketch: of the whole table.
    settled: checked on all rows, whatever came out. others: what the blocks said of the kinds that values tell; None before
    they were asked.
    """

    fingerprint: str = ""
    sketch: Sketch | None = None
    settled: list[Measured] = []
    others: list[Measured] | None = None


class State:
    """The files of one table and one set of options: what is known as JSON, and beside it the sample as hashes of its values."""

    def __init__(self, source: "RowSource", options: Options) -> None:
        self._path: Path | None = None
        if options.state is not None:
            self._path = options.state / f"{_key(source, options)}.json"

    def load(self, fingerprint: str) -> "tuple[Kept, polars.DataFrame | None]":
        """What an earlier run left, and its sample. Nothing where there was none, or where the table has changed since."""
        if self._path is not None:
            with suppress(OSError, msgspec.MsgspecError):
                kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
                if kept.fingerprint == fingerprint:
                    return kept, self._sample()
        return Kept(fingerprint=fingerprint), None

    def _sample(self) -> "polars.DataFrame | None":
        import polars as pl

        assert self._path is not None
        try:
            return pl.read_parquet(BytesIO(self._path.with_suffix(".parquet").read_bytes()))
        except (OSError, pl.exceptions.PolarsError):
            return None

    def save(self, kept: Kept, sample: "polars.DataFrame | None" = None) -> None:
        """Write what is known. sample: the hashes, where they are others than before."""
        if self._path is None:
            return
        if sample is not None:
            held = BytesIO()
            sample.write_parquet(held)
            _write(self._path.with_suffix(".parquet"), held.getvalue())
        _write(self._path, msgspec.json.encode(kept, order="deterministic"))

    def forget(self) -> None:
        """Remove the files: the run came to its end."""
        if self._path is not None:
            for path in (self._path, self._path.with_suffix(".parquet")):
                path.unlink(missing_ok=True)


def cache_folder() -> Path:
    """Where the state is kept by default: a folder for this user's caches (XDG_CACHE_HOME)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dbwright" / "dependencies"


def _key(source: "RowSource", options: Options) -> str:
    import polars

    asked = msgspec.structs.replace(options, state=None)
    columns: Sequence[tuple[str, str]] = [(column.name, column.type.spelling) for column in source.table.columns]
    told = msgspec.json.encode((_FORMAT, polars.__version__, source.origin, source.ref, columns, asked))
    return hashlib.sha256(told).hexdigest()[:24]


def _write(path: Path, content: bytes) -> None:
    """Readable by this user only, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
