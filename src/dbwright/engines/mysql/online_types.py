"""A column that gets another type through a second column."""

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column, Index
from dbwright.change.online import Batch, ChangeType, Stage, Task
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
    has_column,
    has_index,
    lacks,
    lacks_column,
    shadow_name,
)
from dbwright.engines.mysql.words import literal, tick


def change_type(work: Work, change: ChangeType) -> Planned:
    """A second column that is filled; the names change hands in switch; the old one goes in contract."""
    table = work.table(change.table)
    old = column_of(table, change.column)
    refuse_what_hangs_on(work, table, (old.name,))
    shadow, aside = shadow_name(table, old.name, "new"), shadow_name(table, old.name, "old")
    texts = change.type.is_text or change.type.kind in ("enum", "set")
    kept = {"charset": old.charset, "collation": old.collation} if texts else {"charset": None, "collation": None}
    final = replace(old, type=change.type, default=change.default or old.default, **kept)
    up, down = change.using or tick(old.name), change.back or tick(old.name)
    new = bare(replace(final, name=shadow))
    before = Shapes(
        old=((old, down),), new=((new, up),), seen_by_old={old.name: new}, seen_by_new={old.name: old}, label="_before"
    )
    now_old, now_new = replace(old, name=aside), replace(new, name=old.name)
    after = Shapes(
        old=((now_old, down),),
        new=((now_new, up),),
        seen_by_new={old.name: now_old},
        seen_by_old={old.name: now_new},
        label="_after",
        required=now_new if not old.nullable and final.default is None else None,
    )
    stages, now = beside(work, table, before)
    names = {old.name: aside, shadow: old.name}
    switched = replace(now, columns=tuple(replace(c, name=names.get(c.name, c.name)) for c in now.columns))
    indexes = mirrored(work, table, old.name, shadow)
    stages += [build_index(work, now, index) for _, _, index in indexes]
    stages += [all_filled(now, before), _swap(work, table, now, switched, before, after)]
    stages += _contracted(work, table, switched, after, final, indexes)
    return Planned(stages, loses=(f"the values of {table.name}.{old.name} as {old.type.spelling}",))


def _swap(work: Work, table: Table, now: Table, switched: Table, before: Shapes, after: Shapes) -> Stage:
    """Under a lock for a moment. Broken off in between, the two sides are compared before it goes on."""
    name = tick(table.name)
    column, shadow, aside = before.old[0][0].name, before.new[0][0].name, after.old[0][0].name
    there = f"RENAME COLUMN {tick(column)} TO {tick(aside)}, RENAME COLUMN {tick(shadow)} TO {tick(column)}"
    back = f"RENAME COLUMN {tick(column)} TO {tick(shadow)}, RENAME COLUMN {tick(aside)} TO {tick(column)}"
    lock = Task(f"LOCK TABLES {name} WRITE")
    visible = replace(switched, columns=tuple(c for c in switched.columns if c.name != aside))

    def mended(side: Table, values: dict[str, str]) -> Batch:
        differs = " OR ".join(f"NOT (CAST({tick(n)} AS CHAR) <=> CAST(({text}) AS CHAR))" for n, text in values.items())
        text = f"UPDATE {name} SET {assigned(side, values)} WHERE {RANGE} AND ({differs})"
        return batch(side, text, repair=(text,))

    # Should we be broken off before the new triggers are there, an INSERT must get by without a value for the old column.
    stand_in = _stand_in(before.old[0][0])
    default = f"ALTER TABLE {name} ALTER COLUMN {tick(column)}"
    given = [Task(f"{default} SET DEFAULT {stand_in}", has_column(table.name, aside))] if stand_in else []
    taken = [Task(f"{default} DROP DEFAULT")] if stand_in else []
    return Stage(
        title=f"Let {table.name}.{column} be the new column, and keep the old one as {aside}",
        phase="switch",
        tasks=(
            lock,
            *drop_sync(work, before),
            *given,
            alter(table, there, has_column(table.name, aside)),
            *sync(work, visible, after),
        ),
        undo=(
            lock,
            *drop_sync(work, after),
            alter(table, back, has_column(table.name, shadow)),
            *taken,
            *sync(work, now, before),
        ),
        release="UNLOCK TABLES",
        passed=has_column(table.name, aside),
        repair_forward=mended(now, before.new_values),
        repair_back=mended(switched, after.old_values),
    )


def _stand_in(column: Column) -> str | None:
    """A default for a column that forbids NULL and has none; None where it needs none, or its type can have none."""
    if column.nullable or column.default is not None:
        return None
    match column.type.kind:
        case "integer" | "decimal" | "float" | "bit" | "boolean":
            return "0"
        case "char" | "varchar" | "binary" | "set" if "blob" not in column.type.spelling:
            return "''"
        case "enum":
            return literal(column.type.values[0]) if column.type.values else None
        case "date":
            return "'1970-01-01'"
        case "timestamp":
            return "'1970-01-02 00:00:00'"
        case "time":
            return "'00:00:00'"
        case "year":
            return "1970"
    return None


def _contracted(
    work: Work,
    table: Table,
    switched: Table,
    after: Shapes,
    final: Column,
    indexes: list[tuple[str, str, Index]],
) -> list[Stage]:
    name, gone = table.name, after.old[0][0].name
    alter_table = f"ALTER TABLE {tick(name)}"
    visible = replace(switched, columns=tuple(c for c in switched.columns if c.name != gone))
    stages = [all_filled(visible, after, "contract"), *finished(table, (final,), (after.old[0][0],))]
    tasks = list(drop_sync(work, after))
    for own, temporary, _ in indexes:
        changed = f"{alter_table} DROP INDEX {tick(own)}, RENAME INDEX {tick(temporary)} TO {tick(own)}"
        done = lacks(has_index(name, temporary))
        tasks.append(Task(f"{changed}, ALGORITHM=INPLACE, LOCK=NONE", done))
    tasks.append(alter(table, f"DROP COLUMN {tick(gone)}", lacks_column(name, gone)))
    stages.append(Stage(title=f"Drop the old column of {name}.{final.name}", phase="contract", tasks=tuple(tasks)))
    return stages
