"""Defaults of columns in another dialect."""

import re

from dbwright.catalog.objects import Column
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine
from dbwright.writers.translation.expressions import translate_expression

_TRUTH = re.compile(r"\(?(?:b?'(?P<quoted>[01tf]|true|false)'|(?P<bare>[01]|true|false))(?:::\w+)?\)?", re.IGNORECASE)
_BITS = re.compile(r"b'([01]+)'(?:::.*)?", re.IGNORECASE)
_BYTES = re.compile(r"(?:x'|0x|'\\x)([0-9a-f]*)'?(?:::bytea)?", re.IGNORECASE)
_QUOTED_NUMBER = re.compile(r"'([+-]?\d+(?:\.\d+)?)'(?:::.*)?")
_UNBRACKETED_ON_MYSQL = re.compile(
    r"CURRENT_TIMESTAMP(\(\d\))?|'.*'|[+-]?\d+(\.\d+)?|b'[01]+'|x'[0-9a-f]*'|NULL|TRUE|FALSE", re.I | re.S
)
_LARGE = ("text", "json", "binary", "geometry")


def translate_default(column: Column, to: Type, source: Engine, target: Engine) -> str | None:
    """The default in the target's dialect for a column of type `to`; None where it cannot be translated."""
    if column.default is None or "nextval(" in column.default.lower():
        return None
    default = _literal(column.default.strip(), column.type, to, target.name)
    if default is None:
        default = translate_expression(column.default, source.dialect, target.dialect)
    if default is None:
        return None
    if target.name == "mysql":
        return _for_mysql(default, to)
    if target.name == "sqlite" and not default.startswith(("(", "'")) and not _is_plain(default):
        return f"({default})"
    return default


def _literal(default: str, old: Type, to: Type, target: str) -> str | None:
    """Literals that are spelled otherwise from engine to engine: truth, bits, bytes and quoted numbers."""
    if old.kind == "boolean" and (found := _TRUTH.fullmatch(default)):
        true = (found["quoted"] or found["bare"]).lower() in ("1", "t", "true")
        return str(true).lower() if target == "postgres" else str(int(true))
    if old.kind == "bit" and (found := _BITS.fullmatch(default)):
        return (
            f"B'{found[1]}'"
            if target == "postgres" and to.kind == "bit"
            else str(int(found[1], 2))
            if target == "sqlite"
            else f"b'{found[1]}'"
        )
    if old.kind == "binary" and (found := _BYTES.fullmatch(default)):
        return f"'\\x{found[1]}'" if target == "postgres" else f"x'{found[1]}'"
    if to.is_number and (found := _QUOTED_NUMBER.fullmatch(default)):
        return found[1]
    return None


def _for_mysql(default: str, to: Type) -> str:
    """MySQL wants brackets around expressions, and around every default of a large column."""
    if default == "CURRENT_TIMESTAMP" and to.kind in ("timestamp", "time") and to.precision:
        return f"CURRENT_TIMESTAMP({to.precision})"
    plain = _UNBRACKETED_ON_MYSQL.fullmatch(default) and not (default == "CURRENT_TIMESTAMP" and to.kind != "timestamp")
    large = to.kind in _LARGE and not (to.kind == "binary" and to.length)
    return default if plain and not large else f"({default})"


def _is_plain(default: str) -> bool:
    return bool(
        re.fullmatch(r"[+-]?\d+(\.\d+)?|x'[0-9a-f]*'|NULL|TRUE|FALSE|CURRENT_(TIMESTAMP|DATE|TIME)", default, re.I)
    )
