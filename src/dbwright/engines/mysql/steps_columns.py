"""Changes to columns. MODIFY COLUMN takes a column's whole definition, so that all that changes in one is said at once."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table, with_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, Index, Table, Unique
from dbwright.change.operations import (
    AddColumn,
    AlterColumnType,
    ChangeColumn,
    DropColumn,
    Operation,
    OrderColumns,
    RenameColumn,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.engines.mysql import clauses as say
from dbwright.engines.mysql import ddl_table, steps_foreign_keys, steps_keys
from dbwright.engines.mysql.canonical import canonical_now
from dbwright.engines.mysql.column_types import read_type, spell
from dbwright.engines.mysql.product import Product
from dbwright.engines.mysql.stepping import BATCH_ROWS, Clause, Work, name_of
from dbwright.engines.mysql.text import tokens
from dbwright.engines.mysql.words import tick
from dbwright.errors import UsageError

_SPELLING = re.compile(r"\w+(\(.*\))?( unsigned)?( zerofill)?", re.IGNORECASE | re.DOTALL)
_CHANGING = (SetNullable, AlterColumnType, SetDefault, ChangeColumn)


def find_column(table: Table, target: Ref) -> Column:
    """The column that a Ref names. Raises UsageError where there is none."""
    column = table.column(target.name)
    if column is None:
        raise UsageError(f"There is no column {target}.")
    return column


# ---------------------------------------------------------------- added and dropped


def add_or_drop(work: Work) -> int:
    """New columns, or dropped ones, of one table: as many in one statement as cost no more than one by one."""
    first = work.operations[work.position]
    assert isinstance(first, AddColumn | DropColumn)
    if isinstance(first, AddColumn) and (first.fill is not None or first.column.identity):
        _add_with_care(work, first)
        return 1
    clauses = _add_or_drop_clauses(work, first, work.catalog)
    taken, catalog = 1, first.apply(work.catalog)
    for operation in work.operations[work.position + 1 :]:
        if type(operation) is not type(first) or operation.target.path[:2] != first.target.path[:2]:
            break
        if isinstance(operation, AddColumn) and (operation.fill is not None or operation.column.identity):
            break
        more = _add_or_drop_clauses(work, operation, catalog)
        if not work.is_no_dearer(first.target, clauses, more):
            break
        clauses += more
        catalog = operation.apply(catalog)
        taken += 1
    work.alter(Ref("table", first.target.path[:2]), clauses, _titles(work, taken))
    return taken


def _titles(work: Work, taken: int) -> str:
    return "; ".join(each.describe() for each in work.operations[work.position : work.position + taken])


def _add_or_drop_clauses(work: Work, operation: Any, catalog: Catalog) -> list[Clause]:
    if isinstance(operation, DropColumn):
        find_column(find_table(catalog, operation.target), operation.target)
        return [say.drop_column(Ref("table", operation.target.path[:2]), operation.target.name)]
    table = find_table(catalog, operation.target)
    return [say.add_column(table, own_column(operation.column), operation.after)]


def _add_with_care(work: Work, operation: AddColumn) -> None:
    """A column that needs its key in the same statement, or whose rows get their values before it is what it shall be."""
    table = find_table(work.catalog, operation.target)
    column = own_column(operation.column)
    if column.identity:
        clauses = [say.add_column(table, column, operation.after), *steps_keys.key_for(work, column.name)]
        work.alter(table.ref, clauses, operation.describe(), why="A column that numbers itself needs a key at once.")
        return
    early = msgspec.structs.replace(column, nullable=True, default=None, on_update=None)
    bare = msgspec.structs.replace(operation, column=early)
    drop = f"ALTER TABLE {name_of(table.ref)} DROP COLUMN {tick(column.name)}"
    work.alter(table.ref, [say.add_column(table, early, operation.after)], operation.describe(), undo=[drop])
    name = tick(column.name)
    key = table.primary_key.columns if table.primary_key else ()
    order = f" ORDER BY {', '.join(tick(each) for each in key)}" if key else ""
    work.add(
        f"UPDATE {name_of(table.ref)} SET {name} = {operation.fill} WHERE {name} IS NULL{order} LIMIT {BATCH_ROWS}",
        f"Give the rows of {table.ref} their value of {column.name}",
        why=f"{BATCH_ROWS:,} rows at a time keep few rows locked, and for a moment only.",
        phase="backfill",
        batched=True,
    )
    if early != column:
        kept = work.catalog
        work.catalog = bare.apply(work.catalog)
        undo = f"ALTER TABLE {name_of(table.ref)} MODIFY COLUMN {ddl_table.column_definition(early)}"
        work.alter(table.ref, [say.modify_column(work.table(table.ref) or table, early, column)],
                   f"Make {table.ref}.{column.name} what it shall be", undo=[undo])  # fmt: skip
        work.catalog = kept


# ---------------------------------------------------------------- changed


def change_columns(work: Work) -> int:
    """All changes of columns that follow one another, in one statement a table.

    Foreign keys over columns that get another type or character set are dropped around it: the server refuses it otherwise.
    """
    together = _that_follow(work)
    before, after = work.catalog, apply_all(together, work.catalog)
    places: dict[tuple[str, ...], list[int]] = {}
    for offset, operation in enumerate(together):
        places.setdefault(operation.target.path[:2], []).append(work.position + offset)
    keys = steps_foreign_keys.in_the_way(before, after, places)
    steps_foreign_keys.take_away(work, keys)
    for operation in together:
        if isinstance(operation, AlterColumnType) and operation.using:
            name = tick(operation.target.name)
            table = Ref("table", operation.target.path[:2])
            sql = f"UPDATE {name_of(table)} SET {name} = {operation.using} WHERE {name} IS NOT NULL"
            work.add(sql, f"Convert the values of {operation.target}")
    start = work.position
    for path, own_places in places.items():
        own = [work.operations[place] for place in own_places]
        ref = Ref("table", path)
        back = ", ".join(clause.sql for clause in _change_clauses(own, after, before))
        undo = [f"ALTER TABLE {name_of(ref)} {back}"] if back and (keys or len(places) > 1) else []
        if clauses := _change_clauses(own, before, after):
            work.position = own_places[0]
            work.alter(ref, clauses, "; ".join(each.describe() for each in own), undo=undo)
            work.say_also(own_places[1:])
    work.position = start
    steps_foreign_keys.bring_back(work, keys, after)
    return len(together)


def _that_follow(work: Work) -> list[Operation]:
    found: list[Operation] = []
    for position in range(work.position, len(work.operations)):
        operation = work.operations[position]
        if not isinstance(operation, _CHANGING) or position in work.done:
            break
        if found and isinstance(operation, AlterColumnType) and operation.using:
            break
        found.append(operation)
    return found


def _change_clauses(operations: Sequence[Operation], before: Catalog, after: Catalog) -> list[Clause]:
    old_table, new_table = (find_table(catalog, operations[0].target) for catalog in (before, after))
    clauses: list[Clause] = []
    for name in dict.fromkeys(operation.target.name for operation in operations):
        own = [operation for operation in operations if operation.target.name == name]
        old = find_column(old_table, own[0].target)
        new = _settled(find_column(new_table, own[0].target), own)
        last = own[-1]
        if len(own) == 1 and isinstance(last, SetDefault) and not (new.default and canonical_now(new.default)):
            clauses.append(say.set_default(new_table.ref, new))
        elif ddl_table.column_definition(old) != ddl_table.column_definition(new):
            clauses.append(say.modify_column(old_table, old, new))
    return clauses


def _settled(column: Column, operations: Sequence[Operation]) -> Column:
    """The column after its operations; a type of another engine in this one's spelling, without what the type cannot have."""
    column = own_column(column)
    retyped = any(isinstance(operation, AlterColumnType) for operation in operations)
    if retyped and not (column.type.is_text or column.type.kind in ("enum", "set")):
        return msgspec.structs.replace(column, charset=None, collation=None)
    return column


