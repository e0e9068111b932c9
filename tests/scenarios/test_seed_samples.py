"""Published schemas, and tables with conditions of every kind, are filled without a hint, and the engine finds nothing wrong.

DBWRIGHT_SEED_ROWS sets the rows of each table; they are few by default, so that the tests are quick.
"""

import os
from pathlib import Path

import pytest

from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.engines.url import format_url, parse_url
from dbwright.readers.source import open_source
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split
from tests.support.command import run
from tests.support.scratches import ENGINES, scratch_of
from tests.support.valid_rows import broken_constraints, row_counts

_SAMPLES = Path(os.environ.get("DBWRIGHT_SAMPLES") or Path(__file__).parents[3] / "shared" / "samples") / "schemas"
_ROWS = int(os.environ.get("DBWRIGHT_SEED_ROWS", "1500"))
_CONDITIONS = Path(__file__).parents[1] / "support" / "seeded"
_PUBLISHED = [
    ("chinook_pg.sql", "postgres", 11),
    ("pagila_pg.sql", "postgres", 15),
    ("chinook_mysql.sql", "mysql", 11),
    ("sakila_mysql_schema.sql", "mysql", 16),
    ("employees_mysql.sql", "mysql", 6),
    ("chinook.sqlite", "sqlite", 11),
    ("sakila_sqlite_schema.sql", "sqlite", 16),
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state of unfinished runs is kept beside the test's own files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.skipif(not _SAMPLES.is_dir(), reason="the published sample schemas are not here")
@pytest.mark.parametrize(
    ("file", "name", "tables"),
    [pytest.param(*each, marks=getattr(pytest.mark, each[1]), id=each[0]) for each in _PUBLISHED],
)
def test_published_schemas_are_filled_with_every_constraint_valid(file: str, name: str, tables: int) -> None:
    with scratch_of(name) as scratch, open_source(str(_SAMPLES / file)) as source:
        with scratch.open() as session:
            session.execute([Statement(text=each) for each in source.engine.emit(source.catalog)])
        _fill_and_check(name, format_url(scratch.url), full=tables)


@pytest.mark.parametrize("name", [pytest.param(each, marks=getattr(pytest.mark, each)) for each in ENGINES])
def test_conditions_of_every_kind_are_met(name: str) -> None:
    text = (_CONDITIONS / f"{name}_conditions.sql").read_text("utf-8")
    with scratch_of(name) as scratch:
        with scratch.open() as session:
            session.execute(split(text, dialect_of(engine(name)), "conditions", []))
        _fill_and_check(name, format_url(scratch.url), full=text.count("CREATE TABLE"))


def _fill_and_check(name: str, url: str, *, full: int) -> None:
    """Fill a database, and let the engine look for rows that break a constraint. full: tables with all rows asked for, at least."""
    ran = run("seed", url, "--rows", _ROWS, "--yes")
    assert ran.status == 0, ran.err
    with engine(name).connect(parse_url(url)) as session:
        catalog = session.inspect().catalog
        assert broken_constraints(session, engine(name), catalog) == []
        counts = row_counts(session, engine(name), catalog)
    assert sum(rows >= _ROWS for rows in counts.values()) >= full, counts
