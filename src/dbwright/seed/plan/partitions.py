"""Rows must fall into a partition that exists: the bounds of a table's partitions as one more check of the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from dbwright.catalog.objects import Catalog, Check, KeyPart, Partitioning, Table

NAME = "that there is a partition"
_DEFAULT = "DEFAULT"
_ITEM = re.compile(r"'(?:[^']|'')*'|\((?:[^()']|'(?:[^']|'')*')*\)|[^,'()\s]+(?:\s*\([^()]*\))?")
_EDGES = ("MINVALUE", "MAXVALUE")
_LESS = re.compile(r"VALUES\s+LESS\s+THAN\s+(MAXVALUE|\((?:[^()']|'(?:[^']|'')*')*\))", re.IGNORECASE)
_IN = re.compile(r"VALUES\s+IN\s*\(((?:[^()']|'(?:[^']|'')*'|\((?:[^()']|'(?:[^']|'')*')*\))*)\)", re.IGNORECASE)
_FUNCTION = re.compile(r"(year|to_days|unix_timestamp)\(\s*(`[^`]+`|\w+)\s*\)\Z", re.IGNORECASE)
_DAY_ZERO = 719_528 - date(1970, 1, 1).toordinal()


Partitions: TypeAlias = Mapping[tuple[str, str], Sequence[Table]]
"""By table, those that are partitions of it."""


def partitions_of(catalog: Catalog) -> Partitions:
    """The partitions of all tables."""
    found: dict[tuple[str, str], list[Table]] = {}
    for table in catalog.tables:
        if table.partition_of is not None:
            found.setdefault(table.partition_of.table, []).append(table)
    return found


def partition_check(table: Table, partitions: Partitions) -> Check | None:
    """What a row must meet to find a partition, in the engine's own SQL; None where every row finds one.

    A table without any partition gets a check that no row meets.
    """
    split = table.partitioning
    if split is None:
        return None
    inline = split.definition
    text = _postgres(table, split, partitions) if inline is None else _mysql(split, inline)
    return None if text is None else Check(name=NAME, expression=text)


# ---------------------------------------------------------------- PostgreSQL


def _postgres(table: Table, split: Partitioning, partitions: Partitions) -> str | None:
    parts = partitions.get((table.namespace, table.name), ())
    bounds = [each.partition_of.bound for each in parts if each.partition_of is not None]
    if not parts:
        return "false"
    if any(bound.strip().upper() == _DEFAULT for bound in bounds) or split.strategy == "hash":
        return None
    names = [_postgres_name(part, table) for part in split.parts]
    inner = [
        _postgres(each, each.partitioning, partitions) if each.partitioning is not None else None for each in parts
    ]
    choices: list[str] = []
    if split.strategy == "list":
        for bound, more in zip(bounds, inner, strict=True):
            items = _items(bound.partition("IN")[2].strip()[1:-1])
            choices.append(_both(_listed(names[0], items), more))
    else:
        ranges = [(*_range(bound), more) for bound, more in zip(bounds, inner, strict=True)]
        choices = [_both(_between(names, low, high), more) for low, high, more in _joined(ranges)]
    return " OR ".join(f"({choice})" for choice in choices) if len(choices) > 1 else choices[0]


def _postgres_name(part: KeyPart, table: Table) -> tuple[str, str]:
    """The part as an expression, and the cast that its bounds need."""
    if part.column is None:
        return (f"({part.expression})", "")
    column = table.column(part.column)
    quoted = part.column.replace('"', '""')
    return (f'"{quoted}"', f"::{column.type.spelling}" if column is not None else "")


def _range(bound: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    low, _, high = bound.partition(") TO (")
    return tuple(_items(low.partition("FROM (")[2])), tuple(_items(high.strip()[:-1]))


def _joined(
    ranges: Sequence[tuple[tuple[str, ...], tuple[str, ...], str | None]],
) -> list[tuple[tuple[str, ...], tuple[str, ...], str | None]]:
    """Ranges of which one begins where another ends, as one."""
    plain = {low: high for low, high, more in ranges if more is None}
    starts = [low for low in plain if low not in plain.values()] or list(plain)[:1]
    found: list[tuple[tuple[str, ...], tuple[str, ...], str | None]] = []
    for start in starts:
        end = plain[start]
        while end in plain and end != start:
            end = plain[end]
        found.append((start, end, None))
    return found + [each for each in ranges if each[2] is not None]


def _between(names: Sequence[tuple[str, str]], low: Sequence[str], high: Sequence[str]) -> str:
    parts = [*_edge(names, low, ">"), *_edge(names, high, "<")]
    present = [f"{name} IS NOT NULL" for name, _ in names]
    return " AND ".join([*parts, *present])


def _edge(names: Sequence[tuple[str, str]], bound: Sequence[str], sign: str) -> Iterator[str]:
    """The condition that a bound sets, column by column; a lower one belongs to the range, an upper one does not."""
    (name, cast), first = names[0], bound[0]
    if first in _EDGES:
        return
    value = f"{first}{cast}"
    if len(bound) == 1 or bound[1] in _EDGES:
        reached = sign == ">" if len(bound) == 1 else bound[1] == ("MINVALUE" if sign == ">" else "MAXVALUE")
        yield f"{name} {sign}{'=' if reached else ''} {value}"
        return
    rest = " AND ".join(_edge(names[1:], bound[1:], sign))
    yield f"({name} {sign} {value} OR ({name} = {value} AND {rest}))"


def _listed(name: tuple[str, str], items: Sequence[str]) -> str:
    values = [f"{item}{name[1]}" for item in items if item.upper() != "NULL"]
    absent = len(values) < len(items)
    if not values:
        return f"{name[0]} IS NULL"
    text = f"{name[0]} IN ({', '.join(values)})"
    return f"({text} OR {name[0]} IS NULL)" if absent else f"{text} AND {name[0]} IS NOT NULL"


def _both(first: str, second: str | None) -> str:
    return first if second is None else f"({first}) AND ({second})"


# ---------------------------------------------------------------- MySQL and MariaDB


def _mysql(split: Partitioning, definition: str) -> str | None:
    names = [(part.expression or f"`{(part.column or '').replace('`', '``')}`", "") for part in split.parts]
    if split.strategy.startswith("range"):
        found = _LESS.findall(definition)
        if not found or found[-1].upper() == "MAXVALUE":
            return None
        bound = _items(found[-1][1:-1])
        if not bound or bound[0].upper() == "MAXVALUE":
            return None
        name, value = _plainer(names[0][0], bound[0]) if len(bound) == 1 else (names[0][0], bound[0])
        return " AND ".join(_edge([(name, ""), *names[1:]], [value, *bound[1:]], "<"))
    if split.strategy.startswith("list"):
        if re.search(r"VALUES\s+IN\s*\(\s*DEFAULT\s*\)|PARTITION\s+\S+\s+DEFAULT\b", definition, re.IGNORECASE):
            return None
        items = [item for text in _IN.findall(definition) for item in _items(text)]
        if len(names) == 1:
            return _listed(names[0], items)
        rows = [_items(item[1:-1]) for item in items]
        same = [" AND ".join(f"{name} = {value}" for (name, _), value in zip(names, row, strict=False)) for row in rows]
        return " OR ".join(f"({each})" for each in same) if same else None
    return None


def _plainer(expression: str, bound: str) -> tuple[str, str]:
    """A bound of a usual function of a moment as a bound of the moment itself."""
    match = _FUNCTION.match(expression.strip())
    if match is None or not re.fullmatch(r"\d+", bound):
        return (expression, bound)
    number = int(bound)
    match match[1].lower():
        case "year" if 1 <= number <= 9999:
            return (match[2], f"'{number:04d}-01-01'")
        case "to_days" if number > _DAY_ZERO:
            return (match[2], f"'{date.fromordinal(number - _DAY_ZERO).isoformat()}'")
        case "unix_timestamp":
            return (match[2], f"'{datetime.fromtimestamp(number, UTC).strftime('%Y-%m-%d %H:%M:%S')}'")
    return (expression, bound)


def _items(text: str) -> list[str]:
    """What stands between commas, literals and brackets in one piece."""
    return [match.strip() for match in _ITEM.findall(text)]
