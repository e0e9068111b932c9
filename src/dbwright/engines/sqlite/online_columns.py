"""Columns that get a second shape beside the first: rename, another type, split, merge; and NOT NULL."""

from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import (
    ChangeType,
    MergeColumns,
    OnlineChange,
    RenameColumn,
    SplitColumn,
    Stage,
    Task,
)
from dbwright.change.online.stages import RANGE
from dbwright.change.operations import apply_all
from dbwright.engines.sqlite.alter import mentions
from dbwright.engines.sqlite.ddl import column_definition
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
    same_row,
    set_aside,
    shadow_name,
    trigger,
)
from dbwright.engines.sqlite.words import quote


class _Shapes(NamedTuple):
    """The two sides: by column the expression that computes it from the other side.

    seen: what a name in the expressions of `new` stands for, where it is not the column of that name.
    """

    old: dict[str, str]
    new: dict[str, str]
    seen: dict[str, str] = {}

    def up(self, table: Table) -> dict[str, str]:
        """The expressions of the new columns over the table's columns as they are named at that time."""
        if not self.seen:
            return {name: f"({text})" for name, text in self.new.items()}
        shown = ", ".join(
            f"{quote(self.seen.get(column.name, column.name))} AS {quote(column.name)}" for column in table.columns
        )
        return {name: f"(SELECT ({text}) FROM (SELECT {shown}))" for name, text in self.new.items()}

    def unfilled(self, table: Table) -> str:
        """The condition for rows whose new side has no value yet."""
        empty = " AND ".join(f"{quote(name)} IS NULL" for name in self.new)
        return f"{empty} AND ({' OR '.join(f'{text} IS NOT NULL' for text in self.up(table).values())})"


def _assigned(values: dict[str, str]) -> str:
    return ", ".join(f"{quote(name)} = ({text})" for name, text in values.items())


def _names(work: Work) -> list[str]:
    return [work.own(label) for label in ("insert", "from_new", "from_old")]


def _sync(work: Work, table: Table, shapes: _Shapes) -> tuple[Task, ...]:
    """After each row is written: what was written last wins, the new side where it changed."""
    insert, from_new, from_old = _names(work)
    given = " OR ".join(f"{quote(name)} IS NOT NULL" for name in shapes.new)
    here = same_row(table, "NEW")
    down = f"UPDATE {quote(table.name)} SET {_assigned(shapes.old)} WHERE {here}"
    up = f"UPDATE {quote(table.name)} SET {_assigned(shapes.up(table))} WHERE {here}"
    new, old = differ(list(shapes.new)), differ(list(shapes.old))
    return (
        trigger(insert, "AFTER INSERT", table.name, "", f"{down} AND ({given})", f"{up} AND NOT ({given})"),
        trigger(from_new, "AFTER UPDATE", table.name, new, down),
        trigger(from_old, "AFTER UPDATE", table.name, f"{old} AND NOT {new}", up),
    )


def _drop_sync(work: Work) -> tuple[Task, ...]:
    return tuple(drop_trigger(name) for name in _names(work))


def _beside(work: Work, table: Table, columns: tuple[Column, ...], shapes: _Shapes) -> tuple[list[Stage], Table]:
    """The beginning of the expand phase, and the table as it is then.

    A NOT NULL of the old columns is taken away where it can be: SQLite checks it before a trigger could give a value.
    """
    name = quote(table.name)
    strict = [each for each in shapes.old if not column_of(table, each).nullable]
    loose = loosened(table, strict) if strict and can_loosen(table) else table
    bare = [replace(column, nullable=True, default=None, generated=None) for column in columns]
    now = replace(loose, columns=(*loose.columns, *bare))
    tasks = [*(rewritten(loose) if loose is not table else ())]
    tasks += [Task(f"ALTER TABLE {name} ADD COLUMN {column_definition(column)}") for column in bare]
    undo = [*_drop_sync(work), *(Task(f"ALTER TABLE {name} DROP COLUMN {quote(column.name)}") for column in bare)]
    undo += [*rewritten(table), *_touched(work)] if loose is not table else []
    filled = shapes.unfilled(now)
    titles = ", ".join(shapes.new)
    tried = ", ".join(f"count({text}) AS n{place}" for place, text in enumerate(shapes.new.values()))
    return [
        Stage(
            title=f"Try to convert every row of {table.name}",
            phase="expand",
            kind="check",
            tasks=(Task(f"SELECT 1 FROM (SELECT {tried} FROM {name}) WHERE n0 < 0"),),
        ),
        Stage(
            title=f"Add {titles} to {table.name}, kept alike with {', '.join(shapes.old)} by triggers",
            phase="expand",
            tasks=(*tasks, *_sync(work, now, shapes)),
            undo=tuple(undo),
        ),
        Stage(
            title=f"Fill {titles} of {table.name}",
            phase="expand",
            kind="batches",
            batch=batch(now, f"UPDATE {name} SET {_assigned(shapes.up(now))} WHERE {RANGE} AND ({filled})"),
        ),
        _all_filled(now, shapes),
    ], now


