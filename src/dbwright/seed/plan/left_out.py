"""Which tables are filled at all, and in which form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.seed.base import Settings
from dbwright.seed.keys.links import optional
from dbwright.seed.plan.base import Existing, LeftOut, Path
from dbwright.seed.plan.partitions import NAME, Partitions, partition_check, partitions_of
from dbwright.seed.plan.trigger_targets import filled_by_triggers

_RECORDS = re.compile(
    r"alembic_version|django_migrations|schema_migrations|schema_version|ar_internal_metadata|flyway_schema_history|"
    r"databasechangelog(lock)?|knex_migrations(_lock)?|goose_db_version|__efmigrationshistory|_prisma_migrations|"
    r"atlas_schema_revisions|spatial_ref_sys|geometry_columns|sqlite_.*|dbwright_.*",
    re.IGNORECASE,
)


def filled_tables(catalog: Catalog, settings: Settings, existing: Existing) -> tuple[dict[Path, Table], list[LeftOut]]:
    """The tables that get rows, with what their partitions ask for, and those that get none, with the reason."""
    triggers = filled_by_triggers(catalog)
    partitions = partitions_of(catalog)
    names = {each.name.casefold() for each in catalog.tables}
    tables: dict[Path, Table] = {}
    left: dict[Path, str] = {}
    for table in catalog.tables:
        path = (table.namespace, table.name)
        if table.partition_of is not None:
            continue
        hint = settings.table(path)
        reason = _reason(table, catalog, partitions, names)
        if reason is None and hint.skip:
            reason = "it was left out, by the settings or by an option"
        if reason is None and hint.reference is not None and hint.rows is None:
            reason = "the settings give its rows"
        if reason is None and path in triggers and hint.rows is None:
            reason = triggers[path]
        if reason is None:
            tables[path] = with_partitions(table, partitions)
        elif not _RECORDS.fullmatch(table.name):
            left[path] = reason
    _children_too(tables, left, triggers, settings, existing)
    return tables, [LeftOut(table=path, reason=reason) for path, reason in left.items()]


def with_partitions(table: Table, partitions: Partitions) -> Table:
    """A partitioned table with the constraints that only its partitions have: rows written to it must meet them too."""
    parts = partitions.get((table.namespace, table.name), ())
    bounds = partition_check(table, partitions)
    if not parts and bounds is None:
        return table
    keys = {(key.columns, key.table, key.referenced): key for key in table.foreign_keys}
    checks = {check.expression: check for check in table.checks}
    uniques = {frozenset(unique.columns): unique for unique in table.uniques}
    indexes = {(index.parts, index.predicate): index for index in table.indexes}
    for each in (with_partitions(part, partitions) for part in parts):
        for key in each.foreign_keys:
            keys.setdefault((key.columns, key.table, key.referenced), key)
        for check in each.checks:
            if check.name != NAME:
                checks.setdefault(check.expression, check)
        for unique in each.uniques:
            uniques.setdefault(frozenset(unique.columns), unique)
        for index in each.indexes:
            if index.unique:
                indexes.setdefault((index.parts, index.predicate), index)
    return replace(
        table,
        foreign_keys=tuple(keys.values()),
        checks=(*checks.values(), *((bounds,) if bounds is not None else ())),
        uniques=tuple(uniques.values()),
        indexes=tuple(indexes.values()),
    )


def _reason(table: Table, catalog: Catalog, partitions: Partitions, names: Collection[str]) -> str | None:
    if _RECORDS.fullmatch(table.name):
        return "a tool keeps its own records in it"
    match table.kind:
        case "foreign":
            return "it stands on another server"
        case "virtual":
            return "it is a virtual table, whose module keeps its own rows"
    if table.temporary:
        return "it is temporary"
    if _homeless(table, partitions):
        return "it has no partition that could hold a row"
    return _dangling(table, names) if catalog.engine == "sqlite" else None


def _dangling(table: Table, names: Collection[str]) -> str | None:
    """SQLite writes no row of a table that refers to one that is not there, not even a row that refers to nothing."""
    gone = next((key.table[1] for key in table.foreign_keys if key.table[1].casefold() not in names), None)
    return None if gone is None else f"it refers to {gone}, which is not there"


def _homeless(table: Table, partitions: Partitions) -> bool:
    bounds = partition_check(table, partitions)
    return bounds is not None and bounds.expression == "false"


def _children_too(
    tables: dict[Path, Table],
    left: dict[Path, str],
    triggers: Mapping[Path, str],
    settings: Settings,
    existing: Existing,
) -> None:
    """Tables that must refer to one that only triggers fill are left out with it, unless somebody asked for their rows."""
    found = True
    while found:
        found = False
        for path, table in list(tables.items()):
            for key in table.foreign_keys:
                waits = key.table in left and (key.table in triggers or "whose rows" in left[key.table])
                if (
                    waits
                    and not optional(table, key)
                    and not existing.rows.get(key.table)
                    and settings.table(path).rows is None
                ):
                    parent = ".".join(part for part in key.table if part)
                    left[path] = f"it must refer to {parent}, whose rows are not known beforehand"
                    del tables[path]
                    found = True
                    break
