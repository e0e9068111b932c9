"""Columns that get a second shape beside the first: rename, split, merge; and NOT NULL in place."""

from msgspec.structs import replace

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column, Unique
from dbwright.change.online import MergeColumns, Phase, RenameColumn, SplitColumn, Stage, Task
from dbwright.change.operations.renaming import rename_column
from dbwright.engines.postgres.ddl_columns import column_sql
from dbwright.engines.postgres.ddl_tables import column_settings
from dbwright.engines.postgres.online_parts import build_index, key_index, not_null
from dbwright.engines.postgres.online_sync import (
    Shapes,
    Value,
    drop_sync,
    spelled,
    sync_function,
    sync_trigger,
)
from dbwright.engines.postgres.online_work import (
    Planned,
    Work,
    all_keys,
    column_of,
    mentioned,
    mentions,
    name_of,
    refuse,
    routines_that_name,
    update_batch,
    views_over,
)
from dbwright.engines.postgres.words import identifier, literal

# ---------------------------------------------------------------- what they have in common


def beside(work: Work, table: Table, columns: tuple[Column, ...], shapes: Shapes) -> list[Stage]:
    """New columns beside old ones, kept alike by a trigger, then filled: the beginning of the expand phase.

    The new columns have no default and allow NULL for now: a NULL in all of them says that a row is still to be filled.
    """
    name, both = name_of(table), replace(table, columns=(*table.columns, *columns))
    names = ", ".join(value.column for value in shapes.new)
    bare = [_bare(column) for column in columns]
    added = ", ".join(f"ADD COLUMN {column_sql(table.namespace, table.name, column)}" for column in bare)
    settings = [text for column in bare for text in column_settings(f"ALTER TABLE ONLY {name}", column)]
    drops = ", ".join(f"DROP COLUMN IF EXISTS {identifier(column.name)}" for column in columns)
    values = {value.column: value.expression for value in shapes.new}
    return [
        _convertible(table, shapes),
        Stage(
            title=f"Add {names} to {table.ref}, kept alike with {', '.join(value.column for value in shapes.old)} by a trigger",
            phase="expand",
            tasks=(
                Task(f"ALTER TABLE {name} {added}"),
                *(Task(text) for text in settings),
                *(task for value in shapes.new for task in _column_grants(work, table, shapes, value.column)),
                sync_function(work, both, shapes),
                sync_trigger(work, table),
            ),
            undo=(*drop_sync(work, table), Task(f"ALTER TABLE {name} {drops}")),
        ),
        Stage(
            title=f"Fill {names} of {table.ref}",
            phase="expand",
            kind="batches",
            batch=update_batch(work, table, values, unfilled(shapes)),
        ),
    ]


def _bare(column: Column) -> Column:
    options = {name: value for name, value in column.options.items() if name in ("storage", "compression")}
    return replace(column, nullable=True, default=None, identity=None, options=options)


def unfilled(shapes: Shapes) -> str:
    """The condition for rows whose new side has no value yet."""
    empty = " AND ".join(f"{identifier(value.column)} IS NULL" for value in shapes.new)
    valued = " OR ".join(f"({value.expression}) IS NOT NULL" for value in shapes.new)
    return f"{empty} AND ({valued})"


def _convertible(table: Table, shapes: Shapes) -> Stage:
    """All values are converted once before anything is changed: a value that cannot be would fail the application."""
    counted = ", ".join(f"count({value.expression}) AS n{place}" for place, value in enumerate(shapes.new))
    return Stage(
        title=f"Try to convert every row of {table.ref}",
        phase="expand",
        kind="check",
        tasks=(Task(f"SELECT 1 FROM (SELECT {counted} FROM {name_of(table)}) AS converted WHERE n0 < 0"),),
    )


def all_filled(table: Table, shapes: Shapes, phase: Phase = "expand") -> Stage:
    """No row is left without its value. The names are those that the columns have at that time."""
    named = {column.name for value in shapes.new for column in mentioned(value.expression, table)}
    shown = [
        f"{identifier(shapes.seen_by_new[each].name)} AS {identifier(each)}"
        for each in named & shapes.seen_by_new.keys()
    ]
    shown += [identifier(each) for each in named - shapes.seen_by_new.keys()]
    filled = [f"{identifier(value.column)} AS dbwright_{place}" for place, value in enumerate(shapes.new)]
    empty = " AND ".join(f"dbwright_{place} IS NULL" for place in range(len(shapes.new)))
    valued = " OR ".join(f"({value.expression}) IS NOT NULL" for value in shapes.new)
    rows = f"SELECT {', '.join([*sorted(shown), *filled])} FROM {name_of(table)}"
    return Stage(
        title=f"Check that every row of {table.ref} has its new value",
        phase=phase,
        kind="check",
        tasks=(Task(f"SELECT 1 FROM ({rows}) AS shown WHERE {empty} AND ({valued}) LIMIT 1"),),
        blocked=f"rows of {table.ref} have no value in {', '.join(value.column for value in shapes.new)} yet: "
        "someone wrote them past the trigger",
    )


