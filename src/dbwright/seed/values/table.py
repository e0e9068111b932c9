"""The values of a table: every column that is written and no foreign key, each by its meaning, its type and its hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.errors import UsageError
from dbwright.relationships.words import words
from dbwright.seed.base import ColumnHint, Limit, Settings, Values
from dbwright.seed.values.asked import Asked, resolved
from dbwright.seed.values.by_hint import by_hint, goes_with
from dbwright.seed.values.by_meaning import by_meaning
from dbwright.seed.values.by_time import moments
from dbwright.seed.values.by_type import enum_labels, labels, of_type
from dbwright.seed.values.flags import flag_by_default
from dbwright.seed.values.json_values import Documents, is_json
from dbwright.seed.values.limited import allowed_only, in_room, told, within_limits
from dbwright.seed.values.meaning import meaning_of
from dbwright.seed.values.nulls import null_share
from dbwright.seed.values.pools import check_locale
from dbwright.seed.values.source import Constant, OneColumn, Source
from dbwright.seed.values.time_texts import TimeTexts, time_kind

_FEW = 1_000_000
"""Different values that a key may need: a meaning with fewer gives way to the type, where that has more."""


def values_for(table: Table, catalog: Catalog, settings: Settings, limits: Mapping[str, Limit]) -> list[Values]:
    """How the values of every written column are made that is no foreign key and not computed by the database.

    limits: by column name, what types and checks allow. Each of the result makes one column; what it needs are columns
    of the same table, never in a circle. Raises UsageError for a hint that names no column, meaning or distribution.
    """
    check_locale(settings.locale)
    hints = settings.table((table.namespace, table.name)).columns
    for name in hints:
        if table.column(name) is None:
            raise UsageError(f'The settings speak of a column "{name}", which the table {table.ref} does not have.')
    referring = {name for key in table.foreign_keys for name in key.columns}
    types = _Types(catalog)
    asked = {
        column.name: _asked(table, column, types, settings, limits.get(column.name, Limit()), hints)
        for column in table.columns
        if column.generated is None and column.name not in referring
    }
    siblings = {(each.prefix, each.meaning): name for name, each in reversed(asked.items()) if each.meaning}
    asked = {name: replace(each, siblings=siblings) for name, each in asked.items()}
    times = {
        name: words(name)
        for name, each in asked.items()
        if each.type.kind in ("date", "timestamp") or (each.type.is_text and time_kind(each.words, each.room))
    }
    sources: dict[str, Source] = {}
    for name in _ordered(asked):
        source = source_of(asked[name], times)
        sources[name] = goes_with(asked[name], source, sources) if asked[name].hint.correlate else source
    sources = _without_circles(sources, asked)
    return [OneColumn(name, sources[name], nulls=null_share(asked[name])) for name in asked]


def source_of(asked: Asked, times: Mapping[str, tuple[str, ...]]) -> Source:
    """The source of one column: its hint, then its only allowed values, then its meaning, then its type.

    times: the columns of dates and timestamps of the table, with the words of their names.
    """
    found = by_hint(asked) or allowed_only(asked)
    if found is not None:
        return found
    if asked.type.kind == "enum" and asked.labels:
        return labels(asked)
    if (flag := flag_by_default(asked)) is not None:
        return within_limits(asked, flag)
    if asked.type.kind in ("date", "timestamp"):
        return moments(asked, dict(times))
    if asked.type.is_text and asked.hint.meaning is None:
        if kind := time_kind(asked.words, asked.room):
            inner = replace(asked, type=Type(kind, asked.type.spelling, precision=3 if kind == "timestamp" else None))
            texts = TimeTexts(asked, moments(inner, dict(times)), is_date=kind == "date")
            return within_limits(asked, texts)
        if is_json(asked):
            return Documents(asked)
    if asked.limit.highest is not None and asked.limit.lowest == asked.limit.highest:
        return Constant(asked.limit.lowest)
    meant = by_meaning(asked)
    if meant is None or not in_room(asked, meant):
        return within_limits(asked, of_type(asked))
    if (asked.column.name,) in asked.table.keys and meant.capacity is not None and meant.capacity < _FEW:
        plain = of_type(asked)
        if plain.capacity is None or plain.capacity > meant.capacity:
            return within_limits(asked, plain)
    return within_limits(asked, meant)


class _Types:
    """The types that a catalog defines, by name."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.domains = {(each.namespace, each.name): each for each in catalog.domains}
        self.enums = {(each.namespace, each.name): each for each in catalog.enums}


def _asked(
    table: Table, column: Column, types: _Types, settings: Settings, limit: Limit, hints: Mapping[str, ColumnHint]
) -> Asked:
    type_ = resolved(column.type, types.domains)
    hint = hints.get(column.name, ColumnHint())
    if hint.nulls and not column.nullable:
        raise UsageError(f"The settings ask for NULL in {table.ref}.{column.name}, which is NOT NULL.")
    known = meaning_of(table, column, type_)
    prefix, meaning = known or ((), None)
    return Asked(
        table, column, types.catalog, settings, told(limit, type_), hint, type_, enum_labels(type_, types.enums),
        meaning=hint.meaning or meaning, prefix=prefix,
    )  # fmt: skip


def _ordered(asked: Mapping[str, Asked]) -> list[str]:
    """The columns so that one that goes with another comes after it."""
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise UsageError(f"The columns {', '.join(path)} go with each other in a circle.")
        if name in order or name not in asked:
            return
        for other in asked[name].hint.correlate or {}:
            visit(other, (*path, name))
        order.append(name)

    for name in asked:
        visit(name, ())
    return order


def _without_circles(sources: dict[str, Source], asked: Mapping[str, Asked]) -> dict[str, Source]:
    """The sources, where the first column of a circle of needs is made by its type alone."""
    done: set[str] = set()
    found = dict(sources)

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            alone = msgspec.structs.replace(asked[name].hint, meaning=None)
            found[name] = of_type(replace(asked[name], hint=alone, meaning=None, siblings={}))
            return
        if name in done or name not in found:
            return
        for other in found[name].needs:
            visit(other, (*path, name))
        done.add(name)

    for name in sources:
        visit(name, ())
    return found
