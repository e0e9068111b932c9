"""Nouns in other forms, and abbreviations."""

import pytest

from dbwright.relationships.likeness import Nouns, abbreviates, folded


def test_accents_and_case_are_folded() -> None:
    assert folded("Länder") == folded("laender") == "lander"
    assert folded("ESPAÑA") == "espana"


@pytest.mark.parametrize(
    ("noun", "other"),
    [
        ("kunde", "kunden"),
        ("land", "länder"),
        ("ciudad", "ciudades"),
        ("prodotto", "prodotti"),
        ("bestellung", "bestellungen"),
    ],
)
def test_forms_of_one_word_meet(noun: str, other: str) -> None:
    nouns = Nouns()
    nouns.add(noun, 1)
    assert nouns.inflected(other) == [1]


@pytest.mark.parametrize(("noun", "other"), [("state", "status"), ("product", "production"), ("user", "usage")])
def test_other_words_do_not(noun: str, other: str) -> None:
    nouns = Nouns()
    nouns.add(noun, 1)
    assert nouns.inflected(other) == []


@pytest.mark.parametrize(
    ("short", "noun"),
    [("cust", "customer"), ("dept", "department"), ("emp", "employee"), ("usr", "user"), ("ctry", "country")],
)
def test_abbreviations(short: str, noun: str) -> None:
    assert abbreviates(short, noun)


@pytest.mark.parametrize(("short", "noun"), [("id", "idea"), ("cat", "customer"), ("customer", "cust")])
def test_what_is_no_abbreviation(short: str, noun: str) -> None:
    assert not abbreviates(short, noun)
