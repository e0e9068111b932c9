"""Tables that get another name, are split or merged, and columns that move between them: by views and triggers."""

from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import MergeTables, MoveColumns, Phase, RenameTable, SplitTable, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.change.operations import apply_all
from dbwright.engines.sqlite.ddl import column_definition, create_table
from dbwright.engines.sqlite.online_work import (
    WAITS,
    Planned,
    Work,
    batch,
    can_loosen,
    column_of,
    differ,
    drop_trigger,
    hangs_on,
    loosened,
    rebuilt,
    refuse,
    rewritten,
    taken_names,
    trigger,
    views_over,
)
from dbwright.engines.sqlite.words import folded, quote

# ---------------------------------------------------------------- another name


def rename_table(work: Work, change: RenameTable) -> Planned:
    """The new name is the table's; the old one is a view with triggers that pass on what is written, until contract."""
    table = work.table(change.table)
    old, new = quote(table.name), quote(change.to[1])
    if folded(change.to[1]) in taken_names(work):
        refuse(f"there is a table or view {change.to[1]} already", "Choose another name.")
    if table.primary_key is None:
        refuse(f"{table.name} has no primary key, so a view could not tell which row is meant", "Give it one first.")
    key = [quote(name) for name in table.primary_key.columns]
    columns = [column for column in table.columns if not column.generated]
    names = [quote(column.name) for column in columns]
    values = [_given(column) for column in columns]
    where = " AND ".join(f"{name} IS OLD.{name}" for name in key)
    setting = ", ".join(f"{name} = NEW.{name}" for name in names)
    all_names = ", ".join(quote(column.name) for column in table.columns)

    def instead(label: str, event: str, body: str) -> Task:
        name = quote(work.own(f"view_{label}"))
        return Task(f"CREATE TRIGGER {name} INSTEAD OF {event} ON {old} BEGIN {body}; END")

    switch = Stage(
        title=f"Rename {table.name} to {change.to[1]}, and leave a view of the old name that can be written to",
        phase="switch",
        tasks=(
            Task("PRAGMA legacy_alter_table = OFF"),
            Task(f"ALTER TABLE {old} RENAME TO {new}"),
            Task(f"CREATE VIEW {old} AS SELECT {all_names} FROM {new}"),
            instead("insert", "INSERT", f"INSERT INTO {new} ({', '.join(names)}) VALUES ({', '.join(values)})"),
            instead("update", "UPDATE", f"UPDATE {new} SET {setting} WHERE {where}"),
            instead("delete", "DELETE", f"DELETE FROM {new} WHERE {where}"),
        ),
        undo=(
            Task(f"DROP VIEW {old}"),
            Task("PRAGMA legacy_alter_table = OFF"),
            Task(f"ALTER TABLE {new} RENAME TO {old}"),
        ),
    )
    last = Stage(
        title=f"Drop the view {table.name} that kept the old name alive",
        phase="contract",
        tasks=(Task(f"DROP VIEW {old}"),),
    )
    note = (
        f"Until contract {table.name} is a view: an INSERT into it tells no last_insert_rowid, takes a NULL for"
        " the default, and knows no ON CONFLICT."
    )
    return Planned([switch, last], notes=(note,), loses=(f"the view {table.name}, and with it the old name",))


def _given(column: Column) -> str:
    """What an INSERT into the view gives: a column that is left out arrives as NULL."""
    name = f"NEW.{quote(column.name)}"
    return name if column.default is None else f"CASE WHEN {name} IS NULL THEN {column.default} ELSE {name} END"


# ---------------------------------------------------------------- columns in two tables


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
        return [column.name for column in self.columns]


def move_columns(work: Work, change: MoveColumns) -> Planned:
    """Columns go to another table, into the row that has the same key."""
    source, target = work.table(change.table), work.table(change.to)
    columns = tuple(column_of(source, name) for name in change.columns)
    link = _Link(work, source, target, change.key, columns)
    _must_fit(link)
    _must_be_free_of_others(link)
    after = apply_all(change.operations(work.catalog), work.catalog)
    stages = [_added(link), _filled(link), _none_left(link)]
    tasks = [*_drop_triggers(link), *rebuilt(work, source, find_table(after, source.ref), {})]
    if any(column.default is not None for column in columns):
        tasks += rebuilt(work, _with_columns(link), find_table(after, target.ref), {})
    title = f"Drop {', '.join(change.columns)} of {source.name}"
    stages.append(Stage(title=title, phase="contract", tasks=tuple(tasks), waits=WAITS))
    return Planned(stages, loses=(f"the columns {', '.join(change.columns)} of {source.name}",))


