"""Columns that, by their names, may be computed from others of the same row."""

from collections.abc import Iterator
from itertools import chain, combinations, islice

import msgspec

from dbwright.catalog.facts import CountUnequal, CountUnequalText, Question
from dbwright.catalog.objects import Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._tables import base_type

_TOTALS = word_set("total gross net payable due grandtotal")
_AMOUNTS = word_set("amount total cost price subtotal net gross value sum charge pay wage revenue linetotal fee")
_BASES = ("subtotal", "net", "base", "goods", "merchandise", "item", "price", "amount")
_ADDED = word_set(
    "tax vat gst shipping freight postage delivery handling tip gratuity surcharge fee insurance duty service"
)
_TAKEN_OFF = word_set("discount rebate coupon voucher deduction refund reduction promo promotion")
_COUNTS = word_set("quantity qty unit hour night day piece seat ticket share count number num")
_RATE_WORDS = word_set("rate percent pct percentage ratio per code id type status count number num quantity qty date")
_PER_PIECE = word_set("price cost rate fee wage")
_GIVEN_NAMES = (("first", "name"), ("firstname",), ("given", "name"), ("forename",), ("fname",))
_FAMILY_NAMES = (("last", "name"), ("lastname",), ("family", "name"), ("surname",), ("lname",))
_FULL_NAMES = (("full", "name"), ("fullname",), ("display", "name"), ("complete", "name"), ("name",))
_DIFFERENCES = (
    (("profit", "margin"), ("revenue", "sale", "price", "income"), ("cost", "expense")),
    (("balance", "due", "outstanding", "remaining"), ("total", "amount", "invoiced"), ("paid", "payment")),
    (("net",), ("gross",), ("fee", "tax", "discount", "deduction", "commission")),
)
_MOST = 12
"""The most formulas that are tried for a table; all of them are answered in one scan."""
_MOST_OF_A_TARGET = 7


