"""Two shapes of the same columns side by side: triggers that keep them alike, filling, and what cannot go along."""

from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column, Index, KeyPart
from dbwright.change.online import Phase, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.change.operations.renaming import rename_column
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.online_work import (
    FILLING,
    Work,
    alter,
    assigned,
    bare,
    batch,
    column_of,
    definition,
    differ,
    drop_trigger,
    has_column,
    has_index,
    lacks,
    lacks_column,
    mentions,
    refuse,
    trigger,
    variables,
)
from dbwright.engines.mysql.words import literal, tick


class Shapes(NamedTuple):
    """The two sides: their columns, as they are named at that time, each with the expression that computes it from the other.

    seen_by_new: the column that a name in the expressions of `new` stands for, where it is not the table's column of that
    name; seen_by_old likewise. label: makes the triggers' names differ before and after the names change hands.
    required: a column that every INSERT has to give.
    """

    old: tuple[tuple[Column, str], ...]
    new: tuple[tuple[Column, str], ...]
    seen_by_new: dict[str, Column] = {}
    seen_by_old: dict[str, Column] = {}
    label: str = ""
    required: Column | None = None

    @property
    def new_values(self) -> dict[str, str]:
        return {column.name: text for column, text in self.new}

    @property
    def old_values(self) -> dict[str, str]:
        return {column.name: text for column, text in self.old}


# ---------------------------------------------------------------- keeping two shapes alike


def _trigger_names(work: Work, shapes: Shapes) -> tuple[str, str]:
    return work.own(f"insert{shapes.label}"), work.own(f"update{shapes.label}")


def sync(work: Work, table: Table, shapes: Shapes) -> tuple[Task, ...]:
    """Before each row is written: what was written last wins, the new side where it changed.

    They come one after another, and rows are written in between: a row that one has filled must find the other one there.
    """
    insert, update = _trigger_names(work, shapes)
    given = " OR ".join(f"NEW.{tick(column.name)} IS NOT NULL" for column, _ in shapes.new)
    new, old = ([column for column, _ in side] for side in (shapes.new, shapes.old))
    down = _computed(table, shapes.old, shapes.seen_by_old)
    up = _computed(table, shapes.new, shapes.seen_by_new)
    if shapes.required:
        message = literal(f"Column {shapes.required.name[:40]} cannot be null")
        missing = f"NEW.{tick(shapes.required.name)} IS NULL"
        up = f"IF {missing} THEN SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1048, MESSAGE_TEXT = {message}; END IF;"
    on_insert = f"IF {FILLING} IS NULL THEN IF {given} THEN {down} ELSE {up} END IF; END IF;"
    up = _computed(table, shapes.new, shapes.seen_by_new)
    on_update = f"IF {FILLING} IS NULL THEN IF {differ(new)} THEN {down} ELSEIF {differ(old)} THEN {up} END IF; END IF;"
    return (
        trigger(update, "BEFORE UPDATE", table.name, on_update),
        trigger(insert, "BEFORE INSERT", table.name, on_insert),
    )


def _computed(table: Table, side: tuple[tuple[Column, str], ...], seen: dict[str, Column]) -> str:
    """Statements that give the columns of one side their values; names in the expressions are variables of these names."""
    blocks = [
        f"BEGIN {variables(table, text, seen)} SET NEW.{tick(column.name)} = ({text}); END;" for column, text in side
    ]
    return " ".join(blocks)


def drop_sync(work: Work, shapes: Shapes) -> tuple[Task, ...]:
    return tuple(drop_trigger(name) for name in _trigger_names(work, shapes))


def _unfilled(shapes: Shapes) -> str:
    empty = " AND ".join(f"{tick(column.name)} IS NULL" for column, _ in shapes.new)
    return f"{empty} AND ({' OR '.join(f'({text}) IS NOT NULL' for _, text in shapes.new)})"


