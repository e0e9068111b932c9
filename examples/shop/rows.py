"""The rows of the shop: enough of them to prove the planted faults, the same on every run."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_FIRST = ("Ada", "Grace", "Alan", "Edgar", "Barbara", "Jim", "Radia", "Ken", "Margaret", "Donald", "Frances", "Leslie")
_LAST = ("Lovelace", "Hopper", "Turing", "Codd", "Liskov", "Gray", "Perlman", "Thompson", "Hamilton", "Knuth", "Allen")
_TAGS = ("red", "cotton", "summer", "sale", "wool", "blue", "organic", "kids", "outdoor", "new")
_CITIES = (("Berlin", "DE"), ("Lisbon", "PT"), ("Oslo", "NO"), ("Lyon", "FR"), ("Leeds", "GB"))
_START = datetime(2025, 1, 6, 9, 0)  # noqa: DTZ001 - written as text without a zone, as the shop keeps it


def rows(variant: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and row, parents first. variant: "faulty" or "corrected"."""
    chance = random.Random(1970)
    faulty = variant == "faulty"
    yield from _users(chance, faulty)
    yield from _catalogue(chance, faulty)
    yield from _orders(chance, faulty)
    yield from _rest(chance, faulty)


def _moment(days: float) -> str:
    return (_START + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")


def _day(days: int) -> str:
    return (_START + timedelta(days=days)).strftime("%Y-%m-%d")


def _users(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 1501):
        first, last = _FIRST[number % len(_FIRST)], _LAST[number * 7 % len(_LAST)]
        user: dict[str, Any] = {"id": number, "email": f"{first}.{last}{number}@example.com".lower()}
        phones = [f"+49 30 {chance.randrange(1000000, 9999999)}" for _ in range(chance.randrange(3))]
        born = _day(-chance.randrange(7000, 25000))
        if faulty:
            user["password"] = f"{last.lower()}{chance.randrange(100, 9999)}"
        else:
            user["password_hash"] = (
                f"$argon2id$v=19$m=65536,t=3,p=4${chance.randbytes(12).hex()}${chance.randbytes(24).hex()}"
            )
        user |= {"first_name": first, "last_name": last}
        if faulty:
            user["full_name"] = f"{first} {last}"
            user |= {f"phone{place}": phones[place - 1] if len(phones) >= place else None for place in (1, 2, 3)}
        user |= {"birth_date": born, "is_active": chance.random() < 0.6, "created_at": _moment(number / 10)}
        yield "users", user
        if not faulty:
            for phone in phones:
                yield "user_phones", {"user_id": number, "phone": phone}
    for number in range(1, 1200):
        city, country = _CITIES[number % len(_CITIES)]
        yield (
            "addresses",
            {
                "id": number,
                "user_id": number,
                "street": f"{chance.randrange(1, 99)} {_LAST[number % len(_LAST)]} Street",
                "city": city,
                "postal_code": f"{chance.randrange(1000, 99999):05}",
                "country_code": country,
                "is_default": number % 3 > 0,
            },
        )


def _catalogue(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 31):
        parent = None if number <= 5 else number % 5 + 1
        yield "categories", {"id": number, "parent_id": parent, "name": f"Category {number}"}
    for number in range(1, 401):
        product: dict[str, Any] = {
            "id": number,
            "sku": f"SKU-{number:05}",
            "name": f"Product {number}",
            "description": f"A fine thing, number {number}.",
            "category_id": number % 30 + 1,
            "price": str(Decimal(chance.randrange(199, 29999)) / 100),
            "stock": chance.randrange(0, 500),
        }
        if faulty:
            product["price"] = float(product["price"])
            product["tags"] = ",".join(chance.sample(_TAGS, chance.randrange(2, 4)))
        yield "products", product | {"created_at": _moment(number / 5)}
    for number, label in enumerate(_TAGS, 1):
        yield "tags", {"id": number, "label": label}
    for number in range(1, 401):
        for tag in chance.sample(range(1, len(_TAGS) + 1), 2):
            yield "product_tags", {"product_id": number, "tag_id": tag}
    if faulty:
        yield "product_tags", {"product_id": 7, "tag_id": 3}
        yield "product_tags", {"product_id": 7, "tag_id": 3}
    for number in range(1, 61):
        backwards = faulty and number == 13
        start, end = number, number + (-4 if backwards else 30)
        yield (
            "coupons",
            {
                "id": number,
                "code": f"SAVE{number:03}",
                "percent_off": number % 50 + 1,
                "starts_at": _moment(start),
                "expires_at": _moment(end),
            },
        )


def _orders(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    statuses = (
        ("pending", "paid", "shipped", "Shipped", "cancelled")
        if faulty
        else ("pending", "paid", "shipped", "cancelled")
    )
    orders = []
    for number in range(1, 2001):
        subtotal = Decimal(chance.randrange(500, 90000)) / 100
        tax = (subtotal * 19 / 100).quantize(Decimal("0.01"))
        shipping = Decimal(chance.choice((0, 490, 990))) / 100
        discount = Decimal(chance.choice((0, 0, 500, 1000))) / 100
        order: dict[str, Any] = {
            "id": number,
            "order_number": f"2025-{number:06}",
            "user_id": 900000 + number if faulty and number in (11, 12, 13) else number % 1500 + 1,
            "coupon_id": number % 60 + 1 if number % 4 == 0 else None,
            "status": statuses[number % len(statuses)],
            "subtotal": str(subtotal),
            "tax": str(tax),
            "shipping_fee": str(shipping),
            "discount": str(discount),
        }
        if faulty:
            order["total"] = str(subtotal + tax + shipping - discount)
        order["item_count"] = str(number % 4 + 1) if faulty else number % 4 + 1
        order["orderNotes" if faulty else "order_notes"] = "Please ring twice." if number % 9 == 0 else None
        orders.append(order | {"placed_at": _moment(number / 12)})
    for order in orders:
        yield "orders", order
    for number in range(1, 4001):
        item = 2_000_000_000 + number if faulty and number > 3990 else number
        yield (
            "order_items",
            {
                "id": item,
                "order_id": number % 2000 + 1,
                "product_id": number * 3 % 400 + 1,
                "quantity": number % 5 + 1,
                "unit_price": str(Decimal(chance.randrange(199, 29999)) / 100),
            },
        )


def _rest(chance: random.Random, faulty: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, 1501):
        payment: dict[str, Any] = {
            "id": number,
            "order_id": number,
            "amount": str(Decimal(chance.randrange(500, 90000)) / 100),
            "paid_at": _moment(number / 10),
        }
        if faulty:
            payment["card_number"] = f"4{chance.randrange(10**14, 10**15)}"
        else:
            payment["provider_reference"] = f"pay_{chance.randbytes(10).hex()}"
        yield "payments", payment
    for number in range(1, 301):
        comment: dict[str, Any] = {"id": number, "user_id": number % 1500 + 1}
        if faulty:
            about = ("Product", "Order")[number % 2]
            comment |= {"commentable_type": about, "commentable_id": number % 400 + 1}
        else:
            comment["product_id"] = number % 400 + 1
        comment |= {"body": f"What I think of it, part {number}.", "created_at": _moment(number / 3)}
        yield "comments" if faulty else "product_comments", comment
    for number in range(120):
        rate = str(Decimal(chance.randrange(800000, 1300000)) / 1000000)
        yield (
            "exchange_rates",
            {"currency_code": ("USD", "GBP", "NOK")[number % 3], "valid_on": _day(number // 3), "rate": rate},
        )
    for number in range(1, 801):
        shipment: dict[str, Any] = {"id": number, "order_id": number, "group" if faulty else "batch": f"B{number % 40}"}
        yield "shipments", shipment | {"shipped_at": _moment(number / 9) if number % 5 else None}
