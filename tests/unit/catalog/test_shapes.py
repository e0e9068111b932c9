"""What texts look like, and what they only seem to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.shapes import SHAPES, shapes_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("0", "integer"),
        ("42", "integer"),
        ("-17", "integer"),
        (" 7 ", "integer"),
        ("3.14", "decimal"),
        ("-0.5", "decimal"),
        ("true", "boolean"),
        ("No", "boolean"),
        ("2024-02-29", "date"),
        ("31.12.2023", "date"),
        ("12/31/2023", "date"),
        ("2024-01-02 03:04:05", "timestamp"),
        ("2024-01-02T03:04:05.123456Z", "timestamp"),
        ("2024-01-02T03:04:05+02:00", "timestamp"),
        ("2024-01-02 03:04", "timestamp"),
        ("6f1ed002-ab5c-4b1f-8d5b-0a1b2c3d4e5f", "uuid"),
        ('{"a": [1, 2]}', "json"),
        ("[]", "json"),
        ("192.168.0.1", "ip"),
        ("10.0.0.0/8", "ip"),
        ("fe80::1", "ip"),
        ("red,green", "list"),
        ("red, green", "list"),
        ("1;2;3", "list"),
        ("1|2", "list"),
        ("Drama, Comedy, Horror", "list"),
        ("jan@example.org", "email"),
        ("stanisław.wójcik@wp.pl", "email"),
        ("$2b$12$" + "a" * 53, "hash"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "hash"),
        ("pbkdf2_sha256$600000$salt$hash=", "hash"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "hash"),
        ("a" * 64, "hash"),
    ],
)
def test_a_text_has_its_shape_alone(text: str, shape: str) -> None:
    assert shapes_of(text) == {shape}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "02139",  # a postcode
        "+491701234567",  # a telephone number
        "0170 1234567",
        "SKU-1001",
        "1e5",
        "1,234",  # a number with a separator
        "12,50",  # a decimal comma
        "-0",
        "NaN",
        "12345678901234567890",  # more than any integer holds
        "2023-02-30",  # no such day
        "2024-13-01",
        "1.2.3",  # a version
        "1.2.3.4.5",
        "256.1.1.1",
        '"quoted"',  # JSON, but no object
        "{not json}",
        "Hello, world",
        "Paris, France",
        "Smith, John",
        "12 Main Street, Springfield",
        "We met, we talked, and then we left.",
        "First, we mix the flour; then we bake it",
        "52.5200,13.4050",  # coordinates
        "a,b\nc,d",
        ",",
        "not@an address",
        "@home",
        "a@b",
        "deadbeef",
        "5F4dcc3b5aa765d61d8327deb882cf99",  # letters in both cases
        "١٢٣",  # digits, but not those that a database reads
    ],
)
def test_a_text_without_a_shape(text: str) -> None:
    assert shapes_of(text) == frozenset()


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert shapes_of(text) <= set(SHAPES)


@given(st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1))
def test_every_integer_is_one(number: int) -> None:
    assert "integer" in shapes_of(str(number))


@given(st.datetimes())
def test_every_timestamp_is_one(moment: object) -> None:
    assert "timestamp" in shapes_of(str(moment))


@given(st.uuids())
def test_every_uuid_is_one(identifier: object) -> None:
    assert "uuid" in shapes_of(str(identifier))


@given(st.ip_addresses())
def test_every_address_is_one(address: object) -> None:
    assert "ip" in shapes_of(str(address))
