"""Tables, their columns, keys, checks and indexes from information_schema."""

import re
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from dbwright.catalog.objects import (
    Check,
    Column,
    ForeignKey,
    Generated,
    Identity,
    Index,
    KeyPart,
    PrimaryKey,
    Table,
    Trigger,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.engines.mysql.canonical import canonical_action, canonical_default
from dbwright.engines.mysql.column_types import read_type
from dbwright.engines.mysql.scope import Row, Scope, number, text
from dbwright.engines.mysql.show_create import complete
from dbwright.engines.mysql.text import expression as plain
from dbwright.engines.mysql.text import without_brackets, without_qualifier
from dbwright.engines.mysql.words import literal, tick

Key = tuple[str, str]
"""Database and name of a table or view."""

_OPTION = re.compile(r"[`\"]?(\w+)[`\"]?=(\"[^\"]*\"|'[^']*'|\S+)")
_PERIOD_LIKE = re.compile(r"`(?:[^`]|``)+` < `(?:[^`]|``)+`")


@dataclass(frozen=True)
class ReadColumn:
    """A column with the collation that information_schema tells, not yet compared with its table's."""

    column: Column
    charset: str
    collation: str


def read_columns(scope: Scope) -> dict[Key, list[ReadColumn]]:
    """The columns of every table and view, in order."""
    srid = "NULL" if scope.mariadb else "SRS_ID"
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION,"
        f" CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_COMMENT, {srid} FROM information_schema.COLUMNS"
        f" WHERE {scope.within('TABLE_SCHEMA')} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"
    )
    found: dict[Key, list[ReadColumn]] = defaultdict(list)
    for row in rows:
        found[text(row[0]), text(row[1])].append(_column(scope, row))
    return found


def _column(scope: Scope, row: Row) -> ReadColumn:
    database, _, name, spelling, nullable, default, extra, expression, charset, collation, comment, srid = row
    type_ = read_type(text(spelling))
    words = text(extra)
    lower = words.lower()
    options = {"srid": text(srid)} if srid is not None else {}
    generated = None
    computed = text(expression)
    if computed.upper() in ("ROW START", "ROW END"):
        options["generated"] = computed.lower()
    elif "generated" in lower.replace("default_generated", "") or "persistent" in lower:
        computed = without_brackets(computed if scope.mariadb else plain(computed))
        generated = Generated(expression=computed, stored="virtual" not in lower)
    if "without system versioning" in lower:
        options["system_versioning"] = "without"
    on_update = re.search(r"on update (\S+)", words, re.IGNORECASE)
    column = Column(
        name=text(name),
        type=type_,
        nullable=nullable == "YES",
        default=None if generated else _default(scope, text(database), type_, default, lower),
        generated=generated,
        identity=Identity(generation="auto_increment") if "auto_increment" in lower else None,
        on_update=canonical_default(on_update[1]) if on_update else None,
        hidden="invisible" in lower,
        comment=text(comment) or None,
        options=options,
    )
    return ReadColumn(column, text(charset), text(collation))


def _default(scope: Scope, database: str, type_: Type, default: object, extra: str) -> str | None:
    """MariaDB tells a default as SQL; MySQL tells a value as it is, and an expression escaped."""
    if default is None:
        return None
    told = text(default)
    if scope.mariadb:
        told = without_qualifier(told, database, ()) if scope.single else told
        return canonical_default(told)
    if "default_generated" in extra:
        return canonical_default(plain(told))
    if type_.kind in ("integer", "boolean", "decimal", "float", "year", "bit"):
        return told
    if type_.kind == "binary" and told.startswith("0x"):
        return told
    return literal(told)


