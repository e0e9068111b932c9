"""A made-up value for a column: of its type, distinct by its number, and short enough."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type

_FIRST_DAY = date(2024, 1, 1)


def value(column: Column, number: int) -> object:
    """The made-up value of a column in the row of that number, from 1; every seventh is NULL where NULL is allowed."""
    if column.nullable and number % 7 == 0:
        return None
    return _of_type(column.type, number)


def _of_type(type_: Type, number: int) -> object:
    match type_.kind:
        case "boolean":
            return number % 2 == 0
        case "integer":
            return number % 100 if (type_.bits or 32) == 8 else number
        case "float":
            return number + 0.5
        case "decimal" | "money":
            return _decimal(type_, number)
        case "char" | "varchar" | "text":
            return f"text {number}"[-(type_.length or 40) :]
        case "binary":
            return number.to_bytes(min(type_.length or 4, 4), "big") if number < 256 else b"\x01"
        case "date":
            return _FIRST_DAY + timedelta(days=number)
        case "time":
            return time(number % 24, number % 60)
        case "timestamp":
            at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number, minutes=number)
            return at if type_.with_zone else at.replace(tzinfo=None)
        case "interval":
            return f"{number} days"
        case "year":
            return 2000 + number % 100
        case "uuid":
            return str(UUID(int=number))
        case "json":
            return f'{{"number": {number}}}'
        case "xml":
            return f"<number>{number}</number>"
        case "array":
            return "{}"
        case "enum" | "set" if type_.values:
            return type_.values[number % len(type_.values)]
        case "network":
            return f"10.0.{number // 256 % 256}.{number % 256}"
        case "untyped":
            return f"text {number}"
    return None


def _decimal(type_: Type, number: int) -> Decimal:
    """Small enough for the digits before the point."""
    before = (type_.precision or 10) - (type_.scale or 0)
    return Decimal(number % 10 ** min(before, 9)) if before > 0 else Decimal(0)
