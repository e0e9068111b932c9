"""Tables that get another name, are split or merged, and columns that move between them: by views and triggers."""

from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import MergeTables, MoveColumns, Phase, RenameTable, SplitTable, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.change.operations import CreateTable
from dbwright.engines.mysql.ddl_table import create_table
from dbwright.engines.mysql.online_work import (
    Planned,
    Work,
    alter,
    bare,
    batch,
    column_of,
    definition,
    differ,
    drop_trigger,
    has_column,
    has_table,
    lacks_column,
    mentions,
    refuse,
    trigger,
)
from dbwright.engines.mysql.words import tick

# ---------------------------------------------------------------- another name


def rename_table(work: Work, change: RenameTable) -> Planned:
    """The new name is the table's; the old one is a view that can be written to, until contract.

    Names change hands in one RENAME TABLE, which the server does as a whole. The view of the old name has to read from the
    new one, so a view of the new name stands there before.
    """
    table = work.table(change.table)
    if change.to[0]:
        refuse(f"{table.name} would move to another database", "Use a plain RENAME TABLE.")
    old, new = table.name, change.to[1]
    if new in {each.name for each in work.catalog.tables} | {each.name for each in work.catalog.views}:
        refuse(f"there is a table or view {new} already", "Choose another name.")
    first, second = work.own("first"), work.own("compat")
    columns = ", ".join(tick(column.name) for column in table.columns)
    switched = has_table(old, "VIEW")
    switch = Stage(
        title=f"Rename {old} to {new}, and leave a view of the old name that can be written to",
        phase="switch",
        tasks=(
            Task(f"CREATE OR REPLACE VIEW {tick(new)} AS SELECT {columns} FROM {tick(old)}", switched),
            Task(f"CREATE OR REPLACE VIEW {tick(second)} AS SELECT {columns} FROM {tick(new)}", switched),
            Task(
                f"RENAME TABLE {tick(new)} TO {tick(first)}, {tick(old)} TO {tick(new)}, {tick(second)} TO {tick(old)}",
                switched,
            ),
            Task(f"DROP VIEW IF EXISTS {tick(first)}"),
        ),
        undo=(
            Task(
                f"RENAME TABLE {tick(old)} TO {tick(first)}, {tick(new)} TO {tick(old)}", has_table(old, "BASE TABLE")
            ),
            Task(f"DROP VIEW IF EXISTS {tick(first)}, {tick(second)}"),
            Task(f"DROP VIEW IF EXISTS {tick(new)}", has_table(new, "BASE TABLE")),
        ),
    )
    last = Stage(
        title=f"Drop the view {old} that kept the old name alive",
        phase="contract",
        tasks=(Task(f"DROP VIEW IF EXISTS {tick(old)}"),),
    )
    notes = (
        f"Privileges granted on {old} alone stay with that name, as in any RENAME TABLE: grant them on {new} too.",
    )
    return Planned([switch, last], notes=notes, loses=(f"the view {old}, and with it the old name",))


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

    @property
    def guard(self) -> str:
        """The session variable that tells one trigger that the other one is writing."""
        return f"@dbwright_link_{self.work.id}_{self.work.number}"


def move_columns(work: Work, change: MoveColumns) -> Planned:
    """Columns go to another table, into the row that has the same key."""
    source, target = work.table(change.table), work.table(change.to)
    link = _Link(work, source, target, change.key, tuple(column_of(source, name) for name in change.columns))
    _must_fit(link)
    _must_be_free_of_others(link)
    gone = _drop_columns(link)
    return Planned(
        [_added(link), _filled(link), *_loosened(link), _none_left(link), *_finished(link), gone],
        loses=(f"the columns {', '.join(change.columns)} of {source.name}",),
    )


