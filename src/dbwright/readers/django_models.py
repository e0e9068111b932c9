"""A Django project's models: a folder with manage.py, or `django:package.settings`.

Django is set up once a process and for good, so it runs in a process of its own: it makes its models' tables in a
scratch database, which is then read like any other.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from dbwright.catalog.objects import Catalog
from dbwright.engines.registry import engine
from dbwright.engines.url import Url
from dbwright.errors import SourceError, Unavailable, UsageError

_SETTINGS = re.compile(r"""DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']""")
_BACKENDS = {"postgres": "postgresql", "mysql": "mysql", "sqlite": "sqlite3"}


def read(text: str, dialect: str | None = None) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog of all managed models, in a dialect or in that of the project's settings, and notes on how it was read.

    The project's settings and models are imported, so their code runs; the project's own database is not touched.
    Raises UsageError where there is no project, SourceError where Django refuses it.
    """
    folder, settings = project(text)
    target = dialect or _run("dialect", folder, settings)
    product = engine(target)
    with product.scratch() as scratch:
        note = _run("make", folder, settings, json.dumps(database_settings(scratch.url, product.name)))
        with scratch.open() as session:
            inspection = session.inspect()
        notes = [
            f"Made by Django on a scratch database ({scratch.origin}).",
            *([note] if note else []),
            *inspection.notes,
        ]
        return inspection.catalog, tuple(notes)


def project(text: str) -> tuple[Path, str]:
    """The folder to run in, and the name of the settings module."""
    if text.startswith("django:"):
        return Path.cwd(), text.removeprefix("django:")
    manage = Path(text) if text.endswith("manage.py") else Path(text) / "manage.py"
    if not manage.is_file():
        raise UsageError(f"There is no manage.py in {text}.")
    settings = os.environ.get("DJANGO_SETTINGS_MODULE")
    found = _SETTINGS.search(manage.read_text(encoding="utf-8"))
    if settings or found:
        return manage.parent.resolve(), settings or (found[1] if found else "")
    raise UsageError(f"{manage} does not name its settings.", hint="Name them: django:package.settings")


def database_settings(url: Url, name: str) -> dict[str, object]:
    """The scratch database as Django's settings name one."""
    options = {"unix_socket": url.options["unix_socket"]} if "unix_socket" in url.options else {}
    return {
        "ENGINE": f"django.db.backends.{_BACKENDS[name]}",
        "NAME": f"/{url.database}" if name == "sqlite" and not url.database.startswith("/") else url.database,
        "USER": url.user or "",
        "PASSWORD": url.password or "",
        "HOST": url.host or url.options.get("host", ""),
        "PORT": str(url.port or url.options.get("port", "") or ""),
        "OPTIONS": options,
    }


def _run(task: str, folder: Path, settings: str, *arguments: str) -> str:
    """Run `django_child` in the project's folder; its last line of output is the answer."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), environment.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "dbwright.readers.django_child", task]
    done = subprocess.run(
        command, cwd=folder, env=environment, input="\n".join(arguments), capture_output=True, text=True, check=False
    )
    answer: dict[str, str] = json.loads(done.stdout.rpartition("\x1e")[2]) if "\x1e" in done.stdout else {}
    if answer.get("missing"):
        raise Unavailable(answer["missing"], hint='Install it with: pip install "dbwright[django]"')
    if done.returncode or "answer" not in answer:
        said = answer.get("error") or (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise SourceError(f"Django could not load {settings}: {said}", hint=f"The project's folder is {folder.name}.")
    return answer["answer"]
