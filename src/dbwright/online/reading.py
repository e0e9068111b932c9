"""What is asked for, read from a TOML file, from SQL, or from the operations of a comparison.

A TOML file holds a list of changes, each with its kind and table; expressions and types are in the database's own SQL:

    version = "v2"                  # PostgreSQL: a schema with views in the new shape, made in switch; may be left out

    [[change]]
    kind = "change-type"            # using: from the old value; back: from the new one; default: where it must change too
    table = "shop.orders"           # or ["shop", "orders"], or "orders" in the usual schema
    column = "total"
    type = "numeric(12,2)"
    using = "total::numeric / 100"
    back = "(total * 100)::integer"

    [[change]]
    kind = "rename-column"
    table = "orders"
    column = "sum"
    to = "amount"

    [[change]]
    kind = "set-not-null"           # fill: what takes the place of NULL; without it, rows with NULL stop the change
    table = "users"
    column = "language"
    fill = "'en'"

    [[change]]
    kind = "split-column"
    table = "users"
    column = "name"
    into = [{column = "first text", value = "split_part(name, ' ', 1)"}, {column = "last text", value = "split_part(name, ' ', 2)"}]
    back = "first || ' ' || last"

    [[change]]
    kind = "merge-columns"
    table = "points"
    columns = {x = "place[0]", y = "place[1]"}
    into = "place point"
    value = "point(x, y)"

Further kinds: rename-table (to), move-columns (columns, to, key = {own = other}), split-table (columns, to), merge-tables
(to, key), add (statement: an ALTER TABLE … ADD or a CREATE INDEX).
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Check, Column, ForeignKey, PrimaryKey, Unique
from dbwright.change import operations as ops
from dbwright.change.actions import Action
from dbwright.change.online import AddPart, ChangeType, RenameColumn, RenameTable, SetNotNull, Wish
from dbwright.change.online.changes import Addition, Change
from dbwright.change.online.changes import Path as TablePath
from dbwright.engines.base import Engine
from dbwright.errors import UsageError
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split

_NAMESPACES = {"postgres": "public"}


def read_wish(source: str, engine: Engine, *, version: str | None = None) -> Wish:
    """What a TOML file, an SQL file or a text of SQL asks for. version: the name of the versioned schema, before the file's.

    Raises UsageError, with the place and what is wrong there.
    """
    path = Path(source)
    try:
        is_file = path.is_file()
    except OSError:
        is_file = False
    if not is_file:
        if " " not in source.strip():
            raise UsageError(
                f"There is no file {source}.", hint="Give a TOML or SQL file, or a statement such as ALTER TABLE …"
            )
        return Wish(changes=from_sql(source, engine), version=version)
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() == ".toml":
        wish = from_toml(text, engine, source)
        return msgspec.structs.replace(wish, version=version or wish.version)
    return Wish(changes=from_sql(text, engine), version=version)


# ---------------------------------------------------------------- TOML


def from_toml(text: str, engine: Engine, name: str = "the file") -> Wish:
    """The wish in a text of TOML. Raises UsageError with the change and the field that does not fit."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}.") from error
    changes = content.pop("change", None)
    version = content.pop("version", None)
    if content:
        raise UsageError(
            f"{name} has the unknown setting {min(content)!r}.", hint="It may hold version and [[change]]."
        )
    if not isinstance(changes, list) or not changes:
        raise UsageError(f"{name} holds no [[change]].")
    return Wish(
        changes=tuple(_change(each, engine, f"{name}, change {place}") for place, each in enumerate(changes, 1)),
        version=version,
    )


def _change(given: Any, engine: Engine, where: str) -> Change:
    if not isinstance(given, dict):
        raise UsageError(f"{where}: this is no table of settings.")
    fields = dict(given)
    if fields.get("kind") == "add":
        changes = from_sql(str(fields.get("statement", "")), engine)
        if len(changes) != 1 or not isinstance(changes[0], AddPart):
            raise UsageError(f"{where}: the statement adds no index, key, check or foreign key.")
        return changes[0]
    for name in ("table", "to"):
        if name in fields and not (name == "to" and fields.get("kind") == "rename-column"):
            fields[name] = _path(fields[name], engine, where)
    if "type" in fields:
        fields["type"] = msgspec.to_builtins(_column(f"c {fields['type']}", engine, where).type)
    into = fields.get("into")
    if isinstance(into, str):
        fields["into"] = msgspec.to_builtins(_column(into, engine, where))
    elif isinstance(into, list):
        fields["into"] = [
            {**part, "column": msgspec.to_builtins(_column(str(part.get("column", "")), engine, where))}
            for part in into
            if isinstance(part, dict)
        ]
    try:
        return cast(Change, msgspec.convert(fields, Change))
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{where}: {error}.", hint="The kinds and their settings: dbwright online start --help"
        ) from error


