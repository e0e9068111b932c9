"""dbmate's folders: VERSION_words.sql with the sections `-- migrate:up` and `-- migrate:down`."""

import re
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import SourceError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._tables import rows_of
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.migrate.versions import order_of

_FILE = re.compile(r"(?P<version>\d+)_?(?P<name>.*)\.sql")
_SECTION = re.compile(r"^--\s*migrate:(?P<direction>up|down)\b(?P<options>.*)$", re.MULTILINE)


def matches(path: Path) -> bool:
    """Whether a folder holds files with such sections."""
    files = (file for file in path.iterdir() if _FILE.fullmatch(file.name)) if path.is_dir() else ()
    return any(_SECTION.search(text_of(file)) for file in files)


def read(path: Path, dialect: str | None = None) -> Folder:
    """The files in the order of their versions. Raises SourceError where a version is there twice or a section is missing."""
    found: dict[str, Revision] = {}
    for file in sorted(path.iterdir()):
        match = _FILE.fullmatch(file.name)
        if match is None:
            continue
        if match["version"] in found:
            raise SourceError(f"Two migrations have the version {match['version']}; {file.name} is one of them.")
        found[match["version"]] = _revision(match["version"], match["name"], file)
    revisions = tuple(found[version] for version in sorted(found, key=order_of))
    return Folder(
        kind="dbmate",
        path=str(path),
        dialect=dialect,
        revisions=revisions,
        heads=tuple(each.version for each in revisions[-1:]),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """The table holds one row a version."""
    rows = rows_of(session, "schema_migrations", ("version",), "version")
    if rows is None:
        return None
    names = {each.version: each.name for each in (folder.revisions if folder else ())}
    return tuple(Applied(version=str(row[0]), name=names.get(str(row[0]), "")) for row in rows)


def _revision(version: str, name: str, file: Path) -> Revision:
    text = text_of(file)
    marks = list(_SECTION.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    sections = {
        mark["direction"]: (mark["options"], "\n" * text.count("\n", 0, mark.end()) + text[mark.end() : end])
        for mark, end in zip(marks, ends, strict=True)
    }
    if "up" not in sections:
        raise SourceError(f"{file} has no section `-- migrate:up`.")
    options, up = sections["up"]
    down = sections["down"][1] if "down" in sections else None
    return Revision(
        version=version,
        name=name,
        up=up,
        down=down if down and down.strip() else None,
        up_path=str(file),
        checksum=hash_of(text),
        transactional="transaction:false" not in options.replace(" ", ""),
    )
