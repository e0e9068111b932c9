"""What all planners of MySQL's online changes share: names, probes for what is there already, batches, forms of ALTER TABLE.

MySQL commits each change of the schema by itself. So every task says how to see that it is done, and what has to happen at
once stands between LOCK TABLES and UNLOCK TABLES.
"""

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from msgspec.structs import replace

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.change.online import Batch, Stage, Task
from dbwright.change.online.changes import Path
from dbwright.change.online.stages import RANGE
from dbwright.engines.mysql.ddl_table import column_definition, inline_checks
from dbwright.engines.mysql.text import tokens, unquote
from dbwright.engines.mysql.words import NAME_LIMIT, literal, tick
from dbwright.errors import Refused, UsageError

RECORD = "dbwright_online"
FILLING = "@dbwright_filling"
"""The session variable by which our own batches tell the triggers to leave their rows alone."""


class Planned(NamedTuple):
    """The stages of one change. loses: what contract drops."""

    stages: list[Stage]
    notes: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


class Work(NamedTuple):
    """One change of a wish: the catalog that it is made in, the wish's id, and the number of the change."""

    catalog: Catalog
    id: str
    number: int

    def own(self, label: str) -> str:
        """The name of a table, trigger or index of ours."""
        return f"dbwright_{self.id}_{self.number}_{label}"

    def table(self, path: Path) -> Table:
        """The table. Raises Refused for one of another database."""
        table = find_table(self.catalog, Ref("table", path))
        if table.namespace:
            refuse(
                f"the URL names no database, and {table.ref} is in one of several",
                f"Put the database into the URL: mysql://host/{table.namespace}.",
            )
        return table


def refuse(reason: str, hint: str) -> NoReturn:
    """Say that nothing is done, and why."""
    raise Refused(f"The change was not started: {reason}.", hint=hint)


def column_of(table: Table, name: str) -> Column:
    """A column. Raises UsageError where there is none."""
    column = table.column(name)
    if column is None:
        raise UsageError(f"There is no column {table.column_ref(name)}.")
    return column


def shadow_name(table: Table, column: str, label: str) -> str:
    """A free name for the second shape of a column."""
    ending = f"_dbwright_{label}"
    name = column[: NAME_LIMIT - len(ending)] + ending
    if any(each.name.lower() == name.lower() for each in table.columns):
        refuse(f"{table.name} has a column {name} already, which the change needs", "Drop or rename it.")
    return name


def mentions(text: str | None, name: str) -> bool:
    """Whether a name stands in an expression, outside of its literals."""
    words = (unquote(token) if token.startswith("`") else token for token in tokens(text or ""))
    return name.lower() in {word.lower() for word in words}


# ---------------------------------------------------------------- is it done already?


def has_column(table: str, column: str) -> str:
    """A query that gives a row if the table has the column."""
    return (
        "SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE()"
        f" AND table_name = {literal(table)} AND column_name = {literal(column)}"
    )


def lacks_column(table: str, column: str) -> str:
    """A query that gives a row if the table lacks the column."""
    return f"SELECT 1 FROM (SELECT 1 AS x) AS one WHERE NOT EXISTS ({has_column(table, column)})"


def has_index(table: str, index: str) -> str:
    """A query that gives a row if the table has the index."""
    return (
        "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE()"
        f" AND table_name = {literal(table)} AND index_name = {literal(index)} LIMIT 1"
    )


def lacks(query: str) -> str:
    """A query that gives a row where another gives none."""
    return f"SELECT 1 FROM (SELECT 1 AS x) AS one WHERE NOT EXISTS ({query})"


def has_constraint(table: str, name: str) -> str:
    """A query that gives a row if the table has the constraint."""
    return (
        "SELECT 1 FROM information_schema.table_constraints WHERE constraint_schema = DATABASE()"
        f" AND table_name = {literal(table)} AND constraint_name = {literal(name)}"
    )


def has_table(name: str, kind: str) -> str:
    """A query that gives a row if there is a table ("BASE TABLE") or view ("VIEW") of that name."""
    return (
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE()"
        f" AND table_name = {literal(name)} AND table_type = {literal(kind)}"
    )


# ---------------------------------------------------------------- statements


def alter(table: Table, change: str, done: str) -> Task:
    """ALTER TABLE in the mildest form that the server takes: the catalog alone, else while others write."""
    text = f"ALTER TABLE {tick(table.name)} {change}"
    return Task(f"{text}, ALGORITHM=INSTANT", done, otherwise=(f"{text}, ALGORITHM=INPLACE, LOCK=NONE",))


