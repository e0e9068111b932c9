"""A column that repeats a column of the row it refers to, and that nothing keeps alike.

## Why
`comments.author_name` beside `authors.name` saves a join, and is wrong as soon as the author marries: one fact in two
places, and only one is changed. Search by the old name still finds half of the rows. A copy is right where it is a
snapshot on purpose: the price in an order, the address on an invoice must not follow.

Copies are recognised by their names (`product_name` beside `products.name`, `email` in both) and by the rows: equal in
95 % of at least 20 of them. Drifted copies that their name tells are a warning, equal ones that nothing keeps a note;
snapshots (orders, invoices, prices) and columns that merely have the same name are always notes. Where a foreign key
includes the column, or a trigger writes it, equal copies are kept and not reported.

## Bad
```sql
CREATE TABLE authors (id integer PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE comments (
    id integer PRIMARY KEY,
    author_id integer NOT NULL,
    author_name varchar(80) NOT NULL,
    FOREIGN KEY (author_id) REFERENCES authors (id)
);
```

## Good
```sql
CREATE TABLE authors (id integer PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE comments (
    id integer PRIMARY KEY,
    author_id integer NOT NULL,
    FOREIGN KEY (author_id) REFERENCES authors (id)
);
```

## Fix
Triggers that follow the original: one on its table, one where the copy is written, and for drifted copies a statement
that copies anew. Unsafe: it changes data, and a copy that was meant to stay no longer does. Dropping the column and
joining is better where speed allows. Snapshots get no fix.

## Options
- `rows` (default 20): the fewest rows from which the data decides.
- `drift` (default 0.05): the share of copies that may differ.

## References
- Use The Index, Luke, [Denormalisation](https://use-the-index-luke.com/)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import CountDistinct, Counted, Distinct, Question
from dbwright.finding import Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._copies import Copy, copies
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._following import Follower
from dbwright.rules.design._phrases import share
from dbwright.rules.design._triggers import mentions, trigger_texts

_LEAST_VALUES = 5


class UnkeptCopy(Rule):
    """Finds facts that stand in two tables."""

    code = "D021"
    group = "design"
    harm = "data"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for copy in copies(subject):
            yield copy.question()
            yield CountDistinct(copy.child.ref, (copy.target.name,))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for copy in copies(subject):
            answer = subject.facts.ask(copy.question(), Counted)
            distinct = subject.facts.ask(CountDistinct(copy.child.ref, (copy.target.name,)), Distinct)
            if answer is None or answer.considered < subject.option("rows", 20):
                continue
            # Columns that hardly vary agree by chance.
            if distinct is None or distinct.distinct < _LEAST_VALUES:
                continue
            if answer.matching > answer.considered * subject.option("drift", 0.05):
                continue
            kept = _is_kept(subject, copy)
            if answer.matching or not kept:
                yield self._finding(subject, copy, answer, kept)

    def _finding(self, subject: Subject, copy: Copy, answer: Counted, kept: bool) -> Finding:
        name, original = f"{copy.child.ref}.{copy.target.name}", f"{copy.parent.ref}.{copy.source.name}"
        differ = answer.matching
        if differ:
            message = (
                f"{name} copies {original}, and {count(differ, 'row has', 'rows have')} another value than the original"
            )
            message += ", although a trigger is there." if kept else "."
            summary = f"{count(differ, 'row differs', 'rows differ')} of {answer.considered:,} ({share(differ, answer.considered)})"
        else:
            message = f"{name} repeats {original} in every row, and nothing keeps them alike."
            summary = f"All {answer.considered:,} copies equal their originals"
        snapshot = (
            "If it keeps what was true when the row was written, leave it and say so in a comment."
            if copy.snapshot
            else ""
        )
        follow = "Drop it and join, or keep it by triggers."
        return self.finding(
            copy.child.column_ref(copy.target.name),
            message,
            seen(f"{summary}; looked at {looked_at(answer)}.", answer),
            help=f"{snapshot} Otherwise, {follow[0].lower()}{follow[1:]}" if snapshot else follow,
            fix=None if copy.snapshot or kept else _fix(subject, copy, drifted=bool(differ)),
            severity="warning" if differ and copy.certain and not copy.snapshot else "note",
            related=(copy.parent.column_ref(copy.source.name),),
            touched=Touched(rows=differ or answer.considered),
        )


def _is_kept(subject: Subject, copy: Copy) -> bool:
    """Whether a foreign key includes the copy, or a trigger of either table writes it."""
    for key in copy.child.foreign_keys:
        if copy.target.name in key.columns:
            return True
    texts = trigger_texts(subject, copy.child, ("insert", "update"))
    if any(mentions(text, copy.target.name) for text in texts):
        return True
    texts = trigger_texts(subject, copy.parent, ("update",))
    return any(mentions(text, copy.target.name) and mentions(text, copy.child.name) for text in texts)


def _fix(subject: Subject, copy: Copy, drifted: bool) -> Fix | None:
    follower = Follower(subject, copy)
    operations = follower.operations()
    if not operations:
        return None
    title = f"Keep {copy.target.name} like {copy.parent.name}.{copy.source.name} by triggers"
    if drifted:
        return Fix(f"{title}, and copy anew", "unsafe", sql=follower.statements())
    return Fix(title, "unsafe", operations)
