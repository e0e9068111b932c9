"""Distributions: of numbers, choices, times and NULLs, and columns that go with each other."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.errors import UsageError
from dbwright.seed.base import ColumnHint, Settings, TableHint
from dbwright.seed.values.quantiles import Quantiles, correlated, exponential, log_normal, named, normal, uniform, zipf
from dbwright.seed.values.source import weighted
from tests.support.value_frames import made, share_of, table_of

FRACTIONS = (np.arange(20_000) + 0.5) / 20_000


def _hinted(table: str, **hints: ColumnHint) -> Settings:
    return Settings(tables={table: TableHint(columns=hints)})


def test_named_distributions_have_their_moments() -> None:
    assert np.mean(uniform(2, 6).at(FRACTIONS)) == pytest.approx(4, rel=1e-3)
    bell = normal(10, 3).at(FRACTIONS)
    assert np.mean(bell) == pytest.approx(10, rel=1e-3)
    assert np.std(bell) == pytest.approx(3, rel=1e-2)
    assert np.median(log_normal(24, 1.0).at(FRACTIONS)) == pytest.approx(24, rel=1e-3)
    assert np.mean(exponential(5).at(FRACTIONS)) == pytest.approx(5, rel=1e-2)
    ranks = np.floor(zipf(1, 1_000, 1.0).at(FRACTIONS))
    assert (ranks == 1).mean() == pytest.approx(np.log(2) / np.log(1_000), rel=0.05)


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40), st.floats(0, 0.999999))
def test_values_lie_between_the_ends_and_rise(points: list[float], at: float) -> None:
    quantiles = Quantiles(np.sort(np.array(points)))
    low, high = quantiles.at(np.array([at, min(at + 1e-3, 0.9999999)]))
    assert min(points) - 1e-6 <= low <= high + 1e-6
    assert high <= max(points) + 1e-6


def test_fractions_turn_quantiles_round() -> None:
    bell = normal(0, 1)
    assert np.allclose(bell.fractions(bell.at(FRACTIONS)), FRACTIONS, atol=1e-3)


@pytest.mark.parametrize("strength", [-0.9, -0.3, 0.0, 0.5, 1.0])
def test_correlation_is_as_strong_as_asked_for(strength: float) -> None:
    random = np.random.default_rng(1)
    own, other = random.random(20_000), random.random(20_000)
    bent = correlated(own, other, strength)
    bell = normal(0, 1)
    found = np.corrcoef(bell.at(bent), bell.at(other))[0, 1]
    assert found == pytest.approx(strength, abs=0.03)
    assert np.mean(bent) == pytest.approx(0.5, abs=0.02)


def test_weights_are_kept() -> None:
    table = weighted((0.7, 0.2, 0.1))
    assert [(table == place).mean() for place in range(3)] == pytest.approx([0.7, 0.2, 0.1], abs=1e-4)


def test_hints_shape_the_numbers_of_a_column() -> None:
    table = table_of("t", a="numeric(12,2)", b="integer", c="double precision", d="integer")
    frame = made(
        table,
        20_000,
        settings=_hinted(
            "t",
            a=ColumnHint(distribution="normal", mean=500, deviation=20),
            b=ColumnHint(distribution="zipf", lowest=1, highest=100, skew=1.2),
            c=ColumnHint(lowest=-1, highest=1),
            d=ColumnHint(distribution="log-normal", mean=50, deviation=50, lowest=0, highest=10_000),
        ),
    )
    assert frame["a"].mean() == pytest.approx(500, rel=0.01)
    assert frame["a"].std() == pytest.approx(20, rel=0.05)
    assert (frame["b"].min(), frame["b"].mode()[0]) == (1, 1)
    assert frame["b"].is_between(1, 100).all()
    assert frame["c"].is_between(-1, 1).all()
    assert frame["d"].mean() == pytest.approx(50, rel=0.1)


def test_columns_go_with_each_other() -> None:
    table = table_of("t", age="integer", income="numeric(12,2)", hired_at="timestamptz", score="real")
    frame = made(
        table,
        8_000,
        settings=_hinted(
            "t",
            income=ColumnHint(correlate={"age": 0.8}),
            hired_at=ColumnHint(correlate={"age": -0.7}),
            score=ColumnHint(correlate={"income": 0.6}, lowest=0, highest=10),
        ),
    )
    ranks = frame.select(pl.all().rank())
    assert ranks.select(pl.corr("age", "income")).item() == pytest.approx(0.79, abs=0.06)
    assert ranks.select(pl.corr("age", "hired_at")).item() == pytest.approx(-0.68, abs=0.08)
    assert ranks.select(pl.corr("income", "score")).item() == pytest.approx(0.58, abs=0.08)


def test_shares_of_null_are_kept_and_may_be_named() -> None:
    table = table_of("users", bio="text?", deleted_at="timestamptz?", email="text", nickname="text?")
    frame = made(table, 20_000, settings=_hinted("users", nickname=ColumnHint(nulls=0.4)))
    assert frame["email"].null_count() == 0
    assert frame["nickname"].null_count() / 20_000 == pytest.approx(0.4, abs=0.02)
    assert frame["deleted_at"].null_count() > 16_000
    assert 0 < frame["bio"].null_count() < 4_000


def test_times_follow_the_week_the_day_and_growth() -> None:
    table = table_of("visits", office_at="timestamptz", at="timestamptz", grown="timestamptz")
    span = {"since": "2021-01-01", "until": "2025-01-01"}
    frame = made(
        table,
        40_000,
        settings=_hinted(
            "visits",
            office_at=ColumnHint(hours="office", growth=1.0, **span),  # type: ignore[arg-type]
            at=ColumnHint(hours="even", growth=1.0, **span),  # type: ignore[arg-type]
            grown=ColumnHint(growth=2.0, **span),  # type: ignore[arg-type]
        ),
    )
    office = frame["office_at"]
    assert share_of(office.dt.weekday() > 5) < 0.05
    assert share_of(office.dt.hour().is_between(7, 18)) > 0.85
    counts = frame["at"].dt.weekday().value_counts()["count"].to_list()
    assert max(counts) < 1.1 * min(counts)
    years = frame["grown"].dt.year().value_counts().sort("grown")["count"].to_list()
    assert [later / earlier for earlier, later in pairwise(years)] == pytest.approx([2, 2, 2], rel=0.1)
    for name in frame.columns:
        assert str(frame[name].min()) >= "2021-01-01"
        assert str(frame[name].max()) < "2025-01-01"


def test_learned_quantiles_are_followed() -> None:
    table = table_of("t", amount="numeric(10,2)", day="date")
    quantiles = [0, 10, 20, 30, 1_000]
    days = ["2020-01-01", "2020-07-01", "2020-08-01"]
    frame = made(
        table, 20_000, settings=_hinted("t", amount=ColumnHint(quantiles=quantiles), day=ColumnHint(quantiles=days))
    )
    assert (frame["amount"] < 20).mean() == pytest.approx(0.5, abs=0.02)
    assert (frame["amount"] > 30).mean() == pytest.approx(0.25, abs=0.02)
    assert (frame["day"].cast(pl.String) >= "2020-07-01").mean() == pytest.approx(0.5, abs=0.02)


def test_what_is_no_distribution_is_said() -> None:
    with pytest.raises(UsageError, match='no distribution "flat"'):
        named("flat", 0, 1, None, None, None)
