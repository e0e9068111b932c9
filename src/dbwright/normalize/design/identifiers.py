"""Which columns look as if they identified something, by their names and what their values look like, and what belongs to them."""

import math

import msgspec

from dbwright.catalog.types import Type
from dbwright.normalize.judgement.key_likeness import NOT_NUMBERS_OF
from dbwright.relationships.vocabulary import ENDINGS, GENERIC_KEYS, GLUED, LEADS, MEASURES, PLAIN_VALUES
from dbwright.relationships.words import singular, stem, word_set, words

LONGEST = 64
"""Characters that a text which identifies something has at most, on average."""
_NAMES = word_set(
    "name title label username login email mail slug sku isbn iban ean symbol abbreviation domain url hostname"
)
_CODES = word_set("code iso zip postcode currency sku isbn ean symbol country")
_TIMES = word_set("at on date time timestamp day month year since until created updated modified update")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a column: its values without NULL, how many are NULL, and the nats that they hold (see `nats_of`)."""

    name: str
    type: Type | None = None
    distinct: int = 0
    nulls: int = 0
    nats: float = 1.0
    length: float | None = None

    @property
    def noun(self) -> tuple[str, ...]:
        """The words that tell what it identifies: ("customer",) for customer_id, custno gives ("cust",)."""
        return noun(self.name)


def nats_of(distinct: int, rows: int, most: int | None = None) -> float:
    """How surprising it is that two rows agree on a column: −ln of the chance that they do, from the number of its different
    values and the rows that hold the most frequent one, None where that is unknown.
    """
    if distinct <= 1 or rows <= 0:
        return 0.0
    largest = (most / rows) if most else 1.0 / distinct
    rest = (1.0 - largest) ** 2 / (distinct - 1)
    return -math.log(min(1.0, largest**2 + rest))


def noun(name: str) -> tuple[str, ...]:
    """The words of an identifier without the ending or beginning that says that it is one, in the singular."""
    return tuple(singular(word) for word in bare(name))


def bare(name: str) -> tuple[str, ...]:
    """The same as they stand: ("media", "type") for media_type_id."""
    named = words(name)
    if len(named) > 1 and named[-1] in ENDINGS:
        named = named[:-1]
    elif len(named) > 1 and named[0] in LEADS:
        named = named[1:]
    elif named and (glued := _glued(named[-1])):
        named = (*named[:-1], glued)
    return named


def identifier(column: Column) -> float:
    """How much a column looks like an identifier by its name and type: 0 to 1."""
    if not _can_identify(column):
        return 0.0
    named = words(column.name)
    if not named:
        return 0.0
    if named[-1] in ("id", "guid", "uuid", "oid"):
        return 1.0
    if named[0] in LEADS and len(named) > 1:
        return 0.9
    if named[-1] in ENDINGS and named[-1] not in PLAIN_VALUES:
        return 0.85
    if column.type is not None and column.type.kind == "uuid":
        return 0.9
    if _glued(named[-1]):
        return 0.8
    if named[-1] == "number" and len(named) > 1 and not NOT_NUMBERS_OF.intersection(named[:-1]):
        return 0.55
    return 0.55 if named[-1] == "code" and len(named) > 1 else 0.0


def natural(column: Column) -> float:
    """How well a column without an identifier's name could tell things apart all the same: 0 to 1."""
    if not _can_identify(column):
        return 0.0
    named = words(column.name)
    if not named or named[-1] in MEASURES - {"title"} or _TIMES.intersection(named):
        return 0.0
    if _CODES.intersection(named):
        return 0.5
    if named[-1] in _NAMES:
        return 0.45
    kind = column.type.kind if column.type else "text"
    return 0.4 if kind == "integer" else 0.3


def _can_identify(column: Column) -> bool:
    kind = column.type.kind if column.type else "text"
    if kind in ("float", "boolean", "date", "time", "timestamp", "interval", "json", "xml", "binary", "array", "money"):
        return False
    if kind == "decimal" and column.type is not None and (column.type.scale or 0) > 0:
        return False
    return column.length is None or column.length <= LONGEST


def affinity(column: Column, head: Column) -> float:
    """How far a column's name says that it belongs to what another identifies: 0 to 1."""
    named, of = stem(column.name), head.noun
    if not of or of[-1] in GENERIC_KEYS:
        return 0.0
    if named[: len(of)] == of:
        return 0.9 + min(0.1, 0.02 * len(of)) if len(named) > len(of) else 0.9
    for start in range(1, len(named) - len(of) + 1):
        if named[start : start + len(of)] == of:
            return 0.7
    for start in range(1, len(of)):
        if named[: len(of) - start] == of[start:]:
            return 0.8
    return 0.0


def _glued(word: str) -> str:
    for ending in GLUED:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and ending not in ("no", "id", "nr", "fk"):
            return rest
        if rest != word and len(rest) > 2 and ending in ("no", "nr") and rest[-1] not in "aeiou":
            return rest
    return ""
