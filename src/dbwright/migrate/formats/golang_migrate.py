"""golang-migrate's folders: VERSION_words.up.sql and VERSION_words.down.sql."""

import re
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import SourceError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._tables import rows_of
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.migrate.versions import order_of

_FILE = re.compile(r"(?P<version>\d+)_(?P<name>.*)\.(?P<direction>up|down)\.sql")


def matches(path: Path) -> bool:
    """Whether a folder holds such pairs."""
    return path.is_dir() and any(_FILE.fullmatch(file.name) for file in path.iterdir())


def read(path: Path, dialect: str | None = None) -> Folder:
    """The pairs in the order of their versions. Raises SourceError where a half is there twice."""
    halves: dict[str, dict[str, Path]] = {}
    for file in sorted(path.iterdir()):
        match = _FILE.fullmatch(file.name)
        if match is None:
            continue
        version = str(int(match["version"]))
        pair = halves.setdefault(version, {})
        if match["direction"] in pair:
            raise SourceError(
                f"Two migrations have the version {version}: {pair[match['direction']].name} and {file.name}."
            )
        pair[match["direction"]] = file
    revisions = tuple(_revision(version, halves[version]) for version in sorted(halves, key=order_of))
    return Folder(
        kind="golang-migrate",
        path=str(path),
        dialect=dialect,
        revisions=revisions,
        heads=tuple(each.version for each in revisions[-1:]),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """The table holds the one version that the database is at; what comes before it in the folder was applied too."""
    rows = rows_of(session, "schema_migrations", ("version", "dirty"), "version")
    if rows is None:
        return None
    if not rows:
        return ()
    version, dirty = str(rows[-1][0]), bool(rows[-1][1])
    before = [each for each in (folder.revisions if folder else ()) if order_of(each.version) < order_of(version)]
    known = [Applied(version=each.version, name=each.name, detail="before the recorded version") for each in before]
    at = folder.revision(version) if folder else None
    last = Applied(
        version=version,
        name=at.name if at else "",
        outcome="failed" if dirty else "done",
        detail="the table says that it is dirty: a migration stopped in the middle" if dirty else "",
    )
    return (*known, last)


def _revision(version: str, pair: dict[str, Path]) -> Revision:
    up = text_of(pair["up"]) if "up" in pair else None
    down = text_of(pair["down"]) if "down" in pair else None
    file = pair.get("up") or pair["down"]
    match = _FILE.fullmatch(file.name)
    return Revision(
        version=version,
        name=match["name"] if match else "",
        up=up,
        down=down,
        up_path=str(pair.get("up", "")),
        down_path=str(pair["down"]) if "down" in pair else None,
        checksum=hash_of(up or "", *(() if down is None else (down,))),
        # The tool sends the file as it is and begins no transaction.
        transactional=False,
        notes=() if "up" in pair else (f"{file.name} has no half that leads up.",),
    )