def split_table(work: Work, change: SplitTable) -> Planned:
    """Columns go to a new table with the same key; it has a row for each row that has a value in one of them."""
    source = work.table(change.table)
    columns = tuple(column_of(source, name) for name in change.columns)
    after = apply_all(change.operations(work.catalog), work.catalog)
    made = next(table for table in after.tables if (table.namespace, table.name) == change.to)
    key = {name: name for name in (source.primary_key.columns if source.primary_key else ())}
    strict = [column.name for column in columns if not column.nullable]
    loose = loosened(source, strict) if strict and can_loosen(source) else source
    link = _Link(work, source, made, key, columns, rows_in_target=True)
    _must_be_free_of_others(link)
    make = Stage(
        title=f"Make the table {made.name}, kept alike with {source.name} by triggers",
        phase="expand",
        tasks=(
            *(rewritten(loose) if loose is not source else ()),
            Task(create_table(made)),
            *_triggers(link),
        ),
        undo=(
            *_drop_triggers(link),
            *(rewritten(source) if loose is not source else ()),
            Task(f"DROP TABLE {quote(made.name)}"),
        ),
    )
    gone = Stage(
        title=f"Drop {', '.join(change.columns)} of {source.name}",
        phase="contract",
        tasks=(*_drop_triggers(link), *rebuilt(work, loose, find_table(after, source.ref), {})),
        waits=WAITS,
    )
    notes = tuple(
        f"Until contract an INSERT into {source.name} has to give {name} too: SQLite checks NOT NULL before its triggers."
        for name in (strict if loose is source else ())
    )
    return Planned(
        [make, _filled(link), _none_left(link, "expand"), _none_left(link), gone],
        notes=notes,
        loses=(f"the columns {', '.join(change.columns)} of {source.name}",),
    )


def merge_tables(work: Work, change: MergeTables) -> Planned:
    """The columns of a table come into another one, into the row that has the same key; then the table goes."""
    source, target = work.table(change.table), work.table(change.to)
    link = _Link(work, source, target, change.key, change.moved(work.catalog), rows_in_source=True)
    _must_fit(link)
    for view in views_over(work, source):
        refuse(f"the view {view.name} shows {source.name}", "Change or drop it first.")
    for other in work.catalog.tables:
        if other is not source and any(key.table[1] == source.name for key in other.foreign_keys):
            refuse(f"a foreign key of {other.name} points at {source.name}", "Drop it first.")
    after = apply_all(change.operations(work.catalog), work.catalog)
    tasks = [*_drop_triggers(link), Task(f"DROP TABLE {quote(source.name)}")]
    if any(column.default is not None for column in link.columns):
        tasks += rebuilt(work, _with_columns(link), find_table(after, target.ref), {})
    gone = Stage(title=f"Drop the table {source.name}", phase="contract", tasks=tuple(tasks))
    return Planned([_added(link), _filled(link), _none_left(link), gone], loses=(f"the table {source.name}",))


def _must_fit(link: _Link) -> None:
    for table, columns in ((link.source, tuple(link.key)), (link.target, tuple(link.key.values()))):
        for name in columns:
            column_of(table, name)
        if not any(set(key) <= set(columns) for key in table.keys):
            refuse(
                f"({', '.join(columns)}) is not unique in {table.name}, so its rows do not belong one to one to the others",
                "Add a unique constraint over them first.",
            )
    for column in link.columns:
        if link.target.column(column.name):
            refuse(f"{link.target.name} has a column {column.name} already", "Rename one of the two first.")


def _must_be_free_of_others(link: _Link) -> None:
    if other := hangs_on(link.work, link.source, tuple(link.names)):
        refuse(
            f"{other} names {', '.join(link.names)} of {link.source.name}",
            "Drop it first, and make it again after contract.",
        )


def _bare(column: Column) -> Column:
    return replace(column, nullable=True, default=None, identity=None, generated=None)


def _with_columns(link: _Link) -> Table:
    return replace(link.target, columns=(*link.target.columns, *(_bare(column) for column in link.columns)))


def _added(link: _Link) -> Stage:
    name = quote(link.target.name)
    added = (Task(f"ALTER TABLE {name} ADD COLUMN {column_definition(_bare(column))}") for column in link.columns)
    drops = (Task(f"ALTER TABLE {name} DROP COLUMN {quote(column)}") for column in link.names)
    return Stage(
        title=f"Add {', '.join(link.names)} to {link.target.name}, kept alike with {link.source.name} by triggers",
        phase="expand",
        tasks=(*added, *_triggers(link)),
        undo=(*_drop_triggers(link), *drops),
    )


def _some(link: _Link, prefix: str) -> str:
    return "(" + " OR ".join(f"{prefix}{quote(name)} IS NOT NULL" for name in link.names) + ")"


def _same(link: _Link, source: str, target: str) -> str:
    return " AND ".join(f"{source}{quote(own)} = {target}{quote(other)}" for own, other in link.key.items())


