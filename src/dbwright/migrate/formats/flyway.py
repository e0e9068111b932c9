"""Flyway's folders: V1_2__words.sql, U1_2__words.sql to undo, R__words.sql to run again on every change."""

import re
import zlib
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import SourceError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._tables import moment, rows_of
from dbwright.migrate.revision import Applied, Folder, Outcome, Revision

_FILE = re.compile(r"(?P<kind>[VUB])(?P<version>\d[\d._]*)__(?P<name>.+)\.sql|R__(?P<again>.+)\.sql")
_TABLE = "flyway_schema_history"
_COLUMNS = ("version", "description", "type", "checksum", "installed_by", "installed_on", "execution_time", "success")


def matches(path: Path) -> bool:
    """Whether a folder, or one below it, holds a versioned or repeatable migration of Flyway."""
    return path.is_dir() and any(_FILE.fullmatch(file.name) for file in path.rglob("*.sql"))


def read(path: Path, dialect: str | None = None) -> Folder:
    """The versioned migrations in the order of their versions, then the repeatable ones by name.

    A baseline (B…) takes the place of the versions up to its own. Raises SourceError where a version is there twice.
    """
    up: dict[str, Path] = {}
    undo: dict[str, Path] = {}
    again: list[Path] = []
    baselines: dict[str, Path] = {}
    for file in sorted(path.rglob("*.sql")):
        match = _FILE.fullmatch(file.name)
        if match is None:
            continue
        if match["again"]:
            again.append(file)
            continue
        version = match["version"].replace("_", ".")
        place = {"V": up, "U": undo, "B": baselines}[match["kind"]]
        if version in place:
            raise SourceError(f"Two migrations have the version {version}: {place[version].name} and {file.name}.")
        place[version] = file
    notes = []
    if baselines:
        newest = max(baselines, key=_order)
        notes.append(
            f"{baselines[newest].name} is a baseline: a new database begins with it, so older versions are left out."
        )
        up = {version: file for version, file in up.items() if _order(version) > _order(newest)}
        up[newest] = baselines[newest]
    versioned = [_revision(version, up[version], undo.get(version)) for version in sorted(up, key=_order)]
    repeatable = [_revision(f"R__{_name(file)}", file, None) for file in again]
    return Folder(
        kind="flyway",
        path=str(path),
        dialect=dialect,
        revisions=(*versioned, *repeatable),
        heads=tuple(each.version for each in versioned[-1:]),
        notes=tuple(notes),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """What flyway_schema_history says."""
    rows = rows_of(session, _TABLE, _COLUMNS, "installed_rank")
    if rows is None:
        return None
    return tuple(_applied(row, folder) for row in rows)


def flyway_checksum(text: str) -> int:
    """Flyway's own checksum: the CRC-32 of all lines without their ends, as a signed 32-bit number."""
    crc = 0
    for line in text.removeprefix("\ufeff").splitlines():
        crc = zlib.crc32(line.encode(), crc)
    return crc - (1 << 32) if crc >= 1 << 31 else crc


def _applied(row: tuple[object, ...], folder: Folder | None) -> Applied:
    version, words, kind, checksum, user, at, milliseconds, success = row
    name = str(words).replace(" ", "_")
    key = str(version) if version is not None else f"R__{name}"
    revision = folder.revision(key) if folder else None
    same = revision is not None and checksum is not None and flyway_checksum(revision.up or "") == int(str(checksum))
    outcome: Outcome = "failed" if not success else "baseline" if "BASELINE" in str(kind) else "done"
    if str(kind).startswith("UNDO"):
        outcome = "undone"
    return Applied(
        version=key,
        name=name,
        # The two tools sum differently: where Flyway's sum of the file is the recorded one, ours of the file stands for it.
        checksum=None if checksum is None or revision is None else revision.checksum if same else f"flyway:{checksum}",
        at=moment(at),
        seconds=float(str(milliseconds)) / 1000 if milliseconds is not None else None,
        user=None if user is None else str(user),
        outcome=outcome,
    )


def _revision(version: str, file: Path, undo: Path | None) -> Revision:
    text = text_of(file)
    back = text_of(undo) if undo else None
    return Revision(
        version=version,
        name=_name(file),
        up=text,
        down=back,
        up_path=str(file),
        down_path=str(undo) if undo else None,
        checksum=hash_of(text),
        repeatable=version.startswith("R__"),
    )


def _name(file: Path) -> str:
    return file.stem.partition("__")[2]


def _order(version: str) -> tuple[int, ...]:
    """1.0 and 1 are the same version."""
    numbers = [int(part) for part in version.split(".") if part]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