def statistics(table: Table, columns: tuple[str, ...]) -> Stage:
    """Statistics of new columns, before any query is planned with them."""
    listed = ", ".join(identifier(name) for name in columns)
    return Stage(
        title=f"Gather statistics of {', '.join(columns)} of {table.ref}",
        phase="expand",
        kind="alone",
        tasks=(Task(f"ANALYZE {name_of(table)} ({listed})"),),
    )


def _column_grants(work: Work, table: Table, shapes: Shapes, new: str) -> list[Task]:
    """The privileges on single old columns, given on the new column too."""
    old, found = {value.column for value in shapes.old}, []
    for grant in work.catalog.grants:
        if grant.on.path[:2] == (table.namespace, table.name) and set(grant.columns) & old:
            words = ", ".join(f"{privilege} ({identifier(new)})" for privilege in grant.privileges)
            who = "PUBLIC" if grant.grantee == "PUBLIC" else identifier(grant.grantee)
            option = " WITH GRANT OPTION" if grant.grantable else ""
            found.append(Task(f"GRANT {words} ON {name_of(table)} TO {who}{option}"))
    return found


# ---------------------------------------------------------------- rename


def rename_column_online(work: Work, change: RenameColumn) -> Planned:
    """Both names are columns until contract, which drops the copy and renames the original: all that hangs on it goes along.

    With a versioned schema nothing is copied: its view has the new name, until the column has it.
    """
    table = work.table(change.table)
    old = column_of(table, change.column)
    if table.column(change.to):
        refuse(f"{table.ref} has a column {change.to} already", "Choose another name.")
    notes = routines_that_name(work.catalog, table, (old.name,))
    if work.version:
        rename = f"ALTER TABLE {name_of(table)} RENAME COLUMN {identifier(old.name)} TO {identifier(change.to)}"
        last = Stage(title=f"Rename {table.ref}.{old.name} to {change.to}", phase="contract", tasks=(Task(rename),))
        return Planned(
            [last], table=change.table, shown={change.to: old.name}, hidden=frozenset({old.name}), notes=notes
        )
    return Planned(
        _with_copy(work, table, replace(old, name=change.to, comment=None), old),
        table=change.table,
        notes=notes,
        loses=(f"the name {old.name} of the column {table.ref}.{change.to}",),
    )


def _with_copy(work: Work, table: Table, new: Column, old: Column) -> list[Stage]:
    if old.generated:
        refuse(f"{table.ref}.{old.name} is a generated column", "Rename it with a plain ALTER TABLE; nobody writes it.")
    type_ = spelled(old)
    shapes = Shapes(
        old=(Value(old.name, type_, identifier(new.name)),),
        new=(Value(new.name, type_, identifier(old.name)),),
    )
    stages = beside(work, table, (new,), shapes)
    stages += _indexes_of_copy(work, table, old.name, new.name)
    stages += [statistics(table, (new.name,)), all_filled(table, shapes)]
    name = name_of(table)
    same = f"ROW({identifier(old.name)})::record OPERATOR(pg_catalog.*<>) ROW({identifier(new.name)})::record"
    stages += [
        Stage(
            title=f"Check that {old.name} and {new.name} of {table.ref} are alike in every row",
            phase="contract",
            kind="check",
            tasks=(Task(f"SELECT 1 FROM {name} WHERE {same} LIMIT 1"),),
            blocked=f"rows of {table.ref} hold different values in {old.name} and {new.name}",
        ),
        Stage(
            title=f"Drop the copy, and rename {table.ref}.{old.name} to {new.name}",
            phase="contract",
            tasks=(
                *drop_sync(work, table),
                Task(f"ALTER TABLE {name} DROP COLUMN {identifier(new.name)}"),
                Task(f"ALTER TABLE {name} RENAME COLUMN {identifier(old.name)} TO {identifier(new.name)}"),
            ),
        ),
    ]
    return stages


