"""Prisma's folders: VERSION_words/migration.sql beside a migration_lock.toml that names the database. They lead up only."""

import tomllib
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import SourceError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._tables import moment, rows_of
from dbwright.migrate.revision import Applied, Folder, Outcome, Revision

_LOCK, _FILE = "migration_lock.toml", "migration.sql"
_DIALECTS = {"postgresql": "postgres", "cockroachdb": "postgres", "mysql": "mysql", "sqlite": "sqlite"}
_COLUMNS = ("migration_name", "started_at", "finished_at", "rolled_back_at", "applied_steps_count", "logs")


def matches(path: Path) -> bool:
    """Whether a folder holds folders with a migration.sql."""
    return path.is_dir() and ((path / _LOCK).is_file() or any(path.glob(f"*/{_FILE}")))


def read(path: Path, dialect: str | None = None) -> Folder:
    """The migrations in the order of their folders' names. Raises SourceError where the lock file is no TOML."""
    revisions = []
    for file in sorted(path.glob(f"*/{_FILE}")):
        text = text_of(file)
        revisions.append(
            Revision(
                version=file.parent.name,
                name=file.parent.name.partition("_")[2],
                up=text,
                up_path=str(file),
                checksum=hash_of(text),
                transactional=False,
            )
        )
    return Folder(
        kind="prisma",
        path=str(path),
        dialect=dialect or _dialect(path / _LOCK),
        revisions=tuple(revisions),
        heads=tuple(each.version for each in revisions[-1:]),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """What _prisma_migrations says."""
    rows = rows_of(session, "_prisma_migrations", _COLUMNS, "started_at")
    return None if rows is None else tuple(_applied(row) for row in rows)


def _applied(row: tuple[object, ...]) -> Applied:
    name, started, finished, rolled_back, steps, logs = row
    outcome: Outcome = "undone" if rolled_back else "done" if finished else "failed"
    began, ended = moment(started), moment(finished)
    return Applied(
        version=str(name),
        name=str(name).partition("_")[2],
        at=began,
        seconds=(ended - began).total_seconds() if began and ended else None,
        outcome=outcome,
        statements=int(str(steps)) if steps is not None else None,
        detail=str(logs or ""),
    )


def _dialect(lock: Path) -> str | None:
    if not lock.is_file():
        return None
    try:
        provider = tomllib.loads(text_of(lock)).get("provider", "")
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{lock} is not valid TOML: {error}.") from error
    return _DIALECTS.get(str(provider))
