"""A value that should tell one row from another, stored twice.

## Why
`Ann@example.com` and `ann@example.com` are one mailbox. Where two accounts hold them, one person has two passwords, the
reset mail opens the wrong one, and nobody knows which row is right. A unique constraint that compares letter by letter
doesn't stop it: for it, a capital or a blank makes another value. The same goes for a product number or a slug that a
few rows share, where nothing declares it unique.

The rows are looked at, and shown. E-mail addresses and log-in names of people are compared without regard to case and
outer blanks, others exactly. Another column that repeats in more than 5 % of the rows is no key and not reported; in a
table that belongs to a parent it may be meant to be unique only within that, which is a note.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL);
-- 'ann@example.com' and 'Ann@example.com ' are two users
```

## Good
```sql postgres
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL);
CREATE UNIQUE INDEX users_email ON users (lower(trim(email)));
```
```sql mysql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL UNIQUE);
```
```sql sqlite
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL COLLATE NOCASE UNIQUE);
```

## Fix
Shown, not run: which of two rows is right only people know. When they are merged, the unique index keeps it so.

## Options
- `least-rows` (default 20): with fewer rows, only e-mail addresses and log-in names are reported.
- `share` (default 0.05): the largest share of rows that repeat a value of what is still taken for a key.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountRepeated, Question
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._natural_keys import belongs_to_person, folds_case, natural_keys
from dbwright.rules.design._tables import own_tables

_KEYS = word_set("barcode ean gtin iban imei imsi isbn isbn10 isbn13 iso2 iso3 issn sku slug upc vin")
"""Words that promise a key so firmly that a few repeats are a fault and no other meaning."""


class RepeatedNaturalKey(Rule):
    """Finds values of natural keys that several rows share."""

    code = "K009"
    group = "keys"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, name, folded in _candidates(subject):
            yield CountRepeated(table.ref, (name,))
            if folded:
                yield CountRepeated(table.ref, (name,), folded=True)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, name, folded in _candidates(subject):
            exact = subject.facts.ask(CountRepeated(table.ref, (name,)), Counted)
            if exact is None:
                continue
            if folded:
                loose = subject.facts.ask(CountRepeated(table.ref, (name,), folded=True), Counted)
                few = loose is not None and loose.matching <= max(10, loose.considered / 2)
                if loose and few and loose.matching > exact.matching:
                    yield self._folded(subject, table, name, exact, loose)
                continue
            most = max(2.0, float(subject.option("share", 0.05)) * exact.considered)
            if 0 < exact.matching <= most and exact.considered >= int(subject.option("least-rows", 20)):
                yield self._exact(table, name, exact)

    def _folded(self, subject: Subject, table: Table, name: str, exact: Counted, loose: Counted) -> Finding:
        unique = any(key == (name,) for key in table.keys)
        quoted = subject.quote(name)
        sql = f"CREATE UNIQUE INDEX ON {subject.quote(table.name)} (lower(trim({quoted})))"
        if subject.engine == "sqlite":
            index = subject.quote(f"{table.name}_{name}_folded")
            sql = f"CREATE UNIQUE INDEX {index} ON {subject.quote(table.name)} (lower(trim({quoted})))"
        why = "the unique key compares letter by letter" if unique else "nothing declares it unique"
        evidence = [
            _evidence(loose, f"{_rows_share(loose)} a {name} up to case and outer blanks, of {looked_at(loose)}.")
        ]
        if exact.matching:
            evidence.append(_evidence(exact, f"{_rows_share(exact)} it letter by letter."))
        return self.finding(
            table.column_ref(name),
            f"{count(loose.matching, 'row')} of {table.ref} share their {name} with another but for capitals or blanks: {why}.",
            *evidence,
            help=f"Merge the doubled rows, then make lower(trim({name})) unique.",
            fix=Fix(f"Make {name} unique up to case", "display", sql=(sql,)),
            touched=Touched(rows=loose.matching),
        )

    def _exact(self, table: Table, name: str, exact: Counted) -> Finding:
        within = next((key.columns for key in table.foreign_keys), None)
        sure = within is None and (words(name)[-1] in _KEYS or belongs_to_person(table, name))
        help_ = f"Correct the doubled rows, then declare {name} unique."
        if within:
            help_ += f" If it is meant to be unique only within ({', '.join(within)}), declare that."
        return self.finding(
            table.column_ref(name),
            f"{table.ref}.{name} has the name of a key, but nothing declares it unique, and "
            f"{count(exact.matching, 'row')} of {exact.considered:,} share it with another.",
            _evidence(exact, f"{_rows_share(exact)} a {name}, of {looked_at(exact)}."),
            help=help_,
            severity="warning" if sure else "note",
            touched=Touched(rows=exact.matching),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, str, bool]]:
    """Natural keys that nothing declares, and those of people that only letter by letter are unique; whether to fold case.

    E-mail addresses and log-in names that repeat exactly are told by the rule on undeclared candidate keys.
    """
    for table, columns in natural_keys(subject):
        if len(columns) == 1 and not belongs_to_person(table, columns[0]):
            yield table, columns[0], False
    for table in own_tables(subject.catalog):
        guarded = " ".join(part.expression or "" for index in table.indexes if index.unique for part in index.parts)
        for column in table.columns:
            text = column.type.is_text and not column.generated
            if text and folds_case(subject, table, column.name) and column.name not in guarded:
                yield table, column.name, True


def _rows_share(answer: Counted) -> str:
    return f"{count(answer.matching, 'row')} {'shares' if answer.matching == 1 else 'share'}"


def _evidence(answer: Counted, summary: str) -> Evidence:
    return seen(summary, answer)
