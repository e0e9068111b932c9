"""Python's values as constants of PostgreSQL's SQL."""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from dbwright.engines.postgres.words import literal as text_literal
from dbwright.errors import UsageError


def literal(value: object) -> str:
    """A value as it stands in SQL. Raises UsageError for a value that PostgreSQL has no constant for."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case float():
            return repr(float(value)) if math.isfinite(value) else f"'{_unending(value)}'::double precision"
        case Decimal():
            return format(value, "f") if value.is_finite() else f"'{_unending(float(value))}'::numeric"
        case str():
            if "\0" in value:
                raise UsageError("PostgreSQL's texts cannot hold the character NUL (U+0000).")
            return text_literal(value)
        case bytes() | bytearray() | memoryview():
            return text_literal(f"\\x{bytes(value).hex()}") + "::bytea"
        case datetime():
            return f"'{value.isoformat(sep=' ')}'::timestamp with{'' if value.tzinfo else 'out'} time zone"
        case date():
            return f"'{value.isoformat()}'::date"
        case time():
            return f"'{value.isoformat()}'::time with{'' if value.tzinfo else 'out'} time zone"
        case timedelta():
            return f"'{value.days} days {value.seconds}.{value.microseconds:06} seconds'::interval"
        case UUID():
            return f"'{value}'::uuid"
        case _:
            raise UsageError(f"PostgreSQL has no constant for a value of the Python type {type(value).__name__}.")


def _unending(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
