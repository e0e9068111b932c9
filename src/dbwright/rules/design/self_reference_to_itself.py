"""A table that refers to itself, where nothing keeps a row from being its own parent.

## Why
A category that is its own parent sends every loop that walks upwards round for ever, and a recursive query with it. A
foreign key doesn't mind: the row is there. A check costs nothing.

## Bad
```sql
CREATE TABLE categories (id integer PRIMARY KEY, parent_id integer, FOREIGN KEY (parent_id) REFERENCES categories (id));
```

## Good
```sql
CREATE TABLE categories (
  id integer PRIMARY KEY,
  parent_id integer,
  FOREIGN KEY (parent_id) REFERENCES categories (id),
  CHECK (parent_id <> id)
);
```

## Fix
Adds the check. Where rows are their own parents already, they have to be mended first. MySQL and MariaDB refuse checks
over columns that number themselves, and over those that a foreign key's actions change; there a trigger has to do it. A
trigger on updates that names both columns and refuses rows is taken for such a guard.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK):
  self-referential keys
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Check, ForeignKey, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix, Safety, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._foreign_keys import Reference, is_required, references
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._references import implied_references
from dbwright.rules.design._tables import columns_named, referenced_columns
from dbwright.rules.design._triggers import mentions, trigger_texts

_REFUSES = re.compile(r"\b(?:RAISE|SIGNAL)\b", re.IGNORECASE)


class SelfReferenceToItself(Rule):
    """Finds hierarchies in which a row may be its own parent."""

    code = "R010"
    group = "relationships"
    severity = "note"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_question(subject, table, key) for table, key in _unguarded(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, key in _unguarded(subject):
            question = _question(subject, table, key)
            answer = subject.facts.ask(question, Counted)
            loops = answer.matching if answer else 0
            named = ", ".join(key.columns)
            message = f"Nothing keeps a row of {table.ref} from being its own parent by {named}"
            evidence = unchecked(subject, question)
            if answer and answer.rows:
                told = (
                    count(loops, "row is its own parent", "rows are their own parents")
                    if loops
                    else "No row is its own parent so far"
                )
                evidence = seen(f"{told}; looked at {looked_at(answer)}.", answer)
            first = "Give these rows another parent or NULL, then add" if loops else "Add"
            help_ = f"{first} CHECK ({_expression(subject, table, key, '<>')})."
            # Where every row must have a parent, a root can only point at itself.
            root = is_required(table, key)
            if root and loops:
                continue
            yield self.finding(
                table.column_ref(key.columns[0]),
                f"{message}, and {count(loops, 'row is', 'rows are')}." if loops else f"{message}.",
                evidence,
                help=help_,
                fix=_fix(subject, table, key, answer),
                severity="warning" if loops else None,
                touched=Touched(rows=loops) if loops else None,
            )


def _unguarded(subject: Subject) -> Iterator[tuple[Table, ForeignKey]]:
    """Self-references, declared or implied by a name, of whose columns one differs from the key's and nothing compares the two."""
    for each in (*references(subject), *_implied(subject)):
        columns = columns_named(each.child, each.key.columns)
        if each.child is not each.parent or None in columns:
            continue
        theirs = referenced_columns(each.parent, each.key)
        pairs = [
            (ours, key)
            for ours, key in zip(each.key.columns, theirs, strict=False)
            if ours.casefold() != key.casefold()
        ]
        if len(pairs) == 1 and not _is_guarded(subject, each.child, *pairs[0]):
            yield each.child, each.key


def _implied(subject: Subject) -> Iterator[Reference]:
    for each in implied_references(subject):
        if each.table is each.parent:
            place = (each.table.namespace, each.table.name)
            key = ForeignKey(columns=(each.column.name,), table=place, referenced=(each.parent_column.name,))
            yield Reference(each.table, key, each.parent)


def _is_guarded(subject: Subject, table: Table, one: str, other: str) -> bool:
    """Whether a check compares the two columns, or a trigger on updates that refuses rows names both."""
    return any(_compares(check.expression, one, other) for check in table.checks) or any(
        _REFUSES.search(text) and mentions(text, one) and mentions(text, other)
        for text in trigger_texts(subject, table, ("update",))
    )


def _compares(expression: str, one: str, other: str) -> bool:
    folded = expression.casefold()
    return one.casefold() in folded and other.casefold() in folded


def _pair(table: Table, key: ForeignKey) -> tuple[str, str]:
    theirs = referenced_columns(table, key)
    return next(
        (ours, other) for ours, other in zip(key.columns, theirs, strict=False) if ours.casefold() != other.casefold()
    )


def _expression(subject: Subject, table: Table, key: ForeignKey, operator: str) -> str:
    ours, theirs = _pair(table, key)
    return f"{subject.quote(ours)} {operator} {subject.quote(theirs)}"


def _question(subject: Subject, table: Table, key: ForeignKey) -> CountMatching:
    return CountMatching(table.ref, _expression(subject, table, key, "="), _pair(table, key))


def _fix(subject: Subject, table: Table, key: ForeignKey, answer: Counted | None) -> Fix | None:
    ours, theirs = _pair(table, key)
    parent = table.column(theirs)
    acts = {key.on_delete, key.on_update} - {"no action", "restrict"}
    if subject.engine == "mysql" and (acts or (parent is not None and parent.identity)):
        return None
    safety: Safety = "unsafe"
    if answer and answer.rows:
        safety = "display" if answer.matching else "unsafe" if answer.sampled else "safe"
    check = Check(expression=_expression(subject, table, key, "<>"), name=new_name(subject, "check", table, (ours,)))
    return Fix(f"Check that {ours} <> {theirs} in {table.name}", safety, (AddCheck(target=table.ref, check=check),))
