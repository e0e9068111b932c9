"""PostgreSQL's spelling of what the questions about several rows need."""

from dbwright.catalog.objects import Table
from dbwright.catalog.types import Type
from dbwright.engines.asking import shortened
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.engines.relating.dialect import NEVER, Dialect, Term

_NUMBERS = ("integer", "decimal", "float")
_TEXTS = ("char", "varchar", "text")
_INFINITE = "'NaN', 'Infinity', '-Infinity'"


def meet(one: Type, other: Type) -> bool:
    """Whether values of two types can be compared as they are."""
    if one.spelling == other.spelling:
        return True
    return any(one.kind in kinds and other.kind in kinds for kinds in (_NUMBERS, _TEXTS, ("date", "timestamp")))


def without_equality(type_: Type) -> bool:
    """Whether values of the type cannot be compared at all."""
    inner = type_.element or type_
    return (inner.kind == "json" and not inner.binary_json) or inner.kind in ("xml", "geometry", "other")


class PostgresDialect(Dialect):
    """All versions from 12 on."""

    title = "PostgreSQL"

    def name(self, column: str) -> str:
        return identifier(column)

    def place(self, table: Table) -> str:
        return qualified(table.namespace, table.name)

    def equal(self, one: Term, other: Term) -> str:
        left, right = _pair(one, other)
        return f"{left} = {right}"

    def differs(self, one: Term, other: Term) -> str:
        left, right = _pair(one, other)
        return f"{left} IS DISTINCT FROM {right}"

    def comparable(self, term: Term) -> str:
        return f"({term.sql})::text" if without_equality(term.column.type) else term.sql

    def folded(self, term: Term) -> str:
        return f"lower(btrim({term.sql}::text))"

    def number(self, term: Term) -> str:
        return term.sql if term.column.type.kind in _NUMBERS else f"({term.sql})::numeric"

    def extreme(self, function: str, term: Term) -> str:
        found = super().extreme(function, term)
        if term.column.type.kind == "integer":
            return found
        return f"{found} FILTER (WHERE {term.sql}::text NOT IN ({_INFINITE}))"

    def unequal(self, one: str, other: str) -> str:
        # NaN and infinity are neither equal nor unequal to a sum.
        return f"({super().unequal(one, other)} AND abs({one} - {other}) < 'Infinity'::float8)"

    def deleted(self, term: Term) -> str:
        match term.column.type.kind:
            case "boolean":
                return f"{term.sql} IS TRUE"
            case "bit" | "money":
                return f"{term.sql} IS NOT NULL"
        return super().deleted(term)

    def shown(self, term: Term) -> str:
        return f"({term.sql})::text"

    def printed(self, cell: object) -> str | None:
        return shortened(None if cell is None else str(cell))

    def moment(self, term: Term) -> str:
        return term.sql

    def order(self, start: str, end: str) -> str:
        return f"{start} NULLS FIRST, {end}"

    def adjacent(self, end: Term, start: Term, raw_end: str) -> str:
        kinds = (end.column.type.kind, start.column.type.kind)
        if all(kind in _NUMBERS for kind in kinds):
            return f"{start.sql} - {end.sql} = 1"
        if not all(kind in ("date", "timestamp") for kind in kinds):
            return NEVER
        near = (
            f"{start.sql} - {end.sql} = 1"
            if kinds == ("date", "date")
            else f"{start.sql} - {end.sql} <= interval '1 s'"
        )
        # Infinite times cannot be subtracted.
        return f"CASE WHEN isfinite({end.sql}) AND isfinite({start.sql}) THEN {near} ELSE false END"


def _pair(one: Term, other: Term) -> tuple[str, str]:
    as_they_are = meet(one.column.type, other.column.type) and not without_equality(one.column.type)
    cast = "" if as_they_are else "::text"
    return f"{one.sql}{cast}", f"{other.sql}{cast}"
