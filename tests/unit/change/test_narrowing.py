"""Whether every value of one type fits another, and whether an application that knows the one can read the other."""

import pytest

from dbwright.catalog.types import Type
from dbwright.change.narrowing import alike, loses

INTEGER, BIGINT, SMALLINT = (
    Type("integer", name, bits=bits) for name, bits in (("int", 32), ("big", 64), ("small", 16))
)
TEXT = Type("text", "text")
MOMENT = Type("timestamp", "timestamp")
INSTANT = Type("timestamp", "timestamptz", with_zone=True)


def varchar(length: int | None = None) -> Type:
    return Type("varchar", f"varchar({length})", length=length)


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", f"numeric({precision},{scale})", precision=precision, scale=scale)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (INTEGER, BIGINT),
        (INTEGER, INTEGER),
        (varchar(10), varchar(11)),
        (varchar(10), TEXT),
        (TEXT, varchar()),
        (Type("uuid", "uuid"), TEXT),
        (decimal(10, 2), decimal(12, 2)),
        (decimal(10, 2), Type("decimal", "numeric")),
        (INTEGER, decimal(10, 0)),
        (SMALLINT, Type("float", "real", bits=32)),
        (Type("date", "date"), MOMENT),
        (Type("enum", "e", values=("a", "b")), Type("enum", "e", values=("c", "b", "a"))),
    ],
)
def test_nothing_is_lost(old: Type, new: Type) -> None:
    assert loses(old, new) is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (BIGINT, INTEGER, "32 bits"),
        (Type("integer", "int unsigned", bits=32, unsigned=True), INTEGER, "upper half"),
        (INTEGER, Type("integer", "bigint unsigned", bits=64, unsigned=True), "negative"),
        (varchar(11), varchar(10), "longer than 10"),
        (TEXT, varchar(10), "longer than 10"),
        (decimal(10, 2), decimal(10, 3), "7 digits before"),
        (decimal(10, 2), decimal(9, 1), "rounded"),
        (Type("decimal", "numeric"), decimal(9, 1), "9 digits"),
        (BIGINT, decimal(10, 0), "10 digits before"),
        (BIGINT, Type("float", "double", bits=64), "last digits"),
        (MOMENT, INSTANT, "time zone"),
        (MOMENT, Type("timestamp", "timestamp(0)", precision=0), "fractions"),
        (Type("enum", "e", values=("a", "b")), Type("enum", "e", values=("a",)), "values b"),
        (TEXT, INTEGER, "may not all be int values"),
    ],
)
def test_what_may_be_lost_is_said(old: Type, new: Type, why: str) -> None:
    assert why in (loses(old, new) or "")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (INTEGER, BIGINT, True),
        (BIGINT, INTEGER, True),
        (varchar(10), TEXT, True),
        (MOMENT, INSTANT, False),
        (INTEGER, TEXT, False),
        (Type("array", "int[]", element=INTEGER), Type("array", "bigint[]", element=BIGINT), True),
        (Type("array", "int[]", element=INTEGER), Type("array", "text[]", element=TEXT), False),
        (Type("enum", "a", user_type=("public", "a")), Type("enum", "b", user_type=("public", "b")), False),
        (Type("other", "hstore"), Type("other", "ltree"), False),
    ],
)
def test_what_an_application_can_go_on_reading(old: Type, new: Type, expected: bool) -> None:
    assert alike(old, new) is expected
