"""What a column's type alone says about its values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from dbwright.catalog.objects import Catalog, Column, Domain
from dbwright.catalog.types import Type
from dbwright.seed.base import Limit

_LONGEST = {"tinytext": 255, "text": 65_535, "mediumtext": 16_777_215, "tinyblob": 255, "blob": 65_535}
"""MySQL's own, in bytes."""


class Types:
    """The types that a catalog defines, found by name."""

    def __init__(self, catalog: Catalog) -> None:
        self.engine = "mysql" if catalog.engine == "mariadb" else catalog.engine
        self.enums = {(enum.namespace, enum.name): enum for enum in catalog.enums}
        self.domains: Mapping[tuple[str, str], Domain] = {(each.namespace, each.name): each for each in catalog.domains}

    def chain(self, type_: Type) -> list[Domain]:
        """The domains that a type is made of, the outermost first."""
        found: list[Domain] = []
        while type_.kind == "domain" and type_.user_type is not None and len(found) < 20:
            domain = self.domains.get(type_.user_type)
            if domain is None:
                break
            found.append(domain)
            type_ = found[-1].type
        return found

    def base(self, type_: Type) -> Type:
        """The type without its domains."""
        domains = self.chain(type_)
        return domains[-1].type if domains else type_

    def labels(self, type_: Type) -> tuple[str, ...] | None:
        """The only values of an enum, of whatever engine; None for other types."""
        if type_.kind != "enum":
            return None
        if type_.user_type in self.enums:
            return self.enums[type_.user_type].labels
        return type_.values or None


def limit_of(column: Column, types: Types) -> Limit:
    """What the type of a column allows, its domains' NOT NULL included, their checks not."""
    type_ = types.base(column.type)
    nullable = column.nullable and all(domain.nullable for domain in types.chain(column.type))
    lowest, highest = _bounds(type_, types.engine)
    length = type_.length if type_.kind in ("char", "varchar", "text", "binary", "bit") else None
    if length is None and types.engine == "mysql":
        length = _LONGEST.get(type_.spelling.partition("(")[0].lower())
    return Limit(
        lowest=lowest,
        highest=highest,
        allowed=types.labels(type_),
        most_length=length,
        least_length=(length or 0) if type_.kind == "bit" and not type_.variable and types.engine == "postgres" else 0,
        nullable=nullable,
    )


def _bounds(type_: Type, engine: str) -> tuple[object, object]:
    """The least and the greatest value of a type; None where there is none worth knowing."""
    if type_.kind == "integer":
        bits = type_.bits or 64
        return (0, 2**bits - 1) if type_.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if type_.kind == "decimal" and type_.precision is not None and engine != "sqlite":
        scale = type_.scale or 0
        most = Decimal(10**type_.precision - 1).scaleb(-scale)
        return (Decimal(0) if type_.unsigned else -most), most
    if type_.kind == "year":
        return 1901, 2155
    if engine == "mysql" and type_.kind == "timestamp":
        if type_.with_zone:
            return datetime(1970, 1, 2, tzinfo=UTC), datetime(2038, 1, 18, tzinfo=UTC)
        return datetime(1000, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001 - a type without zone
    if engine == "mysql" and type_.kind == "date":
        return date(1000, 1, 1), date(9999, 12, 31)
    return (0, None) if type_.unsigned else (None, None)
