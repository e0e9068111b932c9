"""The pytest plugin: databases, migrations and queries as fixtures, configured in pytest's own configuration.

[tool.pytest.ini_options]
dbwright_engine = "postgres"
dbwright_migrations = "migrations"      # what `database` is built from: this folder,
dbwright_schema = "schema.sql"          # or SQL files instead

The marker `queries(at_most=5, repeats=3)` fails a test that runs more queries, or the same one that often from one line.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dbwright.testing.databases import Database, Template
    from dbwright.testing.migrations import MigrationTest
    from dbwright.testing.queries import QueryLog

_FOLDER, _ENGINE, _SCHEMA, _ENVIRONMENT = (
    "dbwright_migrations",
    "dbwright_engine",
    "dbwright_schema",
    "dbwright_environment",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings."""
    parser.addini(_FOLDER, "the folder of migrations that databases for tests are built from", default="migrations")
    parser.addini(_ENGINE, "the engine that they are for: postgres, mysql or sqlite", default="")
    parser.addini(_SCHEMA, "SQL files that databases for tests are built from instead", type="paths", default=[])
    parser.addini(_ENVIRONMENT, "the environment whose seeds run too", default="")


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line(
        "markers",
        "queries(at_most=None, repeats=None): fail where more queries run, or the same one that often from one line",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `migration_revision` runs once for each revision of the folder."""
    if "migration_revision" not in metafunc.fixturenames:
        return
    from dbwright.migrate.read import read_folder

    folder, engine = _configured(metafunc.config)
    revisions = [each for each in read_folder(folder, dialect=engine).revisions if not each.seed]
    names = [f"{each.version}_{each.name}" if each.name else each.version for each in revisions]
    metafunc.parametrize("migration_revision", [each.version for each in revisions], ids=names)


# ---------------------------------------------------------------- databases


@pytest.fixture
def throwaway() -> "Iterator[Callable[..., Database]]":
    """A function that opens an empty database until the end of the test: `throwaway("postgres")`."""
    from dbwright.testing.databases import throwaway as opening

    with ExitStack() as opened:
        yield lambda engine="postgres", **options: opened.enter_context(opening(engine, **options))


@pytest.fixture(scope="session")
def database_template(request: pytest.FixtureRequest) -> "Iterator[Template]":
    """What `database` is copied from: made once, from the configured migrations with their seeds, or from SQL files.

    Override it in conftest.py to put rows in that many tests want.
    """
    from dbwright.errors import UsageError
    from dbwright.migrate.read import read_folder
    from dbwright.testing.databases import Template, migrated, scripted

    folder, engine = _configured(request.config)
    schema: list[Path] = request.config.getini(_SCHEMA)
    name = engine or (None if schema else read_folder(folder).dialect)
    if name is None:
        raise UsageError("Nothing says whose SQL the tests are for.", hint=f'Say it: {_ENGINE} = "postgres".')
    environment = str(request.config.getini(_ENVIRONMENT)) or None
    with ExitStack() as opened:
        yield Template(name, scripted(*schema) if schema else migrated(folder, environment), opened)


@pytest.fixture
def database(database_template: "Template") -> "Iterator[Database]":
    """A database of the test's own with the schema and the reference data, dropped at the end."""
    with database_template.copy() as copied:
        yield copied


@pytest.fixture(scope="session")
def _shared_copy(database_template: "Template") -> "Iterator[Database]":
    with database_template.copy() as copied:
        yield copied


@pytest.fixture
def rolled_back_database(_shared_copy: "Database") -> "Iterator[Database]":
    """One database for all tests that take this, each in a transaction of `session` that is rolled back at the end."""
    with _shared_copy.rolled_back():
        yield _shared_copy


# ---------------------------------------------------------------- queries


@pytest.fixture
def queries() -> "Iterator[QueryLog]":
    """The queries that the test runs, from here on."""
    from dbwright.testing.queries import listening

    with listening() as log:
        yield log


@pytest.fixture(autouse=True)
def _limited_queries(request: pytest.FixtureRequest) -> "Iterator[None]":
    marker = request.node.get_closest_marker("queries")
    if marker is None:
        yield
        return
    from dbwright.testing.queries import listening

    with listening() as log:
        yield
    if marker.kwargs.get("at_most") is not None:
        log.assert_at_most(marker.kwargs["at_most"])
    if marker.kwargs.get("repeats") is not None:
        log.assert_no_n_plus_one(marker.kwargs["repeats"])


# ---------------------------------------------------------------- migrations


@pytest.fixture
def open_migrations() -> "Iterator[Callable[..., MigrationTest]]":
    """A function that opens a folder on a scratch database: `open_migrations("migrations", engine="sqlite")`."""
    from dbwright.testing.migrations import open_migration_test

    with ExitStack() as opened:
        yield lambda folder, **options: opened.enter_context(open_migration_test(folder, **options))


@pytest.fixture
def migration_test(request: pytest.FixtureRequest, open_migrations: "Callable[..., MigrationTest]") -> "MigrationTest":
    """The configured folder on an empty scratch database."""
    folder, engine = _configured(request.config)
    return open_migrations(folder, engine=engine)


def _configured(config: pytest.Config) -> tuple[str, str | None]:
    return str(config.rootpath / str(config.getini(_FOLDER))), str(config.getini(_ENGINE)) or None
