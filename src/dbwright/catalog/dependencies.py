"""Dependencies between columns, as data: declared by people, or found in rows and then with what is known of them.

Columns are named as stored. Sets are sets: the order of columns never matters but where a struct says so.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from dbwright.catalog.names import Ref

Attributes: TypeAlias = frozenset[str]


class Functional(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """left → right: rows that agree on `left` agree on `right`. An empty left side says that `right` is constant."""

    left: Attributes
    right: Attributes


class Multivalued(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """left ↠ right: for one value of `left`, the values of `right` stand beside all values of the rest, in every combination."""

    left: Attributes
    right: Attributes


class Join(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """⋈(component, …): the relation is the join of its projections on the components."""

    components: frozenset[Attributes]


class UniqueColumns(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """No two rows agree on the columns. The empty set says that there is at most one row."""

    columns: Attributes


class Included(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """Every combination of values of `columns`, none of them NULL, is one of the parent's `parent_columns`, in this order."""

    columns: tuple[str, ...]
    parent: Ref
    parent_columns: tuple[str, ...]


class Conditional(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """left → right among the rows where the columns of the condition have these values (texts; None for NULL).

    condition: pairs of column and value. constant: the value that `right`, then a single column, has in all these rows,
    as a tuple of one; empty where it varies with `left`.
    """

    condition: tuple[tuple[str, str | None], ...]
    left: Attributes
    right: Attributes
    constant: tuple[str | None, ...] = ()


class Ordered(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """Sorting by `left` sorts `right` too (descending: turns it round), where neither is NULL.

    strict: equal on the left means equal on the right as well.
    compared: instead, `left` is never greater than `right` within one row (starts_at ≤ ends_at).
    """

    left: str
    right: str
    descending: bool = False
    strict: bool = False
    compared: bool = False


class Derived(msgspec.Struct, frozen=True, tag=True, tag_field="dependency"):
    """A column that the others say: `formula` is standard SQL over quoted columns ("price" * "quantity" - "discount").

    kind: "sum" (signed terms), "product", "text" (joined texts), "copy" (the same values), "lower", "upper", "part" (of a date or
    a text), "scale" (a constant factor), "difference" …
    """

    column: str
    formula: str
    inputs: Attributes
    kind: str = "sum"


Dependency: TypeAlias = Functional | Multivalued | Join | UniqueColumns | Included | Conditional | Ordered | Derived


class Standing(StrEnum):
    """What is known of a dependency. Samples refute, they never prove."""

    DECLARED = "declared"  # a key of the catalog, or a person's word
    PROVED = "proved"  # holds on every row
    NOT_REFUTED = "not refuted"  # holds on the rows of a sample
    APPROXIMATE = "approximate"  # a few rows are against it, and they are shown
    REFUTED = "refuted"


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that cannot stand beside each other under a dependency: equal on the left, different on the right.

    columns: of the rows shown, left side first. rows: values as text, None for NULL, each different row once with its `counts`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    counts: tuple[int, ...] = ()


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A dependency with what was measured of it.

    table: whose it is. rows: how many rows it was checked on. error: the least share of those rows that must go for it to hold (g3 of
    Kivinen and Mannila 1995); against: how many rows that is. groups: how many values of the left side have rows against it.
    violations: some of those groups, the largest first. sql: the query that shows the rows again; None for files read in memory.
    """

    dependency: Dependency
    table: Ref
    standing: Standing
    rows: int
    error: float = 0.0
    against: int = 0
    groups: int = 0
    violations: tuple[Violation, ...] = ()
    sql: str | None = None


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in one table.

    rows: the table's; read: how many of them were mined. nulls: "equal" (NULL is a value like others) or "distinct" (no NULL equals
    another). complete: whether the search went to its end within `max_left` columns on the left side; if not, `notes` say in plain
    sentences what stopped it and what is missing.
    """

    table: Ref
    columns: tuple[str, ...]
    rows: int
    read: int
    nulls: str = "equal"
    max_left: int | None = None
    found: tuple[Measured, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
