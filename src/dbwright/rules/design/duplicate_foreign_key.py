"""Two foreign keys over the same columns.

## Why
The same key declared twice is checked twice on every write and does nothing more. Where the two say different things on
delete, the one wins that you didn't expect. Two keys from one column to different tables are mostly what a renaming left
behind: every value must then be in both tables, and a row can't be added before it is in both.

A key whose columns hold those of another one to the same table, as where a tenant's column was added, is only a note.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE posts (
  id integer PRIMARY KEY,
  user_id integer NOT NULL,
  CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT posts_user_again FOREIGN KEY (user_id) REFERENCES users (id)
);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE posts (
  id integer PRIMARY KEY,
  user_id integer NOT NULL,
  CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id)
);
```

## Fix
Drops the second of two equal keys. Where they differ somebody has to say which one is meant.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.change.operations.keys import drop_constraint
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._foreign_keys import Reference, references


class DuplicateForeignKey(Rule):
    """Finds foreign keys that repeat or contradict another."""

    code = "R012"
    group = "relationships"
    harm = "clarity"

    def check(self, subject: Subject) -> Iterable[Finding]:
        by_table: dict[tuple[str, str], list[Reference]] = {}
        for each in references(subject):
            by_table.setdefault((each.child.namespace, each.child.name), []).append(each)
        for known in by_table.values():
            for place, later in enumerate(known):
                earlier = next((each for each in known[:place] if _overlap(each.key, later.key)), None)
                if earlier is not None:
                    yield self._finding(earlier, later)

    def _finding(self, earlier: Reference, later: Reference) -> Finding:
        table, one, other = later.child, earlier.key, later.key
        over = ", ".join(other.columns)
        names = f"{_named(one)} and {_named(other)}"
        same_goal = one.table == other.table
        equal = same_goal and _pairs(one) == _pairs(other)
        fix = None
        severity: Severity | None = None
        if equal and (one.on_delete, one.on_update) == (other.on_delete, other.on_update):
            message = f"{table.ref} declares the same foreign key over ({over}) twice: {names}."
            help_ = f"Drop {_named(other)}."
            operation = drop_constraint(table.ref, "foreign_key", other.name, other.columns)
            fix = Fix(f"Drop the foreign key {_named(other)} of {table.name}", "safe", (operation,))
        elif equal:
            message = (
                f"{table.ref} declares the foreign key over ({over}) twice with different actions: "
                f"{_actions(one)} and {_actions(other)}."
            )
            help_ = f"Decide which one is meant, and drop the other of {names}."
        elif same_goal:
            message = (
                f"{table.ref} refers to {later.parent.ref} over ({', '.join(one.columns)}) and again over ({over})."
            )
            help_ = "Keep the key with more columns: it holds what the other one says."
            severity = "note"
        else:
            message = (
                f"({over}) of {table.ref} refers to two tables at once: {earlier.parent.ref} and {later.parent.ref}."
            )
            help_ = f"Every value must be in both. If that is not meant, drop one of {names}."
            severity = "note"
        return self.finding(
            table.ref.child("foreign_key", other.name or over),
            message,
            Evidence(f"{_shown(table, one)}; {_shown(table, other)}."),
            help=help_,
            fix=fix,
            severity=severity,
            related=(table.ref.child("foreign_key", one.name or ", ".join(one.columns)), later.parent.ref),
        )


def _overlap(one: ForeignKey, other: ForeignKey) -> bool:
    """Whether two keys go over the same columns, or one of two to the same table holds the other."""
    ours, theirs = set(one.columns), set(other.columns)
    if one.table == other.table:
        return _pairs(one) <= _pairs(other) or _pairs(other) <= _pairs(one)
    return ours == theirs


def _pairs(key: ForeignKey) -> set[tuple[str, str]]:
    """Which column refers to which."""
    return set(zip(key.columns, key.referenced or key.columns, strict=False))


def _named(key: ForeignKey) -> str:
    return key.name or f"the unnamed one over ({', '.join(key.columns)})"


def _actions(key: ForeignKey) -> str:
    return f"ON DELETE {key.on_delete.upper()} ON UPDATE {key.on_update.upper()}"


def _shown(table: Table, key: ForeignKey) -> str:
    parent = ".".join(part for part in key.table if part)
    return f"{_named(key)}: ({', '.join(key.columns)}) → {parent} ({', '.join(key.referenced)}), {_actions(key)}"
