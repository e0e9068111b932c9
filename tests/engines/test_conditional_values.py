"""A conditional dependency names values as texts; each store finds the rows that have them, bytes and mixed types among them."""

from collections.abc import Sequence

import pytest

from dbwright.catalog.dependencies import Conditional, Standing
from dbwright.engines.registry import engine
from dbwright.tables.live import LiveDatabase, LiveTable
from tests.support.scratches import scratch_of

pytest.importorskip("polars")

CASES = {
    "postgres": ("bytea", "'\\xff00'", "0xff00"),
    "mysql": ("varbinary(10)", "x'ff00'", "0xff00"),
    "mysql json": ("json", "'{\"a\": 1}'", '{"a": 1}'),
    "sqlite": ("blob", "x'ff00'", "0xff00"),
    "sqlite mixed": ("", "'1'", "'1'"),
    "sqlite time": ("timestamp", "'2026-01-01T10:00:00'", "2026-01-01 10:00:00"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_found_by_its_text(case: str) -> None:
    type_, literal, text = CASES[case]
    name = case.split()[0]
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change(f"CREATE TABLE t (a integer, b {type_})")
        rows: Sequence[str] = [f"({at % 2}, {literal if at % 2 else 'NULL'})" for at in range(20)]
        session.change(f"INSERT INTO t VALUES {', '.join(rows)}")
        catalog = session.inspect().catalog
        table = LiveTable(LiveDatabase(engine(name), session, catalog, "t"), catalog.tables[0])
        right = Conditional((("a", "1"),), frozenset(), frozenset({"b"}), (text,))
        wrong = Conditional((("a", "1"),), frozenset(), frozenset({"b"}), (f"{text}2",))
        by_value = Conditional((("b", text),), frozenset(), frozenset({"a"}), ("1",))
        found = [table.check([each])[0] for each in (right, wrong, by_value)]
        assert [each.standing for each in found] == [Standing.PROVED, Standing.REFUTED, Standing.PROVED]
        assert found[2].rows == 10
