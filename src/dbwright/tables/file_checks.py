"""Checks of dependencies on all rows of a file, by DuckDB."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dbwright.catalog.dependencies import (
    Attributes,
    Conditional,
    Dependency,
    Derived,
    Functional,
    Measured,
    Ordered,
    Standing,
)
from dbwright.catalog.names import Ref
from dbwright.errors import UsageError
from dbwright.tables import checks_sql
from dbwright.tables.base import Nulls
from dbwright.tables.checks import checked
from dbwright.tables.duck import OutOfMemory, OutOfTime, literal, name
from dbwright.tables.duck_types import is_nested, text_of
from dbwright.tables.formula import in_dialect

if TYPE_CHECKING:
    from dbwright.tables.files import FileTable

_AT_ONCE = 16
"""So many right sides are looked at in one GROUP BY of their left side."""


class FileTerms:
    """A file's table as `checked` wants it. typed: columns have the values that their texts stand for."""

    def __init__(self, table: "FileTable", *, typed: bool, seconds: float | None) -> None:
        self._table = table
        self._typed = typed
        self._until = None if seconds is None else time.monotonic() + seconds
        self.names = tuple(table.spellings)
        self.grouping = ""
        self.place = table.quoted
        if typed and table.readings:
            values = ", ".join(f"{table.value(each)} AS {name(each)}" for each in table.readings)
            self.place = f"(SELECT * REPLACE ({values}) FROM {table.quoted}) AS dw_typed"

    @property
    def ref(self) -> Ref:
        """The table's name."""
        return self._table.ref

    def left(self) -> float | None:
        """Seconds that are left. Raises OutOfTime where none are."""
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise OutOfTime("The time given for checking is over.")
        return left

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query that reads, within the time."""
        return self._table.store.read(sql, seconds=self.left())

    def key(self, column: str) -> str:
        """What rows are grouped by: the value itself, since DuckDB compares texts by their bytes."""
        return name(column)

    def ordered(self, column: str) -> str:
        """What rows are sorted by."""
        return name(column)

    def shown(self, column: str) -> str:
        """The value as a text."""
        return text_of(name(column), self._spelling(column))

    def same(self, one: str, other: str) -> str:
        """Whether two are equal, NULL being equal to NULL."""
        return f"{one} IS NOT DISTINCT FROM {other}"

    def equals(self, column: str, value: str) -> str:
        """A condition that a column has a value, given as text."""
        spelling = self._spelling(column)
        if spelling == "BLOB":
            return f"'0x' || lower(hex({name(column)})) = {literal(value)}"
        if spelling == "VARCHAR" or is_nested(spelling):
            return f"{self.shown(column)} = {literal(value)}"
        return f"coalesce({name(column)} = TRY_CAST({literal(value)} AS {spelling}), false)"

    def unlike(self, column: str, formula: str) -> str:
        """A condition that a column differs from a formula; a float by more than rounding."""
        own, other = name(column), f"({in_dialect(formula, 'duckdb')})"
        if self._spelling(column) in ("FLOAT", "DOUBLE"):
            near = f"abs({own} - {other}) <= 1e-9 * (abs({own}) + abs({other}))"
            return f"NOT ({own} IS NOT DISTINCT FROM {other} OR coalesce({near}, false))"
        return f"{own} IS DISTINCT FROM {other}"

    def orphan(self, columns: Sequence[str], parent: Ref, parent_columns: Sequence[str]) -> str:
        """A condition that no row of the parent has the values, each compared as text where the types are not the same."""
        other = next((each for ref, each in self._table.siblings.items() if ref.path[-1] == parent.path[-1]), None)
        if other is None:
            raise UsageError(f"There is no table {parent} beside {self.ref}.")
        unknown = [each for each in parent_columns if each not in other.spellings]
        if unknown:
            raise UsageError(f"{other.ref} has no column {', '.join(unknown)}.")
        pairs = []
        for own, its in zip(columns, parent_columns, strict=True):
            one, two = f"{self._table.quoted}.{name(own)}", f"dw_parent.{name(its)}"
            if self._table.spellings[own] != other.spellings[its]:
                one, two = text_of(one, self._table.spellings[own]), text_of(two, other.spellings[its])
            pairs.append(f"{two} = {one}")
        return f"NOT EXISTS (SELECT 1 FROM {other.quoted} AS dw_parent WHERE {' AND '.join(pairs)})"

    def _spelling(self, column: str) -> str:
        if self._typed and column in self._table.readings:
            return self._table.readings[column].type.spelling
        return self._table.spellings[column]


def check_file(
    table: "FileTable", dependencies: Sequence[Dependency], *, nulls: Nulls, examples: int, seconds: float | None
) -> list[Measured]:
    """See RowSource.check. Right sides that share a left side are looked at together; only those broken are looked at again."""
    plain = FileTerms(table, typed=False, seconds=seconds)
    found: dict[int, Measured] = {}
    try:
        rows = table.count()
        if nulls == "equal":
            found = _proved(plain, dependencies, rows)
        for place, dependency in enumerate(dependencies):
            if place in found:
                continue
            left = plain.left()
            by_value = isinstance(dependency, Ordered | Derived)
            terms = FileTerms(table, typed=True, seconds=left) if by_value else plain
            try:
                found[place] = checked(terms, dependency, nulls=nulls, examples=examples)
            except OutOfMemory:
                continue
    except OutOfTime:
        pass
    return [found[place] for place in sorted(found)]


def _proved(terms: FileTerms, dependencies: Sequence[Dependency], rows: int) -> dict[int, Measured]:
    """The functional dependencies that every row keeps, by their place: per group the least right side is the greatest."""
    lefts: dict[Attributes, list[int]] = {}
    for place, each in enumerate(dependencies):
        if (
            isinstance(each, Functional)
            and not isinstance(each, Conditional)
            and each.left | each.right <= set(terms.names)
        ):
            lefts.setdefault(each.left, []).append(place)
    found: dict[int, Measured] = {}
    for left, places in lefts.items():
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            try:
                holds = _hold(terms, left, [_right(dependencies[place]) for place in some])
            except OutOfMemory:
                continue
            except OutOfTime:
                return found
            for place, held in zip(some, holds, strict=True):
                if held:
                    found[place] = _measured(terms, dependencies[place], rows)
    return found


def _right(dependency: Dependency) -> Attributes:
    assert isinstance(dependency, Functional)
    return dependency.right - dependency.left


def _hold(terms: FileTerms, left: Attributes, rights: Sequence[Attributes]) -> list[bool]:
    columns = sorted(set().union(*rights))
    groups = [name(each) for each in terms.names if each in left]
    broken = [
        f"bool_or(coalesce(dw_low{n} <> dw_high{n}, false) OR (dw_filled{n} > 0 AND dw_filled{n} < dw_all))"
        for n in range(len(columns))
    ]
    listed = ", ".join(
        f"min({name(each)}) AS dw_low{n}, max({name(each)}) AS dw_high{n}, count({name(each)}) AS dw_filled{n}"
        for n, each in enumerate(columns)
    )
    grouped = f"SELECT {', '.join([listed, 'count(*) AS dw_all'])} FROM {terms.place}"
    by = f" GROUP BY {', '.join(groups)}" if groups else ""
    if not columns:
        return [True] * len(rights)
    answers = terms.query(f"SELECT {', '.join(broken)} FROM ({grouped}{by}) AS dw_groups")[0]
    against = {column for column, answer in zip(columns, answers, strict=True) if answer}
    return [not (right & against) for right in rights]


def _measured(terms: FileTerms, dependency: Dependency, rows: int) -> Measured:
    assert isinstance(dependency, Functional)
    left = [each for each in terms.names if each in dependency.left]
    right = [each for each in terms.names if each in dependency.right - dependency.left]
    again = checks_sql.functional_rows(terms, left, right)
    return Measured(dependency=dependency, table=terms.ref, standing=Standing.PROVED, rows=rows, sql=again)
