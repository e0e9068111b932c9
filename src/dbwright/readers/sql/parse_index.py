"""CREATE INDEX, as written."""

from typing import Any

import msgspec

from dbwright.catalog.objects import Index
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong
from dbwright.readers.sql.parse_keys import key_parts
from dbwright.readers.sql.parse_table import string_value
from dbwright.readers.sql.scan import Token


class WrittenIndex(msgspec.Struct, frozen=True):
    """An index and the name of its table with its qualifiers. name: as written, empty where the engine is to choose one.

    at: where the table's name stands. only: PostgreSQL's ON ONLY. options: MySQL's ALGORITHM and LOCK.
    """

    name: tuple[str, ...]
    table: tuple[str, ...]
    index: Index
    at: Token
    only: bool
    options: dict[str, str]


def read_index(cursor: Cursor, *, unique: bool, method: str = "btree") -> WrittenIndex:
    """What follows CREATE INDEX [IF NOT EXISTS]. Raises Wrong."""
    name = () if cursor.here.upper == "ON" else cursor.path()
    if cursor.here.upper == "USING":
        cursor.take()
        method = cursor.name().lower()
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON", certain=True)
    only = cursor.accept("ONLY")
    at = cursor.here
    table = cursor.path()
    if not table[-1]:
        raise Wrong(at, "a name")
    if cursor.accept("USING"):
        method = cursor.name().lower()
    if cursor.here.text != "(":
        raise Wrong(cursor.here, "the columns in brackets", certain=True)
    parts = key_parts(cursor.brackets())
    fields: dict[str, Any] = {}
    options: dict[str, str] = {}
    while not cursor.done:
        if cursor.accept("INCLUDE"):
            fields["include"] = cursor.names_in_brackets()
        elif cursor.accept("NULLS"):
            fields["nulls_distinct"] = not cursor.accept("NOT")
            cursor.accept("DISTINCT")
        elif cursor.accept("WHERE"):
            fields["predicate"] = cursor.rest()
            cursor.at = len(cursor.tokens)
        elif cursor.accept_any("INVISIBLE", "IGNORED"):
            fields["visible"] = False
        elif cursor.accept("COMMENT"):
            fields["comment"] = string_value(cursor.take(), cursor.dialect)
        elif cursor.accept("WITH"):
            cursor.brackets()
        elif cursor.dialect == "mysql" and cursor.accept("USING"):
            method = cursor.name().lower()
        elif cursor.dialect == "mysql" and cursor.here.upper in ("ALGORITHM", "LOCK"):
            word = cursor.take().upper
            cursor.accept("=")
            options[word] = cursor.take().upper
        elif cursor.dialect == "sqlite" or cursor.here.kind not in ("word", "number", "mark"):
            raise Wrong(cursor.here, "WHERE or the end of the statement")
        else:
            cursor.take()
    chosen = name[-1] if name else "_".join((table[-1], *(part.column or "expr" for part in parts), "idx"))
    index = Index(name=chosen, parts=parts, unique=unique, method=method, **fields)
    return WrittenIndex(name, table, index, at, only, options)
