"""Large files inside rows, or paths of a server's disk instead of files.

## Why
A table with photographs or documents in it is slow to back up, to copy and to replicate, fills the memory that hot rows
need, and every `SELECT *` carries the bytes along. Where they must be in the database, they belong in a table of their
own, one to one with the row that they go with. The opposite has its price as well: a path like `/var/www/uploads/1.jpg`
binds the row to one machine, is not in the backup, does not roll back, and dangles when the file moves. A key in an object
store, resolved by the application, has neither fault.

For careful teams: small images and keys of a store are nothing to worry about. Columns of bytes are recognised by name
(image, document, attachment …) beside at least four other columns; paths by what most of the values look like.

## Bad
```sql postgres
CREATE TABLE people (id integer PRIMARY KEY, name text, email text, phone text, city text, photo bytea);
```
```sql mysql
CREATE TABLE people (id integer PRIMARY KEY, name varchar(80), email varchar(80), phone varchar(20), city varchar(80), photo longblob);
```
```sql sqlite
CREATE TABLE people (id integer PRIMARY KEY, name text, email text, phone text, city text, photo blob);
```

## Good
```sql
CREATE TABLE people (id integer PRIMARY KEY, name varchar(80), email varchar(80), phone varchar(20), photo_key varchar(80));
```

## Fix
None: where the bytes go is a decision about the whole system.

## Options
- `rows` (default 10): the fewest filled values from which a path is believed.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import size

_FILES = word_set(
    "attachment audio avatar binary blob content data document file image logo media pdf photo picture portrait recording scan "
    "screenshot upload video"
)
_DIGESTS = word_set("checksum digest hash hmac iv key nonce salt signature token")
_PATHS = word_set("dir directory file filename filepath folder image location path photo picture")
_OTHERS = 4


class LargeObjectInRow(Rule):
    """Finds files in rows and paths of disks."""

    code = "T020"
    group = "types"
    severity = "note"
    harm = "speed"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (_is_path(subject, table, column) for table, column in _paths(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _blobs(subject):
            stats = subject.facts.tables.get(table.ref)
            told = f"The column's type is {column.type.spelling.lower()}, beside {len(table.columns) - 1} others."
            if stats and stats.rows and stats.bytes:
                told += f" A row of the table takes {size(stats.bytes // stats.rows)} on average."
            yield self.finding(
                table.column_ref(column.name),
                f"{table.ref}.{column.name} keeps files in the same row as what is read all the time.",
                Evidence(told, basis="counters" if stats else "catalog"),
                help="Move it to a table of its own, one to one, or to an object store.",
            )
        for table, column in _paths(subject):
            answer = subject.facts.ask(_is_path(subject, table, column), Counted)
            enough = answer is not None and answer.matching >= int(subject.option("rows", 10))
            if answer is not None and enough and answer.matching >= 0.9 * answer.considered:
                yield self.finding(
                    table.column_ref(column.name),
                    f"{table.ref}.{column.name} holds paths of a disk: the rows hang on one machine, and the files on no backup.",
                    seen(f"{count(answer.matching, 'value')} in {looked_at(answer)} are absolute paths.", answer),
                    help="Keep a key that the application resolves to a place.",
                )


def _blobs(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table, column, type_ in own_columns(subject):
        named = stem(column.name)
        large = type_.kind == "binary" and (type_.length is None or type_.length > 10_000)
        if large and len(table.columns) > _OTHERS and _FILES.intersection(named) and not _DIGESTS.intersection(named):
            yield table, column


def _paths(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table, column, type_ in own_columns(subject):
        if type_.is_text and _PATHS.intersection(stem(column.name)[-1:]) and not column.generated:
            yield table, column


def _is_path(subject: Subject, table: Table, column: Column) -> CountMatching:
    """Absolute paths of Unix and Windows that name a place on a machine; paths of URLs begin with other words."""
    name = subject.quote(column.name)
    roots = ("home", "var", "srv", "opt", "mnt", "data", "usr", "tmp", "Users")
    tests = [f"{name} LIKE '/{root}/%'" for root in roots]
    drive = r"'_:\\\\%'" if subject.engine == "mysql" else r"'_:\\%'" if subject.engine == "postgres" else r"'_:\%'"
    return CountMatching(table.ref, f"({' OR '.join([*tests, f'{name} LIKE {drive}'])})", (column.name,))
