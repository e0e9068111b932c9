"""Columns that move to another table, tables that are split and merged: kept alike by triggers on both."""

from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.change.online import Batch, MergeTables, MoveColumns, Phase, SplitTable, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.change.operations import CreateTable
from dbwright.engines.postgres.ddl import emit
from dbwright.engines.postgres.ddl_columns import column_sql
from dbwright.engines.postgres.online_columns import nothing_hangs_on
from dbwright.engines.postgres.online_work import Planned, Work, batch, column_of, name_of, refuse, views_over
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal


class _Link(NamedTuple):
    """Two tables whose rows belong one to one to each other, and the columns that both have for a while.

    key: columns of `source` → columns of `target`. rows_in_target: a row of the target is made where there is none (split);
    rows_in_source: the same for the source (merge).
    """

    work: Work
    source: Table
    target: Table
    key: dict[str, str]
    columns: tuple[Column, ...]
    rows_in_target: bool = False
    rows_in_source: bool = False

    @property
    def names(self) -> list[str]:
        return [identifier(column.name) for column in self.columns]


# ---------------------------------------------------------------- the three changes


def move_columns(work: Work, change: MoveColumns) -> Planned:
    """Columns go to another table, into the row that has the same key."""
    source, target = work.table(change.table), work.table(change.to)
    columns = tuple(column_of(source, name) for name in change.columns)
    link = _Link(work, source, target, change.key, columns)
    _must_belong_together(link)
    _must_be_free(target, columns)
    nothing_hangs_on(work, source, change.columns)
    gone = Stage(
        title=f"Drop {', '.join(change.columns)} of {source.ref}",
        phase="contract",
        tasks=(*_drop_triggers(link), *_drop_columns(link), *_finished_columns(link)),
    )
    return Planned(
        [*_added_columns(link), _filled(link), _none_left(link), gone],
        table=change.table,
        hidden=frozenset(change.columns),
        loses=(f"the columns {', '.join(change.columns)} of {source.ref}",),
    )


def split_table(work: Work, change: SplitTable) -> Planned:
    """Columns go to a new table with the same key; it has a row for each row that has a value in one of them."""
    source = work.table(change.table)
    columns = tuple(column_of(source, name) for name in change.columns)
    nothing_hangs_on(work, source, change.columns)
    made = next(each.table for each in change.operations(work.catalog) if isinstance(each, CreateTable))
    key = {name: name for name in (source.primary_key.columns if source.primary_key else ())}
    link = _Link(work, source, made, key, columns, rows_in_target=True)
    required = [column.name for column in columns if not column.nullable]
    gone = Stage(
        title=f"Drop {', '.join(change.columns)} of {source.ref}",
        phase="contract",
        tasks=(*_drop_triggers(link), *_drop_columns(link)),
    )
    only = Catalog(engine="postgres", version=work.catalog.version, tables=(replace(made, options={}),))
    make = Stage(
        title=f"Make the table {made.ref}, kept alike with {source.ref} by triggers",
        phase="expand",
        tasks=(*(Task(text) for text in emit(only)), *_triggers(link)),
        undo=(
            *_drop_triggers(link, of_target=False),
            Task(f"DROP TABLE IF EXISTS {name_of(made)}"),
            *_drop_functions(link),
        ),
    )
    loosen = [_not_required(link, required)] if required else []
    return Planned(
        [make, _filled(link), _none_left(link, "expand"), *loosen, _none_left(link), gone],
        table=change.table,
        hidden=frozenset(change.columns),
        loses=(f"the columns {', '.join(change.columns)} of {source.ref}",),
    )


def merge_tables(work: Work, change: MergeTables) -> Planned:
    """The columns of a table come into another one, into the row that has the same key; then the table goes."""
    source, target = work.table(change.table), work.table(change.to)
    columns = change.moved(work.catalog)
    link = _Link(work, source, target, change.key, columns, rows_in_source=True)
    _must_belong_together(link)
    _must_be_free(target, columns)
    for view in views_over(work.catalog, source, tuple(column.name for column in source.columns)):
        refuse(f"the view {view.ref} shows {source.ref}", "Change or drop it first.")
    for other in work.catalog.tables:
        for key in other.foreign_keys:
            if key.table == (source.namespace, source.name) and other is not source:
                refuse(f"the foreign key {key.name} of {other.ref} points at {source.ref}", "Drop it first.")
    gone = Stage(
        title=f"Drop the table {source.ref}",
        phase="contract",
        tasks=(*_drop_triggers(link), Task(f"DROP TABLE {name_of(source)}"), *_finished_columns(link)),
    )
    return Planned(
        [*_added_columns(link), _filled(link), _none_left(link), gone],
        table=None,
        loses=(f"the table {source.ref}",),
    )


