"""A constraint is added to a domain in use, and every table that uses it is read under lock.

## Why
A new check or NOT NULL of a domain is looked up in all rows of all tables with a column of that domain, each locked against
writes meanwhile (SHARE). Added as NOT VALID it holds for new values at once; validating it later still keeps writes waiting,
but can be done at a quiet hour.

## Bad
```sql before
CREATE DOMAIN email AS text;
CREATE TABLE customers (id integer PRIMARY KEY, address email);
```
```sql
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
```

## Good
```sql
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;
```

## Fix
Add it as NOT VALID, and validate it when few write. A check on each table instead can be validated while others write.

## Options
- `few-rows` (default 10000): where the tables are known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER DOMAIN](https://www.postgresql.org/docs/current/sql-alterdomain.html)
- squawk, [ban-alter-domain-with-add-constraint](https://squawkhq.com/docs/ban-alter-domain-with-add-constraint)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._locks import gravity, seen
from dbwright.rules.migration._objects import was_there
from dbwright.rules.migration._text import listed


class DomainConstraintScans(MigrationRule):
    """Finds constraints of domains that read all their tables."""

    code = "M028"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("alter domain", "validate constraint"):
            domain = action.target
            if domain is None or domain.kind != "domain" or not _reads(action):
                continue
            tables = [table for table in _users(moment, domain) if was_there(migration, moment, table)]
            if not tables:
                continue
            adds = "add" in action.words
            sizes = [f"{table}{migration.size(table)}" for table in tables]
            largest = max(tables, key=lambda table: migration.rows(table) or 0)
            yield self.at(
                moment,
                domain,
                f"Every table with a column of the domain {domain} is read, and locked against writes (SHARE) until all are: "
                f"{listed(sizes)}.",
                *seen(migration, moment, *tables),
                help="Add it as NOT VALID, and validate it when few write; or check the tables instead.",
                fix=Fix(
                    "Add it for new values, and validate it at a quiet hour",
                    "display",
                    sql=(
                        f"{moment.deed.text.rstrip().rstrip(';')} NOT VALID",
                        f"ALTER DOMAIN {migration.quote(domain.name)} VALIDATE CONSTRAINT …",
                    ),
                )
                if adds
                else None,
                severity=gravity(migration, moment, largest, "warning" if adds else "note"),
                related=tables,
            )


def _reads(action: Action) -> bool:
    if action.kind == "validate constraint":
        return True
    if "add" in action.words:
        return "not valid" not in action.words
    return "set" in action.words and (action.to or "").upper().split() == ["SET", "NOT", "NULL"]


def _users(moment: Moment, domain: Ref) -> list[Ref]:
    """The tables with a column of the domain, arrays of it too."""
    names = {domain.name.lower(), f"{domain.namespace}.{domain.name}".lower()}
    found = []
    for table in moment.before.tables:
        for column in table.columns:
            spelled = column.type.spelling.lower().replace('"', "").removesuffix("[]")
            if spelled in names or spelled.rpartition(".")[2] == domain.name.lower():
                found.append(table.ref)
                break
    return found
