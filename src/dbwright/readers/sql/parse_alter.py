"""ALTER TABLE, one action at a time."""

from typing import Any

import msgspec

from dbwright.catalog.objects import Column, Identity, PartitionOf, Unread
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, DraftTable, Wrong
from dbwright.readers.sql.parse_table import (
    is_constraint,
    read_column,
    read_constraint,
    read_type,
    sequence_options,
    string_value,
)

_SILENT = frozenset("CLUSTER ENABLE DISABLE FORCE NO LOCK ALGORITHM ORDER CONVERT DISCARD IMPORT SET RESET".split())


def alter_table(draft: Draft, cursor: Cursor) -> None:
    """Apply an ALTER TABLE to the draft. Raises Wrong where an action makes no sense."""
    cursor.accept("IF", "EXISTS")
    cursor.accept("ONLY")
    at = cursor.here
    path = draft.path(cursor)
    cursor.accept("*")
    table = draft.table(path)
    if table is None:
        if path in draft.views or path in draft.sequences:
            return
        raise Wrong(at, "a table that was created before")
    for action in cursor.items():
        _apply(draft, table, action)


def _apply(draft: Draft, table: DraftTable, action: Cursor) -> None:
    at = action.here
    if action.accept("ADD"):
        _add(draft, table, action)
    elif action.accept("DROP"):
        _drop(table, action)
    elif action.accept("ALTER"):
        _alter_column(draft, table, action)
    elif action.accept("RENAME"):
        _rename(draft, table, action)
    elif action.accept_any("MODIFY", "CHANGE"):
        _replace_column(draft, table, action, renames=at.upper == "CHANGE")
    elif action.accept("OWNER", "TO"):
        table.fields["owner"] = action.name()
    elif action.accept("ENABLE", "ROW", "LEVEL", "SECURITY"):
        table.fields["row_security"] = True
    elif action.accept("FORCE", "ROW", "LEVEL", "SECURITY"):
        table.fields["force_row_security"] = True
    elif action.accept("ATTACH", "PARTITION"):
        child = draft.table(draft.path(action))
        if child:
            child.fields["partition_of"] = PartitionOf(table=(table.namespace, table.name), bound=action.rest())
    elif action.accept("REPLICA", "IDENTITY"):
        table.fields["replica_identity"] = action.rest().lower()
    elif action.accept("INHERIT"):
        table.fields["inherits"] = (*table.fields.get("inherits", ()), draft.path(action))
    elif action.accept("COMMENT"):
        action.accept("=")
        table.fields["comment"] = string_value(action.take(), action.dialect)
    elif action.accept("SET", "SCHEMA"):
        _move(draft, table, action.name(), table.name)
    elif action.accept("VALIDATE", "CONSTRAINT"):
        _validate(table, action.name())
    elif at.upper in _SILENT:
        return
    elif action.ahead().text == "=" or action.dialect == "mysql":
        name = action.take().text.lower()
        action.accept("=")
        table.fields["options"] = {**table.fields.get("options", {}), name: action.rest()}
    else:
        draft.unread.append(Unread(kind="alter table", name=table.name, reason=action.rest()[:80]))


def _validate(table: DraftTable, name: str) -> None:
    """A constraint that was added as NOT VALID holds for all rows from now on."""
    proved = {"validated": True}
    table.checks = [msgspec.structs.replace(each, **proved) if each.name == name else each for each in table.checks]
    table.foreign_keys = [
        msgspec.structs.replace(each, **proved) if each.name == name else each for each in table.foreign_keys
    ]


def _add(draft: Draft, table: DraftTable, action: Cursor) -> None:
    plain = action.accept("COLUMN")
    action.accept("IF", "NOT", "EXISTS")
    if not plain and is_constraint(action):
        if (
            action.here.upper == "CONSTRAINT"
            and action.ahead(2).upper in ("PRIMARY", "UNIQUE")
            and _uses_index(draft, table, action)
        ):
            return
        read_constraint(draft, table, action)
        return
    if action.accept_any("PARTITION", "PERIOD"):
        return
    items = action.brackets().items() if action.here.text == "(" else (action,)
    for item in items:
        column, place = read_column(draft, table, item)
        _insert(table, column, place)


def _uses_index(draft: Draft, table: DraftTable, action: Cursor) -> bool:
    """ADD CONSTRAINT … UNIQUE USING INDEX …: the index becomes the constraint."""
    words = [token.upper for token in action.tokens]
    if "USING" not in words or "(" in words:
        return False
    name = action.tokens[action.at + 1]
    index_name = Cursor(action.text, action.dialect, action.tokens[words.index("USING") + 2 :]).name()
    index = next((each for each in table.indexes if each.name == index_name), None)
    if index is None:
        raise Wrong(name, "an index that was created before")
    columns = ", ".join(f'"{column}"' for column in index.columns if column)
    kind = "PRIMARY KEY" if "PRIMARY" in words else "UNIQUE"
    table.drop_part(index.name)
    read_constraint(draft, table, Cursor(f"CONSTRAINT {name.text} {kind} ({columns})", action.dialect))
    return True


