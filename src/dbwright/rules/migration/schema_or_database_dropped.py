"""A schema, or a whole database, is dropped with everything in it.

## Why
One statement takes all tables with all rows, all views, functions and privileges. `DROP DATABASE` asks nothing and
cannot be rolled back; `DROP SCHEMA … CASCADE` takes with it what other schemas built upon the tables too. MySQL's
`DROP SCHEMA` is another word for `DROP DATABASE`.

## Bad
```sql before postgres
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id integer PRIMARY KEY);
```
```sql postgres
DROP SCHEMA billing CASCADE;
```

## Good
```sql postgres
CREATE TABLE billing.parcels (id integer PRIMARY KEY);
```

## Fix
Drop the tables one by one, each in its own time, then the empty schema without CASCADE: it refuses where something
was forgotten. A database is dropped by hand, after a backup was restored somewhere, never by a migration.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [ban-drop-database](https://squawkhq.com/docs/ban-drop-database)
- PostgreSQL, [DROP SCHEMA](https://www.postgresql.org/docs/current/sql-dropschema.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import on_the_way_back
from dbwright.rules.migration._text import listed, qualified


class SchemaOrDatabaseDropped(MigrationRule):
    """Finds schemas and databases that go with all that is in them."""

    code = "M052"
    group = "data"
    severity = "error"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, action in migration.actions("drop schema", "drop database"):
            name = action.target.name if action.target else action.name or ""
            held = [table for table in moment.before.tables if table.namespace == name]
            is_database = action.kind == "drop database" or migration.engine == "mysql"
            if not is_database and (_is_own(migration, name) or _is_empty(moment.before, name)):
                continue
            rows = [migration.rows(table.ref) for table in held]
            known = sum(each for each in rows if each is not None)
            told = f" with {len(held)} table{'s' if len(held) != 1 else ''}" if held else ""
            told += f" and {known:,} rows" if known else ""
            what = "database" if is_database else "schema"
            yield self.at(
                moment,
                action.target or Ref("namespace", (name,)),
                f"The {what} {name} is dropped{told}: all that is in it is gone, and the running application loses it "
                "at once.",
                Evidence(
                    f"Its tables are {listed([table.name for table in held])}."
                    if held
                    else f"What the {what} holds is not known here."
                ),
                help="Drop what is in it piece by piece, with a backup that was restored once; keep databases out of migrations.",
                fix=None
                if is_database or not held
                else Fix(
                    "Drop the tables one by one, then the empty schema",
                    "display",
                    sql=(
                        *(f"DROP TABLE {qualified(migration, name, table.name)}" for table in held),
                        f"DROP SCHEMA {migration.quote(name)}",
                    ),
                ),
                related=[table.ref for table in held],
            )


def _is_own(migration: Migration, name: str) -> bool:
    """Whether the migration itself has made the schema."""
    there = any(each.name == name for each in migration.start.namespaces)
    return not there and any(made.target and made.target.name == name for _, made in migration.actions("create schema"))


def _is_empty(catalog: Catalog, name: str) -> bool:
    """Whether a schema that is known holds nothing: dropping it loses nothing."""
    known = any(each.name == name for each in catalog.namespaces)
    fields = ("tables", "views", "routines", "sequences", "enums", "domains", "composites", "ranges")
    return known and not any(each.namespace == name for field in fields for each in getattr(catalog, field))
