"""How much a single column looks as if it told things apart: by its name, its type and its values.

Weights are natural logarithms of likelihood ratios: how much likelier this is seen of a column that is a key of something than
of one that is not. They are rough on purpose, and hold for columns in general.
"""

from collections.abc import Iterator

from dbwright.catalog.objects import Column
from dbwright.catalog.profiles import ColumnProfile
from dbwright.catalog.types import TypeKind
from dbwright.relationships.vocabulary import ENDINGS, GLUED, IDS, LEADS, MEASURES, NOTATION, PLAIN_VALUES
from dbwright.relationships.words import word_set, words

IS_ID = 3.0
IS_CODE = 2.0
IS_GLUED = 1.5
IS_NATURAL = 0.8
IS_NAME = -0.3
IS_PLAIN = -1.0
IS_CONTACT = -1.0
IS_PLACE_CODE = -0.6
IS_PERSONAL = -3.0
IS_MEASURE = -4.0
IS_MOMENT = -4.0
IS_LONG = -4.0
IS_FLAG = -3.5
IS_FRACTION = -4.0
HAS_UUIDS = 2.0
IS_WHOLE_NUMBER = 0.7
COUNTS_FROM_ONE = 0.6
SOME_EMPTY = -0.5
ALL_EMPTY = -2.0
REFERS = 4.0

_NATURAL = word_set(
    "asin barcode bic domain ean email gtin handle hostname iban isbn isin issn login lei mail path plate sku slug swift symbol "
    "ticker upc upn url username vat vin"
)
"""Last words of columns that tell things apart in the world outside."""
_NAMES = word_set("label name nom nombre title titel titulo titre bezeichnung")
_CONTACT = word_set("cell fax mobile phone tel telefax telefon telefono telephone")
_PERSONAL = word_set(
    "address adresse apellido birth first firstname forename gender given last lastname middle nachname prenom street strasse "
    "surname vorname"
)
_PLACE_CODES = word_set("plz postal postcode postleitzahl zip zipcode")
_FREE = word_set("bio body comment content description desc message note notes remark remarks summary text")
_MOMENTS = word_set("at date datetime datum fecha month on since stamp time timestamp until updated created year")
_FLAGS = word_set("active can deleted disabled enabled flag has is should was")
_THINGS = PLAIN_VALUES - word_set(
    "amount balance count credit day hour level month number percent position price priority quantity rank rate rating score size "
    "time total unit value version week year"
)
"""Nouns among the names of plain values that are as often a reference without an ending."""
NOT_NUMBERS_OF = (
    _CONTACT | _PLACE_CODES | word_set("house street building room floor post area line row seq sequence version page")
)
"""What has a number that tells it apart from nothing else: phone_number, line_number."""
_LONG_TEXT = 48

Reason = tuple[str, float]


def key_likeness(name: str, profile: ColumnProfile | None = None, column: Column | None = None) -> list[Reason]:
    """Why a column may be a key of something, or not: half-sentences that follow on its name, with weights."""
    return [_by_name(name), *_by_type(name, profile, column), *_by_values(profile)]


def base(name: str) -> tuple[str, ...]:
    """What a column that tells things apart is of: ("customer",) for customer_id, CustomerNo, id_customer and customer_name.

    Empty where the name says nothing of it ("id", "code").
    """
    named = words(name)
    while len(named) > 1 and named[0] in NOTATION and named[0] not in LEADS:
        named = named[1:]
    if len(named) > 1 and named[-1] in ENDINGS | _NAMES:
        return named[:-1]
    if len(named) > 1 and (named[0] in LEADS or named[0] == "code"):
        return named[1:]
    if named and (cut := _glued(named[-1])):
        return (*named[:-1], cut)
    return () if len(named) == 1 and named[0] in ENDINGS | _NAMES else named


