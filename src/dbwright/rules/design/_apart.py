"""What keeps the periods of a key apart: an exclusion constraint of PostgreSQL, triggers of SQLite."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Exclusion, Extension, Trigger
from dbwright.change.operations import AddExclusion, CreateObject, CreateTrigger, Operation
from dbwright.finding import Fix
from dbwright.rules.base import Subject
from dbwright.rules.design._new_names import free_name
from dbwright.rules.design._periods import Period
from dbwright.rules.design._soft_deletes import deleted_column, living
from dbwright.rules.design._tables import base_type


def keep_apart(subject: Subject, period: Period, closed: bool) -> Fix | None:
    """The fix for a table without overlaps; None where the engine has no sound one."""
    if subject.engine == "postgres":
        return _exclusion(subject, period, closed)
    if subject.engine == "sqlite" and period.table.primary_key:
        return _triggers(subject, period, closed)
    return None


def _exclusion(subject: Subject, period: Period, closed: bool) -> Fix | None:
    type_ = base_type(subject, period.start.type)
    range_ = "daterange" if type_.kind == "date" else "tstzrange" if type_.with_zone else "tsrange"
    if period.table.partitioning or subject.catalog.engine != "postgres":
        return None
    quote = subject.quote
    ends = f"{quote(period.start.name)}, {quote(period.end.name)}, '{'[]' if closed else '[)'}'"
    keys = "".join(f"{quote(name)} WITH =, " for name in period.key)
    deleted = deleted_column(period.table)
    where = f" WHERE ({living(deleted, quote)})" if deleted else ""
    exclusion = Exclusion(
        name=free_name(subject, period.table.namespace, f"{period.table.name}_{period.start.name}_excl"),
        definition=f"EXCLUDE USING gist ({keys}{range_}({ends}) WITH &&){where}",
        columns=period.key,
    )
    operations: list[Operation] = []
    if not any(extension.name == "btree_gist" for extension in subject.catalog.extensions):
        extension = Extension(name="btree_gist", namespace="public")
        operations.append(CreateObject(target=Ref("extension", ("btree_gist",)), object=extension))
    operations.append(AddExclusion(target=period.table.ref, exclusion=exclusion))
    return Fix(f"Exclude overlapping periods in {period.table.name}", "unsafe", tuple(operations))


def _triggers(subject: Subject, period: Period, closed: bool) -> Fix:
    """One trigger for new rows, one for changed ones; SQLite has one writer at a time, so that they see every row."""
    quote, table = subject.quote, period.table
    before = "<=" if closed else "<"
    start, end = quote(period.start.name), quote(period.end.name)
    conditions = [f"o.{quote(name)} = NEW.{quote(name)}" for name in period.key]
    conditions.append(f"(o.{start} IS NULL OR NEW.{end} IS NULL OR o.{start} {before} NEW.{end})")
    conditions.append(f"(NEW.{start} IS NULL OR o.{end} IS NULL OR NEW.{start} {before} o.{end})")
    deleted = deleted_column(table)
    if deleted:
        conditions += [living(deleted, quote, "o."), living(deleted, quote, "NEW.")]
    key = table.primary_key.columns if table.primary_key else ()
    another = " OR ".join(f"o.{quote(name)} IS NOT OLD.{quote(name)}" for name in key)
    message = f"periods of {table.name} overlap".replace("'", "''")
    operations = []
    for event, own in (("insert", ""), ("update", f" AND ({another})")):
        name = free_name(subject, table.namespace, f"{table.name}_{period.start.name}_apart_on_{event}")
        text = (
            f"CREATE TRIGGER {quote(name)} BEFORE {event.upper()} ON {quote(table.name)}"
            f" WHEN EXISTS (SELECT 1 FROM {quote(table.name)} AS o WHERE {' AND '.join(conditions)}{own})"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        trigger = Trigger(
            name=name, timing="before", events=("insert" if event == "insert" else "update",), definition=text
        )
        operations.append(CreateTrigger(target=table.ref, trigger=trigger))
    return Fix(f"Refuse overlapping periods in {table.name} by triggers", "unsafe", tuple(operations))
