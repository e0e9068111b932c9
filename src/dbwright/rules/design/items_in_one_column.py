"""A column that holds an array of items, in JSON or as the engine's own type: the table is not in the first normal form.

## Why
Items in an array are rows in hiding. The database cannot check that each one exists, that none stands there twice or that
it has all its parts; a query for one item reads every array; two sessions that each add an item overwrite each other; and
an array of identifiers is a foreign key that nothing enforces.

JSON columns are looked at: most of the filled values must be arrays. Columns of PostgreSQL's array types are told where
their name promises identifiers (`tag_ids`). Arrays of numbers (vectors, coordinates, histograms) are one value and are left
alone, and so are columns whose names say that nobody queries them (payloads, snapshots, raw answers of other services).

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, items json NOT NULL);
-- items: '[{"product": 5, "quantity": 2}, {"product": 9, "quantity": 1}]'
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE order_items (
    order_id integer NOT NULL REFERENCES orders (id), position integer NOT NULL,
    product integer NOT NULL, quantity integer NOT NULL, PRIMARY KEY (order_id, position)
);
```

## Fix
`dbwright normalize` proposes a table with one row an item, with its migration. Lists in plain text are T004, numbered
columns T005.

## Options
- `rows`: the fewest filled values (default 10).
- `share`: the share of arrays among them (default 0.8).

## References
- E. F. Codd, “A Relational Model of Data for Large Shared Data Banks”, 1970
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import base_type, own_tables

_NOT_QUERIED = word_set(
    "payload snapshot raw response request body event message metadata meta settings config configuration options preferences "
    "state cache context debug trace log embedding vector coordinates geometry polygon path points histogram bounds schema layout"
)


class ItemsInOneColumn(Rule):
    """Finds arrays of items."""

    code = "NF1"
    group = "normal forms"
    harm = "data"
    severity = "note"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _documents(subject):
            yield _question(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _documents(subject):
            answer = subject.facts.ask(_question(subject, table, column), Counted)
            if answer is None or answer.rows == 0 or answer.matching < subject.option("rows", 10):
                continue
            if answer.matching >= subject.option("share", 0.8) * answer.rows:
                yield self._finding(
                    table,
                    column,
                    f"{table.ref}.{column.name} holds arrays of items: rows in hiding, which nothing can check or join.",
                    seen(
                        f"{count(answer.matching, 'value')} ({share(answer.matching, answer.rows)}) in {looked_at(answer)} are arrays.",
                        answer,
                    ),
                )
        for table, column in _identifiers(subject):
            yield self._finding(
                table,
                column,
                f"{table.ref}.{column.name} is an array of identifiers: a foreign key that nothing enforces.",
                Evidence(f"Its type is {column.type.spelling}, and its name promises identifiers."),
            )

    def _finding(self, table: Table, column: Column, message: str, evidence: Evidence) -> Finding:
        return self.finding(
            table.column_ref(column.name),
            message,
            evidence,
            help=f"Keep one row an item; `dbwright normalize … --table {table.name}` proposes the table with its migration.",
            fix=Fix(f"Give the items of {column.name} a table of their own", "display"),
        )


def _documents(subject: Subject) -> Iterator[tuple[Table, Column]]:
    if not subject.facts.has_rows:
        return
    for table in own_tables(subject.catalog):
        for column in table.columns:
            if base_type(subject, column.type).kind == "json" and not _NOT_QUERIED.intersection(words(column.name)):
                yield table, column


def _identifiers(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        for column in table.columns:
            named = words(column.name)
            if column.type.kind == "array" and len(named) > 1 and named[-1] == "ids" and stem(column.name):
                yield table, column


def _question(subject: Subject, table: Table, column: Column) -> CountMatching:
    """Rows with an array whose first item is a text, an identifier alone or an object; arrays of several numbers are one value."""
    name = subject.quote(column.name)
    match subject.engine:
        case "postgres":
            array = f"CASE WHEN jsonb_typeof({name}::jsonb) = 'array' THEN {name}::jsonb END"
            items = f"jsonb_typeof(({array}) -> 0) IN ('object', 'string')"
        case "sqlite":
            valid = f"CASE WHEN json_valid({name}) THEN {name} END"
            items = f"json_type({valid}) = 'array' AND json_type({valid}, '$[0]') IN ('object', 'text')"
        case _:
            valid = f"CASE WHEN JSON_VALID({name}) THEN {name} END"
            items = f"JSON_TYPE({valid}) = 'ARRAY' AND JSON_TYPE(JSON_EXTRACT({valid}, '$[0]')) IN ('OBJECT', 'STRING')"
    return CountMatching(table=table.ref, expression=items, columns=(column.name,))