def _indexes_of_copy(work: Work, table: Table, old: str, new: str) -> list[Stage]:
    """The new name needs its indexes while both are used: for speed, and for ON CONFLICT."""
    path = (table.namespace, table.name)
    mirrored = next(
        each for each in rename_column(work.catalog, path, old, new).tables if (each.namespace, each.name) == path
    )
    stages: list[Stage] = []
    for number, (before, after) in enumerate(zip(table.indexes, mirrored.indexes, strict=True)):
        if before != after and before.valid:
            stages.append(build_index(table, replace(after, name=work.temporary(number), comment=None)))
    keys, copies = all_keys(table), all_keys(mirrored)
    for number, (key, copy) in enumerate(zip(keys, copies, strict=True)):
        if key.columns != copy.columns and not key.without_overlaps:
            plain = Unique(columns=copy.columns, nulls_distinct=getattr(copy, "nulls_distinct", True))
            stages.append(build_index(table, key_index(work.temporary(f"key_{number}"), plain)))
    return stages


# ---------------------------------------------------------------- split and merge


def replace_columns(work: Work, change: SplitColumn | MergeColumns) -> Planned:
    """Old columns and new ones stand side by side until contract drops the old ones."""
    table = work.table(change.table)
    if isinstance(change, SplitColumn):
        new = tuple(part.column for part in change.into)
        up = {part.column.name: part.value for part in change.into}
        down = {change.column: change.back}
    else:
        new, up, down = (change.into,), {change.into.name: change.value}, change.columns
    for column in new:
        if table.column(column.name):
            refuse(f"{table.ref} has a column {column.name} already", "Choose another name.")
    both = replace(table, columns=(*table.columns, *(replace(column, nullable=True) for column in new)))
    shapes = Shapes(
        old=tuple(Value(name, spelled(column_of(table, name)), down[name]) for name in down),
        new=tuple(Value(column.name, spelled(column), up[column.name]) for column in new),
    )
    nothing_hangs_on(work, table, tuple(down))
    stages = beside(work, table, new, shapes)
    for place, column in enumerate(new):
        if not column.nullable:
            stages += not_null(both, column.name, work.temporary(f"not_null_{place}"), undo=False)
    stages += [statistics(table, tuple(up)), all_filled(table, shapes)]
    name = name_of(table)
    drops = ", ".join(f"DROP COLUMN {identifier(old)}" for old in down)
    last = [*drop_sync(work, table), Task(f"ALTER TABLE {name} {drops}")]
    for column in new:
        if column.default is not None:
            last.append(Task(f"ALTER TABLE {name} ALTER COLUMN {identifier(column.name)} SET DEFAULT {column.default}"))
        if column.comment:
            last.append(Task(f"COMMENT ON COLUMN {name}.{identifier(column.name)} IS {literal(column.comment)}"))
    stages += [
        all_filled(table, shapes, "contract"),
        Stage(title=f"Drop {', '.join(down)} of {table.ref}", phase="contract", tasks=tuple(last)),
    ]
    return Planned(
        stages,
        table=change.table,
        shown={name: name for name in up},
        hidden=frozenset(down),
        notes=routines_that_name(work.catalog, table, tuple(down)),
        loses=(f"the column{'s' if len(down) > 1 else ''} {', '.join(down)} of {table.ref}",),
    )


def nothing_hangs_on(work: Work, table: Table, columns: tuple[str, ...]) -> None:
    """Refuse where dropping the columns would take more with it than their own indexes and constraints."""
    for view in views_over(work.catalog, table, columns):
        refuse(
            f"the view {view.ref} shows {table.ref}, perhaps with {', '.join(columns)}",
            "Change or drop the view first, and make it again after contract.",
        )
    gone = set(columns)
    if table.primary_key and gone & set(table.primary_key.columns):
        refuse(f"{', '.join(columns)} of {table.ref} belong to its primary key", "Give the table another key first.")
    for other in work.catalog.tables:
        for key in other.foreign_keys:
            if key.table == (table.namespace, table.name) and gone & set(key.referenced):
                refuse(f"the foreign key {key.name} of {other.ref} points at them", "Drop it first.")
    hanging = [
        *(f"the check {check.name}" for check in table.checks if any(mentions(check.expression, c) for c in gone)),
        *(f"the exclusion {each.name}" for each in table.exclusions if gone & set(each.columns)),
        *(f"the policy {each.name}" for each in table.policies if any(_in_policy(each, c) for c in gone)),
        *(f"the trigger {each.name}" for each in table.triggers if any(mentions(each.definition, c) for c in gone)),
        *(
            f"the generated column {each.name}"
            for each in table.columns
            if each.generated and any(mentions(each.generated.expression, c) for c in gone)
        ),
    ]
    if hanging:
        refuse(
            f"{hanging[0]} of {table.ref} names {', '.join(columns)}",
            "Drop it first, and make it again after contract.",
        )


def _in_policy(policy: object, column: str) -> bool:
    return any(mentions(text, column) for text in (getattr(policy, "using", ""), getattr(policy, "check", "")) if text)
