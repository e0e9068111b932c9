"""A new key numbers its rows with an int or smallint, or with serial.

## Why
An `int` key ends at 2,147,483,647, a `smallint` at 32,767. Failed inserts and rolled back transactions use up numbers
too. When the last one is given, every INSERT fails, and changing the type of a key, and of all columns that refer to
it, on a table of that size is the hardest migration there is. The four bytes that are saved are mostly lost to
alignment.

`serial` of PostgreSQL leaves the sequence's privileges and ownership apart from the table, and lets anybody write the
column by hand; an identity column does not.

## Bad
```sql
CREATE TABLE events (id integer NOT NULL, PRIMARY KEY (id));
```

## Good
```sql postgres
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
```
```sql mysql
CREATE TABLE events (id bigint AUTO_INCREMENT PRIMARY KEY);
```

## Fix
Use `bigint GENERATED ALWAYS AS IDENTITY` in PostgreSQL, `bigint AUTO_INCREMENT` in MySQL.

## Options
- `every-integer` (default false): report every new column of less than 64 bits, not only keys.

## References
- squawk, [prefer-bigint-over-int](https://squawkhq.com/docs/prefer-bigint-over-int),
  [prefer-identity](https://squawkhq.com/docs/prefer-identity)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, PrimaryKey, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import new_columns, on_the_way_back


class IntegerKeyTooSmall(MigrationRule):
    """Finds new keys that will run out of numbers, and serial."""

    code = "M070"
    group = "habits"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, table, column in new_columns(migration):
            is_serial = _is_serial(column)
            bits = column.type.bits or (32 if is_serial else None)
            numbers = column.type.kind == "integer" or is_serial
            is_key = is_serial or column.identity is not None or _is_primary(migration, moment, table, column)
            if numbers and bits and bits < 64 and (is_key or migration.option("every-integer", False)):
                yield self._small(migration, moment, table, column, bits, is_key)
            elif is_serial and migration.engine == "postgres":
                yield self._serial(migration, moment, table, column)

    def _small(
        self, migration: Migration, moment: Moment, table: Ref, column: Column, bits: int, is_key: bool
    ) -> Finding:
        last = 2**bits - 1 if column.type.unsigned else 2 ** (bits - 1) - 1
        numbers = "numbers its rows" if is_key else "holds numbers"
        return self.at(
            moment,
            table.child("column", column.name),
            f"{table}.{column.name} {numbers} with {column.type.spelling}, which ends at {last:,}: then every INSERT "
            "fails.",
            Evidence(f"Its type is {column.type.spelling}, of {bits} bits."),
            help="Use 64 bits from the start; changing the type of a key later means a rewrite of every table that refers to it.",
            fix=Fix(f"Make {column.name} a bigint", "display", sql=(_better(migration, column, is_key),)),
            severity=None if is_key else "note",
        )

    def _serial(self, migration: Migration, moment: Moment, table: Ref, column: Column) -> Finding:
        return self.at(
            moment,
            table.child("column", column.name),
            f"{table}.{column.name} is a serial: the privileges of its sequence stand apart from those of the table, "
            "and anybody can write a number by hand that the sequence gives again.",
            Evidence("Its default takes the next number of a sequence."),
            help="Use an identity column.",
            fix=Fix(f"Make {column.name} an identity", "display", sql=(_better(migration, column, True),)),
            severity="note",
        )


def _is_serial(column: Column) -> bool:
    if column.identity is not None and column.identity.generation == "serial":
        return True
    return "serial" in column.type.spelling.lower()


def _is_primary(migration: Migration, moment: Moment, ref: Ref, column: Column) -> bool:
    table: Table | None = moment.lookup_after.table(ref.path) or migration.lookup_end.table(ref.path)
    if table is not None and table.primary_key is not None:
        return table.primary_key.columns == (column.name,)
    return any(
        isinstance(action.constraint, PrimaryKey)
        and action.constraint.columns == (column.name,)
        and action.target is not None
        and action.target.path[:2] == ref.path[:2]
        for action in moment.deed.actions
    )


def _better(migration: Migration, column: Column, is_key: bool) -> str:
    name = migration.quote(column.name)
    if not is_key:
        return f"{name} bigint"
    if migration.engine == "mysql":
        return f"{name} bigint AUTO_INCREMENT" if column.identity else f"{name} bigint"
    numbered = column.identity or _is_serial(column)
    return f"{name} bigint GENERATED ALWAYS AS IDENTITY" if numbered else f"{name} bigint"