def _path(given: object, engine: Engine, where: str) -> list[str]:
    """Namespace and name; a dot separates them in a text, a list holds names with dots."""
    if isinstance(given, list) and len(given) in (1, 2) and all(isinstance(each, str) for each in given):
        parts = [str(each) for each in given]
    elif isinstance(given, str) and given:
        parts = list(given.rpartition(".")[::2]) if "." in given else [given]
    else:
        raise UsageError(f'{where}: a table is named as "name", "schema.name" or ["schema", "name"].')
    return parts if len(parts) == 2 else [_NAMESPACES.get(engine.name, ""), parts[0]]


def _column(text: str, engine: Engine, where: str) -> Column:
    """A column as CREATE TABLE has it, in the engine's spelling."""
    for action in parse_actions(f"ALTER TABLE t ADD COLUMN {text}", _dialect(engine)):
        if action.kind == "add column" and action.column is not None:
            return action.column
    raise UsageError(f"{where}: {text!r} is no column with its type.")


# ---------------------------------------------------------------- SQL


def from_sql(text: str, engine: Engine) -> tuple[Change, ...]:
    """The changes that statements ask for. Raises UsageError for one that online changes have no part in."""
    dialect = _dialect(engine)
    statements = split(text, dialect, "the statements", [])
    found = tuple(_of_action(action, each.text) for each in statements for action in parse_actions(each.text, dialect))
    if not found:
        raise UsageError("There is no statement to carry out.")
    return found


def _dialect(engine: Engine) -> Dialect:
    return cast(Dialect, engine.dialect)


def _of_action(action: Action, text: str) -> Change:
    holder = action.table or action.target
    if holder is not None and len(holder.path) >= 2:
        table: TablePath = (holder.path[0], holder.path[1])
        match action:
            case Action(kind="rename column", name=str(name), to=str(to)):
                return RenameColumn(table=table, column=name, to=to)
            case Action(kind="rename table", to=str(to)):
                return RenameTable(table=table, to=(table[0], to))
            case Action(kind="alter type", name=str(name), type=type_) if type_ is not None:
                return ChangeType(table=table, column=name, type=type_, using=action.using)
            case Action(kind="set not null", name=str(name)):
                return SetNotNull(table=table, column=name)
            case Action(kind="create index", index=index) if index is not None:
                target = Ref("table", table)
                return AddPart(table=table, operation=ops.CreateIndex(target=target, index=index))
            case Action(kind="add constraint", constraint=constraint) if constraint is not None:
                if operation := _addition(Ref("table", table), constraint):
                    return AddPart(table=table, operation=operation)
    shown = " ".join(text.split())
    raise UsageError(
        f"This is nothing to be done online: {shown if len(shown) <= 100 else f'{shown[:100]}…'}",
        hint="Renames, other types, NOT NULL, constraints and indexes are; MySQL's MODIFY is written as change-type in TOML.",
    )


def _addition(target: Ref, constraint: object) -> Addition | None:
    match constraint:
        case ForeignKey():
            return ops.AddForeignKey(target=target, key=constraint)
        case Unique():
            return ops.AddUnique(target=target, unique=constraint)
        case Check():
            return ops.AddCheck(target=target, check=constraint)
        case PrimaryKey():
            return ops.AddPrimaryKey(target=target, key=constraint)
    return None


# ---------------------------------------------------------------- operations


def from_operations(operations: Sequence[ops.Operation]) -> tuple[tuple[Change, ...], tuple[ops.Operation, ...]]:
    """The changes that break or block a running application, made online; and the operations that are left as they are."""
    changes: list[Change] = []
    rest: list[ops.Operation] = []
    for operation in operations:
        path = operation.target.path
        table: TablePath = (path[0], path[1]) if len(path) >= 2 else ("", "")
        match operation:
            case ops.RenameColumn():
                changes.append(RenameColumn(table=table, column=operation.target.name, to=operation.to))
            case ops.RenameTable():
                changes.append(RenameTable(table=table, to=operation.to))
            case ops.AlterColumnType():
                changes.append(
                    ChangeType(
                        table=table,
                        column=operation.target.name,
                        type=operation.type,
                        using=operation.using,
                        default=operation.default,
                    )
                )
            case ops.SetNullable(nullable=False):
                changes.append(SetNotNull(table=table, column=operation.target.name))
            case ops.AddForeignKey() | ops.AddUnique() | ops.AddCheck() | ops.AddPrimaryKey() | ops.CreateIndex():
                changes.append(AddPart(table=table, operation=operation))
            case _:
                rest.append(operation)
    return tuple(changes), tuple(rest)
