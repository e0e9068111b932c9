"""SQL expressions in another dialect, by sqlglot."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_PLAIN_TEXT = re.compile(r"'(?:[^'\\]|'')*'")
_NOW_SPELLINGS = re.compile(
    r"\(?\s*(now\(\)|current_timestamp(\(\d*\))?|datetime\('now'\)|localtimestamp(\(\d*\))?|transaction_timestamp\(\))\s*\)?",
    re.IGNORECASE,
)
_CAST_TEXT = re.compile(r"('(?:[^']|'')*')::[\w .\"]+(\(\d+(,\s*\d+)?\))?")


def translate_expression(
    expression: str, source: str, target: str, renamed: Mapping[str, str] | None = None
) -> str | None:
    """The expression in the target's dialect; None where it cannot be translated.

    renamed: columns that have another name in the target.
    """
    text = expression.strip()
    if cast := _CAST_TEXT.fullmatch(text):
        text = cast[1]
    if _PLAIN_NUMBER.fullmatch(text) or (_PLAIN_TEXT.fullmatch(text) and "\\" not in text):
        return text
    if _NOW_SPELLINGS.fullmatch(text):
        return "CURRENT_TIMESTAMP"
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(text, read=source)
        tree = tree.transform(partial(_common, renamed=renamed or {}))
        return str(tree.sql(dialect=target, unsupported_level=sqlglot.ErrorLevel.RAISE))
    except (SqlglotError, RecursionError):
        return None


def translate_query(query: str, source: str, target: str) -> str | None:
    """A SELECT in the target's dialect; None where it cannot be translated."""
    return translate_expression(query.strip().rstrip(";"), source, target)


def replace_value(expression: str, column: str, source: str) -> str | None:
    """A domain's check as a column's: VALUE becomes the column. Both in the source's dialect."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(expression, read=source)
    except (SqlglotError, RecursionError):
        return None
    named = exp.column(column, quoted=True)
    changed = tree.transform(
        lambda node: named.copy() if isinstance(node, exp.Column) and node.name.upper() == "VALUE" else node
    )
    return changed.sql(dialect=source)


def _common(node: Any, renamed: Mapping[str, str]) -> Any:
    """One step from what only PostgreSQL prints (`a = ANY (ARRAY[…])`, casts of literals) to what all engines know."""
    from sqlglot import exp

    if isinstance(node, exp.Column) and node.name in renamed and renamed[node.name] != node.name:
        return exp.column(renamed[node.name], quoted=True)
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any) and (listed := _array(node.expression.this)):
        return exp.In(this=_uncast(node.this), expressions=listed)
    every = node.expression if isinstance(node, exp.NEQ) else None
    if isinstance(every, exp.Anonymous) and every.name.upper() == "ALL" and (listed := _array(every.expressions[0])):
        return exp.Not(this=exp.In(this=_uncast(node.this), expressions=listed))
    if isinstance(node, exp.Cast) and node.is_type(*exp.DataType.TEXT_TYPES):
        inner = node.this.unnest()
        return inner if isinstance(inner, exp.Literal) and inner.is_string else node
    return node


def _array(node: Any) -> list[Any]:
    """The elements of `(ARRAY['a'::text, …])::text[]`; nothing where it is no such list."""
    from sqlglot import exp

    inner = node.unnest()
    while isinstance(inner, exp.Cast):
        inner = inner.this.unnest()
    return [_uncast(each) for each in inner.expressions] if isinstance(inner, exp.Array) else []


def _uncast(node: Any) -> Any:
    from sqlglot import exp

    inner = node.unnest()
    while isinstance(inner, exp.Cast) and inner.is_type(*exp.DataType.TEXT_TYPES):
        inner = inner.this.unnest()
    return inner
