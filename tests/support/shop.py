"""The e-commerce design with a few goods, as its tests need it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dbwright.app.new import Made
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import ExecutionFault
from tests.support.designs import build
from tests.support.scratches import ENGINES, scratch_of

EACH_ENGINE = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES]


class Shop:
    """A shop with a few goods; each test works on goods of its own."""

    def __init__(self, scratch: Scratch, session: Session) -> None:
        self.scratch, self.session = scratch, session
        self.engine = engine_of(scratch.url).name
        self.project: Made = build(session, "ecommerce")
        self._count = 0
        self.run("INSERT INTO categories (name, slug) VALUES ('Clothes', 'clothes')")
        self.run("INSERT INTO shipping_methods (name, carrier) VALUES ('Parcel', 'Post')")
        self.run("INSERT INTO warehouses (name, country_code) VALUES ('North', 'DE'), ('South', 'IT')")

    @property
    def yes(self) -> str:
        return "1" if self.engine == "sqlite" else "true"

    def run(self, text: str) -> None:
        self.session.execute([Statement(text=text)])

    def value(self, query: str) -> int:
        return int(str(self.session.query(query)[0][0]))

    def refused(self, text: str) -> str:
        with pytest.raises(ExecutionFault) as caught:
            self.run(text)
        return str(caught.value.message)

    def number(self) -> int:
        self._count += 1
        return self._count

    def user(self) -> int:
        n = self.number()
        self.run(
            "INSERT INTO users (email, password_hash, first_name, last_name) "
            f"VALUES ('user{n}@example.com', 'x', 'Ada', 'Byron')"
        )
        return self.value(f"SELECT id FROM users WHERE email = 'user{n}@example.com'")

    def variant(self, pieces: int = 0, price: int = 1000) -> int:
        n = self.number()
        self.run(
            "INSERT INTO products (category_id, tax_class_id, name, slug, description, status) "
            f"SELECT c.id, t.id, 'Shirt {n}', 'shirt-{n}', 'A linen shirt', 'active' "
            "FROM categories c CROSS JOIN tax_classes t WHERE c.slug = 'clothes' AND t.name = 'standard'"
        )
        self.run(
            f"INSERT INTO variants (product_id, sku, weight_grams) SELECT id, 'SKU-{n}', 300 FROM products WHERE slug = 'shirt-{n}'"
        )
        variant = self.value(f"SELECT id FROM variants WHERE sku = 'SKU-{n}'")
        self.run(
            f"INSERT INTO variant_prices (variant_id, currency_code, price_minor) VALUES ({variant}, 'EUR', {price})"
        )
        if pieces:
            self.move(variant, "receipt", pieces)
        return variant

    def move(self, variant: int, kind: str, quantity: int, order: int | None = None, warehouse: str = "North") -> None:
        self.run(
            "INSERT INTO stock_movements (variant_id, warehouse_id, kind, quantity, order_id) "
            f"SELECT {variant}, id, '{kind}', {quantity}, {order or 'NULL'} FROM warehouses WHERE name = '{warehouse}'"
        )

    def order(self, variants: dict[int, int], user: int | None = None, email: str = "") -> int:
        n = self.number()
        self.run(
            "INSERT INTO orders (order_number, user_id, contact_email, currency_code, prices_include_tax, shipping_method_id,"
            " shipping_minor) "
            f"SELECT 'O-{n}', {user or 'NULL'}, '{email or f'guest{n}@example.com'}', 'EUR', {self.yes}, min(id), 500 FROM shipping_methods"
        )
        order = self.value(f"SELECT id FROM orders WHERE order_number = 'O-{n}'")
        for variant, quantity in variants.items():
            self.run(
                "INSERT INTO order_items (order_id, variant_id, product_name, unit_price_minor, quantity) "
                f"VALUES ({order}, {variant}, 'Shirt', 1000, {quantity})"
            )
        return order

    def cart(self, variants: dict[int, int]) -> int:
        n = self.number()
        self.run(f"INSERT INTO carts (guest_token_hash, currency_code) VALUES ('{n:064x}', 'EUR')")
        cart = self.value(f"SELECT id FROM carts WHERE guest_token_hash = '{n:064x}'")
        for variant, quantity in variants.items():
            self.run(f"INSERT INTO cart_items (cart_id, variant_id, quantity) VALUES ({cart}, {variant}, {quantity})")
        return cart

    def level(self, variant: int) -> tuple[int, int]:
        rows = self.session.query(f"SELECT sum(on_hand), sum(reserved) FROM stock_levels WHERE variant_id = {variant}")
        return int(str(rows[0][0])), int(str(rows[0][1]))


@contextmanager
def opened_shop(engine: str) -> Iterator[Shop]:
    """A shop on a scratch database."""
    with scratch_of(engine) as scratch, scratch.open() as session:
        yield Shop(scratch, session)


def change(text: str) -> Callable[[Session], object]:
    """A statement as a job for `together`."""
    return lambda session: session.change(text)


def refusal(action: Callable[[], None]) -> str:
    """Why the database refused what an action wrote."""
    with pytest.raises(ExecutionFault) as caught:
        action()
    return str(caught.value.message)
