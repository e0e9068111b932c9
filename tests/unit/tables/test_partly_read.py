"""A text file that there was no time to read proves nothing: what holds in its first rows is not refuted."""

from pathlib import Path

import pytest

from dbwright.app.dependencies.discover import discover
from dbwright.app.dependencies.options import Options
from dbwright.catalog.dependencies import Functional, Standing
from dbwright.tables.files import FileTable, open_file

pytest.importorskip("duckdb")
pytest.importorskip("polars")

ROWS = 300_000
HOLDS = Functional(frozenset({"b"}), frozenset({"c"}))


@pytest.fixture
def partly(tmp_path: Path) -> FileTable:
    file = tmp_path / "long.csv"
    lines = (f"{at},{at % 7},{at % 7 * 2},{'x' * 30}\n" for at in range(ROWS))
    file.write_text("a,b,c,d\n" + "".join(lines), encoding="utf-8")
    return open_file(str(file), seconds=0.0001)[0]


def test_nothing_is_proved_by_a_part(partly: FileTable) -> None:
    try:
        assert partly.expected is not None
        assert partly.count() < partly.expected
        (checked,) = partly.check([HOLDS])
        assert checked.standing is Standing.NOT_REFUTED
        found = discover(partly, Options(kinds=("functional",), max_left=1))
        assert not found.complete
        assert (found.rows, found.read) == (partly.expected, partly.count())
        assert {each.standing for each in found.found} == {Standing.NOT_REFUTED}
    finally:
        partly.close()
