"""What a diagram shows, whatever draws it: boxes with rows, lines between rows, and badges instead of lines to hubs.

- In a schema of more than 25 tables, those that belong together stand in a cluster, named after its most central table.
- There, a table that very many of other clusters refer to is a hub: the referring columns carry its name as a badge,
  because lines to it would cover everything else. With more than 60 tables, so do all references between clusters.
- A reference to a table outside the viewpoint is a badge too.
- More than 60 tables show only their keys; the rest of a table's columns is counted.
- Partitions are folded into the table that they are parts of.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Table, View
from dbwright.writers.grouping import HUBS_ABOVE, Group, grouped, hubs, references
from dbwright.writers.palette import GREY
from dbwright.writers.shown import Path, counted, folded, is_many, is_optional, marks, printable, short_type

KEYS_ONLY_ABOVE = 60
LINES_BETWEEN_CLUSTERS_UP_TO = 60


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A column in a box. marks: "PK", "FK", "U". badges: the tables that it refers to without a line."""

    ref: Ref
    name: str
    type: str
    nullable: bool
    marks: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A table or a view. hue: the number of its colour. footer: what is counted instead of shown.

    kind "missing": a table that foreign keys name and that is not there. kind "group": tables that are drawn elsewhere.
    """

    ref: Ref
    title: str
    kind: str
    hue: int
    rows: tuple[Row, ...] = ()
    footer: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key from a row of one box to a row of another, both by position; the row is None for the whole box.

    many: several rows may refer to one. optional: a row may refer to none. to: the table referred to.
    weight: how many references the line stands for, where it joins groups; 0 for one foreign key.
    """

    child: int
    child_row: int | None
    parent: int
    parent_row: int | None
    many: bool
    optional: bool
    title: str
    to: Path
    weight: int = 0


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes that belong together, by position."""

    title: str
    boxes: tuple[int, ...]


class Diagram(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes and lines. namespaces: by the number of their colour. hubs: tables drawn as badges.

    outside: whether references that leave the diagram or a cluster are badges too. widely_used: the hubs of several clusters.
    """

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    namespaces: tuple[str, ...]
    hubs: tuple[str, ...] = ()
    keys_only: bool = False
    clusters: tuple[Cluster, ...] = ()
    outside: bool = False
    widely_used: frozenset[Path] = frozenset()


class Viewpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What of a schema is drawn. tables: only these; None for all. title: what they are together.

    views: show views too, as boxes without lines. keys_only: key columns alone, or all; None where their number decides.
    hubs: whether much-used tables become badges.
    """

    tables: frozenset[Path] | None = None
    title: str = ""
    views: bool = False
    keys_only: bool | None = None
    hubs: bool = True


WHOLE = Viewpoint()


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """A catalog made ready to be drawn from any viewpoint: without partitions, which are counted; referring: by how many tables."""

    name: str
    tables: dict[Path, Table]
    partitions: dict[Path, int]
    views: tuple[View, ...]
    existing: frozenset[Path]
    referring: dict[Path, int]


def schema(catalog: Catalog) -> Schema:
    """The catalog, made ready once for all viewpoints."""
    tables, partitions = folded(catalog)
    return Schema(
        name=printable(catalog.name) or "Database",
        tables={
            (table.namespace, table.name): _in_order(table) for table in sorted(tables, key=lambda each: each.ref.path)
        },
        partitions=partitions,
        views=tuple(sorted(catalog.views, key=lambda view: (view.namespace, view.name))),
        existing=frozenset((table.namespace, table.name) for table in catalog.tables),
        referring=Counter(parent for _, parent in references(tables)),
    )


def _in_order(table: Table) -> Table:
    """The table with its foreign keys in an order that does not depend on their names."""
    keys = sorted(table.foreign_keys, key=lambda key: (key.columns, key.table, key.referenced))
    return msgspec.structs.replace(table, foreign_keys=tuple(keys))


def diagram(
    source: Catalog | Schema,
    viewpoint: Viewpoint = WHOLE,
    *,
    badges_only: bool = False,
    further_hubs: frozenset[Path] = frozenset(),
) -> Diagram:
    """What is drawn from a viewpoint. badges_only: badges for all references. further_hubs: more tables that become badges."""
    drawn = source if isinstance(source, Schema) else schema(source)
    tables = _within(drawn.tables, viewpoint.tables)
    views = [view for view in drawn.views if _shown((view.namespace, view.name), viewpoint)] if viewpoint.views else []
    missing = sorted({key.table for table in tables.values() for key in table.foreign_keys} - drawn.existing)
    pairs = [pair for pair in references(tables.values()) if pair[1] in tables or pair[1] not in drawn.existing]
    groups = grouped(pairs) if len(tables) > HUBS_ABOVE else ()
    widely_used = hubs(pairs, groups, len(tables)) if viewpoint.hubs else frozenset()
    badged = further_hubs | widely_used
    names = _Names([*missing, *tables, *((view.namespace, view.name) for view in views)], groups)
    keys_only = len(tables) > KEYS_ONLY_ABOVE if viewpoint.keys_only is None else viewpoint.keys_only
    apart = badges_only or (len(tables) > LINES_BETWEEN_CLUSTERS_UP_TO and viewpoint.hubs)

    def has_line(table: Table, key: ForeignKey) -> bool:
        if badges_only or key.table in badged or not (key.table in tables or key.table not in drawn.existing):
            return False
        return not apart or names.group.get((table.namespace, table.name)) == names.group.get(key.table)

    lined = {path: [key for key in table.foreign_keys if has_line(table, key)] for path, table in tables.items()}
    boxes = [
        _table_box(table, names, lined[path], keys_only, _counts(drawn, path, path in badged))
        for path, table in tables.items()
    ]
    boxes += [_view_box(view, names, keys_only) for view in views]
    boxes += [
        Box(
            ref=Ref("table", path),
            title=names.title(path),
            kind="missing",
            hue=names.hue(path),
            footer="does not exist",
        )
        for path in missing
    ]
    at = {box.ref.path: number for number, box in enumerate(boxes) if box.ref.kind == "table"}
    rows = [{row.ref.name: number for number, row in enumerate(box.rows)} for box in boxes]
    lines = [
        _line(table, key, boxes, rows, at[path], at[key.table]) for path, table in tables.items() for key in lined[path]
    ]
    all_hubs = {path for path in drawn.referring if path in tables} if badges_only else badged
    return Diagram(
        title=" — ".join(filter(None, (drawn.name, printable(viewpoint.title)))),
        boxes=tuple(boxes),
        lines=tuple(lines),
        namespaces=names.namespaces,
        hubs=tuple(sorted(map(names.title, all_hubs))),
        keys_only=keys_only,
        clusters=tuple(
            Cluster(title=names.title(group.centre), boxes=tuple(at[path] for path in group.members))
            for group in groups
        )
        if len(groups) > 1
        else (),
        outside=any(
            key.table not in badged and key not in lined[path]
            for path, table in tables.items()
            for key in table.foreign_keys
        ),
        widely_used=widely_used,
    )


def _shown(path: Path, viewpoint: Viewpoint) -> bool:
    return viewpoint.tables is None or path in viewpoint.tables


def _within(tables: dict[Path, Table], only: frozenset[Path] | None) -> dict[Path, Table]:
    return tables if only is None else {path: tables[path] for path in sorted(only) if path in tables}


def _counts(drawn: Schema, path: Path, hub: bool) -> tuple[str, ...]:
    """What a table's footer says of its partitions, and of those who refer to it where no line does."""
    referring = f"referred to by {counted(drawn.referring[path], 'table')}" if hub and drawn.referring.get(path) else ""
    return counted(drawn.partitions.get(path, 0), "partition"), referring