def trigger(name: str, when: str, table: str, body: str) -> Task:
    """CREATE TRIGGER, where it is not there."""
    there = f"SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = {literal(name)}"
    return Task(f"CREATE TRIGGER {tick(name)} {when} ON {tick(table)} FOR EACH ROW BEGIN {body} END", there)


def drop_trigger(name: str) -> Task:
    """DROP TRIGGER, where it is there."""
    return Task(f"DROP TRIGGER IF EXISTS {tick(name)}")


def definition(table: Table, column: Column) -> str:
    """A column as ALTER TABLE takes it."""
    return column_definition(column, inline_checks(table).get(column.name))


def bare(column: Column) -> Column:
    """A column that allows NULL and has no default: a NULL in it says that the row is still to be filled."""
    options = {name: value for name, value in column.options.items() if name in ("srid",)}
    return replace(
        column, nullable=True, default=None, identity=None, on_update=None, comment=None, hidden=False, options=options
    )


# ---------------------------------------------------------------- rows


def key_of(table: Table) -> tuple[str, ...]:
    """The columns by which batches go through the table. Raises Refused where no row can be told from another."""
    if table.primary_key:
        return table.primary_key.columns
    for key in table.keys:
        if all((column := table.column(name)) is not None and not column.nullable for name in key):
            return key
    refuse(
        f"{table.name} has no primary key, nor a unique key over columns that forbid NULL, by which its rows could be gone through",
        "Give it a primary key first.",
    )


def constant(column: Column, name: str) -> str:
    """An expression that gives a key's value as the SQL of a constant."""
    if column.type.kind in ("integer", "decimal", "year"):
        return f"CAST({name} AS CHAR)"
    if column.type.kind == "bit":
        return f"CAST({name} + 0 AS CHAR)"
    if column.type.kind == "binary":
        return f"CONCAT('x''', HEX({name}), '''')"
    return f"QUOTE({name})"


def batch(table: Table, *statements: str, repair: tuple[str, ...] = (), guard: str = FILLING) -> Batch:
    """Batches over a table's key. Rows that somebody else has locked are not waited for: the batch is tried again, smaller."""
    key = key_of(table)
    name = tick(table.name)
    lock = f"SELECT COUNT(*) FROM {name} WHERE {RANGE} FOR UPDATE NOWAIT"
    begin, end = f"SET {guard} = 1", f"SET {guard} = NULL"
    return Batch(
        source=name,
        table=(table.namespace, table.name),
        keys=tuple(tick(each) for each in key),
        literals=tuple(constant(column_of(table, each), tick(each)) for each in key),
        statements=(begin, lock, *statements, end),
        repair=(begin, lock, *repair, end) if repair else (),
        row_values=False,
    )


def assigned(table: Table, values: Mapping[str, str]) -> str:
    """SET of an UPDATE that leaves columns with ON UPDATE CURRENT_TIMESTAMP alone."""
    kept = [f"{tick(c.name)} = {tick(c.name)}" for c in table.columns if c.on_update and c.name not in values]
    return ", ".join([*(f"{tick(name)} = ({text})" for name, text in values.items()), *kept])


def exact(column: Column, value: str) -> str:
    """A value such that values that differ in their bytes alone, as 'a' and 'A', are told apart."""
    if column.type.is_text or column.type.kind in ("enum", "set"):
        return f"CAST({value} AS BINARY)"
    if column.type.kind == "json":
        return f"CAST({value} AS CHAR)"
    return value


def differ(columns: list[Column]) -> str:
    """Whether an UPDATE changes one of the columns."""
    pairs = [(exact(c, f"NEW.{tick(c.name)}"), exact(c, f"OLD.{tick(c.name)}")) for c in columns]
    return "(" + " OR ".join(f"NOT ({new} <=> {old})" for new, old in pairs) + ")"


def variables(table: Table, expression: str, seen: Mapping[str, Column]) -> str:
    """Declarations that make the columns that an expression names into variables with the values of the row."""
    found: list[str] = []
    for column in table.columns:
        if not mentions(expression, column.name):
            continue
        if column.generated:
            refuse(
                f"{column.name} of {table.name}, which the expression {expression} names, is computed only when the row is written",
                "Name the columns that it is computed from instead.",
            )
        held = seen.get(column.name, column)
        charset = f" CHARACTER SET {held.charset}" if held.charset else ""
        charset += f" COLLATE {held.collation}" if held.collation else ""
        found.append(f"DECLARE {tick(column.name)} {held.type.spelling}{charset} DEFAULT NEW.{tick(held.name)};")
    return " ".join(found)
