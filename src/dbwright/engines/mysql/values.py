"""Values as MySQL and MariaDB write them in SQL."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from dbwright.engines.mysql import words
from dbwright.errors import UsageError


def literal(value: object) -> str:
    """A value as a literal, for every sql_mode but NO_BACKSLASH_ESCAPES. A moment with a zone is given in UTC.

    Raises UsageError for what these servers cannot hold: infinity, not-a-number, values of other types.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float() | Decimal():
            return _number(value)
        case str() | UUID():
            return words.literal(str(value))
        case bytes() | bytearray() | memoryview():
            return f"x'{bytes(value).hex()}'"
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return f"'{moment.isoformat(sep=' ')}'"
        case date():
            return f"'{value.isoformat()}'"
        case time():
            return f"'{value.replace(tzinfo=None).isoformat()}'"
        case timedelta():
            return _duration(value)
    raise UsageError(f"A value of the type {type(value).__name__} cannot be written in MySQL's SQL.")


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise UsageError(f"MySQL and MariaDB hold no {value} in their numbers.", hint="Give NULL or a finite number.")
    return repr(value) if isinstance(value, float) else f"{value:f}"


def _duration(value: timedelta) -> str:
    """As TIME takes it: hours may be more than a day's, and the sign stands in front of the whole."""
    sign = "-" if value < timedelta() else ""
    size = abs(value)
    minutes, seconds = divmod(size.days * 86_400 + size.seconds, 60)
    fraction = f".{size.microseconds:06}" if size.microseconds else ""
    return f"'{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}'"