def _must_belong_together(link: _Link) -> None:
    """Refuse where a row of one side could belong to several of the other."""
    sides = ((link.source, tuple(link.key)), (link.target, tuple(link.key.values())))
    for table, columns in sides:
        for name in columns:
            column_of(table, name)
        if not any(set(key) <= set(columns) for key in table.keys):
            refuse(
                f"({', '.join(columns)}) is not unique in {table.ref}, so its rows do not belong one to one to the others",
                "Add a unique constraint over them first.",
            )


def _must_be_free(target: Table, columns: tuple[Column, ...]) -> None:
    for column in columns:
        if target.column(column.name):
            refuse(f"{target.ref} has a column {column.name} already", "Rename one of the two first.")


# ---------------------------------------------------------------- stages


def _added_columns(link: _Link) -> list[Stage]:
    target = link.target
    bare = [replace(each, nullable=True, default=None, identity=None, generated=None) for each in link.columns]
    added = ", ".join(f"ADD COLUMN {column_sql(target.namespace, target.name, column)}" for column in bare)
    drops = ", ".join(f"DROP COLUMN IF EXISTS {name}" for name in link.names)
    alter = f"ALTER TABLE {name_of(target)}"
    return [
        Stage(
            title=f"Add {', '.join(c.name for c in link.columns)} to {target.ref}, kept alike with {link.source.ref} by triggers",
            phase="expand",
            tasks=(Task(f"{alter} {added}"), *_triggers(link)),
            undo=(*_drop_triggers(link), *_drop_functions(link), Task(f"{alter} {drops}")),
        )
    ]


def _filled(link: _Link) -> Stage:
    """The rows of the source are locked against changes while a batch copies them, so that no old value comes late."""
    source, target = link.source, link.target
    wanted = list(dict.fromkeys([*(identifier(name) for name in link.key), *link.names]))
    rows = f"SELECT {', '.join(wanted)} FROM {name_of(source)} WHERE {RANGE} AND ({_some_value(link, '')}) FOR SHARE"
    if link.rows_in_target:
        columns = ", ".join([*(identifier(name) for name in link.key.values()), *link.names])
        values = ", ".join([*(identifier(name) for name in link.key), *link.names])
        text = f"INSERT INTO {name_of(target)} ({columns}) SELECT {values} FROM ({rows}) AS s ON CONFLICT DO NOTHING"
    else:
        setting = ", ".join(f"{name} = s.{name}" for name in link.names)
        empty = " AND ".join(f"t.{name} IS NULL" for name in link.names)
        text = f"UPDATE {name_of(target)} AS t SET {setting} FROM ({rows}) AS s WHERE {_same(link, 's.', 't.')} AND {empty}"
    copied: Batch = batch(link.work, source, f"SELECT set_config('{_guard(link)}', 'on', true)", text)
    return Stage(
        title=f"Copy {', '.join(c.name for c in link.columns)} from {source.ref} to {target.ref}",
        phase="expand",
        kind="batches",
        batch=copied,
    )


def _none_left(link: _Link, phase: Phase = "contract") -> Stage:
    source, target = link.source, link.target
    empty = " AND ".join(f"t.{name} IS NULL" for name in link.names)
    return Stage(
        title=f"Check that every value of {source.ref} has come to {target.ref}",
        phase=phase,
        kind="check",
        tasks=(
            Task(
                f"SELECT 1 FROM {name_of(source)} AS s LEFT JOIN {name_of(target)} AS t ON {_same(link, 's.', 't.')}"
                f" WHERE ({_some_value(link, 's.')}) AND {empty} LIMIT 1"
            ),
        ),
        blocked=f"rows of {source.ref} hold values in {', '.join(c.name for c in link.columns)}, but have no row in {target.ref}"
        " that could hold them",
    )


