"""Check one dependency on all rows of a table, by SQL where the rows are."""

from collections.abc import Sequence
from typing import Protocol

from dbwright.catalog.dependencies import (
    Conditional,
    Dependency,
    Derived,
    Functional,
    Included,
    Join,
    Measured,
    Multivalued,
    Ordered,
    Standing,
    UniqueColumns,
    Violation,
)
from dbwright.catalog.names import Ref
from dbwright.catalog.secrets import looks_secret
from dbwright.errors import UsageError
from dbwright.tables import checks_sql as sql
from dbwright.tables.base import Nulls
from dbwright.tables.checks_sql import Terms

FEW = 0.05
"""Up to this share of rows against it a dependency is approximate; with more it is refuted."""
_HIDDEN = "(not shown)"


class Checkable(Terms, Protocol):
    """A table that answers SQL."""

    @property
    def ref(self) -> Ref: ...

    @property
    def names(self) -> Sequence[str]:
        """The columns in their order."""
        ...

    def query(self, sql: str) -> list[tuple[object, ...]]: ...

    def equals(self, column: str, value: str) -> str:
        """A condition that a column has a value, given as text."""
        ...

    def unlike(self, column: str, formula: str) -> str:
        """A condition that a column differs from a formula of standard SQL, NULL being equal to NULL."""
        ...

    def orphan(self, columns: Sequence[str], parent: Ref, parent_columns: Sequence[str]) -> str:
        """A condition that no row of the parent has the values of the columns. Raises UsageError where it has no such parent."""
        ...


def checked(table: Checkable, dependency: Dependency, *, nulls: Nulls = "equal", examples: int = 3) -> Measured:
    """What all rows say. Raises UsageError for columns that the table has not.

    For a multivalued and a join dependency and for one of order, the fewest rows that must go are not sought: `against` counts the
    combinations that are missing or too many, and the rows in values that are out of order; they are proved or refuted, never approximate.
    """
    missing = _columns_of(dependency) - set(table.names)
    if missing:
        raise UsageError(f"{table.ref} has no column {', '.join(sorted(missing))}.")
    match dependency:
        case Functional(left=left, right=right):
            return _functional(table, dependency, left, right - left, (), nulls, examples)
        case Conditional():
            return _conditional(table, dependency, nulls, examples)
        case UniqueColumns(columns=columns):
            return _unique(table, dependency, columns, nulls, examples)
        case Multivalued():
            return _multivalued(table, dependency, nulls)
        case Join():
            return _join(table, dependency)
        case Ordered():
            return _ordered(table, dependency, examples)
        case Derived(column=column, formula=formula):
            shown = [column, *in_order(table, dependency.inputs)]
            return _by_row(table, dependency, table.unlike(column, formula), (), shown, examples)
        case Included(columns=columns, parent=parent, parent_columns=parent_columns):
            orphan = table.orphan(columns, parent, parent_columns)
            return _by_row(table, dependency, orphan, sql.filled(table, columns), list(columns), examples)


def _columns_of(dependency: Dependency) -> set[str]:
    match dependency:
        case Functional() | Multivalued():
            return set(dependency.left | dependency.right)
        case Conditional():
            return set(dependency.left | dependency.right).union(column for column, _ in dependency.condition)
        case UniqueColumns() | Included():
            return set(dependency.columns)
        case Join():
            return set().union(*dependency.components)
        case Ordered():
            return {dependency.left, dependency.right}
        case Derived():
            return {dependency.column, *dependency.inputs}


# ---------------------------------------------------------------- each kind


def _functional(
    table: Checkable,
    dependency: Dependency,
    left: frozenset[str],
    right: frozenset[str],
    where: Sequence[str],
    nulls: Nulls,
    examples: int,
) -> Measured:
    lefts, rights, apart = in_order(table, left), in_order(table, right), nulls == "distinct"
    filled = [*where, *(sql.filled(table, lefts) if apart else ())]
    rows, against, groups = _numbers(table, sql.functional_totals(table, lefts, rights, where=filled, apart=apart))
    if apart and lefts:
        rows, _ = _numbers(table, sql.counted(table, "1 = 0", where))
    again = sql.functional_rows(table, lefts, rights, where=filled, apart=apart, groups=max(1, examples))
    found: list[Violation] = []
    if against and examples:
        by_group: dict[object, list[tuple[object, ...]]] = {}
        for row in table.query(again):
            by_group.setdefault(row[0], []).append(row[1:])
        found = [_violation([*lefts, *rights], group) for group in by_group.values()]
    return _measured(table, dependency, rows, against, groups, found, again)


