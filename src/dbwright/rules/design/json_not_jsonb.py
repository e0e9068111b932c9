"""A column of type json where jsonb serves better.

## Why
`json` keeps the text as it came and takes it apart again at every access. It has no equality, so DISTINCT, GROUP BY,
UNION and unique keys over such a column fail, and it can't be indexed with GIN. `jsonb` stores the document parsed. Only
who needs blanks, the order of keys or doubled keys back unchanged, as for signed messages, wants `json`.

## Bad
```sql
CREATE TABLE products (id integer PRIMARY KEY, details json NOT NULL);
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, details jsonb NOT NULL);
```

## Fix
Changes the type. Unsafe: blanks, the order of keys and doubled keys are lost, and the table is written again under a lock.

## References
- PostgreSQL, [JSON types](https://www.postgresql.org/docs/current/datatype-json.html): most applications should prefer
  to store JSON data as jsonb.
"""

from collections.abc import Iterable

from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, own_columns
from dbwright.rules.design._names import stem, word_set

_AS_IT_CAME = word_set("envelope message original raw request response signed source verbatim webhook")


class JsonNotJsonb(Rule):
    """Finds json columns."""

    code = "T017"
    group = "types"
    severity = "note"
    harm = "speed"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, type_ in own_columns(subject):
            if type_.kind != "json" or type_.binary_json or _AS_IT_CAME.intersection(stem(column.name)):
                continue
            target = table.column_ref(column.name)
            change = AlterColumnType(
                target=target,
                type=Type("json", "jsonb", binary_json=True),
                using=f"{subject.quote(column.name)}::jsonb",
            )
            yield self.finding(
                target,
                f"{table.ref}.{column.name} is json: it is parsed at every access, and can't be compared or indexed.",
                Evidence(f"The column's type is {column.type.spelling}."),
                help="Use jsonb, unless the text must come back exactly as it was written.",
                fix=None
                if is_fixed_part(subject, table, column)
                else Fix(f"Change {column.name} to jsonb", "unsafe", (change,)),
            )