def own_column(column: Column) -> Column:
    """The column with its type in this engine's spelling, where it came with another's."""
    type_ = column.type
    own = _SPELLING.fullmatch(type_.spelling) and read_type(type_.spelling).kind == type_.kind != "other"
    if own:
        return column
    return msgspec.structs.replace(column, type=msgspec.structs.replace(type_, spelling=spell(type_)))


# ---------------------------------------------------------------- renamed and moved


def rename(work: Work, operation: RenameColumn) -> None:
    """RENAME COLUMN; on MySQL with what is computed from the column, which refuses the new name otherwise."""
    table = find_table(work.catalog, operation.target)
    old = find_column(table, operation.target)
    after = find_table(operation.apply(work.catalog), operation.target)
    clause = say.rename_column(table, old, msgspec.structs.replace(old, name=operation.to), work.product)
    around = [] if work.product.mariadb else _around_rename(table, after, old.name, work.product)
    if not around:
        work.alter(table.ref, [clause], operation.describe())
        return
    name = name_of(table.ref)
    lost, gone, made = ([each[place] for each in around] for place in range(3))
    why = "MySQL renames no column that something else is computed from; together it would copy the table."
    work.alter(table.ref, gone, f"Drop what is computed from {operation.target}", why=why,
               undo=[f"ALTER TABLE {name} {', '.join(each.sql for each in lost)}"])  # fmt: skip
    back = f"ALTER TABLE {name} RENAME COLUMN {tick(operation.to)} TO {tick(old.name)}"
    work.alter(table.ref, [clause], operation.describe(), undo=[back])
    catalog, work.catalog = work.catalog, operation.apply(_without(work.catalog, table, gone))
    work.alter(table.ref, made, f"Make again what is computed from {operation.to}",
               undo=[f"ALTER TABLE {name} {', '.join(each.sql for each in gone)}"])  # fmt: skip
    work.catalog = catalog


