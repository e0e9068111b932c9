"""Coupons and refunds of the e-commerce design keep to their limits, also when many use them at the same moment."""

from collections.abc import Iterator

import pytest

from tests.support.designs import together
from tests.support.shop import EACH_ENGINE, Shop, change, opened_shop

BUYERS = 10


@pytest.fixture(scope="module", params=EACH_ENGINE)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with opened_shop(request.param) as opened:
        yield opened


def test_a_coupon_is_used_as_often_as_allowed(shop: Shop) -> None:
    variant = shop.variant()
    shop.run("INSERT INTO coupons (code, kind, percent_off, most_redemptions) VALUES ('FOUR', 'percent', 10, 4)")
    coupon = shop.value("SELECT id FROM coupons WHERE code = 'FOUR'")
    orders = [shop.order({variant: 1}) for _ in range(BUYERS)]
    jobs = [change(f"INSERT INTO coupon_redemptions (coupon_id, order_id) VALUES ({coupon}, {o})") for o in orders]
    refused = together(shop.scratch, jobs)
    assert len(refused) == BUYERS - 4, refused
    assert shop.value(f"SELECT count(*) FROM coupon_redemptions WHERE coupon_id = {coupon}") == 4
    assert shop.value(f"SELECT redemption_count FROM coupons WHERE id = {coupon}") == 4


def test_a_customer_uses_a_coupon_once(shop: Shop) -> None:
    """One person with many orders at once, half of them placed as a guest under the same address."""
    variant, user = shop.variant(), shop.user()
    shop.run("INSERT INTO coupons (code, kind, percent_off) VALUES ('ONCE', 'percent', 10)")
    coupon = shop.value("SELECT id FROM coupons WHERE code = 'ONCE'")
    orders = [shop.order({variant: 1}, user=user if n % 2 else None, email="same@example.com") for n in range(BUYERS)]
    jobs = [change(f"INSERT INTO coupon_redemptions (coupon_id, order_id) VALUES ({coupon}, {o})") for o in orders]
    refused = together(shop.scratch, jobs)
    assert len(refused) == BUYERS - 1, refused
    assert all("as often as allowed" in message for message in refused)
    assert shop.value(f"SELECT redemption_count FROM coupons WHERE id = {coupon}") == 1


@pytest.mark.parametrize(
    "changed",
    [
        "is_active = {no}",
        "starts_at = '2999-01-01 00:00:00'",
        "starts_at = '2001-01-01 00:00:00', expires_at = '2001-01-02 00:00:00'",
    ],
    ids=["inactive", "not begun", "over"],
)
def test_a_coupon_that_does_not_hold_is_refused(shop: Shop, changed: str) -> None:
    order, n = shop.order({shop.variant(): 1}), shop.number()
    shop.run(f"INSERT INTO coupons (code, kind) VALUES ('HOLD{n}', 'free_shipping')")
    shop.run(
        f"UPDATE coupons SET {changed.format(no='0' if shop.engine == 'sqlite' else 'false')} WHERE code = 'HOLD{n}'"
    )
    coupon = shop.value(f"SELECT id FROM coupons WHERE code = 'HOLD{n}'")
    redeem = f"INSERT INTO coupon_redemptions (coupon_id, order_id) VALUES ({coupon}, {order})"
    assert "does not hold now" in shop.refused(redeem)


def test_no_more_is_refunded_than_was_paid(shop: Shop) -> None:
    order = shop.order({shop.variant(): 1})
    shop.run(
        "INSERT INTO payments (order_id, provider, provider_reference, method, status, amount_minor) "
        f"VALUES ({order}, 'bank', 'p{order}', 'card', 'captured', 1000)"
    )
    payment = shop.value(f"SELECT id FROM payments WHERE order_id = {order}")
    refund = "INSERT INTO refunds (payment_id, provider_reference, amount_minor, reason) VALUES ({}, 'r{}', 300, 'too small')"
    refused = together(shop.scratch, [change(refund.format(payment, n)) for n in range(BUYERS)])
    assert len(refused) == BUYERS - 3, refused
    assert shop.value(f"SELECT refunded_minor FROM payments WHERE id = {payment}") == 900
    first = shop.value(f"SELECT min(id) FROM refunds WHERE payment_id = {payment}")
    shop.run(f"UPDATE refunds SET status = 'failed' WHERE id = {first}")
    assert shop.value(f"SELECT refunded_minor FROM payments WHERE id = {payment}") == 600
    shop.run(f"DELETE FROM refunds WHERE id = {first + 0}")
    assert shop.value(f"SELECT refunded_minor FROM payments WHERE id = {payment}") == 600
    assert "cannot be changed" in shop.refused(f"UPDATE refunds SET amount_minor = 1 WHERE payment_id = {payment}")


def test_a_message_of_the_provider_is_stored_once(shop: Shop) -> None:
    order = shop.order({shop.variant(): 1})
    payment = (
        "INSERT INTO payments (order_id, provider, provider_reference, method, amount_minor) "
        f"VALUES ({order}, 'bank', 'twice{order}', 'card', 1000)"
    )
    assert len(together(shop.scratch, [change(payment) for _ in range(4)])) == 3
    uncaptured = shop.value(f"SELECT id FROM payments WHERE order_id = {order}")
    refund = (
        "INSERT INTO refunds (payment_id, provider_reference, amount_minor, reason) VALUES ({}, 'x', 1, 'never paid')"
    )
    assert "refunded" in shop.refused(refund.format(uncaptured))
