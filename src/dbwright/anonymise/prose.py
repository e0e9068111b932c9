"""Free text and JSON: replaced by words of the same length, or searched for what tells who somebody is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from dbwright.anonymise.contacts import CONTACTS
from dbwright.anonymise.numbers import NUMBERS
from dbwright.anonymise.treatment import Change, Setting, Telling, Treatment, fitted
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.seed.values.pools import pool

_LONGEST_WORD = 20
_MAY_BE_DRAWN = 3
"""Words of a text up to which the same ones may be drawn for another."""
_WORD = re.compile(r"\w+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b", re.IGNORECASE)
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?\b")
_DIGITS = re.compile(r"\+?\d[\d ()./-]{4,}\d")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[+-]\d{2}(:?\d{2})?)?)?")
_BIRTH = re.compile(r"birth|born|\bdob\b|geb(urt|oren)|naissance|nacimiento", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_OF_CONTACT = {each.name: each for each in (*CONTACTS, *NUMBERS)}


def _words(setting: Setting) -> Change:
    """Each word another one of about its length, drawn for its place; marks, line ends and case stay."""
    by_length: dict[int, list[str]] = {}
    for word in pool("word", setting.locale).to_list():
        by_length.setdefault(len(word), []).append(word)
    nearest = [by_length[min(by_length, key=lambda held: abs(held - length))] for length in range(_LONGEST_WORD + 1)]
    key = setting.key.of("words")

    def change(value: object, row: str) -> str:
        text = str(value)
        state = key.number("text", text, 8)

        def other(match: re.Match[str]) -> str:
            nonlocal state
            # One keyed number a text, then Knuth's congruential generator for its words: which they are is no secret.
            state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
            word = match[0]
            if word.isdigit():
                return str(state >> 1).zfill(20)[-len(word) :] if len(word) <= 19 else "7" * len(word)
            fitting = nearest[min(len(word), _LONGEST_WORD)]
            made = fitting[(state >> 33) % len(fitting)]
            return (
                made.upper() if word.isupper() and len(word) > 1 else made.capitalize() if word[:1].isupper() else made
            )

        return fitted(_WORD.sub(other, text), setting.length)

    return change


def _telling_words(setting: Setting) -> Telling:
    """A text, but not of a few words that may be drawn: finding such a one would prove nothing."""
    drawn = frozenset(word.casefold() for word in pool("word", setting.locale).to_list())

    def telling(value: object) -> Iterator[str]:
        words = _WORD.findall(str(value))
        if len(words) > _MAY_BE_DRAWN or any(not word.isdigit() and word.casefold() not in drawn for word in words):
            yield str(value)

    return telling


def _scrub(setting: Setting) -> Change:
    """What has the form of personal data is treated as a column of it would be, and words that are known names are replaced."""
    changes = {
        name: each.make(setting)
        for name, each in _OF_CONTACT.items()
        if name in ("email", "url", "ip", "iban", "format")
    }
    names: dict[str, str] = setting.options.get("names", {})

    def change(value: object, row: str) -> str:
        text = str(value)
        for form, name in ((_MAIL, "email"), (_WEB, "url"), (_ADDRESS, "ip"), (_ACCOUNT, "iban"), (_DIGITS, "format")):
            text = form.sub(partial(_replaced, changes[name], row), text)
        return fitted(_WORD.sub(lambda match: names.get(match[0].casefold(), match[0]), text), setting.length)

    return change


def _replaced(change: Change, row: str, match: re.Match[str]) -> str:
    return str(change(match[0], row))


def _telling_members(setting: Setting) -> Telling:
    """What within has a form of its own: addresses, numbers of persons, telling texts of several words."""
    of_words = _telling_words(setting)

    def walk(value: Any) -> Iterator[object]:
        if isinstance(value, dict):
            for name, each in value.items():
                yield from walk(name)
                yield from walk(each)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each)
        elif isinstance(value, str):
            if any(form.fullmatch(value) for form in (_MAIL, _WEB, _IDENTIFIER)) or secret_shape(value):
                yield value
            elif len(value.split()) > _MAY_BE_DRAWN and not _DIGITS.fullmatch(value):
                yield from of_words(value)

    def telling(value: object) -> Iterator[object]:
        try:
            yield from walk(value if isinstance(value, dict | list) else json.loads(str(value)))
        except ValueError:
            yield from of_words(value)

    return telling


def _json(setting: Setting) -> Change:
    """Every text within becomes another of its form; names of members, small numbers and truth values stay.

    A member's name that is itself an address or a long number is treated as a text is; a date of birth is moved.
    """
    changes = {name: _OF_CONTACT[name].make(setting) for name in ("email", "url", "ip", "uuid", "format", "shift")}
    words = _words(setting)

    def text_of(text: str, row: str) -> str:
        if _MAIL.fullmatch(text):
            return str(changes["email"](text, row))
        if _WEB.fullmatch(text):
            return str(changes["url"](text, row))
        if _ADDRESS.fullmatch(text):
            return str(changes["ip"](text, row))
        if _IDENTIFIER.fullmatch(text):
            return str(changes["uuid"](text, row))
        if _MOMENT.fullmatch(text):
            return text
        if secret_shape(text) or any(letter.isdigit() for letter in text):
            return str(changes["format"](text, row))
        return str(words(text, row))

    def member(name: str, row: str) -> str:
        telling = (_MAIL, _WEB, _ADDRESS, _IDENTIFIER, _DIGITS)
        return text_of(name, row) if any(form.fullmatch(name) for form in telling) else name

    def born(name: str, value: Any, row: str) -> Any:
        is_date = isinstance(value, str) and _MOMENT.fullmatch(value) and _BIRTH.search(name)
        return changes["shift"](value, row) if is_date else value

    def walk(value: Any, row: str) -> Any:
        if isinstance(value, dict):
            return {member(name, row): walk(born(name, each, row), row) for name, each in value.items()}
        if isinstance(value, list):
            return [walk(each, row) for each in value]
        if isinstance(value, str):
            return text_of(value, row)
        # A long whole number is an identifier or a telephone more often than a quantity.
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**6:
            return changes["format"](value, row)
        return value

    def change(value: object, row: str) -> str:
        held = value if isinstance(value, dict | list) else None
        if held is None:
            try:
                held = json.loads(str(value))
            except ValueError:
                return str(words(value, row))
        return json.dumps(walk(held, row), ensure_ascii=False)

    return change


PROSE = (
    Treatment(name="words", make=_words, sentence="other words of the same length", hides=True, telling=_telling_words),
    Treatment(
        name="scrub", make=_scrub, sentence="mail addresses, numbers and known names in it replaced", hides=False
    ),
    Treatment(
        name="json",
        make=_json,
        sentence="every text in it replaced, its structure kept",
        hides=True,
        telling=_telling_members,
    ),
)
