"""An enum that has no label, only one, or an empty one.

## Why
A column of an enum without labels can hold nothing, so every INSERT that names it fails. With a single label it says the
same in every row, or nothing. An empty label in MySQL looks the same as the empty text that MySQL stores for a wrong value
outside of strict mode, so that errors can't be told from values.

## Bad
```sql postgres
CREATE TYPE mood AS ENUM ();
CREATE TABLE people (id integer PRIMARY KEY, mood mood);
```
```sql mysql
CREATE TABLE people (id integer PRIMARY KEY, mood ENUM('good') NOT NULL);
```

## Good
```sql postgres
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE people (id integer PRIMARY KEY, mood mood);
```
```sql mysql
CREATE TABLE people (id integer PRIMARY KEY, mood ENUM('good', 'bad') NOT NULL);
```

## Fix
None: which labels are missing, people know.

## References
- MySQL, [The ENUM type: empty or NULL
  values](https://dev.mysql.com/doc/refman/8.4/en/enum.html#enum-nulls)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns


class SingleValuedEnum(Rule):
    """Finds enums that choose nothing."""

    code = "T024"
    group = "types"
    severity = "note"
    harm = "clarity"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        of_types = {(each.namespace, each.name): each.labels for each in subject.catalog.enums}
        for table, column, type_ in own_columns(subject):
            if type_.kind != "enum":
                continue
            labels = of_types.get(type_.user_type) if type_.user_type else type_.values
            if labels is None:
                continue
            severity: Severity = "note"
            if not labels:
                told, help_, severity = "has no label, so that it can hold nothing", "Add its labels", "warning"
            elif len(labels) == 1:
                told, help_ = (
                    f"has the single label {labels[0]!r}",
                    "Add the labels that are missing, or drop the column",
                )
            elif "" in labels and subject.engine == "mysql":
                told = "has an empty label, which looks like the value that stands for an error"
                help_ = "Name it, or use NULL for no value"
            else:
                continue
            yield self.finding(
                table.column_ref(column.name),
                f"The enum of {table.ref}.{column.name} {told}.",
                Evidence(
                    f"The type is {column.type.spelling}, with {len(labels)} label{'' if len(labels) == 1 else 's'}."
                ),
                help=f"{help_}.",
                severity=severity,
            )
