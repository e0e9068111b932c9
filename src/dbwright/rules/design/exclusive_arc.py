"""Nullable references of which exactly one is filled in every row, and nothing that requires it.

## Why
A comment belongs to a post or to a photo. Two nullable foreign keys let it belong to both, and to nothing: the first
appears twice in every list, the second in none. The rows show what is meant; a check makes it hold.

Names can't tell such a pair from two references that are optional each by itself, so only the rows are believed: in all
of many rows, or in all but very few, exactly one is filled, and each of them often enough.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE photos (id integer PRIMARY KEY);
CREATE TABLE comments (
  id integer PRIMARY KEY,
  post_id integer,
  photo_id integer,
  FOREIGN KEY (post_id) REFERENCES posts (id),
  FOREIGN KEY (photo_id) REFERENCES photos (id)
);
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY);
CREATE TABLE photos (id integer PRIMARY KEY);
CREATE TABLE comments (
  id integer PRIMARY KEY,
  post_id integer,
  photo_id integer,
  FOREIGN KEY (post_id) REFERENCES posts (id),
  FOREIGN KEY (photo_id) REFERENCES photos (id),
  CHECK ((post_id IS NULL) <> (photo_id IS NULL))
);
```

## Fix
Adds the check. Where rows with none or several exist they have to be mended first. MySQL and MariaDB refuse checks over
columns that a foreign key's actions change.

## Options
- `least-rows` (default 50): with fewer rows the rule stays silent.

## References
- Bill Karwin, *SQL Antipatterns*, chapter “Polymorphic Associations”, on exclusive arcs
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from dbwright.catalog.facts import CheckOutcome, Counted, CountNotTrue, CountNulls, Question
from dbwright.catalog.objects import Check, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix, Safety, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import ACTIONS, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_MOST_REFERENCES = 5
_LEAST_SHARE = 0.02
"""The share of rows in which each reference must be filled."""
_MOST_BROKEN = 0.01
"""The share of rows with none or several from which on the references are taken for independent of each other."""


class ExclusiveArc(Rule):
    """Finds references of which the rows fill exactly one."""

    code = "R011"
    group = "relationships"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, groups in _arcs(subject):
            for columns in groups:
                yield CountNotTrue(table.ref, _expression(subject, columns))
            yield from (CountNulls(table.ref, name) for name in groups[0])

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, groups in _arcs(subject):
            for columns in groups:
                answer = subject.facts.ask(CountNotTrue(table.ref, _expression(subject, columns)), CheckOutcome)
                if answer is not None and self._is_meant(subject, table, columns, answer):
                    yield self._finding(subject, table, columns, answer)
                    break

    def _is_meant(self, subject: Subject, table: Table, columns: tuple[str, ...], answer: CheckOutcome) -> bool:
        """Whether nearly all of many rows fill exactly one, and each of them is filled often enough."""
        if answer.rows < int(subject.option("least-rows", 50)) or answer.false > answer.rows * _MOST_BROKEN:
            return False
        nulls = [subject.facts.ask(CountNulls(table.ref, name), Counted) for name in columns]
        return all(each is not None and each.rows - each.matching > each.rows * _LEAST_SHARE for each in nulls)

    def _finding(self, subject: Subject, table: Table, columns: tuple[str, ...], answer: CheckOutcome) -> Finding:
        broken = answer.false
        named = listed(columns)
        fills = f"{count(answer.rows - broken, 'row fills', 'rows fill')} exactly one of {named}"
        breaks = f" {count(broken, 'row fills', 'rows fill')} none or several." if broken else ""
        expression = _expression(subject, columns)
        check = Check(expression=expression, name=new_name(subject, "check", table, columns))
        safety: Safety = "display" if broken else "unsafe" if answer.sampled else "safe"
        return self.finding(
            table.ref,
            f"Exactly one of {named} is meant to be filled in {table.ref}, but nothing requires it"
            + (f", and {count(broken, 'row breaks', 'rows break')} it." if broken else "."),
            seen(f"{fills}, of {looked_at(answer)}.{breaks}", answer),
            help=f"{'Mend these rows, then add' if broken else 'Add'} CHECK ({expression}).",
            fix=None
            if subject.engine == "mysql" and _are_acted_on(table, columns)
            else Fix(
                f"Require exactly one of {named} in {table.name}", safety, (AddCheck(target=table.ref, check=check),)
            ),
            related=tuple(table.column_ref(name) for name in columns),
            touched=Touched(rows=broken) if broken else None,
        )


def _arcs(subject: Subject) -> Iterator[tuple[Table, list[tuple[str, ...]]]]:
    """Tables with two to five nullable references to different tables that no check compares: all of them, then each pair."""
    for table in own_tables(subject.catalog):
        found: dict[tuple[str, str], str] = {}
        for key in table.foreign_keys:
            column = table.column(key.columns[0])
            if (
                len(key.columns) == 1
                and column
                and column.nullable
                and not column.generated
                and not _is_actor(column.name)
            ):
                found.setdefault(key.table, column.name)
        columns = tuple(sorted(found.values(), key=[each.name for each in table.columns].index))
        if 2 <= len(columns) <= _MOST_REFERENCES and not _are_checked(table, columns):
            yield table, [columns, *(pair for pair in combinations(columns, 2) if pair != columns)]


def _is_actor(name: str) -> bool:
    """Whether a reference only says who did something (approved_by)."""
    named = words(name)
    return "by" in named and bool(ACTIONS.intersection(named))


def _are_checked(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a check speaks of two of the columns, or a function counts their NULLs."""
    for check in table.checks:
        folded = check.expression.casefold()
        if sum(name.casefold() in folded for name in columns) > 1:
            return True
    return False


def _are_acted_on(table: Table, columns: tuple[str, ...]) -> bool:
    return any(
        key.columns[0] in columns and {key.on_delete, key.on_update} - {"no action", "restrict"}
        for key in table.foreign_keys
    )


def _expression(subject: Subject, columns: tuple[str, ...]) -> str:
    """Exactly one is not NULL, in SQL that every engine knows."""
    quoted = [subject.quote(name) for name in columns]
    if len(quoted) == 2:
        return f"({quoted[0]} IS NULL) <> ({quoted[1]} IS NULL)"
    return " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in quoted) + " = 1"
