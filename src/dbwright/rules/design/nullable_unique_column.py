"""A unique key of several columns, one of which may be NULL, so that rows repeat beside it.

## Why
To a unique key, NULL differs from NULL. `UNIQUE (parent_id, name)` lets any number of top-level rows have one name;
`UNIQUE (email, deleted_at)` lets any number of *living* users share an e-mail address, since their deleted_at is NULL:
it forbids nothing at all where it matters.

The rows decide. A column that is unique where it is given and often missing (a number in another system, beside the
tenant) repeats by design, and is left alone; so is a unique key of one column.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, deleted_at timestamp NULL, UNIQUE (email, deleted_at));
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, deleted_at timestamp NULL, UNIQUE (email));
```
```sql postgres
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, deleted_at timestamptz, UNIQUE (email, deleted_at));
CREATE UNIQUE INDEX users_email_living ON users (email) WHERE deleted_at IS NULL;
```

## Fix
Adds a unique index over the other columns for the rows where this one is NULL (PostgreSQL and SQLite). On PostgreSQL 15
and later, UNIQUE NULLS NOT DISTINCT does the same. MySQL needs a unique index over an expression that is never NULL.

## References
- PostgreSQL, [Unique
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS): "two
  null values are not considered equal".
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountMatching, CountNulls, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex
from dbwright.finding import Finding, Fix, Safety, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import is_boolean, own_tables

_GONE = word_set("archived deleted removed trashed")
_ELSEWHERE = word_set("external foreign provider remote source upstream legacy stripe import imported client")
"""Words of identifiers that other systems give: they are unique where they are given."""
_ENOUGH_ROWS = 50
"""From so many rows without a NULL on, the column could be NOT NULL, which another rule says (C004)."""


class _Key(msgspec.Struct, frozen=True):
    """A unique key that NULL in a column gets around."""

    table: Table
    ref: Ref
    columns: tuple[str, ...]
    column: Column
    others: tuple[str, ...]

    @property
    def soft_delete(self) -> bool:
        """Whether NULL in the column is the mark of a living row."""
        named = words(self.column.name)
        return bool(_GONE.intersection(named)) and (self.column.type.is_temporal or named[-1] in ("at", "on", "date"))


class NullableUniqueColumn(Rule):
    """Finds unique keys that NULL gets around."""

    code = "C010"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for key in _keys(subject):
            yield CountNulls(key.table.ref, key.column.name)
            yield _repeated(subject, key)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for key in _keys(subject):
            nulls = subject.facts.ask(CountNulls(key.table.ref, key.column.name), Counted)
            repeated = subject.facts.ask(_repeated(subject, key), Counted)
            severity = _severity(subject, key, nulls, repeated)
            if severity:
                yield self._finding(subject, key, severity, repeated)

    def _finding(self, subject: Subject, key: _Key, severity: Severity, repeated: Counted | None) -> Finding:
        name, others = key.column.name, listed(key.others)
        columns = ", ".join(key.columns)
        rows = repeated.matching if repeated else 0
        if key.soft_delete:
            message = f"The unique key over ({columns}) of {key.table.ref} forbids nothing among living rows, whose {name} is NULL"
        else:
            message = f"The unique key over ({columns}) of {key.table.ref} lets rows repeat where {name} is NULL"
        message += f": {count(rows, 'row repeats', 'rows repeat')} {others} that way." if rows else "."
        if repeated and repeated.rows:
            told = count(rows, "row repeats", "rows repeat") if rows else "no row repeats"
            evidence = seen(f"Of {looked_at(repeated)}, {told} {others} while {name} is NULL.", repeated)
        else:
            evidence = unchecked(subject, _repeated(subject, key))
        return self.finding(
            key.ref,
            message,
            evidence,
            help=("Correct these rows, then make" if rows else "Make")
            + f" {others} unique among the rows where {name} is NULL.",
            fix=_fix(subject, key, "display" if rows else "unsafe"),
            severity=severity,
            related=(key.table.column_ref(name),),
            touched=Touched(rows=rows) if rows else None,
        )


def _severity(subject: Subject, key: _Key, nulls: Counted | None, repeated: Counted | None) -> Severity | None:
    """How bad it is by what the rows show; None where NULL repeats by design, or where nothing speaks against the key."""
    found = repeated.matching if repeated else 0
    if key.soft_delete:
        return "error" if found else "warning"
    if nulls and found and _repeats_by_nature(key):
        return "note"
    if nulls and found:
        return "warning" if 2 * found < nulls.matching else None
    if nulls and not nulls.matching and nulls.rows >= _ENOUGH_ROWS:
        return None
    return "note" if _is_scope(key) else None


def _repeats_by_nature(key: _Key) -> bool:
    """Whether the rest of the key is one reference, of which a row without the other is one of many (list items without a label)."""
    return len(key.others) == 1 and any(each.columns == key.others for each in key.table.foreign_keys)


def _is_scope(key: _Key) -> bool:
    """Whether the column says within what a name is unique, so that rows without it were hardly meant to repeat."""
    named = stem(key.column.name)
    refers = any(key.column.name in each.columns for each in key.table.foreign_keys) or named[-1:] == ("id",)
    if not refers or _ELSEWHERE.intersection(named):
        return False
    return any((column := key.table.column(name)) and column.type.is_text for name in key.others)


def _keys(subject: Subject) -> Iterator[_Key]:
    for table in own_tables(subject.catalog):
        for access in accesses(table):
            columns = [table.column(name or "") for name in access.columns]
            held = [column for column in columns if column]
            if access.ref.kind == "primary_key" or not access.unique or not access.nulls_distinct or len(held) < 2:
                continue
            if access.predicate or len(held) < len(columns) or any(part.prefix_length for part in access.parts):
                continue
            nullable = [
                column for column in held if column.nullable and not column.generated and not is_boolean(column)
            ]
            if not nullable:
                continue
            column = next((each for each in nullable if _GONE.intersection(words(each.name))), nullable[0])
            others = tuple(each.name for each in held if each.name != column.name)
            key = _Key(table, access.ref, tuple(each.name for each in held), column, others)
            if not _is_kept(subject, key):
                yield key


def _is_kept(subject: Subject, key: _Key) -> bool:
    """Whether another unique key covers the others already: for all rows, or for those where the column is NULL."""
    wanted = set(key.others)
    if any(set(each) <= wanted for each in key.table.keys if each):
        return True
    for index in key.table.indexes:
        if index.unique and index.predicate and set(index.columns) <= wanted:
            predicate = index.predicate.casefold()
            if key.column.name.casefold() in predicate and "is null" in predicate:
                return True
        if index.unique and any(part.expression and key.column.name in part.expression for part in index.parts):
            return True
    return False


def _repeated(subject: Subject, key: _Key) -> CountMatching:
    """The rows that repeat the others while the column is NULL."""
    quote = subject.quote
    names = ", ".join(map(quote, key.others))
    own = subject.place(key.table)
    missing = f"{quote(key.column.name)} IS NULL"
    group = f"SELECT {names} FROM {own} WHERE {missing} GROUP BY {names} HAVING count(*) > 1"
    wanted = names if len(key.others) == 1 else f"({names})"
    return CountMatching(key.table.ref, f"{missing} AND {wanted} IN ({group})", key.others)


def _fix(subject: Subject, key: _Key, safety: Safety) -> Fix | None:
    if subject.engine == "mysql":
        return None  # it has no index over some of the rows
    name = new_name(subject, "unique", key.table, key.others)
    index = Index(
        name=name,
        parts=tuple(KeyPart(column=each) for each in key.others),
        unique=True,
        predicate=f"{subject.quote(key.column.name)} IS NULL",
    )
    return Fix(
        f"Make {listed(key.others)} unique where {key.column.name} is NULL",
        safety,
        (CreateIndex(target=key.table.ref, index=index),),
    )
