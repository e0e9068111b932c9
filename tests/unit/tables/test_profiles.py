"""Profiles beside what going through the values says."""

import math
import random
import statistics
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.tables.file_profile import profile_file
from dbwright.tables.files import open_file
from dbwright.tables.profiles.bins import edges
from dbwright.tables.profiles.effort import Effort

VALUES = st.one_of(st.none(), st.integers(-50, 50), st.sampled_from([10**6, -(10**6)]))


def profile_of(frame: pl.DataFrame, folder: Path, effort: Effort | None = None) -> TableProfile:
    file = folder / "t.parquet"
    frame.write_parquet(file)
    (table,) = open_file(str(file))
    try:
        return profile_file(table, effort=effort)
    finally:
        table.close()


def column(frame: pl.DataFrame, folder: Path, name: str = "v") -> ColumnProfile:
    found = profile_of(frame, folder).column(name)
    assert found is not None
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=60))
def test_numbers_are_as_counted_by_hand(tmp_path: Path, values: list[int | None]) -> None:
    found = column(pl.DataFrame({"v": values}, schema={"v": pl.Int64}), tmp_path)
    filled = sorted(each for each in values if each is not None)
    assert (found.rows, found.nulls, found.distinct, found.exact) == (
        len(values),
        values.count(None),
        len(set(filled)),
        True,
    )
    if not filled:
        assert (found.minimum, found.mean, found.histogram, found.inferred) == (None, None, (), None)
        return
    assert (found.minimum, found.maximum) == (str(filled[0]), str(filled[-1]))
    assert found.mean == pytest.approx(statistics.mean(filled))
    if len(filled) > 1:
        assert found.deviation == pytest.approx(statistics.stdev(filled))
    assert list(found.quartiles) == [filled[math.ceil(share * len(filled)) - 1] for share in (0.25, 0.5, 0.75)]
    assert sum(each.rows for each in found.histogram) == len(filled)
    assert float(found.histogram[0].low) <= filled[0]
    assert float(found.histogram[-1].high) >= filled[-1]
    counts = Counter(str(each) for each in filled)
    if counts.most_common(1)[0][1] > 1:
        assert found.top[0][1] == counts.most_common(1)[0][1]
        assert all(counts[text] == rows for text, rows in found.top)
    in_file = [each for each in values if each is not None]
    ascending = all(one <= other for one, other in pairwise(in_file))
    assert (found.sorted == 1) == (ascending and len(set(filled)) > 1)


def test_quantiles_of_many_values_are_exact_too(tmp_path: Path) -> None:
    chance = random.Random(5)
    values = [chance.lognormvariate(3, 2) for _ in range(120_000)]
    found = column(pl.DataFrame({"v": values}), tmp_path)
    ordered = sorted(values)
    assert list(found.quartiles) == [ordered[math.ceil(share * len(ordered)) - 1] for share in (0.25, 0.5, 0.75)]
    assert sum(each.rows for each in found.histogram) == len(values)


def test_texts(tmp_path: Path) -> None:
    found = column(pl.DataFrame({"v": ["Oslo 0150", "Bergen 5003", "", None, "Oslo 0150"]}), tmp_path)
    assert (found.empty, found.shortest, found.longest, found.distinct) == (1, 0, 11, 3)
    assert found.top[0] == ("Oslo 0150", 2)
    assert found.patterns[0] == ("Aaa 9999", 3)
    assert not found.unique


def test_what_texts_stand_for_is_told_of_sources_with_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({"v": ["2024-02-29", "2023-01-01", None], "free": ["a", "b", "3"]})
    found = profile_of(frame, tmp_path)
    first, second = found.columns
    assert first.declared is not None
    assert first.inferred is not None
    assert second.inferred is not None
    assert (first.declared.kind, first.inferred.kind, second.inferred.kind) == ("text", "date", "text")


def test_dates_fall_into_whole_years(tmp_path: Path) -> None:
    from datetime import date, timedelta

    days = [date(2015, 6, 1) + timedelta(days=7 * place) for place in range(400)]
    found = column(pl.DataFrame({"v": days}), tmp_path)
    assert found.histogram[0].low == "2015-01-01"
    assert found.histogram[0].high == "2016-01-01"
    assert sum(each.rows for each in found.histogram) == 400
    assert found.sorted == 1


