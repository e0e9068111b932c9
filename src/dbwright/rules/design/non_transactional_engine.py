"""A table in a storage engine without transactions.

## Why
MyISAM and Aria tables know no ROLLBACK, ignore foreign keys, lock the whole table for each write, and after a crash have to
be repaired, with rows lost. MEMORY tables are empty after every restart. CSV and ARCHIVE have no usable indexes. A
transaction that touches one of them and an InnoDB table is rolled back by half.

MEMORY tables that are caches, sessions or temporary by their names, and ARCHIVE tables that are logs, are left alone.

## Bad
```sql
CREATE TABLE payments (id integer PRIMARY KEY, amount decimal(10, 2) NOT NULL) ENGINE = MyISAM;
```

## Good
```sql
CREATE TABLE payments (id integer PRIMARY KEY, amount decimal(10, 2) NOT NULL) ENGINE = InnoDB;
```

## Fix
Moves the table to InnoDB. Unsafe only because the table is written again under a lock, and full-text search ranks in
another way there.

## Options
- `schema-from` (default 6): from how many tables on one finding stands for a database.

## References
- MySQL, [Converting tables from MyISAM to
  InnoDB](https://dev.mysql.com/doc/refman/8.4/en/converting-tables-to-innodb.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeTable
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import schema_ref, schema_shown
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import keeps_records, own_tables

_HARM = {
    "myisam": "a crash loses rows, ROLLBACK does nothing, and foreign keys are ignored",
    "aria": "ROLLBACK does nothing, and foreign keys are ignored",
    "mrg_myisam": "a crash loses rows, ROLLBACK does nothing, and foreign keys are ignored",
    "memory": "all rows are gone after a restart",
    "csv": "it has no index and no transaction",
    "archive": "rows can't be changed or deleted, and it has no transaction",
}
_SHORT_LIVED = word_set("buffer cache lock scratch session temp temporary tmp")


class NonTransactionalEngine(Rule):
    """Finds MyISAM and its like."""

    code = "T015"
    group = "types"
    engines = ("mysql",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        by_schema: dict[str, list[Table]] = {}
        for table in _affected(subject):
            by_schema.setdefault(table.namespace, []).append(table)
        for namespace, tables in by_schema.items():
            if len(tables) >= int(subject.option("schema-from", 6)):
                engines = listed(sorted({table.options["engine"] for table in tables}))
                yield self.finding(
                    schema_ref(namespace),
                    f"{count(len(tables), 'table')} of {schema_shown(namespace)} are kept in {engines}, without transactions: "
                    f"{_HARM[tables[0].options['engine'].lower()]}.",
                    Evidence(f"The tables are {listed([table.name for table in tables], most=12)}."),
                    help="Move them to InnoDB.",
                    fix=_fix(tables),
                    related=[table.ref for table in tables],
                )
                continue
            for table in tables:
                engine = table.options["engine"]
                yield self.finding(
                    table.ref,
                    f"{table.ref} is kept in {engine}: {_HARM[engine.lower()]}.",
                    Evidence(f"The table's storage engine is {engine}."),
                    help="Move it to InnoDB.",
                    fix=_fix([table]),
                )


def _affected(subject: Subject) -> Iterator[Table]:
    for table in own_tables(subject.catalog):
        engine = table.options.get("engine", "").lower()
        named = stem(table.name)
        if engine == "memory" and _SHORT_LIVED.intersection(named):
            continue
        if engine in _HARM and not (engine == "archive" and keeps_records(table)):
            yield table


def _fix(tables: list[Table]) -> Fix | None:
    for table in tables:
        number = next((column.name for column in table.columns if column.identity), None)
        leads = any(key[0] == number for key in table.keys) or any(i.columns[:1] == (number,) for i in table.indexes)
        if table.options["engine"].lower() == "mrg_myisam" or (number and not leads):
            return None  # InnoDB wants an index that begins with the number
    operations = tuple(
        ChangeTable(target=table.ref, to=msgspec.structs.replace(table, options={**table.options, "engine": "InnoDB"}))
        for table in tables
    )
    return Fix(f"Move {tables[0].name if len(tables) == 1 else 'them'} to InnoDB", "unsafe", operations)
