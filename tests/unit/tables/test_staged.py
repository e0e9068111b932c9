"""Large tables: samples propose, the database disposes. What comes out complete is what mining all rows gives."""

import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbwright.app.dependencies.discover import discover
from dbwright.app.dependencies.options import Options
from dbwright.app.dependencies.sampling import holds
from dbwright.catalog.dependencies import Dependency, Discovery, Functional, Measured, Standing, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.engines.url import format_url
from dbwright.mining.allowance import Allowance
from dbwright.tables.base import Nulls, RowSource
from dbwright.tables.open import open_tables

pl = pytest.importorskip("polars")

KINDS = ("unique", "functional")
Rows = list[tuple[int | str | None, ...]]


def _fill(scratch: Scratch, columns: str, rows: Rows, name: str = "facts") -> None:
    with scratch.open() as session:
        session.change(f"CREATE TABLE {name} ({columns})")
        session.write_rows(name, [each.split()[0] for each in columns.split(", ")], rows)


def _told(discovery: Discovery) -> set[Dependency]:
    assert all(each.standing is Standing.PROVED for each in discovery.found), discovery.found
    return {each.dependency for each in discovery.found}


def _of(discovery: Discovery, dependency: Dependency) -> Measured | None:
    return next((each for each in discovery.found if each.dependency == dependency), None)


def _fd(left: str, right: str) -> Functional:
    return Functional(frozenset(left.split()), frozenset(right.split()))


@pytest.fixture
def sales(scratch: Scratch) -> Iterator[RowSource]:
    """12,000 rows; zip → city fails for 40 zips only, each with one row against it."""
    made = random.Random(7)
    rows: Rows = []
    for number in range(12_000):
        zip_code = number * 7919 % 3000
        city = f"Elsewhere {number}" if number % 7 == 0 and number < 280 else f"City {zip_code % 90}"
        rows.append(
            (number, number // 3, zip_code, city, zip_code % 90 % 7, made.choice((None, "x", "X", "x ")), "EUR")
        )
    columns = "id integer primary key, ord integer, zip integer, city varchar(40), region integer, note varchar(9), currency varchar(3)"
    _fill(scratch, columns, rows)
    with open_tables(format_url(scratch.url)) as (table,):
        yield table


def test_a_dependency_that_fails_for_forty_groups_only_is_never_proved(sales: RowSource) -> None:
    found = discover(sales, Options(whole=1000, sample=2000))
    measured = _of(found, _fd("zip", "city"))
    assert measured is not None
    assert (measured.standing, measured.against, measured.groups) == (Standing.APPROXIMATE, 40, 40)
    assert measured.rows == 12_000
    assert all(len(violation.rows) == 2 for violation in measured.violations)


def test_complete_large_search_gives_what_mining_all_rows_gives(sales: RowSource) -> None:
    options = Options(whole=1000, sample=1500, kinds=KINDS, max_left=2)
    staged = discover(sales, options)
    whole = discover(sales, Options(kinds=KINDS, max_left=2))
    assert staged.complete
    assert staged.read < whole.read == 12_000
    assert {each.dependency for each in staged.found if not each.against} == _told(whole)


@pytest.mark.parametrize("nulls", ["equal", "distinct"])
def test_nulls_mean_the_same_in_the_database_as_in_memory(sales: RowSource, nulls: Nulls) -> None:
    staged = discover(sales, Options(whole=100, sample=500, kinds=KINDS, max_left=2, nulls=nulls))
    whole = discover(sales, Options(kinds=KINDS, max_left=2, nulls=nulls))
    assert {each.dependency for each in staged.found if not each.against} == _told(whole)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.tuples(*[st.one_of(st.none(), st.integers(0, 3), st.sampled_from(("a", "A", "a ")))] * width),
            min_size=12,
            max_size=60,
        )
    ),
    st.sampled_from(("equal", "distinct")),
)
def test_any_table_of_any_values_is_searched_as_if_read_whole(rows: Rows, nulls: Nulls) -> None:
    width = len(rows[0])
    with engine("sqlite").scratch() as scratch:
        _fill(scratch, ", ".join(f"c{place} COLLATE NOCASE" for place in range(width)), rows)
        with open_tables(format_url(scratch.url)) as (table,):
            staged = discover(table, Options(whole=2, sample=6, kinds=KINDS, max_left=2, nulls=nulls))
            whole = discover(table, Options(kinds=KINDS, max_left=2, nulls=nulls))
    assert staged.complete, staged.notes
    assert {each.dependency for each in staged.found if not each.against} == _told(whole)


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3])
def test_what_time_did_not_suffice_for_is_not_called_proved(sales: RowSource, seconds: float) -> None:
    true = _told(discover(sales, Options(kinds=KINDS, max_left=2)))
    found = discover(sales, Options(whole=1000, sample=2000, kinds=KINDS), Allowance(seconds))
    assert found.complete or found.notes
    proved = {each.dependency for each in found.found if each.standing is Standing.PROVED}
    assert proved <= true


