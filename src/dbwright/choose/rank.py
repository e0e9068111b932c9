"""The ranking: points by rule, what is ruled out and why, what decides, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from dbwright.choose.requirements import QUESTIONS, Requirements
from dbwright.choose.rules import PRODUCTS, holds, rule_book
from dbwright.errors import UsageError

CLOSE = 2
"""Points between the first and the second up to which both are worth a look."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of a product. points is "no" where it rules it out."""

    rule: str
    points: int | Literal["no"]
    why: str
    source: str


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A second product that goes with the first."""

    product: str
    why: str
    source: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A product with its points and reasons, the weightiest first. ruled_out: the reasons that make it impossible."""

    product: str
    title: str
    points: int
    reasons: tuple[Reason, ...]
    ruled_out: tuple[Reason, ...] = ()
    beside: tuple[Beside, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Another answer that would put another product first."""

    question: str
    answer: str
    first: str


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Products in order, those ruled out last.

    deciding: the reasons that put the first before the second. changes: what would change it. open_questions: those without an
    answer that some rule asks. close: the first two are nearly equal.
    """

    candidates: tuple[Candidate, ...]
    deciding: tuple[Reason, ...]
    changes: tuple[Change, ...]
    open_questions: tuple[str, ...]
    close: bool

    @property
    def possible(self) -> tuple[Candidate, ...]:
        """Those that nothing rules out."""
        return tuple(each for each in self.candidates if not each.ruled_out)


def rank(requirements: Requirements) -> Ranking:
    """Rank every product. Raises UsageError where no answer was given that decides anything."""
    candidates = _candidates(requirements)
    if not any(candidate.reasons or candidate.ruled_out for candidate in candidates):
        raise UsageError(
            "No answer was given that decides anything.", hint="dbwright choose --template lists the questions."
        )
    possible = [each for each in candidates if not each.ruled_out]
    return Ranking(
        candidates=tuple(candidates),
        deciding=_deciding(possible[0], possible[1])
        if len(possible) > 1
        else possible[0].reasons[:3]
        if possible
        else (),
        changes=tuple(_changes(requirements, possible[0].product)) if possible else (),
        open_questions=tuple(each.text for each in QUESTIONS if each.name not in requirements.answers),
        close=len(possible) > 1 and possible[0].points - possible[1].points <= CLOSE,
    )


def _candidates(requirements: Requirements) -> list[Candidate]:
    reasons: dict[str, list[Reason]] = {product: [] for product in PRODUCTS}
    book = rule_book()
    for rule in book.rules:
        for said in rule.says if rule.applies(requirements) else ():
            for product, points in said.points.items():
                reasons[product].append(
                    Reason(rule=rule.name, points=points, why=said.why, source=book.sources[said.source])
                )
    found = [_candidate(product, held, requirements) for product, held in reasons.items()]
    order = list(PRODUCTS)
    return sorted(found, key=lambda each: (bool(each.ruled_out), -each.points, order.index(each.product)))


def _candidate(product: str, reasons: list[Reason], requirements: Requirements) -> Candidate:
    weighed = [each for each in reasons if each.points not in ("no", 0)]
    helpers: dict[str, Beside] = {}
    book = rule_book()
    for helper in book.helpers:
        if product in helper.beside and holds(helper.when, requirements):
            source = book.sources[helper.source]
            helpers.setdefault(helper.add, Beside(product=PRODUCTS[helper.add], why=helper.why, source=source))
    return Candidate(
        product=product,
        title=PRODUCTS[product],
        points=sum(_number(each) for each in weighed),
        reasons=tuple(sorted(weighed, key=lambda each: -abs(_number(each)))),
        ruled_out=tuple(each for each in reasons if each.points == "no"),
        beside=tuple(helpers.values()),
    )


def _number(reason: Reason) -> int:
    return 0 if reason.points == "no" else reason.points


def _deciding(first: Candidate, second: Candidate) -> tuple[Reason, ...]:
    """The reasons that separate the two, by how far they pull them apart."""
    others = {each.rule: _number(each) for each in second.reasons}
    own = {each.rule: _number(each) for each in first.reasons}
    named = {each.rule: each for each in (*second.reasons, *first.reasons)}
    apart = {rule: own.get(rule, 0) - others.get(rule, 0) for rule in named}
    order = sorted((rule for rule in apart if apart[rule] > 0), key=lambda rule: -apart[rule])
    return tuple(msgspec.structs.replace(named[rule], points=apart[rule]) for rule in order[:5])


def _changes(requirements: Requirements, first: str) -> Iterator[Change]:
    """Single answers that would put another product first."""
    for question in QUESTIONS:
        held = requirements.answers.get(question.name)
        tried = question.tried if question.kind == "number" else tuple(question.choices)
        seen: set[str] = set()
        for answer in tried:
            if answer == held or (isinstance(held, tuple) and answer in held):
                continue
            value = (*held, answer) if isinstance(held, tuple) else (answer,) if question.kind == "some" else answer
            other = next(
                (each for each in _candidates(requirements.other(question.name, value)) if not each.ruled_out), None
            )
            if other is not None and other.product != first and other.product not in seen:
                seen.add(other.product)
                shown = f"{answer:,} {question.unit}" if question.kind == "number" else str(answer)
                yield Change(question=question.text, answer=shown, first=other.title)
