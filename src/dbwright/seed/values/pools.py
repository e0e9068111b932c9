"""Pools of made-up names and words: made once for a locale by Mimesis, or by Faker where only Faker has the locale."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from dbwright.errors import Unavailable, UsageError

_DRAWS = 6_000
_SEED = 20_240_101

_MIMESIS: dict[str, tuple[str, str, dict[str, str]]] = {
    "first_name": ("Person", "first_name", {}),
    "first_name_female": ("Person", "first_name", {"gender": "female"}),
    "first_name_male": ("Person", "first_name", {"gender": "male"}),
    "last_name": ("Person", "last_name", {}),
    "job": ("Person", "occupation", {}),
    "nationality": ("Person", "nationality", {}),
    "university": ("Person", "university", {}),
    "degree": ("Person", "academic_degree", {}),
    "language": ("Person", "language", {}),
    "city": ("Address", "city", {}),
    "street_name": ("Address", "street_name", {}),
    "street": ("Address", "address", {}),
    "state": ("Address", "state", {}),
    "country": ("Address", "country", {}),
    "company": ("Finance", "company", {}),
    "bank": ("Finance", "bank", {}),
    "word": ("Text", "word", {}),
    "color": ("Text", "color", {}),
    "sentence": ("Text", "sentence", {}),
    "quote": ("Text", "quote", {}),
    "dish": ("Food", "dish", {}),
    "drink": ("Food", "drink", {}),
    "fruit": ("Food", "fruit", {}),
    "vegetable": ("Food", "vegetable", {}),
    "car": ("Transport", "car", {}),
    "user_agent": ("Internet", "user_agent", {}),
    "file_name": ("File", "file_name", {}),
    "mime_type": ("File", "mime_type", {}),
    "username_word": ("Person", "username", {"mask": "l"}),
}
"""Name of the pool → provider, method and arguments of Mimesis."""
_FAKER = {
    "first_name": "first_name", "first_name_female": "first_name_female", "first_name_male": "first_name_male",
    "last_name": "last_name", "job": "job", "city": "city", "street_name": "street_name", "street": "street_address",
    "state": "administrative_unit", "country": "country", "company": "company", "word": "word", "color": "color_name",
    "sentence": "sentence",
}  # fmt: skip
_SAME_IN_ALL = ("car", "user_agent", "file_name", "mime_type", "username_word")


_ALIKE = str.maketrans({"ß": "s", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th"})
_KANA = str.maketrans(
    {chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
    | dict(zip("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ", strict=True))
)


@cache
def pool(name: str, locale: str = "en") -> pl.Series:
    """Different texts of one kind; none but streets ends in a digit, and no two differ by case or accents alone.

    Raises Unavailable where Mimesis is not installed, UsageError for a locale that neither Mimesis nor Faker has.
    """
    make = _mimesis(name, "en" if name in _SAME_IN_ALL else locale) or _faker(name, locale)
    if make is None:
        return pool(name, "en")
    kept: dict[str, str] = {}
    for text in make():
        if text and not (text[-1].isdigit() and name != "street") and "\x00" not in text:
            kept.setdefault(folded(text), text)
    return pl.Series(name, list(kept.values()), dtype=pl.String) if kept else pool(name, "en")


def folded(text: str) -> str:
    """A text as the most forgiving collation reads it: without case, accents and doubled s, all kana alike."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_ALIKE))
    without_marks = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return without_marks.translate(_KANA).replace("ss", "s").strip()


def check_locale(locale: str) -> None:
    """Raises UsageError where there are no names for a locale, Unavailable without Mimesis."""
    if _mimesis_locale(locale) is None and _faker_maker(locale) is None:
        raise UsageError(
            f'There are no names and texts for the locale "{locale}".',
            hint='Use one of Mimesis or Faker, such as "en", "de", "fr", "ja" or "pt-br".',
        )


def _mimesis(name: str, locale: str) -> Callable[[], list[str]] | None:
    found = _mimesis_locale(locale)
    if found is None or name not in _MIMESIS:
        return None
    import mimesis

    provider_name, method, arguments = _MIMESIS[name]
    wanted: dict[str, Any] = dict(arguments)
    if "gender" in wanted:
        wanted["gender"] = mimesis.Gender(wanted["gender"])
    provider_type = getattr(mimesis, provider_name)
    if provider_name in ("Person", "Address", "Finance", "Text", "Food"):
        provider = provider_type(mimesis.Locale(found), seed=_SEED)
    else:
        provider = provider_type(seed=_SEED)
    ask = getattr(provider, method)
    return lambda: [str(ask(**wanted)) for _ in range(_DRAWS)]


@cache
def _mimesis_locale(locale: str) -> str | None:
    """Mimesis' spelling of a locale, or of its language."""
    try:
        import mimesis
    except ModuleNotFoundError as error:
        raise Unavailable("Values are made with Mimesis.", hint="Install dbwright[seed].") from error
    known = {each.value for each in mimesis.Locale}
    wanted = locale.lower().replace("_", "-").split(".")[0]
    wanted = {"nb-no": "no", "nn-no": "no", "ar": "ar-eg", "zh-cn": "zh", "en-us": "en"}.get(wanted, wanted)
    if wanted in known:
        return wanted
    return wanted.split("-")[0] if wanted.split("-")[0] in known else None


def _faker(name: str, locale: str) -> Callable[[], list[str]] | None:
    maker = _faker_maker(locale) if _mimesis_locale(locale) is None and name in _FAKER else None
    ask = getattr(maker, _FAKER[name], None) if maker else None
    return None if ask is None else lambda: [str(ask()) for _ in range(_DRAWS)]


@cache
def _faker_maker(locale: str) -> Any:
    """Faker's generator for a locale, seeded; None where it is not installed or does not know the locale."""
    try:
        import faker
    except ModuleNotFoundError:
        return None
    language, _, region = locale.replace("-", "_").partition("_")
    wanted = f"{language.lower()}_{region.upper()}" if region else language.lower()
    known: list[str] = sorted(faker.config.AVAILABLE_LOCALES)
    found = (
        wanted if wanted in known else next((each for each in known if each.split("_")[0] == language.lower()), None)
    )
    if found is None:
        return None
    maker = faker.Faker(found)
    maker.seed_instance(_SEED)
    return maker
