"""A boolean that is named by what is not so, or two that say the same thing, once and once reversed.

## Why
`WHERE NOT is_not_active` must be read three times, and is written wrong the fourth. `no_email = false` sends
e-mails; or doesn't: everybody reads it differently, and NULL makes it worse.

Worse is a pair of columns such as `active` and `inactive` in one table: the same fact twice, which can contradict
itself. The rows that do are counted, and make it a warning. Words that are states by themselves (`disabled`,
`hidden`, `deleted`) are fine alone.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, is_not_active boolean NOT NULL);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, is_active boolean NOT NULL, is_hidden boolean NOT NULL);
```

## Fix
None to run: together with the name, every value must be reversed, and every program that uses it.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._tables import is_boolean, own_tables

_NO = word_set("cannot dont isnt no non not without wont")
_HARMLESS = (
    ("no", "show"),
    ("opt", "out"),
    ("not", "found"),
    ("non", "profit"),
    ("do", "not", "contact"),
    ("do", "not", "call"),
)
"""Terms that are said so; nobody says them the other way round."""
_OPPOSITES = (
    ("active", "inactive"),
    ("active", "deactivated"),
    ("enabled", "disabled"),
    ("visible", "hidden"),
    ("visible", "invisible"),
    ("public", "private"),
    ("published", "unpublished"),
    ("valid", "invalid"),
    ("verified", "unverified"),
    ("available", "unavailable"),
    ("read", "unread"),
    ("locked", "unlocked"),
    ("open", "closed"),
    ("online", "offline"),
    ("internal", "external"),
    ("required", "optional"),
)


class NegativeBoolean(Rule):
    """Finds negations in the names of booleans, and booleans that reverse each other."""

    code = "N010"
    group = "names"
    severity = "note"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_contradictions(subject, table, one, other) for table, one, other in _pairs(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            for column in table.columns:
                said = _negated(column)
                if said:
                    yield self.finding(
                        table.column_ref(column.name),
                        f"{table.ref}.{column.name} is named by what is not so: NOT {column.name} is a double negation.",
                        Evidence(f"{column.name} is a boolean ({column.type.spelling})."),
                        help=f"Store the positive, for example {said}, with the values reversed.",
                    )
        for table, one, other in _pairs(subject):
            yield self._pair(subject, table, one, other)

    def _pair(self, subject: Subject, table: Table, one: Column, other: Column) -> Finding:
        question = _contradictions(subject, table, one, other)
        answer = subject.facts.ask(question, Counted)
        message = f"{table.ref}.{one.name} and {other.name} say the same thing, once reversed"
        if answer is None or not answer.rows:
            evidence = unchecked(subject, question)
        elif answer.matching:
            rows = count(answer.matching, "row gives", "rows give")
            evidence = seen(f"{rows} both the same value; looked at {looked_at(answer)}.", answer)
            message += f", and {count(answer.matching, 'row has', 'rows have')} a contradiction there"
        else:
            evidence = seen(f"No row gives both the same value in {looked_at(answer)}.", answer)
        return self.finding(
            table.column_ref(other.name),
            f"{message}.",
            evidence,
            help=f"Keep {one.name} and drop {other.name}, or generate one from the other.",
            severity="warning" if answer and answer.matching else None,
            harm="data",
            related=(table.column_ref(one.name),),
        )


def _negated(column: Column) -> str | None:
    """The positive name of a boolean whose name denies something; None where it doesn't."""
    named = words(column.name)
    if len(named) < 2 or not _NO.intersection(named) or not is_boolean(column) or column.generated:
        return None
    if any(all(word in named for word in term) for term in _HARMLESS):
        return None
    if "no" in named and named[0] != "no" and named[0] not in ("is", "has"):
        return None
    positive = [word for word in named if word not in _NO and word != "do"]
    return "_".join(positive) if positive and positive != ["is"] else None


def _pairs(subject: Subject) -> Iterator[tuple[Table, Column, Column]]:
    """Booleans of one table whose names are opposites."""
    for table in own_tables(subject.catalog):
        by_words = {_core(words(column.name)): column for column in table.columns if is_boolean(column)}
        if len(by_words) < 2:
            continue
        for core, column in by_words.items():
            for positive, negative in _OPPOSITES:
                if core and core[-1] == positive:
                    other = by_words.get((*core[:-1], negative))
                    if other and not other.generated and not column.generated:
                        yield table, column, other


def _core(named: tuple[str, ...]) -> tuple[str, ...]:
    return named[1:] if len(named) > 1 and named[0] in ("is", "was", "flag") else named


def _contradictions(subject: Subject, table: Table, one: Column, other: Column) -> CountMatching:
    expression = f"{subject.quote(one.name)} = {subject.quote(other.name)}"
    key = table.primary_key.columns if table.primary_key else ()
    return CountMatching(table.ref, expression, (*key, one.name, other.name))
