"""Changes to keys, indexes and checks. What is dropped and made again goes in one statement, so that it is never missing."""

from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table, with_column
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Index, Table, Unique
from dbwright.change.operations import (
    AddCheck,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    ChangePart,
    CreateIndex,
    DropConstraint,
    DropIndex,
    DropPrimaryKey,
    Operation,
    RebuildIndex,
    RenamePart,
)
from dbwright.change.operations.parts import find_part
from dbwright.engines.mysql import clauses as say
from dbwright.engines.mysql import ddl_table, steps_foreign_keys, steps_objects
from dbwright.engines.mysql.stepping import Clause, Work, name_of
from dbwright.errors import Unsupported, UsageError

_KEYS = (AddPrimaryKey, DropPrimaryKey, AddUnique, CreateIndex, DropIndex, DropConstraint, AddCheck, AddForeignKey)


def write(work: Work, operation: Any) -> None:
    """The steps of an operation on a key, a constraint or an index."""
    ref = Ref("table", operation.target.path[:2])
    match operation:
        case AddPrimaryKey():
            work.alter(ref, [say.add_primary_key(ref, operation.key)], operation.describe())
        case DropPrimaryKey():
            _drop_primary_key(work, operation)
        case AddUnique() | CreateIndex():
            work.alter(ref, [_added(work, operation)], operation.describe())
        case DropIndex():
            _drop_index(work, operation, operation.target.name)
        case RebuildIndex():
            force = Clause(
                "FORCE", msgspec.structs.replace(say.drop_primary_key(ref).action, kind="rebuild table", name=None)
            )
            work.alter(ref, [force], operation.describe())
        case AddForeignKey():
            steps_foreign_keys.add(work, operation)
        case AddCheck():
            _add_check(work, operation)
        case DropConstraint():
            _drop_constraint(work, operation)
        case ChangePart():
            _change_part(work, operation)
        case RenamePart():
            _rename_part(work, operation)


def _added(work: Work, operation: AddUnique | CreateIndex) -> Clause:
    if isinstance(operation, AddUnique):
        if not operation.unique.nulls_distinct:
            raise Unsupported(work.title, "hold NULLs as equal in a unique constraint")
        return say.add_index(operation.target, operation.unique, work.catalog.engine)
    index = operation.index
    if index.predicate:
        raise Unsupported(work.title, "keep an index over a part of the rows")
    if index.include:
        raise Unsupported(work.title, "keep further columns in an index (INCLUDE)")
    if index.method not in ("btree", "hash", "fulltext", "spatial"):
        raise Unsupported(work.title, f"build an index by the method {index.method}")
    if work.product.mariadb and any(part.expression for part in index.parts):
        raise Unsupported(work.title, "index an expression", hint="Add a generated column and index that.")
    return say.add_index(operation.target, index, work.catalog.engine)


# ---------------------------------------------------------------- what goes and comes in one statement


def _later(work: Work, *kinds: type[Operation]) -> list[tuple[int, Any]]:
    """The operations of some kinds on the same table that follow, up to the first that changes its columns."""
    path = work.operations[work.position].target.path[:2]
    found: list[tuple[int, Any]] = []
    for position in range(work.position + 1, len(work.operations)):
        operation = work.operations[position]
        if operation.target.path[:2] != path or position in work.done:
            continue
        if isinstance(operation, kinds):
            found.append((position, operation))
        elif not isinstance(operation, _KEYS):
            break
    return found


def key_for(work: Work, column: str) -> list[Clause]:
    """The key that a later operation gives a column that numbers itself; that operation is then done."""
    ref = work.operations[work.position].target
    for position in range(work.position + 1, len(work.operations)):
        operation = work.operations[position]
        if operation.target.path[:2] != ref.path[:2] or position in work.done:
            continue
        clause = _key_clause(work, operation)
        columns = _columns(operation)
        if clause and columns[:1] == (column,) and _are_there(work, ref, columns[1:]):
            work.done.add(position)
            return [clause]
    return []


def _are_there(work: Work, ref: Ref, columns: tuple[str, ...]) -> bool:
    table = work.table(ref)
    return table is not None and all(table.column(name) for name in columns)


def _key_clause(work: Work, operation: Operation) -> Clause | None:
    if isinstance(operation, AddPrimaryKey):
        return say.add_primary_key(operation.target, operation.key)
    return _added(work, operation) if isinstance(operation, AddUnique | CreateIndex) else None


def _columns(operation: Operation) -> tuple[str, ...]:
    match operation:
        case AddPrimaryKey(key=key):
            return key.columns
        case AddUnique(unique=unique):
            return unique.columns
        case CreateIndex(index=index):
            return tuple(column or "" for column in index.columns)
    return ()


