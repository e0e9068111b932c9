"""What the questions need of an engine: how it spells comparisons, and how its rows are asked."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import HALF_A_CENT

NEVER = "1 = 0"
OURS = "dbwright_"
"""How the names begin that our queries give to parents: a server that keeps its statements keeps ours too."""
FOR_EVER = "2900-01-01"
"""An end from this day on means that there is none."""

_NUMBERS = ("boolean", "integer", "decimal", "float", "money", "bit")
_A_MILLIONTH = "0.000001"


class CannotAsk(Exception):
    """The engine has no way to ask this. Its text is the reason, as a sentence."""


class Term(NamedTuple):
    """An expression that has the value of a column."""

    sql: str
    column: Column


class Dialect(ABC):
    """How an engine spells things. Conditions may be NULL where they don't hold."""

    title: str
    windows: bool = True
    """Whether it has window functions."""

    @abstractmethod
    def name(self, column: str) -> str:
        """A name, quoted."""

    @abstractmethod
    def place(self, table: Table) -> str:
        """The table as it stands after FROM."""

    @abstractmethod
    def equal(self, one: Term, other: Term) -> str:
        """Whether two values are the same, also where their types differ. An index on `one` is used where it can be."""

    @abstractmethod
    def differs(self, one: Term, other: Term) -> str:
        """Whether two values differ, byte for byte; NULL differs from a value and not from NULL."""

    @abstractmethod
    def moment(self, term: Term) -> str:
        """A point in time as something that orders and equals as times do; NULL where it is none."""

    @abstractmethod
    def adjacent(self, end: Term, start: Term, raw_end: str) -> str:
        """Whether a moment is one unit after another, both from `moment`: a day for dates, at most a second for others.

        raw_end: the end as the column has it.
        """

    def absent(self, value: Term, parent: Table, key: Column) -> str:
        """Whether a value is none of those in the column of the parent."""
        found = self.equal(Term(f"{OURS}p.{self.name(key.name)}", key), value)
        return f"NOT EXISTS (SELECT 1 FROM {self.place(parent)} AS {OURS}p WHERE {found})"

    def comparable(self, term: Term) -> str:
        """The value as something that rows can be grouped by."""
        return term.sql

    def folded(self, term: Term) -> str:
        """A text without outer blanks in lower case."""
        return f"lower(trim({term.sql}))"

    def number(self, term: Term) -> str:
        """The value as something to reckon with."""
        return term.sql

    def extreme(self, function: str, term: Term) -> str:
        """The smallest or largest ("min", "max") number of a column, without NaN and infinity."""
        return f"{function}({term.sql})"

    def shown(self, term: Term) -> str:
        """The value as it is fetched to be shown."""
        return term.sql

    def printed(self, cell: Any) -> str | None:
        """A fetched value as text."""
        return None if cell is None else str(cell)

    def order(self, start: str, end: str) -> str:
        """ORDER BY for periods: a NULL start is first, a NULL end last."""
        return f"{start}, {end} IS NULL, {end}"

    def unequal(self, one: str, other: str) -> str:
        """Whether two numbers differ by more than half of 0.01."""
        return f"abs({one} - {other}) > {HALF_A_CENT}"

    def deleted(self, term: Term) -> str:
        """Whether a soft-delete column says so: a true boolean or number, or any other value."""
        if term.column.type.kind in _NUMBERS:
            return f"coalesce({term.sql}, 0) <> 0"
        return f"{term.sql} IS NOT NULL"

    def apart(self, one: Term, other: Term) -> str:
        """As `differs`, with room for the last digits where one of two numbers is floating."""
        types = (one.column.type, other.column.type)
        if not all(type_.is_number for type_ in types) or not any(type_.kind == "float" for type_ in types):
            return self.differs(one, other)
        nulls = f"({one.sql} IS NULL) <> ({other.sql} IS NULL)"
        return f"({nulls} OR abs({one.sql} - {other.sql}) > {_A_MILLIONTH} * (abs({one.sql}) + abs({other.sql})))"


class Rows(Protocol):
    """The rows of the question's table, all or a sample of them."""

    dialect: Dialect
    table: Table
    lookup: Lookup
    sampled: bool

    def source(self, alias: str, columns: Sequence[str]) -> str:
        """The rows as they stand after FROM, with at least these columns, under an alias."""
        ...

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query. The engine's own errors pass through: they are dealt with outside."""
        ...

    def examples(self, sql: str) -> list[tuple[Any, ...]]:
        """The same, but nothing where it fails."""
        ...

    def distinct(self, table: Table, column: str) -> int | None:
        """About how many values a column has where the table is too large to count them; None where it isn't, or not known."""
        ...


# ---------------------------------------------------------------- what the questions share


def term(rows: Rows, alias: str, table: Table, column: str) -> Term:
    """A column under an alias. `missing_from` has made sure that it is there."""
    found = table.column(column)
    assert found is not None
    return Term(f"{alias}.{rows.dialect.name(column)}", found)


def filled(terms: Sequence[Term]) -> str:
    """A condition that none is NULL."""
    return " AND ".join(f"{each.sql} IS NOT NULL" for each in terms) or "1 = 1"


def times(condition: str, weight: str = "1") -> str:
    """How often a condition holds, or the sum of a weight where it does."""
    return f"coalesce(sum(CASE WHEN {condition} THEN {weight} ELSE 0 END), 0)"


def printed(rows: Rows, found: Sequence[Sequence[Any]]) -> tuple[tuple[str | None, ...], ...]:
    """Fetched rows as examples."""
    return tuple(tuple(rows.dialect.printed(cell) for cell in row) for row in found)


def listing(rows: Rows, wanted: Sequence[tuple[str, Term]]) -> tuple[tuple[str, ...], str]:
    """The names and the SELECT list of what may be shown; secrets are left out, and nothing is shown twice."""
    open_ones = {name: each for name, each in wanted if not looks_secret(each.column.name)}
    return tuple(open_ones), ", ".join(rows.dialect.shown(each) for each in open_ones.values())


def key_terms(rows: Rows, alias: str) -> list[tuple[str, Term]]:
    """The primary key of the question's table, by name."""
    key = rows.table.primary_key.columns if rows.table.primary_key else ()
    return [(column, term(rows, alias, rows.table, column)) for column in key]
