"""Reading SQLAlchemy models, and what is said where that fails."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from dbwright.errors import DbwrightError, SourceError, UsageError
from dbwright.readers.sqlalchemy_models import read

pytest.importorskip("sqlalchemy")
GOOD = """
print("the module speaks")
from sqlalchemy import CheckConstraint, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_engine("postgresql+psycopg://nobody:hunter2@192.0.2.1/nowhere")

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("name LIKE '%x%'", name="ck"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

metadata = Base.metadata
empty = MetaData()
number = 3
"""
Write = Callable[[str], str]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module into the working folder and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> str:
        name = f"app_{uuid.uuid4().hex}"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return name

    return write


@pytest.mark.parametrize("attribute", ["Base", "metadata", "Base.metadata"])
def test_base_and_metadata(module: Write, attribute: str, capsys: pytest.CaptureFixture[str]) -> None:
    catalog, notes = read(f"{module(GOOD)}:{attribute}", "sqlite")
    assert [table.name for table in catalog.tables] == ["users"]
    assert catalog.tables[0].checks[0].expression == "name LIKE '%x%'"
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "the module speaks" in printed.err
    assert any("scratch" in note for note in notes)


@pytest.mark.postgres
def test_without_a_dialect_it_is_postgresql_and_said(module: Write) -> None:
    catalog, notes = read(f"{module(GOOD)}:Base")
    assert catalog.engine == "postgres"
    assert "--dialect" in notes[0]


def refused(source: str) -> DbwrightError:
    with pytest.raises(DbwrightError) as caught:
        read(source, "sqlite")
    assert "Traceback" not in caught.value.message
    return caught.value


def test_no_such_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(refused("nowhere_at_all:Base"), UsageError)
    assert isinstance(refused("nowhere_at_all.models:Base"), UsageError)


@pytest.mark.parametrize(
    ("attribute", "said"), [("Bass", "Bass"), ("number", "neither"), ("empty", "no tables"), ("User.nope", "nope")]
)
def test_a_wrong_attribute(module: Write, attribute: str, said: str) -> None:
    assert said in refused(f"{module(GOOD)}:{attribute}").message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise ValueError('broken on purpose')", "broken on purpose"),
        ("import nowhere_at_all_2", "nowhere_at_all_2"),
        ("x = (", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit"),
    ],
)
def test_a_module_that_fails(module: Write, text: str, said: str) -> None:
    error = refused(f"{module(text)}:Base")
    assert isinstance(error, SourceError)
    assert said in error.message


def test_what_an_engine_refuses_names_the_statement(module: Write) -> None:
    text = GOOD.replace("name LIKE '%x%'", "no_such_function(name) = 1")
    error = refused(f"{module(text)}:Base")
    assert error.hint is not None
    assert "CREATE TABLE users" in error.hint
