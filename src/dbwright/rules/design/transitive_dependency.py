"""Columns that follow from another column that is no key: the table is not in the third normal form.

## Why
A column that follows from something else than the key tells of that something: the town of a customer in each of his
orders. It is told again in every row; a change has to find every copy, and one that is missed leaves two truths; a
customer without an order has no town; with the last order goes what was known of the customer.

The rows are searched for dependencies, and each one found is judged by whether it looks meant: names, places, how often
values repeat. What looks like an accident of the rows is left out, and so is what a foreign key fetches from elsewhere on
purpose, or keeps alike because it includes both columns, as tables of many tenants do. A dependency with a few rows
against it is told with these rows: they are the update that missed them.

## Bad
```sql
CREATE TABLE orders (
    id integer PRIMARY KEY, customer_id integer NOT NULL,
    customer_name varchar(80) NOT NULL, customer_town varchar(80) NOT NULL
);
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(80) NOT NULL, town varchar(80) NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id));
```

## Fix
`dbwright normalize` proposes the tables with the migration, and proves on a scratch database that every row is kept. Where
the copy is meant, reject the dependency (`dbwright dependencies --reject`): then it is not told again.

## Options
- `rows`: the fewest rows of a table that is searched (default 50).
- `plausible`: how plausible a dependency must be, from 0 to 1 (default 0.75).

## References
- E. F. Codd, “Further Normalization of the Data Base Relational Model”, 1971
- C. Zaniolo, “A New Normal Form for the Design of Relational Database Schemata”, 1982
"""

from collections.abc import Iterable

from dbwright.catalog.facts import Question
from dbwright.finding import Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._normal_forms import asked, broken, keys_of, prime, told


class TransitiveDependency(Rule):
    """Finds what follows from something that is no key and no part of one."""

    code = "NF3"
    group = "normal forms"
    harm = "data"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return asked(subject)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in broken(subject):
            keys = keys_of(found.table, found.answer)
            if not any(found.left < key for key in keys) and not set(found.right) & prime(found.table, found.answer):
                yield told(self, subject, found, "which is no key: not in the third normal form")
