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
  nothing yet. So it is where the parent only lists a few kinds (statuses, types) and deletes don't cascade.
- `parent-from` (default 6): with so many such foreign keys to one parent, one finding for the parent stands for all.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK): "it is
  often a good idea to index the referencing columns too".
- SQLite, [Required and suggested database indexes](https://www.sqlite.org/foreignkeys.html#fk_indexes)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import columns_named, is_indexed, own_tables

_FEW_KINDS = 25
_KINDS = word_set(
    "category class country currency format gender kind language level locale method mode packaging priority reason role script "
    "stage state status type unit"
)
"""Last words in the names of tables that list kinds."""


_Unserved = tuple[Table, ForeignKey, tuple[str, ...]]
"""A table, a foreign key of it, and the columns of the table that it is over."""


class ForeignKeyWithoutIndex(Rule):
    """Finds foreign keys that deletes and joins must search without an index."""

    code = "R004"
    group = "relationships"
    harm = "speed"
    engines = ("postgres", "sqlite")

    def check(self, subject: Subject) -> Iterable[Finding]:
        by_parent: dict[tuple[str, str], list[_Unserved]] = {}
        for table, key, columns in _unserved(subject):
            if self._is_mild(subject, table, key):
                yield self._finding(subject, table, key, columns, "note")
            else:
                by_parent.setdefault(key.table, []).append((table, key, columns))
        for parent, children in by_parent.items():
            if len(children) >= int(subject.option("parent-from", 6)):
                yield self._parent(subject, parent, children)
            else:
                for table, key, columns in children:
                    yield self._finding(subject, table, key, columns, None)

    def _is_mild(self, subject: Subject, table: Table, key: ForeignKey) -> bool:
        """Whether the table is known to be small, or the parent lists kinds that stay."""
        rows = subject.facts.rows(table.ref)
        few = rows is not None and 0 < rows < int(subject.option("few-rows", 1000))
        return few or (key.on_delete != "cascade" and _to_look_up(subject, key))

    def _parent(self, subject: Subject, parent: tuple[str, str], children: list[_Unserved]) -> Finding:
        """One finding for a parent with many children: it is one delete that reads them all."""
        shown = ".".join(part for part in parent if part)
        tables = list(dict.fromkeys(table.name for table, _, _ in children))
        rows = sum(subject.facts.rows(table.ref) or 0 for table, _, _ in children)
        evidence = [
            Evidence(f"No index begins with the columns of {listed([_shown(*each) for each in children], most=8)}.")
        ]
        if rows:
            evidence.append(Evidence(f"Together they have about {count(rows, 'row')}.", basis="counters"))
        operations = tuple(_index(subject, table, columns) for table, _, columns in children)
        return self.finding(
            Ref("table", parent),
            f"{len(children)} foreign keys to {shown} have no index: deleting a row of it reads all of {count(len(tables), 'table')}.",
            *evidence,
            help=f"Create an index for each of them, or be sure that rows of {shown} are never deleted.",
            fix=Fix(f"Create an index for each foreign key to {shown}", "safe", operations),
            related=[table.column_ref(columns[0]) for table, _, columns in children],
        )

    def _finding(
        self, subject: Subject, table: Table, key: ForeignKey, columns: tuple[str, ...], severity: Severity | None
    ) -> Finding:
        named = ", ".join(columns)
        parent = ".".join(part for part in key.table if part)
        rows = subject.facts.rows(table.ref)
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
        operation = _index(subject, table, columns)
        help_ = f"Create an index on {table.ref} ({named})."
        if subject.engine == "postgres":
            help_ += " On a table in use, do it with CREATE INDEX CONCURRENTLY, outside a transaction."
        return self.finding(
            table.column_ref(columns[0]) if len(columns) == 1 else table.ref.child("foreign_key", key.name or named),
            f"The foreign key of {table.ref} over ({named}) has no index: deleting a row of {parent} {consequence}.",
            *evidence,
            help=help_,
            fix=Fix(f"Create the index {operation.index.name} on {table.name} ({named})", "safe", (operation,)),
            severity=severity,
        )


def _unserved(subject: Subject) -> Iterator[_Unserved]:
    """The foreign keys that no index serves, one for the same columns of a table."""
    parts: dict[tuple[str, str], list[Table]] = {}
    for table in subject.catalog.tables:
        if table.partition_of:
            parts.setdefault(table.partition_of.table, []).append(table)
    for table in own_tables(subject.catalog):
        # What each partition indexes by itself is indexed.
        partitions = parts.get((table.namespace, table.name), [])
        told: set[frozenset[str]] = set()
        for key in table.foreign_keys:
            columns = tuple(column.name for column in columns_named(table, key.columns) if column)
            over = frozenset(columns)
            if len(columns) == len(key.columns) and over not in told and not _is_served(table, columns):
                if partitions and all(_is_served(each, columns) for each in partitions):
                    continue
                told.add(over)
                yield table, key, columns


def _index(subject: Subject, table: Table, columns: tuple[str, ...]) -> CreateIndex:
    index = Index(
        name=new_name(subject, "index", table, columns), parts=tuple(KeyPart(column=name) for name in columns)
    )
    return CreateIndex(target=table.ref, index=index)


def _shown(table: Table, key: ForeignKey, columns: tuple[str, ...]) -> str:
    return f"{table.name} ({', '.join(columns)})"


def _to_look_up(subject: Subject, key: ForeignKey) -> bool:
    """Whether the parent is a table of a few kinds: hardly ever deleted from, and each kind has too many rows for an index."""
    rows = subject.facts.rows(Ref("table", key.table))
    if rows:
        return rows < _FEW_KINDS
    named = stem(key.table[1])
    return bool(_KINDS.intersection(named[-1:]) or "type" in named[-3:])


def _is_served(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether an index begins with the columns, or a key within them leads to one row at once."""
    return is_indexed(table, columns) or any(key and set(key) <= set(columns) for key in table.keys)
