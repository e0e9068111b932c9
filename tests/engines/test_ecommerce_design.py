"""What the e-commerce design promises of orders, keys, its catalogue, its search, its sums by day, and its roles."""

import re
from collections.abc import Iterator

import pytest

from tests.support.designs import run_query
from tests.support.shop import EACH_ENGINE, Shop, opened_shop


@pytest.fixture(scope="module", params=EACH_ENGINE)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with opened_shop(request.param) as opened:
        yield opened


# ------------------------------------------------------------ orders


def test_an_order_moves_along_its_states_and_keeps_their_history(shop: Shop) -> None:
    order = shop.order({shop.variant(): 1})
    for status in ("paid", "packed", "shipped", "delivered"):
        shop.run(f"UPDATE orders SET status = '{status}' WHERE id = {order}")
    shop.refused(f"UPDATE orders SET status = 'pending' WHERE id = {order}")
    history = shop.session.query(f"SELECT status FROM order_status_changes WHERE order_id = {order} ORDER BY id")
    assert [row[0] for row in history] == ["pending", "paid", "packed", "shipped", "delivered"]


@pytest.mark.parametrize("column", ["unit_price_minor", "product_name"])
def test_the_price_at_purchase_stays(shop: Shop, column: str) -> None:
    variant = shop.variant(price=1000)
    order = shop.order({variant: 2})
    shop.run(f"UPDATE variant_prices SET price_minor = 1 WHERE variant_id = {variant}")
    new = "'Other'" if column == "product_name" else "1"
    assert "cannot be changed" in shop.refused(f"UPDATE order_items SET {column} = {new} WHERE order_id = {order}")
    assert shop.value(f"SELECT total_minor FROM order_totals WHERE order_id = {order}") == 2500


def test_totals_add_what_taxes_are_not_in_the_price(shop: Shop) -> None:
    variant = shop.variant()
    order = shop.order({variant: 2})
    shop.run(f"UPDATE order_items SET discount_minor = 100 WHERE order_id = {order}")
    shop.run(
        "INSERT INTO order_item_taxes (order_id, variant_id, name, rate_per_million, amount_minor) "
        f"VALUES ({order}, {variant}, 'VAT', 190000, 361)"
    )
    assert shop.value(f"SELECT total_minor FROM order_totals WHERE order_id = {order}") == 2400
    shop.run(f"UPDATE orders SET prices_include_tax = {'0' if shop.engine == 'sqlite' else 'false'} WHERE id = {order}")
    assert shop.value(f"SELECT total_minor FROM order_totals WHERE order_id = {order}") == 2761


# ------------------------------------------------------------ what keys alone guard


def test_a_default_address_is_an_own_one(shop: Shop) -> None:
    ada, bea = shop.user(), shop.user()
    for user in (ada, bea):
        shop.run(
            f"INSERT INTO addresses (user_id, recipient, street, city, country_code) VALUES ({user}, 'X', 'Street 1', 'Bonn', 'DE')"
        )
    hers = shop.value(f"SELECT id FROM addresses WHERE user_id = {bea}")
    shop.refused(f"INSERT INTO default_addresses (user_id, purpose, address_id) VALUES ({ada}, 'billing', {hers})")
    shop.run(f"INSERT INTO default_addresses (user_id, purpose, address_id) VALUES ({bea}, 'billing', {hers})")
    shop.refused(f"INSERT INTO default_addresses (user_id, purpose, address_id) VALUES ({bea}, 'billing', {hers})")


def test_a_variant_has_one_option_of_each_attribute(shop: Shop) -> None:
    variant, n = shop.variant(), shop.number()
    shop.run(f"INSERT INTO attributes (name) VALUES ('size {n}'), ('colour {n}')")
    for name, label in (("size", "L"), ("size", "XL"), ("colour", "red")):
        shop.run(
            f"INSERT INTO attribute_options (attribute_id, label) SELECT id, '{label}' FROM attributes WHERE name = '{name} {n}'"
        )
    give = (
        f"INSERT INTO variant_options (variant_id, attribute_id, option_id) SELECT {variant}, a.id, o.id "
        f"FROM attributes a CROSS JOIN attribute_options o JOIN attributes mine ON mine.id = o.attribute_id "
        f"WHERE a.name = '{{}} {n}' AND o.label = '{{}}' AND mine.name LIKE '% {n}'"
    )
    shop.run(give.format("size", "L"))
    shop.refused(give.format("size", "XL"))
    shop.refused(give.format("size", "red"))
    shop.run(give.format("colour", "red"))


