"""The type of a column changes so that values may not fit, or so that the running application meets another type.

## Why
Values that do not fit the new type make the statement fail, or are cut, rounded or turned into something else: a
`bigint` above 2,147,483,647 as `int`, the end of a longer text, the zone of a `timestamptz`, digits after the point.
And the running application was written for the old type: prepared statements fail once with "cached plan must not
change result type", parameters are sent as the wrong type, and results come back as another one.

A type that only has more room (a longer `varchar`, `varchar` to `text`, more digits, `int` to `bigint` in MySQL) is
not reported here.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total bigint NOT NULL);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN total TYPE integer;
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN total integer NOT NULL;
```

## Good
```sql postgres
ALTER TABLE orders ADD COLUMN net integer;
```
```sql mysql
ALTER TABLE orders ADD COLUMN net integer;
```

## Fix
Add a second column of the new type, keep both equal by triggers, fill it in batches, release the application that
uses it, drop the old one. `dbwright online` does it in phases that can be undone. Where the type gets narrower, look
for values that do not fit first.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [changing-column-type](https://squawkhq.com/docs/changing-column-type)
- strong_migrations, [Changing the type of a
  column](https://github.com/ankane/strong_migrations#changing-the-type-of-a-column)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column
from dbwright.catalog.types import Type
from dbwright.change.actions import Action
from dbwright.change.narrowing import loses
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import (
    column_after,
    column_before,
    column_ref,
    existing,
    is_live,
    is_new_column,
    part_of,
    rows_seen,
)
from dbwright.rules.migration._text import written


class TypeChanged(MigrationRule):
    """Finds types that change in a way that somebody notices."""

    code = "M063"
    group = "compatibility"
    severity = "warning"
    engines = ("postgres", "mysql")

    def asks(self, migration: Migration) -> Iterable[Question]:
        for _, ref, old, new in _changes(migration):
            question = _fits(migration, ref, old, new)
            if question and is_live(migration, ref, ref.name):
                yield question

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, ref, old, new in _changes(migration):
            if old is None:
                yield self._unknown(migration, moment, ref, new)
                continue
            lost = None if migration.rows(ref) == 0 else loses(old.type, new)
            question = _fits(migration, ref, old, new)
            answer = migration.facts.ask(question, CheckOutcome) if question else None
            if answer and not answer.false and not answer.sampled:
                lost = None
            if lost or loses(old.type, new) or _is_noticed(migration, old.type, new):
                yield self._changed(migration, moment, ref, old, new, lost, answer)

    def _changed(
        self,
        migration: Migration,
        moment: Moment,
        ref: Ref,
        old: Column,
        new: Type,
        lost: str | None,
        answer: CheckOutcome | None,
    ) -> Finding:
        evidence = rows_seen(migration, ref)
        told = ""
        if answer:
            evidence = Evidence(
                f"{answer.false:,} of {answer.rows:,} rows have a value that does not fit.",
                basis="data",
                proved=not answer.sampled,
                rows_examined=answer.rows,
                sql=answer.sql,
            )
            told = f" ({answer.false:,} of {answer.rows:,} rows)" if answer.false else ""
        what = f"{lost}{told}, and " if lost else ""
        return self.at(
            moment,
            ref,
            f"{ref} changes from {old.type.spelling} to {new.spelling}: {what}the running application, written for "
            f"{old.type.spelling}, meets {new.spelling}"
            + (", and statements that it has prepared fail once." if migration.engine == "postgres" else "."),
            evidence,
            help="Add a second column of the new type and keep both equal until the application uses it: `dbwright online`.",
            fix=Fix("Look for values that do not fit", "display", sql=(_search(migration, ref, old, new),))
            if lost and _search(migration, ref, old, new)
            else None,
            severity="error" if lost else None,
        )

    def _unknown(self, migration: Migration, moment: Moment, ref: Ref, new: Type) -> Finding:
        return self.at(
            moment,
            ref,
            f"{ref} changes to {new.spelling}: values may not fit, and the running application meets another type.",
            Evidence("What type the column has until then is not known.", basis="unchecked", proved=False),
            help="Add a second column of the new type and keep both equal until the application uses it: `dbwright online`.",
        )


def _changes(migration: Migration) -> Iterator[tuple[Moment, Ref, Column | None, Type]]:
    """Every column whose type changes: the old column, None where it is not known, and the new type."""
    for moment, action in existing(migration, "alter type", "change column"):
        if action.target is None or is_new_column(migration, action.target, part_of(action)):
            continue
        old, new = column_before(moment, action), _new_type(moment, action)
        if new is None or (old is None and action.kind == "change column"):
            continue
        if old is None or old.type != new:
            yield moment, column_ref(action), old, new


def _new_type(moment: Moment, action: Action) -> Type | None:
    """The new type as the engine prints it where it was seen, as it is written otherwise."""
    after = column_after(moment, action) if moment.after is not moment.before and not moment.deed.failed else None
    if after is not None:
        return after.type
    return action.type or (action.column.type if action.column else None)


def _is_noticed(migration: Migration, old: Type, new: Type) -> bool:
    """Whether an application that was written for the old type notices, although every value fits."""
    if migration.engine == "mysql":
        return old.kind != new.kind and not (old.is_text and new.is_text)
    if old.is_text and new.is_text:
        return old.kind == "char" or new.kind == "char"
    return (
        old.kind != new.kind or old.bits != new.bits or old.user_type != new.user_type or old.kind in ("array", "json")
    )


def _condition(migration: Migration, ref: Ref, old: Type, new: Type) -> str | None:
    """What is true of every value that fits the new type; None where SQL cannot say it simply."""
    name = migration.quote(ref.name)
    if old.kind in ("integer", "decimal", "float") and new.kind == "integer" and new.bits:
        low, high = (0, 2**new.bits - 1) if new.unsigned else (-(2 ** (new.bits - 1)), 2 ** (new.bits - 1) - 1)
        return f"{name} BETWEEN {low} AND {high}"
    if old.is_text and new.kind in ("char", "varchar") and new.length:
        return f"char_length({name}) <= {new.length}"
    if old.is_number and new.kind == "decimal" and new.precision is not None:
        return f"abs({name}) < 1e{new.precision - (new.scale or 0)} AND {name} = round({name}, {new.scale or 0})"
    return None


def _fits(migration: Migration, ref: Ref, old: Column | None, new: Type) -> CountNotTrue | None:
    condition = _condition(migration, ref, old.type, new) if old and loses(old.type, new) else None
    return CountNotTrue(ref.table, condition) if condition else None


def _search(migration: Migration, ref: Ref, old: Column, new: Type) -> str:
    condition = _condition(migration, ref, old.type, new)
    return f"SELECT * FROM {written(migration, ref)} WHERE NOT ({condition})" if condition else ""
