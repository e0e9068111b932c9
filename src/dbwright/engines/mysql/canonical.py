"""One spelling for what can be written in several ways, so that a round trip compares equal."""

import re
from functools import lru_cache

import msgspec

from dbwright.catalog.objects import Action, Catalog, Check, Column, ForeignKey, Generated, Table
from dbwright.engines.mysql.column_types import canonical_spelling, read_type
from dbwright.engines.mysql.text import tokens, unquote, without_brackets
from dbwright.engines.mysql.words import literal

_NOW = re.compile(r"(?:current_timestamp|now|localtime|localtimestamp)\s*(?:\(\s*(\d*)\s*\))?", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|b'[01]*'|0x[0-9A-Fa-f]+|[xX]'[0-9A-Fa-f]*'")


@lru_cache(maxsize=4096)
def canonical_default(expression: str | None) -> str | None:
    """A default: the current time under one name, strings escaped one way, no brackets around; None for NULL."""
    if expression is None:
        return None
    expression = without_brackets(expression)
    if expression.upper() == "NULL":
        return None
    now = canonical_now(expression)
    if now:
        return now
    if expression.upper() in ("TRUE", "FALSE"):
        return "1" if expression.upper() == "TRUE" else "0"
    if expression.startswith("'") and len(tokens(expression)) == 1:
        return literal(unquote(expression))
    return expression


def canonical_now(expression: str) -> str | None:
    """CURRENT_TIMESTAMP, with its precision, for all its spellings; None for any other expression."""
    now = _NOW.fullmatch(expression.strip())
    if now is None or expression.lower().strip() == "now":
        return None
    return f"CURRENT_TIMESTAMP({now[1]})" if now[1] and now[1] != "0" else "CURRENT_TIMESTAMP"


def is_literal(default: str) -> bool:
    """Whether a canonical default is a plain value, which needs no brackets, or the current time, which takes none."""
    if canonical_now(default) or _NUMBER.fullmatch(default) or default.upper() == "NULL":
        return True
    return default.startswith("'") and len(tokens(default)) == 1


def canonical_action(action: str) -> Action:
    """What a foreign key does. RESTRICT and NO ACTION are the same in InnoDB."""
    match action.lower():
        case "cascade":
            return "cascade"
        case "set null":
            return "set null"
        case "set default":
            return "set default"
    return "no action"


def canonical(catalog: Catalog) -> Catalog:
    """A catalog that was parsed or written by hand, spelled as the server would print it."""
    mariadb = catalog.engine == "mariadb"
    return msgspec.structs.replace(catalog, tables=tuple(_table(table, mariadb) for table in catalog.tables))


def _table(table: Table, mariadb: bool) -> Table:
    key = table.primary_key.columns if table.primary_key else ()
    return msgspec.structs.replace(
        table,
        columns=tuple(_column(column, mariadb, in_key=column.name in key) for column in table.columns),
        foreign_keys=tuple(_foreign_key(each) for each in table.foreign_keys),
        checks=tuple(_check(check) for check in table.checks),
    )


def _column(column: Column, mariadb: bool, *, in_key: bool) -> Column:
    generated = column.generated
    return msgspec.structs.replace(
        column,
        type=read_type(canonical_spelling(column.type.spelling, mariadb=mariadb)),
        nullable=column.nullable and not in_key,
        default=canonical_default(column.default),
        on_update=canonical_default(column.on_update),
        generated=Generated(expression=without_brackets(generated.expression), stored=generated.stored)
        if generated
        else None,
    )


def _foreign_key(key: ForeignKey) -> ForeignKey:
    return msgspec.structs.replace(
        key, on_delete=canonical_action(key.on_delete), on_update=canonical_action(key.on_update)
    )


def _check(check: Check) -> Check:
    return msgspec.structs.replace(check, expression=without_brackets(check.expression))
