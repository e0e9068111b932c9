"""A column for the last change that nothing in the database touches, and that no row shows a change of.

## Why
`updated_at` is only worth something if every UPDATE sets it, the one by hand included. Where neither a trigger nor
`ON UPDATE` does, it depends on each program; where moreover no row has ever been changed by its account, although it
has been there for long, no program does it either. Synchronisation, caches and audits that trust it miss every
change.

Said only with proof: at least 100 rows with both moments, and in none of them is the change later than the making.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, created_at timestamp NULL, updated_at timestamp NULL);
```

## Good
```sql postgres
CREATE TABLE orders (id integer PRIMARY KEY, created_at timestamp, updated_at timestamp);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := CURRENT_TIMESTAMP; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
```
```sql mysql
CREATE TABLE orders (id integer PRIMARY KEY, created_at datetime, updated_at datetime ON UPDATE CURRENT_TIMESTAMP);
```
```sql sqlite
CREATE TABLE orders (id integer PRIMARY KEY, created_at text, updated_at text);
CREATE TRIGGER touch AFTER UPDATE ON orders BEGIN UPDATE orders SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;
```

## Fix
On MySQL and MariaDB, `ON UPDATE CURRENT_TIMESTAMP`; on PostgreSQL a trigger with its function; on SQLite a trigger.
Unsafe: a program that sets the column itself is overruled.

## Options
- `rows`: the fewest rows (default 100).
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountOutOfOrder, Question
from dbwright.catalog.objects import Column, Routine, Table, Trigger
from dbwright.change.operations import ChangeColumn, CreateObject, CreateTrigger, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._audit import changed_column, made_column, now, sets
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._new_names import is_free
from dbwright.rules.design._tables import keeps_records, own_tables


class UpdatedAtUntouched(Rule):
    """Finds dates of change that nothing keeps."""

    code = "D009"
    group = "design"
    severity = "note"
    needs = "rows"
    harm = "data"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_changed_later(table, made, changed) for table, made, changed in _untouched(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, made, changed in _untouched(subject):
            answer = subject.facts.ask(_changed_later(table, made, changed), Counted)
            if answer is None or answer.matching or answer.considered < subject.option("rows", 100):
                continue
            yield self.finding(
                table.column_ref(changed.name),
                f"Nothing sets {table.ref}.{changed.name} when a row changes, and no row shows that one ever did.",
                seen(
                    f"Of {count(answer.considered, 'row')} with both, in none is {changed.name} later than {made.name}; "
                    f"looked at {looked_at(answer)}.",
                    answer,
                ),
                help="Let the database set it, or drop it if rows never change.",
                fix=_fix(subject, table, changed),
                related=(table.column_ref(made.name),),
            )


def _untouched(subject: Subject) -> Iterator[tuple[Table, Column, Column]]:
    """Tables with both moments, of one kind, where the engine doesn't set the second."""
    for table in own_tables(subject.catalog):
        made, changed = made_column(subject, table), changed_column(subject, table)
        if made is None or changed is None or made.name == changed.name or made.type.kind != changed.type.kind:
            continue
        if changed.on_update or changed.generated or keeps_records(table) or sets(subject, table, changed, "update"):
            continue
        yield table, made, changed


def _changed_later(table: Table, made: Column, changed: Column) -> CountOutOfOrder:
    return CountOutOfOrder(table.ref, changed.name, made.name)


def _fix(subject: Subject, table: Table, changed: Column) -> Fix | None:
    moment = now(subject, changed)
    if moment is None:
        return None
    operations = _operations(subject, table, changed, moment)
    return Fix(f"Set {table.name}.{changed.name} at every change", "unsafe", operations) if operations else None


def _operations(subject: Subject, table: Table, changed: Column, moment: str) -> tuple[Operation, ...]:
    quote = subject.quote
    if subject.engine == "mysql":
        # A TIMESTAMP column without a default would otherwise get one of MySQL's own.
        to = msgspec.structs.replace(changed, on_update=moment)
        return (ChangeColumn(target=table.column_ref(changed.name), to=to),)
    name = f"{table.name}_{changed.name}_touch"
    if not is_free(subject, table.namespace, name) or table.kind != "ordinary" or len(name) > 60:
        return ()
    on = subject.place(table)
    if subject.engine == "postgres":
        function = f"{quote(table.namespace)}.{quote(name)}"
        body = f"BEGIN\n    NEW.{quote(changed.name)} := {moment};\n    RETURN NEW;\nEND"
        routine = Routine(
            namespace=table.namespace,
            name=name,
            definition=f"CREATE OR REPLACE FUNCTION {function}()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function$\n{body}\n$function$\n",
            returns="trigger",
            language="plpgsql",
            volatility="volatile",
        )
        trigger = Trigger(
            name=name,
            timing="before",
            events=("update",),
            definition=f"CREATE TRIGGER {quote(name)} BEFORE UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {function}()",
        )
        return (CreateObject(target=routine.ref, object=routine), CreateTrigger(target=table.ref, trigger=trigger))
    if not table.primary_key:
        return ()
    same = " AND ".join(f"{quote(column)} IS NEW.{quote(column)}" for column in table.primary_key.columns)
    column = quote(changed.name)
    trigger = Trigger(
        name=name,
        timing="after",
        events=("update",),
        definition=f"CREATE TRIGGER {quote(name)} AFTER UPDATE ON {on} FOR EACH ROW WHEN NEW.{column} IS OLD.{column}\n"
        f"BEGIN\n    UPDATE {on} SET {column} = {moment} WHERE {same};\nEND",
    )
    return (CreateTrigger(target=table.ref, trigger=trigger),)
