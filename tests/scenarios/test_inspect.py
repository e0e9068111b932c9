"""`dbwright inspect`: every format of every engine, other dialects, and what is said on stderr."""

import json
from pathlib import Path

import pytest

from dbwright.catalog.codec import decode
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from dbwright.readers.sql.split import split
from examples.build import schema
from tests.support.command import run
from tests.support.kitchen import kitchen

FORMATS = ("sql", "json", "dbml", "mermaid", "dot", "svg", "markdown", "sqlalchemy")
FILE = """CREATE TABLE "order" (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid')));
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES "order"(id) ON DELETE CASCADE);
CREATE TRIGGER tr AFTER INSERT ON line BEGIN DELETE FROM line WHERE id < 0; END;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "schema.sql"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_every_format_of_one_of_everything(scratch: Scratch, tmp_path: Path) -> None:
    name = engine_of(scratch.url).name
    catalog = kitchen(scratch, name)  # type: ignore[arg-type]  # the names of engines are those of dialects
    for form in FORMATS:
        ran = run("inspect", format_url(scratch.url), "--format", form)
        assert ran.status == 0, ran.err
        assert all(table.name in ran.out or '"' in table.name or form == "sqlalchemy" for table in catalog.tables)


@pytest.mark.parametrize("example", ["shop", "social"])
@pytest.mark.parametrize("variant", ["faulty", "corrected"])
def test_the_examples_in_every_format(scratch: Scratch, example: str, variant: str) -> None:
    name = engine_of(scratch.url).name
    with scratch.open() as session:
        session.execute(split(schema(example, variant, name), name))  # type: ignore[arg-type]  # as above
    for form in FORMATS:
        ran = run("inspect", format_url(scratch.url), "--format", form)
        assert (ran.status, ran.err) == (0, ""), form
        assert "orders" in ran.out or "posts" in ran.out


def test_json_is_a_catalog(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "catalog.json"
    assert run("inspect", file, "--source-dialect", "sqlite", "--format", "json", "--output", target).status == 0
    assert {table.name for table in decode(target.read_bytes()).tables} == {"order", "line"}
    again = run("inspect", target, "--format", "json")
    assert json.loads(again.out) == json.loads(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "dialect", [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("mysql", marks=pytest.mark.mysql)]
)
def test_another_dialect_says_on_stderr_what_is_lost(file: Path, dialect: str) -> None:
    ran = run("inspect", file, "--source-dialect", "sqlite", "--dialect", dialect)
    assert ran.status == 0, ran.err
    assert "note: line.tr: the trigger is left out." in ran.err
    assert "TRIGGER" not in ran.out
    assert "ON DELETE CASCADE" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [("nowhere.sql",), ("nowhere.dbml",), ("no_such_module_at_all:Base",), ("--format", "docx", "x.sql"), ()],
)
def test_bad_input_is_status_2(arguments: tuple[str, ...]) -> None:
    ran = run("inspect", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_broken_dbml_has_its_place(tmp_path: Path) -> None:
    pytest.importorskip("pydbml")
    path = tmp_path / "broken.dbml"
    path.write_text("Table a {\n  id int [pk\n}\n", encoding="utf-8")
    ran = run("inspect", path, "--source-dialect", "sqlite")
    assert ran.status == 2
    assert "broken.dbml:3:1: this is not DBML (expected ']')" in ran.err
