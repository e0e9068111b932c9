"""A constraint, a trigger or a scheduled event that is defined but switched off.

## Why
Whoever reads the schema believes what it says: that the check holds, that the trigger keeps the total, that the nightly
event clears old rows. Switched off for a bulk load or a test and never on again, it does nothing, and rows drift from
what the definition promises, without a single error.

## Bad
```sql postgres
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE FUNCTION keep_total() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := 0; RETURN NEW; END $$;
CREATE TRIGGER orders_total BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep_total();
ALTER TABLE orders DISABLE TRIGGER orders_total;
```
```sql mysql
CREATE TABLE sessions (id integer PRIMARY KEY, expires_on date NOT NULL);
CREATE EVENT purge_sessions ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM sessions WHERE expires_on < CURRENT_DATE;
```

## Good
```sql postgres
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE FUNCTION keep_total() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := 0; RETURN NEW; END $$;
CREATE TRIGGER orders_total BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep_total();
```
```sql mysql
CREATE TABLE sessions (id integer PRIMARY KEY, expires_on date NOT NULL);
CREATE EVENT purge_sessions ON SCHEDULE EVERY 1 DAY DO DELETE FROM sessions WHERE expires_on < CURRENT_DATE;
```

## Fix
Switches it on again. Unsafe, because the application may have come to rely on its absence. A constraint that rows
break meanwhile cannot be switched on before they are corrected; they are counted.

## References
- PostgreSQL, [ALTER TABLE … DISABLE TRIGGER](https://www.postgresql.org/docs/current/sql-altertable.html)
- MySQL, [CHECK constraints](https://dev.mysql.com/doc/refman/8.0/en/create-table-check-constraints.html): NOT ENFORCED
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import CheckOutcome, Counted, CountNotTrue, CountOrphans, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, ForeignKey, Table, Trigger
from dbwright.change.operations import ChangeObject, ChangePart, Operation
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._checks import shown_check
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._tables import own_tables, parent_of

_DISABLED = re.compile(r"(ON COMPLETION (?:NOT )?PRESERVE) DISABLE\b(?! ON)", re.IGNORECASE)
"""The state in an event's definition. DISABLE ON SLAVE is how a replica holds it, and no fault."""
_NOTHING = "The catalog marks it as switched off."


class DisabledConstraintOrTrigger(Rule):
    """Finds what is defined and does nothing."""

    code = "C008"
    group = "constraints"
    engines = ("postgres", "mysql")

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (question for _, _, question in _not_enforced(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, part, question in _not_enforced(subject):
            yield self._constraint(subject, table, part, question)
        for table in own_tables(subject.catalog):
            for trigger in table.triggers:
                if trigger.enabled == "disabled":
                    yield self._trigger(table, trigger)
        yield from self._alone(subject)

    def _constraint(self, subject: Subject, table: Table, part: Check | ForeignKey, question: Question) -> Finding:
        answer = subject.facts.answers.get(question)
        broken, evidence = 0, unchecked(subject, question)
        if isinstance(answer, CheckOutcome | Counted) and answer.rows:
            broken = answer.false if isinstance(answer, CheckOutcome) else answer.matching
            told = count(broken, "row breaks", "rows break") if broken else "none breaks"
            evidence = seen(f"Of {looked_at(answer)}, {told} it.", answer)
        kind = "check" if isinstance(part, Check) else "foreign key"
        shown = shown_check(part) if isinstance(part, Check) else part.name
        target = Ref("check" if kind == "check" else "foreign_key", (*table.ref.path, part.name or ""))
        on = msgspec.structs.replace(part, enforced=True, validated=True)
        return self.finding(
            target,
            f"The {kind} {shown} of {table.ref} is not enforced"
            + (f", and {count(broken, 'row breaks', 'rows break')} it." if broken else "."),
            evidence,
            help=f"{'Correct these rows, then enforce' if broken else 'Enforce'} it, or drop it so that nobody relies on it.",
            fix=Fix(
                f"Enforce the {kind} {part.name}",
                "display" if broken else "unsafe",
                (ChangePart(target=target, to=on),),
            ),
            severity="error" if broken else None,
            touched=Touched(rows=broken) if broken else None,
        )

    def _trigger(self, table: Table, trigger: Trigger) -> Finding:
        target = table.ref.child("trigger", trigger.name)
        on = msgspec.structs.replace(trigger, enabled="origin")
        return self.finding(
            target,
            f"The trigger {trigger.name} of {table.ref} is disabled: it does not fire "
            f"{trigger.timing} {' or '.join(trigger.events)}.",
            Evidence(_NOTHING),
            help="Enable it, and correct the rows written meanwhile; or drop it if it is not wanted.",
            fix=Fix(f"Enable the trigger {trigger.name}", "unsafe", (ChangePart(target=target, to=on),)),
        )

    def _alone(self, subject: Subject) -> Iterator[Finding]:
        """Scheduled events and PostgreSQL's event triggers, which belong to no table."""
        for event in subject.catalog.events:
            definition, found = _DISABLED.subn(r"\1 ENABLE", event.definition, count=1)
            if not event.enabled and found:
                target = Ref("event", (event.namespace, event.name))
                on = msgspec.structs.replace(event, enabled=True, definition=definition)
                operation: Operation = ChangeObject(target=target, to=on)
                yield self._switched_off(
                    target, f"The scheduled event {event.name} is disabled: it never runs.", operation
                )
        for each in subject.catalog.event_triggers:
            if each.enabled == "disabled":
                target = Ref("event_trigger", (each.name,))
                operation = ChangeObject(target=target, to=msgspec.structs.replace(each, enabled="origin"))
                yield self._switched_off(
                    target, f"The event trigger {each.name} is disabled: it does not fire on {each.event}.", operation
                )

    def _switched_off(self, target: Ref, message: str, operation: Operation) -> Finding:
        return self.finding(
            target,
            message,
            Evidence(_NOTHING),
            help="Enable it, or drop it if it is not wanted.",
            fix=Fix(f"Enable {target.name}", "unsafe", (operation,)),
            severity="note",
        )


def _not_enforced(subject: Subject) -> Iterator[tuple[Table, Check | ForeignKey, Question]]:
    for table in own_tables(subject.catalog):
        for check in table.checks:
            if not check.enforced:
                yield table, check, CountNotTrue(table.ref, check.expression)
        for key in table.foreign_keys:
            parent = parent_of(subject, key)
            if not key.enforced and parent:
                yield table, key, CountOrphans(table.ref, key.columns, parent.ref, key.referenced)
