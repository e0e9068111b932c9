"""DuckDB's types as types of the catalog, and how values of each are fetched into a frame."""

import re

from dbwright.catalog.types import Type, TypeKind

_BITS = {"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128}
_PLAIN: dict[str, TypeKind] = {
    "BOOLEAN": "boolean",
    "VARCHAR": "text",
    "BLOB": "binary",
    "DATE": "date",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "JSON": "json",
    "BIT": "bit",
    "GEOMETRY": "geometry",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_FETCHED = frozenset(
    """
    BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE VARCHAR BLOB DATE TIME
    TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS
    """.split()
) | {"TIMESTAMP WITH TIME ZONE"}


def type_of(spelling: str) -> Type:
    """The type that DuckDB spells so ("DECIMAL(15,2)", "INTEGER[]")."""
    if spelling.endswith("]"):
        return Type(kind="array", spelling=spelling, element=type_of(spelling[: spelling.rindex("[")]))
    if spelling.startswith(("STRUCT", "MAP", "UNION")):
        return Type(kind="composite", spelling=spelling)
    if spelling.startswith("ENUM"):
        return Type(kind="enum", spelling=spelling)
    if decimal := _DECIMAL.fullmatch(spelling):
        return Type(kind="decimal", spelling=spelling, precision=int(decimal[1]), scale=int(decimal[2]))
    if spelling in ("FLOAT", "DOUBLE"):
        return Type(kind="float", spelling=spelling, bits=32 if spelling == "FLOAT" else 64)
    unsigned = spelling.startswith("U") and spelling[1:] in _BITS
    if unsigned or spelling in _BITS:
        return Type(kind="integer", spelling=spelling, bits=_BITS[spelling[unsigned:]], unsigned=unsigned)
    if spelling.startswith("TIMESTAMP"):
        return Type(kind="timestamp", spelling=spelling, with_zone="ZONE" in spelling)
    if spelling.startswith("TIME"):
        return Type(kind="time", spelling=spelling, with_zone="ZONE" in spelling)
    if spelling.strip('"') == "NULL":  # a column of NULLs only
        return Type(kind="untyped", spelling="NULL")
    return Type(kind=_PLAIN.get(spelling, "other"), spelling=spelling, variable=spelling == "BLOB")


def is_nested(spelling: str) -> bool:
    """Whether values hold values: lists, structures, maps."""
    return spelling.endswith("]") or spelling.startswith(("STRUCT", "MAP", "UNION"))


def fetched(expression: str, spelling: str) -> str:
    """What is selected so that polars can hold it: the value itself, or else its text (JSON for nested values)."""
    if spelling in _FETCHED or _DECIMAL.fullmatch(spelling):
        return expression
    return text_of(expression, spelling)


def text_of(expression: str, spelling: str) -> str:
    """The value as text."""
    if is_nested(spelling):
        return f"CAST(to_json({expression}) AS VARCHAR)"
    return f"CAST({expression} AS VARCHAR)"