def _not_required(link: _Link, names: list[str]) -> Stage:
    """The new application writes a row of the old table without them."""
    table, alter = link.source, f"ALTER TABLE {name_of(link.source)}"
    undo: list[Task] = []
    for place, name in enumerate(names):
        check = identifier(link.work.temporary(f"required_{place}"))
        there = (
            f"SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = {literal(link.work.temporary(f'required_{place}'))}"
            f" AND conrelid = {literal(name_of(table))}::regclass"
        )
        column = identifier(name)
        undo += [
            Task(f"{alter} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID", there),
            Task(f"{alter} VALIDATE CONSTRAINT {check}", f"{there} AND convalidated"),
            Task(f"{alter} ALTER COLUMN {column} SET NOT NULL"),
            Task(f"{alter} DROP CONSTRAINT IF EXISTS {check}"),
        ]
    loosened = ", ".join(f"ALTER COLUMN {identifier(name)} DROP NOT NULL" for name in names)
    return Stage(
        title=f"Let {', '.join(names)} of {table.ref} be empty until their row of {link.target.ref} is written",
        phase="switch",
        kind="alone",
        tasks=(Task(f"{alter} {loosened}"),),
        undo=tuple(undo),
    )


def _drop_columns(link: _Link) -> tuple[Task, ...]:
    drops = ", ".join(f"DROP COLUMN {name}" for name in link.names)
    return (Task(f"ALTER TABLE {name_of(link.source)} {drops}"),)


def _finished_columns(link: _Link) -> tuple[Task, ...]:
    """Defaults and comments, which the old columns had until now."""
    found: list[Task] = []
    for column in link.columns:
        name = identifier(column.name)
        if column.default is not None:
            found.append(Task(f"ALTER TABLE {name_of(link.target)} ALTER COLUMN {name} SET DEFAULT {column.default}"))
        if column.comment:
            found.append(Task(f"COMMENT ON COLUMN {name_of(link.target)}.{name} IS {literal(column.comment)}"))
    return tuple(found)


# ---------------------------------------------------------------- triggers


def _guard(link: _Link) -> str:
    """The setting that tells one trigger that the other one is writing."""
    return f"dbwright.link_{link.work.id}_{link.work.number}"


def _some_value(link: _Link, prefix: str) -> str:
    return " OR ".join(f"{prefix}{name} IS NOT NULL" for name in link.names)


def _same(link: _Link, source: str, target: str) -> str:
    return " AND ".join(f"{source}{identifier(own)} = {target}{identifier(other)}" for own, other in link.key.items())


def _differ(columns: list[str]) -> str:
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"ROW({new})::record OPERATOR(pg_catalog.*<>) ROW({old})::record"


def _triggers(link: _Link) -> tuple[Task, ...]:
    """A trigger on each side, which is still while the other one writes, whoever's transaction it is."""
    source_key, target_key = list(link.key), list(link.key.values())
    from_source = _writes(link, link.target, target_key, source_key, make=link.rows_in_target, drop=link.rows_in_target)
    from_target = _writes(link, link.source, source_key, target_key, make=link.rows_in_source, drop=link.rows_in_source)
    return (
        _function(link, "source", link.source, source_key, from_source),
        _trigger(link, "source", link.source, "AFTER INSERT OR UPDATE OR DELETE"),
        _function(link, "target", link.target, target_key, from_target),
        _trigger(link, "target", link.target, "AFTER INSERT OR UPDATE OR DELETE"),
        _arrival(link),
        _trigger(link, "arrival", link.target, "BEFORE INSERT"),
    )


def _trigger(link: _Link, label: str, table: Table, when: str) -> Task:
    return Task(
        f"CREATE TRIGGER {identifier(link.work.trigger(f'_{label}'))} {when} ON {name_of(table)}"
        f" FOR EACH ROW EXECUTE FUNCTION {link.work.own(label)}()"
    )


class _Writes(NamedTuple):
    upsert: str
    rename: str
    remove: str


