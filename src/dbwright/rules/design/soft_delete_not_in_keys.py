"""A unique key that deleted rows still take up: it ignores the column that marks them.

## Why
Where rows are not deleted but marked (`deleted_at`, `is_deleted`), a unique key over `email` counts the deleted ones
too. Whoever deletes an account can't sign up again with the same address; a deleted category's name is taken for
ever. Nobody notices until the first customer comes back.

Only keys over what people choose (names, e-mails, slugs, codes) are looked at, never identifiers of machines. It is
a note; it becomes a warning where the rows show deleted ones that hold such a value. If that is wanted (an account
must never be taken over by somebody else), ignore the finding there.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, deleted_at timestamp NULL);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(200) NOT NULL, deleted_at timestamp NULL);
CREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;
```
```sql mysql
CREATE TABLE users (
    id integer PRIMARY KEY, email varchar(200) NOT NULL, deleted_at timestamp NULL,
    living_email varchar(200) GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN email END) STORED UNIQUE
);
```

## Fix
On PostgreSQL and SQLite, replaces the key by a unique index over the living rows, unless a foreign key rests on it.
Unsafe: more rows are allowed afterwards, and `ON CONFLICT` must say the condition. MySQL and MariaDB have no such
index; there, make a generated column that is NULL for deleted rows, and a unique key over it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex, DropConstraint, DropIndex
from dbwright.finding import Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import is_referenced
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._soft_deletes import deleted_column, living
from dbwright.rules.design._tables import base_type, own_tables

_CHOSEN = word_set(
    "alias alpha2 barcode code ean email handle iban isbn label login mail name nickname number path phone plate position sku slug "
    "subdomain tag title url user username"
)
_ASSIGNED = word_set("code no nr number")
"""What is handed out once: nobody wants the number of a deleted row again."""
_MACHINE = word_set("api external guid hash id key public secret serial sha stripe token uid uuid")


class _Key(msgspec.Struct, frozen=True):
    """A unique key that ignores the column that marks deleted rows."""

    table: Table
    ref: Ref
    columns: tuple[str, ...]
    mark: Column
    index: Index | None = None


class SoftDeleteNotInKeys(Rule):
    """Finds unique keys that rows in the trash still block."""

    code = "D007"
    group = "design"
    severity = "note"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_blocking(subject, key) for key in _keys(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for key in _keys(subject):
            question = _blocking(subject, key)
            answer = subject.facts.ask(question, Counted)
            blocked = answer.matching if answer else 0
            if answer and answer.rows:
                rows = count(blocked, "deleted row holds", "deleted rows hold")
                evidence = seen(f"{rows} values of {listed(key.columns)}; looked at {looked_at(answer)}.", answer, ())
                evidence = msgspec.structs.replace(evidence, columns=(), rows=())
            else:
                evidence = unchecked(subject, question)
            yield self.finding(
                key.ref,
                f"{key.table.ref} marks deleted rows by {key.mark.name}, but its unique key over {listed(key.columns)} counts them"
                + (
                    f": {count(blocked, 'value')} can't be used again."
                    if blocked
                    else ", so their values can't be used again."
                ),
                evidence,
                help=_advice(subject, key),
                fix=_fix(subject, key),
                severity="warning" if blocked and not _is_assigned(key) else None,
                related=(key.table.column_ref(key.mark.name),),
                touched=Touched(rows=blocked) if blocked else None,
            )


def _keys(subject: Subject) -> Iterator[_Key]:
    for table in own_tables(subject.catalog):
        mark = deleted_column(table)
        if mark is None:
            continue
        for unique in table.uniques:
            if _is_chosen(subject, table, unique.columns, mark):
                ref = table.ref.child("unique", unique.name or ", ".join(unique.columns))
                yield _Key(table, ref, unique.columns, mark)
        for index in table.indexes:
            columns = tuple(part.column for part in index.parts if part.column)
            whole = (
                index.unique and index.predicate is None and index.parent is None and len(columns) == len(index.parts)
            )
            if whole and _is_chosen(subject, table, columns, mark):
                yield _Key(table, table.ref.child("index", index.name), columns, mark, index)


def _is_chosen(subject: Subject, table: Table, columns: tuple[str, ...], mark: Column) -> bool:
    """Whether the key ignores the mark, and holds something that a person chose and may choose again."""
    found = [table.column(name) for name in columns]
    if mark.name in columns or any(column is None or column.generated for column in found):
        return False
    texts = [c for c in found if c and base_type(subject, c.type).is_text]
    said = [set(words(column.name)) for column in texts]
    return bool(texts) and any(each & _CHOSEN and not each & _MACHINE for each in said)


def _is_assigned(key: _Key) -> bool:
    """Whether the key is a number of the row itself, such as an account's."""
    named = [words(name) for name in key.columns]
    chosen = [each for each in named if _CHOSEN.intersection(each)]
    return all(_ASSIGNED.intersection(each[-1:]) and "phone" not in each for each in chosen)


def _blocking(subject: Subject, key: _Key) -> CountMatching:
    filled = " AND ".join(f"{subject.quote(name)} IS NOT NULL" for name in key.columns)
    return CountMatching(key.table.ref, f"NOT ({living(key.mark, subject.quote)}) AND {filled}")


def _advice(subject: Subject, key: _Key) -> str:
    if subject.engine == "mysql":
        return (
            f"If a deleted value may be used again, add a generated column that holds {listed(key.columns)} only while the row lives, "
            "and make that unique instead."
        )
    return "If a deleted value may be used again, make the key a unique index over the living rows only."


def _living(subject: Subject, mark: Column) -> str:
    """The condition of the index, as a query would say it."""
    name = subject.quote(mark.name)
    if not mark.nullable and mark.type.kind == "boolean":
        return f"NOT {name}" if subject.engine == "postgres" else f"{name} = 0"
    return f"{name} = 0" if not mark.nullable and mark.type.is_number else living(mark, subject.quote)


def _fix(subject: Subject, key: _Key) -> Fix | None:
    if subject.engine == "mysql" or is_referenced(subject, key.table, key.columns) or key.table.kind == "partitioned":
        return None
    named = key.index is not None or any(unique.columns == key.columns and unique.name for unique in key.table.uniques)
    nameless = DropConstraint(target=key.table.ref.child("unique", ""), nameless=key.columns)
    drop = DropIndex(target=key.ref) if key.index else DropConstraint(target=key.ref) if named else nameless
    name = new_name(subject, "index", key.table, key.columns)
    index = Index(
        name=name,
        parts=tuple(KeyPart(column=c) for c in key.columns),
        unique=True,
        predicate=_living(subject, key.mark),
    )
    return Fix(
        f"Let {listed(key.columns)} be unique among living rows of {key.table.name}",
        "unsafe",
        (drop, CreateIndex(target=key.table.ref, index=index)),
    )
