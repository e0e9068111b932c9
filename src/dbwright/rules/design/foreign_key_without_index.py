"""A foreign key whose columns no index begins with.

## Why
When a parent row is deleted or its key changes, the database looks for its children. Without an index it reads the
whole child table for each parent row, under locks: deleting ten customers reads ten times all orders. Joins from the
parent to its children suffer the same way. Only MySQL makes such an index by itself.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
```

## Fix
Creates the index, named after the schema's own pattern. On a busy PostgreSQL table create it with CONCURRENTLY, which
does not block writes.

## Options
- `few-rows` (default 1000): in tables known to hold fewer rows this is a note, because reading all of them costs
  nothing yet.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK): "it is
  often a good idea to index the referencing columns too".
- SQLite, [Required and suggested database indexes](https://www.sqlite.org/foreignkeys.html#fk_indexes)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import ForeignKey, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import columns_named, is_indexed, own_tables


class ForeignKeyWithoutIndex(Rule):
    """Finds foreign keys that deletes and joins must search without an index."""

    code = "R004"
    group = "relationships"
    engines = ("postgres", "sqlite")

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            told: set[frozenset[str]] = set()
            for key in table.foreign_keys:
                columns = tuple(column.name for column in columns_named(table, key.columns) if column)
                over = frozenset(columns)
                if len(columns) != len(key.columns) or over in told or _is_served(table, columns):
                    continue
                told.add(over)
                yield self._finding(subject, table, key, columns)

    def _finding(self, subject: Subject, table: Table, key: ForeignKey, columns: tuple[str, ...]) -> Finding:
        named = ", ".join(columns)
        parent = ".".join(part for part in key.table if part)
        rows = subject.facts.rows(table.ref)
        few = rows is not None and 0 < rows < int(subject.option("few-rows", 1000))
        evidence = [Evidence(f"No index, primary key or unique key of {table.ref} begins with ({named}).")]
        if rows:
            exact = subject.facts.tables[table.ref].exact
            evidence.append(
                Evidence(f"{table.ref} has {'' if exact else 'about '}{count(rows, 'row')}.", basis="counters")
            )
        consequence = {
            "cascade": "deletes its children by reading all of this table",
            "set null": "looks for its children by reading all of this table",
            "set default": "looks for its children by reading all of this table",
        }.get(key.on_delete, "looks for children by reading all of this table")
        index = Index(
            name=new_name(subject, "index", table, columns), parts=tuple(KeyPart(column=name) for name in columns)
        )
        help_ = f"Create an index on {table.ref} ({named})."
        if subject.engine == "postgres":
            help_ += " On a table in use, do it with CREATE INDEX CONCURRENTLY, outside a transaction."
        return self.finding(
            table.column_ref(columns[0]) if len(columns) == 1 else table.ref.child("foreign_key", key.name or named),
            f"The foreign key of {table.ref} over ({named}) has no index: deleting a row of {parent} {consequence}.",
            *evidence,
            help=help_,
            fix=Fix(
                f"Create the index {index.name} on {table.name} ({named})",
                "safe",
                (CreateIndex(target=table.ref, index=index),),
            ),
            severity="note" if few else None,
        )


def _is_served(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether an index begins with the columns, or a key within them leads to one row at once."""
    return is_indexed(table, columns) or any(key and set(key) <= set(columns) for key in table.keys)
