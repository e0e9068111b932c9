"""The short form of a rollup, written as the query that it stands for: `daily_sales=orders by day(ordered_at), product_id sum amount`."""

import re
from collections.abc import Callable

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.denormalize.asked import NAME, PATH, find_named, read_path, unquoted
from dbwright.denormalize.expressions import column_named
from dbwright.errors import UsageError

_SHORT = re.compile(
    rf"\s*(?P<table>{PATH})\s+by\s+(?P<groups>.+?)(?:\s+sum\s+(?P<sums>{NAME}(?:\s*,\s*{NAME})*))?"
    r"(?:\s+where\s+(?P<where>.+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_GROUP = re.compile(
    rf"\s*(?:(?P<bucket>hour|day|week|month|year)\s*\(\s*(?P<of>{NAME})\s*\)|(?P<column>{NAME}))\s*", re.IGNORECASE
)
_HINT = "Write it like --rollup 'daily_sales=orders by day(ordered_at), product_id sum amount', or --rollup 'NAME=SELECT …'."

_FORMS: dict[str, dict[str, str]] = {
    "postgres": {
        "hour": "date_trunc('hour', {})",
        "day": "CAST({} AS date)",
        "week": "CAST(date_trunc('week', {}) AS date)",
        "month": "CAST(date_trunc('month', {}) AS date)",
        "year": "CAST(date_trunc('year', {}) AS date)",
    },
    "mysql": {
        "hour": "CAST(DATE_FORMAT({}, '%Y-%m-%d %H:00:00') AS datetime)",
        "day": "CAST({} AS date)",
        "week": "CAST(DATE_SUB({0}, INTERVAL WEEKDAY({0}) DAY) AS date)",
        "month": "CAST(DATE_FORMAT({}, '%Y-%m-01') AS date)",
        "year": "CAST(DATE_FORMAT({}, '%Y-01-01') AS date)",
    },
    "sqlite": {
        "hour": "strftime('%Y-%m-%d %H:00', {})",
        "day": "date({})",
        "week": "date({}, 'weekday 0', '-6 days')",
        "month": "strftime('%Y-%m-01', {})",
        "year": "strftime('%Y-01-01', {})",
    },
}


def named_query(text: str, catalog: Catalog, engine: str, quote: Callable[[str], str]) -> tuple[tuple[str, ...], str]:
    """The path of the name and the query of `NAME=SELECT …` or of the short form. Raises UsageError where it has neither."""
    name, equals, rest = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not understood.", hint=_HINT)
    if re.match(r"\s*(?:select|with)\b", rest, re.IGNORECASE):
        return read_path(name.strip()), rest.strip()
    return read_path(name.strip()), _query(rest, catalog, engine, quote)


def _query(text: str, catalog: Catalog, engine: str, quote: Callable[[str], str]) -> str:
    found = _SHORT.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is not understood as a rollup.", hint=_HINT)
    table = find_named(catalog, read_path(found["table"]), text)
    shown, groups = [], []
    for each in _listed(found["groups"]):
        group = _GROUP.fullmatch(each)
        if group is None:
            raise UsageError(f"{each!r} is neither a column nor hour, day, week, month or year of one.", hint=_HINT)
        column = _column(table, group["of"] or group["column"])
        value = quote(column.name)
        if group["bucket"]:
            value = _bucket(group["bucket"].lower(), column, table, engine, value)
            shown.append(f"{value} AS {quote(group['bucket'].lower())}")
        else:
            shown.append(value)
        groups.append(str(len(shown)))
    shown.append(f"count(*) AS {quote(f'{table.name}_count')}")
    for name in re.findall(NAME, found["sums"] or ""):
        column = _column(table, name)
        shown.append(f"sum({quote(column.name)}) AS {quote(f'{column.name}_sum')}")
    place = ".".join(quote(part) for part in (table.namespace, table.name) if part)
    where = f" WHERE {found['where'].strip()}" if found["where"] else ""
    return f"SELECT {', '.join(shown)} FROM {place}{where} GROUP BY {', '.join(groups)}"


def _bucket(bucket: str, column: Column, table: Table, engine: str, value: str) -> str:
    if column.type.kind not in ("date", "timestamp") and engine != "sqlite":
        raise UsageError(f"{table.ref}.{column.name} is {column.type.spelling}, which has no {bucket}.")
    if column.type.with_zone and engine == "postgres":
        value = f"({value} AT TIME ZONE 'UTC')"
    elif column.type.with_zone and engine == "mysql":
        value = f"CONVERT_TZ({value}, @@session.time_zone, '+00:00')"
    return _FORMS[engine][bucket].format(value)


def _column(table: Table, name: str) -> Column:
    found = column_named(table, unquoted(name))
    if found is None:
        raise UsageError(
            f"{table.ref} has no column {unquoted(name)}.", hint=f"It has {', '.join(c.name for c in table.columns)}."
        )
    return found


def _listed(text: str) -> list[str]:
    """A list at its commas, those inside of quotes left out."""
    return re.findall(r'(?:"(?:[^"]|"")*"|`[^`]*`|[^,"`])+', text)
