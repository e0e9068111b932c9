"""A text column that holds lists of values: several facts in one field.

## Why
A list in a field breaks the first normal form. The database can't check that each item exists, can't index the
items, and cannot count or join them without taking the text apart in every query; `LIKE '%12%'` finds 112 as well.
Removing one item is a rewrite of the text, and two people who add one each overwrite each other.

The values are looked at: most of the filled ones must be two or more short items with a separator. Sentences,
addresses, "Last, First" names, pairs of coordinates and numbers with thousands separators are not lists. Where no
rows could be asked, or none are filled, only names that promise a list (`tag_ids`, `tags`, `email_list`) are
reported, and that it was not checked.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY, tags varchar(200));
-- tags: 'sql,design', 'sql,python,web', …
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE post_tags (
    post_id integer NOT NULL REFERENCES posts (id),
    tag varchar(50) NOT NULL,
    PRIMARY KEY (post_id, tag)
);
```

## Fix
A sketch of the table that takes one row an item; the items must be carried over, and the queries changed, by hand.

## Options
- `rows`: the fewest filled values from which the data decides (default 10).
- `share`: the share of lists among them, for a column whose name doesn't promise one (default 0.8).

## References
- Bill Karwin, *SQL Antipatterns*, chapter “Jaywalking”
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Finding, Fix
from dbwright.normalize.design.unfolding import PROMISING, PROSE, are_items
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import singular, stem, words
from dbwright.rules.design._phrases import share
from dbwright.rules.design._secrets import secret_kind
from dbwright.rules.design._tables import base_type, own_tables

_PARTS = re.compile(r"\s*[,;|]\s*")


class CommaSeparatedList(Rule):
    """Finds lists in text."""

    code = "T004"
    group = "design"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _candidates(subject):
            yield TextShapes(table=table.ref, column=column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            question = TextShapes(table=table.ref, column=column.name)
            shapes = subject.facts.ask(question, Shapes)
            promised = _promises(column)
            if shapes is None or not shapes.filled:
                if promised:
                    yield self._by_name(subject, table, column, question)
                continue
            if 2 * shapes.counts.get("json", 0) >= shapes.filled:
                continue  # documents have commas too
            lists = shapes.counts.get("list", 0)
            if promised:
                proved = lists >= 0.3 * shapes.filled and lists > 0
            else:
                enough = shapes.filled >= subject.option("rows", 10)
                proved = enough and lists >= subject.option("share", 0.8) * shapes.filled and shapes.distinct > 1
            if proved and (promised or _are_lists(shapes.examples.get("list", ()))):
                yield self._by_data(subject, table, column, shapes, lists)

    def _by_data(self, subject: Subject, table: Table, column: Column, shapes: Shapes, lists: int) -> Finding:
        examples = shapes.examples.get("list", ())
        shown = f" such as '{_short(examples[0])}'" if examples else ""
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} holds lists{shown}: the items can't be checked, indexed or joined.",
            seen(
                f"{count(lists, 'value')} of {shapes.filled:,} filled ones ({share(lists, shapes.filled)}) in "
                f"{looked_at(shapes)} {'is a list' if lists == 1 else 'are lists'}.",
                shapes,
                tuple((value,) for value in examples),
                (column.name,),
            ),
            help="Keep one row an item in a table of its own.",
            fix=_fix(subject, table, column),
        )

    def _by_name(self, subject: Subject, table: Table, column: Column, question: Question) -> Finding:
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is {column.type.spelling.lower()}, but its name promises a list.",
            unchecked(subject, question),
            help="Keep one row an item in a table of its own.",
            fix=_fix(subject, table, column),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        keyed = {name for key in table.keys if len(key) == 1 for name in key}
        keyed |= {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            named = stem(column.name)
            if not named or column.name in keyed or not base_type(subject, column.type).is_text or column.generated:
                continue
            if (
                base_type(subject, column.type).length in range(1, 6)
                or named[-1] in PROSE
                or secret_kind(table, column)
            ):
                continue
            yield table, column


def _promises(column: Column) -> bool:
    """Whether the name says that the column holds several: tag_ids, tags, email_list, roles_csv."""
    named = words(column.name)
    if len(named) == 1:
        return named[0] in PROMISING
    return named[-1] in ("ids", "csv") or named[-1] in PROMISING or (named[-1] == "list" and named[-2] != "price")


def _are_lists(examples: tuple[str, ...]) -> bool:
    """Whether the values are lists of items, not names, coordinates, numbers or prose that happen to have a comma."""
    split = [[part for part in _PARTS.split(value.strip()) if part] for value in examples]
    if not split or any(len(parts) < 2 for parts in split):
        return not split
    return are_items(split, examples)


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}…"


def _fix(subject: Subject, table: Table, column: Column) -> Fix:
    named = words(column.name)
    item = singular(named[-1])
    if item in ("list", "csv") and len(named) > 1:
        item = "_".join((*named[:-2], singular(named[-2])))
    elif len(named) > 1:
        item = "_".join((*named[:-1], item))
    owner = "_".join(stem(table.name)) or "row"
    key = table.primary_key.columns if table.primary_key else ()
    name = subject.quote
    if len(key) == 1:
        held = table.column(key[0])
        type_ = held.type.spelling if held else "integer"
        parent = f"{name(f'{owner}_id')} {type_} NOT NULL REFERENCES {name(table.name)} ({name(key[0])})"
    else:
        parent = f"{name(f'{owner}_id')} integer NOT NULL"
    kind = "integer" if item.endswith("_id") else "varchar(100)"
    sketch = (
        f"CREATE TABLE {name('_'.join((*stem(table.name), *named)))} ({parent}, {name(item)} {kind} NOT NULL, "
        f"PRIMARY KEY ({name(f'{owner}_id')}, {name(item)}))"
    )
    return Fix(f"Give the items of {column.name} a table of their own", "display", sql=(sketch,))