def _conditional(table: Checkable, dependency: Conditional, nulls: Nulls, examples: int) -> Measured:
    where = [
        f"{table.key(column)} IS NULL" if value is None else table.equals(column, value)
        for column, value in dependency.condition
    ]
    if not dependency.constant:
        return _functional(table, dependency, dependency.left, dependency.right, where, nulls, examples)
    (column,), (value,) = dependency.right, dependency.constant
    key = table.key(column)
    unlike = f"{key} IS NOT NULL" if value is None else f"({key} IS NULL OR NOT {table.equals(column, value)})"
    shown = in_order(table, {column, *dependency.left, *(name for name, _ in dependency.condition)})
    return _by_row(table, dependency, unlike, where, shown, examples)


def _unique(table: Checkable, dependency: Dependency, columns: frozenset[str], nulls: Nulls, examples: int) -> Measured:
    names = in_order(table, columns)
    where = sql.filled(table, names) if nulls == "distinct" else []
    rows, against, groups = _numbers(table, sql.unique_totals(table, names, where=where))
    if where:
        rows, _ = _numbers(table, sql.counted(table, "1 = 0"))
    again = sql.unique_rows(table, names, where=where, groups=max(1, examples))
    found = [_violation(names, [row]) for row in table.query(again)] if against and examples else []
    return _measured(table, dependency, rows, against, groups, found, again)


def _multivalued(table: Checkable, dependency: Multivalued, nulls: Nulls) -> Measured:
    left = in_order(table, dependency.left)
    right = in_order(table, dependency.right - dependency.left)
    rest = [name for name in table.names if name not in dependency.left | dependency.right]
    where = sql.filled(table, left) if nulls == "distinct" else []
    rows, _ = _numbers(table, sql.counted(table, "1 = 0"))
    again = sql.multivalued_totals(table, left, right, rest, where=where)
    broken, _, missing = _numbers(table, again)
    return _measured(table, dependency, rows, missing, broken, (), again, approximates=False)


def _join(table: Checkable, dependency: Join) -> Measured:
    components = [in_order(table, each) for each in sorted(dependency.components, key=sorted)]
    rows, _ = _numbers(table, sql.counted(table, "1 = 0"))
    again = sql.join_totals(table, list(table.names), components)
    whole, joined = _numbers(table, again)
    outside = set(table.names) - set().union(*dependency.components)
    if outside:
        raise UsageError(f"The join leaves out {', '.join(sorted(outside))} of {table.ref}.")
    return _measured(table, dependency, rows, joined - whole, 0, (), again, approximates=False)


def _ordered(table: Checkable, dependency: Ordered, examples: int) -> Measured:
    left, right = dependency.left, dependency.right
    if dependency.compared:
        return _by_row(
            table,
            dependency,
            f"{table.ordered(left)} > {table.ordered(right)}",
            [f"{table.ordered(each)} IS NOT NULL" for each in (left, right)],
            [left, right],
            examples,
        )
    again = sql.ordered_totals(table, left, right, descending=dependency.descending, strict=dependency.strict)
    rows, groups, against = _numbers(table, again)
    return _measured(table, dependency, rows, against, groups, (), again, approximates=False)


def _by_row(
    table: Checkable, dependency: Dependency, against: str, where: Sequence[str], shown: Sequence[str], examples: int
) -> Measured:
    """A dependency that each row keeps or breaks by itself."""
    rows, broken = _numbers(table, sql.counted(table, against, where))
    again = sql.rows_where(table, shown, [*where, f"({against})"], max(1, examples))
    found = [_violation(shown, [(*row, 1)]) for row in table.query(again)] if broken and examples else []
    return _measured(table, dependency, rows, broken, broken, found, again)


# ---------------------------------------------------------------- what they share


def in_order(table: Checkable, columns: frozenset[str] | set[str]) -> list[str]:
    """Columns in the table's order."""
    return [name for name in table.names if name in columns]


def _numbers(table: Checkable, statement: str) -> list[int]:
    return [int(str(each)) for each in table.query(statement)[0]]


def _violation(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Violation:
    """rows: values, and last how many rows have them. Values of columns that look secret are left out."""
    secret = [looks_secret(column) for column in columns]
    return Violation(
        columns=tuple(columns),
        rows=tuple(
            tuple(
                None if value is None else _HIDDEN if hidden else _text(value)
                for value, hidden in zip(row[:-1], secret, strict=True)
            )
            for row in rows
        ),
        counts=tuple(int(str(row[-1])) for row in rows),
    )


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)


def _measured(
    table: Checkable,
    dependency: Dependency,
    rows: int,
    against: int,
    groups: int,
    violations: Sequence[Violation],
    again: str,
    *,
    approximates: bool = True,
) -> Measured:
    error = against / rows if rows else 0.0
    standing = Standing.APPROXIMATE if approximates and error <= FEW else Standing.REFUTED
    return Measured(
        dependency=dependency,
        table=table.ref,
        standing=standing if against else Standing.PROVED,
        rows=rows,
        error=min(1.0, error),
        against=against,
        groups=groups,
        violations=tuple(violations),
        sql=again,
    )
