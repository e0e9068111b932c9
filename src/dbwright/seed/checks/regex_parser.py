"""Regular expressions as trees. Look-around, references and borders of words are beyond what texts can be made by, and are said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from dbwright.seed.checks.terms import NotRead

LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
ANY = frozenset(LOWER + UPPER + DIGITS)
"""What stands for any letter: those that look well, beside the ones that the expression itself names."""
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_ESCAPES = {
    "d": frozenset(DIGITS), "w": frozenset(LOWER + UPPER + DIGITS + "_"), "s": frozenset(" "), "D": ANY - frozenset(DIGITS),
    "W": frozenset("-. "), "S": ANY, "t": frozenset("\t"), "n": frozenset("\n"), "h": frozenset(" "),
}  # fmt: skip
_POSIX = {
    "alpha": LOWER + UPPER, "digit": DIGITS, "alnum": LOWER + UPPER + DIGITS, "upper": UPPER, "lower": LOWER, "space": " ",
    "xdigit": DIGITS + "ABCDEFabcdef", "punct": _PUNCTUATION, "word": LOWER + UPPER + DIGITS + "_", "blank": " ",
    "print": LOWER + UPPER + DIGITS + " " + _PUNCTUATION, "graph": LOWER + UPPER + DIGITS + _PUNCTUATION,
}  # fmt: skip


class Letters(msgspec.Struct, frozen=True):
    """One letter of a set."""

    letters: frozenset[str]


class Joined(msgspec.Struct, frozen=True):
    """One after the other."""

    first: Node
    second: Node


class Either(msgspec.Struct, frozen=True):
    """One of several."""

    sides: frozenset[Node]


class Both(msgspec.Struct, frozen=True):
    """A text that all of several describe."""

    sides: frozenset[Node]


class Repeated(msgspec.Struct, frozen=True):
    """So many times; most is None for without end."""

    part: Node
    least: int
    most: int | None


class Empty(msgspec.Struct, frozen=True):
    """The text without letters."""


class Nothing(msgspec.Struct, frozen=True):
    """No text at all."""


Node: TypeAlias = Letters | Joined | Either | Both | Repeated | Empty | Nothing


def joined(first: Node, second: Node) -> Node:
    """One after the other, without needless parts."""
    if isinstance(first, Nothing) or isinstance(second, Nothing):
        return Nothing()
    if isinstance(first, Empty):
        return second
    if isinstance(second, Empty):
        return first
    if isinstance(first, Joined):
        return joined(first.first, joined(first.second, second))
    return Joined(first, second)


def either(*sides: Node) -> Node:
    """One of several, each once."""
    flat: set[Node] = set()
    for side in sides:
        flat |= side.sides if isinstance(side, Either) else {side}
    flat.discard(Nothing())
    return Nothing() if not flat else next(iter(flat)) if len(flat) == 1 else Either(frozenset(flat))


def both(*sides: Node) -> Node:
    """What all describe."""
    flat = set(sides)
    if Nothing() in flat:
        return Nothing()
    return next(iter(flat)) if len(flat) == 1 else Both(frozenset(flat))


def repeated(part: Node, least: int, most: int | None) -> Node:
    """So many times."""
    if most == 0 or isinstance(part, Empty):
        return Empty()
    if isinstance(part, Nothing):
        return Nothing() if least else Empty()
    return part if (least, most) == (1, 1) else Repeated(part, least, most)


def parse_all(patterns: Sequence[str]) -> list[Node]:
    """The trees of expressions that a whole text must all match: what one of them names, the others take for any letter.

    Raises NotRead for what texts cannot be made by.
    """
    named: set[str] = set()
    for pattern in patterns:
        parser = _Parser(pattern, ANY)
        parser.alternatives()
        named |= parser.named
    return [parse(pattern, ANY | named) for pattern in patterns]


def parse(pattern: str, alphabet: frozenset[str] = ANY) -> Node:
    """The tree of an expression that the whole text must match. Raises NotRead for what texts cannot be made by.

    alphabet: what a dot stands for.
    """
    parser = _Parser(pattern, alphabet)
    found = parser.alternatives()
    if parser.at < len(pattern):
        raise NotRead(f"the regular expression {pattern}")
    return found


class _Parser:
    """Descends through one expression."""

    def __init__(self, pattern: str, alphabet: frozenset[str]) -> None:
        self.pattern, self.at = pattern, 0
        self.alphabet, self.any_case = alphabet, False
        self.named: set[str] = set()

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        found = self.peek(text)
        self.at += len(text) if found else 0
        return found

    def fail(self, what: str) -> NotRead:
        return NotRead(f"{what} in the regular expression {self.pattern}")

    def alternatives(self) -> Node:
        """a|b|c"""
        sides = [self.sequence()]
        while self.take("|"):
            sides.append(self.sequence())
        return either(*sides)

    def sequence(self) -> Node:
        """abc"""
        found: Node = Empty()
        while self.at < len(self.pattern) and not self.peek("|") and not self.peek(")"):
            found = joined(found, self.repetition())
        return found

    def repetition(self) -> Node:
        """a*, a+, a?, a{2,5}, and their lazy and possessive forms."""
        part = self.atom()
        while self.at < len(self.pattern):
            letter = self.pattern[self.at]
            if letter in "*+?":
                self.at += 1
                part = repeated(part, *{"*": (0, None), "+": (1, None), "?": (0, 1)}[letter])
            elif letter == "{" and (counts := self.counts()):
                part = repeated(part, *counts)
            else:
                break
            if self.peek("?") or self.peek("+"):
                self.at += 1
        return part

    def counts(self) -> tuple[int, int | None] | None:
        close = self.pattern.find("}", self.at)
        inside = self.pattern[self.at + 1 : close] if close > 0 else ""
        least, comma, most = inside.partition(",")
        if not (least or most) or not (least + most).isdigit():
            return None
        self.at = close + 1
        low = int(least or 0)
        return low, (int(most) if most else None) if comma else low

    def atom(self) -> Node:
        """One letter, class, group or border."""
        letter = self.pattern[self.at]
        self.at += 1
        if letter in "^$":
            # The whole text is matched, so a border in the middle leaves nothing to match; at the ends it says nothing.
            return Empty()
        if letter == ".":
            return Letters(self.alphabet)
        if letter == "(":
            return self.group()
        if letter == "[":
            return Letters(self.letter_class())
        if letter == "\\":
            return self.escape()
        if letter in "*+?":
            raise self.fail(f"a lone {letter}")
        return self.letter(letter)

    def letter(self, letter: str) -> Node:
        self.named.add(letter)
        return Letters(frozenset((letter.lower(), letter.upper()) if self.any_case else letter))

    def group(self) -> Node:
        if self.take("?"):
            if self.take("i)"):
                self.any_case = True
                return Empty()
            if not (self.take(":") or self.take("i:") or self.take("s:")):
                name = self.pattern.find(">", self.at)
                named = (self.peek("P<") or self.peek("<")) and not self.peek("<=") and not self.peek("<!")
                if not named or name < 0:
                    raise self.fail("look-around")
                self.at = name + 1
        found = self.alternatives()
        if not self.take(")"):
            raise self.fail("a bracket without end")
        return found

    def escape(self) -> Node:
        if self.at >= len(self.pattern):
            raise self.fail("a lone \\")
        letter = self.pattern[self.at]
        self.at += 1
        if letter in _ESCAPES:
            return Letters(_ESCAPES[letter])
        if letter in "AZz":
            return Empty()
        if letter.isdigit() or letter in "bBmMyYkpPxu":
            raise self.fail(f"\\{letter}")
        return self.letter(letter)

    def letter_class(self) -> frozenset[str]:
        """[a-z], [^,], [[:alpha:]]"""
        negated = self.take("^")
        found: set[str] = set()
        first = True
        while first or not self.peek("]"):
            first = False
            if self.at >= len(self.pattern):
                raise self.fail("a class without end")
            if self.take("[:"):
                close = self.pattern.find(":]", self.at)
                name = self.pattern[self.at : close]
                if close < 0 or name not in _POSIX:
                    raise self.fail(f"the class {name}")
                found |= set(_POSIX[name])
                self.at = close + 2
                continue
            letters = self.class_letter()
            if len(letters) == 1 and self.peek("-") and not self.peek("-]") and self.at + 1 < len(self.pattern):
                self.at += 1
                last = self.class_letter()
                low, high = ord(min(letters)), ord(max(last))
                letters = frozenset(chr(code) for code in range(low, min(high, low + 5000) + 1))
            found |= letters
        self.at += 1
        if self.any_case:
            found |= {other for each in found for other in (each.lower(), each.upper()) if len(other) == 1}
        if negated:
            return frozenset((self.alphabet | set(" -_.")) - found)
        self.named |= found if len(found) < len(ANY) else set()
        return frozenset(found)

    def class_letter(self) -> frozenset[str]:
        letter = self.pattern[self.at]
        self.at += 1
        if letter == "\\" and self.at < len(self.pattern):
            letter = self.pattern[self.at]
            self.at += 1
            return _ESCAPES.get(letter, frozenset(letter))
        return frozenset(letter)
