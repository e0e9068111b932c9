"""Conditions are evaluated as the engines evaluate them."""

import random

import polars as pl
import pytest

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault
from dbwright.seed.checks.ask import judge_of
from dbwright.seed.checks.checked import Condition
from dbwright.seed.checks.understand import condition_of, understand
from tests.support.conditions import BEFORE, COLUMNS, COMMON, OPTIONS, OWN, rows
from tests.support.random_conditions import condition as random_condition
from tests.support.scratches import ENGINES, scratch_of

_ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES]


def _fill(session: Session, name: str, frame: pl.DataFrame) -> None:
    """Make the table and put the rows in."""
    for statement in BEFORE[name]:
        session.query(statement)
    session.query(f"CREATE TABLE t ({COLUMNS[name]}) {OPTIONS[name]}")
    literal = engine(name).literal
    lines = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in frame.rows())
    names = ", ".join(engine(name).quote(column) for column in frame.columns)
    session.change(f"INSERT INTO t ({names}) VALUES {lines}")


def _table(catalog: Catalog, name: str) -> Table:
    return next(table for table in catalog.tables if table.name == name)


def _truths(found: pl.Series) -> list[bool | None]:
    return [None if each is None else bool(each) for each in found.to_list()]


@pytest.mark.parametrize("name", _ENGINES)
@pytest.mark.parametrize("seed", [1, 2])
def test_conditions_are_true_false_or_null_as_the_engine_has_them(name: str, seed: int) -> None:
    frame = rows(name, 150, seed)
    expressions = [each for each in (*COMMON, *OWN[name].strip().splitlines()) if each]
    wrong, unread = [], []
    with scratch_of(name) as scratch, scratch.open() as session:
        _fill(session, name, frame)
        catalog = session.inspect().catalog
        table = _table(catalog, "t")
        for expression in expressions:
            condition = condition_of(table, catalog, expression)
            if condition is None or condition.evaluate is None:
                unread.append(expression)
                continue
            answers = session.query(f"SELECT ({expression}) FROM t ORDER BY id")
            expected = [None if each is None else bool(each) for (each,) in answers]
            found = _truths(condition.evaluate(frame))
            different = [
                number for number, pair in enumerate(zip(found, expected, strict=True)) if pair[0] is not pair[1]
            ]
            if different:
                number = different[0]
                row = frame.select(column for column in frame.columns if column in condition.columns).row(number)
                wrong.append((expression, len(different), row, found[number], expected[number]))
    assert not wrong
    assert unread == []


@pytest.mark.parametrize("name", _ENGINES)
def test_checks_as_the_engine_prints_them_mean_the_same(name: str) -> None:
    frame = rows(name, 150, 3)
    with scratch_of(name) as scratch, scratch.open() as session:
        _fill(session, name, frame)
        made = {}
        for number, expression in enumerate((*COMMON, *OWN[name].strip().splitlines())):
            try:
                session.query(
                    f"CREATE TABLE c{number} ({COLUMNS[name]}, CONSTRAINT k{number} CHECK ({expression})) {OPTIONS[name]}"
                )
            except ExecutionFault:  # one that no check may hold: what asks for this moment, or turns text into a date
                continue
            made[f"c{number}"] = expression
        catalog = session.inspect().catalog
        wrong, unread = [], []
        for table_name, expression in made.items():
            checked = understand(_table(catalog, table_name), catalog)
            if checked.asked:
                unread.append((expression, checked.unread))
                continue
            expected = [
                each is None or bool(each) for (each,) in session.query(f"SELECT ({expression}) FROM t ORDER BY id")
            ]
            mine = next(each for each in checked.tests if f"check k{table_name[1:]} " in each.where)
            found = mine.holds(frame).to_list()
            if found != expected:
                printed = _table(catalog, table_name).checks
                wrong.append((expression, printed, sum(a != b for a, b in zip(found, expected, strict=True))))
    assert len(made) > 100
    assert not wrong
    assert unread == []


@pytest.mark.parametrize("name", _ENGINES)
def test_conditions_made_at_random_are_evaluated_as_by_the_engine(name: str) -> None:
    frame = rows(name, 80, 4)
    wrong = []
    with scratch_of(name) as scratch, scratch.open() as session:
        _fill(session, name, frame)
        catalog = session.inspect().catalog
        table = _table(catalog, "t")
        for seed in range(120):
            expression = random_condition(random.Random(seed))
            condition = condition_of(table, catalog, expression)
            assert condition is not None
            assert condition.evaluate is not None, expression
            answers = session.query(f"SELECT ({expression}) FROM t ORDER BY id")
            if _truths(condition.evaluate(frame)) != [None if each is None else bool(each) for (each,) in answers]:
                wrong.append(expression)
    assert not wrong


@pytest.mark.parametrize("name", _ENGINES)
def test_what_the_database_is_asked_is_what_it_would_say_of_its_rows(name: str) -> None:
    frame = rows(name, 40, 5)
    wrong = []
    with scratch_of(name) as scratch, scratch.open() as session:
        _fill(session, name, frame)
        catalog = session.inspect().catalog
        table = _table(catalog, "t")
        with engine(name).connect(scratch.url) as reading:
            judge = judge_of(reading, table, catalog)
            for expression in OWN[name].strip().splitlines():
                known = condition_of(table, catalog, expression)
                assert known is not None
                condition = Condition(where="a check", text=expression, columns=known.columns)
                answers = session.query(f"SELECT ({expression}) FROM t ORDER BY id")
                if judge(condition, frame).to_list() != [each is None or bool(each) for (each,) in answers]:
                    wrong.append(expression)
    assert not wrong


def test_a_row_that_the_database_stumbles_over_is_refused_and_no_other(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query("CREATE TABLE t (a int, b int)")
        catalog = session.inspect().catalog
        judge = judge_of(session, _table(catalog, "t"), catalog)
        condition = Condition(where="a check", text="a / b > 1", columns=("a", "b"))
        frame = pl.DataFrame({"a": [4, 4, 1, None], "b": [1, 0, 1, 0]})
        assert judge(condition, frame).to_list() == [True, False, False, True]


def test_a_condition_in_a_function_of_ones_own_is_asked_of_the_database(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query("CREATE FUNCTION even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0'")
        session.query("CREATE TABLE t (a int CHECK (a > 0 AND even(a)), b text)")
        catalog = session.inspect().catalog
        table = _table(catalog, "t")
        checked = understand(table, catalog)
        frame = pl.DataFrame({"a": [1, 2, -2, None]})
        assert checked.limits["a"].lowest == 1
        assert len(checked.asked) == 1
        assert "the function public.even is not understood" in checked.unread[0]
        assert checked.passes(frame).to_list() == [True, True, False, True]
        asking = checked.asking(judge_of(session, table, catalog))
        assert asking.passes(frame).to_list() == [False, True, False, True]
