"""The types of columns that hold counts and sums."""

from dbwright.catalog.types import Type

_WIDEST_DECIMAL = {"mysql": 65, "postgres": 1000, "sqlite": 1000}
_ROOM = 22
"""Digits that a sum needs beyond those of what is added: enough for as many rows as a bigint counts."""


class TypeOf:
    """Kinds of types by what can be done with their values."""

    SUMMED = frozenset(("integer", "decimal", "float"))
    ORDERED = SUMMED | {"date", "time", "timestamp", "year", "char", "varchar", "text", "interval"}


def sum_type(of: Type | None, engine: str) -> Type:
    """The logical type, without its spelling, of a count (None), or of a sum over a type; a spelling where it is the same type."""
    if engine == "sqlite":
        whole = of is None or of.kind == "integer"
        return Type("integer", "INTEGER", bits=64) if whole else Type("decimal", "NUMERIC")
    if of is None or (of.kind == "integer" and not (of.unsigned and of.bits == 64)):
        return Type("integer", "", bits=64)
    if of.kind == "integer":
        return Type("decimal", "", precision=42, scale=0)
    if of.kind == "float":
        return Type("float", "", bits=64)
    if of.precision is None:
        return of
    return Type(
        "decimal", "", precision=min(of.precision + _ROOM, _WIDEST_DECIMAL.get(engine, 38)), scale=of.scale or 0
    )