def split_table(work: Work, change: SplitTable) -> Planned:
    """Columns go to a new table with the same key; it has a row for each row that has a value in one of them."""
    source = work.table(change.table)
    columns = tuple(column_of(source, name) for name in change.columns)
    made = next(each.table for each in change.operations(work.catalog) if isinstance(each, CreateTable))
    key = {name: name for name in (source.primary_key.columns if source.primary_key else ())}
    link = _Link(work, source, made, key, columns, rows_in_target=True)
    _must_be_free_of_others(link)
    make = Stage(
        title=f"Make the table {made.name}, kept alike with {source.name} by triggers",
        phase="expand",
        tasks=(
            Task(create_table(made, (), work.catalog.engine), has_table(made.name, "BASE TABLE")),
            *_triggers(link),
        ),
        undo=(*_drop_triggers(link), Task(f"DROP TABLE IF EXISTS {tick(made.name)}")),
    )
    notes = tuple(
        f"Until contract an INSERT into {source.name} that leaves out {column.name} makes a row of {made.name} already,"
        " by its default; the new application has to update that row instead of inserting it."
        for column in columns
        if column.default is not None
    )
    return Planned(
        [make, _filled(link), _none_left(link, "expand"), *_loosened(link), _none_left(link), _drop_columns(link)],
        notes=notes,
        loses=(f"the columns {', '.join(change.columns)} of {source.name}",),
    )


def merge_tables(work: Work, change: MergeTables) -> Planned:
    """The columns of a table come into another one, into the row that has the same key; then the table goes."""
    source, target = work.table(change.table), work.table(change.to)
    link = _Link(work, source, target, change.key, change.moved(work.catalog), rows_in_source=True)
    _must_fit(link)
    for view in work.catalog.views:
        if source.ref in view.depends_on:
            refuse(f"the view {view.name} shows {source.name}", "Change or drop it first.")
    for other in work.catalog.tables:
        if other is not source and any(key.table == (source.namespace, source.name) for key in other.foreign_keys):
            refuse(f"a foreign key of {other.name} points at {source.name}", "Drop it first.")
    gone = Stage(
        title=f"Drop the table {source.name}",
        phase="contract",
        tasks=(*_drop_triggers(link), Task(f"DROP TABLE IF EXISTS {tick(source.name)}")),
    )
    stages = [_added(link), _filled(link), _none_left(link), *_finished(link), gone]
    return Planned(stages, loses=(f"the table {source.name}",))


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
    source = link.source

    def named(text: str) -> bool:
        return any(mentions(text, name) for name in link.names)

    hanging = [
        *(f"the view {v.name}" for v in link.work.catalog.views if source.ref in v.depends_on and named(v.definition)),
        *(f"the trigger {each.name}" for each in source.triggers if named(each.definition)),
        *(f"the check {check.name}" for check in source.checks if named(check.expression)),
        *(f"the generated column {c.name}" for c in source.columns if c.generated and named(c.generated.expression)),
        *(f"the foreign key {key.name}" for key in source.foreign_keys if set(key.columns) & set(link.names)),
        *(f"the index {index.name}" for index in source.indexes if set(index.columns) & set(link.names)),
        *(f"the unique key {unique.name}" for unique in source.uniques if set(unique.columns) & set(link.names)),
    ]
    if source.primary_key and set(source.primary_key.columns) & set(link.names):
        hanging.append("the primary key")
    if hanging:
        refuse(f"{hanging[0]} names {', '.join(link.names)} of {source.name}", "Drop it first.")


# ---------------------------------------------------------------- stages


def _added(link: _Link) -> Stage:
    target = link.target
    adds = [
        alter(target, f"ADD COLUMN {definition(target, bare(column))}", has_column(target.name, column.name))
        for column in link.columns
    ]
    drops = [alter(target, f"DROP COLUMN {tick(name)}", lacks_column(target.name, name)) for name in link.names]
    return Stage(
        title=f"Add {', '.join(link.names)} to {target.name}, kept alike with {link.source.name} by triggers",
        phase="expand",
        tasks=(*adds, *_triggers(link)),
        undo=(*_drop_triggers(link), *drops),
    )


