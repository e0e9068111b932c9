"""Columns that follow from a part of the key: the table is not in the second normal form.

## Why
The key says what a row is about. A column that follows from a part of it is about something else, of which it is told
again in every row: the product's name in each line of each order. It takes room once a row; a change has to find every
copy, and one that is missed leaves two truths; a product that nobody has ordered cannot be stored; the last order's
deletion forgets the product's name.

The rows are searched for dependencies, and each one found is judged by whether it looks meant: names, places, how often
values repeat. What looks like an accident of the rows is left out, and so is what a foreign key keeps alike because it
includes both columns, as tables of many tenants do. A dependency with a few rows against it is told with these rows:
they are the update that missed them.

## Bad
```sql
CREATE TABLE order_lines (
    order_id integer NOT NULL, product_id integer NOT NULL, quantity integer NOT NULL,
    product_name varchar(80) NOT NULL, PRIMARY KEY (order_id, product_id)
);
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE order_lines (
    order_id integer NOT NULL, product_id integer NOT NULL REFERENCES products (id), quantity integer NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
```

## Fix
`dbwright normalize` proposes the tables with the migration, and proves on a scratch database that every row is kept. Where
the copy is meant, reject the dependency (`dbwright dependencies --reject`): then it is not told again.

## Options
- `rows`: the fewest rows of a table that is searched (default 50).
- `plausible`: how plausible a dependency must be, from 0 to 1 (default 0.75).

## References
- E. F. Codd, “Further Normalization of the Data Base Relational Model”, 1971
"""

from collections.abc import Iterable

from dbwright.catalog.facts import Question
from dbwright.finding import Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._normal_forms import asked, broken, keys_of, prime, told


class PartialDependency(Rule):
    """Finds what follows from a part of a key."""

    code = "NF2"
    group = "normal forms"
    harm = "data"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return asked(subject)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in broken(subject):
            keys = keys_of(found.table, found.answer)
            if any(found.left < key for key in keys) and not set(found.right) & prime(found.table, found.answer):
                yield told(self, subject, found, "a part of the key: not in the second normal form")
