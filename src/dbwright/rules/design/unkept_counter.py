"""A column that counts the rows of another table, or adds them up, and that nothing in the database keeps right.

## Why
`posts.comments_count` saves a count(*) on every page, and is wrong the day after: an import, a script, a retry, a cascade
on delete writes the comments without it. Two transactions that both read 7 and write 8 lose one. Nobody notices until a
customer asks why the page says 3 and shows 5.

The column is recognised by its name (`comments_count`, `num_posts`, `total_orders`; totals and balances with a table of
lines) beside a foreign key from what it counts. The rows decide what exactly is counted: all rows, or those that are not
soft-deleted. Wrong rows are an error, whether a trigger keeps the column or not. Where nothing is wrong yet and no
trigger keeps it, a note. Where more than half of the rows differ, the name means something else, or nobody ever wrote the
column, and nothing is reported; totals must agree in 95 % of the rows, and
have neither tax nor discount beside them. A count of what is purged (views, events) may
rightly be larger than the rows that are left: a note. So it is where all counts shown are too small and the counted rows
have a state (`approved`, `status`), since then perhaps only some of them count.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY, comments_count integer NOT NULL DEFAULT 0);
CREATE TABLE comments (id integer PRIMARY KEY, post_id integer NOT NULL, FOREIGN KEY (post_id) REFERENCES posts (id));
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE comments (id integer PRIMARY KEY, post_id integer NOT NULL, FOREIGN KEY (post_id) REFERENCES posts (id));
```

## Fix
Triggers on the counted table that add and subtract under insert, update, delete and a change of the key; rows that are
wrong are counted anew after that, by a statement that can be run again at any time. Unsafe: it changes data, and an
application that counts by itself must stop, or every row counts twice. Run the recount while nothing writes there.

What triggers don't see: TRUNCATE on MySQL, and REPLACE on SQLite unless `recursive_triggers` is on. On MySQL no trigger can
keep a count of a table's own rows. `dbwright denormalize` makes the same triggers, proves and measures them, and checks the
counter later.

## Options
- `drift` (default 0.5): the share of wrong counts from which on the name must mean something else.
- `rows` (default 20): the fewest rows from which the data proves a total.

## References
- Rails, [counter caches](https://guides.rubyonrails.org/association_basics.html#options-for-belongs-to-counter-cache)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import CountDistinct, Counted, Distinct, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Fix, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._counters import Counter, counters
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._keeping import Keeper
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import keeps_records
from dbwright.rules.design._triggers import mentions, trigger_texts

_MOST_WRONG_TOTALS = 0.05
_LEAST_TOTALS = 3


class UnkeptCounter(Rule):
    """Finds counts and totals that go their own way."""

    code = "D020"
    group = "design"
    severity = "error"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for parent, column, found in counters(subject):
            yield from (counter.question() for counter in found)
            yield CountDistinct(parent.ref, (column.name,))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for parent, column, found in counters(subject):
            counter, answer = self._best(subject, found)
            if answer is None or not answer.considered:
                # Without rows only a name that says it all counts.
                if counter.by_name and len(_children(found)) == 1 and not _is_kept(subject, counter):
                    yield self._open(subject, counter, unchecked(subject, counter.question()))
            elif self._is_meant(subject, parent, column, counter, answer):
                if answer.matching:
                    yield self._wrong(subject, counter, answer)
                elif not _is_kept(subject, counter):
                    summary = f"{_all(answer)} equals {counter.what}; looked at {looked_at(answer)}."
                    yield self._open(subject, counter, seen(summary, answer))

    @staticmethod
    def _best(subject: Subject, found: list[Counter]) -> tuple[Counter, Counted | None]:
        """The reading of the name that most rows agree with."""
        answers = [(each, subject.facts.ask(each.question(), Counted)) for each in found]
        answered = [(each, answer) for each, answer in answers if answer is not None]
        if not answered:
            return answers[0]
        return min(answered, key=lambda pair: pair[1].matching)

    @staticmethod
    def _is_meant(subject: Subject, parent: Table, column: Column, counter: Counter, answer: Counted) -> bool:
        """Whether the rows agree so far that the column holds what its name says."""
        distinct = subject.facts.ask(CountDistinct(parent.ref, (column.name,)), Distinct)
        values = distinct.distinct if distinct else 0
        wrong = answer.matching / answer.considered
        if not counter.by_name:
            enough = answer.considered >= subject.option("rows", 20) and values >= _LEAST_TOTALS
            return enough and wrong <= _MOST_WRONG_TOTALS
        return wrong <= subject.option("drift", 0.5) and (values > 1 or not answer.matching)

    def _wrong(self, subject: Subject, counter: Counter, answer: Counted) -> Finding:
        kept = _is_kept(subject, counter)
        rows = count(answer.matching, "row is", "rows are")
        name = f"{counter.parent.ref}.{counter.target.name}"
        keeper = Keeper(subject, counter)
        statements = (keeper.recount(),) if kept else keeper.statements()
        title = "Count anew" if kept else "Keep it by triggers, and count anew"
        severity: Severity = "note" if keeps_records(counter.child) or _may_count_less(counter, answer) else "error"
        return self.finding(
            counter.parent.column_ref(counter.target.name),
            f"{name} should be {counter.what}; {rows} wrong{', although a trigger is there' if kept else ', and no trigger keeps it'}.",
            seen(
                f"{rows} wrong of {answer.considered:,} ({share(answer.matching, answer.considered)}); looked at {looked_at(answer)}.",
                answer,
            ),
            help="Count anew, and find out what writes past the trigger."
            if kept
            else "Keep it by triggers and count anew, or drop the column and count when asked.",
            fix=Fix(title, "unsafe", sql=statements)
            if statements
            else Fix("Count anew", "display", sql=(keeper.recount(),)),
            severity=severity,
            related=(counter.child.ref,),
            touched=Touched(rows=answer.matching),
        )

    def _open(self, subject: Subject, counter: Counter, evidence: Evidence) -> Finding:
        operations = Keeper(subject, counter).operations()
        return self.finding(
            counter.parent.column_ref(counter.target.name),
            f"{counter.parent.ref}.{counter.target.name} holds {counter.what}, and no trigger keeps it so.",
            evidence,
            help="Keep it by triggers, or have a job that compares it with the rows; let only one of trigger and application count.",
            fix=Fix(f"Keep {counter.target.name} by triggers on {counter.child.name}", "unsafe", operations)
            if operations
            else None,
            severity="note",
            related=(counter.child.ref,),
        )


def _children(found: list[Counter]) -> set[tuple[str, tuple[str, ...]]]:
    return {(counter.child.name, counter.key.columns) for counter in found}


def _may_count_less(counter: Counter, answer: Counted) -> bool:
    """Whether the rows shown are all counted too low, and the child has states of which only some may count."""
    if not counter.may_be_filtered or not answer.examples:
        return False
    pairs = [(_number(row[-2]), _number(row[-1])) for row in answer.examples]
    return all(held is not None and true is not None and held < true for held, true in pairs)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _all(answer: Counted) -> str:
    return "The only value" if answer.considered == 1 else f"Every one of {answer.considered:,} values"


def _is_kept(subject: Subject, counter: Counter) -> bool:
    """Whether a trigger on the counted table writes the column."""
    texts = trigger_texts(subject, counter.child, ("insert", "delete"))
    return any(mentions(text, counter.target.name) and mentions(text, counter.parent.name) for text in texts)
