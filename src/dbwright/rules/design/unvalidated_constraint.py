"""A constraint that PostgreSQL enforces for new rows but never checked on those that were there: NOT VALID.

## Why
NOT VALID is the first half of adding a constraint without a long lock. The second half, VALIDATE CONSTRAINT, is easily
forgotten. Until then old rows may break it, any UPDATE of such a row fails all of a sudden, a restore from a dump
fails, and the planner may not rely on it.

## Bad
```sql
CREATE TABLE people (id integer PRIMARY KEY, age integer NOT NULL);
ALTER TABLE people ADD CONSTRAINT age_range CHECK (age >= 0) NOT VALID;
```

## Good
```sql
CREATE TABLE people (id integer PRIMARY KEY, age integer NOT NULL);
ALTER TABLE people ADD CONSTRAINT age_range CHECK (age >= 0) NOT VALID;
ALTER TABLE people VALIDATE CONSTRAINT age_range;
```

## Fix
Validates the constraint, which blocks neither reads nor writes. Where rows break it, they have to be corrected first;
they are counted.

## References
- PostgreSQL, [ALTER TABLE, Notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import CheckOutcome, Counted, CountNotTrue, CountOrphans, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, ForeignKey, Table
from dbwright.change.operations import ChangePart
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._checks import shown_check
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._tables import own_tables, parent_of


class UnvalidatedConstraint(Rule):
    """Finds constraints that old rows may break."""

    code = "C007"
    group = "constraints"
    engines = ("postgres",)

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (question for _, _, question in _unvalidated(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, part, question in _unvalidated(subject):
            broken, evidence = _broken(subject, question)
            kind = "check" if isinstance(part, Check) else "foreign key"
            shown = shown_check(part) if isinstance(part, Check) else part.name
            target = Ref("check" if kind == "check" else "foreign_key", (*table.ref.path, part.name or ""))
            on = msgspec.structs.replace(part, validated=True)
            yield self.finding(
                target,
                f"The {kind} {shown} of {table.ref} was never validated, so older rows may break it"
                + (f", and {count(broken, 'row does', 'rows do')}." if broken else "."),
                evidence,
                help=("Correct these rows, then run" if broken else "Run")
                + " ALTER TABLE … VALIDATE CONSTRAINT …, which does not block writes.",
                fix=Fix(
                    f"Validate the {kind} {part.name}",
                    "display" if broken else "safe",
                    (ChangePart(target=target, to=on),),
                ),
                severity="error" if broken else None,
                touched=Touched(rows=broken) if broken else None,
            )


def _broken(subject: Subject, question: Question) -> tuple[int, Evidence]:
    """How many rows break a constraint, and how that was found."""
    answer = subject.facts.answers.get(question)
    if not isinstance(answer, CheckOutcome | Counted) or not answer.rows:
        return 0, unchecked(subject, question)
    broken = answer.false if isinstance(answer, CheckOutcome) else answer.matching
    told = count(broken, "row breaks", "rows break") if broken else "none breaks"
    return broken, seen(f"Of {looked_at(answer)}, {told} it.", answer)


def _unvalidated(subject: Subject) -> Iterator[tuple[Table, Check | ForeignKey, Question]]:
    for table in own_tables(subject.catalog):
        for check in table.checks:
            if check.enforced and not check.validated:
                yield table, check, CountNotTrue(table.ref, check.expression)
        for key in table.foreign_keys:
            parent = parent_of(subject, key)
            if key.enforced and not key.validated and parent:
                yield table, key, CountOrphans(table.ref, key.columns, parent.ref, key.referenced)
