"""Rows that are still alive although the row that they belong to is marked as deleted.

## Why
`deleted_at` deletes one row; ON DELETE CASCADE does not follow. The items of a deleted list, the comments of a deleted
post stay, turn up in searches, counts and exports, and point at something that no page shows any more. Whoever asked
for the deletion asked for them, too.

Only children that die with their parent count: those whose foreign key says ON DELETE CASCADE. A warning where the
child has a soft-delete column of its own, which was forgotten; a note where it has none. What documents the past
(orders, invoices, payments, logs) outlives its parents on purpose and is left alone.

## Bad
```sql
CREATE TABLE lists (id integer PRIMARY KEY, deleted_at timestamp NULL);
CREATE TABLE items (
    id integer PRIMARY KEY,
    list_id integer NOT NULL,
    deleted_at timestamp NULL,
    FOREIGN KEY (list_id) REFERENCES lists (id) ON DELETE CASCADE
);
-- the list 1 is deleted, its items are not
```

## Good
```sql
CREATE TABLE lists (id integer PRIMARY KEY, deleted_at timestamp NULL);
CREATE TABLE items (
    id integer PRIMARY KEY,
    list_id integer NOT NULL,
    deleted_at timestamp NULL,
    FOREIGN KEY (list_id) REFERENCES lists (id) ON DELETE CASCADE
);
-- the items of the list 1 are deleted with it
```

## Fix
Shows the statement that marks the children as deleted when their parent was. It changes data, so it is to be read, not
run; the program that deletes parents has to do the same from then on.

## References
- Brandur Leach, [Soft deletion probably isn't worth it](https://brandur.org/soft-deletion)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountLivingChildren, Question
from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.finding import Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import share
from dbwright.rules.design._soft_deletes import deleted_column, living
from dbwright.rules.design._tables import keeps_records, own_tables, parent_of, referenced_columns

_DOCUMENTS = word_set(
    "order invoice payment transaction receipt refund shipment delivery ledger posting entry statement contract purchase sale "
    "booking certificate"
)


class _Child(msgspec.Struct, frozen=True):
    table: Table
    key: ForeignKey
    parent: Table
    parent_deleted: Column
    deleted: Column | None

    def question(self) -> CountLivingChildren:
        return CountLivingChildren(
            self.table.ref,
            self.key.columns,
            self.parent.ref,
            referenced_columns(self.parent, self.key),
            self.parent_deleted.name,
            self.deleted.name if self.deleted else None,
        )


class LivingChildrenOfDeletedParent(Rule):
    """Finds what a soft delete left behind."""

    code = "H003"
    group = "time"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (child.question() for child in _children(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for child in _children(subject):
            answer = subject.facts.ask(child.question(), Counted)
            if answer is not None and answer.matching:
                yield self._finding(subject, child, answer)

    def _finding(self, subject: Subject, child: _Child, answer: Counted) -> Finding:
        rows = count(answer.matching, "row of it is", "rows of it are")
        return self.finding(
            child.table.ref,
            f"{child.table.ref} belongs to {child.parent.ref} (ON DELETE CASCADE), but {rows} alive below deleted rows there.",
            seen(
                f"{count(answer.matching, 'living row')} of {answer.considered:,} "
                f"({share(answer.matching, answer.considered)}) {'has' if answer.matching == 1 else 'have'} a parent that "
                f"{child.parent.name}.{child.parent_deleted.name} marks as deleted; looked at {looked_at(answer)}.",
                answer,
            ),
            help="Mark them as deleted with their parent, and let the program that deletes parents do so."
            if child.deleted
            else f"Leave them out wherever {child.table.name} is read, or delete them with their parent.",
            fix=_fix(subject, child),
            severity="warning" if child.deleted else "note",
            related=(child.parent.column_ref(child.parent_deleted.name),),
            touched=Touched(rows=answer.matching),
        )


def _children(subject: Subject) -> Iterator[_Child]:
    for table in own_tables(subject.catalog):
        if keeps_records(table) or _DOCUMENTS.intersection(stem(table.name)):
            continue
        for key in table.foreign_keys:
            parent = parent_of(subject, key) if key.on_delete == "cascade" else None
            parent_deleted = deleted_column(parent) if parent else None
            if parent is not None and parent_deleted is not None and referenced_columns(parent, key):
                yield _Child(table, key, parent, parent_deleted, deleted_column(table))


def _fix(subject: Subject, child: _Child) -> Fix | None:
    """The statement that gives children their parent's mark, where both marks are of one kind."""
    if (
        child.deleted is None
        or child.deleted.type.kind != child.parent_deleted.type.kind
        or child.parent.ref == child.table.ref
    ):
        return None
    quote = subject.quote

    pairs = zip(referenced_columns(child.parent, child.key), child.key.columns, strict=False)
    joined = " AND ".join(f"p.{quote(theirs)} = {subject.place(child.table)}.{quote(ours)}" for theirs, ours in pairs)
    source = f"SELECT p.{quote(child.parent_deleted.name)} FROM {subject.place(child.parent)} AS p WHERE {joined}"
    gone = f"NOT ({living(child.parent_deleted, quote, 'p.')})"
    sql = (
        f"UPDATE {subject.place(child.table)} SET {quote(child.deleted.name)} = ({source})"
        f" WHERE {living(child.deleted, quote)} AND EXISTS ({source} AND {gone})"
    )
    return Fix(f"Mark the rows of {child.table.name} as deleted with their parents", "display", sql=(sql,))
