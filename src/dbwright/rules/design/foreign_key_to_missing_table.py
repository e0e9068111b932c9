"""A foreign key that points at a table or a column that is not there, or at columns that are not a key.

## Why
SQLite accepts such a definition and MySQL does with `foreign_key_checks = 0`, so a wrong name is not noticed when the
table is made. Later SQLite refuses every INSERT and UPDATE on the child ("no such table", "foreign key mismatch") as
soon as foreign keys are switched on, and where they are off, nothing is checked at all. MySQL checks values against
several parents that share a value, which has no meaning.

## Bad
```sql sqlite
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customer (id));
CREATE TABLE customers (id integer PRIMARY KEY);
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer_id integer,
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
```

## Fix
Where the parent's columns are unique in the rows, declares them unique. Where the table is there under another number
or case of its noun, points the key at it. Otherwise the definition has to be corrected by hand.

## References
- SQLite, [Required and suggested database indexes](https://www.sqlite.org/foreignkeys.html#fk_indexes)
- MySQL, [Foreign keys to non-unique columns](https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey, Table, Unique
from dbwright.change.operations import AddForeignKey, AddUnique, DropConstraint
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import same_noun
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import columns_named, parent_of, referenced_columns


class ForeignKeyToMissingTable(Rule):
    """Finds foreign keys whose other side is missing or is no key."""

    code = "R002"
    group = "relationships"
    severity = "error"
    engines = ("mysql", "sqlite")

    def questions(self, subject: Subject) -> Iterable[Question]:
        for _, key in _keys(subject):
            parent = parent_of(subject, key)
            if parent and _is_no_key(parent, key):
                yield CountDistinct(parent.ref, _real_names(parent, key))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, key in _keys(subject):
            parent = parent_of(subject, key)
            if parent is None:
                yield from self._without_table(subject, table, key)
            elif not referenced_columns(parent, key):
                yield self._finding(
                    table,
                    key,
                    f"points at {parent.ref} without naming columns, and {parent.ref} has no primary key",
                    f"Give {parent.ref} a primary key.",
                )
            elif missing := [
                name
                for name, column in zip(key.referenced, columns_named(parent, key.referenced), strict=True)
                if column is None
            ]:
                what = f"the column {missing[0]}" if len(missing) == 1 else f"the columns {listed(missing)}"
                yield self._finding(
                    table,
                    key,
                    f"points at {what} of {parent.ref}, which {'does' if len(missing) == 1 else 'do'} not exist",
                    "Correct the name, or drop the foreign key.",
                )
            elif _is_no_key(parent, key):
                yield self._without_key(subject, table, key, parent)

    def _without_table(self, subject: Subject, table: Table, key: ForeignKey) -> Iterator[Finding]:
        namespaces = {each.name for each in subject.catalog.namespaces} | {
            each.namespace for each in subject.catalog.tables
        }
        if key.table[0] not in namespaces:
            return  # another database, which was not read
        shown = Ref("table", key.table)
        if subject.lookup.view(key.table):
            yield self._finding(
                table, key, f"points at {shown}, which is a view", "Point it at the table that the view reads."
            )
            return
        near = [
            each
            for each in subject.catalog.tables
            if each.namespace == key.table[0] and same_noun(each.name, key.table[1])
        ]
        parent = near[0] if len(near) == 1 else None
        if parent is None:
            yield self._finding(
                table,
                key,
                f"points at the table {shown}, which does not exist",
                "Create that table, correct the name, or drop the foreign key.",
            )
            return
        name = key.name or new_name(subject, "foreign_key", table, key.columns, parent.name)
        moved = ForeignKey(
            columns=key.columns,
            table=(parent.namespace, parent.name),
            referenced=key.referenced,
            name=name,
            on_delete=key.on_delete,
            on_update=key.on_update,
        )
        fits = not _is_no_key(parent, moved) and None not in columns_named(parent, referenced_columns(parent, moved))
        drop = DropConstraint(target=_ref(table, key), nameless=() if key.name else key.columns)
        fix = Fix(
            f"Point the foreign key at {parent.ref}", "unsafe", (drop, AddForeignKey(target=table.ref, key=moved))
        )
        yield self._finding(
            table,
            key,
            f"points at the table {shown}, which does not exist",
            f"{parent.ref} seems to be meant.",
            fix if fits else None,
            (parent.ref,),
        )

    def _without_key(self, subject: Subject, table: Table, key: ForeignKey, parent: Table) -> Finding:
        columns = _real_names(parent, key)
        named = ", ".join(columns)
        question = CountDistinct(parent.ref, columns)
        answer = subject.facts.ask(question, Distinct)
        fix = None
        evidence = unchecked(subject, question)
        if answer:
            repeats = answer.complete - answer.distinct
            told = (
                f"{count(repeats, 'row repeats', 'rows repeat')} ({named}) of another"
                if repeats
                else f"({named}) is different in every row"
            )
            evidence = seen(f"In {looked_at(answer)} of {parent.ref}, {told}.", answer)
            if not repeats:
                unique = Unique(columns=columns, name=new_name(subject, "unique", parent, columns))
                fix = Fix(
                    f"Make ({named}) unique in {parent.name}",
                    "unsafe" if answer.sampled else "safe",
                    (AddUnique(target=parent.ref, unique=unique),),
                )
        return self._finding(
            table,
            key,
            f"points at {parent.ref} ({named}), which no primary or unique key covers",
            f"Make ({named}) unique in {parent.ref}, or point at its key.",
            fix,
            (parent.ref,),
            evidence,
        )

    def _finding(
        self,
        table: Table,
        key: ForeignKey,
        fault: str,
        help_: str,
        fix: Fix | None = None,
        related: tuple[Ref, ...] = (),
        evidence: Evidence | None = None,
    ) -> Finding:
        parent = Ref("table", key.table)
        over = f"{parent} ({', '.join(key.referenced)})" if key.referenced else str(parent)
        stated = Evidence(f"The definition reads FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {over}.")
        return self.finding(
            _ref(table, key),
            f"The foreign key of {table.ref} over ({', '.join(key.columns)}) {fault}.",
            stated,
            *([evidence] if evidence else []),
            help=help_,
            fix=fix,
            related=related,
        )


def _keys(subject: Subject) -> Iterator[tuple[Table, ForeignKey]]:
    for table in subject.catalog.tables:
        for key in table.foreign_keys:
            yield table, key


def _ref(table: Table, key: ForeignKey) -> Ref:
    return table.ref.child("foreign_key", key.name or ", ".join(key.columns))


def _real_names(parent: Table, key: ForeignKey) -> tuple[str, ...]:
    """The referenced columns as the parent itself spells them."""
    return tuple(column.name for column in columns_named(parent, referenced_columns(parent, key)) if column)


def _is_no_key(parent: Table, key: ForeignKey) -> bool:
    """Whether the referenced columns exist and no key of the parent consists of just them."""
    columns = referenced_columns(parent, key)
    if not columns or None in columns_named(parent, columns):
        return False
    wanted = {name.casefold() for name in columns}
    return all({name.casefold() for name in each} != wanted for each in parent.keys)