def _writes(link: _Link, other: Table, other_key: list[str], own_key: list[str], *, make: bool, drop: bool) -> _Writes:
    """What a trigger does to the other table: with NEW, when the key changed, and with OLD."""
    name, names = name_of(other), link.names
    where_new = " AND ".join(f"{identifier(b)} = NEW.{identifier(a)}" for a, b in zip(own_key, other_key, strict=True))
    where_old = where_new.replace("= NEW.", "= OLD.")
    update = f"UPDATE {name} SET {', '.join(f'{c} = NEW.{c}' for c in names)} WHERE {where_new};"
    nothing = f"UPDATE {name} SET {', '.join(f'{c} = NULL' for c in names)} WHERE {where_old};"
    moved = ", ".join(f"{identifier(b)} = NEW.{identifier(a)}" for a, b in zip(own_key, other_key, strict=True))
    if make:
        keys = [identifier(each) for each in other_key]
        values = ", ".join(f"NEW.{c}" for c in [*(identifier(each) for each in own_key), *names])
        setting = ", ".join(f"{c} = EXCLUDED.{c}" for c in names)
        update = (
            f"IF {_some_value(link, 'NEW.')} THEN INSERT INTO {name} ({', '.join([*keys, *names])}) VALUES ({values})"
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {setting}; ELSE {update} END IF;"
        )
    return _Writes(
        upsert=update,
        rename=f"UPDATE {name} SET {moved} WHERE {where_old};" if make else nothing,
        remove=f"DELETE FROM {name} WHERE {where_old};" if drop else nothing,
    )


def _function(link: _Link, label: str, table: Table, own_key: list[str], writes: _Writes) -> Task:
    keys = [identifier(each) for each in own_key]
    body = f"""
DECLARE
  before text := current_setting('{_guard(link)}', true);
BEGIN
  IF before = 'on' THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('{_guard(link)}', 'on', true);
  IF TG_OP = 'DELETE' THEN
    {writes.remove}
  ELSE
    IF TG_OP = 'UPDATE' THEN
      IF {_differ(keys)} THEN
        {writes.rename}
      END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
      IF {_some_value(link, "NEW.")} THEN
        {writes.upsert}
      END IF;
    ELSIF {_differ([*keys, *link.names])} THEN
      {writes.upsert}
    END IF;
  END IF;
  PERFORM set_config('{_guard(link)}', coalesce(before, ''), true);
  RETURN NULL;
END"""
    return _made(link, label, body)


def _arrival(link: _Link) -> Task:
    """A new row of the target takes the values that the source holds for it, where it has none of its own.

    In a split, the row may have been made by the source's trigger already; then it is changed instead.
    """
    source, target, names = link.source, link.target, link.names
    where = " AND ".join(f"s.{identifier(own)} = NEW.{identifier(other)}" for own, other in link.key.items())
    fields = ", ".join(f"NEW.{name}" for name in names)
    take = f"SELECT {', '.join(f's.{name}' for name in names)} INTO {fields} FROM {name_of(source)} AS s WHERE {where};"
    body = f"""
BEGIN
  IF current_setting('{_guard(link)}', true) = 'on' THEN
    RETURN NEW;
  END IF;
  IF NOT ({_some_value(link, "NEW.")}) THEN
    {take}
  END IF;
  RETURN NEW;
END"""
    if link.rows_in_target:
        there = " AND ".join(f"{identifier(other)} = NEW.{identifier(other)}" for other in link.key.values())
        setting = ", ".join(f"{name} = NEW.{name}" for name in names)
        body = f"""
BEGIN
  IF current_setting('{_guard(link)}', true) = 'on' THEN
    RETURN NEW;
  END IF;
  UPDATE {name_of(target)} SET {setting} WHERE {there};
  IF FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END"""
    return _made(link, "arrival", body)


def _made(link: _Link, label: str, body: str) -> Task:
    """The functions run with the rights of their maker: the application may have none on the other table."""
    return Task(
        f"CREATE OR REPLACE FUNCTION {link.work.own(label)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog AS {dollar_quoted(body)}"
    )


def _drop_triggers(link: _Link, *, of_target: bool = True) -> tuple[Task, ...]:
    def drop(label: str, table: Table) -> Task:
        return Task(f"DROP TRIGGER IF EXISTS {identifier(link.work.trigger(f'_{label}'))} ON {name_of(table)}")

    found = [drop("source", link.source)]
    if of_target:
        found += [drop("target", link.target), drop("arrival", link.target), *_drop_functions(link)]
    return tuple(found)


def _drop_functions(link: _Link) -> tuple[Task, ...]:
    return tuple(Task(f"DROP FUNCTION IF EXISTS {link.work.own(label)}()") for label in ("source", "target", "arrival"))
