"""A foreign key whose two sides have different types.

## Why
A child column that is narrower than its parent's key runs out first: the parent goes on to give numbers that no child
can hold. Where types, collations or SQLite's affinities differ, each comparison converts one side, so joins slow down
or miss their index, and equal values may compare as different.

## Bad
```sql postgres
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id));
```

## Good
```sql postgres
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE posts (id integer PRIMARY KEY, user_id bigint REFERENCES users (id));
```

## Fix
Gives the child's column the parent's type, and those that refer to the child with it. Safe where it only becomes
wider; unsafe where values are converted.

## References
- MySQL, [Foreign key constraints](https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html):
  corresponding columns must have similar types.
- SQLite, [Datatypes](https://www.sqlite.org/datatype3.html): affinity in comparisons.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.finding import Evidence, Finding, Fix, Safety
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, columns_named, parent_of, referenced_columns
from dbwright.rules.design._widening import difference, retype, seen_by_views


class ForeignKeyTypeMismatch(Rule):
    """Finds foreign keys between columns of different types."""

    code = "R003"
    group = "relationships"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            if table.partition_of:
                continue
            for key in table.foreign_keys:
                parent = parent_of(subject, key)
                if parent is None:
                    continue
                ours = columns_named(table, key.columns)
                theirs = columns_named(parent, referenced_columns(parent, key))
                for child, other in zip(ours, theirs, strict=False):
                    if child and other and (problem := difference(subject, child, other)):
                        yield self._finding(subject, table, key, child, parent, other, problem)

    def _finding(
        self, subject: Subject, table: Table, key: ForeignKey, child: Column, parent: Table, other: Column, problem: str
    ) -> Finding:
        there = f"{parent.ref}.{other.name}"
        ours, theirs = _told(child), _told(other)
        same_type = child.type == other.type
        narrower = base_type(subject, child.type).kind == base_type(subject, other.type).kind == "integer"
        operations, others = ((), ()) if same_type else retype(subject, table, child, other.type)
        blocked = subject.engine == "postgres" and seen_by_views(subject, (table.column_ref(child.name), *others))
        safety: Safety = "display" if blocked else "safe" if narrower else "unsafe"
        wrong_text = child.type.is_text and (child.charset, child.collation) != (other.charset, other.collation)
        help_ = f"Give {child.name} the type of {there}: {theirs}."
        if others:
            help_ += f" {listed([str(ref) for ref in others])} must follow."
        return self.finding(
            table.column_ref(child.name),
            f"{table.ref}.{child.name} ({ours}) refers to {there} ({theirs}), and the types differ: {problem}.",
            Evidence(f"The foreign key {f'{key.name} ' if key.name else ''}compares {ours} with {theirs}."),
            help=help_,
            fix=None
            if same_type or wrong_text
            else Fix(f"Make {table.name}.{child.name} {other.type.spelling}", safety, operations),
            related=(parent.column_ref(other.name), *others),
        )


def _told(column: Column) -> str:
    return (column.type.spelling or "no type") + (f" COLLATE {column.collation}" if column.collation else "")
