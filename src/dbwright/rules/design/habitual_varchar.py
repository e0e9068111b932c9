"""The same length, mostly varchar(255), for almost every text of a schema.

## Why
255 was the most that an old version of MySQL could index; today it says nothing. Whoever reads the schema can't tell a
limit that was thought about from one that was typed by habit, and the database accepts a 200-letter postal code. On MySQL
the declared length is also what sorting and temporary tables in memory reckon with. PostgreSQL stores `text` and
`varchar(n)` alike: a limit belongs where there is one.

## Bad
```sql
CREATE TABLE customers (
    id integer PRIMARY KEY, first_name varchar(255), last_name varchar(255), street varchar(255), city varchar(255),
    postal_code varchar(255), phone varchar(255), email varchar(255), website varchar(255), language varchar(255)
);
```

## Good
```sql
CREATE TABLE customers (
    id integer PRIMARY KEY, first_name varchar(80), last_name varchar(80), street varchar(200), city varchar(100),
    postal_code varchar(12), phone varchar(20), email varchar(254), website text, language varchar(35)
);
```

## Fix
None: which limits make sense is a matter of what the values mean. The longest ones that are there are shown.

## Options
- `least` (default 8): so many columns of one length make a habit, if they are 60 % of all with a length.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns, schema_ref, schema_shown
from dbwright.rules.design._evidence import looked_at, seen, unchecked

_HABITS = frozenset((100, 128, 191, 200, 250, 255, 256, 500))
_ASKED = 12


class HabitualVarchar(Rule):
    """Finds schemas whose texts all have one length."""

    code = "T007"
    group = "types"
    severity = "note"
    harm = "clarity"
    bundle = "strict"
    engines = ("postgres", "mysql")

    def questions(self, subject: Subject) -> Iterable[Question]:
        for _, _, _, columns in _habits(subject):
            yield from (TextShapes(table.ref, column.name) for table, column in columns[:_ASKED])

    def check(self, subject: Subject) -> Iterable[Finding]:
        for namespace, length, total, columns in _habits(subject):
            longest: list[tuple[str, int]] = []
            looked: Shapes | None = None
            for table, column in columns[:_ASKED]:
                shapes = subject.facts.ask(TextShapes(table.ref, column.name), Shapes)
                if shapes and shapes.filled:
                    longest.append((f"{table.ref}.{column.name}", shapes.longest))
                    looked = shapes
            evidence = [Evidence(f"{len(columns)} of {total} texts with a length are varchar({length}).")]
            if looked:
                rows = tuple((name, str(most)) for name, most in longest)
                summary = (
                    f"The longest value of {len(rows)} of them has {max(most for _, most in longest)} characters, "
                )
                summary += f"for the last one in {looked_at(looked)}."
                evidence.append(seen(summary, looked, rows, ("column", "longest")))
            else:
                table, column = columns[0]
                evidence.append(unchecked(subject, TextShapes(table.ref, column.name)))
            yield self.finding(
                schema_ref(namespace),
                f"In {schema_shown(namespace)}, {len(columns)} of {total} texts with a length are varchar({length}): "
                "a limit out of habit tells nothing about the values.",
                *evidence,
                help="Give each text the limit that its meaning has; where there is none, "
                + ("use text." if subject.engine == "postgres" else "choose one that is certainly enough."),
                related=[table.column_ref(column.name) for table, column in columns],
            )


def _habits(subject: Subject) -> Iterator[tuple[str, int, int, list[tuple[Table, Column]]]]:
    """By schema: the habitual length, how many texts have a length, and those that have this one."""
    by_schema: dict[str, list[tuple[Table, Column]]] = {}
    for table, column, type_ in own_columns(subject):
        if type_.kind == "varchar" and type_.length:
            by_schema.setdefault(table.namespace, []).append((table, column))
    for namespace, columns in by_schema.items():
        length, times = Counter(column.type.length or 0 for _, column in columns).most_common(1)[0]
        if times >= int(subject.option("least", 8)) and times >= 0.6 * len(columns) and length in _HABITS:
            yield namespace, length, len(columns), [each for each in columns if each[1].type.length == length]
