"""Text in MySQL's old utf8, which holds no character of four bytes.

## Why
`utf8` (utf8mb3) was made for characters of at most three bytes. Emoji, many Chinese names and mathematical letters have
four: an INSERT with one of them fails, or outside of strict mode the text is cut at that place without an error. It is
deprecated, and MySQL announces that `utf8` will come to mean utf8mb4, which holds all of Unicode and is the default since
MySQL 8.0.

From six tables on, one finding for the database stands for all.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY, body varchar(500) NOT NULL) DEFAULT CHARSET = utf8mb3;
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY, body varchar(500) NOT NULL) DEFAULT CHARSET = utf8mb4;
```

## Fix
Converts the tables with the collation of the same name. Unsafe: the tables are written again under a lock, an index over
long texts may pass the row format's limit, and connections must use utf8mb4 too. It is only shown where a foreign key
over text ties a table to others.

## Options
- `schema-from` (default 6): from how many tables on one finding stands for a database.

## References
- MySQL, [The utf8mb3 character set](https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-utf8mb3.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import ChangeColumn, ChangeTable, Operation
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._character_sets import charset_of, collation_of, four_bytes, holds_text, is_three_bytes
from dbwright.rules.design._columns import schema_ref, schema_shown
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class Utf8mb3(Rule):
    """Finds texts that can't hold all of Unicode."""

    code = "T013"
    group = "types"
    engines = ("mysql",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        by_schema: dict[str, list[tuple[Table, list[Column]]]] = {}
        for table, columns in _affected(subject):
            by_schema.setdefault(table.namespace, []).append((table, columns))
        for namespace, found in by_schema.items():
            if len(found) >= int(subject.option("schema-from", 6)):
                total = sum(len(columns) for _, columns in found)
                tables = [table.name for table, _ in found]
                yield self.finding(
                    schema_ref(namespace),
                    f"{count(total, 'text')} in {count(len(found), 'table')} of {schema_shown(namespace)} are utf8mb3: "
                    "emoji and other characters of four bytes are refused or cut off.",
                    Evidence(f"The tables are {listed(tables, most=12)}."),
                    help="Convert the tables to utf8mb4.",
                    fix=_fix(subject, found),
                    related=[table.ref for table, _ in found],
                )
                continue
            for table, columns in found:
                names = [column.name for column in columns]
                told = f"{names[0]} is" if len(names) == 1 else f"{count(len(names), 'text')} ({listed(names)}) are"
                yield self.finding(
                    table.ref,
                    f"In {table.ref}, {told} utf8mb3: emoji and other characters of four bytes are refused or cut off.",
                    Evidence(f"The table's character set is {table.options.get('charset', 'the default')}."),
                    help="Convert the table to utf8mb4.",
                    fix=_fix(subject, [(table, columns)]),
                    related=[table.column_ref(name) for name in names],
                )


def _affected(subject: Subject) -> Iterator[tuple[Table, list[Column]]]:
    for table in own_tables(subject.catalog):
        columns = [
            column
            for column in table.columns
            if holds_text(subject, column) and is_three_bytes(charset_of(table, column))
        ]
        if columns:
            yield table, columns


def _fix(subject: Subject, found: list[tuple[Table, list[Column]]]) -> Fix | None:
    operations: list[Operation] = []
    for table, columns in found:
        if any(column.generated for column in columns):
            return None
        if is_three_bytes(table.options.get("charset")):
            options = {**table.options, "charset": "utf8mb4"}
            collation = four_bytes(table.options.get("collate"))
            options |= {"collate": collation} if collation else {}
            operations.append(ChangeTable(target=table.ref, to=msgspec.structs.replace(table, options=options)))
        operations += [
            ChangeColumn(
                target=table.column_ref(column.name),
                to=msgspec.structs.replace(
                    column, charset="utf8mb4", collation=four_bytes(collation_of(table, column)) or column.collation
                ),
            )
            for column in columns
            if is_three_bytes(column.charset)
        ]
    tied = any(_is_tied(subject, table, columns) for table, columns in found)
    title = f"Convert {found[0][0].name} to utf8mb4" if len(found) == 1 else f"Convert {len(found)} tables to utf8mb4"
    return Fix(title, "display" if tied else "unsafe", tuple(operations))


def _is_tied(subject: Subject, table: Table, columns: list[Column]) -> bool:
    """Whether a foreign key compares one of the texts with another table."""
    names = {column.name for column in columns}
    ours = any(names.intersection(key.columns) for key in table.foreign_keys)
    return ours or any(names.intersection(key.referenced) for _, key in subject.lookup.referencing(table))
