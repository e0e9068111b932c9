"""Expressions of SQL in one small form, the same for every engine: constants, columns, and functions of terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import msgspec

from dbwright.seed.checks.checked import Kind


class Constant(msgspec.Struct, frozen=True):
    """A value: None, bool, int, Decimal, float, str, or a part of a function ("year" in extract).

    kind: what the expression calls it; "text" for a plain literal in quotes, which takes the kind of what it stands beside.
    """

    value: Any
    kind: Kind = "other"


class Name(msgspec.Struct, frozen=True):
    """A column of the row."""

    column: str


class Call(msgspec.Struct, frozen=True):
    """A function of terms.

    Logic: and, or, not, xor, in (x, values …), is null, is true, is false, same (equal, NULL = NULL), case (condition, value,
    …, default). Comparisons and arithmetic by their signs. All others by the name they have in most engines.
    """

    function: str
    arguments: tuple[Term, ...] = ()


Term: TypeAlias = Constant | Name | Call

TRUE, FALSE, NULL = Constant(value=True, kind="boolean"), Constant(value=False, kind="boolean"), Constant(None, "null")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class NotRead(Exception):  # never leaves seed/checks: it ends as a sentence in Checked.unread
    """What of an expression is not understood; its text says it in a few words."""


def call(function: str, *arguments: Term) -> Call:
    """A function of terms."""
    return Call(function, arguments)


def columns_of(term: Term) -> tuple[str, ...]:
    """The columns that a term reads, each once, in order."""
    return tuple(dict.fromkeys(each.column for each in walk(term) if isinstance(each, Name)))


def walk(term: Term) -> Iterator[Term]:
    """The term and all that is inside."""
    yield term
    if isinstance(term, Call):
        for each in term.arguments:
            yield from walk(each)


def changed(term: Term, change: Callable[[Term], Term]) -> Term:
    """The term with each part changed by a function, the innermost first."""
    if isinstance(term, Call):
        term = Call(term.function, tuple(changed(each, change) for each in term.arguments))
    return change(term)


def conjuncts(term: Term) -> list[Term]:
    """The conditions that must all hold."""
    return _sides(term, "and")


def alternatives(term: Term) -> list[Term]:
    """The conditions of which one must hold."""
    return _sides(term, "or")


def _sides(term: Term, joint: str) -> list[Term]:
    if isinstance(term, Call) and term.function == joint:
        return [side for each in term.arguments for side in _sides(each, joint)]
    return [term]


def denied(term: Term) -> Term:
    """The opposite of a condition: true where it is false, unknown where it is unknown; NOT stands only before what has no opposite."""
    if isinstance(term, Constant) and isinstance(term.value, bool):
        return FALSE if term.value else TRUE
    if not isinstance(term, Call):
        return call("not", term)
    function, arguments = term.function, term.arguments
    if function == "not":
        return plain(arguments[0])
    if function in ("and", "or"):
        return Call("or" if function == "and" else "and", tuple(denied(each) for each in arguments))
    if function in OPPOSITE:
        return Call(OPPOSITE[function], arguments)
    return call("not", plain(term))


def plain(term: Term) -> Term:
    """The condition with every NOT moved inwards as far as it goes."""
    if isinstance(term, Call) and term.function == "not":
        return denied(term.arguments[0])
    if isinstance(term, Call) and term.function in ("and", "or"):
        return Call(term.function, tuple(plain(each) for each in term.arguments))
    return term


def bare(term: Term) -> Term:
    """The term without casts that leave a text a text, and without collations."""
    texts = ((Constant("text"),), (Constant("binary"),))
    while isinstance(term, Call) and (
        (term.function == "cast" and term.arguments[1:] in texts) or term.function == "collate"
    ):
        term = term.arguments[0]
    return term
