"""Format-preserving permutation: a value becomes another of the same form, and different values stay different.

A Feistel network of ten rounds over the digits of a number in mixed radix, with a keyed hash as its round function (Luby and
Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", SIAM J. Comput. 17(2), 1988; the shape is that
of FF1, NIST SP 800-38G), and cycle walking where a result is too large (Black and Rogaway, CT-RSA 2002). Very short values have few
others to become: what is left of them to guess is said in the documentation.
"""

from __future__ import annotations

from functools import cache
from math import isqrt
from unicodedata import category

from dbwright.anonymise.key import Key

_ROUNDS = 10
_CLASSES = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_LETTERS = ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd")
_PAGE = 256
_WIDE = ((0x4E00, 0x9FFF), (0xAC00, 0xD7A3))
"""Scripts of more than a page of code points: Chinese, Korean."""
_BLOCK = 128
"""Letters that are permuted together; each block of a longer text by itself, as numbers of any size take quadratic time."""


def permuted_number(key: Key, purpose: str, value: int, size: int) -> int:
    """A number below `size` for a number below `size`: a permutation, so different ones stay different."""
    if size < 2:
        return value
    left_size = isqrt(size)
    right_size = -(-size // left_size)
    held = value
    while True:
        held = _network(key, purpose, held, left_size, right_size)
        if held < size:
            return held


def _network(key: Key, purpose: str, value: int, left_size: int, right_size: int) -> int:
    left, right = divmod(value, right_size)
    # More bytes than a half has, so that each of its digits changes.
    size = max(16, right_size.bit_length() // 8 + 9)
    for step in range(_ROUNDS):
        if step % 2 == 0:
            left = (left + key.number(f"{purpose}/{step}", str(right), size)) % left_size
        else:
            right = (right + key.number(f"{purpose}/{step}", str(left), size)) % right_size
    return left * right_size + right


def permuted_text(key: Key, purpose: str, text: str) -> str:
    """A text of the same form: digits for digits, letters for letters of the same case, everything else where it was.

    The form itself enters the key, so texts of different forms cannot become equal.
    """
    if len(text) > _BLOCK:
        starts = range(0, len(text), _BLOCK)
        return "".join(permuted_text(key, f"{purpose}/{at}", text[at : at + _BLOCK]) for at in starts)
    alphabets = [_alphabet(letter) for letter in text]
    size = 1
    number = 0
    for letter, alphabet in zip(text, alphabets, strict=True):
        if alphabet is not None:
            size *= len(alphabet)
            number = number * len(alphabet) + alphabet.index(letter)
    if size == 1:
        return text
    form = "".join(
        letter if alphabet is None else alphabet[0] for letter, alphabet in zip(text, alphabets, strict=True)
    )
    return _written(permuted_number(key, f"{purpose}/{form}", number, size), text, alphabets)


def _alphabet(letter: str) -> str | None:
    """What a letter or digit may become; None for marks, which stay."""
    found = next((each for each in _CLASSES if letter in each), None)
    if found is not None or letter.isascii() or category(letter) not in _LETTERS:
        return found
    start = ord(letter) // _PAGE * _PAGE
    return _letters(
        *next((wide for wide in _WIDE if wide[0] <= ord(letter) <= wide[1]), (start, start + _PAGE - 1)),
        category(letter),
    )


@cache
def _letters(start: int, end: int, kind: str) -> str:
    """The letters of one kind (small, capital …) between two code points, beyond ASCII."""
    return "".join(chr(point) for point in range(max(start, 128), end + 1) if category(chr(point)) == kind)


def _written(number: int, text: str, alphabets: list[str | None]) -> str:
    letters = []
    for letter, alphabet in zip(reversed(text), reversed(alphabets), strict=True):
        if alphabet is None:
            letters.append(letter)
        else:
            number, digit = divmod(number, len(alphabet))
            letters.append(alphabet[digit])
    return "".join(reversed(letters))