def beside(work: Work, table: Table, shapes: Shapes) -> tuple[list[Stage], Table]:
    """The beginning of the expand phase, and the table as it is then. Each new column stands behind the last old one."""
    name = tick(table.name)
    place = shapes.old[-1][0].name
    now, adds, drops = table, list[Task](), list[Task]()
    for column, _ in shapes.new:
        added = f"ADD COLUMN {definition(table, bare(column))} AFTER {tick(place)}"
        adds.append(alter(table, added, has_column(table.name, column.name)))
        drops.append(alter(table, f"DROP COLUMN {tick(column.name)}", lacks_column(table.name, column.name)))
        position = [each.name for each in now.columns].index(place) + 1
        now = replace(now, columns=(*now.columns[:position], bare(column), *now.columns[position:]))
        place = column.name
    titles = ", ".join(column.name for column, _ in shapes.new)
    tried = ", ".join(f"COUNT({text})" for _, text in shapes.new)
    compared = " OR ".join(
        f"NOT (CAST({tick(column.name)} AS CHAR) <=> CAST(({text}) AS CHAR))" for column, text in shapes.new
    )
    fill = f"UPDATE {name} SET {assigned(now, shapes.new_values)} WHERE {RANGE} AND ({_unfilled(shapes)})"
    repair = f"UPDATE {name} SET {assigned(now, shapes.new_values)} WHERE {RANGE} AND ({compared})"
    return [
        Stage(
            title=f"Try to convert every row of {table.name}",
            phase="expand",
            kind="check",
            tasks=(
                Task(f"SELECT {tried} FROM {name} HAVING COUNT(*) < 0"),
                # A SELECT only warns of what the UPDATE would refuse.
                Task("SELECT @@warning_count FROM (SELECT 1 AS x) AS one WHERE @@warning_count > 0"),
            ),
            blocked=f"values of {', '.join(c.name for c, _ in shapes.old)} in {table.name} cannot be converted as they are; "
            "the number of warnings follows, SHOW WARNINGS after the expression tells them",
        ),
        Stage(
            title=f"Add {titles} to {table.name}, kept alike with {', '.join(c.name for c, _ in shapes.old)} by triggers",
            phase="expand",
            tasks=(*adds, *sync(work, now, shapes)),
            undo=(*drop_sync(work, shapes), *drops),
        ),
        Stage(
            title=f"Fill {titles} of {table.name}",
            phase="expand",
            kind="batches",
            batch=batch(now, fill, repair=(repair,)),
        ),
    ], now


def all_filled(table: Table, shapes: Shapes, phase: Phase = "expand") -> Stage:
    """No row is left without its value. The names are those that the columns have at that time."""
    seen = shapes.seen_by_new
    wanted = [c.name for c in table.columns if any(mentions(text, c.name) for _, text in shapes.new)]
    shown = [f"{tick(seen[name].name if name in seen else name)} AS {tick(name)}" for name in wanted]
    shown += [f"{tick(column.name)} AS dbwright_{place}" for place, (column, _) in enumerate(shapes.new)]
    empty = " AND ".join(f"dbwright_{place} IS NULL" for place in range(len(shapes.new)))
    valued = " OR ".join(f"({text}) IS NOT NULL" for _, text in shapes.new)
    rows = f"SELECT {', '.join(shown)} FROM {tick(table.name)}"
    return Stage(
        title=f"Check that every row of {table.name} has its new value",
        phase=phase,
        kind="check",
        tasks=(Task(f"SELECT 1 FROM ({rows}) AS shown WHERE {empty} AND ({valued}) LIMIT 1"),),
        blocked=f"rows of {table.name} have no value in {', '.join(c.name for c, _ in shapes.new)} yet",
    )


def mirrored(work: Work, table: Table, old: str, new: str) -> list[tuple[str, str, Index]]:
    """The indexes and unique keys over a column: name, temporary name, and the one over the new column under that name."""
    catalog = rename_column(work.catalog, (table.namespace, table.name), old, new)
    copy = next(each for each in catalog.tables if each.ref == table.ref)
    found: list[tuple[str, str, Index]] = []
    for number, (before, after) in enumerate(zip(table.indexes, copy.indexes, strict=True)):
        if before != after:
            found.append((before.name, work.own(f"index_{number}"), replace(after, name=work.own(f"index_{number}"))))
    for number, (key, mirror) in enumerate(zip(table.uniques, copy.uniques, strict=True)):
        if key != mirror and key.name:
            parts = tuple(KeyPart(column=name) for name in mirror.columns)
            index = Index(name=work.own(f"key_{number}"), parts=parts, unique=True, comment=mirror.comment)
            found.append((key.name, index.name, index))
    return found