def _finished(link: _Link) -> list[Stage]:
    """Default and comment, which the old columns had until now."""
    columns = [replace(column, nullable=True) for column in link.columns]
    changed = [column for column in columns if column != bare(column)]
    if not changed:
        return []
    target = link.target
    modify = ", ".join(f"MODIFY COLUMN {definition(target, column)}" for column in changed)
    text = f"ALTER TABLE {tick(target.name)} {modify}"
    task = Task(f"{text}, ALGORITHM=INSTANT", otherwise=(f"{text}, ALGORITHM=INPLACE, LOCK=NONE",))
    title = f"Give {', '.join(column.name for column in changed)} of {target.name} its default"
    return [Stage(title=title, phase="contract", kind="alone", tasks=(task,))]


def _loosened(link: _Link) -> list[Stage]:
    """The new application writes a row of the old table without the columns that moved."""
    strict = [column for column in link.columns if not column.nullable and column.default is None]
    if not strict:
        return []
    name = tick(link.source.name)

    def modified(*, nullable: bool) -> Task:
        texts = [definition(link.source, replace(column, nullable=nullable)) for column in strict]
        change = f"ALTER TABLE {name} {', '.join(f'MODIFY COLUMN {text}' for text in texts)}"
        return Task(f"{change}, ALGORITHM=INSTANT", otherwise=(f"{change}, ALGORITHM=INPLACE, LOCK=NONE",))

    return [
        Stage(
            title=f"Let {', '.join(c.name for c in strict)} of {link.source.name} be empty until their other row is written",
            phase="switch",
            kind="alone",
            tasks=(modified(nullable=True),),
            undo=(modified(nullable=False),),
        )
    ]


def _drop_columns(link: _Link) -> Stage:
    drops = ", ".join(f"DROP COLUMN {tick(name)}" for name in link.names)
    gone = alter(link.source, drops, lacks_column(link.source.name, link.names[-1]))
    title = f"Drop {', '.join(link.names)} of {link.source.name}"
    return Stage(title=title, phase="contract", tasks=(*_drop_triggers(link), gone))


def _some(link: _Link, prefix: str) -> str:
    return "(" + " OR ".join(f"{prefix}{tick(name)} IS NOT NULL" for name in link.names) + ")"


def _same(link: _Link, source: str, target: str) -> str:
    return " AND ".join(f"{source}{tick(own)} = {target}{tick(other)}" for own, other in link.key.items())


def _filled(link: _Link) -> Stage:
    source, target = tick(link.source.name), tick(link.target.name)
    columns = [tick(name) for name in link.names]
    wanted = list(dict.fromkeys([*(tick(name) for name in link.key), *columns]))
    rows = f"SELECT {', '.join(wanted)} FROM {source} WHERE {RANGE} AND {_some(link, '')}"
    if link.rows_in_target:
        into = ", ".join([*(tick(name) for name in link.key.values()), *columns])
        taken = ", ".join([*(tick(name) for name in link.key), *columns])
        text = (
            f"INSERT IGNORE INTO {target} ({into}) SELECT {taken} FROM {source} WHERE {RANGE} AND {_some(link, '')}"
            " LOCK IN SHARE MODE"
        )
    else:
        setting = [f"t.{name} = s.{name}" for name in columns]
        setting += [f"t.{tick(c.name)} = t.{tick(c.name)}" for c in link.target.columns if c.on_update]
        text = (
            f"UPDATE {target} AS t JOIN ({rows}) AS s ON {_same(link, 's.', 't.')}"
            f" SET {', '.join(setting)} WHERE NOT {_some(link, 't.')}"
        )
    return Stage(
        title=f"Copy {', '.join(link.names)} from {link.source.name} to {link.target.name}",
        phase="expand",
        kind="batches",
        batch=batch(link.source, text, guard=link.guard),
    )


def _none_left(link: _Link, phase: Phase = "contract") -> Stage:
    source, target = tick(link.source.name), tick(link.target.name)
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


# ---------------------------------------------------------------- triggers