def test_only_what_was_bought_is_reviewed_and_once(shop: Shop) -> None:
    bought, other = shop.variant(), shop.variant()
    order = shop.order({bought: 1})
    review = "INSERT INTO reviews (order_id, variant_id, rating, title, body, status) VALUES ({}, {}, {}, 'Fine', 'It fits.', 'published')"
    shop.refused(review.format(order, other, 5))
    shop.refused(review.format(order, bought, 6))
    shop.run(review.format(order, bought, 4))
    shop.refused(review.format(order, bought, 5))
    product = shop.value(f"SELECT product_id FROM variants WHERE id = {bought}")
    assert shop.value(f"SELECT reviews FROM product_ratings WHERE product_id = {product}") == 1


def test_a_cart_belongs_to_a_user_or_to_a_guest(shop: Shop) -> None:
    user, n = shop.user(), shop.number()
    shop.run(f"INSERT INTO carts (user_id, currency_code) VALUES ({user}, 'EUR')")
    shop.refused(f"INSERT INTO carts (user_id, currency_code) VALUES ({user}, 'EUR')")
    shop.refused("INSERT INTO carts (currency_code) VALUES ('EUR')")
    shop.refused(
        f"INSERT INTO carts (user_id, guest_token_hash, currency_code) VALUES ({shop.user()}, '{n:064x}', 'EUR')"
    )


def test_one_address_of_mail_is_one_account(shop: Shop) -> None:
    shop.run(
        "INSERT INTO users (email, password_hash, first_name, last_name) VALUES ('twin@example.com', 'x', 'A', 'B')"
    )
    shop.refused(
        "INSERT INTO users (email, password_hash, first_name, last_name) VALUES ('Twin@Example.com', 'x', 'A', 'B')"
    )


def test_a_parcel_holds_items_of_its_own_order(shop: Shop) -> None:
    variant = shop.variant()
    mine, other = shop.order({variant: 1}), shop.order({variant: 1})
    shop.run(f"INSERT INTO shipments (order_id, parcel_number, warehouse_id) SELECT {mine}, 1, min(id) FROM warehouses")
    pack = "INSERT INTO shipment_items (order_id, parcel_number, variant_id, quantity) VALUES ({}, {}, {}, 1)"
    shop.refused(pack.format(other, 1, variant))
    shop.refused(pack.format(mine, 1, shop.variant()))
    shop.run(pack.format(mine, 1, variant))


def test_an_old_version_of_a_product_is_not_written(shop: Shop) -> None:
    product = shop.value(f"SELECT product_id FROM variants WHERE id = {shop.variant()}")
    shop.run(f"UPDATE products SET name = 'First', version = 1 WHERE id = {product}")
    assert shop.value(f"SELECT version FROM products WHERE id = {product}") == 2
    assert "somebody else" in shop.refused(f"UPDATE products SET name = 'Stale', version = 1 WHERE id = {product}")


# ------------------------------------------------------------ catalogue, search, analytics


def test_a_category_shows_what_is_below_it(shop: Shop) -> None:
    n = shop.number()
    shop.run(f"INSERT INTO categories (name, slug) VALUES ('Top', 'top-{n}')")
    for above, below in (("top", "middle"), ("middle", "leaf")):
        shop.run(
            f"INSERT INTO categories (parent_id, name, slug) SELECT id, '{below}', '{below}-{n}' FROM categories WHERE slug = '{above}-{n}'"
        )
    variant = shop.variant(price=700)
    leaf = shop.value(f"SELECT id FROM categories WHERE slug = 'leaf-{n}'")
    top = shop.value(f"SELECT id FROM categories WHERE slug = 'top-{n}'")
    shop.run(
        f"UPDATE products SET category_id = {leaf} WHERE id = (SELECT product_id FROM variants WHERE id = {variant})"
    )
    rows = run_query(shop.session, shop.project, "category_page", category_id=top, currency_code="EUR", before_id=10**9)
    assert [int(str(row[3])) for row in rows] == [700]
    shop.refused(f"UPDATE categories SET parent_id = {leaf} WHERE id = {top}")