def build_index(work: Work, table: Table, index: Index) -> Stage:
    """ADD INDEX while others write."""
    text = f"ALTER TABLE {tick(table.name)} ADD {ddl_table.index(index, work.catalog.engine)}"
    drop = f"ALTER TABLE {tick(table.name)} DROP INDEX {tick(index.name)}"
    there = has_index(table.name, index.name)
    return Stage(
        title=f"Build the index {index.name} on {table.name}",
        phase="expand",
        kind="alone",
        tasks=(Task(f"{text}, ALGORITHM=INPLACE, LOCK=NONE", there),),
        undo=(Task(f"{drop}, ALGORITHM=INPLACE, LOCK=NONE", lacks(there)),),
    )


def refuse_what_hangs_on(work: Work, table: Table, columns: tuple[str, ...], *, keys: bool = True) -> None:
    """Refuse what would break or could not follow. keys: whether indexes and unique keys may hold the columns."""
    gone = {name.lower() for name in columns}
    shown = f"{table.name}.{', '.join(columns)}"

    def touched(names: tuple[str, ...]) -> bool:
        return any(name.lower() in gone for name in names)

    for column in table.columns:
        if column.generated and any(mentions(column.generated.expression, name) for name in columns):
            refuse(f"the column {column.name} is computed from {shown}", f"Drop {column.name} first.")
    for name in columns:
        if column_of(table, name).generated or column_of(table, name).identity:
            refuse(f"{shown} is a generated or AUTO_INCREMENT column", _BY_TOOL)
    for check in table.checks:
        if any(mentions(check.expression, name) for name in columns):
            refuse(f"the check {check.name} names {shown}", "Drop it first, and add it again after contract.")
    if table.primary_key and touched(table.primary_key.columns):
        refuse(f"{shown} belongs to the primary key, in whose order InnoDB keeps the rows", _BY_TOOL)
    for key in table.foreign_keys:
        if touched(key.columns):
            refuse(f"the foreign key {key.name} stands on {shown}", "Drop it first, and add it again after contract.")
    for other in work.catalog.tables:
        for key in other.foreign_keys:
            if key.table == (table.namespace, table.name) and touched(key.referenced):
                refuse(f"the foreign key {key.name} of {other.name} points at {shown}", "Drop it first.")
    if keys:
        return
    for view in work.catalog.views:
        if table.ref in view.depends_on and any(mentions(view.definition, name) for name in columns):
            refuse(f"the view {view.name} shows {shown}", "Change or drop it first.")
    for each in table.triggers:
        if any(mentions(each.definition, name) for name in columns):
            refuse(f"the trigger {each.name} names {shown}", "Change or drop it first.")


_BY_TOOL = "gh-ost or pt-online-schema-change can do it, by copying the whole table: dbwright online hand-over."


def finished(table: Table, columns: tuple[Column, ...], gone: tuple[Column, ...]) -> list[Stage]:
    """NOT NULL, default and comment of new columns. Old columns allow NULL from then on: soon no trigger gives them values.

    The server writes the rows anew for NOT NULL, but lets others read and write meanwhile.
    """
    changed = [column for column in columns if column != bare(column)]
    changed += [replace(c, nullable=True) for c in gone if not c.nullable and c.default is None]
    if not changed:
        return []
    modify = ", ".join(f"MODIFY COLUMN {definition(table, column)}" for column in changed)
    text = f"ALTER TABLE {tick(table.name)} {modify}"
    return [
        Stage(
            title=f"Settle NOT NULL and defaults of {', '.join(column.name for column in changed)} of {table.name}",
            phase="contract",
            kind="alone",
            tasks=(Task(f"{text}, ALGORITHM=INSTANT", otherwise=(f"{text}, ALGORITHM=INPLACE, LOCK=NONE",)),),
        )
    ]
