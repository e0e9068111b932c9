"""A table of SQLite that others refer to is dropped while foreign keys are on, and its children's rows go with it.

## Why
SQLite can't make most changes in place, so a table is made anew, filled, and the old one dropped. While
`foreign_keys` is on, DROP TABLE first deletes all rows of the old table, and each foreign key does what it was told:
ON DELETE CASCADE deletes the children, SET NULL empties them; the others make the statement fail. SQLite has foreign
keys off unless the connection switches them on, as most frameworks do. `PRAGMA foreign_keys = OFF` inside of a
transaction does nothing at all.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer REFERENCES orders (id) ON DELETE CASCADE);
```
```sql
CREATE TABLE new_orders (id integer PRIMARY KEY, total text);
INSERT INTO new_orders SELECT id, total FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
```

## Good
```sql
PRAGMA foreign_keys = OFF;
CREATE TABLE new_orders (id integer PRIMARY KEY, total text);
INSERT INTO new_orders SELECT id, total FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
PRAGMA foreign_key_check;
PRAGMA foreign_keys = ON;
```

## Fix
Switch foreign keys off before the transaction begins, look with `PRAGMA foreign_key_check` before it is committed,
and switch them on again. `dbwright migrate generate` writes rebuilds that way.

## Options
- `check-down` (default false): look at the way back too.

## References
- SQLite, [Making other kinds of table schema changes](https://www.sqlite.org/lang_altertable.html#otheralter)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, same, table_before
from dbwright.rules.migration._text import bare, listed

_SWITCH = re.compile(r"\APRAGMA\s+(?:\w+\s*\.\s*)?foreign_keys\s*(?:=|\()\s*(\w+)", re.IGNORECASE)
_DOES = {"cascade": "are deleted", "set null": "lose their reference", "set default": "get another reference"}


class RebuildWithoutForeignKeysOff(MigrationRule):
    """Finds dropped parents."""

    code = "M093"
    group = "data"
    severity = "error"
    engines = ("sqlite",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "drop table"):
            if action.target is None or _is_off(migration, moment):
                continue
            table = table_before(moment, action.target)
            children = _children(moment, table) if table else []
            if not children or table is None:
                continue
            yield self._found(migration, moment, table, children)

    def _found(
        self, migration: Migration, moment: Moment, table: Table, children: list[tuple[Table, ForeignKey]]
    ) -> Finding:
        acting = [(child, key) for child, key in children if key.on_delete in _DOES]
        if acting:
            told = listed(
                [
                    f"the rows of {child.ref}{migration.size(child.ref)} that refer to it {_DOES[key.on_delete]}"
                    for child, key in acting
                ]
            )
        else:
            told = (
                f"it fails as long as rows of {listed(sorted({str(child.ref) for child, _ in children}))} refer to it"
            )
        return self.at(
            moment,
            table.ref,
            f"{table.ref} is dropped while foreign keys may be on: SQLite deletes its rows first, so {told}.",
            Evidence(_why(migration, moment)),
            rows_seen(migration, table.ref),
            help="Say PRAGMA foreign_keys = OFF before the transaction begins, and PRAGMA foreign_key_check before it ends.",
            fix=Fix(
                "Switch foreign keys off meanwhile",
                "safe",
                sql=("PRAGMA foreign_keys = OFF", moment.deed.text),
            )
            if moment.deed.transaction is None
            else None,
            severity=None if acting else "warning",
            related=list(dict.fromkeys(child.ref for child, _ in children)),
        )


def _children(moment: Moment, table: Table) -> list[tuple[Table, ForeignKey]]:
    found = [
        (child, key)
        for child in moment.before.tables
        for key in child.foreign_keys
        if same("sqlite", key.table[1], table.name) and child.ref != table.ref
    ]
    return [(child, key) for child, key in found if Ref("table", child.ref.path) != table.ref]


def _is_off(migration: Migration, moment: Moment) -> bool:
    """Whether foreign keys were switched off before, where that counts: outside of a transaction."""
    off = False
    for each in migration.moments:
        if each is moment:
            break
        found = _SWITCH.match(bare(each.deed.text, "sqlite"))
        if found and each.deed.transaction is None:
            off = found[1].lower() in ("0", "off", "false", "no")
    return off


def _why(migration: Migration, moment: Moment) -> str:
    for each in migration.moments:
        if each is moment:
            break
        if _SWITCH.match(bare(each.deed.text, "sqlite")) and each.deed.transaction is not None:
            return "PRAGMA foreign_keys stands inside of a transaction, where it does nothing."
    return "The migration doesn't switch foreign keys off before."
