"""Values as codes: what is equal gets the same code, for every type of values."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.mining.encode import encode

_NAN, _INFINITY = float("nan"), float("inf")

_EQUAL = {
    "floats": (pl.Series([_NAN, -_NAN, 0.0, -0.0, _INFINITY, -_INFINITY, None, None]), [0, 0, 1, 1, 2, 3, 4, 4], 4),
    "small floats": (pl.Series([_NAN, 0.0, -0.0, _NAN], dtype=pl.Float32), [0, 1, 1, 0], -1),
    "whole numbers": (pl.Series([2**63, 2**64 - 1, None, 2**63], dtype=pl.UInt64), [0, 1, 2, 0], 2),
    "booleans": (pl.Series([True, False, None, True]), [0, 1, 2, 0], 2),
    "only NULL": (pl.Series([None, None]), [0, 0], 0),
    "texts": (pl.Series(["1.0", "1.00", "", None, "é", "e\u0301", "😀", "1.0"]), [0, 1, 2, 3, 4, 5, 6, 0], 3),
    "bytes": (pl.Series([b"\x00", b"\xff", b"\x00", None]), [0, 1, 0, 2], 2),
    "dates": (pl.Series([date(2020, 1, 1), None, date(2020, 1, 1)]), [0, 1, 0], 1),
    "times": (pl.Series([time(1), time(2), time(1)]), [0, 1, 0], -1),
    "instants": (pl.Series([datetime(2020, 1, 1, tzinfo=UTC), None]), [0, 1], 1),
    "durations": (pl.Series([timedelta(1), timedelta(hours=24)]), [0, 0], -1),
    "decimals": (pl.Series([Decimal("1.0"), Decimal("1.00"), None]), [0, 0, 1], 1),
    "categories": (pl.Series(["a", "b", "a", None], dtype=pl.Categorical), [0, 1, 0, 2], 2),
    "lists": (pl.Series([[1, 2], [1, 2], None, []]), [0, 0, 1, 2], 1),
    "structs": (pl.Series([{"a": 1}, {"a": 1}, None, {"a": 2}]), [0, 0, 1, 2], 1),
    "objects": (pl.Series([int, None, "None", int], dtype=pl.Object), [0, 1, 2, 0], 1),
}


@pytest.mark.parametrize("kind", _EQUAL)
def test_equal_values_have_equal_codes(kind: str) -> None:
    series, codes, null = _EQUAL[kind]
    table = encode(pl.DataFrame({"x": series}))
    assert table.codes.tolist() == [codes]
    assert table.distinct == (max(codes) + 1,)
    assert table.null == (null,)


def test_no_null_equals_another_if_they_are_distinct() -> None:
    table = encode(pl.DataFrame({"x": [None, 1, None, 1], "y": ["a", "a", "a", "b"]}), nulls="distinct")
    assert table.codes.tolist() == [[0, 1, 2, 1], [0, 0, 0, 1]]
    assert (table.distinct, table.null) == ((3, 2), (-1, -1))


def test_a_frame_without_rows_or_columns() -> None:
    assert encode(pl.DataFrame()).codes.shape == (0, 0)
    table = encode(pl.DataFrame({"a": [], "row": []}))
    assert (table.rows, table.distinct, table.null) == (0, (0, 0), (-1, -1))


def test_awkward_names_stay() -> None:
    names = ("row", "0", 'a "b" %s', "größe 😀", "select", "a.b", "^x$")
    table = encode(pl.DataFrame({name: [1, 1, 2] for name in names}))
    assert table.columns == names
    assert table.codes.tolist() == [[0, 0, 1]] * len(names)


@given(st.lists(st.one_of(st.none(), st.floats(), st.sampled_from([0.0, -0.0, 1.5])), max_size=60))
@settings(max_examples=100, deadline=None)
def test_codes_count_from_zero_without_gaps(values: list[float | None]) -> None:
    table = encode(pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}))
    keys = ["NULL" if value is None else "NaN" if value != value else value for value in values]
    seen: dict[object, int] = {}
    assert table.codes[0].tolist() == [seen.setdefault(key, len(seen)) for key in keys]
    assert table.distinct == (len(seen),)