def _by_name(name: str) -> Reason:
    named = words(name)
    last, first = (named[-1], named[0]) if named else ("", "")
    if last in IDS or (len(named) > 1 and first in IDS):
        return "is named as an identifier", IS_ID
    if len(named) > 1 and named[-1] in ENDINGS and not NOT_NUMBERS_OF.intersection(named[:-1]):
        return "is named as a code or number of something", IS_CODE
    if last in ENDINGS and len(named) == 1:
        return "is named as a code or number", IS_CODE
    if len(named) > 1 and (first in LEADS or first == "code"):
        return "is named as a code or number of something", IS_CODE
    if _MOMENTS.intersection((last,)) or first in ("created", "updated", "date", "fecha"):
        return "is a point in time", IS_MOMENT
    if _FLAGS.intersection((first, last)):
        return "is a yes or no", IS_FLAG
    if _CONTACT.intersection(named):
        return "is a way to reach somebody", IS_CONTACT
    if _PLACE_CODES.intersection(named):
        return "is the code of a place", IS_PLACE_CODE
    if _PERSONAL.intersection(named):
        return "describes, and tells nothing apart", IS_PERSONAL
    if last in _FREE:
        return "is free text", IS_LONG
    if last in _NATURAL:
        return "is a natural key by its name", IS_NATURAL
    if last in _NAMES:
        return "is a name", IS_NAME
    if last in MEASURES - _THINGS:
        return "is named as a count or a measure", IS_MEASURE
    if _glued(last):
        return "is named as a code or number of something", IS_GLUED
    return "is not named as a key", IS_PLAIN


def _glued(word: str) -> str:
    """What is left of "custno" or "kundennr" without its ending; "" for other words."""
    for ending in GLUED:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and (len(ending) > 2 or ending in ("id", "no", "nr")):
            return rest
    return ""


def _by_type(name: str, profile: ColumnProfile | None, column: Column | None) -> Iterator[Reason]:
    kind: TypeKind | None = None
    if column is not None and not (column.type.is_text and profile is not None and profile.inferred is not None):
        kind = column.type.kind
    elif profile is not None and (found := profile.inferred or profile.declared):
        kind = found.kind
    named, _ = _by_name(name)
    if kind == "uuid":
        yield "holds UUIDs", HAS_UUIDS
    elif kind == "integer" and named != "is named as a count or a measure":
        yield "holds whole numbers", IS_WHOLE_NUMBER
    elif kind in ("float", "decimal", "money"):
        yield "holds fractions", IS_FRACTION
    elif kind in ("date", "time", "timestamp", "interval", "year") and named != "is a point in time":
        yield "holds dates or times", IS_MOMENT
    elif kind == "boolean" and named != "is a yes or no":
        yield "is a yes or no", IS_FLAG
    elif kind in ("json", "xml", "array", "geometry", "vector", "fulltext"):
        yield "holds documents", IS_LONG


def _by_values(profile: ColumnProfile | None) -> Iterator[Reason]:
    if profile is None or not profile.rows:
        return
    if profile.nulls or profile.empty:
        share = min(1.0, (profile.nulls + profile.empty) / profile.rows)
        told = f"{share:.0%}".replace("%", " %") if share >= 0.005 else "less than 1 %"
        yield f"is empty in {told} of the rows", SOME_EMPTY + ALL_EMPTY * share
    if (profile.mean_length or 0) > _LONG_TEXT and profile.inferred is not None and profile.inferred.is_text:
        yield "holds long texts", IS_LONG / 2
    if profile.distinct <= 2 < profile.rows:
        yield f"has {profile.distinct} different values only", IS_FLAG / 2
    if _counts_from_one(profile):
        yield "counts upwards, as keys do that number themselves", COUNTS_FROM_ONE


def _counts_from_one(profile: ColumnProfile) -> bool:
    """Whether the values are mostly the whole numbers from 0 or 1 upwards."""
    least, most = profile.minimum or "", profile.maximum or ""
    if profile.distinct < 10 or least not in ("0", "1") or not most.isdecimal():
        return False
    return profile.distinct > int(most) / 2
