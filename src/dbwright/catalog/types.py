"""Column types: what a type means on any engine, beside the exact spelling of its own engine."""

from typing import Literal

import msgspec

TypeKind = Literal[
    "boolean",
    "integer",
    "decimal",
    "float",
    "money",
    "char",
    "varchar",
    "text",
    "binary",
    "bit",
    "date",
    "time",
    "timestamp",
    "interval",
    "year",
    "uuid",
    "json",
    "xml",
    "array",
    "enum",
    "set",
    "composite",
    "domain",
    "range",
    "network",
    "geometry",
    "vector",
    "fulltext",
    "untyped",
    "other",
]


class Type(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A type: its logical kind with the numbers that matter, and the engine's own canonical spelling.

    kind: what the type means, the same on every engine.
    spelling: what the engine itself prints for it ("numeric(10,2)", "varchar(40)", "enum('a','b')"): enough to recreate it.
    bits: width of an integer or a float (8, 16, 24, 32, 64).
    length: characters of char and varchar, bytes of binary, bits of bit; None where unlimited or unstated.
    precision, scale: digits of a decimal; precision is the fractional seconds of time, timestamp and interval.
    with_zone: a time or timestamp that knows its zone or is an instant in UTC (PostgreSQL timestamptz, MySQL timestamp).
    binary_json: PostgreSQL's jsonb.
    variable: a binary type without fixed length.
    element: the type of an array's elements.
    values: the labels of an inline enum or set (MySQL).
    user_type: namespace and name of the enum, domain, composite or range that the column uses.
    """

    kind: TypeKind
    spelling: str
    bits: int | None = None
    unsigned: bool = False
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    with_zone: bool = False
    binary_json: bool = False
    variable: bool = False
    element: "Type | None" = None
    values: tuple[str, ...] = ()
    user_type: tuple[str, str] | None = None

    @property
    def is_number(self) -> bool:
        """Whether values of the type are numbers."""
        return self.kind in ("integer", "decimal", "float", "money")

    @property
    def is_text(self) -> bool:
        """Whether values of the type are free text."""
        return self.kind in ("char", "varchar", "text")

    @property
    def is_temporal(self) -> bool:
        """Whether values of the type are points in time."""
        return self.kind in ("date", "time", "timestamp", "year")
