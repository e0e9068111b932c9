"""Values as they stand in SQLite's SQL."""

import math
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from dbwright.engines.sqlite.words import quote_text
from dbwright.errors import UsageError


def literal(value: object) -> str:
    """A value as a literal. Raises UsageError for one of a type that has none.

    Dates and times become texts, as SQLite's own functions write them. It knows no NaN and takes it for NULL.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "1" if value else "0"
        case int():
            return str(value)
        case float():
            return _float(value)
        case Decimal():
            return _float(float(value)) if not value.is_finite() else format(value, "f")
        case str():
            return _text(value)
        case bytes() | bytearray() | memoryview():
            return f"x'{bytes(value).hex()}'"
        case datetime():
            return quote_text(value.isoformat(sep=" "))
        case date() | time():
            return quote_text(value.isoformat())
        case UUID():
            return quote_text(str(value))
    raise UsageError(f"A value of the type {type(value).__name__} cannot be written in SQLite's SQL.")


def _float(value: float) -> str:
    if math.isnan(value):
        return "NULL"
    return repr(value) if math.isfinite(value) else f"{'-' if value < 0 else ''}9e999"


def _text(value: str) -> str:
    """A text; NUL cannot stand in a statement."""
    if "\0" not in value:
        return quote_text(value)
    return f"({' || char(0) || '.join(quote_text(part) for part in value.split(chr(0)))})"
