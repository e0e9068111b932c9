"""Texts by regular expressions: they match, they differ, and there are as many as is said."""

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.seed.base import Limit
from dbwright.seed.checks.patterns import Pattern
from dbwright.seed.checks.terms import NotRead
from dbwright.seed.draw import Draw

_ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", "(?:ab)", "(?:a|bc)", "(?:a*b)", "(?:b|b|ab?)"])
_COUNTS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}"])
_PIECES = st.tuples(_ATOMS, _COUNTS).map("".join)
_REGEXES = st.lists(_PIECES, min_size=1, max_size=4).map("".join)


def _some(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(count, dtype=np.int64)


@settings(deadline=None)
@given(_REGEXES, st.integers(0, 3))
def test_numbered_texts_are_all_that_match_each_once(regex: str, least: int) -> None:
    # Only the letters a, b and c occur once "not a" is limited to them.
    regex = regex.replace("[^a]", "[bc]")
    expected = {
        text
        for length in range(least, 5)
        for text in map("".join, product("abc", repeat=length))
        if re.fullmatch(regex, text)
    }
    if not expected:
        with pytest.raises(NotRead):
            Pattern(regex, least=least, most=4)
        return
    pattern = Pattern(regex, least=least, most=4)
    found = pattern.nth(_some(len(expected))).to_list()
    assert pattern.capacity == len(expected)
    assert set(found) == expected


@settings(deadline=None)
@given(_REGEXES, st.integers(0, 1000))
def test_drawn_texts_match_and_do_not_depend_on_the_rows_beside_them(regex: str, seed: int) -> None:
    pattern = Pattern(regex, most=30)
    draw = Draw(seed, "texts")
    found = pattern.draw(_some(40), draw).to_list()
    assert all(re.fullmatch(regex, text) for text in found)
    assert pattern.draw(_some(40)[17:23], draw).to_list() == found[17:23]


@pytest.mark.parametrize(
    ("regex", "capacity"),
    [
        (r"[A-Z]{3}-\d{4}", 26**3 * 10**4),
        (r"[A-Z]{1,2}", 26 + 26**2),
        (r"(cat|dog)s?", 4),
        (r"(?i)ab", 4),
        (r"[[:digit:]]{2}", 100),
        (r"#[0-9a-fA-F]{6}", 22**6),
        (r"\d{13}", None),
        (r"[^@]+@[^@]+\.[a-z]{2,3}", None),
    ],
)
def test_how_many_texts_there_are(regex: str, capacity: int | None) -> None:
    assert Pattern(regex, most=60).capacity == capacity


def test_several_expressions_are_met_together() -> None:
    pattern = Pattern("AB.*", ".*-.*", ".{5}")
    found = pattern.draw(_some(50), Draw(1)).to_list()
    assert all(re.fullmatch("AB.*-.*|AB-..", text) and len(text) == 5 for text in found)


def test_numbered_texts_differ_far_beyond_what_can_be_counted_quickly() -> None:
    pattern = Pattern("[a-z0-9]+(-[a-z0-9]+)*", most=40)
    numbers = np.arange(5_000, dtype=np.int64) * 1_999_999_999
    found = pattern.nth(numbers)
    assert found.n_unique() == len(numbers)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text) for text in found.to_list())


def test_a_limit_sets_lengths_and_the_case_of_letters() -> None:
    limit = Limit(patterns=("[A-Za-z ]+",), least_length=5, most_length=8, letter_case="lower")
    found = Pattern.of(limit).draw(_some(100), Draw(1)).to_list()
    assert all(5 <= len(text) <= 8 and text == text.lower() for text in found)


@pytest.mark.parametrize("regex", [r"(?=a)b", r"(a)\1", r"\bword", "(unclosed", "[unclosed", "*", "a(?<!b)"])
def test_what_texts_cannot_be_made_by_is_said(regex: str) -> None:
    with pytest.raises(NotRead):
        Pattern(regex)


def test_no_rows_are_no_texts() -> None:
    pattern = Pattern("[a-z]{3}")
    assert pattern.draw(_some(0), Draw(1)).to_list() == []
    assert pattern.nth(_some(0)).to_list() == []
