"""From a folder on disk to its revisions, whatever tool it was written for."""

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from dbwright.errors import SourceError, UsageError
from dbwright.migrate.revision import Folder

_FIRST, _LAST = "native", "plain_sql"
_KINDS = {"dbwright": "native", "sql": "plain_sql"}


def read_folder(path: str | Path, dialect: str | None = None, *, kind: str | None = None) -> Folder:
    """Read a folder of migrations. kind: what tool it is of, found out where None; a folder that is empty or not there is ours.

    Raises UsageError for a kind that is not known and for a path that is no folder, SourceError where it cannot be read.
    """
    folder = Path(path)
    if folder.exists() and not folder.is_dir() and folder.suffix not in (".ini", ".py"):
        raise UsageError(f"{folder} is a file; migrations are read from a folder.")
    try:
        module = format_named(kind) if kind else _format_of(folder)
        found: Folder = module.read(folder, dialect)
        return found
    except PermissionError as error:
        raise SourceError(
            f"There is no permission to read {error.filename or folder}.",
            hint="Ask its owner, or run as a user who may read it.",
        ) from error


def format_named(kind: str) -> Any:
    """The module that reads and writes a kind of folder. Raises UsageError for an unknown kind."""
    name = _KINDS.get(kind, kind.replace("-", "_"))
    if name not in format_names():
        known = sorted(
            {"dbwright", "sql", *(each.replace("_", "-") for each in format_names())} - {"native", "plain-sql"}
        )
        raise UsageError(f"dbwright knows no migrations of the kind {kind!r}.", hint=f"It knows {', '.join(known)}.")
    return import_module(f"dbwright.migrate.formats.{name}")


@cache
def format_names() -> Sequence[str]:
    """The modules of all kinds: ours first, plain SQL last."""
    from dbwright.migrate import formats

    names = {module.name for module in pkgutil.iter_modules(formats.__path__) if not module.name.startswith("_")}
    return (_FIRST, *sorted(names - {_FIRST, _LAST}), _LAST)


def _format_of(folder: Path) -> Any:
    for name in format_names():
        module = import_module(f"dbwright.migrate.formats.{name}")
        if hasattr(module, "matches") and module.matches(folder):
            return module
    return import_module(f"dbwright.migrate.formats.{_FIRST}")
