"""Hand-written spellings → the server's own, for catalogs that were parsed or written instead of read from a server."""

import re

import msgspec

from dbwright.catalog.objects import Catalog, Domain, Table
from dbwright.catalog.parts import Check, Column, ForeignKey, Index, PrimaryKey, Unique
from dbwright.catalog.types import Type
from dbwright.engines.postgres.ddl_columns import cut_together
from dbwright.engines.postgres.sqltext import without_outer_brackets
from dbwright.engines.postgres.types import canonical_type

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_TEXT = re.compile(r"'(?:[^']|'')*'\Z")
_CASTED = ("character varying", "character", "bpchar", "text", "date", "timestamp", "time", "interval", "json", "uuid")


def canonical(catalog: Catalog) -> Catalog:
    """The same catalog with types spelled as the server prints them, and names where the server would give them.

    Expressions are only touched where there is no doubt: brackets around the whole, and plain constants.
    """
    keys = {(table.namespace, table.name): table.primary_key.columns for table in catalog.tables if table.primary_key}
    return msgspec.structs.replace(
        catalog,
        tables=tuple(_table(table, keys) for table in catalog.tables),
        domains=tuple(_domain(domain) for domain in catalog.domains),
    )


def _table(table: Table, keys: dict[tuple[str, str], tuple[str, ...]]) -> Table:
    primary = table.primary_key
    named = set(primary.columns if primary else ())
    columns = tuple(_column(column, column.name in named) for column in table.columns)
    taken: set[str] = set()
    return msgspec.structs.replace(
        table,
        columns=columns,
        primary_key=_primary_key(primary, table, taken) if primary else None,
        uniques=tuple(_unique(unique, table, taken) for unique in table.uniques),
        foreign_keys=tuple(_foreign_key(key, table, keys, taken) for key in table.foreign_keys),
        checks=tuple(_check(check, table, taken) for check in table.checks),
        indexes=tuple(_index(index) for index in table.indexes),
    )


def _column(column: Column, in_key: bool) -> Column:
    type_ = canonical_type(column.type)
    generated = column.generated
    if generated:
        generated = msgspec.structs.replace(generated, expression=without_outer_brackets(generated.expression))
    return msgspec.structs.replace(
        column,
        type=type_,
        nullable=column.nullable and not in_key and column.identity is None,
        default=_default(column.default, type_),
        generated=generated,
    )


def _default(default: str | None, type_: Type) -> str | None:
    """A plain text gets the cast that the server writes behind it; true, false and NULL their own case."""
    if default is None:
        return None
    text = without_outer_brackets(default)
    low = text.lower()
    if low == "null":
        return None
    if low in ("true", "false"):
        return low
    if low in ("now()", "now( )"):
        return "now()"
    if low in ("current_timestamp", "current_date", "current_time", "localtimestamp", "localtime", "current_user"):
        return low.upper()
    if _NUMBER.match(text) and type_.kind in ("decimal", "float") and text.startswith("-"):
        return f"'{text}'::{'integer' if '.' not in text else 'numeric'}"
    if _TEXT.match(text) and (type_.spelling.startswith(_CASTED) or type_.user_type):
        return f"{text}::{re.sub(r'[(][0-9, ]+[)]', '', type_.spelling)}"
    return text


def _name(table: Table, columns: tuple[str, ...], label: str, taken: set[str]) -> str:
    """The name that the server would choose."""
    first = cut_together(table.name, "_".join(columns), label)
    name, number = first, 0
    while name in taken:
        number += 1
        name = cut_together(table.name, "_".join(columns), f"{label}{number}")
    taken.add(name)
    return name


def _primary_key(key: PrimaryKey, table: Table, taken: set[str]) -> PrimaryKey:
    return msgspec.structs.replace(key, name=key.name or _name(table, (), "pkey", taken))


def _unique(unique: Unique, table: Table, taken: set[str]) -> Unique:
    return msgspec.structs.replace(unique, name=unique.name or _name(table, unique.columns, "key", taken))


def _foreign_key(
    key: ForeignKey, table: Table, keys: dict[tuple[str, str], tuple[str, ...]], taken: set[str]
) -> ForeignKey:
    return msgspec.structs.replace(
        key,
        name=key.name or _name(table, key.columns, "fkey", taken),
        referenced=key.referenced or keys.get(key.table, ()),
    )


def _check(check: Check, table: Table, taken: set[str]) -> Check:
    expression = without_outer_brackets(check.expression)
    mentioned = [
        column.name
        for column in table.columns
        if re.search(rf"(?<![\w$]){re.escape(column.name)}(?![\w$])", expression)
    ]
    columns = tuple(mentioned) if len(mentioned) == 1 else ()
    return msgspec.structs.replace(
        check, expression=expression, name=check.name or _name(table, columns, "check", taken)
    )


def _index(index: Index) -> Index:
    parts = tuple(
        msgspec.structs.replace(part, expression=without_outer_brackets(part.expression)) if part.expression else part
        for part in index.parts
    )
    predicate = without_outer_brackets(index.predicate) if index.predicate else None
    return msgspec.structs.replace(index, parts=parts, predicate=predicate)


def _domain(domain: Domain) -> Domain:
    type_ = canonical_type(domain.type)
    checks = tuple(
        msgspec.structs.replace(
            check,
            expression=without_outer_brackets(check.expression),
            name=check.name or cut_together(domain.name, "", "check"),
        )
        for check in domain.checks
    )
    return msgspec.structs.replace(domain, type=type_, checks=checks, default=_default(domain.default, type_))