class Formula(msgspec.Struct, frozen=True):
    """A target column and what it may equal: signed products of columns, or columns joined with a separator."""

    target: str
    terms: tuple[tuple[int, tuple[str, ...]], ...] = ()
    joined: tuple[str, ...] = ()
    separator: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that the target is computed from."""
        return self.joined or tuple(column for _, product in self.terms for column in product)

    @property
    def shown(self) -> str:
        """As a person would write it: "total = subtotal + tax - discount"."""
        if self.joined:
            return f"{self.target} = " + f" + '{self.separator}' + ".join(self.joined)
        text = "".join(f" {'+' if sign > 0 else '-'} {' × '.join(product)}" for sign, product in self.terms)
        return f"{self.target} = {text.removeprefix(' + ').strip()}"

    def question(self, table: Table) -> Question:
        """What to ask the rows."""
        if self.joined:
            return CountUnequalText(table=table.ref, target=self.target, columns=self.joined, separator=self.separator)
        return CountUnequal(table=table.ref, target=self.target, terms=self.terms)


def formulas(subject: Subject, table: Table) -> list[Formula]:
    """The likeliest formulas of a table, at most twelve; columns that the database computes itself are no targets."""
    keys = {name for key in table.foreign_keys for name in key.columns}
    keys |= set(table.primary_key.columns) if table.primary_key else set()
    free = [column for column in table.columns if column.name not in keys and stem(column.name)]
    numbers = [c for c in free if base_type(subject, c.type).is_number and stem(c.name)[-1] != "id"]
    texts = [c for c in free if base_type(subject, c.type).is_text]
    found = [
        *_products(numbers),
        *_sums(numbers),
        *_parts(numbers),
        *_differences(numbers),
        *_names(texts),
    ]
    computed = {column.name for column in table.columns if column.generated}
    return list(dict.fromkeys(formula for formula in found if formula.target not in computed))[:_MOST]


def _is_amount(column: Column, of: frozenset[str]) -> bool:
    named = stem(column.name)
    return bool(of.intersection(named)) and not _RATE_WORDS.intersection(named)


def _products(numbers: list[Column]) -> Iterator[Formula]:
    """line_total = quantity × unit_price, perhaps less a discount."""
    counts = [c for c in numbers if stem(c.name)[-1] in _COUNTS and not {"id", "per"}.intersection(words(c.name))]
    pieces = [c for c in numbers if _PER_PIECE.intersection(stem(c.name)) and _is_per_piece(c)]
    less = [c for c in numbers if _is_amount(c, _TAKEN_OFF)]
    for target in numbers:
        if not _is_amount(target, _AMOUNTS) or "unit" in stem(target.name):
            continue
        for quantity in counts[:2]:
            for piece in pieces[:2]:
                if target.name in (quantity.name, piece.name):
                    continue
                product = (1, (quantity.name, piece.name))
                if less:
                    yield Formula(target.name, (product, (-1, (less[0].name,))))
                yield Formula(target.name, (product,))


def _is_per_piece(column: Column) -> bool:
    named = stem(column.name)
    if "rate" in named:
        return bool({"hour", "hourly", "day", "daily", "night", "nightly", "unit"}.intersection(words(column.name)))
    return "total" not in named and "tax" not in named and "shipping" not in named


def _sums(numbers: list[Column]) -> Iterator[Formula]:
    """total = subtotal + tax + shipping - discount, and with one, two … of them left out."""
    added = [c for c in numbers if _is_amount(c, _ADDED) and not _TOTALS.intersection(stem(c.name)) - {"net"}]
    less = [c for c in numbers if _is_amount(c, _TAKEN_OFF)]
    for target in numbers:
        named = stem(target.name)
        if not _TOTALS.intersection(named) or _RATE_WORDS.intersection(named) or {"sub", "net"} & set(named):
            continue
        others = [c for c in numbers if c.name != target.name]
        base = next((c for word in _BASES for c in others if _is_base(c, word)), None)
        extras = [(1, (c.name,)) for c in added if c.name != target.name and (base is None or c.name != base.name)]
        extras += [(-1, (c.name,)) for c in less]
        if base is None and len([sign for sign, _ in extras if sign > 0]) < 2:
            continue
        first = [(1, (base.name,))] if base else []
        if len(extras) <= 6:
            chosen = chain.from_iterable(combinations(extras, number) for number in range(len(extras), 0, -1))
            yield from (Formula(target.name, (*first, *some)) for some in islice(chosen, _MOST_OF_A_TARGET))


def _parts(numbers: list[Column]) -> Iterator[Formula]:
    """total_views = organic_views + paid_views: a total of all columns that count the same thing."""
    for target in numbers:
        named = stem(target.name)
        thing = tuple(word for word in named if word != "total")
        if "total" not in named or len(named) != len(thing) + 1 or not thing or _RATE_WORDS.intersection(thing):
            continue
        same = [c for c in numbers if stem(c.name)[-len(thing) :] == thing and len(stem(c.name)) == len(named)]
        parts = [c for c in same if c.name != target.name]
        if 2 <= len(parts) <= 6:
            yield Formula(target.name, tuple((1, (c.name,)) for c in parts))


def _is_base(column: Column, word: str) -> bool:
    named = stem(column.name)
    if _RATE_WORDS.intersection(named) or _TAKEN_OFF.intersection(named) or "unit" in named:
        return False
    if word == "subtotal" and named[-2:] == ("sub", "total"):
        return True
    return word in named and not (_ADDED - {"service"}).intersection(named) and "total" not in named


def _differences(numbers: list[Column]) -> Iterator[Formula]:
    """profit = revenue - cost, balance = total - paid, net = gross - fee."""
    for targets, wholes, parts in _DIFFERENCES:
        for target in numbers:
            if not set(targets).intersection(stem(target.name)) or _RATE_WORDS.intersection(stem(target.name)):
                continue
            others = [c for c in numbers if c.name != target.name and not _RATE_WORDS.intersection(stem(c.name))]
            whole = next((c for c in others if set(wholes).intersection(stem(c.name))), None)
            less = [c for c in others if set(parts).intersection(stem(c.name)) and (not whole or c.name != whole.name)]
            if whole and less and len(less) <= 3:
                yield Formula(target.name, ((1, (whole.name,)), *((-1, (c.name,)) for c in less)))


def _names(texts: list[Column]) -> Iterator[Formula]:
    """full_name = first_name and last_name."""

    def one(of: tuple[tuple[str, ...], ...]) -> Column | None:
        return next((c for each in of for c in texts if words(c.name) == each), None)

    first, last = one(_GIVEN_NAMES), one(_FAMILY_NAMES)
    if first and last:
        for target in texts:
            if words(target.name) in _FULL_NAMES:
                yield Formula(target.name, joined=(first.name, last.name), separator=" ")
                yield Formula(target.name, joined=(last.name, first.name), separator=", ")
