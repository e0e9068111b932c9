"""What statements say, clause by clause, in each dialect."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.parts import Check, ForeignKey, Index, PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.scan import Dialect
from tests.unit.readers.action_cases import MYSQL, POSTGRES, SQLITE, Case

DIALECTS: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")


def told(action: Action) -> str:
    """An action in one line; that a name stands without its namespace is left out."""
    parts: list[str] = [action.kind]
    if action.target:
        parts.append(f"{action.target.kind}:{'.'.join(action.target.path)}")
    if action.table:
        parts.append(f"on {'.'.join(action.table.path)}")
    given = ("name", "to", "using", "default")
    parts += [f"{field}={getattr(action, field)}" for field in given if getattr(action, field) is not None]
    if action.columns and action.columns != (action.name,):
        parts.append(f"({', '.join(action.columns)})")
    if action.type:
        parts.append(action.type.spelling)
    if action.constraint:
        parts.append(type(action.constraint).__name__)
    words = sorted(action.words - {"unqualified"})
    parts += [f"[{', '.join(words)}]"] if words else []
    parts += [f"{name}:{value}" for name, value in sorted(action.options.items())]
    return " ".join(parts)


def _each(dialect: Dialect, cases: list[Case]) -> list[object]:
    return [pytest.param(dialect, sql, lines, id=f"{dialect}: {sql[:60]}") for sql, lines in cases]


@pytest.mark.parametrize(
    ("dialect", "sql", "lines"), [*_each("postgres", POSTGRES), *_each("mysql", MYSQL), *_each("sqlite", SQLITE)]
)
def test_what_a_statement_says(dialect: Dialect, sql: str, lines: list[str]) -> None:
    assert [told(action) for action in parse_actions(sql, dialect)] == lines
    assert [told(action) for action in parse_actions(f"{sql} ;", dialect)] == lines or sql.startswith(("--", "#"))


# ---------------------------------------------------------------- names and places


@pytest.mark.parametrize(
    ("sql", "dialect", "namespace", "path", "unqualified"),
    [
        ("DROP TABLE Orders", "postgres", "", ("public", "orders"), True),
        ("DROP TABLE Orders", "postgres", "shop", ("shop", "orders"), True),
        ('DROP TABLE "Or""ders"', "postgres", "", ("public", 'Or"ders'), True),
        ("DROP TABLE a.b.c", "postgres", "shop", ("b", "c"), False),
        ("DROP TABLE Orders", "mysql", "", ("", "Orders"), True),
        ("DROP TABLE `d``b`.`Or.ders`", "mysql", "shop", ("d`b", "Or.ders"), False),
        ("DROP TABLE Orders", "sqlite", "", ("", "Orders"), True),
        ('DROP TABLE "main"."表 🎉"', "sqlite", "", ("", "表 🎉"), False),
    ],
)
def test_names(sql: str, dialect: Dialect, namespace: str, path: tuple[str, str], unqualified: bool) -> None:
    (action,) = parse_actions(sql, dialect, namespace=namespace)
    assert action.target
    assert action.target.path == path
    assert ("unqualified" in action.words) == unqualified


def test_places() -> None:
    sql = "/* first */ ALTER TABLE t -- the table\n  ADD a int DEFAULT (1 + 2),\n  DROP b ;\n"
    assert [sql[action.start : action.end] for action in parse_actions(sql, "postgres")] == [
        "ADD a int DEFAULT (1 + 2)",
        "DROP b",
    ]
    (whole,) = parse_actions("  DROP TABLE t  ", "postgres")
    assert (whole.start, whole.end) == (2, 14)


def test_definitions_are_whole() -> None:
    column, key = parse_actions(
        "ALTER TABLE t ADD c numeric(10,2) NOT NULL DEFAULT 1.5 CONSTRAINT f REFERENCES s.p (id) ON DELETE SET NULL",
        "postgres",
    )
    assert column.column
    assert (column.column.type.kind, column.column.type.precision, column.column.nullable) == ("decimal", 10, False)
    assert isinstance(key.constraint, ForeignKey)
    assert (key.constraint.table, key.constraint.referenced, key.constraint.on_delete) == (
        ("s", "p"),
        ("id",),
        "set null",
    )
    check, unique, primary = parse_actions(
        "ALTER TABLE t ADD CHECK (a > 0), ADD CONSTRAINT u UNIQUE (a, b), ADD PRIMARY KEY (c)", "postgres"
    )
    assert check.constraint == Check(expression="a > 0")
    assert unique.constraint == Unique(name="u", columns=("a", "b"))
    assert primary.constraint == PrimaryKey(columns=("c",))
    (index,) = parse_actions("CREATE INDEX i ON t (a DESC NULLS LAST, lower(b)) WHERE c > 0", "postgres")
    assert isinstance(index.index, Index)
    assert (index.index.predicate, index.index.parts[0].descending, index.index.parts[1].expression) == (
        "c > 0", True, "lower(b)",
    )  # fmt: skip


# ---------------------------------------------------------------- whatever comes

_TEXTS = [sql for cases in (POSTGRES, MYSQL, SQLITE) for sql, _ in cases]
_WORDS = sorted({word for sql in _TEXTS for word in sql.split()}) + list("(),.;'\"`[]$/*-@=\n\0")


@given(st.sampled_from(DIALECTS), st.lists(st.sampled_from(_WORDS), max_size=40))
def test_nothing_is_raised_for_words(dialect: Dialect, words: list[str]) -> None:
    _sound(" ".join(words), dialect)


@given(st.sampled_from(DIALECTS), st.sampled_from(_TEXTS), st.data())
def test_nothing_is_raised_for_broken_statements(dialect: Dialect, sql: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sql)))
    end = data.draw(st.integers(start, len(sql)))
    _sound(sql[:start] + data.draw(st.sampled_from(["", " ", "(", ")", "'", ",", *_WORDS])) + sql[end:], dialect)


@given(st.sampled_from(DIALECTS), st.text(st.characters(codec="utf-8") | st.sampled_from(string.printable)))
def test_nothing_is_raised_for_any_text(dialect: Dialect, text: str) -> None:
    _sound(text, dialect)


def _sound(sql: str, dialect: Dialect) -> None:
    for action in parse_actions(sql, dialect):
        assert 0 <= action.start <= action.end <= len(sql)
        assert action.target is None or all(isinstance(part, str) for part in action.target.path)


_MANY = 5_000


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE t " + ",".join(f"ADD COLUMN c{n} int" for n in range(_MANY)),
        "ALTER TABLE t ADD c int " + "CHECK (a > 1) " * _MANY,
        "ALTER TABLE t ADD CHECK " + "(" * _MANY,
        "CREATE TABLE t (" + ",".join(f"c{n} int" for n in range(_MANY)) + ")",
        "INSERT INTO t VALUES " + ",".join(["(1, 'it''s')"] * 10 * _MANY),
        "WITH " + "x AS (SELECT 1)," * _MANY,
        "DROP TABLE " + ",".join(f"t{n}" for n in range(_MANY)),
        "UPDATE t SET " + ",".join(f"c{n} = 1" for n in range(_MANY)),
        "SET a = b" + ", c = d" * _MANY,
        "a." * _MANY,
        "(" * _MANY,
    ],
    ids=lambda sql: sql[:30],
)
def test_long_statements_take_no_longer_for_each_word(sql: str) -> None:
    for dialect in DIALECTS:
        began = time.process_time()
        assert parse_actions(sql, dialect)
        assert time.process_time() - began < 2
