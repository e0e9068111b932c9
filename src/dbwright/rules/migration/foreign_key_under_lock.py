"""A foreign key is added to a MySQL table that is in use: the table is copied while nobody can write.

## Why
With `foreign_key_checks` on, MySQL and MariaDB add a foreign key by ALGORITHM=COPY: every row is written again and
checked, and every INSERT, UPDATE and DELETE on the table waits until the last one. Reads of the parent wait for a
moment too. With `foreign_key_checks` off it is done in place in a moment, but then no row is checked, and orphans
stay unseen.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer, INDEX (order_id));
```
```sql
ALTER TABLE parcels ADD CONSTRAINT parcels_order FOREIGN KEY (order_id) REFERENCES orders (id);
```

## Good
```sql
SET SESSION foreign_key_checks = 0;
ALTER TABLE parcels ADD CONSTRAINT parcels_order FOREIGN KEY (order_id) REFERENCES orders (id), ALGORITHM=INPLACE, LOCK=NONE;
SET SESSION foreign_key_checks = 1;
```

## Fix
Look for orphans first, then add the key in place with the checks off for your session. Unsafe, because rows that are
written between the two are not checked: look again afterwards.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported.
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Online DDL: foreign key
  operations](https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-foreign-key-operations)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._mysql import is_small, took
from dbwright.rules.migration._objects import existing, is_new_column, rows_seen
from dbwright.rules.migration._text import bare, listed, qualified, written

_SWITCH = re.compile(r"\bforeign_key_checks\s*=\s*(\w+)", re.IGNORECASE)


class ForeignKeyUnderLock(MigrationRule):
    """Finds foreign keys that are added with the checks on."""

    code = "M090"
    group = "locks"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "add constraint"):
            key, ref = action.constraint, action.target
            if not isinstance(key, ForeignKey) or ref is None or is_small(migration, ref):
                continue
            if _checks_are_off(migration, moment) or all(is_new_column(migration, ref, name) for name in key.columns):
                continue
            if moment.deed.effect.basis == "observed" and moment.deed.effect.algorithm not in ("COPY", None):
                continue
            yield self._found(migration, moment, action, ref, key)

    def _found(self, migration: Migration, moment: Moment, action: Action, ref: Ref, key: ForeignKey) -> Finding:
        parent = Ref("table", key.table)
        return self.at(
            moment,
            ref.table,
            f"The foreign key over {listed(key.columns)} is added to {ref.table}{migration.size(ref)} with the checks "
            f"on: the table is copied{took(moment.deed.effect)}, and every INSERT, UPDATE and DELETE of the running "
            "application on it waits.",
            rows_seen(migration, ref),
            help="Look for orphans, then add it in place with foreign_key_checks off for your session.",
            fix=_in_place(migration, moment, ref, key),
            related=[parent],
        )


def _checks_are_off(migration: Migration, moment: Moment) -> bool:
    off = False
    for each in migration.moments:
        if each is moment:
            break
        found = _SWITCH.findall(bare(each.deed.text, "mysql"))
        if found:
            off = found[-1].lower() in ("0", "off", "false")
    return off


def _in_place(migration: Migration, moment: Moment, ref: Ref, key: ForeignKey) -> Fix:
    table, parent = written(migration, ref), qualified(migration, *key.table)
    pairs = list(zip(key.columns, key.referenced or key.columns, strict=False))
    join = " AND ".join(f"parent.{migration.quote(theirs)} = child.{migration.quote(ours)}" for ours, theirs in pairs)
    filled = " AND ".join(f"child.{migration.quote(ours)} IS NOT NULL" for ours, _ in pairs)
    search = f"SELECT count(*) FROM {table} AS child WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {join})"
    text = moment.deed.text.rstrip().rstrip(";")
    stated = {name for action in moment.deed.actions for name in action.options}
    modes = [f"{name}={value}" for name, value in (("ALGORITHM", "INPLACE"), ("LOCK", "NONE")) if name not in stated]
    return Fix(
        "Look for orphans, then add it in place",
        "unsafe",
        sql=(
            f"-- It must say 0, here and again at the end.\n{search}",
            "SET SESSION foreign_key_checks = 0",
            ", ".join([text, *modes]),
            "SET SESSION foreign_key_checks = 1",
        ),
    )
