"""Pools of made-up texts: different for every collation, the same in every process, in many languages."""

import polars as pl
import pytest

from dbwright.errors import UsageError
from dbwright.seed.values.pools import check_locale, folded, pool
from dbwright.seed.values.slugs import slugs


@pytest.mark.parametrize("locale", ["en", "de", "fr", "ja", "ru", "pt-br", "de_AT.UTF-8", "zh_CN"])
@pytest.mark.parametrize("name", ["first_name", "last_name", "city", "company", "sentence", "word"])
def test_texts_of_a_pool_differ_and_end_in_no_digit(name: str, locale: str) -> None:
    texts = pool(name, locale).to_list()
    assert len(texts) > 20
    assert len({folded(text) for text in texts}) == len(texts)
    assert not any(text[-1].isdigit() for text in texts)


def test_faker_helps_out_where_mimesis_does_not_know_a_locale() -> None:
    pytest.importorskip("faker")
    names = pool("first_name", "th_TH")
    assert len(names) > 50
    assert all(ord(name[0]) > 0xE00 for name in names)


def test_a_locale_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match='the locale "tlh"'):
        check_locale("tlh")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Weiß", "WEIS"),
        ("Élodie", "elodie"),
        ("サクラ", "さくら"),
        ("きっと", "きつと"),
        ("Øster", "oster"),
        ("a ", "A"),
    ],
)
def test_what_a_collation_takes_for_the_same_is_folded_to_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_slugs_are_plain_letters_in_any_language() -> None:
    texts = pl.Series(["Jörg Müller", "Élodie", "Юлия", "Ωmega", "O'Neil-Smith 3rd", "桜", "", None, "Łukasz"])
    fallback = pl.Series(["one", "two"])
    found = slugs(texts, "-", fallback).to_list()
    assert found[:5] == ["joerg-mueller", "elodie", "yuliya", "omega", "oneil-smith-rd"]
    assert found[5] in ("one", "two")
    assert found[6] in ("", "one", "two")
    assert found[7] is None
    assert found[8] == "lukasz"