_LABELS = (
    "source_insert", "source_update", "source_delete", "target_insert", "target_update", "target_delete", "target_arrival",
)  # fmt: skip


def _drop_triggers(link: _Link) -> tuple[Task, ...]:
    return tuple(drop_trigger(link.work.own(label)) for label in _LABELS)


def _triggers(link: _Link) -> tuple[Task, ...]:
    keys, others = list(link.key), list(link.key.values())
    ways = (
        _one_way(link, "source", link.source, keys, link.target, others, make=link.rows_in_target),
        _one_way(link, "target", link.target, others, link.source, keys, make=link.rows_in_source),
    )
    # They come one after another, and rows are written in between: what one has copied must find the others there.
    found = [each for several in zip(*ways, strict=True) for each in several]
    return (*found, _arrival(link)) if not link.rows_in_target else tuple(found)


def _one_way(
    link: _Link, label: str, table: Table, key: list[str], other: Table, other_key: list[str], *, make: bool
) -> list[Task]:
    """What is written to one table, written to the other."""
    own, name = link.work.own, tick(other.name)
    columns = [tick(each) for each in link.names]
    pairs = [(tick(mine), tick(its)) for mine, its in zip(key, other_key, strict=True)]
    here = " AND ".join(f"{its} = NEW.{mine}" for mine, its in pairs)
    there = " AND ".join(f"{its} = OLD.{mine}" for mine, its in pairs)
    update = f"UPDATE {name} SET {', '.join(f'{c} = NEW.{c}' for c in columns)} WHERE {here};"
    empty = f"UPDATE {name} SET {', '.join(f'{c} = NULL' for c in columns)} WHERE {there};"
    removed, moved, put = empty, empty, update
    if make:
        into = ", ".join([*(its for _, its in pairs), *columns])
        values = ", ".join([*(f"NEW.{mine}" for mine, _ in pairs), *(f"NEW.{c}" for c in columns)])
        again = ", ".join(f"{c} = NEW.{c}" for c in columns)
        insert = f"INSERT INTO {name} ({into}) VALUES ({values}) ON DUPLICATE KEY UPDATE {again};"
        put = f"IF {_some(link, 'NEW.')} THEN {insert} ELSE {update} END IF;"
        moved = f"UPDATE {name} SET {', '.join(f'{its} = NEW.{mine}' for mine, its in pairs)} WHERE {there};"
        removed = f"DELETE FROM {name} WHERE {there};"
    keyed = differ([column_of(table, each) for each in key])
    moved_columns = [column if table is link.source else bare(column) for column in link.columns]
    changed = f"({keyed} OR {differ(moved_columns)})"

    def still(condition: str, body: str) -> str:
        inside = f"SET {link.guard} = 1; {body} SET {link.guard} = NULL;"
        return f"IF {link.guard} IS NULL THEN IF {condition} THEN {inside} END IF; END IF;"

    return [
        trigger(own(f"{label}_delete"), "AFTER DELETE", table.name, still("1 = 1", removed)),
        trigger(
            own(f"{label}_update"),
            "AFTER UPDATE",
            table.name,
            still(changed, f"IF {keyed} THEN {moved} END IF; {put}"),
        ),
        trigger(own(f"{label}_insert"), "AFTER INSERT", table.name, still(_some(link, "NEW."), put)),
    ]


def _arrival(link: _Link) -> Task:
    """A new row of the target takes the values that the source holds for it, where it has none of its own."""
    source = tick(link.source.name)
    where = " AND ".join(f"s.{tick(own)} = NEW.{tick(other)}" for own, other in link.key.items())
    takes = " ".join(
        f"SET NEW.{tick(name)} = (SELECT s.{tick(name)} FROM {source} AS s WHERE {where} LIMIT 1);"
        for name in link.names
    )
    body = f"IF {link.guard} IS NULL THEN IF NOT {_some(link, 'NEW.')} THEN {takes} END IF; END IF;"
    return trigger(link.work.own("target_arrival"), "BEFORE INSERT", link.target.name, body)
