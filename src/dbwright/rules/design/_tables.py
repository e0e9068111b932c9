"""Which tables and columns are the user's own design, and what they are for, as far as names and types say."""

import re
from collections.abc import Iterator

from dbwright.catalog.objects import Column, ForeignKey, Index, KeyPart, Table
from dbwright.catalog.types import Type
from dbwright.relationships.tables import RECORDS, is_boolean, keeps_records, own_tables
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem

__all__ = [
    "RECORDS",
    "base_type",
    "columns_named",
    "covers_all_values",
    "is_boolean",
    "is_indexed",
    "is_self_numbering",
    "keeps_records",
    "leading_columns",
    "made_redundant",
    "own_tables",
    "parent_of",
    "referenced_columns",
]


def base_type(subject: Subject, type_: Type) -> Type:
    """The type under a domain; every other type as it is."""
    for _ in range(8):
        if type_.kind != "domain" or type_.user_type is None:
            break
        domain = next(
            (each for each in subject.catalog.domains if (each.namespace, each.name) == type_.user_type), None
        )
        if domain is None:
            break
        type_ = domain.type
    return type_


def parent_of(subject: Subject, key: ForeignKey) -> Table | None:
    """The table that a foreign key points at; without regard to case where the engine has none."""
    found = subject.lookup.table(key.table)
    if found or subject.engine == "postgres":
        return found
    wanted = (key.table[0], key.table[1].casefold())
    return next((t for t in subject.catalog.tables if (t.namespace, t.name.casefold()) == wanted), None)


def columns_named(table: Table, names: tuple[str, ...]) -> list[Column | None]:
    """The table's columns of those names, exact or else without regard to case."""
    folded = {column.name.casefold(): column for column in table.columns}
    return [table.column(name) or folded.get(name.casefold()) for name in names]


def referenced_columns(parent: Table, key: ForeignKey) -> tuple[str, ...]:
    """The parent's columns that a foreign key names, or its primary key where it names none (SQLite)."""
    if key.referenced:
        return key.referenced
    return parent.primary_key.columns if parent.primary_key else ()


def leading_columns(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of every key and usable index in their order, up to the first expression."""
    yield from table.keys
    for index in table.indexes:
        if index.valid and index.method in ("btree", "hash") and covers_all_values(index):
            leading: list[str] = []
            for part in index.parts:
                if part.column is None:
                    break
                leading.append(part.column)
            yield tuple(leading)


def covers_all_values(index: Index) -> bool:
    """Whether an index holds every row but perhaps those where one of its columns is NULL."""
    if index.predicate is None:
        return True
    found = re.fullmatch(r"\(*\s*[\"`\[]?(\w+)[\"`\]]?\s+IS\s+NOT\s+NULL\s*\)*", index.predicate.strip(), re.IGNORECASE)
    if found is None:
        return False
    return found[1].casefold() in {(name or "").casefold() for name in index.columns}


def is_indexed(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a key or an index begins with these columns, in any order."""
    wanted = {name.casefold() for name in columns}
    return any({name.casefold() for name in each[: len(wanted)]} == wanted for each in leading_columns(table))


def made_redundant(table: Table, key: tuple[str, ...]) -> list[Index]:
    """The plain indexes that a new key over these columns makes superfluous: those that are a leading part of it."""
    return [
        index
        for index in table.indexes
        if not index.unique
        and index.method == "btree"
        and index.predicate is None
        and not index.include
        and all(part == KeyPart(column=part.column) for part in index.parts)
        and index.columns == key[: len(index.parts)]
    ]


def is_self_numbering(table: Table, column: Column) -> bool:
    """Whether a column is a surrogate key: it numbers itself, or is a UUID or integer that is the whole primary key named for it."""
    if column.identity:
        return True
    if table.primary_key is None or table.primary_key.columns != (column.name,):
        return False
    named = stem(column.name)
    own = stem(table.name)
    if column.type.kind not in ("integer", "uuid", "decimal", "binary", "char", "varchar", "untyped"):
        return False
    return named[-1:] in (("id",), ("uuid",), ("guid",)) and (
        len(named) == 1 or named[:-1] == own or named[0] == own[-1]
    )
