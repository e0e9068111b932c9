"""Django's migrations: Python in the apps of a project, whose SQL Django itself writes, on a scratch database.

The project's settings and migrations are run, in a process of their own; its own database is not touched.
"""

import json
from pathlib import Path

from dbwright.engines.base import Session
from dbwright.engines.registry import engine
from dbwright.errors import UsageError
from dbwright.migrate.checksums import hash_of, text_of
from dbwright.migrate.formats._child import ask
from dbwright.migrate.formats._tables import moment, rows_of
from dbwright.migrate.formats._writing import Draft, name_of
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.readers.django_models import database_settings, project

_CHILD = "dbwright.migrate.formats._django_child"


def matches(path: Path) -> bool:
    """Whether a path is a manage.py or the folder of one."""
    return path.name == "manage.py" or (path / "manage.py").is_file()


def read(path: Path, dialect: str | None = None) -> Folder:
    """All migrations of all apps, each after those that it stands on. Version: "app.0001_initial".

    Raises UsageError where there is no project, Unavailable without Django, SourceError with what the project's code said.
    """
    folder, settings = project(str(path))
    around = {"DJANGO_SETTINGS_MODULE": settings}
    spoken = dialect or ask(_CHILD, "Django", folder, ["dialect"], around)
    with engine(spoken).scratch() as scratch:
        place = json.dumps(database_settings(scratch.url, spoken))
        told = ask(_CHILD, "Django", folder, ["read", place], around)
    revisions = tuple(_revision(each) for each in told)
    stood_on = {parent for each in revisions for parent in each.parents}
    return Folder(
        kind="django",
        path=str(path),
        dialect=spoken,
        revisions=revisions,
        heads=tuple(each.version for each in revisions if each.version not in stood_on),
    )


def read_history(session: Session, folder: Folder | None = None) -> tuple[Applied, ...] | None:
    """What django_migrations says."""
    rows = rows_of(session, "django_migrations", ("app", "name", "applied"), "id")
    if rows is None:
        return None
    return tuple(Applied(version=f"{app}.{name}", name=str(name), at=moment(at)) for app, name, at in rows)


def write_revision(folder: Folder, draft: Draft) -> list[Path]:
    """A migration of RunSQL operations in the app of the project that has migrations; returns the file that was written.

    Raises UsageError where not exactly one app of the project has migrations.
    """
    root = Path(folder.path) if Path(folder.path).is_dir() else Path(folder.path).parent
    own = [each for each in folder.revisions if Path(each.up_path).is_relative_to(root.resolve())]
    apps = sorted({each.version.partition(".")[0] for each in own})
    if len(apps) != 1:
        raise UsageError(
            f"{', '.join(apps) or 'No app'} of {folder.path} has migrations; it is not clear where the new one belongs.",
            hint="Write plain SQL (--format sql), and move it into the app.",
        )
    last = [each for each in own if each.version in folder.heads] or own[-1:]
    number = 1 + max(int(digits) for each in own if (digits := each.name[:4]).isdigit())
    file = Path(last[-1].up_path).parent / f"{number:04}_{name_of(draft.name)}.py"
    operations = "".join(
        f"        migrations.RunSQL({up!r}, {down!r}),\n" for up, down in _paired(draft.up, draft.down)
    )
    atomic = "    atomic = False\n" if draft.outside else ""
    file.write_text(
        f"from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n{atomic}"
        f"    dependencies = [({apps[0]!r}, {last[-1].name!r})]\n\n    operations = [\n{operations}    ]\n",
        encoding="utf-8",
    )
    return [file]


def _paired(up: tuple[str, ...], down: tuple[str, ...]) -> list[tuple[str, str]]:
    """Django undoes operations from the last to the first, so the statements down stand in reverse beside empty ones up."""
    forward = [(text, "") for text in up]
    backward = [("", text) for text in reversed(down)]
    return backward + forward


def _revision(told: dict[str, object]) -> Revision:
    path = str(told["path"])
    parents, notes = told["parents"], told["notes"]
    assert isinstance(parents, list)
    assert isinstance(notes, list)
    return Revision(
        version=str(told["version"]),
        name=str(told["name"]),
        up=None if told["up"] is None else str(told["up"]),
        down=None if told["down"] is None else str(told["down"]),
        up_path=path,
        checksum=hash_of(text_of(Path(path))),
        transactional=bool(told["atomic"]),
        parents=tuple(str(parent) for parent in parents),
        notes=tuple(str(note) for note in notes),
    )
