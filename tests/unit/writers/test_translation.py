"""Translation: what comes out runs on the other engine, keys stay the same, and nothing is lost silently."""

from itertools import permutations

import pytest

from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Generated,
    Identity,
    Index,
    KeyPart,
    Policy,
    PrimaryKey,
    Table,
    Trigger,
    View,
)
from dbwright.catalog.types import Type
from dbwright.engines.registry import engine
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from dbwright.writers import sql
from dbwright.writers.translation import translate
from dbwright.writers.translation.defaults import translate_default
from dbwright.writers.translation.expressions import translate_expression
from tests.support.kitchen import kitchen
from tests.support.scratches import scratch_of

ENGINES: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")
PAIRS = [
    pytest.param(source, target, marks=[getattr(pytest.mark, source), getattr(pytest.mark, target)])
    for source, target in permutations(ENGINES, 2)
]


@pytest.fixture(scope="module")
def kitchens() -> dict[str, Catalog]:
    return {}


def _kitchen(kitchens: dict[str, Catalog], name: Dialect) -> Catalog:
    if name not in kitchens:
        with scratch_of(name) as scratch:
            kitchens[name] = kitchen(scratch, name)
    return kitchens[name]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_everything_runs_and_nothing_is_lost_silently(
    source: Dialect, target: Dialect, kitchens: dict[str, Catalog]
) -> None:
    old = _kitchen(kitchens, source)
    new, notes = translate(old, target)
    with scratch_of(target) as scratch, scratch.open() as session:
        session.execute(split(sql.write(new), target))
        held = session.inspect().catalog
    said = "\n".join(notes)
    assert len(held.tables) == len(new.tables) == len(old.tables)
    by_name = {table.name: table for table in held.tables}
    for before, after in zip(old.tables, new.tables, strict=True):
        made = by_name[after.name]
        assert after.name == before.name or f"is called {after.name}" in said
        assert len(made.columns) == len(after.columns) == len(before.columns)
        renamed = dict(zip((c.name for c in before.columns), (c.name for c in after.columns), strict=True))
        assert all(a == b or f"is called {b}" in said for a, b in renamed.items())

        def at_new(columns: tuple[str, ...], renamed: dict[str, str] = renamed) -> tuple[str, ...]:
            return tuple(renamed[column] for column in columns)

        key = at_new(before.primary_key.columns) if before.primary_key else None
        assert (made.primary_key.columns if made.primary_key else None) == key
        assert {at_new(unique.columns) for unique in before.uniques} <= set(made.keys)
        assert len(made.foreign_keys) == len(before.foreign_keys)
        assert {at_new(k.columns) for k in before.foreign_keys} == {k.columns for k in made.foreign_keys}
        for column, moved in zip(before.columns, after.columns, strict=True):
            if (column.default or column.identity) and not (moved.default or moved.identity):
                assert f".{column.name}: " in said, column.name
            if column.generated and not moved.generated:
                assert f".{column.name}: is no longer generated" in said
        parts: list[Check | Index | Trigger | Policy] = [
            *before.checks,
            *before.indexes,
            *before.triggers,
            *before.policies,
        ]
        for part in parts:
            there = {each.name for each in after.checks} | {each.name for each in after.indexes}
            assert not part.name or part.name in there or f".{part.name}: " in said, part
        lost = len(before.checks) - len(after.checks)
        assert lost <= sum(f"{before.name}." in note and "left out" in note for note in notes)
    for view in old.views:
        assert f"{view.name}: " in said
    for routine in old.routines:
        assert f"The routine {routine.name} is left out." in notes


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_names_fit_the_target(source: Dialect, target: Dialect, kitchens: dict[str, Catalog]) -> None:
    new, _ = translate(_kitchen(kitchens, source), target)
    limit = engine(target).name_limit() or 10_000
    names = [table.name for table in new.tables] + [enum.name for enum in new.enums]
    for table in new.tables:
        names += [column.name for column in table.columns]
        names += [
            part.name or ""
            for field in ("uniques", "foreign_keys", "checks", "indexes")
            for part in getattr(table, field)
        ]
    assert max(len(name.encode() if target == "postgres" else name) for name in names) <= limit


def test_two_long_names_with_one_beginning_stay_two() -> None:
    columns = tuple(Column(name="x" * 80 + end, type=Type("integer", "INTEGER", bits=64)) for end in "ab")
    table = Table(namespace="", name="t", columns=columns)
    new, notes = translate(Catalog(engine="sqlite", tables=(table,)), "postgres")
    first, second = (column.name for column in new.tables[0].columns)
    assert first != second
    assert len(first) == len(second) == 63
    assert sum("is called" in note for note in notes) == 2


