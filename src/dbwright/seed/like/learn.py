"""From what was seen of a database to hints for the rows of another one of the same schema."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.engines.base import Session
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault
from dbwright.seed.base import ColumnHint, RelationHint, Settings, TableHint
from dbwright.seed.like.aggregates import count_table
from dbwright.seed.like.postgres import seen_by_planner
from dbwright.seed.like.seen import BUCKETS, MOST_CATEGORIES, Seen, SeenTable, about, bounds, steepness
from dbwright.seed.values.meaning import meaning_of

_MEASURED = ("integer", "decimal", "float", "money", "date", "timestamp", "year")
_CATEGORIES = frozenset(
    "status type role payment_method currency language_code country_code category size priority gender card_brand mime_type "
    "http_method event continent time_zone color language salutation".split()
)
"""Meanings of texts that name a category and no person or thing."""

Found = dict[tuple[str, str], SeenTable]


def learn(
    session: Session, catalog: Catalog, settings: Settings, categories: bool = False
) -> tuple[Settings, tuple[str, ...]]:
    """The settings with hints learned from another database, and sentences on what was learned.

    session: of that database. catalog: of the database that will be filled; tables and columns are matched by name.
    Only shares, rounded bounds of numbers and times, and counts are taken over; of texts nothing at all, but for the values of
    columns that have few, each in many rows, where `categories` asks for them. What the settings say themselves stays.
    """
    source = session.inspect().catalog
    found, sentences = _seen(session, source, categories)
    by_name = {(table.namespace, table.name): table for table in source.tables}
    tables = dict(settings.tables)
    for table in catalog.tables:
        path = _match(table, by_name)
        seen = found.get(path) if path else None
        if path is None or seen is None:
            sentences.append(
                f"{table.ref}: the other database has no such table, or it cannot be read; nothing was learned."
            )
            continue
        learned = _table_hint(table, by_name[path], seen, found, categories, settings)
        key = _key(table, tables)
        tables[key] = _over(tables.get(key, TableHint()), learned)
        sentences.append(_told(table, learned, seen))
    return msgspec.structs.replace(settings, tables=tables), tuple(sentences)


def _seen(session: Session, source: Catalog, categories: bool) -> tuple[Found, list[str]]:
    if source.engine == "postgres":
        return seen_by_planner(session, source, categories=categories), []
    found: Found = {}
    sentences: list[str] = []
    quote = engine(session.url.scheme).quote
    for table in source.tables:
        try:
            found[table.namespace, table.name] = count_table(session, table, quote, categories=categories)
        except ExecutionFault as fault:
            sentences.append(f"{table.ref} of the other database cannot be read: {fault.message}")
    return found, sentences


def _match(table: Table, by_name: Mapping[tuple[str, str], Table]) -> tuple[str, str] | None:
    """The table of the same name, in the same schema where there is one."""
    if (table.namespace, table.name) in by_name:
        return table.namespace, table.name
    named = [path for path in by_name if path[1] == table.name]
    return named[0] if len(named) == 1 else None


def _key(table: Table, tables: Mapping[str, TableHint]) -> str:
    """Under which name the settings speak of the table, or should."""
    whole = ".".join(part for part in (table.namespace, table.name) if part)
    return table.name if table.name in tables and whole not in tables else whole


def _table_hint(
    table: Table, other: Table, seen: SeenTable, found: Found, categories: bool, settings: Settings
) -> TableHint:
    referring = {name for key in table.foreign_keys for name in key.columns}
    keys = {name for key in table.keys if len(key) == 1 for name in key}
    columns = {
        column.name: hint
        for column in table.columns
        if column.name in seen.columns
        and (same := other.column(column.name)) is not None
        and column.name not in referring
        and column.generated is None
        and (
            hint := _column_hint(
                table, column, same, seen.columns[column.name], seen.rows, column.name in keys, categories
            )
        )
    }
    relations: dict[str, RelationHint] = {}
    for key in other.foreign_keys:
        parent = found.get(key.table)
        child = seen.columns.get(key.columns[0]) if len(key.columns) == 1 else None
        if parent and child and parent.rows and child.distinct and seen.rows:
            relations[key.columns[0]] = _relation(child, seen.rows, parent.rows)
    rows = about(seen.rows) if settings.rows is None and seen.rows > 0 else None
    return TableHint(rows=rows, columns=columns, relations=relations)


def _relation(child: Seen, rows: int, parents: int) -> RelationHint:
    """How the rows of a table spread over the parents that one of its columns names."""
    used = min(child.distinct or 1.0, float(parents))
    steep = steepness(child.top, used) if child.top and used >= 10 else 0.0
    return RelationHint(
        per_parent=float(f"{rows * (1 - child.null_share) / max(used, 1.0):.3g}"),
        childless=round(min(max(1 - used / parents, 0.0), 0.99), 2),
        skew="log-normal" if steep >= 0.1 else "even",
        strength=steep if steep >= 0.1 else None,
    )


def _column_hint(
    table: Table, column: Column, other: Column, seen: Seen, rows: int, key: bool, categories: bool
) -> ColumnHint | None:
    """What is taken over of a column; None for nothing."""
    nulls = round(seen.null_share, 3) if column.nullable else None
    if key:
        return None
    values = _values(table, column, seen, categories)
    if values is not None:
        return ColumnHint(nulls=nulls, values=dict(values))
    present = rows * (1 - seen.null_share)
    measured = column.type.kind in _MEASURED and other.type.kind in _MEASURED
    # Bounds between a few values would be those values: such a column has categories, which are taken over only if asked for.
    many = seen.distinct is None or seen.distinct >= 2 * BUCKETS
    if measured and many and (found := bounds(seen.points, present)):
        return ColumnHint(nulls=nulls, quantiles=found)
    return ColumnHint(nulls=nulls) if nulls is not None else None


def _values(table: Table, column: Column, seen: Seen, categories: bool) -> dict[str, float] | None:
    """The frequent values with their shares: of truth values and enums, whose values the schema names; of others if asked for."""
    shares = {value: round(share, 3) for value, share in seen.shares.items()}
    if column.type.kind == "boolean":
        words = {"true": "true", "t": "true", "1": "true", "false": "false", "f": "false", "0": "false"}
        return {words[value.lower()]: share for value, share in shares.items() if value.lower() in words} or None
    if column.type.kind == "enum":
        return shares or None
    few = (
        seen.distinct is not None
        and seen.distinct <= MOST_CATEGORIES
        and sum(shares.values()) > 0.8 * (1 - seen.null_share)
    )
    if not categories or not few or not shares or not column.type.is_text:
        return None
    meaning = meaning_of(table, column, column.type)
    named = meaning is not None and meaning[1] not in _CATEGORIES
    if named or any(len(value) > 40 or secret_shape(value) for value in shares):
        return None
    return shares


def _over(said: TableHint, learned: TableHint) -> TableHint:
    """What was said, and below it what was learned."""
    columns = dict(learned.columns)
    for name, hint in said.columns.items():
        same = columns.get(name)
        nulls = hint.nulls if hint.nulls is not None or same is None else same.nulls
        columns[name] = msgspec.structs.replace(hint, nulls=nulls)
    return msgspec.structs.replace(
        said,
        rows=said.rows if said.rows is not None else learned.rows,
        columns=columns,
        relations={**learned.relations, **said.relations},
    )


def _told(table: Table, learned: TableHint, seen: SeenTable) -> str:
    """One sentence on what was learned of a table."""
    measured = sum(hint.quantiles is not None for hint in learned.columns.values())
    listed = sum(hint.values is not None for hint in learned.columns.values())
    nulls = sum(bool(hint.nulls) for hint in learned.columns.values())
    parts = [f"about {about(seen.rows):,} rows"]
    for count, what in (
        (measured, "distribution"),
        (listed, "list of frequent values"),
        (nulls, "share of NULL"),
        (len(learned.relations), "relation"),
    ):
        if count:
            plural = what if count == 1 else what.replace("list of", "lists of").replace("share of", "shares of")
            parts.append(f"{count} {plural}{'s' if count > 1 and plural == what else ''}")
    note = f"; {seen.note}" if seen.note else ""
    return f"{table.ref}: {', '.join(parts)}{note}."
