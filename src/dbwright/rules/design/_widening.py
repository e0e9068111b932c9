"""How the types of a foreign key's two sides differ, and the operations that give columns another type with all that refers to them."""

from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AddForeignKey, AlterColumnType, DropConstraint, Operation
from dbwright.rules.base import Subject
from dbwright.rules.design._tables import base_type, columns_named, parent_of, referenced_columns


def difference(subject: Subject, child: Column, parent: Column) -> str | None:
    """How the type of a referring column keeps it from holding, or from being compared with, all values of the other one.

    None where nothing differs that matters.
    """
    ours, theirs = base_type(subject, child.type), base_type(subject, parent.type)
    if subject.engine == "sqlite":
        kinds = _affinity(ours), _affinity(theirs)
        if kinds[0] != kinds[1] and "BLOB" not in kinds:
            return f"it is compared as {kinds[0]}, the other as {kinds[1]}"
        if kinds[0] == "TEXT" and (child.collation or "BINARY").upper() != (parent.collation or "BINARY").upper():
            return f"its collation is {child.collation or 'BINARY'}, the other's {parent.collation or 'BINARY'}"
        return None
    if ours.is_text and theirs.is_text:
        return _text_difference(subject, child, parent, ours, theirs)
    if ours.kind != theirs.kind:
        return f"it is {child.type.spelling}, the other {parent.type.spelling}"
    if ours.kind == "integer":
        if ours.unsigned != theirs.unsigned:
            return "one side is unsigned and the other is not"
        if (ours.bits or 32) < (theirs.bits or 32):
            return f"it has {ours.bits} bits, the other {theirs.bits}"
        return (
            f"it has {ours.bits} bits, the other {theirs.bits}" if _widths_must_agree(subject, ours, theirs) else None
        )
    if ours.kind == "decimal" and _digits(ours) < _digits(theirs):
        return f"it is {child.type.spelling}, the other {parent.type.spelling}"
    if ours.kind in ("timestamp", "time") and ours.with_zone != theirs.with_zone:
        return "one side knows its time zone and the other does not"
    if ours.kind == "binary" and ours.length and theirs.length and ours.length < theirs.length:
        return f"it holds {ours.length} bytes, the other {theirs.length}"
    return None


def _widths_must_agree(subject: Subject, ours: Type, theirs: Type) -> bool:
    return subject.engine == "mysql" and ours.bits != theirs.bits


def _text_difference(subject: Subject, child: Column, parent: Column, ours: Type, theirs: Type) -> str | None:
    if (ours.kind == "char") != (theirs.kind == "char") and subject.engine == "postgres":
        return f"it is {child.type.spelling}, the other {parent.type.spelling}, and char pads with blanks"
    if ours.length is not None and (theirs.length is None or ours.length < theirs.length):
        room = f"{theirs.length}" if theirs.length else "any number of"
        return f"it holds {ours.length} characters, the other {room}"
    if child.charset and parent.charset and child.charset != parent.charset:
        return f"its character set is {child.charset}, the other's {parent.charset}"
    if child.collation != parent.collation and (subject.engine == "postgres" or (child.collation and parent.collation)):
        return f"its collation is {child.collation or 'the default'}, the other's {parent.collation or 'the default'}"
    return None


def _affinity(type_: Type) -> str:
    """SQLite's affinity, with REAL and NUMERIC taken together with INTEGER, because they compare alike."""
    spelling = type_.spelling.upper()
    if "INT" in spelling:
        return "a number"
    if any(word in spelling for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not spelling or "BLOB" in spelling or spelling == "ANY":
        return "BLOB"
    return "a number"


def _digits(type_: Type) -> int:
    return 1_000 if type_.precision is None else type_.precision - (type_.scale or 0)


def retype(
    subject: Subject, table: Table, column: Column, type_: Type
) -> tuple[tuple[Operation, ...], tuple[Ref, ...]]:
    """The operations that give a column another type together with every foreign-key column that refers to it,
    and the names of those other columns. The foreign keys in between are taken off and put back on MySQL, and on PostgreSQL
    where the kind of value changes.
    """
    columns: list[tuple[Table, str]] = [(table, column.name)]
    for holder, name in columns:
        for child, referring in _referring(subject, holder, name):
            if (child, referring.name) not in columns and referring.type != type_:
                columns.append((child, referring.name))
    altered = [AlterColumnType(target=holder.column_ref(name), type=type_) for holder, name in columns]
    others = tuple(holder.column_ref(name) for holder, name in columns[1:])
    if subject.engine == "sqlite" or (subject.engine == "postgres" and column.type.kind == type_.kind):
        return tuple(altered), others
    refs = {holder.column_ref(name) for holder, name in columns}
    keys = [
        (holder, key)
        for holder in subject.catalog.tables
        for key in holder.foreign_keys
        if _touches(subject, holder, key, refs)
    ]
    dropped = [DropConstraint(target=holder.ref.child("foreign_key", key.name or "")) for holder, key in keys]
    added = [AddForeignKey(target=holder.ref, key=key) for holder, key in keys]
    return (*dropped, *altered, *added), others


def _referring(subject: Subject, table: Table, name: str) -> Iterator[tuple[Table, Column]]:
    """The columns of foreign keys that refer to a column."""
    for child, key in subject.lookup.referencing(table):
        for ours, theirs in zip(columns_named(child, key.columns), referenced_columns(table, key), strict=False):
            if ours is not None and theirs.casefold() == name.casefold():
                yield child, ours


def _touches(subject: Subject, table: Table, key: ForeignKey, refs: set[Ref]) -> bool:
    """Whether a foreign key has one of the columns on either side."""
    parent = parent_of(subject, key)
    theirs = {parent.column_ref(name) for name in referenced_columns(parent, key)} if parent else set()
    return bool(refs & ({table.column_ref(name) for name in key.columns} | theirs))


def seen_by_views(subject: Subject, refs: tuple[Ref, ...]) -> bool:
    """Whether a view reads one of these columns, so that PostgreSQL refuses to change their type."""
    tables = {ref.table for ref in refs}
    return any(
        tables & {each.table for each in view.depends_on if each.kind in ("table", "column")}
        for view in subject.catalog.views
    )
