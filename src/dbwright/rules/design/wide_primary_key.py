"""A wide primary key that is copied into every secondary index.

## Why
InnoDB, and SQLite's WITHOUT ROWID tables, keep rows in the order of the primary key and name a row by that key: each
entry of each other index ends with a copy of it, and each foreign key that refers to the table repeats it once more. A
key of 60 bytes beside four indexes is stored five times a row; the indexes no longer fit in memory where those of an
8-byte key would.

Keys up to 40 bytes are left alone, and so are tables without other indexes and without children. What counts is what
the rows really hold, where they could be asked, and the declared width where not. It is a warning from a million rows on.

## Bad
```sql mysql
CREATE TABLE documents (
    path varchar(500) NOT NULL, tenant varchar(100) NOT NULL, title varchar(200), owner varchar(80), created_at datetime,
    PRIMARY KEY (tenant, path), KEY documents_owner (owner), KEY documents_created_at (created_at)
);
```

## Good
```sql mysql
CREATE TABLE documents (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    path varchar(500) NOT NULL, tenant varchar(100) NOT NULL, title varchar(200), owner varchar(80), created_at datetime,
    UNIQUE KEY documents_tenant_path (tenant, path), KEY documents_owner (owner), KEY documents_created_at (created_at)
);
```

## Fix
A sketch: a number becomes the primary key, and the wide key stays unique. Children that refer to it can follow later.

## Options
- `bytes` (default 40): the widest key that is left alone.

## References
- MySQL, [Clustered and secondary indexes](https://dev.mysql.com/doc/refman/8.4/en/innodb-index-types.html): if the
  primary key is long, the secondary indexes use more space.
- SQLite, [WITHOUT ROWID](https://www.sqlite.org/withoutrowid.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._clustered import is_clustered
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._phrases import listed, size
from dbwright.rules.design._tables import base_type, own_tables

_MANY_ROWS = 1_000_000
_FIXED = {"date": 3, "time": 3, "timestamp": 8, "year": 1, "uuid": 16, "boolean": 1, "enum": 2, "set": 8}


class WidePrimaryKey(Rule):
    """Finds clustered primary keys that blow up the other indexes."""

    code = "K005"
    group = "keys"
    engines = ("mysql", "sqlite")
    harm = "speed"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in _wide_keys(subject):
            yield from (TextShapes(table.ref, each.name) for each in columns if base_type(subject, each.type).is_text)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, columns in _wide_keys(subject):
            widths = [_measured(subject, table, column) for column in columns]
            if sum(widths) > _limit(subject):
                yield self._finding(subject, table, columns, sum(widths))

    def _finding(self, subject: Subject, table: Table, columns: list[Column], width: int) -> Finding:
        copies = len(_secondary(table))
        children = len(subject.lookup.referencing(table))
        rows = subject.facts.rows(table.ref)
        names = listed([column.name for column in columns])
        told = [count(copies, "other index", "other indexes")] if copies else []
        told += [count(children, "foreign key")] if children else []
        repeat = "repeats" if copies + children == 1 else "repeat"
        evidence = [Evidence(f"{listed(told)} {repeat} the key of {table.ref}.")]
        for column in columns:
            question = TextShapes(table.ref, column.name)
            shapes = subject.facts.ask(question, Shapes)
            if shapes and shapes.filled:
                summary = f"The longest {column.name} in {looked_at(shapes)} has {count(shapes.longest, 'character')}."
                evidence.append(seen(summary, shapes))
            elif base_type(subject, column.type).is_text:
                evidence.append(unchecked(subject, question))
        extra = (rows or 0) * copies * (width - 8)
        much = bool(rows and rows >= _MANY_ROWS and copies)
        cost = (
            f" In {count(rows or 0, 'row')} that is up to {size(extra)} more than with a number as key." if much else ""
        )
        return self.finding(
            table.ref.child("primary_key", ", ".join(column.name for column in columns)),
            f"The primary key of {table.ref} ({names}) is up to {width} bytes wide, and {listed(told)} "
            f"{repeat} it.{cost}",
            *evidence,
            help=f"Number the rows in a key of 8 bytes, and keep ({', '.join(c.name for c in columns)}) as a unique key.",
            fix=_sketch(subject, table, columns),
            severity="warning" if much else "note",
            touched=Touched(rows=rows, bytes=extra) if much else None,
        )


def _limit(subject: Subject) -> int:
    return int(subject.option("bytes", 40))


def _wide_keys(subject: Subject) -> Iterator[tuple[Table, list[Column]]]:
    """Clustered keys that are declared wide and are repeated somewhere."""
    for table in own_tables(subject.catalog):
        if table.primary_key is None or not is_clustered(subject, table):
            continue
        if not _secondary(table) and not subject.lookup.referencing(table):
            continue
        columns = [column for name in table.primary_key.columns if (column := table.column(name))]
        if sum(_declared(subject, column) for column in columns) > _limit(subject):
            yield table, columns


def _secondary(table: Table) -> list[str]:
    """The other indexes: those of unique constraints too, not full-text ones, which name rows in their own way."""
    return [each.name or "" for each in table.uniques] + [
        index.name for index in table.indexes if index.method not in ("fulltext", "spatial")
    ]


def _declared(subject: Subject, column: Column) -> int:
    """The most bytes that a value can take; texts are counted as one byte a character, as most are."""
    type_ = base_type(subject, column.type)
    if type_.is_text or type_.kind == "binary":
        return type_.length or 10_000
    if type_.kind == "integer":
        return (type_.bits or 32) // 8
    if type_.kind == "decimal":
        return (type_.precision or 20) // 2 + 1
    return _FIXED.get(type_.kind, 8)


def _measured(subject: Subject, table: Table, column: Column) -> int:
    declared = _declared(subject, column)
    shapes = subject.facts.ask(TextShapes(table.ref, column.name), Shapes)
    return min(declared, shapes.longest) if shapes and shapes.filled else min(declared, 3_072)


def _sketch(subject: Subject, table: Table, columns: list[Column]) -> Fix | None:
    if subject.engine != "mysql" or table.column("id") is not None or any(column.identity for column in table.columns):
        return None
    wide = ", ".join(subject.quote(column.name) for column in columns)
    sql = (
        f"ALTER TABLE {subject.quote(table.name)} ADD UNIQUE KEY ({wide}), DROP PRIMARY KEY, "
        "ADD COLUMN `id` bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST"
    )
    return Fix(f"Number the rows of {table.name}", "display", sql=(sql,))
