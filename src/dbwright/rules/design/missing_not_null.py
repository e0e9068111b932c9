"""A column that may be NULL but never is, where a value is clearly expected.

## Why
Each nullable column makes every query over it answer a third question: neither yes nor no. Sums skip the row, `NOT
IN` finds nothing, `<>` loses it, and the application has to be ready for a value that never comes. The database can
promise it instead.

Only columns whose purpose calls for a value are reported: flags, columns with a default, the parent of a row that
cannot live without one, members of a unique key, prices, quantities, names, moments of creation. What is optional by
nature (an end, a second address line, a phone number, a note) is left alone, however often it is filled.

## Bad
```sql
-- 12,000 rows, none of them NULL
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) UNIQUE, is_active boolean DEFAULT true);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL UNIQUE, is_active boolean NOT NULL DEFAULT true);
```

## Fix
Declares the column NOT NULL. Where only its name speaks for it, that is marked unsafe.

## Options
- `least-rows` (default 50): with fewer rows, the absence of NULL means nothing, and the rule stays silent.

## References
- PostgreSQL, [Not-null
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import SetNullable
from dbwright.finding import Finding, Fix, Safety
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import looked_at, seen
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._tables import base_type, is_boolean, own_tables

_OPTIONAL = word_set(
    "about address2 alternate alternative avatar bio birth birthdate birthday canceled cancelled closed color "
    "colour comment comments company completed confirmed death deleted delivered description display ended error "
    "expired expires expiry external fax finished icon image job joined last left level line2 line3 locked manager "
    "max maximum meta metadata middle min minimum mobile next nick nickname note notes optional org other parent "
    "phone photo picture previous published read reason referred referrer remark remarks replied reply reset "
    "resolved return reviewed revoked scheduled second secondary seen sent shipped signed stripe suffix summary "
    "temp terminated tier title2 token until url used verified website"
)
"""Words of values that are missing by nature."""
_AMOUNTS = word_set("amount balance cost price qty quantity stock subtotal total")
_NAMES = word_set("email label login name subject title username")


class MissingNotNull(Rule):
    """Finds columns that could be NOT NULL, by their purpose and their rows."""

    code = "C004"
    group = "constraints"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountNulls(table.ref, column.name) for table, column, _, _ in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, why, strong in _candidates(subject):
            answer = subject.facts.ask(CountNulls(table.ref, column.name), Counted)
            if answer is None or answer.matching or answer.rows < int(subject.option("least-rows", 50)):
                continue
            safety: Safety = "safe" if strong and not answer.sampled else "unsafe"
            yield self.finding(
                table.column_ref(column.name),
                f"{table.ref}.{column.name} may be NULL but never is, and {why}.",
                seen(f"No NULL in {looked_at(answer)}.", answer),
                help=f"Declare {column.name} NOT NULL.",
                fix=Fix(
                    f"Forbid NULL in {table.name}.{column.name}",
                    safety,
                    (SetNullable(target=table.column_ref(column.name), nullable=False),),
                ),
                severity=None if strong else "note",
            )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column, str, bool]]:
    """Nullable columns that call for a value, the reason, and whether more than the name says so."""
    for table in own_tables(subject.catalog):
        primary = table.primary_key.columns if table.primary_key else ()
        for column in table.columns:
            if not column.nullable or column.generated or column.identity or column.name in primary:
                continue
            found = _reason(subject, table, column)
            if found:
                yield table, column, *found


def _reason(subject: Subject, table: Table, column: Column) -> tuple[str, bool] | None:
    """Why a column calls for a value, and whether more than its name says so."""
    named = words(column.name)
    for key in table.foreign_keys:
        if column.name in key.columns:
            return _reason_of_reference(table, column, key.table[1], key.on_delete)
    if _OPTIONAL.intersection(named):
        return None
    if is_boolean(column):
        return "a flag that is neither true nor false has no meaning", True
    if any(column.name in key for key in table.keys):
        return "it belongs to a unique key, which NULL escapes", True
    if column.default is not None and column.default.strip().upper() not in ("NULL", "''"):
        return f"it has the default {_short(column.default)}", True
    type_ = base_type(subject, column.type)
    own = stem(table.name)
    if type_.kind in ("date", "timestamp") and named[:1] in (("created",), ("inserted",)):
        return "every row was made at some time", False
    if type_.is_number and named and named[-1] in _AMOUNTS and len(named) <= 2:
        return f"{'a' if named[-1][0] not in 'aeiou' else 'an'} {named[-1]} without a value spoils every sum", False
    if type_.is_text and named and named[-1] in ("status", "state") and len(named) == 1 and not _is_address(table):
        return "every row is in some state", False
    if type_.is_text and named and named[-1] in _NAMES and (len(named) == 1 or named[:-1] == own[-len(named) + 1 :]):
        return "it is what the row is known by", False
    return None


def _reason_of_reference(table: Table, column: Column, parent: str, on_delete: str) -> tuple[str, bool] | None:
    """A foreign key calls for a value where the row is a part of its parent, or dies with it."""
    ours, theirs = stem(table.name), stem(parent)
    if on_delete == "set null" or _OPTIONAL.intersection(words(column.name)) or not theirs or parent == table.name:
        return None
    if on_delete == "cascade":
        # Where a row may have one of several parents, or none yet, that is a design and no oversight.
        return f"the row is deleted together with its {' '.join(theirs)}", False
    if len(ours) > len(theirs) and ours[: len(theirs)] == theirs:
        return f"the row is a part of its {' '.join(theirs)}", True
    return None


def _is_address(table: Table) -> bool:
    return any(
        {"city", "zip", "postal", "country", "street"}.intersection(words(column.name)) for column in table.columns
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}…"
