"""Columns that stand side by side in two shapes until contract: rename, split, merge."""

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.online import MergeColumns, RenameColumn, SplitColumn, Stage, Task
from dbwright.change.online.stages import RANGE
from dbwright.engines.mysql.online_sync import (
    Shapes,
    all_filled,
    beside,
    build_index,
    drop_sync,
    finished,
    mirrored,
    refuse_what_hangs_on,
    sync,
)
from dbwright.engines.mysql.online_work import (
    Planned,
    Work,
    alter,
    assigned,
    bare,
    batch,
    column_of,
    lacks_column,
    refuse,
)
from dbwright.engines.mysql.words import tick


def rename_column_online(work: Work, change: RenameColumn) -> Planned:
    """Both names are columns until contract, which drops the copy and renames the original: all that hangs on it goes along."""
    table = work.table(change.table)
    old = column_of(table, change.column)
    if table.column(change.to):
        refuse(f"{table.name} has a column {change.to} already", "Choose another name.")
    _refuse_cascades(table, old.name)
    if old.generated or old.identity:
        refuse(
            f"{table.name}.{old.name} is a generated or AUTO_INCREMENT column", "Rename it with a plain ALTER TABLE."
        )
    new = bare(replace(old, name=change.to))
    shapes = Shapes(old=((old, tick(new.name)),), new=((new, tick(old.name)),))
    stages, now = beside(work, table, shapes)
    indexes = mirrored(work, table, old.name, new.name)
    stages += [build_index(work, now, index) for _, _, index in indexes]
    stages.append(all_filled(now, shapes))
    name = tick(table.name)
    differs = f"NOT (CAST({tick(old.name)} AS CHAR) <=> CAST({tick(new.name)} AS CHAR))"
    # Where NULL is forbidden, a NULL in the new column says that an old application has inserted the row.
    taken = differs if old.nullable else f"{tick(new.name)} IS NOT NULL AND {differs}"
    drops = ", ".join(
        [*(f"DROP INDEX {tick(temporary)}" for _, temporary, _ in indexes), f"DROP COLUMN {tick(new.name)}"]
    )
    back = f"UPDATE {name} SET {assigned(now, shapes.old_values)} WHERE {RANGE} AND {taken}"
    stages += [
        Stage(
            title=f"Check that {old.name} and {new.name} of {table.name} are alike in every row",
            phase="contract",
            kind="check",
            tasks=(Task(f"SELECT 1 FROM {name} WHERE {differs} LIMIT 1"),),
            blocked=f"rows of {table.name} hold different values in {old.name} and {new.name}",
        ),
        Stage(
            title=f"Drop the copy, and rename {table.name}.{old.name} to {new.name}",
            phase="contract",
            tasks=(
                Task(f"LOCK TABLES {name} WRITE"),
                *drop_sync(work, shapes),
                alter(
                    table,
                    f"{drops}, RENAME COLUMN {tick(old.name)} TO {tick(new.name)}",
                    lacks_column(table.name, old.name),
                ),
            ),
            undo=sync(work, now, shapes),
            release="UNLOCK TABLES",
            passed=lacks_column(table.name, old.name),
            repair_forward=batch(now, back, repair=(back,)),
        ),
    ]
    note = f"When contract begins, no application may write {table.name}.{old.name} by its old name any more."
    return Planned(stages, notes=(note,), loses=(f"the name {old.name} of the column {table.name}.{new.name}",))


def _refuse_cascades(table: Table, column: str) -> None:
    for key in table.foreign_keys:
        if column in key.columns and (key.on_update in ("cascade", "set null") or key.on_delete in ("set null",)):
            refuse(
                f"the foreign key {key.name} of {table.name} changes {column} by itself, and MySQL fires no trigger for that",
                "Rename the column with a plain ALTER TABLE, together with the application.",
            )


# ---------------------------------------------------------------- split and merge


def replace_columns(work: Work, change: SplitColumn | MergeColumns) -> Planned:
    """Old columns and new ones stand side by side until contract drops the old ones."""
    table = work.table(change.table)
    if isinstance(change, SplitColumn):
        new: tuple[tuple[Column, str], ...] = tuple((part.column, part.value) for part in change.into)
        old: tuple[tuple[Column, str], ...] = ((column_of(table, change.column), change.back),)
    else:
        new = ((change.into, change.value),)
        old = tuple((column_of(table, name), text) for name, text in change.columns.items())
    for column, _ in new:
        if table.column(column.name):
            refuse(f"{table.name} has a column {column.name} already", "Choose another name.")
    gone = tuple(column.name for column, _ in old)
    refuse_what_hangs_on(work, table, gone, keys=False)
    finals = tuple(_like(column, old[0][0]) for column, _ in new)
    shapes = Shapes(old=tuple(old), new=tuple((bare(f), text) for f, (_, text) in zip(finals, new, strict=True)))
    stages, now = beside(work, table, shapes)
    stages += [all_filled(now, shapes), all_filled(now, shapes, "contract")]
    stages += finished(table, finals, tuple(column for column, _ in old))
    indexes = [i.name for i in table.indexes if set(i.columns) & set(gone)]
    indexes += [u.name for u in table.uniques if u.name and set(u.columns) & set(gone)]
    drops = [*(f"DROP INDEX {tick(each)}" for each in indexes), *(f"DROP COLUMN {tick(each)}" for each in gone)]
    last = alter(table, ", ".join(drops), lacks_column(table.name, gone[-1]))
    stages.append(
        Stage(
            title=f"Drop {', '.join(gone)} of {table.name}",
            phase="contract",
            tasks=(*drop_sync(work, shapes), last),
        )
    )
    return Planned(stages, loses=(f"the column{'s' if len(gone) > 1 else ''} {', '.join(gone)} of {table.name}",))


def _like(column: Column, other: Column) -> Column:
    """A text column without a character set of its own takes that of the column whose place it takes."""
    if not column.type.is_text or column.charset or column.collation or not other.type.is_text:
        return column
    return replace(column, charset=other.charset, collation=other.collation)
