"""Designs filled by their own settings: every row is taken, and the review finds no fault in them, normal forms included."""

from pathlib import Path

import pytest

from dbwright.app.review import Request, review
from dbwright.engines.base import Scratch, Session
from dbwright.engines.url import format_url
from tests.support.command import run
from tests.support.designs import build

pytest.importorskip("polars")


@pytest.mark.parametrize("design", ["ecommerce"])
def test_a_seeded_design_has_no_fault(scratch: Scratch, design: str, tmp_path: Path) -> None:
    settings = tmp_path / "seed.toml"
    with scratch.open() as session:
        settings.write_text(build(session, design).rendered.settings, encoding="utf-8")
    url = format_url(scratch.url)
    ran = run("seed", url, settings, "--scale", "0.1", "--yes", "--format", "json")
    assert ran.status == 0, ran.err
    assert [f"{each.code} {each.message}" for each in review(Request(source=url)).report.findings] == []


def test_the_stock_of_a_seeded_shop_is_the_sum_of_its_ledger(scratch: Scratch, tmp_path: Path) -> None:
    settings = tmp_path / "seed.toml"
    with scratch.open() as session:
        settings.write_text(build(session, "ecommerce").rendered.settings, encoding="utf-8")
        ran = run("seed", format_url(scratch.url), settings, "--scale", "0.05", "--yes")
        assert ran.status == 0, ran.err
        assert _numbers(session, "SELECT variant_id, warehouse_id, on_hand FROM stock_levels") == _numbers(
            session,
            "SELECT variant_id, warehouse_id, sum(on_hand_change) FROM stock_movements GROUP BY variant_id, warehouse_id",
        )
        assert _numbers(session, "SELECT id, redemption_count FROM coupons WHERE redemption_count > 0") == _numbers(
            session, "SELECT coupon_id, count(*) FROM coupon_redemptions GROUP BY coupon_id"
        )


def _numbers(session: Session, query: str) -> list[list[int]]:
    """The rows of a query in order; an empty result would prove nothing."""
    rows = sorted([int(str(value)) for value in row] for row in session.query(query))
    assert rows
    return rows
