"""A folder of SQL files that run in the order of their names, with a way back in files that end in .down.sql."""

import re
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import UsageError
from dbwright.migrate.checksums import hash_of
from dbwright.migrate.headers import read_headers
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.readers.sql.files import files_in, read_text

_LEADING = re.compile(r"(?P<version>\d[\d.]*)[-_ ]*(?P<name>.*)")


def matches(path: Path) -> bool:
    """Whether a folder holds SQL files: the last form that is asked for."""
    try:
        return path.is_dir() and bool(files_in(path))
    except UsageError:
        return False


def read(path: Path, dialect: str | None = None) -> Folder:
    """The files as revisions, in natural order: 2_b before 10_a. Raises SourceError where one is not text."""
    revisions = []
    for file in files_in(path):
        text = read_text(file).replace("\r\n", "\n")
        headers = read_headers(text, str(file))
        stem = file.relative_to(path).as_posix().removesuffix(".gz").rsplit(".", 1)[0].removesuffix(".up")
        down = next((half for half in _down_halves(file) if half.is_file()), None)
        back = read_text(down).replace("\r\n", "\n") if down else None
        numbered = _LEADING.fullmatch(Path(stem).name)
        revisions.append(
            Revision(
                version=stem,
                name=numbered["name"] if numbered else Path(stem).name,
                up=text,
                down=back,
                up_path=str(file),
                down_path=str(down) if down else None,
                checksum=hash_of(text, *(() if back is None else (back,))),
                transactional=headers.transactional,
                irreversible=headers.irreversible,
                allows=headers.allows,
                on_request=headers.on_request,
            )
        )
    return Folder(
        kind="sql",
        path=str(path),
        dialect=dialect,
        revisions=tuple(revisions),
        heads=tuple(each.version for each in revisions[-1:]),
        notes=("The files belong to no known tool; they are taken to run in the order of their names.",),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """Plain files have no history."""
    return None


def _down_halves(file: Path) -> tuple[Path, ...]:
    base = re.sub(r"(?:\.up)?\.(?:sql|ddl|psql|mysql|pgsql)$", "", file.name)
    return tuple(
        file.with_name(f"{base}{ending}") for ending in (".down.sql", "_down.sql", ".rollback.sql", ".undo.sql")
    )
