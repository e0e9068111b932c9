"""Dependencies of live tables are found, judged, counted and checked on every engine."""

from collections.abc import Iterator

import pytest

from dbwright.app.dependencies.check import check_accepted
from dbwright.app.dependencies.decisions import Entry, resolved
from dbwright.app.dependencies.judge import judged_again, judgement
from dbwright.catalog.dependencies import Functional, Standing
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.registry import engine
from dbwright.engines.url import format_url
from tests.support.scratches import ENGINES, scratch_of

pytest.importorskip("polars")


@pytest.fixture(params=ENGINES)
def scratch(request: pytest.FixtureRequest) -> Iterator[Scratch]:
    with scratch_of(request.param) as opened:
        quote = engine(request.param).quote
        table, place = quote('odd "orders" 100%'), quote("zip code")
        columns = f"customer_id INTEGER, customer_name VARCHAR(40), {place} VARCHAR(10), city VARCHAR(40)"
        statements = [f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})"]
        rows = []
        for at in range(1, 201):
            customer = at * 7919 % 40 + 1
            city = "'CITY 3'" if at == 7 else f"'City {customer % 8 % 5}'"
            rows.append(f"({at}, {customer}, 'Name {customer}', '{100 + customer % 8}', {city if at % 50 else 'NULL'})")
        statements.append(f"INSERT INTO {table} VALUES {', '.join(rows)}")
        with opened.open() as session:
            session.execute(Statement(text=text) for text in statements)
        yield opened


def test_found_judged_and_checked(scratch: Scratch) -> None:
    from dbwright.tables.open import open_tables

    with open_tables(format_url(scratch.url)) as (source,):
        known = judgement(source)
        meant = Functional(frozenset(("customer_id",)), frozenset(("customer_name",)))
        found = next(each for each in known.judged if each.measured.dependency == meant)
        assert found.measured.standing is Standing.PROVED
        assert found.score > 0.9
        assert found.price is not None
        assert (found.price.repeated_rows, found.price.join_rows) == (160, 40)
        entries = [
            Entry(table='odd "orders" 100%', dependency="customer_id -> customer_name", accepted=True),
            Entry(table='odd "orders" 100%', dependency='"zip code" -> city', accepted=True),
            Entry(table='odd "orders" 100%', dependency="key(id)", accepted=True),
            Entry(table="gone", dependency="a -> b", accepted=True),
        ]
        decisions, problems = resolved(entries, source.table)
        assert not problems
        again = judged_again(known, decisions)
        assert next(each.score for each in again.judged if each.measured.dependency == meant) == 1
        checked = check_accepted([source], entries)
        assert [each.holds for each in checked.kept] == [True, False, True]
        (broken,) = checked.broken
        assert broken.measured.against > 0
        assert broken.measured.violations
        assert any("gone" in told for told in checked.unchecked)
