"""A list of names whose only key is a number, so that the same name can be entered twice.

## Why
A number as primary key tells rows apart, but not things: nothing stops a second category called "Books" or a second
role "admin". Half of the products then hang on one and half on the other, and nobody notices until a report is short.
The surrogate key is fine; what is missing is a unique key beside it over what people know the thing by.

Only tables that list things known by their names (categories, countries, roles, tags …) are looked at, where the rows do
not show that names repeat, and columns whose names are those of keys (code, slug, SKU) in tables with too few rows for
the rule on undeclared keys to decide.

## Bad
```sql
CREATE TABLE categories (id integer PRIMARY KEY, name varchar(80) NOT NULL);
```

## Good
```sql
CREATE TABLE categories (id integer PRIMARY KEY, name varchar(80) NOT NULL UNIQUE);
```

## Fix
Adds the unique constraint. Unsafe, because an application may mean to allow two of a name.

## References
- Joe Celko, *SQL Programming Style*, on keys
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.objects import Column, Table, Unique
from dbwright.change.operations import AddUnique, DropIndex, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._natural_keys import can_be_key, is_key_name
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import base_type, is_self_numbering, keeps_records, made_redundant, own_tables

_KNOWN_BY_NAME = word_set(
    "brand category color colour continent country currency department faculty feature genre label language license locale "
    "manufacturer permission plan priority privilege reason role setting skill status tag timezone topic type unit"
)
"""Nouns of tables that list things by their names."""
_NAMES = word_set("code label name title")
_PROVING = 20
"""From so many rows on, the rule on undeclared candidate keys decides on columns with the names of keys."""


class SurrogateKeyAlone(Rule):
    """Finds lists of names without a key over the name."""

    code = "K008"
    group = "keys"
    severity = "note"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (CountDistinct(table.ref, (column.name,)) for table, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            question = CountDistinct(table.ref, (column.name,))
            answer = subject.facts.ask(question, Distinct)
            if answer is not None and answer.complete:
                if answer.distinct < answer.complete or (is_key_name(table, column) and answer.complete >= _PROVING):
                    continue
                summary = f"{count(answer.distinct, 'different value')} in {looked_at(answer)}, so far."
                evidence = seen(summary, answer)
            else:
                evidence = unchecked(subject, question)
            columns = (column.name,)
            unique = Unique(columns=columns, name=new_name(subject, "unique", table, columns))
            operations: list[Operation] = [AddUnique(target=table.ref, unique=unique)]
            operations += [DropIndex(target=table.ref.child("index", i.name)) for i in made_redundant(table, columns)]
            yield self.finding(
                table.ref,
                f"The only key of {table.ref} is a number, so the same {column.name} can be entered twice.",
                evidence,
                help=f"Declare ({column.name}) unique, beside the number.",
                fix=Fix(f"Make {column.name} unique in {table.name}", "unsafe", tuple(operations)),
                related=[table.column_ref(column.name)],
            )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Tables with a surrogate key and no other, and the column that things are known by there."""
    for table in own_tables(subject.catalog):
        key = table.primary_key.columns if table.primary_key else ()
        number = table.column(key[0]) if len(key) == 1 else None
        unique = len(table.keys) > 1 or table.exclusions or any(index.unique for index in table.indexes)
        if number is None or not is_self_numbering(table, number) or unique or keeps_records(table):
            continue
        referring = {name for each in table.foreign_keys for name in each.columns}
        own = stem(table.name)
        found = [
            column
            for column in table.columns
            if column is not number
            and column.name not in referring
            and can_be_key(subject, column)
            and _fits_in_an_index(subject, column)
            and (is_key_name(table, column) or _is_name(own, column, referring))
        ]
        if found:
            yield table, next((column for column in found if is_key_name(table, column)), found[0])


def _is_name(own: tuple[str, ...], column: Column, referring: set[str]) -> bool:
    named = stem(column.name)
    listed = bool(own) and own[-1] in _KNOWN_BY_NAME and not referring and not column.nullable
    return listed and bool(named) and named[-1] in _NAMES and named[:-1] in ((), own)


def _fits_in_an_index(subject: Subject, column: Column) -> bool:
    """Whether the engine can hold every value in an index: MySQL needs a length."""
    return subject.engine != "mysql" or base_type(subject, column.type).kind != "text"