def _without(catalog: Catalog, table: Table, gone: Sequence[Clause]) -> Catalog:
    """The catalog without the computed columns that were dropped."""
    dropped = {clause.action.name for clause in gone if clause.action.kind == "drop column"}
    kept = tuple(column for column in table.columns if column.name not in dropped)
    return with_table(catalog, table.ref, lambda each: msgspec.structs.replace(each, columns=kept))


def _around_rename(table: Table, after: Table, name: str, product: Product) -> list[tuple[Clause, Clause, Clause]]:
    """What is computed from the column: the clauses that make it as it was, drop it, and make it anew."""
    found: list[tuple[Clause, Clause, Clause]] = []
    again: set[str] = set()
    for place, column in enumerate(table.columns):
        if column.generated and _mentions(column.generated.expression, name):
            again.add(column.name)
            was = table.columns[place - 1].name if place else ""
            now = after.columns[place - 1].name if place else ""
            found.append((say.add_column(table, column, was), say.drop_column(table.ref, column.name),
                          say.add_column(table, after.columns[place], now)))  # fmt: skip
    parts: list[tuple[Unique | Index, Unique | Index]] = [
        *zip(table.uniques, after.uniques, strict=True), *zip(table.indexes, after.indexes, strict=True)
    ]  # fmt: skip
    for old, new in parts:
        computed = isinstance(old, Index) and any(_mentions(part.expression, name) for part in old.parts)
        if set(old.columns) & again or computed:
            make, remake = (say.add_index(table.ref, each, "mysql") for each in (old, new))
            found.append((make, say.drop_index(table.ref, old.name or ""), remake))
    for check, changed in zip(table.checks, after.checks, strict=True):
        if _mentions(check.expression, name):
            drop = say.drop_check(table.ref, check.name or "", product)
            found.append((say.add_check(table.ref, check), drop, say.add_check(table.ref, changed)))
    return found


def _mentions(expression: str | None, name: str) -> bool:
    return expression is not None and any(token in (tick(name), name) for token in tokens(expression))


def order(work: Work, operation: OrderColumns) -> None:
    """Move as few columns as lead to the wanted order."""
    table = find_table(work.catalog, operation.target)
    names = [column.name for column in table.columns]
    stay = _longest_in_order([names.index(name) for name in operation.columns])
    kept = {names[place] for place in stay}
    clauses = []
    for place, name in enumerate(operation.columns):
        if name not in kept:
            column = find_column(table, table.column_ref(name))
            clauses.append(
                say.modify_column(table, column, column, after=operation.columns[place - 1] if place else "")
            )
    work.alter(table.ref, clauses, operation.describe())


def _longest_in_order(numbers: Sequence[int]) -> list[int]:
    """The longest rising part of a list of different numbers."""
    best: list[list[int]] = []
    for number in numbers:
        before = max((each for each in best if each[-1] < number), key=len, default=[])
        best.append([*before, number])
    return max(best, key=len, default=[])
