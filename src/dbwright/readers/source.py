"""From what is named on the command line to a catalog, whatever it is: a database, SQL, models, DBML or a catalog's JSON."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine as engine_named
from dbwright.engines.url import Url, parse_url, without_password
from dbwright.errors import SourceError, UsageError
from dbwright.finding import Location
from dbwright.readers.sql.renames import FormerName
from dbwright.readers.sql.suppressions import Suppression
from dbwright.readers.told import is_sqlite_file

_MODELS = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
_SETTINGS = re.compile(
    r"(?:^|[\s;])(?:host|hostaddr|port|dbname|database|user|password|server|uid|pwd)\s*=", re.IGNORECASE
)
_FORMS = (
    "Name a database URL (postgresql://user@host/name, mysql://…, sqlite:///file.db), an SQLite file, a .sql file, a folder of "
    "them, - for standard input, a .dbml file, a catalog's .json, module:Base of SQLAlchemy, or a Django project's manage.py."
)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, and how.

    kind: "live" a database · "executed" SQL run on a scratch database · "parsed" SQL that was not · "models" an
        application's models or DBML · "catalog" dbwright's own JSON · "files" rows in files, held by a scratch database.
    shown: what was named, without a password. session: asks the rows; None where there are none.
    notes: plain sentences on what was assumed or left out. locations: where in the files the objects are written.
    suppressions: the comments in the files that accept findings. former_names: those that tell what was renamed
    (`renames_for` makes renames of them, once the old schema is known). how: how it was read, for a report.
    """

    kind: Literal["live", "executed", "parsed", "models", "catalog", "files"]
    shown: str
    engine: Engine
    catalog: Catalog
    how: str
    session: Session | None = None
    notes: tuple[str, ...] = ()
    locations: dict[Ref, Location] = {}
    suppressions: tuple[Suppression, ...] = ()
    former_names: tuple[FormerName, ...] = ()


@contextmanager
def open_source(
    text: str,
    *,
    dialect: str | None = None,
    parse_only: bool = False,
    namespaces: Sequence[str] | None = None,
    timeout: float = 10.0,
) -> Iterator[Source]:
    """Read a source; its session, if it has one, lives as long as the context.

    dialect: the engine whose SQL it is, for SQL text and for models; None to find out. parse_only: never execute SQL.
    namespaces: only these. timeout: seconds for connecting.
    Raises UsageError where there is no such thing, SourceError (SyntaxFault, ConnectionFault) where it cannot be read,
    Unavailable where something needed is not installed.
    """
    if not text.strip():
        raise UsageError("No source was named.", hint=_FORMS)
    if "://" in text:
        with _live(parse_url(text), None, namespaces, timeout) as source:
            yield source
        return
    path = Path(text)
    if text != "-" and not _exists(path):
        yield _models_or_fault(text, dialect)
    elif text != "-" and path.is_file() and _is_sqlite(path):
        url = Url(scheme="sqlite", database=str(path))
        with _live(url, text, namespaces, timeout) as source:
            yield source
    elif text != "-" and path.name.lower().endswith(".json"):
        yield _catalog(path)
    elif text != "-" and path.name.lower().endswith(".dbml"):
        yield _dbml(path, dialect)
    elif text != "-" and (path.name == "manage.py" or (path / "manage.py").is_file()):
        yield _django(text, dialect)
    elif path.suffix == ".py":
        raise UsageError(f"{text} is a Python file.", hint=f"Name the models in it as {path.stem}:Base.")
    else:
        with _sql(text, dialect, parse_only, namespaces) as source:
            yield source


def _exists(path: Path) -> bool:
    try:
        found = path.exists()
        if path.is_dir():
            next(path.iterdir(), None)
        return found
    except PermissionError as error:
        raise SourceError(
            f"There is no permission to read {path}.", hint="Ask its owner, or run as a user who may read it."
        ) from error
    except OSError:  # a name too long for the file system
        return False


def _is_sqlite(path: Path) -> bool:
    try:
        return is_sqlite_file(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _live(url: Url, shown: str | None, namespaces: Sequence[str] | None, timeout: float) -> Iterator[Source]:
    from dbwright.readers.live import live

    with live(url, namespaces, timeout) as opened:
        version = ".".join(str(number) for number in opened.session.version)
        yield Source(
            kind="live",
            shown=shown or url.shown,
            engine=opened.engine,
            catalog=opened.inspection.catalog,
            session=opened.session,
            notes=opened.inspection.notes,
            how=f"read live from {_TITLES.get(opened.inspection.catalog.engine, opened.engine.title)} {version}".rstrip(),
        )


_TITLES = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


@contextmanager
def _sql(text: str, dialect: str | None, parse_only: bool, namespaces: Sequence[str] | None) -> Iterator[Source]:
    from dbwright.readers.sql.read import read_sql

    with read_sql(text, dialect=dialect, parse_only=parse_only, namespaces=namespaces) as read:
        yield Source(
            kind="executed" if read.session is not None else "parsed",
            shown="standard input" if text == "-" else text,
            engine=read.engine,
            catalog=read.catalog,
            session=read.session,
            notes=read.notes,
            locations=read.locations,
            suppressions=read.suppressions,
            former_names=read.former_names,
            how=read.how,
        )


def _catalog(path: Path) -> Source:
    from dbwright.catalog.codec import decode

    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        catalog = decode(data)
    except SourceError as error:
        raise SourceError(f"{path}: {error.message}", hint=error.hint) from error
    return Source(
        kind="catalog",
        shown=str(path),
        engine=engine_named(catalog.engine),
        catalog=catalog,
        how="read from a catalog's JSON",
    )


def _dbml(path: Path, dialect: str | None) -> Source:
    from dbwright.readers.dbml import read

    catalog, notes = read(str(path), dialect)
    return _of_models(str(path), catalog, notes, "read from DBML")


def _django(text: str, dialect: str | None) -> Source:
    from dbwright.readers.django_models import read

    catalog, notes = read(text, dialect)
    return _of_models(text, catalog, notes, "read from the models of a Django project")


def _models_or_fault(text: str, dialect: str | None) -> Source:
    if text.startswith("django:"):
        return _django(text, dialect)
    if _MODELS.fullmatch(text):
        from dbwright.readers.sqlalchemy_models import read

        catalog, notes = read(text, dialect)
        return _of_models(text, catalog, notes, "read from SQLAlchemy's models")
    if _SETTINGS.search(text):  # it may hold a password, so it is not shown
        raise UsageError(
            "A list of connection settings (host=… dbname=…) is no source.",
            hint="Write it as a URL: postgresql://user@host/database.",
        )
    if "/" in text or Path(text).suffix:
        raise UsageError(f"There is no file or folder {without_password(text)}.", hint=_FORMS)
    raise UsageError(f"{without_password(text)!r} is no source: there is no such file, and it is no URL.", hint=_FORMS)


def _of_models(shown: str, catalog: Catalog, notes: Sequence[str], how: str) -> Source:
    if not catalog.tables:
        raise SourceError(f"{shown} holds no tables.")
    return Source(
        kind="models", shown=shown, engine=engine_named(catalog.engine), catalog=catalog, notes=tuple(notes), how=how
    )
