"""What SQLite changes in a table as it stands: its indexes, new columns at the end, and columns that nothing else names."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dbwright.catalog.objects import Catalog, Index, Table
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    ChangePart,
    CreateIndex,
    DropColumn,
    DropIndex,
    Operation,
    RebuildIndex,
    RenamePart,
)
from dbwright.change.operations.parts import find_part
from dbwright.engines.sqlite.ddl import check_clause, column_definition, create_index, default, references
from dbwright.engines.sqlite.tokens import meaningful, name_of, tokens_of
from dbwright.engines.sqlite.words import folded, quote


class Altered(NamedTuple):
    """One statement, the positions of the operations that it does, and what undoes it."""

    sql: str
    operations: tuple[int, ...]
    undo: tuple[str, ...] = ()


def alter(operations: Sequence[Operation], before: Table, *, may_drop_columns: bool) -> list[Altered] | None:
    """The statements that do all the operations on one table in place; None where one of them needs a rebuild.

    may_drop_columns: False where DROP COLUMN would fail for something that has nothing to do with the column.
    """
    found: list[Altered] = []
    table = before
    riders = _riders(operations)
    riding = {each for several in riders.values() for each in several}
    for place, operation in enumerate(operations):
        catalog = Catalog(engine="sqlite", tables=(table,))
        if place not in riding:
            if isinstance(operation, DropColumn) and not may_drop_columns:
                return None
            with_it = riders.get(place, ())
            statements = _one(operation, table, catalog, [operations[each] for each in with_it])
            if statements is None:
                return None
            found += [Altered(sql, (place, *with_it), undo) for sql, undo in statements]
        table = operation.apply(catalog).tables[0]
    return found


_Statements = list[tuple[str, tuple[str, ...]]]


def _one(operation: Operation, table: Table, catalog: Catalog, riders: Sequence[Operation]) -> _Statements | None:
    match operation:
        case AddColumn() if _can_be_added(operation, table):
            shown = f"ALTER TABLE {quote(table.name)}"
            constraints = [_behind(rider) for rider in riders]
            drop = f"{shown} DROP COLUMN {quote(operation.column.name)}"
            undo = () if constraints else (drop,)
            return [(f"{shown} ADD COLUMN {column_definition(operation.column, None, *constraints)}", undo)]
        case DropColumn() if _can_be_dropped(operation.target.name, table):
            return [(f"ALTER TABLE {quote(table.name)} DROP COLUMN {quote(operation.target.name)}", ())]
        case CreateIndex():
            return [_created(table, operation.index)]
        case DropIndex():
            return [_dropped(table, find_part(catalog, operation.target))]
        case RebuildIndex():
            return [(f"REINDEX {quote(operation.target.name)}", ())]
        case RenamePart() | ChangePart() if operation.target.kind == "index":
            old = find_part(catalog, operation.target)
            changed = operation.apply(catalog).tables[0].indexes
            new = next(index for index in changed if index not in table.indexes) if changed != table.indexes else old
            return [_dropped(table, old), _created(table, new)] if new != old else []
    return None


def _created(table: Table, index: Index) -> tuple[str, tuple[str, ...]]:
    return create_index(table.name, index), (f"DROP INDEX {quote(index.name)}",)


def _dropped(table: Table, index: Index) -> tuple[str, tuple[str, ...]]:
    return f"DROP INDEX {quote(index.name)}", (create_index(table.name, index),)


# ---------------------------------------------------------------- new columns


def _can_be_added(operation: AddColumn, table: Table) -> bool:
    """At the end, with a value that is the same for all rows, and computed only when it is read."""
    column = operation.column
    last = table.columns[-1].name if table.columns else None
    if operation.fill is not None or column.identity or operation.after not in (None, last):
        return False
    if column.generated:
        return not column.generated.stored and column.nullable
    if column.default is None:
        return column.nullable
    return _is_constant(column.default)


def _is_constant(expression: str) -> bool:
    return not default(expression).startswith("(") and not expression.upper().startswith("CURRENT_")


def _riders(operations: Sequence[Operation]) -> Mapping[int, tuple[int, ...]]:
    """By the position of an AddColumn, those of the keys and checks that can stand behind the column."""
    places: dict[str, int] = {}
    found: dict[int, tuple[int, ...]] = {}
    for place, operation in enumerate(operations):
        if isinstance(operation, AddColumn):
            places[operation.column.name] = place
            continue
        name = _rides_on(operation, places)
        column = operations[places[name]] if name in places else None
        if isinstance(column, AddColumn) and not column.column.generated:
            if isinstance(operation, AddForeignKey) and column.column.default is not None:
                continue  # SQLite wants NULL in the rows that are there
            found[places[name]] = (*found.get(places[name], ()), place)
    return found


def _rides_on(operation: Operation, places: Mapping[str, int]) -> str:
    if isinstance(operation, AddForeignKey) and len(operation.key.columns) == 1:
        return operation.key.columns[0]
    if isinstance(operation, AddCheck):
        named = [name for name in places if mentions(operation.check.expression, name)]
        # Of several new columns the last one is there when the check is made.
        return max(named, key=lambda name: places[name], default="")
    return ""


def _behind(rider: Operation) -> str:
    match rider:
        case AddCheck():
            return check_clause(rider.check)
        case AddForeignKey():
            return references(rider.key)
    raise AssertionError(rider)


# ---------------------------------------------------------------- columns that go


def _can_be_dropped(name: str, table: Table) -> bool:
    """Whether nothing in the table names the column, as SQLite demands."""
    keys = [key.columns for key in table.uniques]
    keys += [key.columns for key in table.foreign_keys]
    keys += [table.primary_key.columns] if table.primary_key else []
    if len(table.columns) == 1 or any(name in columns for columns in keys):
        return False
    texts = [check.expression for check in table.checks]
    texts += [other.generated.expression for other in table.columns if other.generated and other.name != name]
    for index in table.indexes:
        if any(part.column == name for part in index.parts):
            return False
        texts += [text for text in (index.predicate, *(part.expression for part in index.parts)) if text]
    return not any(mentions(text, name) for text in texts)


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in an expression or a statement."""
    wanted = folded(name)
    return any(
        token.kind in ("word", "quoted") and folded(name_of(token)) == wanted for token in meaningful(tokens_of(text))
    )
