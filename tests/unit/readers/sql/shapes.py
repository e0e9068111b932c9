"""What two readings of the same schema must agree on, whatever they know beside it."""

from typing import Any

from dbwright.catalog.objects import Catalog, Table


def shape(catalog: Catalog) -> dict[str, Any]:
    """Tables with their columns, keys and indexes by name; views, sequences, enums and domains by name."""
    return {
        "tables": {(table.namespace, table.name): _table(table) for table in catalog.tables},
        "views": sorted((view.namespace, view.name, view.materialized) for view in catalog.views),
        "sequences": sorted((each.namespace, each.name) for each in catalog.sequences),
        "enums": sorted((each.namespace, each.name, each.labels) for each in catalog.enums),
        "domains": sorted((each.namespace, each.name, each.nullable) for each in catalog.domains),
        "routines": sorted((each.namespace, each.name, each.kind) for each in catalog.routines),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": table.kind,
        "comment": table.comment,
        "partition of": table.partition_of and table.partition_of.table,
        "row security": table.row_security,
        "columns": [
            (
                each.name, each.type.kind, each.type.length, each.type.user_type, each.nullable, each.default is not None,
                each.generated and each.generated.stored, each.identity and each.identity.generation, each.comment,
            )
            for each in table.columns
        ],
        "primary key": table.primary_key and (table.primary_key.name, table.primary_key.columns),
        "uniques": sorted((each.name or "", each.columns, each.nulls_distinct) for each in table.uniques),
        "foreign keys": sorted(
            (each.name or "", each.columns, each.table, each.referenced, each.on_delete, each.on_update, each.validated,
             each.deferral or "")
            for each in table.foreign_keys
        ),
        "checks": sorted(each.name or "" for each in table.checks),
        "indexes": sorted(
            (each.name, each.columns, each.unique, each.method, each.predicate is not None) for each in table.indexes
        ),
        "triggers": sorted((each.name, each.timing, each.events, each.for_each) for each in table.triggers),
        "policies": sorted((each.name, each.command, each.roles) for each in table.policies),
    }  # fmt: skip
