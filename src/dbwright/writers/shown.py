"""How names, types and keys are told in a diagram, whatever draws it."""

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table

Path = tuple[str, str]
"""The namespace and the name of a table."""

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


def printable(text: str) -> str:
    """Text without characters that no font draws, XML cannot hold, or that turn its direction around."""
    return _NOT_PRINTABLE.sub("\ufffd", text)


def counted(count: int, noun: str) -> str:
    """A count with its noun, "2 partitions"; nothing for none."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else ""


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


def marks(table: Table) -> dict[str, tuple[str, ...]]:
    """PK, FK and U for each column that is part of the primary key, of a foreign key, or unique by itself."""
    primary = table.primary_key.columns if table.primary_key else ()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    alone = {key[0] for key in table.keys if len(key) == 1 and key != primary}
    return {
        column.name: tuple(
            mark for mark, held in (("PK", primary), ("FK", foreign), ("U", alone)) if column.name in held
        )
        for column in table.columns
    }


def roots(catalog: Catalog) -> dict[Path, Path]:
    """For each partition the table that it is a part of, over all levels."""
    above = {(table.namespace, table.name): table.partition_of.table for table in catalog.tables if table.partition_of}
    existing = {(table.namespace, table.name) for table in catalog.tables}
    found: dict[Path, Path] = {}
    for path in above:
        root, passed = path, {path}
        while root in above and above[root] in existing and above[root] not in passed:
            root = above[root]
            passed.add(root)
        if root != path:
            found[path] = root
    return found


def folded(catalog: Catalog) -> tuple[tuple[Table, ...], dict[Path, int]]:
    """The tables without partitions, which lend their foreign keys to the table above; and how many each has."""
    root_of = roots(catalog)
    lent: dict[Path, list[ForeignKey]] = {}
    kept: list[Table] = []
    for table in catalog.tables:
        root = root_of.get((table.namespace, table.name))
        if root is None:
            kept.append(table)
        else:
            lent.setdefault(root, []).extend(table.foreign_keys)
    partitions = dict(Counter(root_of.values()))
    return tuple(_with_keys(table, lent.get((table.namespace, table.name), [])) for table in kept), partitions


def _with_keys(table: Table, lent: Iterable[ForeignKey]) -> Table:
    keys = {(key.columns, key.table, key.referenced): key for key in (*lent, *table.foreign_keys)}
    return msgspec.structs.replace(table, foreign_keys=tuple(keys.values())) if lent else table
