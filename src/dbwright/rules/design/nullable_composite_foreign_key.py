"""A foreign key of several columns of which two or more may be NULL: one NULL, and the rest is no longer checked.

## Why
By the SQL standard (`MATCH SIMPLE`, the default) a row with a NULL in any column of the key refers to nothing. Where only
one of two columns is filled, the value in the other one is taken for a reference by every reader, but nothing has ever
compared it with anything.

A key with only one nullable column is left alone: NULL there says plainly that there is no parent.

## Bad
```sql
CREATE TABLE rooms (building integer NOT NULL, number integer NOT NULL, PRIMARY KEY (building, number));
CREATE TABLE lessons (
  id integer PRIMARY KEY,
  room_building integer,
  room_number integer,
  CONSTRAINT lessons_room FOREIGN KEY (room_building, room_number) REFERENCES rooms (building, number)
);
```

## Good
```sql
CREATE TABLE rooms (building integer NOT NULL, number integer NOT NULL, PRIMARY KEY (building, number));
CREATE TABLE lessons (
  id integer PRIMARY KEY,
  room_building integer,
  room_number integer,
  CONSTRAINT lessons_room FOREIGN KEY (room_building, room_number) REFERENCES rooms (building, number),
  CHECK ((room_building IS NULL) = (room_number IS NULL))
);
```

## Fix
Adds a check that all of the columns are NULL or none of them. PostgreSQL's `MATCH FULL` does the same. Where rows
are half filled they have to be mended first.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK): MATCH FULL
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Check, ForeignKey, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix, Safety, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._foreign_keys import references
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import columns_named


class NullableCompositeForeignKey(Rule):
    """Finds keys that half-filled rows slip through."""

    code = "R013"
    group = "relationships"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_question(subject, table, columns) for table, _, columns in _loose(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, key, columns in _loose(subject):
            question = _question(subject, table, columns)
            answer = subject.facts.ask(question, Counted)
            half = answer.matching if answer else 0
            evidence = unchecked(subject, question)
            if answer and answer.rows:
                told = count(half, "row is", "rows are") if half else "No row is"
                evidence = seen(
                    f"{told} filled by half{'' if half else ' so far'}; looked at {looked_at(answer)}.", answer
                )
            over = ", ".join(key.columns)
            message = f"A row of {table.ref} may fill only some of ({over}), and the foreign key then checks nothing"
            message += f"; {count(half, 'row does', 'rows do')}." if half else "."
            check = Check(expression=_all_or_none(subject, columns), name=new_name(subject, "check", table, columns))
            safety: Safety = (
                "display" if half else "unsafe" if answer is None or answer.sampled or not answer.rows else "safe"
            )
            yield self.finding(
                table.ref.child("foreign_key", key.name or over),
                message,
                evidence,
                help=f"{'Mend these rows, then require' if half else 'Require'} that {listed(columns)} are NULL together: a check"
                + (", MATCH FULL" if subject.engine == "postgres" else "")
                + ", or NOT NULL where each row has a parent.",
                fix=None
                if subject.engine == "mysql" and {key.on_delete, key.on_update} - {"no action", "restrict"}
                else Fix(
                    f"Let {listed(columns)} be NULL only together", safety, (AddCheck(target=table.ref, check=check),)
                ),
                severity="error" if half else "note",
                touched=Touched(rows=half) if half else None,
            )


def _loose(subject: Subject) -> Iterator[tuple[Table, ForeignKey, tuple[str, ...]]]:
    """Keys of several columns with two or more nullable ones that no check and no MATCH FULL holds together."""
    for each in references(subject):
        if len(each.key.columns) < 2 or each.key.match == "full":
            continue
        nullable = tuple(
            column.name for column in columns_named(each.child, each.key.columns) if column and column.nullable
        )
        checked = any(
            all(name.casefold() in check.expression.casefold() for name in nullable)
            and "NULL" in check.expression.upper()
            for check in each.child.checks
        )
        if len(nullable) > 1 and not checked:
            yield each.child, each.key, nullable


def _question(subject: Subject, table: Table, columns: tuple[str, ...]) -> CountMatching:
    return CountMatching(table.ref, f"NOT ({_all_or_none(subject, columns)})", columns)


def _all_or_none(subject: Subject, columns: tuple[str, ...]) -> str:
    """All of the columns are NULL, or none is."""
    first, *others = (subject.quote(name) for name in columns)
    return " AND ".join(f"({first} IS NULL) = ({other} IS NULL)" for other in others)
