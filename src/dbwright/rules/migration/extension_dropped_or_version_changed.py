"""An extension is dropped, or changes its version, under what is built on it.

## Why
The types, functions, operators and index methods of an extension go with it: without CASCADE the statement fails
where something uses them, with CASCADE the columns of its types go, with their values. A new version may change or
take away functions, needs indexes to be built again now and then, and can't be taken back in most cases; and it must
be installed on every server, replicas included, before.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
DROP EXTENSION plpgsql;
```

## Good
```sql
COMMENT ON TABLE orders IS 'One for each purchase';
```

## Fix
Look at what uses it: `SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend WHERE refclassid =
'pg_extension'::regclass AND deptype = 'e'`, and what depends on those. Change versions in a maintenance window, after
the extension's notes on upgrading were read.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [Extensions](https://www.postgresql.org/docs/current/sql-alterextension.html)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import on_the_way_back
from dbwright.rules.migration._text import bare, unquoted

_UPDATE = re.compile(r'\AALTER EXTENSION (?P<name>"(?:[^"]|"")+"|\w+) UPDATE(?: TO (?P<to>\S+))?', re.IGNORECASE)


class ExtensionDroppedOrVersionChanged(MigrationRule):
    """Finds extensions that go or change."""

    code = "M097"
    group = "compatibility"
    severity = "error"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, action in migration.actions("drop extension"):
            name = action.target.name if action.target else action.name or ""
            if any(made.target and made.target.name == name for _, made in migration.actions("create extension")):
                continue
            if "if exists" in action.words and moment.before.tables and not _installed(migration, name):
                continue
            end = (
                "and with CASCADE so do the columns of its types, with their values"
                if "cascade" in action.words
                else "and what uses them fails"
            )
            yield self.at(
                moment,
                Ref("extension", (name,)),
                f"The extension {name} is dropped: its types, functions and operators go from under the running "
                f"application, {end}.",
                Evidence(
                    "It is installed." if _installed(migration, name) else "Whether it is installed is not known."
                ),
                help="Change everything that uses it first, then drop it without CASCADE.",
            )
        for moment in migration.moments:
            found = _UPDATE.match(bare(moment.deed.text, "postgres"))
            if found:
                name = unquoted(found["name"])
                version = next((each.version for each in moment.before.extensions if each.name == name), None)
                yield self.at(
                    moment,
                    Ref("extension", (name,)),
                    f"The extension {name} changes its version: functions that the running application uses may act "
                    "otherwise or be gone, and most extensions have no way back to an older version.",
                    Evidence(f"It is at version {version}." if version else "Which version is installed is not known."),
                    help="Read its notes on upgrading, and try it on a copy of the database first.",
                    severity="warning",
                )


def _installed(migration: Migration, name: str) -> bool:
    return any(each.name == name for each in migration.start.extensions)
