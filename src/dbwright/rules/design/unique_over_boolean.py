"""A unique key that contains a flag, and so allows only one row of each kind where one true row was meant.

## Why
`UNIQUE (user_id, is_default)` is meant to say "one default address for each user". It says more: one address that is
the default and *one* that is not. The third address of a user is refused. What was meant is a unique index over the
rows where the flag is true.

## Bad
```sql
CREATE TABLE addresses (
  id integer PRIMARY KEY,
  user_id integer NOT NULL,
  is_default boolean NOT NULL,
  UNIQUE (user_id, is_default)
);
```

## Good
```sql postgres
CREATE TABLE addresses (
  id integer PRIMARY KEY,
  user_id integer NOT NULL,
  is_default boolean NOT NULL
);
CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default;
```

## Fix
Replaces the key by a unique index over the other columns, restricted to the rows where the flag is true (for a mark
of deleted rows: where it is false). MySQL has no such index: there a unique index over the expression `CASE WHEN
is_default THEN user_id END` does the same, on MariaDB over a generated column. A flag that is only ever true or NULL
already works so and is not reported.

## References
- PostgreSQL, [Partial indexes](https://www.postgresql.org/docs/current/indexes-partial.html), example 11.3
- SQLite, [Partial indexes](https://www.sqlite.org/partialindex.html)
- MySQL, [Functional key parts](https://dev.mysql.com/doc/refman/8.4/en/create-index.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Question, TopValues, Values
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex, DropConstraint, DropIndex, Operation
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, is_boolean, is_indexed, own_tables

_ONE_TRUE = word_set(
    "active chosen current default elected enabled favorite favourite featured head last latest leader live main "
    "newest open preferred primary principal published selected winner"
)
_ONE_FALSE = word_set("archived canceled cancelled deleted disabled inactive obsolete removed superseded trashed")


class UniqueOverBoolean(Rule):
    """Finds flags inside unique keys."""

    code = "C001"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (TopValues(table.ref, flag.name) for table, _, _, flag in _keys(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, ref, columns, flag in _keys(subject):
            question = TopValues(table.ref, flag.name)
            values = subject.facts.ask(question, Values)
            evidence = unchecked(subject, question)
            if values and values.filled:
                shown = {value.casefold() for value, _ in values.values}
                if flag.nullable and values.distinct == 1 and shown <= {"1", "true", "t", "\x01"}:
                    continue  # true or NULL: NULLs repeat freely
                told = listed([f"{times:,} with {value}" for value, times in values.values])
                evidence = seen(f"Of {looked_at(values)}, {told}.", values)
            elif flag.nullable:
                continue
            yield self._finding(subject, table, ref, columns, flag, evidence)

    def _finding(
        self, subject: Subject, table: Table, ref: Ref, columns: tuple[str, ...], flag: Column, evidence: Evidence
    ) -> Finding:
        others = tuple(name for name in columns if name != flag.name)
        meant = not _ONE_FALSE.intersection(words(flag.name))
        allowed = "one row that is not" if meant else "one row that is"
        wanted = "true" if meant else "false"
        what = flag.name.replace("_", " ").removeprefix("is ")
        return self.finding(
            table.column_ref(flag.name),
            f"The unique key over ({', '.join(columns)}) of {table.ref} allows only {allowed} {what} for each ({', '.join(others)}).",
            evidence,
            help=f"Make ({', '.join(others)}) unique among the rows where {flag.name} is {wanted}, and drop this key.",
            fix=_fix(subject, table, ref, columns, flag, meant),
            related=(ref,),
        )


def _keys(subject: Subject) -> Iterator[tuple[Table, Ref, tuple[str, ...], Column]]:
    """Each unique key of two or more columns with a flag that marks one row among many."""
    for table in own_tables(subject.catalog):
        found = [
            (table.ref.child("unique", each.name or ", ".join(each.columns)), each.columns) for each in table.uniques
        ]
        found += [
            (table.ref.child("index", index.name), tuple(part.column or "" for part in index.parts))
            for index in table.indexes
            if index.unique and index.predicate is None and all(part.column for part in index.parts)
        ]
        for ref, columns in found:
            others = {name for name in columns if (column := table.column(name)) and not is_boolean(column)}
            flags = [
                column
                for name in columns
                if (column := table.column(name)) and is_boolean(column) and _marks_one(column)
            ]
            if others and len(flags) == 1 and not any(set(key) <= others for key in table.keys):
                yield table, ref, columns, flags[0]


def _marks_one(column: Column) -> bool:
    """Whether a flag's name says that one row among several has it."""
    return bool((_ONE_TRUE | _ONE_FALSE).intersection(words(column.name)))


def _fix(subject: Subject, table: Table, ref: Ref, columns: tuple[str, ...], flag: Column, meant: bool) -> Fix | None:
    """The key replaced by a unique index over the rows where the flag has the telling value."""
    if any(set(key.referenced) == set(columns) for _, key in subject.lookup.referencing(table)):
        return None
    others = tuple(name for name in columns if name != flag.name)
    quoted = subject.quote(flag.name)
    true_boolean = subject.engine == "postgres" and base_type(subject, flag.type).kind == "boolean"
    condition = (quoted if meant else f"NOT {quoted}") if true_boolean else f"{quoted} = {1 if meant else 0}"
    name = new_name(subject, "unique", table, (*others, "one", *words(flag.name)))
    if subject.engine == "mysql":
        if subject.catalog.engine == "mariadb":
            return None
        first, *rest = others
        parts = [KeyPart(expression=f"(CASE WHEN {condition} THEN {subject.quote(first)} END)")]
        parts += [KeyPart(column=each) for each in rest]
        index = Index(name=name, parts=tuple(parts), unique=True)
    else:
        index = Index(name=name, parts=tuple(KeyPart(column=each) for each in others), unique=True, predicate=condition)
    operations: list[Operation] = [CreateIndex(target=table.ref, index=index)]
    operations += _indexes_for_foreign_keys(subject, table, ref, columns)
    if ref.kind == "index":
        operations.append(DropIndex(target=ref))
    else:
        named = any(each.name == ref.name for each in table.uniques)
        operations.append(DropConstraint(target=ref, nameless=() if named else columns))
    return Fix(f"Make ({', '.join(others)}) unique where {condition}", "unsafe", tuple(operations))


def _indexes_for_foreign_keys(
    subject: Subject, table: Table, ref: Ref, columns: tuple[str, ...]
) -> Iterator[Operation]:
    """Indexes for the foreign keys that had none but the key that goes."""
    left = msgspec.structs.replace(
        table,
        uniques=tuple(each for each in table.uniques if each.columns != columns),
        indexes=tuple(each for each in table.indexes if ref.kind != "index" or each.name != ref.name),
    )
    for over in dict.fromkeys(key.columns for key in table.foreign_keys):
        if is_indexed(table, over) and not is_indexed(left, over):
            name = new_name(subject, "index", table, over)
            yield CreateIndex(
                target=table.ref, index=Index(name=name, parts=tuple(KeyPart(column=each) for each in over))
            )
