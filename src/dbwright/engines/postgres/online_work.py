"""What all planners of PostgreSQL's online changes share: names, sentences of refusal, keys, batches."""

import re
from typing import NamedTuple, NoReturn

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine, Table, View
from dbwright.catalog.parts import Column, PrimaryKey, Unique
from dbwright.change.online import Batch, Stage
from dbwright.change.online.changes import Path
from dbwright.change.online.stages import RANGE
from dbwright.engines.postgres.dependants import views_on
from dbwright.engines.postgres.words import NAME_LIMIT, identifier, qualified
from dbwright.errors import Refused, UsageError

SCHEMA = "dbwright_online"
"""The schema for the record of what is under way, trigger functions and side tables; it goes when nothing is under way."""

FILLING = "dbwright.filling"
"""The setting by which our own batches tell the triggers to leave their rows alone."""


class Planned(NamedTuple):
    """The stages of one change, and how its table looks to the new application.

    shown: by the name of a column in the new shape the column that holds it. hidden: columns that the new shape lacks.
    name: the table's new name. loses: what contract drops.
    """

    stages: list[Stage]
    table: Path | None = None
    shown: dict[str, str] = {}
    hidden: frozenset[str] = frozenset()
    name: str | None = None
    notes: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


class Work(NamedTuple):
    """One change of a wish: the catalog that it is made in, the wish's id, and the number of the change."""

    catalog: Catalog
    id: str
    number: int
    version: str | None = None

    def own(self, label: str) -> str:
        """The full name of an object of ours in our schema."""
        return f"{SCHEMA}.{identifier(f'{label}_{self.id}_{self.number}')}"

    def temporary(self, label: str | int) -> str:
        """The name that a part (an index, a constraint) has until contract."""
        return f"dbwright_{self.id}_{self.number}_{label}"

    def trigger(self, label: str = "") -> str:
        """A trigger's name, such that it fires after the triggers of the application."""
        return f"zz_dbwright_{self.id}_{self.number}{label}"

    def table(self, path: Path) -> Table:
        """The table, of a kind that can be changed online. Raises Refused otherwise."""
        table = find_table(self.catalog, Ref("table", path))
        if table.kind != "ordinary":
            refuse(
                f"{table.ref} is a {table.kind} table",
                "Change its plain tables one by one, or use a plain ALTER TABLE.",
            )
        if table.partition_of or table.inherits:
            refuse(f"{table.ref} is a part of another table", "Change it with a plain ALTER TABLE on its parent.")
        heirs = [each.ref for each in self.catalog.tables if (table.namespace, table.name) in each.inherits]
        if heirs:
            refuse(f"{heirs[0]} inherits from {table.ref}", "Change it with a plain ALTER TABLE.")
        return table


def refuse(reason: str, hint: str) -> NoReturn:
    """Say that nothing is done, and why."""
    raise Refused(f"The change was not started: {reason}.", hint=hint)


def name_of(table: Table) -> str:
    """A table's full name in SQL."""
    return qualified(table.namespace, table.name)


def column_of(table: Table, name: str) -> Column:
    """A column. Raises UsageError where there is none."""
    column = table.column(name)
    if column is None:
        raise UsageError(f"There is no column {table.column_ref(name)}.")
    return column


def shadow_name(table: Table, column: str, label: str) -> str:
    """A free name for the second shape of a column."""
    ending = f"_dbwright_{label}"
    plain = column.encode()[: NAME_LIMIT - len(ending)].decode(errors="ignore")
    name = plain + ending
    if table.column(name) is not None:
        refuse(
            f"{table.ref} has a column {name} already, which the change needs",
            "It may be left over from another tool; drop or rename it.",
        )
    return name


def all_keys(table: Table) -> list[PrimaryKey | Unique]:
    """Unique constraints and the primary key."""
    return [*table.uniques, *([table.primary_key] if table.primary_key else [])]


def key_of(table: Table) -> tuple[str, ...]:
    """The columns by which batches go through the table. Raises Refused where no row can be told from another."""
    if table.primary_key:
        return table.primary_key.columns
    for key in table.keys:
        columns = [table.column(name) for name in key]
        if all(column is not None and not column.nullable for column in columns):
            return key
    refuse(
        f"{table.ref} has no primary key, nor a unique key over columns that forbid NULL, by which its rows could be gone through",
        "Give it a primary key first.",
    )


def batch(work: Work, table: Table, *statements: str, alias: str = "") -> Batch:
    """Batches over a table's key; the statements hold RANGE. Our own and, where allowed, all other triggers keep still."""
    key = key_of(table)
    prefix = f"{alias}." if alias else ""
    return Batch(
        source=f"{name_of(table)} {alias}".strip(),
        table=(table.namespace, table.name),
        keys=tuple(f"{prefix}{identifier(name)}" for name in key),
        literals=tuple(f"quote_literal({prefix}{identifier(name)}::text)" for name in key),
        statements=(_still(work), *statements),
    )


def _still(work: Work) -> str:
    """Inside a transaction: no trigger fires for what we write. Without the right to that, at least ours keep still."""
    allowed = "(SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)"
    if work.catalog.version >= (15,):
        allowed = "has_parameter_privilege('session_replication_role', 'SET')"
    return (
        f"SELECT set_config('{FILLING}', 'on', true),"
        f" CASE WHEN {allowed} THEN set_config('session_replication_role', 'replica', true) END"
    )


def update_batch(work: Work, table: Table, values: dict[str, str], where: str) -> Batch:
    """Batches that give columns their values where a condition holds."""
    setting = ", ".join(f"{identifier(name)} = ({value})" for name, value in values.items())
    return batch(work, table, f"UPDATE {name_of(table)} SET {setting} WHERE {RANGE} AND ({where})")


def mentioned(expression: str, table: Table) -> list[Column]:
    """The table's columns whose names stand in an expression."""
    return [column for column in table.columns if mentions(expression, column.name)]


_NAMES = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")*)"|([^\W\d][\w$]*)""")


def mentions(text: str | None, name: str) -> bool:
    """Whether a name stands in a text of SQL, outside of its literals."""
    found = _NAMES.findall(text or "")
    return any((quoted.replace('""', '"') if quoted else plain.lower()) == name for quoted, plain in found)


def views_over(catalog: Catalog, table: Table, columns: tuple[str, ...]) -> list[View]:
    """The views that show some columns of a table, and those built on them, each after what it is built on."""

    def shows(each: View | Routine) -> bool:
        return table.ref in each.depends_on and any(mentions(each.definition, name) for name in columns)

    return [each for each in views_on(catalog, shows) if isinstance(each, View)]


def routines_that_name(catalog: Catalog, table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Sentences on routines whose text names columns of a table: PostgreSQL looks at it only when they run."""
    return tuple(
        f"The routine {routine.ref} names {name}; if it means {table.ref}, change it before contract."
        for routine in catalog.routines
        for name in columns
        if mentions(routine.definition, name) and mentions(routine.definition, table.name)
    )
