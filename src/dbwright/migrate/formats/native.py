"""dbwright's own folders: pairs of SQL files by UTC second, data migrations in Python, and seeds by environment."""

import re
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.errors import SourceError
from dbwright.migrate.checksums import NAME, Summed, hash_of, text_of
from dbwright.migrate.headers import Headers, read_headers
from dbwright.migrate.python_file import read_python
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.migrate.versions import order_of

SEEDS = "seeds"
_SQL = re.compile(r"(?P<version>\d+)_(?P<name>.+)\.(?P<direction>up|down)\.sql")
_PYTHON = re.compile(r"(?P<version>\d+)_(?P<name>.+)\.py")


def matches(path: Path) -> bool:
    """Whether a folder is one of ours: it has a checksum file."""
    return (path / NAME).is_file()


def read(path: Path, dialect: str | None = None) -> Folder:
    """The revisions of a folder, then its seeds. A folder that is not there yet has none.

    Raises SourceError for files whose names say nothing, versions made twice, and a down half without an up half.
    """
    folder = Path(path)
    found: dict[str, dict[str, Path]] = {}
    notes: list[str] = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        match = _SQL.fullmatch(file.name) or _PYTHON.fullmatch(file.name)
        if match is not None and file.is_file():
            halves = found.setdefault(match["version"], {})
            half = match.groupdict().get("direction") or "python"
            if half in halves or ("python" in (*halves, half) and halves):
                raise SourceError(
                    f"Two migrations have the version {match['version']}: {', '.join(sorted(p.name for p in halves.values()))} "
                    f"and {file.name}.",
                    hint="Give the later one a later version: rename its files, then run dbwright migrate repair.",
                )
            halves[half] = file
        elif file.suffix.lower() in (".sql", ".py") and not file.name.startswith(("__", ".")):
            notes.append(f"{file.name} is no migration: its name is not VERSION_NAME.up.sql, .down.sql or .py.")
    revisions = [_revision(version, halves) for version, halves in found.items()]
    revisions.sort(key=lambda each: order_of(each.version))
    return Folder(
        kind="dbwright",
        path=str(path),
        dialect=dialect,
        revisions=(*revisions, *_seeds(folder)),
        heads=tuple(each.version for each in revisions[-1:]),
        notes=tuple(notes),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """What the history table of the usual name says; None where there is none."""
    from dbwright.engines.registry import engine_of
    from dbwright.migrate.history import History

    return History(session, engine_of(session.url)).applied()


def files_of(folder: Folder) -> tuple[Summed, ...]:
    """The files that the checksum file lists, in its order: those of the revisions, without the seeds."""
    return tuple(
        Summed(revision.version, Path(file).name, hash_of(text_of(Path(file))))
        for revision in folder.revisions
        if not revision.seed
        for file in (revision.up_path, revision.down_path)
        if file
    )


def _revision(version: str, halves: dict[str, Path]) -> Revision:
    if "python" in halves:
        return read_python(version, _name_of(halves["python"]), halves["python"])
    if "up" not in halves:
        raise SourceError(
            f"{halves['down'].name} has no other half: {halves['down'].name.replace('.down.sql', '.up.sql')} is missing.",
            hint="Bring it back, for example from git.",
        )
    up, down = text_of(halves["up"]), text_of(halves["down"]) if "down" in halves else None
    headers = read_headers(up, str(halves["up"]))
    behind = read_headers(down, str(halves["down"])) if down is not None else Headers()
    if down is not None and _name_of(halves["down"]) != _name_of(halves["up"]):
        raise SourceError(
            f"Two migrations have the version {version}: {halves['up'].name} and {halves['down'].name}.",
            hint="Both halves of one migration have the same name; give another migration a version of its own.",
        )
    return Revision(
        version=version,
        name=_name_of(halves["up"]),
        up=up,
        down=down,
        up_path=str(halves["up"]),
        down_path=str(halves["down"]) if "down" in halves else None,
        checksum=hash_of(up, *(() if down is None else (down,))),
        transactional=headers.transactional,
        irreversible=headers.irreversible or behind.irreversible,
        allows=headers.allows,
        on_request=headers.on_request,
        replaces=headers.replaces,
    )


def _name_of(file: Path) -> str:
    match = _SQL.fullmatch(file.name) or _PYTHON.fullmatch(file.name)
    return match["name"] if match else file.stem


def _seeds(folder: Path) -> list[Revision]:
    """The seed scripts: `seeds/NAME.sql` runs everywhere or where its header says, `seeds/ENVIRONMENT/NAME.sql` there."""
    found = []
    root = folder / SEEDS
    for file in sorted(root.rglob("*.sql")) if root.is_dir() else ():
        inside = file.relative_to(root)
        text = text_of(file)
        headers = read_headers(text, str(file))
        found.append(
            Revision(
                version=f"{SEEDS}/{inside.as_posix()}",
                name=file.stem,
                up=text,
                up_path=str(file),
                checksum=hash_of(text),
                transactional=headers.transactional,
                repeatable=True,
                seed=True,
                environments=(*inside.parts[:-1][:1], *headers.environments),
                allows=headers.allows,
                on_request=headers.on_request,
            )
        )
    return found
