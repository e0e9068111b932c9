"""Which tables and columns are the user's own design, and what they are for, as far as names and types say."""

import re
from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, KeyPart, Table
from dbwright.catalog.types import Type
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem, word_set, words

_SHADOWS = (
    "_data",
    "_idx",
    "_content",
    "_docsize",
    "_config",
    "_node",
    "_rowid",
    "_parent",
    "_segments",
    "_segdir",
    "_stat",
)
_TOOLS = re.compile(
    r"alembic_version|django_(migrations|content_type|session|site|admin_log)|schema_migrations|schema_version|"
    r"ar_internal_metadata|flyway_schema_history|databasechangelog(lock)?|knex_migrations(_lock)?|goose_db_version|"
    r"__efmigrationshistory|_prisma_migrations|spatial_ref_sys|geometry_columns|sqlite_.*|atlas_schema_revisions|"
    r"typeorm_metadata|migrations|dbwright_.*",
    re.IGNORECASE,
)

RECORDS = word_set(
    "activity analytics archive archived audit backup bak changelog click copy event feed heartbeat history import "
    "impression journal log login metric outbox queue raw reading request sample snapshot stage staging stream temp "
    "tmp trace tracking trail view visit"
)
"""Words in the names of tables that record what happened, or hold copies: they keep rows after their parents are gone."""


def own_tables(catalog: Catalog) -> Iterator[Table]:
    """The tables whose design is the user's: no foreign, virtual or temporary ones, no partitions (their parent stands
    for them), none that belong to a migration tool, an extension or a virtual table of SQLite.
    """
    shadows = {f"{table.name}{ending}" for table in catalog.tables if table.kind == "virtual" for ending in _SHADOWS}
    for table in catalog.tables:
        if table.kind in ("foreign", "virtual") or table.temporary or table.partition_of or table.name in shadows:
            continue
        if not _TOOLS.fullmatch(table.name):
            yield table


def keeps_records(table: Table) -> bool:
    """Whether the table's name says that it logs, archives or stages, so that rows repeat and outlive their parents."""
    named = stem(table.name)
    return bool(RECORDS.intersection(named)) and named[-1:] != ("type",)


_FLAGS = word_set(
    "active approved archived available blocked canceled cancelled closed completed confirmed current deleted "
    "disabled done enabled favorite featured hidden locked main paid pinned preferred primary private public "
    "published read removed required resolved selected sent starred subscribed verified visible"
)


def is_boolean(column: Column) -> bool:
    """Whether a column holds true and false: by its type, or as a small number with a name that says so."""
    type_ = column.type
    if type_.kind == "boolean" or (type_.kind == "bit" and type_.length in (None, 1)):
        return True
    spelling = type_.spelling.lower()
    if type_.kind == "integer" and spelling.startswith("tinyint(1)"):
        return True
    named = words(column.name)
    if not named or type_.kind not in ("integer", "decimal", "untyped"):
        return False
    asks = named[0] in ("is", "has", "can", "was", "should", "allow", "allows") and len(named) > 1
    return asks or (len(named) == 1 and named[0] in _FLAGS)


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