class _Names:
    """Titles and colours: a namespace's, or where there is one namespace alone, a group's."""

    def __init__(self, paths: Iterable[Path], groups: Iterable[Group]) -> None:
        self.namespaces = tuple(sorted({path[0] for path in paths}))
        self.group = {path: number for number, group in enumerate(groups) for path in group.members}
        self._hues = {namespace: at for at, namespace in enumerate(self.namespaces)}

    def hue(self, path: Path) -> int:
        return self._hues[path[0]] if len(self._hues) > 1 else self.group.get(path, GREY if self.group else 0)

    def title(self, path: Path) -> str:
        """The namespace is told by the colour too, but a name alone must not be read wrongly where there are several."""
        namespace, name = path
        return printable(f"{namespace}.{name}" if namespace and len(self._hues) > 1 else name)


def _table_box(table: Table, names: _Names, lined: list[ForeignKey], keys_only: bool, counts: tuple[str, ...]) -> Box:
    path = (table.namespace, table.name)
    badges: dict[str, list[str]] = {}
    for key in table.foreign_keys:
        if key not in lined:
            badges.setdefault(key.columns[0], []).append(printable(key.table[1]))
    marked = marks(table)
    rows = [
        Row(
            ref=table.column_ref(column.name),
            name=printable(column.name),
            type=short_type(column),
            nullable=column.nullable,
            marks=marked[column.name],
            badges=tuple(dict.fromkeys(badges.get(column.name, ()))),
        )
        for column in table.columns
    ]
    shown = [row for row in rows if row.marks] if keys_only else rows
    footer = (counted(len(rows) - len(shown), "more column" if shown else "column"), *counts)
    return Box(
        ref=table.ref,
        title=names.title(path),
        kind="table",
        hue=names.hue(path),
        rows=tuple(shown),
        footer=", ".join(filter(None, footer)),
    )


def _view_box(view: View, names: _Names, keys_only: bool) -> Box:
    rows = () if keys_only else tuple(
        Row(ref=view.ref.child("column", column.name), name=printable(column.name), type=short_type(column), nullable=True)
        for column in view.columns
    )  # fmt: skip
    return Box(
        ref=view.ref,
        title=names.title((view.namespace, view.name)),
        kind="view",
        hue=names.hue((view.namespace, view.name)),
        rows=rows,
        footer="materialised view" if view.materialized else "view",
    )


def _line(table: Table, key: ForeignKey, boxes: list[Box], rows: list[dict[str, int]], child: int, parent: int) -> Line:
    ends = (f"{boxes[child].title}.{', '.join(key.columns)}", f"{boxes[parent].title}.{', '.join(key.referenced)}")
    return Line(
        child=child,
        child_row=_first(rows[child], key.columns),
        parent=parent,
        parent_row=_first(rows[parent], key.referenced),
        many=is_many(table, key),
        optional=is_optional(table, key),
        title=printable(f"{ends[0]} → {ends[1]}"),
        to=key.table,
    )


def _first(rows: dict[str, int], columns: tuple[str, ...]) -> int | None:
    """The row of the first of the columns that is shown."""
    return next((rows[column] for column in columns if column in rows), None)
