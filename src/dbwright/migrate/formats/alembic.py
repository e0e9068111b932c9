"""Alembic's folders: revisions in Python, whose SQL Alembic itself writes without a database (its offline mode).

The project's env.py and revisions are run, in a process of their own.
"""

import configparser
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import UsageError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._child import ask
from dbwright.migrate.formats._tables import rows_of
from dbwright.migrate.formats._writing import Draft, indented, name_of
from dbwright.migrate.revision import Applied, Folder, Revision

_INI = "alembic.ini"


def matches(path: Path) -> bool:
    """Whether a path is an alembic.ini, the folder of one, or a folder with env.py and versions."""
    if path.is_file():
        return path.name.endswith(".ini")
    return (path / _INI).is_file() or ((path / "env.py").is_file() and (path / "versions").is_dir())


def read(path: Path, dialect: str | None = None) -> Folder:
    """The revisions, each after those that it stands on, with the SQL of both directions.

    Raises UsageError where there is no alembic.ini, Unavailable without Alembic, SourceError with what the project's code said.
    """
    ini = _ini(path)
    answer = ask("dbwright.migrate.formats._alembic_child", "Alembic", ini.parent, [ini.name, dialect or ""])
    return Folder(
        kind="alembic",
        path=str(path),
        dialect=dialect or answer["dialect"],
        revisions=tuple(_revision(each) for each in answer["revisions"]),
        heads=tuple(answer["heads"]),
        notes=tuple(answer["notes"]),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """The table holds the revisions that the database is at; what they stand on was applied too."""
    rows = rows_of(session, "alembic_version", ("version_num",), "version_num")
    if rows is None:
        return None
    current = {str(row[0]) for row in rows}
    done, waiting = set(current), list(current)
    while waiting:
        revision = folder.revision(waiting.pop()) if folder else None
        for parent in revision.parents if revision else ():
            if parent not in done:
                done.add(parent)
                waiting.append(parent)
    known = [
        Applied(version=each.version, name=each.name)
        for each in (folder.revisions if folder else ())
        if each.version in done
    ]
    strange = sorted(done - {each.version for each in known})
    return (*known, *(Applied(version=version) for version in strange))


def write_revision(folder: Folder, draft: Draft) -> list[Path]:
    """A revision file with the statements of both directions; returns the file that was written."""
    versions = _ini(Path(folder.path)).parent / _script_location(_ini(Path(folder.path))) / "versions"
    version = hash_of(draft.name, *draft.up, *folder.heads)[:12]
    down_revision = repr(folder.heads[0]) if len(folder.heads) == 1 else repr(folder.heads) if folder.heads else "None"
    file = versions / f"{version}_{name_of(draft.name)}.py"
    file.write_text(
        f'"""{draft.name}"""\n\nfrom alembic import op\n\n'
        f"revision = {version!r}\ndown_revision = {down_revision}\nbranch_labels = None\ndepends_on = None\n\n\n"
        f"def upgrade() -> None:\n{indented(draft.up, _statement, outside=draft.outside)}\n\n"
        f"def downgrade() -> None:\n{indented(draft.down, _statement, outside=draft.outside)}",
        encoding="utf-8",
    )
    return [file]


def _statement(text: str) -> str:
    # A colon would be taken for a parameter by Alembic, so it is escaped.
    escaped = text.replace("\\", "\\\\").replace(":", "\\:").replace('"""', '\\"\\"\\"')
    return f'op.execute("""{escaped}""")'


def _ini(path: Path) -> Path:
    for ini in (path, path / _INI, path.parent / _INI):
        if ini.is_file():
            return ini.resolve()
    raise UsageError(f"There is no {_INI} for {path}.", hint="Name the file, or the folder that it stands in.")


def _script_location(ini: Path) -> str:
    parser = configparser.ConfigParser(defaults={"here": str(ini.parent)})
    parser.read(ini, encoding="utf-8")
    return parser.get("alembic", "script_location", fallback="alembic")


def _revision(told: dict[str, object]) -> Revision:
    path = str(told["path"])
    parents = told["parents"]
    assert isinstance(parents, list)
    return Revision(
        version=str(told["version"]),
        name=str(told["name"]),
        up=None if told["up"] is None else str(told["up"]),
        down=None if told["down"] is None else str(told["down"]),
        up_path=path,
        checksum=hash_of(text_of(Path(path))),
        parents=tuple(str(parent) for parent in parents),
        notes=(str(told["note"]),) if told["note"] else (),
    )
