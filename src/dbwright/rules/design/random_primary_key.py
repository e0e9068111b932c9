"""Random values as the primary key of a clustered table.

## Why
InnoDB, and SQLite's WITHOUT ROWID tables, keep the rows themselves in the order of the primary key. With random UUIDs
each new row goes to another page: once the table is larger than memory, every INSERT reads and writes a page of its own,
pages split and stay half full, and rows that came together lie apart. As 36 characters the key is also more than twice
as wide as its 16 bytes, and every other index repeats it.

UUIDs that begin with the time (version 7, ULIDs, version 1 rearranged by `UUID_TO_BIN(…, 1)` or by MariaDB's `uuid`
type) come in order and are left alone: the values are looked at. It is a warning where the rows prove it and there are
100,000 of them or more, a note otherwise.

PostgreSQL keeps rows where there is room, and is not checked here.

## Bad
```sql mysql
CREATE TABLE orders (id char(36) NOT NULL DEFAULT (uuid()) PRIMARY KEY, placed_on date NOT NULL);
```
```sql sqlite
CREATE TABLE orders (id char(36) NOT NULL PRIMARY KEY, placed_on date NOT NULL) WITHOUT ROWID;
```

## Good
```sql mysql
CREATE TABLE orders (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, public_id char(36) NOT NULL DEFAULT (uuid()), placed_on date NOT NULL,
    UNIQUE KEY orders_public_id (public_id)
);
```
```sql sqlite
CREATE TABLE orders (id char(36) NOT NULL PRIMARY KEY, placed_on date NOT NULL);
```

## Fix
None that can be run: new keys come from the application (UUID version 7), or the table gets a number as its primary key
and keeps the UUID beside it as a unique column. In SQLite, leave out WITHOUT ROWID.

## Options
- `warning-from` (default 100000): rows from which on it is a warning.

## References
- MySQL, [Clustered and secondary indexes](https://dev.mysql.com/doc/refman/8.4/en/innodb-index-types.html)
- RFC 9562, [Universally unique identifiers](https://www.rfc-editor.org/rfc/rfc9562): version 7 was made for use as a
  database key.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._clustered import is_clustered
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._names import stem
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import base_type, own_tables

_SURE = 0.95
_LEAST_ROWS = 20
_NAMES = ("uuid", "guid", "id")


class RandomPrimaryKey(Rule):
    """Finds clustered tables whose keys come in random order."""

    code = "K007"
    group = "keys"
    engines = ("mysql", "sqlite")
    harm = "speed"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _uuid_keys(subject):
            yield _scattered(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _uuid_keys(subject):
            question = _scattered(subject, table, column)
            outcome = subject.facts.ask(question, CheckOutcome)
            filled = outcome.rows - outcome.unknown if outcome else 0
            if outcome and filled >= _LEAST_ROWS:
                scattered = filled - outcome.false
                if scattered >= _SURE * filled:
                    told = f"{share(scattered, filled)} of the keys in {looked_at(outcome)} are UUIDs in random order."
                    yield self._finding(subject, table, column, seen(told, outcome), True)
            elif not (outcome and outcome.false):
                evidence = Evidence(f"The key is {column.type.spelling}{_given_by(column)}.")
                yield self._finding(subject, table, column, evidence, False, unchecked(subject, question))

    def _finding(
        self, subject: Subject, table: Table, column: Column, evidence: Evidence, proved: bool, *more: Evidence
    ) -> Finding:
        rows = subject.facts.rows(table.ref)
        much = proved and (rows or 0) >= int(subject.option("warning-from", 100_000))
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref} is kept in the order of {column.name}, whose values "
            f"{'come' if proved else 'seem to come'} in random order: each new row goes to another page.",
            evidence,
            *more,
            help="Leave out WITHOUT ROWID, or use UUIDs of version 7."
            if subject.engine == "sqlite"
            else "Use UUIDs of version 7 in 16 bytes, or a number as the key with the UUID as a unique column beside it.",
            severity="warning" if much else "note",
            touched=Touched(rows=rows) if much else None,
        )


def _uuid_keys(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Single-column primary keys of clustered tables that can hold UUIDs, and are no foreign keys."""
    for table in own_tables(subject.catalog):
        key = table.primary_key.columns if table.primary_key else ()
        if len(key) != 1 or not is_clustered(subject, table) or any(each.columns == key for each in table.foreign_keys):
            continue
        column = table.column(key[0])
        if column is not None and _holds_uuids(subject, column):
            yield table, column


def _holds_uuids(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    if type_.kind == "uuid" or (type_.is_text and type_.length == 36):
        return True
    named = stem(column.name)[-1:]
    return bool(named) and named[0] in _NAMES and (
        (type_.kind == "binary" and type_.length == 16) or (type_.is_text and type_.length == 32)
    )  # fmt: skip


def _scattered(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    """Whether a value is a UUID whose first digits are random: version 4, and version 1 where it is kept as it is printed.

    MariaDB's own type keeps version 1 with the time in front.
    """
    type_ = base_type(subject, column.type)
    name = subject.quote(column.name)
    versions = "('4')"
    if type_.kind == "binary":
        digits = f"HEX({name})"
    elif type_.kind == "uuid" and subject.engine == "mysql":
        digits = f"REPLACE(CAST({name} AS CHAR(36)), '-', '')"
    else:
        digits, versions = f"REPLACE({name}, '-', '')", "('1', '4')"
    return CountNotTrue(
        table.ref,
        f"SUBSTR({digits}, 13, 1) IN {versions} AND UPPER(SUBSTR({digits}, 17, 1)) IN ('8', '9', 'A', 'B')",
    )


def _given_by(column: Column) -> str:
    return f" with the default {column.default}" if column.default else ""
