"""Triggers that keep two shapes of the same row alike, whichever of them is written."""

from typing import NamedTuple

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import Task
from dbwright.engines.postgres.online_work import FILLING, Work, mentioned, name_of, refuse
from dbwright.engines.postgres.words import dollar_quoted, identifier


class Value(NamedTuple):
    """A column (as it is named in the table at that time), its type, and the expression that gives it from the other side."""

    column: str
    type: str
    expression: str


class Shapes(NamedTuple):
    """The two sides. old, new: their columns with the expressions that compute them.

    seen_by_new: the column that a name in the expressions of `new` stands for, where it is not the table's column of that
    name; seen_by_old likewise.
    """

    old: tuple[Value, ...]
    new: tuple[Value, ...]
    seen_by_new: dict[str, Column] = {}
    seen_by_old: dict[str, Column] = {}


def sync_function(work: Work, table: Table, shapes: Shapes) -> Task:
    """The trigger function. What was written last wins: the new side where it changed, else the old one.

    An INSERT that gives a value to the new side comes from the new application. Values are compared by their bytes, so that
    a change of case under a lenient collation, or of 1.0 to 1.00, is seen, and types without equality work too.
    """
    variables = [f"new_{place} {value.type};" for place, value in enumerate(shapes.new)]
    variables += [f"old_{place} {value.type};" for place, value in enumerate(shapes.old)]
    given = " OR ".join(f"NEW.{identifier(value.column)} IS NOT NULL" for value in shapes.new)
    body = f"""
DECLARE
  {" ".join(variables)}
  from_new boolean;
  from_old boolean;
BEGIN
  IF current_setting('{FILLING}', true) = 'on' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    from_new := {given};
    from_old := NOT from_new;
  ELSE
    from_new := {_differ(shapes.new)};
    from_old := NOT from_new AND {_differ(shapes.old)};
  END IF;
  IF from_new THEN
{_computed(table, "old", shapes.old, shapes.seen_by_old)}
  ELSIF from_old THEN
{_computed(table, "new", shapes.new, shapes.seen_by_new)}
  END IF;
  RETURN NEW;
END"""
    return Task(
        f"CREATE OR REPLACE FUNCTION {work.own('sync')}() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = {search_path(table)} AS {dollar_quoted(body)}"
    )


def search_path(table: Table) -> str:
    """Where the names in expressions are looked up: the same for every application."""
    return f"pg_catalog, {identifier(table.namespace)}, public"


def sync_trigger(work: Work, table: Table) -> Task:
    """The trigger that calls the function before each row is written."""
    return Task(
        f"CREATE TRIGGER {identifier(work.trigger())} BEFORE INSERT OR UPDATE ON {name_of(table)}"
        f" FOR EACH ROW EXECUTE FUNCTION {work.own('sync')}()"
    )


def drop_sync(work: Work, table: Table) -> tuple[Task, ...]:
    """Take trigger and function away, where they are there."""
    return (
        Task(f"DROP TRIGGER IF EXISTS {identifier(work.trigger())} ON {name_of(table)}"),
        Task(f"DROP FUNCTION IF EXISTS {work.own('sync')}()"),
    )


def _differ(values: tuple[Value, ...]) -> str:
    new = ", ".join(f"NEW.{identifier(value.column)}" for value in values)
    old = ", ".join(f"OLD.{identifier(value.column)}" for value in values)
    return f"(ROW({new})::record OPERATOR(pg_catalog.*<>) ROW({old})::record)"


def _computed(table: Table, side: str, values: tuple[Value, ...], seen: dict[str, Column]) -> str:
    """Statements that give the columns of one side their values; names in the expressions are variables of these names."""
    lines: list[str] = []
    for place, value in enumerate(values):
        lines.append(f"    DECLARE {variables(table, value.expression, seen)} BEGIN")
        lines.append(f"      {side}_{place} := ({value.expression});")
        lines.append("    END;")
    lines += [f"    NEW.{identifier(value.column)} := {side}_{place};" for place, value in enumerate(values)]
    return "\n".join(lines)


def variables(table: Table, expression: str, seen: dict[str, Column]) -> str:
    """Declarations that make the columns that an expression names into variables with the values of the row."""
    found: list[str] = []
    named = sorted(mentioned(expression, table), key=lambda column: column.name in ("new", "old"))
    for column in named:
        if column.generated:
            refuse(
                f"{column.name} of {table.ref}, which the expression {expression} names, is computed only after the row is written",
                "Name the columns that it is computed from instead.",
            )
        held = seen.get(column.name, column)
        found.append(f"{identifier(column.name)} {spelled(held)} := NEW.{identifier(held.name)};")
    return " ".join(found)


def spelled(column: Column) -> str:
    """A column's type with its collation, as a variable is declared."""
    return column.type.spelling + (f" COLLATE {column.collation}" if column.collation else "")