def test_time_over_is_told_and_the_rest_is_not_refuted(sales: RowSource) -> None:
    found = discover(sales, Options(whole=1000, sample=2000), Allowance(0.0))
    assert not found.complete
    assert found.notes
    assert not [each for each in found.found if each.standing is Standing.PROVED and each.sql]


def test_little_memory_makes_a_smaller_sample(sales: RowSource) -> None:
    found = discover(sales, Options(sample=10_000, kinds=KINDS), Allowance(bytes=200 * 7 * 1500))
    assert found.read < 5000


# ---------------------------------------------------------------- going on


class _Interrupted:
    """Ctrl-C at the n-th check."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.said: list[str] = []

    def __call__(self, sentence: str) -> None:
        self.said.append(sentence)
        if "checking" in sentence:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt


def test_interrupted_search_goes_on_where_it_was(sales: RowSource, tmp_path: Path) -> None:
    options = Options(whole=1000, sample=2000, kinds=KINDS, state=tmp_path)
    stop = _Interrupted(2)
    with pytest.raises(KeyboardInterrupt):
        discover(sales, options, say=stop)
    assert len(list(tmp_path.iterdir())) == 2
    for file in tmp_path.iterdir():
        assert file.stat().st_mode & 0o077 == 0
    (sample,) = tmp_path.glob("*.parquet")
    assert b"Elsewhere" not in sample.read_bytes()
    assert b"City" not in sample.read_bytes()
    second = _Interrupted(1000)
    found = discover(sales, options, say=second)
    assert any("going on" in sentence for sentence in second.said)
    assert not any("scan" in sentence or "reading" in sentence for sentence in second.said)
    done = {sentence for sentence in stop.said[:-1] if "checking" in sentence}
    assert done
    assert not done.intersection(second.said)
    assert found.complete
    assert not list(tmp_path.iterdir())
    once = discover(sales, Options(whole=1000, sample=2000, kinds=KINDS))
    assert {(each.dependency, each.standing, each.against) for each in found.found} == {
        (each.dependency, each.standing, each.against) for each in once.found
    }


def test_state_of_a_table_that_changed_is_not_believed(sqlite_scratch: Scratch, tmp_path: Path) -> None:
    rows: Rows = [(number, number % 10, number % 10 % 3) for number in range(3000)]
    _fill(sqlite_scratch, "id integer, a integer, b integer", rows)
    options = Options(whole=100, sample=300, kinds=(*KINDS, "approximate"), state=tmp_path)
    with open_tables(format_url(sqlite_scratch.url)) as (table,), pytest.raises(KeyboardInterrupt):
        discover(table, options, say=_Interrupted(1))
    with sqlite_scratch.open() as session:
        session.change("UPDATE facts SET b = 9 WHERE id = 2999")
        session.change("UPDATE facts SET id = 5 WHERE id = 6")
    with open_tables(format_url(sqlite_scratch.url)) as (table,):
        found = discover(table, options)
    measured = _of(found, _fd("a", "b"))
    assert measured is not None
    assert measured.standing is Standing.APPROXIMATE
    assert _of(found, UniqueColumns(frozenset({"id"}))) is None


def test_killed_run_goes_on_in_another_process(sqlite_scratch: Scratch, tmp_path: Path) -> None:
    rows: Rows = [(number, number % 500, number % 500 % 9, number // 7 % 40) for number in range(6000)]
    _fill(sqlite_scratch, "id integer, a integer, b integer, c integer", rows)
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from dbwright.app.dependencies.discover import discover
        from dbwright.app.dependencies.options import Options
        from dbwright.tables.open import open_tables
        count = 0
        def say(sentence):
            global count
            count += "checking" in sentence
            if count == 2:
                os.kill(os.getpid(), signal.SIGKILL)
        with open_tables({format_url(sqlite_scratch.url)!r}) as (table,):
            discover(table, Options(whole=100, sample=500, state=Path({str(tmp_path)!r})), say=say)
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    said: list[str] = []
    with open_tables(format_url(sqlite_scratch.url)) as (table,):
        found = discover(table, Options(whole=100, sample=500, state=tmp_path), say=said.append)
    assert any("going on" in sentence for sentence in said)
    assert found.complete


@given(
    st.lists(st.tuples(*[st.sampled_from((None, 1, 2))] * 3), min_size=1, max_size=12),
    st.sampled_from(("equal", "distinct")),
)
def test_what_rows_keep_is_what_mining_finds_in_them(rows: list[tuple[int | None, ...]], nulls: Nulls) -> None:
    from dbwright.mining.all_kinds import mine

    frame = pl.DataFrame(rows, schema=dict.fromkeys("abc", pl.Int64), orient="row")
    mined = mine(frame, kinds=KINDS, nulls=nulls, table=Ref("table", ("", "t")))
    found = [each.dependency for each in mined.found]
    for size in range(4):
        for columns in map(frozenset, combinations("abc", size)):
            unique = any(isinstance(each, UniqueColumns) and each.columns <= columns for each in found)
            assert holds(frame, UniqueColumns(columns), nulls) == unique
            for right in set("abc") - columns:
                determined = any(
                    isinstance(each, Functional) and each.left <= columns and each.right == {right} for each in found
                )
                assert holds(frame, Functional(columns, frozenset({right})), nulls) == determined
