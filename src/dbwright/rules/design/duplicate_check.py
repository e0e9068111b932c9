"""A check that says the same as another of its table, or less.

## Why
Both are evaluated for every row written, and whoever relaxes a limit one day changes one of them and wonders why rows
are still refused. They come from a check on the column and one on the table, or from a migration that ran beside a
model's own.

That one says no more than the other is proved in three-valued logic, on all values that make a difference: `price > 0`
refuses all that `price >= 0` refuses.

## Bad
```sql
CREATE TABLE products (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  CONSTRAINT price_positive CHECK (price > 0),
  CONSTRAINT price_not_negative CHECK (price >= 0)
);
```

## Good
```sql
CREATE TABLE products (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  CONSTRAINT price_positive CHECK (price > 0)
);
```

## Fix
Drops the check that adds nothing.

## References
- PostgreSQL, [Check
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Check, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._checks import check_ref, domains_of, drop_check, shown_check
from dbwright.rules.design._expressions import columns_in, implies, parse, verdict_on
from dbwright.rules.design._tables import own_tables

_MOST_CHECKS = 60
"""Of a table with more checks than this, only those that are equal as text are compared."""


class DuplicateCheck(Rule):
    """Finds checks that add nothing to another."""

    code = "C011"
    group = "constraints"
    severity = "note"
    harm = "clarity"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            if len(table.checks) > 1:
                for spare, kept, same in _spare(subject, table):
                    yield self._finding(table, spare, kept, same)

    def _finding(self, table: Table, spare: Check, kept: Check, same: bool) -> Finding:
        says = "says the same as" if same else "refuses nothing that is not refused by"
        reason = "Both pass and refuse the same rows" if same else f"Every row that passes {_name(kept)} passes it too"
        return self.finding(
            check_ref(table, spare),
            f"The check {shown_check(spare)} of {table.ref} {says} {shown_check(kept)}.",
            Evidence(f"{reason}: tried on all values that make a difference."),
            help=f"Drop it and keep {_name(kept)}.",
            fix=Fix(f"Drop the check {_name(spare)}", "safe", (drop_check(table, spare),)),
            related=(check_ref(table, kept),),
        )


def _name(check: Check) -> str:
    return check.name or shown_check(check)


def _spare(subject: Subject, table: Table) -> Iterator[tuple[Check, Check, bool]]:
    """Each check that could go, the one that stays, and whether they say the same."""
    read = [
        (check, set(columns_in(check.expression, subject.engine)))
        for check in table.checks
        if _is_telling(subject, table, check)
    ]
    gone: set[int] = set()
    for place, (check, columns) in enumerate(read):
        for other, (stricter, its_columns) in enumerate(read):
            if place == other or other in gone or not columns <= its_columns:
                continue
            equal_text = check.expression == stricter.expression
            if not equal_text and (len(read) > _MOST_CHECKS or not _implies(subject, table, stricter, check)):
                continue
            same = equal_text or (columns == its_columns and _implies(subject, table, check, stricter))
            if same and not _may_go_first(check, stricter, place, other):
                continue
            gone.add(place)
            yield check, stricter, same
            break


def _implies(subject: Subject, table: Table, stricter: Check, laxer: Check) -> bool:
    trees = parse(stricter.expression, subject.engine), parse(laxer.expression, subject.engine)
    return implies(*trees, domains_of(subject, table, stricter.expression))


def _is_telling(subject: Subject, table: Table, check: Check) -> bool:
    """Whether a check holds for all rows and can be both true and false; others have rules of their own."""
    if not check.enforced or not check.validated or not columns_in(check.expression, subject.engine):
        return False
    return verdict_on(check.expression, subject.engine, domains_of(subject, table, check.expression)) is None


def _may_go_first(check: Check, other: Check, place: int, its_place: int) -> bool:
    """Of two that say the same, the one without a name goes, else the later one."""
    if bool(check.name) != bool(other.name):
        return not check.name
    return place > its_place
