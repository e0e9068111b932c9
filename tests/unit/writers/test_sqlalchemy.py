"""SQLAlchemy models: they import, type-check, configure, and make the same tables again."""

import ast
import subprocess
import sys
import uuid
import warnings
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from dbwright.catalog.objects import Catalog, Column, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.change.compare import Difference, compare
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sqlalchemy_models import read
from dbwright.writers.identifiers import class_name, python_name
from dbwright.writers.sqlalchemy import write
from tests.support.kitchen import kitchen
from tests.support.scratches import scratch_of

pytest.importorskip("sqlalchemy")
ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]


def models(catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module with the models of a catalog, importable from the working folder."""
    name = f"models_{uuid.uuid4().hex}"
    (folder / f"{name}.py").write_text(write(catalog), encoding="utf-8")
    monkeypatch.chdir(folder)
    return name


def what_models_hold(catalog: Catalog) -> Catalog:
    tables = tuple(msgspec.structs.replace(table, triggers=(), policies=()) for table in catalog.tables)
    return msgspec.structs.replace(catalog, tables=tables, views=(), routines=(), roles=(), grants=(), namespaces=())


def round_trip(catalog: Catalog, dialect: str, module: str) -> tuple[Difference, ...]:
    from sqlalchemy.orm import configure_mappers

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        back, _ = read(f"{module}:Base", dialect)
        configure_mappers()
    return compare(what_models_hold(catalog), what_models_hold(back))


@pytest.mark.parametrize("dialect", ENGINES)
def test_models_make_the_same_tables(dialect: Dialect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch_of(dialect) as scratch:
        catalog = kitchen(scratch, dialect)
    module = models(catalog, tmp_path, monkeypatch)
    assert round_trip(catalog, dialect, module) == ()


@pytest.mark.parametrize("dialect", ENGINES)
def test_models_type_check(dialect: Dialect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mypy")
    with scratch_of(dialect) as scratch:
        catalog = kitchen(scratch, dialect)
    module = models(catalog, tmp_path, monkeypatch)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"{module}.py"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


_NUMBER = Type("integer", "INTEGER", bits=64)
_HARD = (
    "text", "Text", "int", "str", "uuid", "datetime", "Any", "Mapped", "mapped_column", "Base", "metadata", "registry", "class",
    "match", "None", "Index", "Table", "Column", "String", "relationship", "__init__", "__tablename__", "_", "", "1", "é", "😀",
    "a b", 'q"', "q'", "a.b", "a:b", "100%", "list", "set", "decimal",
)  # fmt: skip


def test_hard_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in _HARD if name]
    columns = tuple(
        Column(name=name, type=Type("date", "DATE")) for name in names if name.lower() not in ("text", "id")
    )
    columns = tuple({column.name.casefold(): column for column in columns}.values())
    key = Column(name="id", type=_NUMBER, nullable=False)
    names = list({name.casefold(): name for name in names}.values())
    tables = tuple(
        Table(namespace="", name=name, columns=(key, *columns), primary_key=PrimaryKey(columns=("id",)))
        for name in names
    )
    catalog = Catalog(engine="sqlite", tables=tables)
    module = models(catalog, tmp_path, monkeypatch)
    back, _ = read(f"{module}:Base", "sqlite")
    assert {table.name for table in back.tables} == set(names)
    assert {column.name for column in back.tables[0].columns} == {"id", *(column.name for column in columns)}
    classes = {node.name for node in ast.walk(ast.parse(write(catalog))) if isinstance(node, ast.ClassDef)}
    assert len(classes) == len(tables) + 1


@pytest.mark.parametrize("name", _HARD)
def test_python_names_are_names_and_never_twice(name: str) -> None:
    taken: set[str] = set()
    found = [python_name(name, taken), python_name(name, taken), class_name(name, taken)]
    assert len(set(found)) == 3
    assert all(each.isidentifier() for each in found)


def test_a_table_without_a_key_stays_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(namespace="", name="bare table", columns=(Column(name="a", type=_NUMBER),))
    module = models(Catalog(engine="sqlite", tables=(table,)), tmp_path, monkeypatch)
    read(f"{module}:Base", "sqlite")
    assert import_module(module).bare_table.name == "bare table"
