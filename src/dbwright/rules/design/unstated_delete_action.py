"""A row that is only a part of another one, with no word on what becomes of it when the whole is deleted.

## Why
An order's items mean nothing without the order. While the foreign key says nothing, deleting the order fails, and each
application invents its own way: one deletes the items first, another forgets one of the tables, a third marks the order
as deleted and leaves all of it. Where the part can't live alone, `ON DELETE CASCADE` says so once; where the whole must
not go while it has parts, `ON DELETE RESTRICT` says that just as well.

Only parts are looked at: tables named after their parent (`orders`, `order_items`) whose reference is required, and
tables that are nothing but links. MySQL and MariaDB keep `RESTRICT` and no word at all as the same, so that nothing can
be said there. Invoices, payments and records of what happened are never taken for parts.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE order_items (
  order_id integer NOT NULL,
  line integer NOT NULL,
  PRIMARY KEY (order_id, line),
  CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id)
);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE order_items (
  order_id integer NOT NULL,
  line integer NOT NULL,
  PRIMARY KEY (order_id, line),
  CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);
```

## Fix
Puts the same foreign key with `ON DELETE CASCADE` in its place. It is unsafe, because deleting a parent then takes its
parts with it: read it as a question.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK): when the
  referencing table represents something that is a component of what the referenced table represents, CASCADE could be appropriate.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._foreign_keys import Reference, is_over, is_required, references, replaced
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._shapes import junction_key
from dbwright.rules.design._tables import keeps_records

_KEPT = word_set(
    "account balance bill booking charge contract credit debit document entry invoice ledger payment payout receipt refund rental "
    "return sale shipment statement subscription ticket transaction transfer"
)
"""Words for what has to be kept, whatever becomes of its parent."""


class UnstatedDeleteAction(Rule):
    """Finds parts whose foreign key does not say what deleting the whole does."""

    code = "R007"
    group = "relationships"
    severity = "note"
    engines = ("postgres", "sqlite")  # MySQL keeps RESTRICT and no word at all as the same
    harm = "clarity"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for each in references(subject):
            if each.key.on_delete != "no action" or each.child is each.parent or not is_required(each.child, each.key):
                continue
            why = _why_a_part(subject, each)
            if why:
                yield self._finding(subject, each, why)

    def _finding(self, subject: Subject, each: Reference, why: str) -> Finding:
        table, key = each.child, each.key
        over = is_over(table, key)
        return self.finding(
            table.column_ref(key.columns[0])
            if len(key.columns) == 1
            else table.ref.child("foreign_key", key.name or over),
            f"A row of {table.ref} cannot live without its row of {each.parent.ref}, but the foreign key over ({over}) does not say "
            "what deleting that row does.",
            Evidence(
                f"{why[:1].upper()}{why[1:]}, every row must have a parent, and the key leaves ON DELETE at its default, NO ACTION."
            ),
            help="State ON DELETE CASCADE where the parts should go with the whole, or RESTRICT where they should hold it.",
            fix=Fix(
                f"Delete rows of {table.name} with their row of {each.parent.name}",
                "unsafe",
                replaced(subject, table, key, on_delete="cascade"),
            ),
            related=(each.parent.ref,),
        )


def _why_a_part(subject: Subject, each: Reference) -> str | None:
    """Why a table is taken for a part of the parent; None where it isn't."""
    own, theirs = stem(each.child.name), stem(each.parent.name)
    if keeps_records(each.child) or _KEPT.intersection(own[len(theirs) :] or own):
        return None
    if 0 < len(theirs) < len(own) and own[: len(theirs)] == theirs:
        return f"{each.child.ref} is named after {each.parent.ref}"
    if _is_link(subject, each.child):
        return f"{each.child.ref} is nothing but a link"
    return None


def _is_link(subject: Subject, table: Table) -> bool:
    columns = junction_key(table, [key.columns for key in table.foreign_keys], bool(subject.lookup.referencing(table)))
    return columns is not None