def _drop_primary_key(work: Work, operation: DropPrimaryKey) -> None:
    """With the new key in the same statement, where there is one; else with what keeps a column from numbering itself."""
    ref = operation.target
    table = find_table(work.catalog, ref)
    if table.primary_key is None:
        raise UsageError(f"{ref} has no primary key.")
    clauses = [say.drop_primary_key(ref)]
    title = operation.describe()
    for position, later in _later(work, AddPrimaryKey):
        if _are_there(work, ref, later.key.columns):
            work.done.add(position)
            clauses.append(say.add_primary_key(ref, later.key))
            title = f"Change the primary key of {ref} to ({', '.join(later.key.columns)})"
            break
    if len(clauses) == 1:
        clauses += _numbered_by_another(work, table, "PRIMARY")
    work.alter(ref, clauses, title)


def _numbered_by_another(work: Work, table: Table, gone: str) -> list[Clause]:
    """What lets the last key of a column with AUTO_INCREMENT go: another key that comes anyway, or the end of the numbering."""
    column = next((column for column in table.columns if column.identity), None)
    if column is None:
        return []
    keys = {"PRIMARY": table.primary_key.columns} if table.primary_key else {}
    keys |= {unique.name or "": unique.columns for unique in table.uniques}
    keys |= {index.name: tuple(each or "" for each in index.columns) for index in table.indexes}
    if any(columns[:1] == (column.name,) for name, columns in keys.items() if name != gone):
        return []
    if keys.get(gone, ())[:1] != (column.name,):
        return []
    if found := key_for(work, column.name):
        return found
    plain = msgspec.structs.replace(column, identity=None)
    work.catalog = with_column(work.catalog, table.column_ref(column.name), lambda each: plain)
    return [say.modify_column(table, column, plain)]


def _drop_index(work: Work, operation: Operation, name: str) -> None:
    ref = Ref("table", operation.target.path[:2])
    table = find_table(work.catalog, ref)
    names = [index.name for index in table.indexes] + [unique.name for unique in table.uniques]
    if name not in names:
        raise UsageError(f"There is no {operation.target.kind} {operation.target}.")
    for position, later in _later(work, AddUnique, CreateIndex):
        made = later.unique if isinstance(later, AddUnique) else later.index
        if made.name == name and _are_there(work, ref, tuple(filter(None, _columns(later)))):
            work.done.add(position)
            why = "The old one goes and the new one comes in one statement, so that there always is one."
            work.alter(
                ref, [say.drop_index(ref, name), _added(work, later)], f"Change the index {name} of {ref}", why=why
            )
            return
    if work.has_many_rows(ref) and work.product.hides_indexes and not _is_needed(table, name):
        hide = say.show_index(ref, name, visible=False, product=work.product)
        show = say.show_index(ref, name, visible=True, product=work.product)
        why = (
            "Queries stop using it at once, but it is still there: where they get slow, it comes back in a moment. "
            "Dropped, it would have to be built again."
        )
        undo = [f"ALTER TABLE {name_of(ref)} {show.sql}"]
        work.alter(ref, [hide], f"Hide the index {name} of {ref} from queries", why=why, undo=undo)
    undo = _remade(work, table, name)
    dropped = [say.drop_index(ref, name), *_numbered_by_another(work, table, name)]
    work.alter(ref, dropped, operation.describe(), undo=undo)


def _remade(work: Work, table: Table, name: str) -> list[str]:
    parts: list[Index | Unique] = [*table.indexes, *table.uniques]
    made = next(part for part in parts if part.name == name)
    return [f"ALTER TABLE {name_of(table.ref)} {say.add_index(table.ref, made, work.catalog.engine).sql}"]


def _is_needed(table: Table, name: str) -> bool:
    """Whether the server needs the index itself: for uniqueness, or for a foreign key."""
    index = next((each for each in table.indexes if each.name == name), None)
    if index is None or index.unique or not index.visible:
        return True
    return any(index.columns[: len(key.columns)] == key.columns for key in table.foreign_keys)


# ---------------------------------------------------------------- constraints


def _add_check(work: Work, operation: AddCheck) -> None:
    ref, check = operation.target, operation.check
    table = find_table(work.catalog, ref)
    if not check.enforced and work.product.mariadb:
        raise Unsupported(work.title, "keep a check that is not enforced")
    column = table.column(check.name or "")
    if column and column.options.get("check") == "inline":
        clause = say.modify_column(table, column, column, inline=check)
        why = "MariaDB does not try a check in a column's definition on the rows that are there."
        work.alter(ref, [clause], operation.describe(), why=why)
        return
    work.alter(ref, [say.add_check(ref, check)], operation.describe())


