"""The tables in which migration tools keep their own records: they belong to no schema that anyone designed."""

import msgspec

from dbwright.catalog.objects import Catalog

TABLES = frozenset(
    (
        "dbwright_migrations",
        "dbwright_batches",
        "dbwright_online",
        "dbwright_online_guard",
        "alembic_version",
        "django_migrations",
        "flyway_schema_history",
        "schema_migrations",
        "schema_version",
        "_prisma_migrations",
        "atlas_schema_revisions",
        "databasechangelog",
        "databasechangeloglock",
    )
)


_SCHEMA = "dbwright_online"
"""The PostgreSQL schema in which an online change keeps its functions while it is under way."""


def without_bookkeeping(catalog: Catalog, *more: str) -> Catalog:
    """The catalog without the tables in which tools keep records, nor what belongs to them; more: further names."""
    names = TABLES | set(more)
    gone = {(table.namespace, table.name) for table in catalog.tables if table.name.lower() in names}
    if not gone and all(each.name != _SCHEMA for each in catalog.namespaces):
        return catalog
    return msgspec.structs.replace(
        catalog,
        tables=tuple(table for table in catalog.tables if (table.namespace, table.name) not in gone),
        sequences=tuple(each for each in catalog.sequences if not each.owned_by or each.owned_by[:2] not in gone),
        grants=tuple(
            grant for grant in catalog.grants if grant.on.path[:2] not in gone and grant.on.path[:1] != (_SCHEMA,)
        ),
        namespaces=tuple(each for each in catalog.namespaces if each.name != _SCHEMA),
        routines=tuple(each for each in catalog.routines if each.namespace != _SCHEMA),
    )