def test_numbers_that_are_none_stay_out_of_the_mean(tmp_path: Path) -> None:
    found = column(pl.DataFrame({"v": [1.0, 3.0, math.nan, math.inf, -math.inf, None]}), tmp_path)
    assert (found.mean, found.distinct, found.nulls) == (2.0, 5, 1)
    assert sum(each.rows for each in found.histogram) == 2 or len(found.histogram) == found.distinct
    huge = column(pl.DataFrame({"v": [1e308, -1e308, 1e308]}), tmp_path)
    assert huge.deviation is None or math.isfinite(huge.deviation)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"api_key": ["aaa", "aaa", "b"], "v": ["4111111111111111", "5500005555555559", "4012888888881881"]}
    )
    for found in profile_of(frame, tmp_path).columns:
        assert found.secret
        assert (found.minimum, found.maximum, found.top, found.patterns, found.histogram, found.quartiles) == (
            None,
            None,
            (),
            (),
            (),
            (),
        )
        assert found.distinct > 0


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(tmp_path: Path, rows: int) -> None:
    frame = pl.DataFrame({"a": ["x"] * rows, "b": [1] * rows}, schema={"a": pl.String, "b": pl.Int64})
    found = profile_of(frame, tmp_path)
    assert (found.rows, found.read, found.notes) == (rows, rows, ())
    assert all(each.distinct == rows for each in found.columns)


def large(folder: Path) -> Path:
    """A table that is too large to be counted value by value in every column."""
    file = folder / "large.parquet"
    duckdb.sql(
        "COPY (SELECT i AS id, i % 7 AS seven, 'row ' || i || repeat('x', 180) AS text, hash(i) % 900000 AS spread "
        f"FROM range(1100000) t(i)) TO '{file}'"
    )
    return file


def test_large_tables_are_counted_or_estimated_and_say_which(tmp_path: Path) -> None:
    (table,) = open_file(str(large(tmp_path)))
    found = profile_file(table)
    by_name = {each.name: each for each in found.columns}
    assert (found.rows, found.read, found.notes) == (1_100_000, 1_100_000, ())
    assert (by_name["id"].distinct, by_name["id"].unique, by_name["id"].sorted) == (1_100_000, True, 1)
    assert (by_name["seven"].distinct, by_name["seven"].exact, len(by_name["seven"].histogram)) == (7, True, 7)
    # Too many long texts for memory: sketched, but as they may be a key, their number was counted in parts.
    assert (by_name["text"].distinct, by_name["text"].unique) == (1_100_000, True)
    assert by_name["text"].patterns[0][0].startswith("aaa 9")
    real = table.query(f"SELECT count(DISTINCT spread) FROM {table.quoted}")[0][0]
    assert by_name["spread"].distinct == real


def test_time_that_is_over_gives_a_sample_and_says_so(tmp_path: Path) -> None:
    (table,) = open_file(str(large(tmp_path)))
    found = profile_file(table, effort=Effort(seconds=0.001))
    assert found.read < found.rows == 1_100_000
    assert any("sample of" in note for note in found.notes)
    assert all(not each.exact and each.distinct for each in found.columns)
    assert [each.name for each in found.columns] == ["id", "seven", "text", "spread"]


def test_little_memory_is_enough(tmp_path: Path) -> None:
    (table,) = open_file(str(large(tmp_path)), memory=128 * 2**20)
    found = profile_file(table)
    assert found.rows == 1_100_000
    assert all(each.distinct for each in found.columns)


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.booleans())
def test_bars_cover_all_values_and_are_few(low: float, width: float, whole: bool) -> None:
    if whole:
        low, width = float(round(low)), float(round(width))
    laid = edges(low, low + width, whole=whole)
    assert 1 <= laid.bars <= 40
    assert laid.start <= low
    if laid.bars > 1:
        assert laid.start + laid.step * (laid.bars + 0.01) >= low + width
