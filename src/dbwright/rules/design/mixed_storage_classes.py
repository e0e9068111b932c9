"""A column of SQLite in which values of several storage classes are mixed.

## Why
Outside of STRICT tables, SQLite stores what it is given: text in an INTEGER column, bytes in a TEXT one. Such values
compare as greater than every number, are left out by `WHERE amount < 100`, count as 0 in sums, are no duplicates of the
number that they spell, and make an ORDER BY fall into blocks. Dates that are numbers in some rows and text in others
never meet.

The storage classes of all rows are counted. Whole numbers among reals are normal; so are numbers or text in columns
without a type or of type ANY. An empty text where a number belongs counts as a text.

## Bad
```sql
CREATE TABLE products (id INTEGER PRIMARY KEY, stock INTEGER NOT NULL);
INSERT INTO products VALUES (1, 5), (2, 'sold out');
```

## Good
```sql
CREATE TABLE products (id INTEGER PRIMARY KEY, stock INTEGER NOT NULL) STRICT;
INSERT INTO products VALUES (1, 5), (2, 0);
```

## Fix
None that can be run: what the odd values mean, people know. The query that shows them is given. A STRICT table refuses
them from then on.

## References
- SQLite, [Datatypes](https://www.sqlite.org/datatype3.html), [STRICT tables](https://www.sqlite.org/stricttables.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, StorageClasses, Values
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._phrases import listed

_NUMBERS = ("integer", "real")
_EXPECTED: dict[str, tuple[str, ...]] = {
    "integer": _NUMBERS,
    "decimal": _NUMBERS,
    "float": _NUMBERS,
    "money": _NUMBERS,
    "year": _NUMBERS,
    "boolean": _NUMBERS,
    "char": ("text",),
    "varchar": ("text",),
    "text": ("text",),
}
"""The storage classes that belong into a column; dates and all others may have any one of them."""


class MixedStorageClasses(Rule):
    """Finds columns whose values are not all of a kind."""

    code = "T016"
    group = "types"
    engines = ("sqlite",)
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (StorageClasses(table.ref, column.name) for table, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            answer = subject.facts.ask(StorageClasses(table.ref, column.name), Values)
            if answer is None:
                continue
            counts = {name: times for name, times in answer.values if name != "null" and times}
            expected = _expected(column, counts)
            odd = {name: times for name, times in counts.items() if name not in expected}
            if odd and (len(counts) > 1 or column.type.is_number):
                yield self._finding(subject, table, column, answer, counts, odd)

    def _finding(
        self,
        subject: Subject,
        table: Table,
        column: Column,
        answer: Values,
        counts: dict[str, int],
        odd: dict[str, int],
    ) -> Finding:
        number = sum(odd.values())
        told = listed([f"{times:,} {name}" for name, times in counts.items()])
        spelling = column.type.spelling or "without a type"
        classes = ", ".join(f"'{name}'" for name in odd)
        name = subject.quote(column.name)
        sql = f"SELECT * FROM {subject.quote(table.name)} WHERE typeof({name}) IN ({classes})"
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} ({spelling}) mixes storage classes: {told}. "
            f"{count(number, 'value')} {'compares' if number == 1 else 'compare'} and "
            f"{'sorts' if number == 1 else 'sort'} apart from the others.",
            seen(
                f"{told} in {looked_at(answer)}.",
                answer,
                tuple((name, f"{times:,}") for name, times in counts.items()),
                ("storage class", "values"),
            ),
            help="Convert the odd values, and make the table STRICT.",
            fix=Fix("Show the odd values", "display", sql=(sql,)),
            touched=Touched(rows=number),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Columns of a type, outside of STRICT tables; the rowid holds whole numbers alone."""
    for table, column, type_ in own_columns(subject):
        key = table.primary_key.columns if table.primary_key else ()
        is_rowid = key == (column.name,) and column.type.spelling.upper() == "INTEGER" and not table.without_rowid
        free = type_.kind in ("untyped", "binary", "json", "other")
        if not table.strict and not is_rowid and not free and not column.generated:
            yield table, column


def _expected(column: Column, counts: dict[str, int]) -> tuple[str, ...]:
    """The classes that belong into the column; where its type leaves that open, the most frequent one."""
    expected = _EXPECTED.get(column.type.kind)
    if expected:
        return expected
    usual = max(counts, key=lambda name: counts[name], default="")
    return _NUMBERS if usual in _NUMBERS else (usual,)
