"""No shop on the e-commerce design sells more than it has, however many buy at the same moment."""

from collections.abc import Callable, Iterator

import pytest

from dbwright.engines.base import Session
from tests.support.designs import filled_in, run_query, statements, together
from tests.support.shop import EACH_ENGINE, Shop, change, opened_shop, refusal

BUYERS = 10


@pytest.fixture(scope="module", params=EACH_ENGINE)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with opened_shop(request.param) as opened:
        yield opened


def test_no_more_is_sold_than_is_there(shop: Shop) -> None:
    """Ten buyers want two things each, of which there are seven and five; some ask in another order than others."""
    scarce, rare = shop.variant(pieces=7), shop.variant(pieces=5)
    orders = [shop.order({scarce: 1, rare: 1}) for _ in range(BUYERS)]
    warehouse = shop.value("SELECT id FROM warehouses WHERE name = 'North'")

    def reserve(order: int, wanted: tuple[int, int]) -> Callable[[Session], object]:
        rows = ", ".join(f"({variant}, {warehouse}, 'reservation', 1, {order})" for variant in wanted)
        return change(f"INSERT INTO stock_movements (variant_id, warehouse_id, kind, quantity, order_id) VALUES {rows}")

    jobs = [reserve(order, (scarce, rare) if order % 2 else (rare, scarce)) for order in orders]
    refused = together(shop.scratch, jobs)
    assert len(refused) == BUYERS - 5, refused
    assert all("oversold" in message for message in refused)
    assert shop.level(scarce) == (7, 5)
    assert shop.level(rare) == (5, 5)


def test_check_out_sells_the_last_piece_once(shop: Shop) -> None:
    """The whole of check_out.sql, by ten guests at once; who comes too late keeps the cart and has no order."""
    variant = shop.variant(pieces=3)
    user = shop.user()
    shop.run(
        f"INSERT INTO addresses (user_id, recipient, street, city, country_code) VALUES ({user}, 'Ada', 'Street 1', 'Bonn', 'DE')"
    )
    address = shop.value(f"SELECT id FROM addresses WHERE user_id = {user}")
    method = shop.value("SELECT min(id) FROM shipping_methods")
    carts = [shop.cart({variant: 1}) for _ in range(BUYERS)]

    def check_out(cart: int) -> Callable[[Session], object]:
        def job(session: Session) -> object:
            text = filled_in(
                shop.project.rendered.queries["check_out.sql"],
                {
                    "cart_id": cart,
                    "order_number": f"C-{cart}",
                    "contact_email": f"Buyer{cart}@Example.com",
                    "prices_include_tax": True,
                    "shipping_method_id": method,
                    "shipping_minor": 490,
                    "shipping_address_id": address,
                    "coupon_id": None,
                },
            )
            for statement in statements(shop.engine, text):
                if statement.text.startswith("SELECT"):
                    session.query(statement.text)
                else:
                    session.change(statement.text)
            return None

        return job

    standard = shop.value("SELECT id FROM tax_classes WHERE name = 'standard'")
    shop.run(
        "INSERT INTO tax_rates (tax_class_id, country_code, valid_from, name, rate_per_million) "
        f"VALUES ({standard}, 'DE', '2024-01-01', 'VAT', 190000), ({standard}, 'DE', '2999-01-01', 'VAT', 200000)"
    )
    refused = together(shop.scratch, [check_out(cart) for cart in carts])
    assert len(refused) == BUYERS - 3, refused
    assert shop.level(variant) == (3, 3)
    taxes = shop.session.query(
        f"SELECT name, rate_per_million, amount_minor FROM order_item_taxes WHERE variant_id = {variant}"
    )
    assert taxes == [("VAT", 190000, 160)] * 3
    assert shop.value(f"SELECT count(*) FROM order_items WHERE variant_id = {variant}") == 3
    assert shop.value(f"SELECT count(*) FROM cart_items WHERE variant_id = {variant}") == BUYERS - 3
    total = "SELECT min(t.total_minor) FROM order_totals t JOIN order_items i ON i.order_id = t.order_id"
    assert shop.value(f"{total} WHERE i.variant_id = {variant}") == 1490