def _drop_constraint(work: Work, operation: DropConstraint) -> None:
    table = find_table(work.catalog, operation.target)
    name = _constraint_name(operation, table)
    ref = table.ref
    match operation.target.kind:
        case "unique":
            _drop_index(work, operation, name)
        case "foreign_key":
            work.alter(ref, [say.drop_foreign_key(ref, name)], operation.describe())
        case "check" if name in ddl_table.inline_checks(table):
            column = table.column(name)
            if column:
                bare = msgspec.structs.replace(table, checks=())
                work.alter(ref, [say.modify_column(bare, column, column)], operation.describe())
        case "check":
            work.alter(ref, [say.drop_check(ref, name, work.product)], operation.describe())
        case kind:
            raise Unsupported(work.title, f"have a constraint of the kind {kind}")


def _constraint_name(operation: DropConstraint, table: Table) -> str:
    """The constraint's own name, found by what it holds where the operation gives none."""
    if not operation.nameless:
        return operation.target.name
    held = [
        *((unique.name, unique.columns, "unique") for unique in table.uniques),
        *((key.name, key.columns, "foreign_key") for key in table.foreign_keys),
        *((check.name, (check.expression,), "check") for check in table.checks),
    ]
    for name, content, kind in held:
        if name and kind == operation.target.kind and content == operation.nameless:
            return name
    raise UsageError(
        f"{table.ref} has no {operation.target.kind.replace('_', ' ')} over {', '.join(operation.nameless)}."
    )


# ---------------------------------------------------------------- parts that stay what they are


def _change_part(work: Work, operation: ChangePart) -> None:
    ref = Ref("table", operation.target.path[:2])
    old: Any = find_part(work.catalog, operation.target)
    new: Any = operation.to
    kind = operation.target.kind
    if kind == "trigger":
        steps_objects.change_trigger(work, operation)
        return
    found: list[Clause] = []
    if kind in ("index", "unique"):
        hidden = kind == "index" and msgspec.structs.replace(old, visible=new.visible) == new
        if hidden and old != new:
            found = [say.show_index(ref, old.name, visible=not old.visible, product=work.product)]
        elif _text(work, ref, old) != _text(work, ref, new):
            found = [say.drop_index(ref, old.name), say.add_index(ref, new, work.catalog.engine)]
    elif kind == "primary_key":
        if ddl_table.primary_key(old) != ddl_table.primary_key(new):
            found = [say.drop_primary_key(ref), say.add_primary_key(ref, new)]
    elif kind == "foreign_key":
        if ddl_table.foreign_key(old, ref.namespace) != ddl_table.foreign_key(new, ref.namespace):
            steps_foreign_keys.replace(work, ref, old, new)
    elif kind == "check":
        found = _changed_check(work, ref, old, new)
    else:
        raise Unsupported(work.title, f"have a {kind}")
    work.alter(ref, found, operation.describe())


def _text(work: Work, ref: Ref, part: Any) -> str:
    return say.add_index(ref, part, work.catalog.engine).sql


def _changed_check(work: Work, ref: Ref, old: Any, new: Any) -> list[Clause]:
    if old.expression == new.expression and old.enforced != new.enforced and not work.product.mariadb:
        return [say.enforce_check(ref, new)]
    if ddl_table.check(old) == ddl_table.check(new):
        return []
    return [say.drop_check(ref, old.name or "", work.product), say.add_check(ref, new)]


def _rename_part(work: Work, operation: RenamePart) -> None:
    target = operation.target
    ref = Ref("table", target.path[:2])
    part = find_part(work.catalog, target)
    new = msgspec.structs.replace(part, name=operation.to)
    match target.kind:
        case "index" | "unique" if work.product.renames_indexes:
            work.alter(ref, [say.rename_index(ref, target.name, operation.to)], operation.describe())
        case "index" | "unique":
            made = say.add_index(ref, new, work.catalog.engine)
            work.alter(ref, [say.drop_index(ref, target.name), made], operation.describe())
        case "foreign_key":
            steps_foreign_keys.replace(work, ref, part, new)
        case "check":
            drop = say.drop_check(ref, target.name, work.product)
            work.alter(ref, [drop, say.add_check(ref, new)], operation.describe())
        case "trigger":
            steps_objects.rename_trigger(work, operation)
        case "primary_key":
            return  # it has no name of its own
        case kind:
            raise Unsupported(work.title, f"have a {kind}")
