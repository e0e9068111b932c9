"""Whether a catalog could exist: everything that is named is there, and no name is given twice."""

from collections import Counter
from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.needs import relations_of


def faults(catalog: Catalog) -> list[str]:
    """What no server would hold, in words; empty for a sound catalog."""
    return [*_names(catalog), *_references(catalog)]


def _names(catalog: Catalog) -> Iterator[str]:
    postgres = catalog.engine == "postgres"
    relations: list[str] = []
    for kind in ("tables", "views", "sequences", "enums", "composites", "domains"):
        relations += [each.name for each in getattr(catalog, kind)]
    for holder in relations_of(catalog):
        if catalog.engine != "mysql":
            relations += [index.name for index in holder.indexes]
        if postgres and isinstance(holder, Table):
            relations += [unique.name for unique in holder.uniques if unique.name]
            relations += [holder.primary_key.name] if holder.primary_key and holder.primary_key.name else []
    folded = relations if postgres else [name.casefold() for name in relations]
    yield from (f"the name {name} is given {count} times" for name, count in Counter(folded).items() if count > 1)
    for table in catalog.tables:
        for parts in (table.columns, table.checks, table.foreign_keys, table.triggers, table.policies, table.indexes):
            names = Counter(part.name for part in parts if part.name)
            yield from (f"{table.name} has {count} parts {name}" for name, count in names.items() if count > 1)


def _references(catalog: Catalog) -> Iterator[str]:
    tables = {table.ref.path: table for table in catalog.tables}
    there = {each.ref for each in relations_of(catalog)} | {each.ref for each in catalog.routines}
    enums = {(enum.namespace, enum.name) for enum in catalog.enums}
    routines = {routine.name for routine in catalog.routines}
    sequences = {sequence.name for sequence in catalog.sequences}
    for table in catalog.tables:
        names = {column.name for column in table.columns}
        if not names:
            yield f"{table.name} has no columns"
        used = set(table.primary_key.columns if table.primary_key else ())
        used |= {name for unique in table.uniques for name in unique.columns}
        used |= {name for index in table.indexes for name in index.columns if name}
        used |= {name for key in table.foreign_keys for name in key.columns}
        yield from (f"{table.name} has no column {name}" for name in used - names)
        for column in table.columns:
            if column.type.user_type and column.type.user_type not in enums:
                yield f"{table.name}.{column.name} has the type {column.type.user_type}, which is not there"
            if column.default and "nextval" in column.default and "counted" not in sequences:
                yield f"{table.name}.{column.name} counts with a sequence that is not there"
        for key in table.foreign_keys if catalog.engine != "sqlite" else ():
            parent = tables.get(key.table)
            if parent is None or sorted(key.referenced) not in [sorted(each) for each in parent.keys]:
                yield f"{table.name} refers to {key.table} ({key.referenced}), which is no key"
        for trigger in table.triggers:
            called = trigger.definition.partition("EXECUTE FUNCTION ")[2].removesuffix("()")
            if called and called not in routines:
                yield f"{table.name} has the trigger {trigger.name}, whose routine is not there"
        for policy in table.policies:
            if not any(f'"{name}"' in (policy.using or "") for name in names):
                yield f"{table.name} has the policy {policy.name} over a column that is not there"
    for view in catalog.views:
        yield from (f"{view.name} stands on {ref}, which is not there" for ref in view.depends_on if ref not in there)
    for sequence in catalog.sequences:
        if sequence.owned_by:
            owner = tables.get(sequence.owned_by[:2])
            if owner is None or owner.column(sequence.owned_by[2]) is None:
                yield f"the owner of {sequence.name} is not there"
    for grant in catalog.grants:
        if grant.on.kind in ("table", "view") and Ref(grant.on.kind, grant.on.path) not in there:
            yield f"{grant.grantee} holds privileges on {grant.on}, which is not there"
