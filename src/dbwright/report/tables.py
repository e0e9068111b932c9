"""What a page's section on a table or a view shows: the data dictionary, with relations, sizes and findings."""

from collections.abc import Mapping

import msgspec

from dbwright.catalog.facts import TableStats
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, Policy, Table, Trigger, View
from dbwright.report.anchors import anchor
from dbwright.report.order import Group


class TableSection(msgspec.Struct, frozen=True, kw_only=True):
    """A table or a view with all that its section tells. keys: for each column its marks. stats: rows and bytes, if known."""

    anchor: str
    ref: Ref
    name: str
    kind: str
    comment: str | None
    columns: tuple[Column, ...]
    keys: dict[str, str] = {}
    constraints: tuple[tuple[str, str], ...] = ()
    refers_to: tuple[tuple[ForeignKey, Ref, bool], ...] = ()
    referred_by: tuple[tuple[ForeignKey, Ref], ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    definition: str = ""
    stats: TableStats | None = None
    found: Group | None = None

    @property
    def described(self) -> int:
        """How many columns have a comment."""
        return sum(bool(column.comment) for column in self.columns)


def table_sections(
    catalog: Catalog | None, groups: Mapping[Ref, Group], stats: Mapping[Ref, TableStats]
) -> list[TableSection]:
    """A section for each table and view, by name."""
    if catalog is None:
        return []
    lookup = Lookup(catalog)
    made = [_table(table, lookup, groups.get(table.ref), stats.get(table.ref)) for table in catalog.tables]
    made += [_view(view, groups.get(view.ref), stats.get(view.ref)) for view in catalog.views]
    return sorted(made, key=lambda section: (section.ref.namespace, section.ref.name, section.kind))


def _table(table: Table, lookup: Lookup, found: Group | None, stats: TableStats | None) -> TableSection:
    kind = "table" if table.kind == "ordinary" else f"{table.kind} table"
    return TableSection(
        anchor=anchor(table.ref),
        ref=table.ref,
        name=str(table.ref),
        kind=f"partition of {table.partition_of.table[1]}" if table.partition_of else kind,
        comment=table.comment,
        columns=table.columns,
        keys=_keys(table),
        constraints=_constraints(table),
        refers_to=tuple(
            (key, Ref("table", key.table), lookup.table(key.table) is not None) for key in table.foreign_keys
        ),
        referred_by=tuple((key, child.ref) for child, key in lookup.referencing(table)),
        indexes=table.indexes,
        triggers=table.triggers,
        policies=table.policies,
        stats=stats,
        found=found,
    )


def _view(view: View, found: Group | None, stats: TableStats | None) -> TableSection:
    return TableSection(
        anchor=anchor(view.ref),
        ref=view.ref,
        name=str(view.ref),
        kind="materialised view" if view.materialized else "view",
        comment=view.comment,
        columns=view.columns,
        indexes=view.indexes,
        triggers=view.triggers,
        definition=view.definition,
        stats=stats,
        found=found,
    )


def _keys(table: Table) -> dict[str, str]:
    """For each column that is part of a key: of which kinds."""
    kinds = (
        ("primary", (table.primary_key.columns,) if table.primary_key else ()),
        ("foreign", tuple(key.columns for key in table.foreign_keys)),
        ("unique", tuple(unique.columns for unique in table.uniques)),
    )
    words: dict[str, dict[str, None]] = {}
    for word, keys in kinds:
        for columns in keys:
            for name in columns:
                words.setdefault(name, {})[word] = None
    return {name: ", ".join(found) for name, found in words.items()}


def _constraints(table: Table) -> tuple[tuple[str, str], ...]:
    """Each constraint but foreign keys: what it is, and what it says."""
    found = [("Primary key", ", ".join(table.primary_key.columns))] if table.primary_key else []
    found += [("Unique", ", ".join(unique.columns)) for unique in table.uniques]
    found += [("Check", check.expression) for check in table.checks]
    found += [("Exclusion", exclusion.definition) for exclusion in table.exclusions]
    return tuple(found)


def index_parts(index: Index) -> str:
    """The keys of an index as they are declared."""
    return ", ".join(
        (part.column or f"({part.expression})") + (" DESC" if part.descending else "") for part in index.parts
    )
