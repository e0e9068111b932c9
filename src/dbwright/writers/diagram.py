"""What a diagram shows, whatever draws it: boxes with rows, lines between rows, and badges instead of lines to hubs.

- A schema of more than 60 tables shows only keys; the rest of a table's columns is counted.
- In a schema of more than 25 tables, a table that very many others refer to is a hub: the referring columns carry its name
  as a badge, because lines to it would cover everything else.
- Partitions are folded into the table that they are parts of.
"""

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table, View

KEYS_ONLY_ABOVE = 60
HUBS_ABOVE = 25
HUB_REFERENCES = 9
_NOT_PRINTABLE = re.compile("[^\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHORT_TYPES = (
    (re.compile(r"^timestamp(\(\d\))? with time zone"), r"timestamptz\1"),
    (re.compile(r"^timestamp(\(\d\))? without time zone"), r"timestamp\1"),
    (re.compile(r"^time(\(\d\))? with time zone"), r"timetz\1"),
    (re.compile(r"^time(\(\d\))? without time zone"), r"time\1"),
    (re.compile(r"^character varying"), "varchar"),
    (re.compile(r"^character(?=\(|$)"), "char"),
    (re.compile(r"^double precision"), "double"),
    (re.compile(r"^(enum|set)\(.*\)$", re.IGNORECASE | re.DOTALL), r"\1(…)"),
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A column in a box. marks: "PK", "FK", "U". badges: the hubs that it refers to."""

    ref: Ref
    name: str
    type: str
    nullable: bool
    marks: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A table or a view. hue: the number of its namespace's colour. footer: what is counted instead of shown.

    kind "missing": a table that foreign keys name and that is not there.
    """

    ref: Ref
    title: str
    kind: str
    hue: int
    rows: tuple[Row, ...] = ()
    footer: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key from a row of one box to a row of another, both by position; the row is None for the whole box.

    many: several rows may refer to one. optional: a row may refer to none.
    """

    child: int
    child_row: int | None
    parent: int
    parent_row: int | None
    many: bool
    optional: bool
    title: str


class Diagram(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes and lines. namespaces: by the number of their colour. hubs: tables drawn as badges."""

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    namespaces: tuple[str, ...]
    hubs: tuple[str, ...] = ()
    keys_only: bool = False


# ---------------------------------------------------------------- what keys mean for the ends of a line


def printable(text: str) -> str:
    """Text without characters that no font draws, XML cannot hold, or that turn its direction around."""
    return _NOT_PRINTABLE.sub("\ufffd", text)


def short_type(column: Column) -> str:
    """A column's type, in the few letters that fit into a box."""
    spelling = column.type.spelling
    for pattern, short in _SHORT_TYPES:
        spelling = pattern.sub(short, spelling)
    return printable(spelling)


def is_many(table: Table, key: ForeignKey) -> bool:
    """Whether several rows may hold the same reference: no key of the table stands in the referring columns alone."""
    columns = set(key.columns)
    return not any(columns.issuperset(unique) for unique in table.keys)


def is_optional(table: Table, key: ForeignKey) -> bool:
    """Whether a row may refer to nothing: one of its columns may be NULL (with MATCH FULL, only if all may be)."""
    nullable = [column.nullable for name in key.columns if (column := table.column(name))]
    return all(nullable) if key.match == "full" else any(nullable)


def marks(table: Table, column: str) -> tuple[str, ...]:
    """PK, FK and U where the column is part of the primary key, of a foreign key, or unique by itself."""
    primary = table.primary_key.columns if table.primary_key else ()
    found = ["PK"] if column in primary else []
    if any(column in key.columns for key in table.foreign_keys):
        found.append("FK")
    if primary != (column,) and (column,) in table.keys:
        found.append("U")
    return tuple(found)


# ---------------------------------------------------------------- from the catalog


def folded(catalog: Catalog) -> tuple[tuple[Table, ...], dict[tuple[str, str], int]]:
    """The tables without partitions, which lend their foreign keys to the table above; and how many each has."""
    by_name = {(table.namespace, table.name): table for table in catalog.tables}
    partitions: Counter[tuple[str, str]] = Counter()
    lent: dict[tuple[str, str], list[ForeignKey]] = {}
    kept: list[Table] = []
    for table in catalog.tables:
        root = table
        above = {(table.namespace, table.name)}
        while root.partition_of and root.partition_of.table in by_name and root.partition_of.table not in above:
            above.add(root.partition_of.table)
            root = by_name[root.partition_of.table]
        if root is table:
            kept.append(table)
        else:
            partitions[root.namespace, root.name] += 1
            lent.setdefault((root.namespace, root.name), []).extend(table.foreign_keys)
    return tuple(_with_keys(table, lent.get((table.namespace, table.name), [])) for table in kept), dict(partitions)


def _with_keys(table: Table, lent: Iterable[ForeignKey]) -> Table:
    keys = {(key.columns, key.table, key.referenced): key for key in (*lent, *table.foreign_keys)}
    return msgspec.structs.replace(table, foreign_keys=tuple(keys.values())) if lent else table


def diagram(catalog: Catalog, *, views: bool = False, badges_only: bool = False) -> Diagram:
    """What is drawn of a catalog. views: show views too, as boxes without lines. badges_only: badges for all references."""
    tables, partitions = folded(catalog)
    tables = tuple(sorted(tables, key=lambda table: (table.namespace, table.name)))
    shown_views = tuple(sorted(catalog.views, key=lambda view: (view.namespace, view.name))) if views else ()
    missing = sorted({key.table for table in tables for key in table.foreign_keys}
                     - {(table.namespace, table.name) for table in tables}
                     - {(table.namespace, table.name) for table in catalog.tables})  # fmt: skip
    paths = [*missing, *(table.ref.path for table in tables), *(view.ref.path for view in shown_views)]
    namespaces = tuple(sorted({path[0] for path in paths}))
    hues = {namespace: at for at, namespace in enumerate(namespaces)}
    keys_only = len(tables) > KEYS_ONLY_ABOVE
    referring = _referring(tables)
    hubs = referring if badges_only else _hubs(referring, len(tables))

    boxes = [
        _table_box(table, hues, hubs, keys_only, partitions.get((table.namespace, table.name), 0)) for table in tables
    ]
    boxes += [_view_box(view, hues, keys_only) for view in shown_views]
    boxes += [
        Box(
            ref=Ref("table", path),
            title=_title(*path, hues),
            kind="missing",
            hue=hues[path[0]],
            footer="does not exist",
        )
        for path in missing
    ]
    at = {box.ref.path: number for number, box in enumerate(boxes) if box.ref.kind == "table"}
    lines = [_line(table, key, boxes, at) for table in tables for key in table.foreign_keys
             if key.table not in hubs and key.table in at]  # fmt: skip
    return Diagram(
        title=printable(catalog.name) or "Database",
        boxes=tuple(boxes),
        lines=tuple(lines),
        namespaces=namespaces,
        hubs=tuple(sorted(printable(".".join(filter(None, path))) for path in hubs)),
        keys_only=keys_only,
    )


def _referring(tables: tuple[Table, ...]) -> dict[tuple[str, str], int]:
    """How many tables refer to each table, itself not counted."""
    return Counter(
        path
        for table in tables
        for path in {key.table for key in table.foreign_keys}
        if path != (table.namespace, table.name)
    )


def _hubs(referring: dict[tuple[str, str], int], tables: int) -> dict[tuple[str, str], int]:
    if tables <= HUBS_ABOVE:
        return {}
    return {path: count for path, count in referring.items() if count >= HUB_REFERENCES}


def _title(namespace: str, name: str, hues: dict[str, int]) -> str:
    """The namespace is told by the colour too, but a name alone must not be read wrongly where there are several."""
    return printable(f"{namespace}.{name}" if namespace and len(hues) > 1 else name)


def _table_box(
    table: Table,
    hues: dict[str, int],
    hubs: dict[tuple[str, str], int],
    keys_only: bool,
    partitions: int,
) -> Box:
    badges: dict[str, list[str]] = {}
    for key in table.foreign_keys:
        if key.table in hubs:
            badges.setdefault(key.columns[0], []).append(printable(key.table[1]))
    rows = [
        Row(
            ref=table.column_ref(column.name),
            name=printable(column.name),
            type=short_type(column),
            nullable=column.nullable,
            marks=marks(table, column.name),
            badges=tuple(dict.fromkeys(badges.get(column.name, ()))),
        )
        for column in table.columns
    ]
    shown = [row for row in rows if row.marks] if keys_only else rows
    referring = hubs.get((table.namespace, table.name), 0)
    counts = [
        _counted(len(rows) - len(shown), "more column" if shown else "column"),
        _counted(partitions, "partition"),
        f"referred to by {_counted(referring, 'table')}" if referring else "",
    ]
    return Box(
        ref=table.ref,
        title=_title(table.namespace, table.name, hues),
        kind="table",
        hue=hues[table.namespace],
        rows=tuple(shown),
        footer=", ".join(filter(None, counts)),
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def _view_box(view: View, hues: dict[str, int], keys_only: bool) -> Box:
    rows = () if keys_only else tuple(
        Row(ref=view.ref.child("column", column.name), name=printable(column.name), type=short_type(column), nullable=False)
        for column in view.columns
    )  # fmt: skip
    return Box(
        ref=view.ref,
        title=_title(view.namespace, view.name, hues),
        kind="view",
        hue=hues[view.namespace],
        rows=rows,
        footer="materialised view" if view.materialized else "view",
    )


def _line(table: Table, key: ForeignKey, boxes: list[Box], at: dict[tuple[str, ...], int]) -> Line:
    child, parent = at[table.namespace, table.name], at[key.table]
    ends = (f"{boxes[child].title}.{', '.join(key.columns)}", f"{boxes[parent].title}.{', '.join(key.referenced)}")
    return Line(
        child=child,
        child_row=_position(boxes[child], key.columns),
        parent=parent,
        parent_row=_position(boxes[parent], key.referenced),
        many=is_many(table, key),
        optional=is_optional(table, key),
        title=printable(f"{ends[0]} → {ends[1]}"),
    )


def _position(box: Box, columns: tuple[str, ...]) -> int | None:
    """The row of the first of the columns that is shown."""
    rows = {row.ref.name: number for number, row in enumerate(box.rows)}
    return next((rows[column] for column in columns if column in rows), None)
