"""Nouns that are one word in two forms: inflected in any of several languages, with accents or without, or abbreviated."""

import unicodedata
from collections.abc import Iterable
from functools import cache

_INFLECTIONS = ("nen", "en", "es", "er", "as", "os", "e", "n", "s", "i", "o", "a", "x")
"""Endings of singulars and plurals in German, Spanish, Portuguese, Italian, French, Dutch and English."""
_SHORTEST_ROOT = 4
_SHORTEST_ABBREVIATION = 3
_LONGEST_ABBREVIATION = 5


@cache
def folded(noun: str) -> str:
    """A noun in lower case without accents: "Länder" and "laender" both give "lander"."""
    plain = unicodedata.normalize("NFKD", noun.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for written, meant in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(written, meant)
    return plain


@cache
def roots(noun: str) -> frozenset[str]:
    """What may be left of a noun without its ending. Two nouns that share one are likely forms of the same word."""
    plain = folded(noun)
    return frozenset(
        (
            plain,
            *(
                plain[: -len(ending)]
                for ending in _INFLECTIONS
                if plain.endswith(ending) and len(plain) - len(ending) >= _SHORTEST_ROOT
            ),
        )
    )


def abbreviates(short: str, noun: str) -> bool:
    """Whether a word is made of some of a noun's letters in their order: its beginning ("cust"), or its consonants ("dept").

    Both are folded already. They begin with the same letter, and the short word keeps the consonant that comes next.
    """
    if not _SHORTEST_ABBREVIATION <= len(short) <= _LONGEST_ABBREVIATION or len(short) >= len(noun):
        return False
    if noun.startswith(short):
        return len(noun) - len(short) >= 2
    if (
        short[0] != noun[0]
        or len(noun) <= _SHORTEST_ABBREVIATION
        or sum(map(short.count, "aeiou")) > (short[0] in "aeiou") + 1
    ):
        return False
    letters = iter(noun)
    return all(letter in letters for letter in short) and _keeps_consonants(short, noun)


def _keeps_consonants(short: str, noun: str) -> bool:
    """Whether the first consonant after the first letter is kept, so that not any scattered letters will do."""
    first = next((letter for letter in noun[1:] if letter not in "aeiouy"), "")
    return first in short[1:3] or (len(short) >= 3 and short[-1] == noun[-1])


class Nouns:
    """Nouns to the places of what they name, found by their whole form, another form of the word, or an abbreviation."""

    def __init__(self) -> None:
        self._whole: dict[str, list[int]] = {}
        self._by_root: dict[str, dict[str, None]] = {}
        self._by_letter: dict[str, dict[str, None]] = {}
        self._short_by_letter: dict[str, dict[str, None]] = {}
        self._shortened: dict[str, tuple[str, ...]] = {}
        self._spelled_out: dict[str, tuple[str, ...]] = {}

    def add(self, noun: str, place: int) -> None:
        """Let a noun name one thing more."""
        plain = folded(noun)
        if not plain:
            return
        known = self._whole.setdefault(plain, [])
        if place not in known[-1:]:
            known.append(place)
        for root in roots(noun):
            self._by_root.setdefault(root, {})[plain] = None
        self._by_letter.setdefault(plain[0], {})[plain] = None
        if len(plain) <= _LONGEST_ABBREVIATION:
            self._short_by_letter.setdefault(plain[0], {})[plain] = None

    def whole(self, noun: str) -> list[int]:
        """What a noun names exactly."""
        return self._whole.get(folded(noun), [])

    def inflected(self, noun: str) -> list[int]:
        """What another form of the noun names."""
        plain = folded(noun)
        found = dict.fromkeys(other for root in sorted(roots(noun)) for other in self._by_root.get(root, ()))
        return self._all(other for other in found if other != plain)

    def abbreviated(self, noun: str) -> list[int]:
        """What a noun names that this word abbreviates ("cust" for customers)."""
        plain = folded(noun)
        if plain not in self._shortened:
            others = self._by_letter.get(plain[:1], ()) if len(plain) <= _LONGEST_ABBREVIATION else ()
            self._shortened[plain] = tuple(other for other in others if abbreviates(plain, other))
        return self._all(self._shortened[plain])

    def spelled_out(self, noun: str) -> list[int]:
        """What an abbreviation names that stands for this noun (employee for a table "emp")."""
        plain = folded(noun)
        if plain not in self._spelled_out:
            others = self._short_by_letter.get(plain[:1], ())
            self._spelled_out[plain] = tuple(other for other in others if abbreviates(other, plain))
        return self._all(self._spelled_out[plain])

    def _all(self, nouns: Iterable[str]) -> list[int]:
        return list(dict.fromkeys(place for noun in nouns for place in self._whole[noun]))
