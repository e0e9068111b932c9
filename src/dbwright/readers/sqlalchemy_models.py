"""SQLAlchemy models: `package.module:Base` or `package.module:metadata`."""

import contextlib
import os
import sys
import warnings
from importlib import import_module
from typing import Any

from dbwright.catalog.objects import Catalog
from dbwright.errors import SourceError, Unavailable, UsageError
from dbwright.readers.held import hold

_DIALECTS = {"postgres": "postgresql+psycopg://", "mysql": "mysql+pymysql://", "sqlite": "sqlite://"}


def read(text: str, dialect: str | None = None) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog of the models in a dialect (PostgreSQL where none is named), and notes on how it was read.

    The module is imported, with the working folder on the path, so its code runs; no database of its own is touched.
    Raises UsageError where there is no such module or object, SourceError where the module fails.
    """
    try:
        import sqlalchemy
    except ImportError as error:
        raise Unavailable(
            "Reading SQLAlchemy models needs SQLAlchemy.", hint='Install it with: pip install "dbwright[sqlalchemy]"'
        ) from error
    metadata = _metadata(text)
    target = dialect or "postgres"
    statements: list[str] = []

    def collect(statement: Any, *parameters: Any, **options: Any) -> None:
        compiled = str(statement.compile(dialect=mock.dialect)).strip()
        if compiled:
            statements.append(compiled)

    # Named parameters, since others would have every percent sign of a statement doubled.
    mock = sqlalchemy.create_mock_engine(_DIALECTS[target], collect, paramstyle="named")
    try:
        namespaces = {table.schema for table in metadata.tables.values() if table.schema}
        with warnings.catch_warnings():
            # SQLite takes tables in any order, so a cycle of foreign keys is nothing to warn of.
            warnings.filterwarnings("ignore", "Cannot correctly sort tables")
            metadata.create_all(mock, checkfirst=False)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise SourceError(f"{text} cannot be made on {target}: {str(error).splitlines()[0]}") from error
    if target == "postgres":
        quote = mock.dialect.identifier_preparer.quote
        statements[:0] = [f"CREATE SCHEMA IF NOT EXISTS {quote(name)}" for name in sorted(namespaces)]
    catalog, notes = hold(statements, target)
    if dialect is None:
        notes = ("The models name no dialect; they were read as PostgreSQL (choose another with --dialect).", *notes)
    return catalog, notes


def _metadata(text: str) -> Any:
    """The MetaData that a text names. What the module prints while it is imported goes to stderr."""
    module_name, _, attribute = text.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        with contextlib.redirect_stdout(sys.stderr):
            module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise UsageError(
                f"There is no module {module_name!r}.", hint="Run from the folder that holds it."
            ) from error
        raise SourceError(f"Importing {module_name} failed: {error}.") from error
    except (Exception, SystemExit) as error:
        raise SourceError(f"Importing {module_name} failed: {type(error).__name__}: {error}.") from error
    finally:
        sys.path.remove(os.getcwd())
    found: Any = module
    for name in (attribute or "Base").split("."):
        found = getattr(found, name, None)
        if found is None:
            raise UsageError(
                f"{module_name} has no {attribute or 'Base'!r}.", hint="Name it as module:Base or module:metadata."
            )
    metadata = getattr(found, "metadata", found)
    if not (hasattr(metadata, "create_all") and hasattr(metadata, "tables")):
        raise UsageError(f"{text} is neither a declarative base nor a MetaData.")
    if not metadata.tables:
        raise SourceError(f"{text} holds no tables.", hint="Import the modules that define its models.")
    return metadata
