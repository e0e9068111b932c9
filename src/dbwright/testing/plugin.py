"""The pytest plugin: fixtures for tests of migrations, configured in pytest's own configuration.

[tool.pytest.ini_options]
dbwright_migrations = "migrations"
dbwright_engine = "postgres"
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dbwright.testing.migrations import MigrationTest

_FOLDER, _ENGINE = "dbwright_migrations", "dbwright_engine"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two settings."""
    parser.addini(_FOLDER, "the folder of migrations that migration_test opens", default="migrations")
    parser.addini(_ENGINE, "the engine that they are for: postgres, mysql or sqlite", default="")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `migration_revision` runs once for each revision of the folder."""
    if "migration_revision" not in metafunc.fixturenames:
        return
    from dbwright.migrate.read import read_folder

    folder, engine = _configured(metafunc.config)
    revisions = [each for each in read_folder(folder, dialect=engine).revisions if not each.seed]
    names = [f"{each.version}_{each.name}" if each.name else each.version for each in revisions]
    metafunc.parametrize("migration_revision", [each.version for each in revisions], ids=names)


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