def test_the_same_names_come_out_every_time() -> None:
    table = Table(namespace="", name="n" * 99, columns=(Column(name="a", type=Type("integer", "INTEGER", bits=64)),))
    catalog = Catalog(engine="sqlite", tables=(table,))
    assert translate(catalog, "mysql") == translate(catalog, "mysql")


def _column(kind: str, default: str, **more: object) -> Column:
    return Column(name="c", type=Type(kind, kind, **more), default=default)  # type: ignore[arg-type]  # kinds as literals


@pytest.mark.parametrize(
    ("source", "column", "target", "expected"),
    [
        ("postgres", _column("boolean", "true"), "mysql", "1"),
        ("postgres", _column("boolean", "false"), "sqlite", "0"),
        ("mysql", _column("boolean", "1"), "postgres", "true"),
        ("mysql", _column("boolean", "b'0'"), "postgres", "false"),
        ("sqlite", _column("boolean", "FALSE"), "postgres", "false"),
        ("postgres", _column("integer", "'-1'::integer"), "sqlite", "-1"),
        ("postgres", _column("varchar", "'a''b'::character varying", length=9), "sqlite", "'a''b'"),
        ("postgres", _column("varchar", "'true'::character varying", length=9), "mysql", "'true'"),
        ("postgres", _column("text", "'x'::text"), "mysql", "('x')"),
        ("postgres", _column("timestamp", "now()", precision=6), "mysql", "CURRENT_TIMESTAMP(6)"),
        ("postgres", _column("timestamp", "now()"), "sqlite", "CURRENT_TIMESTAMP"),
        ("mysql", _column("timestamp", "CURRENT_TIMESTAMP"), "postgres", "CURRENT_TIMESTAMP"),
        ("postgres", _column("binary", "'\\xdead'::bytea"), "sqlite", "x'dead'"),
        ("mysql", _column("bit", "b'1010'", length=4), "postgres", "B'1010'"),
        ("mysql", _column("bit", "b'1010'", length=4), "sqlite", "10"),
        ("postgres", _column("integer", "nextval('s'::regclass)"), "mysql", None),
    ],
)
def test_defaults(source: str, column: Column, target: str, expected: str | None) -> None:
    assert translate_default(column, column.type, engine(source), engine(target)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
            "state IN ('a', 'b')",
        ),
        ("state <> ALL (ARRAY['a'::text])", "NOT state IN ('a')"),
    ],
)
def test_lists_as_postgresql_prints_them(text: str, expected: str) -> None:
    assert translate_expression(text, "postgres", "sqlite") == expected


def test_what_cannot_be_parsed_is_none() -> None:
    assert translate_expression("((((", "postgres", "sqlite") is None


@pytest.mark.sqlite
def test_what_the_target_refuses_is_left_out_and_said() -> None:
    number = Type("integer", "integer", bits=32)
    table = Table(
        namespace="public",
        name="t",
        columns=(
            Column(name="id", type=number, nullable=False, identity=Identity(generation="always")),
            Column(name="bad", type=number, default="no_such_function(1)"),
            Column(name="made", type=number, generated=Generated(expression="nothing_here + 1")),
        ),
        primary_key=PrimaryKey(columns=("id",), name="t_pkey"),
        checks=(Check(name="good", expression="id > 0"), Check(name="bad", expression="no_such(id) > 0")),
        indexes=(
            Index(name="ix", parts=(KeyPart(expression="also_not(id)"),)),
            Index(name="fine", parts=(KeyPart(column="id"),)),
        ),
    )
    views = (
        View(namespace="public", name="v1", definition="SELECT id FROM t"),
        View(namespace="public", name="v2", definition="SELECT absent FROM t"),
    )
    new, notes = translate(Catalog(engine="postgres", tables=(table,), views=views), "sqlite")
    (made,) = new.tables
    assert [check.name for check in made.checks] == ["good"]
    assert [index.name for index in made.indexes] == ["fine"]
    assert [view.name for view in new.views] == ["v1"]
    assert all(column.default is None and column.generated is None for column in made.columns)
    for name in (
        "t.bad: its default is left out",
        "t.made: is no longer generated",
        "t.ix: is left out",
        "v2: is left out",
    ):
        assert any(name in note for note in notes), name


def test_a_key_fed_by_a_sequence_of_its_own_making_numbers_itself() -> None:
    key = PrimaryKey(columns=("id",), name="a_pkey")
    column = Column(
        name="id", type=Type("integer", "bigint", bits=64), nullable=False, default="nextval('public.s'::regclass)"
    )
    catalog = Catalog(
        engine="postgres", tables=(Table(namespace="public", name="a", columns=(column,), primary_key=key),)
    )
    translated, _ = translate(catalog, "mysql")
    identity = translated.tables[0].columns[0].identity
    assert identity is not None
    assert identity.generation == "auto_increment"
