"""Which texts are secrets by their form, and which only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.secret_shapes import SECRET_SHAPES, secret_shape
from dbwright.catalog.shapes import shapes_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("4111111111111111", "card"),
        ("4222222222222", "card"),
        ("5555-5555-5555-4444", "card"),
        ("2221 0000 0000 0009", "card"),
        ("3782 822463 10005", "card"),
        ("6011111111111117", "card"),
        ("3530111333300000", "card"),
        ("30569309025904", "card"),
        ("DE89370400440532013000", "iban"),
        ("GB33 BUKB 2020 1555 5555 55", "iban"),
        ("MT84MALT011000012345MTLCAST001S", "iban"),
        ("078-05-1120", "identity"),
        ("QQ123456C", None),
        ("AB 12 34 56 C", "identity"),
        ("529.982.247-25", "identity"),
        ("RSSMRA85T10A562S", "identity"),
        ("12345678Z", "identity"),
        ("1 84 12 76 451 089 46", "identity"),
        ("AKIAIOSFODNN7EXAMPLE", "key"),
        ("ghp_" + "a1" * 18, "key"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig-nature_", "key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n", "key"),
    ],
)
def test_a_secret_is_known_by_its_form(text: str, shape: str | None) -> None:
    assert secret_shape(text) == shape


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",  # a wrong check digit
        "0000000000000000",
        "4111 1111-1111 1111",
        "490154203237518",  # the number of a telephone, which has such a check digit, too
        "1234567812345670",  # a right check digit, and no issuer
        "DE88370400440532013000",
        "DE89",
        "000-12-3456",
        "666-12-3456",
        "555-867-5309",
        "529.982.247-26",
        "111.111.111-11",
        "12345678A",
        "1 84 12 76 451 089 47",
        "AKIA",
        "eyJ",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "-----BEGIN PUBLIC KEY-----",
        "2024-01-02T03:04:05Z",
        "6f1ed002-ab5c-4b1f-8d5b-0a1b2c3d4e5f",
    ],
)
def test_what_only_looks_like_it_is_none(text: str) -> None:
    assert secret_shape(text) is None


@given(st.text(max_size=60))
def test_every_text_has_one_form_or_none(text: str) -> None:
    shape = secret_shape(text)
    assert shape is None or shape in SECRET_SHAPES


@given(st.from_regex(r"4[0-9]{15}", fullmatch=True))
def test_a_changed_digit_is_no_card(digits: str) -> None:
    """Luhn's check sees every single wrong digit."""
    if secret_shape(digits) == "card":
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        assert secret_shape(wrong) is None
        assert "card" in shapes_of(f" {digits} ")
