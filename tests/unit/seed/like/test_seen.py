"""What is told of the values seen: rounded, and nothing where there are too few."""

from datetime import date, datetime
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.seed.like.seen import BUCKETS, about, as_value, bounds, same_kind, steepness


def test_bounds_are_rounded_and_leave_the_ends_out() -> None:
    points = [float(f"{number}.{number % 97:02d}") for number in range(1_000, 41_000, 100)]
    found = bounds(points, 40_000)
    assert found is not None
    assert len(found) == BUCKETS + 1
    assert found == sorted(found)
    assert points[0] < found[0]
    assert found[-1] < points[-1]
    assert all(each % 10 == 0 for each in found)


def test_few_rows_or_a_single_value_tell_nothing() -> None:
    assert bounds(list(range(100)), 100) is None
    assert bounds(list(range(10)), 10_000) is None
    assert bounds([5] * 400, 10_000) is None


def test_times_are_told_by_their_day() -> None:
    points = [datetime(2024, 1 + number % 12, 3, 4, 5, 6) for number in range(400)]  # noqa: DTZ001 - as read from a column without zone
    found = bounds(sorted(points), 400)
    assert found is not None
    assert all(len(each) == 10 for each in found)


def test_values_are_read_from_texts() -> None:
    assert [as_value(text) for text in ("12", "1.5", "2024-01-31", "2024-01-31 10:00:00", "x", None, b"1", True)] == [
        12, 1.5, datetime(2024, 1, 31), datetime(2024, 1, 31, 10), None, None, None, None,  # noqa: DTZ001 - as above
    ]  # fmt: skip
    assert same_kind(["3", "2024-01-01", "1.5", "nan", None]) == [1.5, 3]
    assert same_kind([date(2024, 2, 1), "2023-01-01 05:00:00"])[0].year == 2023


@given(st.floats(0.1, 2.5))
def test_the_steepness_of_a_log_normal_spread_is_found_again(deviation: float) -> None:
    curve = NormalDist()
    part = 0.1
    share = curve.cdf(curve.inv_cdf(part) + deviation)
    assert steepness((100, share), 1_000) == pytest.approx(deviation, abs=0.02)


def test_an_even_spread_is_not_steep() -> None:
    assert steepness((100, 0.1), 1_000) == 0


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (7, 7), (99, 99), (123, 120), (98_765, 99_000)])
def test_numbers_of_rows_are_rounded(number: int, shown: int) -> None:
    assert about(number) == shown
