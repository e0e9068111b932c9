"""A foreign key column that names another table than the one it points at, or is named otherwise than the others.

## Why
`orders.customer_id` that points at `suppliers`, in a schema that has a table `customers`, is most often a slip of
copy and paste: the engine guards the wrong thing, and whatever joins by the name gets rows that have nothing to do
with each other.

The rest is convention: where at least six foreign keys of one column end in the same way (`…_id`) and 80 % agree,
one that doesn't stands out; a name that stands in many tables is one finding. Roles (`author_id` to `users`) are
fine.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE suppliers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES suppliers (id));
```
```sql mysql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE suppliers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, FOREIGN KEY (customer_id) REFERENCES suppliers (id));
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE suppliers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
```
```sql mysql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE suppliers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, FOREIGN KEY (customer_id) REFERENCES customers (id));
```

## Fix
For a deviating ending: renames the column, where no view, routine or trigger says the old name. Unsafe: programs use
it. For a wrong table: none to run, a person must say which of the two is meant.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountOrphans, Question
from dbwright.catalog.objects import ForeignKey, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import Deviation, gathered
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import singular, stem, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renaming
from dbwright.rules.design._tables import own_tables

_MARKED_BEFORE = frozenset(("id", "uuid", "guid", "fk"))
"""Marks that something else follows (user_id_old)."""
_MARKS = ("id", "uuid", "guid", "code", "no", "number", "nr", "key", "fk", "ref")


class ForeignKeyName(Rule):
    """Finds foreign keys whose columns say something else."""

    code = "N009"
    group = "names"
    severity = "note"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_orphans(table, key, said) for table, key, said in _misleading(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, key, said in _misleading(subject):
            column, parent = key.columns[0], ".".join(part for part in key.table if part)
            answer = subject.facts.ask(_orphans(table, key, said), Counted)
            evidence = [Evidence(f"The foreign key {key.name or ''} refers to {parent}.".replace("  ", " "))]
            if answer and answer.considered:
                kept = answer.considered - answer.matching
                evidence.append(
                    seen(
                        f"Of {count(answer.considered, 'value')}, {kept:,} would be found in {said.ref}; looked at {looked_at(answer)}.",
                        answer,
                    )
                )
            yield self.finding(
                table.column_ref(column),
                f"{table.ref}.{column} names {said.ref}, but its foreign key points at {parent}.",
                *evidence,
                help=f"Point the foreign key at {said.ref}, or rename the column for what it holds.",
                severity="warning",
                harm="data",
                related=(said.ref,),
            )
        yield from self._deviating(subject)

    def _deviating(self, subject: Subject) -> Iterator[Finding]:
        forms = {
            (table.ref, key.columns[0]): (table, _form(key.columns[0]))
            for table in own_tables(subject.catalog)
            for key in table.foreign_keys
            if len(key.columns) == 1 and key.columns != key.referenced and words(key.columns[0])
        }
        votes = [form for _, form in forms.values()]
        usual = max(sorted(set(votes)), key=votes.count, default="")
        if not usual or len(votes) < 6 or votes.count(usual) < 0.8 * len(votes):
            return
        off = [
            _deviation(subject, table, column, usual)
            for (_, column), (table, form) in forms.items()
            if form != usual and not _is_natural(table, column)
        ]
        for group in gathered(off):
            many = len({each.ref.name for each in group.deviations})
            yield self.finding(
                group.target,
                f"The foreign key column{'' if many == 1 else 's'} {listed(group.names)} {'is' if many == 1 else 'are'} not named "
                f"{usual} as the others are.",
                Evidence(f"{votes.count(usual):,} of {len(votes):,} foreign keys of one column are named {usual}."),
                help=f"Rename to {listed(group.suggested)}." if group.suggested else f"Rename to {usual}.",
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )


def _misleading(subject: Subject) -> Iterator[tuple[Table, ForeignKey, Table]]:
    """Foreign keys of one column whose name is exactly that of another table's key, with that table."""
    named: dict[tuple[str, ...], list[Table]] = {}
    for table in own_tables(subject.catalog):
        if table.primary_key and len(table.primary_key.columns) == 1:
            named.setdefault(stem(table.name), []).append(table)
    for table in own_tables(subject.catalog):
        for key in table.foreign_keys:
            base = _base(key.columns[0]) if len(key.columns) == 1 else ()
            found = [each for each in named.get(base, []) if each.namespace == table.namespace]
            if not base or len(found) != 1:
                continue
            said = found[0]
            parent = subject.lookup.table(key.table)
            if (
                parent is None
                or said in (parent, table)
                or _are_kin(subject, said, parent)
                or _same_words(base, parent)
            ):
                continue
            if _key_kind(said) == _key_kind(parent) and not _also_points_at(table, key, said):
                yield table, key, said


def _base(name: str) -> tuple[str, ...]:
    """The words of a column without its mark, in the singular: "customer_id" gives ("customer",)."""
    named = words(name)
    if len(named) > 1 and named[-1] in _MARKS:
        return tuple(singular(word) for word in named[:-1])
    return ()


def _same_words(base: tuple[str, ...], parent: Table) -> bool:
    """Whether the parent's name holds the words too, such as a prefix before them (app_customers)."""
    return set(base) <= set(stem(parent.name))


def _are_kin(subject: Subject, one: Table, other: Table) -> bool:
    """Whether one table is a special kind of the other: its primary key points at it."""
    for child, parent in ((one, other), (other, one)):
        for key in child.foreign_keys:
            whole = child.primary_key is not None and set(key.columns) == set(child.primary_key.columns)
            if whole and key.table == (parent.namespace, parent.name):
                return True
    return bool(
        set(one.inherits) & {(other.namespace, other.name)} or set(other.inherits) & {(one.namespace, one.name)}
    )


def _also_points_at(table: Table, key: ForeignKey, said: Table) -> bool:
    """Whether another foreign key of the same column points at the table that the name says."""
    return any(
        key.columns[0] in other.columns and other.table == (said.namespace, said.name) for other in table.foreign_keys
    )


def _key_kind(table: Table) -> str:
    column = table.column(table.primary_key.columns[0]) if table.primary_key else None
    return column.type.kind if column else ""


def _orphans(table: Table, key: ForeignKey, said: Table) -> CountOrphans:
    columns = said.primary_key.columns if said.primary_key else ()
    return CountOrphans(table.ref, key.columns, said.ref, columns)


def _form(name: str) -> str:
    """How the name of a foreign key column marks that it is one."""
    named = words(name)
    if len(named) > 1 and named[-1] in _MARKS:
        return f"…_{named[-1]}"
    if len(named) > 1 and named[0] in ("id", "fk"):
        return f"{named[0]}_…"
    joined = any(len(word) > 4 and word.endswith("id") for word in named)
    return "…id" if joined or _MARKED_BEFORE.intersection(named) else "without a mark"


def _is_natural(table: Table, column: str) -> bool:
    """Whether the column holds something that people read, such as a code, and not a number: its name then says what."""
    found = table.column(column)
    return found is not None and (found.type.is_text or found.type.kind == "enum")


def _deviation(subject: Subject, table: Table, column: str, usual: str) -> Deviation:
    to = ""
    if usual.startswith("…_") and column.islower() and _form(column) == "without a mark" and not column.endswith("by"):
        to = f"{column}{usual[1:]}"
    return Deviation(table, table.column_ref(column), to, renamed_column(subject, table, column, to) if to else None)