def _filled(link: _Link) -> Stage:
    source, target = quote(link.source.name), quote(link.target.name)
    columns = [quote(name) for name in link.names]
    if link.rows_in_target:
        into = ", ".join([*(quote(name) for name in link.key.values()), *columns])
        taken = ", ".join([*(quote(name) for name in link.key), *columns])
        text = (
            f"INSERT OR IGNORE INTO {target} ({into}) SELECT {taken} FROM {source} WHERE {RANGE} AND {_some(link, '')}"
        )
    else:
        wanted = ", ".join(dict.fromkeys([*(quote(name) for name in link.key), *columns]))
        setting = ", ".join(f"{name} = s.{name}" for name in columns)
        rows = f"SELECT {wanted} FROM {source} WHERE {RANGE} AND {_some(link, '')}"
        text = (
            f"UPDATE {target} SET {setting} FROM ({rows}) AS s"
            f" WHERE {_same(link, 's.', f'{target}.')} AND NOT {_some(link, f'{target}.')}"
        )
    return Stage(
        title=f"Copy {', '.join(link.names)} from {link.source.name} to {link.target.name}",
        phase="expand",
        kind="batches",
        batch=batch(link.source, text),
    )


def _none_left(link: _Link, phase: Phase = "contract") -> Stage:
    source, target = quote(link.source.name), quote(link.target.name)
    return Stage(
        title=f"Check that every value of {link.source.name} has come to {link.target.name}",
        phase=phase,
        kind="check",
        tasks=(
            Task(
                f"SELECT 1 FROM {source} AS s LEFT JOIN {target} AS t ON {_same(link, 's.', 't.')}"
                f" WHERE {_some(link, 's.')} AND NOT {_some(link, 't.')} LIMIT 1"
            ),
        ),
        blocked=f"rows of {link.source.name} hold values in {', '.join(link.names)}, but have no row in {link.target.name}"
        " that could hold them",
    )


_LABELS = (
    "source_insert", "source_update", "source_delete", "target_insert", "target_update", "target_delete", "target_arrival",
)  # fmt: skip


def _drop_triggers(link: _Link) -> tuple[Task, ...]:
    return tuple(drop_trigger(link.work.own(label)) for label in _LABELS)


def _triggers(link: _Link) -> tuple[Task, ...]:
    keys, others = list(link.key), list(link.key.values())
    return (
        *_one_way(link, "source", link.source, keys, link.target, others, make=link.rows_in_target),
        *_one_way(link, "target", link.target, others, link.source, keys, make=link.rows_in_source),
        _arrival(link),
    )


def _one_way(
    link: _Link, label: str, table: Table, key: list[str], other: Table, other_key: list[str], *, make: bool
) -> list[Task]:
    """What is written to one table, written to the other."""
    own, name = link.work.own, quote(other.name)
    columns = [quote(each) for each in link.names]
    pairs = [(quote(mine), quote(its)) for mine, its in zip(key, other_key, strict=True)]
    here = " AND ".join(f"{its} = NEW.{mine}" for mine, its in pairs)
    there = " AND ".join(f"{its} = OLD.{mine}" for mine, its in pairs)
    update = f"UPDATE {name} SET {', '.join(f'{c} = NEW.{c}' for c in columns)} WHERE {here}"
    empty = f"UPDATE {name} SET {', '.join(f'{c} = NULL' for c in columns)} WHERE {there}"
    moved = empty
    made: list[str] = []
    if make:
        into = ", ".join([*(its for _, its in pairs), *columns])
        values = ", ".join([*(f"NEW.{mine}" for mine, _ in pairs), *(f"NEW.{c}" for c in columns)])
        missing = f"{_some(link, 'NEW.')} AND NOT EXISTS (SELECT 1 FROM {name} WHERE {here})"
        made.append(f"INSERT INTO {name} ({into}) SELECT {values} WHERE {missing}")
        moved = f"UPDATE {name} SET {', '.join(f'{its} = NEW.{mine}' for mine, its in pairs)} WHERE {there}"
    removed = f"DELETE FROM {name} WHERE {there}" if make else empty
    changed, keyed = differ([*key, *link.names]), differ(key)
    guarded_move = f"{moved} AND {keyed}"
    return [
        trigger(own(f"{label}_insert"), "AFTER INSERT", table.name, _some(link, "NEW."), update, *made),
        trigger(own(f"{label}_update"), "AFTER UPDATE", table.name, changed, guarded_move, update, *made),
        trigger(own(f"{label}_delete"), "AFTER DELETE", table.name, "", removed),
    ]


def _arrival(link: _Link) -> Task:
    """A new row of the target takes the values that the source holds for it, where it has none of its own.

    In a split the row may have been made by the source's trigger already: it gives way to the one that arrives.
    """
    target, source = quote(link.target.name), quote(link.source.name)
    here = " AND ".join(f"{quote(other)} = NEW.{quote(other)}" for other in link.key.values())
    if link.rows_in_target:
        body = f"DELETE FROM {target} WHERE {here}"
        return trigger(link.work.own("target_arrival"), "BEFORE INSERT", link.target.name, "", body)
    where = " AND ".join(f"s.{quote(own)} = NEW.{quote(other)}" for own, other in link.key.items())
    setting = ", ".join(f"{quote(c)} = (SELECT s.{quote(c)} FROM {source} AS s WHERE {where})" for c in link.names)
    return trigger(
        link.work.own("target_arrival"),
        "AFTER INSERT",
        link.target.name,
        f"NOT {_some(link, 'NEW.')}",
        f"UPDATE {target} SET {setting} WHERE {here}",
    )