def read_tables(
    scope: Scope, columns: dict[Key, list[ReadColumn]], triggers: dict[Key, list[Trigger]]
) -> tuple[Table, ...]:
    """Every base table with all its parts."""
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT, TABLE_TYPE"
        " FROM information_schema.TABLES"
        f" WHERE {scope.within('TABLE_SCHEMA')} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')"
    )
    keys = _indexes(scope)
    foreign = _foreign_keys(scope)
    checks = _checks(scope)
    tables: list[Table] = []
    for database, name, engine, collation, create_options, comment, kind in rows:
        key = (text(database), text(name))
        own_checks, inline = checks.get(key, ([], {}))
        table = Table(
            namespace=scope.namespace(key[0]),
            name=key[1],
            columns=tuple(_placed(column, text(collation), inline) for column in columns.get(key, ())),
            foreign_keys=tuple(foreign.get(key, ())),
            triggers=tuple(triggers.get(key, ())),
            comment=text(comment) or None,
            options=_options(text(engine), text(collation), text(create_options)),
        )
        json = {column.name for column in table.columns if column.type.kind == "json"}
        kept = [each for each in own_checks if not (scope.mariadb and each.name in json and each.name in inline)]
        table = msgspec.structs.replace(table, checks=tuple(kept), **keys.get(key, {}))
        if kind == "SYSTEM VERSIONED":
            table = msgspec.structs.replace(table, options={**table.options, "system_versioning": "with"})
        if _needs_more(table, text(create_options), scope):
            table = complete(table, text(scope.rows(f"SHOW CREATE TABLE {tick(key[0])}.{tick(key[1])}")[0][1]))
        tables.append(table)
    return tuple(tables)


def _placed(read: ReadColumn, collation: str, inline: dict[str, str]) -> Column:
    """The column in its table: charset and collation only where they differ, MariaDB's JSON known by its check."""
    column = read.column
    expression = inline.get(column.name)
    if expression is not None:
        is_json = expression.lower() == f"json_valid({tick(column.name)})".lower()
        if is_json and column.type.spelling.lower() == "longtext" and read.collation == "utf8mb4_bin":
            return msgspec.structs.replace(column, type=Type("json", "json"))
        column = msgspec.structs.replace(column, options={**column.options, "check": "inline"})
    if not read.collation or read.collation == collation:
        return column
    charset = read.charset if read.charset != _charset(collation) else None
    return msgspec.structs.replace(column, charset=charset, collation=read.collation)


def _charset(collation: str) -> str:
    return collation.partition("_")[0]


def _options(engine: str, collation: str, create_options: str) -> dict[str, str]:
    options = {"engine": engine} if engine else {}
    if collation:
        options |= {"charset": _charset(collation), "collate": collation}
    for name, value in _OPTION.findall(create_options):
        options[name.lower()] = value.strip("\"'")
    return options


def _needs_more(table: Table, create_options: str, scope: Scope) -> bool:
    if "partitioned" in create_options or any(index.method == "fulltext" for index in table.indexes):
        return True
    if not scope.mariadb:
        return False
    return "system_versioning" in table.options or any(
        _PERIOD_LIKE.fullmatch(check.expression) for check in table.checks
    )


# ---------------------------------------------------------------- keys and indexes