def _insert(table: DraftTable, column: Column, place: str) -> None:
    position = len(table.columns)
    if place == "FIRST":
        position = 0
    elif place:
        after = place.removeprefix("AFTER ")
        position = next((at + 1 for at, each in enumerate(table.columns) if each.name == after), position)
    table.columns.insert(position, column)


def _drop(table: DraftTable, action: Cursor) -> None:
    if action.accept("PRIMARY", "KEY"):
        table.primary_key = None
        return
    kind = action.accept_any("CONSTRAINT", "FOREIGN", "INDEX", "KEY", "CHECK", "COLUMN", "PARTITION")
    if kind == "FOREIGN":
        action.accept("KEY")
    action.accept("IF", "EXISTS")
    if kind == "PARTITION":
        return
    name = action.name()
    if kind in ("", "COLUMN"):
        table.drop_column(name)
    else:
        table.drop_part(name)


def _alter_column(draft: Draft, table: DraftTable, action: Cursor) -> None:
    if action.accept_any("INDEX", "CHECK", "CONSTRAINT"):
        name = action.name()
        if action.accept_any("INVISIBLE", "IGNORED"):
            table.indexes = [msgspec.structs.replace(i, visible=False) if i.name == name else i for i in table.indexes]
        return
    action.accept("COLUMN")
    at = action.here
    name = action.name()

    def change(**changes: Any) -> None:
        table.change_column(name, at, **changes)

    if action.accept("SET", "DEFAULT"):
        change(default=action.rest())
    elif action.accept("DROP", "DEFAULT"):
        change(default=None)
    elif action.accept("SET", "NOT", "NULL"):
        change(nullable=False)
    elif action.accept("DROP", "NOT", "NULL"):
        change(nullable=True)
    elif action.accept("SET", "DATA", "TYPE") or action.accept("TYPE"):
        change(type=read_type(action))
    elif action.accept("ADD", "GENERATED"):
        always = not action.accept("BY", "DEFAULT")
        action.accept("ALWAYS")
        action.accept("AS", "IDENTITY")
        options = action.brackets()
        sequence = _identity_sequence(draft, options)
        change(
            identity=Identity(
                generation="always" if always else "by default", sequence=sequence, **sequence_options(options)
            ),
            nullable=False,
        )
    elif action.accept("DROP", "IDENTITY"):
        change(identity=None)
    elif action.accept("DROP", "EXPRESSION"):
        change(generated=None)
    elif not action.accept_any("SET", "RESET"):
        raise Wrong(action.here, "SET, DROP, TYPE or ADD GENERATED")


def _identity_sequence(draft: Draft, options: Cursor) -> tuple[str, str] | None:
    if options.accept("SEQUENCE", "NAME"):
        return draft.path(options)
    return None


def _rename(draft: Draft, table: DraftTable, action: Cursor) -> None:
    if action.accept("CONSTRAINT") or action.accept_any("INDEX", "KEY"):
        old = action.name()
        action.accept("TO")
        _rename_part(table, old, action.name())
    elif action.accept_any("TO", "AS"):
        path = draft.path(action)
        _move(draft, table, table.namespace, path[1])
    else:
        action.accept("COLUMN")
        at = action.here
        old = action.name()
        if not action.accept("TO"):
            raise Wrong(action.here, "TO")
        new = action.name()
        table.rename_column(table.columns[table.column_at(old, at)].name, new)


def _rename_part(table: DraftTable, old: str, new: str) -> None:
    if table.primary_key and table.primary_key.name == old:
        table.primary_key = msgspec.structs.replace(table.primary_key, name=new)
    for field in ("uniques", "foreign_keys", "checks", "indexes"):
        parts = getattr(table, field)
        parts[:] = [msgspec.structs.replace(part, name=new) if part.name == old else part for part in parts]


def _move(draft: Draft, table: DraftTable, namespace: str, name: str) -> None:
    """Give a table another name, also in the keys that point at it."""
    old, new = (table.namespace, table.name), (namespace, name)
    draft.tables = {new if path == old else path: each for path, each in draft.tables.items()}
    table.namespace, table.name = new
    for other in draft.tables.values():
        other.foreign_keys = [
            msgspec.structs.replace(key, table=new) if key.table == old else key for key in other.foreign_keys
        ]


def _replace_column(draft: Draft, table: DraftTable, action: Cursor, *, renames: bool) -> None:
    """MySQL's MODIFY and CHANGE give a whole new definition."""
    action.accept("COLUMN")
    action.accept("IF", "EXISTS")
    at = action.here
    old = action.name() if renames else Cursor(action.text, action.dialect, [at]).name()
    position = table.column_at(old, at)
    column, place = read_column(draft, table, action)
    if renames and column.name != old:
        table.rename_column(old, column.name)
    if place:
        del table.columns[position]
        _insert(table, column, place)
    else:
        table.columns[position] = column