def test_an_order_releases_and_sends_only_what_it_reserved(shop: Shop) -> None:
    variant = shop.variant(pieces=5)
    mine, other = shop.order({variant: 2}), shop.order({variant: 2})
    shop.move(variant, "reservation", 2, mine)
    shop.move(variant, "reservation", 2, other)
    shop.move(variant, "release", 2, mine)
    assert "reserved" in refusal(lambda: shop.move(variant, "release", 1, mine))
    shop.move(variant, "shipment", 1, other)
    assert "reserved" in refusal(lambda: shop.move(variant, "shipment", 2, other))
    assert shop.level(variant) == (4, 1)


def test_a_double_release_at_once_happens_once(shop: Shop) -> None:
    """A cancelled order is cancelled by two people; the reservations of others stay."""
    variant = shop.variant(pieces=4)
    mine, other = shop.order({variant: 2}), shop.order({variant: 2})
    shop.move(variant, "reservation", 2, mine)
    shop.move(variant, "reservation", 2, other)
    warehouse = shop.value("SELECT id FROM warehouses WHERE name = 'North'")
    release = (
        "INSERT INTO stock_movements (variant_id, warehouse_id, kind, quantity, order_id) "
        f"VALUES ({variant}, {warehouse}, 'release', 2, {mine})"
    )
    assert len(together(shop.scratch, [change(release) for _ in range(4)])) == 3
    assert shop.level(variant) == (4, 2)


def test_the_ledger_adds_up_and_cannot_be_changed(shop: Shop) -> None:
    variant = shop.variant(pieces=9)
    shop.move(variant, "lost", 2)
    shop.move(variant, "found", 1, warehouse="South")
    assert "oversold" in refusal(lambda: shop.move(variant, "lost", 8))
    assert shop.level(variant) == (8, 0)
    assert shop.value(f"SELECT sum(on_hand_change) FROM stock_movements WHERE variant_id = {variant}") == 8
    assert "only added" in shop.refused(f"UPDATE stock_movements SET quantity = 1 WHERE variant_id = {variant}")
    assert "only added" in shop.refused(f"DELETE FROM stock_movements WHERE variant_id = {variant}")


def test_cancelling_gives_back_what_was_held(shop: Shop) -> None:
    variant = shop.variant(pieces=3)
    order = shop.order({variant: 2})
    shop.move(variant, "reservation", 2, order)
    shop.run("INSERT INTO coupons (code, kind, percent_off, most_redemptions) VALUES ('BACK', 'percent', 10, 1)")
    coupon = shop.value("SELECT id FROM coupons WHERE code = 'BACK'")
    shop.run(f"INSERT INTO coupon_redemptions (coupon_id, order_id) VALUES ({coupon}, {order})")
    run_query(shop.session, shop.project, "cancel_order", order_id=order)
    assert shop.level(variant) == (3, 0)
    assert shop.value("SELECT redemption_count FROM coupons WHERE code = 'BACK'") == 0


def test_an_order_is_sent_from_where_it_was_reserved(shop: Shop) -> None:
    variant = shop.variant(pieces=3)
    order = shop.order({variant: 2})
    shop.move(variant, "reservation", 2, order)
    for status in ("paid", "packed"):
        shop.run(f"UPDATE orders SET status = '{status}' WHERE id = {order}")
    warehouse = shop.value("SELECT id FROM warehouses WHERE name = 'North'")
    run_query(shop.session, shop.project, "ship_order", order_id=order, warehouse_id=warehouse, tracking_number="T1")
    assert shop.level(variant) == (1, 0)
    assert shop.value(f"SELECT sum(quantity) FROM shipment_items WHERE order_id = {order}") == 2