def _touched(work: Work) -> tuple[Task, Task]:
    """A change of the schema that leaves nothing behind, for other connections to read the schema again."""
    name = quote(work.own("touch"))
    return Task(f"CREATE TABLE {name} (x)"), Task(f"DROP TABLE {name}")


def _all_filled(table: Table, shapes: _Shapes) -> Stage:
    return Stage(
        title=f"Check that every row of {table.name} has its new value",
        phase="expand",
        kind="check",
        tasks=(Task(f"SELECT 1 FROM {quote(table.name)} WHERE {shapes.unfilled(table)} LIMIT 1"),),
        blocked=f"rows of {table.name} have no value in {', '.join(shapes.new)} yet",
    )


def target_of(work: Work, change: OnlineChange, table: Table) -> Table:
    return find_table(apply_all(change.operations(work.catalog), work.catalog), table.ref)


def _new_writes(table: Table, now: Table, old: tuple[str, ...]) -> tuple[str, ...]:
    """What the new application cannot do before contract, where NOT NULL could not be taken away."""
    strict = [name for name in old if (c := now.column(name)) and not c.nullable and c.default is None]
    return tuple(
        f"Until contract an INSERT into {table.name} has to give {name} too: SQLite checks NOT NULL before its triggers."
        for name in strict
    )


# ---------------------------------------------------------------- rename


def rename_column(work: Work, change: RenameColumn) -> Planned:
    """Both names are columns until contract, which drops the copy and renames the original."""
    table = work.table(change.table)
    old = column_of(table, change.column)
    if table.column(change.to):
        refuse(f"{table.name} has a column {change.to} already", "Choose another name.")
    if old.generated:
        refuse(
            f"{table.name}.{old.name} is a generated column", "Rename it with a plain ALTER TABLE; nobody writes it."
        )
    shapes = _Shapes(old={old.name: quote(change.to)}, new={change.to: quote(old.name)})
    stages, now = _beside(work, table, (replace(old, name=change.to, identity=None),), shapes)
    name = quote(table.name)
    again = rewritten(replace(now, columns=tuple(c if c.name != old.name else old for c in now.columns)))
    alike = f"quote({quote(old.name)}) IS quote({quote(change.to)})"
    stages += [
        Stage(
            title=f"Check that {old.name} and {change.to} of {table.name} are alike in every row",
            phase="contract",
            kind="check",
            tasks=(Task(f"SELECT 1 FROM {name} WHERE NOT ({alike}) LIMIT 1"),),
            blocked=f"rows of {table.name} hold different values in {old.name} and {change.to}",
        ),
        Stage(
            title=f"Drop the copy, and rename {table.name}.{old.name} to {change.to}",
            phase="contract",
            tasks=(
                *_drop_sync(work),
                *(again if now.column(old.name) != old else ()),
                Task(f"ALTER TABLE {name} DROP COLUMN {quote(change.to)}"),
                Task(f"ALTER TABLE {name} RENAME COLUMN {quote(old.name)} TO {quote(change.to)}"),
            ),
            waits=WAITS,
        ),
    ]
    return Planned(
        stages,
        notes=_new_writes(table, now, (old.name,)),
        loses=(f"the name {old.name} of the column {table.name}.{change.to}",),
    )


# ---------------------------------------------------------------- another type