def test_products_are_found_by_their_words(shop: Shop) -> None:
    variant = shop.variant()
    product = shop.value(f"SELECT product_id FROM variants WHERE id = {variant}")
    shop.run(
        f"UPDATE products SET name = 'Waterproof lantern', description = 'Shines for camping nights' WHERE id = {product}"
    )
    for words in ("lantern", "camping"):
        rows = run_query(shop.session, shop.project, "search_products", words=words)
        assert [row[0] for row in rows] == [product], words
    shop.run(f"UPDATE products SET name = 'Torch', description = 'Gone' WHERE id = {product}")
    assert run_query(shop.session, shop.project, "search_products", words="lantern") == []


def test_a_day_is_rolled_up_and_can_be_again(shop: Shop) -> None:
    variant = shop.variant()
    product = shop.value(f"SELECT product_id FROM variants WHERE id = {variant}")
    separator, zone = ("T", "Z") if shop.engine == "sqlite" else (" ", "+00" if shop.engine == "postgres" else "")
    for number, (day, visitor) in enumerate(
        (("2026-03-01", 1), ("2026-03-01", 1), ("2026-03-01", 2), ("2026-03-02", 1))
    ):
        moment = f"{day}{separator}{23 if number else '00'}:59:00{zone}"
        shop.run(
            "INSERT INTO product_views (product_id, visitor_number, viewed_at) "
            f"VALUES ({product}, {visitor}, '{moment}')"
        )
    order = shop.order({variant: 3})
    shop.run(f"UPDATE orders SET placed_at = '2026-03-01{separator}12:00:00{zone}' WHERE id = {order}")
    for _ in range(2):
        run_query(shop.session, shop.project, "roll_up_day", day="2026-03-01")
    views = shop.session.query(f"SELECT views, visitors FROM daily_product_views WHERE product_id = {product}")
    assert [tuple(map(int, map(str, row))) for row in views] == [(3, 2)]
    sales = shop.session.query(f"SELECT quantity, revenue_minor FROM daily_sales WHERE variant_id = {variant}")
    assert [tuple(map(int, map(str, row))) for row in sales] == [(3, 3000)]


def test_the_tax_of_a_day_is_the_last_that_began(shop: Shop) -> None:
    standard = shop.value("SELECT id FROM tax_classes WHERE name = 'standard'")
    for begins, rate in (("2007-01-01", 190000), ("2020-07-01", 160000), ("2021-01-01", 190000)):
        shop.run(
            "INSERT INTO tax_rates (tax_class_id, country_code, valid_from, name, rate_per_million) "
            f"VALUES ({standard}, 'AT', '{begins}', 'VAT', {rate})"
        )
    for day, rate in (("2020-06-30", 190000), ("2020-07-01", 160000), ("2022-01-01", 190000)):
        values = {"tax_class_id": standard, "country_code": "AT", "region": "", "day": day}
        assert run_query(shop.session, shop.project, "tax_rates_on_day", **values) == [("VAT", rate)]


# ------------------------------------------------------------ roles


def test_roles_may_do_what_they_are_for(shop: Shop) -> None:
    if shop.engine == "sqlite":
        assert "access" not in [name for _, name, _, _ in shop.project.migrations]
    elif shop.engine == "mysql":
        _what_roles_were_granted(shop)
    else:
        _what_roles_can_do(shop)


def _what_roles_were_granted(shop: Shop) -> None:
    """One session cannot give up its own rights on MySQL, so its list of grants is read."""
    granted = {
        role: "\n".join(str(row[0]) for row in shop.session.query(f"SHOW GRANTS FOR {role}"))
        for role in ("shop_app", "shop_reporting")
    }
    assert "contact_email" not in granted["shop_reporting"]
    assert "`users`" not in granted["shop_reporting"]
    assert not re.search(
        r"(INSERT|UPDATE).*`(stock_levels|order_status_changes|user_roles|coupons)`", granted["shop_app"]
    )


def _what_roles_can_do(shop: Shop) -> None:
    variant = shop.variant(pieces=2)
    try:
        shop.run("SET ROLE shop_app")
        shop.refused("UPDATE stock_levels SET on_hand = 100")
        shop.refused("UPDATE coupons SET redemption_count = 0")
        shop.refused("INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r")
        shop.move(variant, "found", 1)
        order = shop.order({variant: 1})
        shop.run(f"UPDATE orders SET status = 'cancelled' WHERE id = {order}")
        shop.run("SET ROLE shop_reporting")
        shop.refused("SELECT contact_email FROM orders")
        shop.refused("SELECT * FROM users")
        assert shop.value(f"SELECT total_minor FROM order_totals WHERE order_id = {order}") == 1500
    finally:
        shop.run("RESET ROLE")
    assert shop.level(variant) == (3, 0)