def _indexes(scope: Scope) -> dict[Key, dict[str, object]]:
    """Per table its primary_key, uniques and indexes."""
    extra = "NULL, IGNORED" if scope.mariadb else "EXPRESSION, IF(IS_VISIBLE = 'YES', 'NO', 'YES')"
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, COLLATION, SUB_PART, INDEX_TYPE, INDEX_COMMENT,"
        f" {extra} FROM information_schema.STATISTICS WHERE {scope.within('TABLE_SCHEMA')}"
        " ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
    )
    grouped: dict[Key, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        grouped[text(row[0]), text(row[1])][text(row[2])].append(row)
    return {key: _keys(indexes) for key, indexes in grouped.items()}


def _keys(indexes: dict[str, list[Row]]) -> dict[str, object]:
    primary: PrimaryKey | None = None
    uniques: list[Unique] = []
    others: list[Index] = []
    for name, rows in indexes.items():
        index = _index(name, rows)
        columns = tuple(part.column for part in index.parts if part.column)
        using = {"using": "hash"} if index.method == "hash" else {}
        if name == "PRIMARY":
            prefixes = tuple(part.prefix_length for part in index.parts)
            falling = tuple(part.descending for part in index.parts)
            primary = PrimaryKey(
                columns=columns,
                prefix_lengths=prefixes if any(prefixes) else (),
                descending=falling if any(falling) else (),
                comment=index.comment,
                options=using,
            )
        elif index.unique and index.visible and all(_is_plain(part) for part in index.parts):
            uniques.append(Unique(columns=columns, name=name, comment=index.comment, options=using))
        else:
            others.append(index)
    return {"primary_key": primary, "uniques": tuple(uniques), "indexes": tuple(others)}


def _is_plain(part: KeyPart) -> bool:
    return part.column is not None and not part.prefix_length and not part.descending


def _index(name: str, rows: list[Row]) -> Index:
    _, _, _, non_unique, _, _, _, method, comment, _, ignored = rows[0]
    method_name = text(method).lower()
    whole = method_name in ("fulltext", "spatial", "rtree")
    parts = tuple(
        KeyPart(
            column=text(column) if column is not None else None,
            expression=plain(text(expression)) if column is None else None,
            descending=collation == "D",
            prefix_length=None if whole else number(length),
        )
        for _, _, _, _, column, collation, length, _, _, expression, _ in rows
    )
    return Index(
        name=name,
        parts=parts,
        unique=not number(non_unique),
        method="spatial" if method_name == "rtree" else method_name,
        visible=ignored != "YES",
        comment=text(comment) or None,
    )


def _foreign_keys(scope: Scope) -> dict[Key, list[ForeignKey]]:
    rules = {
        (text(database), text(table), text(name)): (canonical_action(text(update)), canonical_action(text(delete)))
        for database, table, name, update, delete in scope.rows(
            "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE"
            f" FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE {scope.within('CONSTRAINT_SCHEMA')}"
        )
    }
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,"
        f" REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE {scope.within('TABLE_SCHEMA')}"
        " AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"
    )
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[text(row[0]), text(row[1]), text(row[2])].append(row)
    found: dict[Key, list[ForeignKey]] = defaultdict(list)
    for (database, table, name), parts in grouped.items():
        update, delete = rules.get((database, table, name), ("no action", "no action"))
        found[database, table].append(
            ForeignKey(
                columns=tuple(text(part[3]) for part in parts),
                table=(scope.namespace(text(parts[0][4])), text(parts[0][5])),
                referenced=tuple(text(part[6]) for part in parts),
                name=name,
                on_update=update,
                on_delete=delete,
            )
        )
    return found


def _checks(scope: Scope) -> dict[Key, tuple[list[Check], dict[str, str]]]:
    """Per table its checks, and of MariaDB's column checks the columns that they are written on, with their expressions."""
    if scope.mariadb:
        query = (
            "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, 'YES', LEVEL"
            f" FROM information_schema.CHECK_CONSTRAINTS WHERE {scope.within('CONSTRAINT_SCHEMA')}"
        )
    else:
        query = (
            "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED, 'Table'"
            " FROM information_schema.TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS c"
            " ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME"
            f" WHERE t.CONSTRAINT_TYPE = 'CHECK' AND {scope.within('t.TABLE_SCHEMA')}"
        )
    found: dict[Key, tuple[list[Check], dict[str, str]]] = defaultdict(lambda: ([], {}))
    for database, table, name, clause, enforced, level in scope.rows(query):
        checks, inline = found[text(database), text(table)]
        expression = without_brackets(text(clause) if scope.mariadb else plain(text(clause)))
        checks.append(Check(expression=expression, name=text(name), enforced=enforced == "YES"))
        if level == "Column":
            inline[text(name)] = expression
    return found
