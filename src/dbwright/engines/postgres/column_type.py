"""Another type for a column: what has to give way meanwhile, how the values are converted, what becomes of the default."""

import re
from collections.abc import Sequence

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine, Table, View
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.change.plan import Step
from dbwright.engines.postgres.dependants import Aside, aside, mentions, policies_naming, triggers_naming, views_on
from dbwright.engines.postgres.rewriting import rewrites_rows
from dbwright.engines.postgres.stepping import Work, alter_table, plain, step, together, with_reason
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.errors import Unsupported, UsageError

_PLAIN_LITERAL = re.compile(r"(E?'(?:[^']|'')*')::[\w\s.\"]+(?:\([\d,]+\))?[\w\s]*(?:\[\])*\Z")
_NUMBERS = ("integer", "decimal", "float", "money")

KEPT = "as it is"
"""Stands for the collation that the column has."""

_REWRITES = (
    "PostgreSQL writes every row again for this, and nobody can read or write the table meanwhile. With --online the"
    " values are moved through a new column instead."
)


def find_column(catalog: Catalog, target: Ref) -> Column:
    """The column that a Ref names. Raises UsageError where there is none."""
    column = find_table(catalog, target).column(target.name)
    if column is None:
        raise UsageError(f"There is no column {target}.")
    return column


def alter_column_type(
    operation: AlterColumnType, work: Work, *, collation: str | None = KEPT, keep_default: bool = False
) -> list[Step]:
    """ALTER COLUMN TYPE, in one transaction with what has to be dropped before and made again after.

    collation: the column's new one, None for that of the type. keep_default: the default is changed by somebody else.
    """
    target = operation.target
    if work.same_on_parent(operation):
        return []
    table, column = find_table(work.catalog, target), find_column(work.catalog, target)
    _refuse_computed(work, table, column)
    if collation == KEPT:
        collation = column.collation if operation.type.is_text else None
    main = _statement(operation, column, collation, None if keep_default else operation.default or column.default)
    steps = [step(main)]
    if rewrites_rows(work.catalog, column.type, operation.type, operation.using) and not work.is_unused(table.ref):
        steps = with_reason(steps, _REWRITES)
    identity = column.identity
    if identity and identity.generation == "serial" and identity.sequence and operation.type.kind == "integer":
        steps += plain([f"ALTER SEQUENCE {qualified(*identity.sequence)} AS {operation.type.spelling}"])
    before, after = set_aside_for_column(work, table, target)
    return around(steps, before, after, f"uses {target}")


def around(steps: Sequence[Step], before: Sequence[str], after: Sequence[str], what: str) -> list[Step]:
    """Steps between what is taken away and what is brought back, all in one transaction."""
    if not before:
        return list(steps)
    taken = [step(text, f"Take away what {what}") for text in before]
    brought = [step(text, "Make it again as it was") for text in after]
    return together([*taken, *steps, *brought], "In one transaction, so that nobody ever misses what is made again.")


def set_aside_for_column(work: Work, table: Table, target: Ref) -> tuple[list[str], list[str]]:
    """What PostgreSQL does not let stand while a column's type changes: views, triggers and policies that name it."""
    taken = set_aside(work, [(table, target.name)])
    return taken.before, taken.after


def set_aside(work: Work, columns: Sequence[tuple[Table, str]], *types: Ref) -> Aside:
    """What names some columns of tables, and the views and routines that use some types."""
    taken = Aside()
    watched: list[tuple[set[Ref], str]] = []
    for table, name in columns:
        family = work.family(table)
        watched.append(({each.ref for each in family}, name))
        for each in family:
            for other in (*triggers_naming(each, name), *policies_naming(work.catalog, each, name)):
                taken.add_new(other)

    def stands_on(each: View | Routine) -> bool:
        if set(types) & set(each.depends_on):
            return True
        # A routine is checked when it runs, unless its body was parsed when it was made.
        reads = isinstance(each, View) or "BEGIN ATOMIC" in each.definition
        return reads and any(refs & set(each.depends_on) and mentions(each.definition, name) for refs, name in watched)

    taken.add(aside(work.catalog, views_on(work.catalog, stands_on)))
    return taken


def _refuse_computed(work: Work, table: Table, column: Column) -> None:
    for each in work.family(table):
        for other in each.columns:
            if other.generated and mentions(other.generated.expression, column.name):
                raise Unsupported(
                    "PostgreSQL",
                    f"change the type of {each.column_ref(column.name)} while the column {other.name} is computed from it",
                    hint=f"Drop the column {other.name} first, and add it again afterwards.",
                )


def _statement(operation: AlterColumnType, column: Column, collation: str | None, default: str | None) -> str:
    """The default goes before the change and comes back after it: the server seldom can convert it."""
    alter = f"ALTER COLUMN {identifier(operation.target.name)}"
    using = operation.using or conversion(column.name, column.type, operation.type)
    change = f"{alter} TYPE {operation.type.spelling}"
    change += f" COLLATE {collation}" if collation else ""
    change += f" USING {using}" if using else ""
    changes = [change]
    if column.default is not None:
        changes.insert(0, f"{alter} DROP DEFAULT")
    if default is not None:
        old, new = column.type, operation.type
        alike = (old.is_text and new.is_text) or (old.is_number and new.is_number)
        changes.append(f"{alter} SET DEFAULT {default if operation.default or alike else without_cast(default)}")
    return f"{alter_table(operation.target)} {', '.join(changes)}"


def without_cast(default: str) -> str:
    """A plain constant without the old type behind it; any other expression as it is."""
    literal = _PLAIN_LITERAL.match(default)
    return literal[1] if literal else default


def conversion(column: str, old: Type, new: Type) -> str | None:
    """The USING that a change of type needs, because PostgreSQL does not convert by itself; None where it does."""
    name = identifier(column)
    if old.element and new.element:
        inner = conversion(column, old.element, new.element)
        return f"{name}::text::{new.spelling}" if inner and "::text::" in inner else inner and f"{name}::{new.spelling}"
    if new.is_text or old == new:
        return None
    if old.kind == "boolean" and new.is_number:
        return f"{name}::integer::{new.spelling}"
    if old.is_number and new.kind == "boolean":
        return f"{name} <> 0"
    if old.user_type and new.user_type and (old.kind, new.kind) == ("enum", "enum"):
        return f"{name}::text::{new.spelling}"
    if old.kind == new.kind or (old.kind in _NUMBERS and new.kind in _NUMBERS):
        return None
    if old.is_temporal and new.is_temporal:
        return None
    if "domain" in (old.kind, new.kind):
        return None if old.kind != "domain" and not old.is_text else f"{name}::{new.spelling}"
    # Every type is written as text and read from it, whether or not there is a cast between the two.
    return f"{name}::{new.spelling}" if old.is_text else f"{name}::text::{new.spelling}"
