"""A column of PostgreSQL's type money.

## Why
`money` is exact, but which currency it means, and how many decimals it has, hang on the server's `lc_monetary`: a dump
that is read on another server can change every amount. It holds no currency beside the number, and rounds at the
decimals of the locale.

## Bad
```sql
CREATE TABLE products (id integer PRIMARY KEY, price money NOT NULL);
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, price numeric(12,2) NOT NULL, currency char(3) NOT NULL);
```

## Fix
Changes the column to numeric(19,2). Unsafe: programs get numbers without a currency sign.

## References
- PostgreSQL wiki, [Don't use money](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_money)
"""

from collections.abc import Iterable

from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, own_columns


class MoneyType(Rule):
    """Finds columns of type money."""

    code = "T018"
    group = "types"
    severity = "note"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, type_ in own_columns(subject):
            if type_.kind != "money":
                continue
            target = table.column_ref(column.name)
            change = AlterColumnType(
                target=target,
                type=Type("decimal", "numeric(19,2)", precision=19, scale=2),
                using=f"{subject.quote(column.name)}::numeric",
            )
            yield self.finding(
                target,
                f"{table.ref}.{column.name} is of type money, whose currency and decimals hang on the server's lc_monetary.",
                Evidence(f"The column's type is {column.type.spelling}."),
                help="Use numeric, with the currency in a column of its own.",
                fix=None
                if is_fixed_part(subject, table, column)
                else Fix(f"Change {column.name} to numeric(19,2)", "unsafe", (change,)),
            )
