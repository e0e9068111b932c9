"""NOT NULL in place, for rows that hold NULL and an application that still writes it."""

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import Batch, SetNotNull, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.engines.postgres.online_parts import not_null
from dbwright.engines.postgres.online_sync import drop_sync, search_path, spelled, sync_trigger, variables
from dbwright.engines.postgres.online_work import FILLING, Planned, Work, batch, column_of, key_of, name_of, refuse
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal


def set_not_null(work: Work, change: SetNotNull) -> Planned:
    """In place. What takes the place of NULL is remembered by key, so that undoing brings the NULLs back."""
    table = work.table(change.table)
    column = column_of(table, change.column)
    if not column.nullable:
        refuse(f"{table.ref}.{column.name} forbids NULL already", "There is nothing to do.")
    proof = work.temporary("not_null")
    if change.fill is None:
        note = f"From the expand phase on NULL is refused in {table.ref}.{column.name}; give `fill` if it is still written."
        return Planned(list(not_null(table, column.name, proof)), table=change.table, notes=(note,))
    filled = _filled_up(work, table, column, change.fill)
    return Planned(
        [*filled, *not_null(table, column.name, proof), _no_more_filling(work, table)],
        table=change.table,
        loses=(f"which rows of {table.ref} had NULL in {column.name} before",),
    )


def _filled_up(work: Work, table: Table, column: Column, fill: str) -> list[Stage]:
    name, shown, memory = name_of(table), identifier(column.name), work.own("nulls")
    key = [column_of(table, each) for each in key_of(table)]
    keys = ", ".join(identifier(each.name) for each in key)
    definitions = ", ".join(f"{identifier(each.name)} {spelled(each)}" for each in key)
    same = " AND ".join(f"t.{identifier(each.name)} = gone.{identifier(each.name)}" for each in key)
    restore = (
        f"WITH gone AS (DELETE FROM {memory} WHERE {RANGE} RETURNING {keys})"
        f" UPDATE {name} AS t SET {shown} = NULL FROM gone WHERE {same}"
    )
    fill_up = (
        f"WITH filled AS (UPDATE {name} SET {shown} = ({fill}) WHERE {RANGE} AND {shown} IS NULL RETURNING {keys})"
        f" INSERT INTO {memory} ({keys}) SELECT {keys} FROM filled ON CONFLICT DO NOTHING"
    )
    back = batch(work, table, restore)
    quiet = f"SELECT set_config('{FILLING}', 'on', true)"
    return [
        Stage(
            title=f"Try the value that takes the place of NULL in {table.ref}.{column.name}",
            phase="expand",
            kind="check",
            tasks=(
                Task(
                    f"SELECT 1 FROM (SELECT ({fill}) AS value FROM {name} WHERE {shown} IS NULL) AS f WHERE value IS NULL LIMIT 1"
                ),
            ),
            blocked=f"{fill} is NULL itself for rows of {table.ref}",
        ),
        Stage(
            title=f"Put {fill} in the place of NULL in what is written to {table.ref}.{column.name}",
            phase="expand",
            tasks=(
                Task(f"CREATE TABLE IF NOT EXISTS {memory} ({definitions}, PRIMARY KEY ({keys}))"),
                _fill_function(work, table, column, key, fill),
                sync_trigger(work, table),
            ),
            undo=(
                Task(quiet),
                Task(f"DO {dollar_quoted(_restore_the_rest(memory, restore))}"),
                *drop_sync(work, table),
                Task(f"DROP TABLE IF EXISTS {memory}"),
            ),
        ),
        Stage(
            title=f"Put {fill} in the place of NULL in the rows of {table.ref}",
            phase="expand",
            kind="batches",
            batch=batch(work, table, fill_up),
            undo_batch=Batch(
                source=memory,
                table=back.table,
                keys=tuple(identifier(each.name) for each in key),
                literals=tuple(f"quote_literal({identifier(each.name)}::text)" for each in key),
                statements=back.statements,
            ),
        ),
    ]


def _restore_the_rest(memory: str, restore: str) -> str:
    """What was written since the batches went by. The table of what is remembered may not have been made."""
    return f"BEGIN IF to_regclass({literal(memory)}) IS NOT NULL THEN {restore.replace(RANGE, 'true')}; END IF; END"


def _fill_function(work: Work, table: Table, column: Column, key: list[Column], fill: str) -> Task:
    """Fills what would be NULL and remembers it; forgets a row whose value the application gave itself."""
    field = f"NEW.{identifier(column.name)}"
    keys = ", ".join(identifier(each.name) for each in key)
    values = ", ".join(f"NEW.{identifier(each.name)}" for each in key)
    same = " AND ".join(f"n.{identifier(each.name)} = NEW.{identifier(each.name)}" for each in key)
    forget = f"DELETE FROM {work.own('nulls')} AS n WHERE {same};"
    body = f"""
DECLARE
  filled {spelled(column)};
BEGIN
  IF current_setting('{FILLING}', true) = 'on' THEN
    RETURN NEW;
  END IF;
  IF {field} IS NULL THEN
    DECLARE {variables(table, fill, {})} BEGIN
      filled := ({fill});
    END;
    {field} := filled;
    INSERT INTO {work.own("nulls")} ({keys}) VALUES ({values}) ON CONFLICT DO NOTHING;
  ELSIF TG_OP = 'INSERT' OR ROW({field})::record OPERATOR(pg_catalog.*<>) ROW(OLD.{identifier(column.name)})::record THEN
    {forget}
  END IF;
  RETURN NEW;
END"""
    return Task(
        f"CREATE OR REPLACE FUNCTION {work.own('sync')}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = {search_path(table)} AS {dollar_quoted(body)}"
    )


def _no_more_filling(work: Work, table: Table) -> Stage:
    return Stage(
        title=f"Let {table.ref} refuse NULL instead of replacing it",
        phase="contract",
        tasks=(*drop_sync(work, table), Task(f"DROP TABLE IF EXISTS {work.own('nulls')}")),
    )