def change_type(work: Work, change: ChangeType) -> Planned:
    """A second column that is filled; the names change hands in switch; contract writes the table in its final shape."""
    table = work.table(change.table)
    old = column_of(table, change.column)
    key = table.primary_key.columns if table.primary_key else ()
    if (
        old.name in key
        or old.generated
        or any(c.generated and mentions(c.generated.expression, old.name) for c in table.columns)
    ):
        refuse(f"{table.name}.{old.name} belongs to the primary key or to a generated column", "Use a plain change.")
    for other in work.catalog.tables:
        if any(k.table == (table.namespace, table.name) and old.name in k.referenced for k in other.foreign_keys):
            refuse(f"a foreign key of {other.name} points at {table.name}.{old.name}", "Use a plain change.")
    if not old.nullable and old.default is None and not can_loosen(table):
        refuse(
            f"{table.name}.{old.name} is NOT NULL without a default, and {table.name} has several keys",
            "Use a plain change.",
        )
    shadow, aside = shadow_name(table, old.name, "new"), shadow_name(table, old.name, "old")
    shown = quote(old.name)
    down = change.back or shown
    before = _Shapes(
        old={old.name: f"(SELECT ({down}) FROM (SELECT {quote(shadow)} AS {shown}))"},
        new={shadow: change.using or shown},
    )
    after = _Shapes(old={aside: down}, new={old.name: change.using or shown}, seen={old.name: aside})
    stages, now = _beside(work, table, (replace(old, name=shadow, type=change.type, identity=None),), before)
    names = {old.name: aside, shadow: old.name}
    switched = replace(now, columns=tuple(replace(c, name=names.get(c.name, c.name)) for c in now.columns))
    name, (away, back) = quote(table.name), set_aside(work, table)
    stages += [
        Stage(
            title=f"Let {table.name}.{old.name} be the new column, and keep the old one as {aside}",
            phase="switch",
            tasks=(
                *_drop_sync(work),
                *away,
                Task(f"ALTER TABLE {name} RENAME COLUMN {shown} TO {quote(aside)}"),
                Task(f"ALTER TABLE {name} RENAME COLUMN {quote(shadow)} TO {shown}"),
                *back,
                *_sync(work, _named(table, switched), after),
            ),
            undo=(
                *_drop_sync(work),
                *away,
                Task(f"ALTER TABLE {name} RENAME COLUMN {shown} TO {quote(shadow)}"),
                Task(f"ALTER TABLE {name} RENAME COLUMN {quote(aside)} TO {shown}"),
                *back,
                *_sync(work, now, before),
            ),
        ),
        Stage(
            title=f"Drop the old column of {table.name}.{old.name}",
            phase="contract",
            tasks=(*_drop_sync(work), *rebuilt(work, switched, target_of(work, change, table), {old.name: shown})),
            waits=WAITS,
        ),
    ]
    notes = (f"Between switch and contract no index stands on the new {table.name}.{old.name}.",)
    indexed = any(old.name in index.columns for index in table.indexes)
    return Planned(
        stages,
        notes=notes if indexed else (),
        loses=(f"the values of {table.name}.{old.name} as {old.type.spelling}",),
    )


def _named(table: Table, switched: Table) -> Table:
    """The columns that expressions may name, with those of the original table only."""
    return replace(switched, columns=table.columns)


# ---------------------------------------------------------------- split and merge


def replace_columns(work: Work, change: SplitColumn | MergeColumns) -> Planned:
    """Old columns and new ones stand side by side until contract drops the old ones."""
    table = work.table(change.table)
    if isinstance(change, SplitColumn):
        new = tuple(part.column for part in change.into)
        shapes = _Shapes(old={change.column: change.back}, new={part.column.name: part.value for part in change.into})
    else:
        new = (change.into,)
        shapes = _Shapes(old=change.columns, new={change.into.name: change.value})
    for column in new:
        if table.column(column.name):
            refuse(f"{table.name} has a column {column.name} already", "Choose another name.")
    gone = tuple(shapes.old)
    if other := hangs_on(work, table, gone):
        refuse(f"{other} names {', '.join(gone)} of {table.name}", "Drop it first, and make it again after contract.")
    stages, now = _beside(work, table, new, shapes)
    empty = [column.name for column in new if not column.nullable]
    if empty:
        nulls = " OR ".join(f"{quote(each)} IS NULL" for each in empty)
        stages.append(
            Stage(
                title=f"Check that {', '.join(empty)} of {table.name} are never NULL",
                phase="expand",
                kind="check",
                tasks=(Task(f"SELECT 1 FROM {quote(table.name)} WHERE {nulls} LIMIT 1"),),
                blocked=f"rows of {table.name} have NULL in {', '.join(empty)}",
            )
        )
    stages.append(
        Stage(
            title=f"Drop {', '.join(gone)} of {table.name}",
            phase="contract",
            tasks=(*_drop_sync(work), *rebuilt(work, now, target_of(work, change, table), {})),
            waits=WAITS,
        )
    )
    lost = (f"the column{'s' if len(gone) > 1 else ''} {', '.join(gone)} of {table.name}",)
    return Planned(stages, notes=_new_writes(table, now, gone), loses=lost)
