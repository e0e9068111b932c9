"""A new domain comes with a check or NOT NULL.

## Why
A domain's constraint holds for every column of its type at once, so changing it concerns them all: a new one reads
every table that uses the domain under locks, and DROP and ADD are the only way to change one. NOT NULL of a domain is
worse: an outer join or a subquery without a row gives a NULL of that type all the same. Checks on the tables can be
replaced one by one, NOT VALID first.

## Bad
```sql
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
```

## Good
```sql
CREATE DOMAIN email AS text;
```

## Fix
Put the check on the columns. Where one rule for all of them is worth the price, suppress the finding with that as the
reason.

## References
- squawk, [ban-create-domain-with-constraint](https://squawkhq.com/docs/ban-create-domain-with-constraint)
"""

import re
from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import on_the_way_back
from dbwright.rules.migration._text import bare

_CONSTRAINT = re.compile(r"\bCHECK\b|\bNOT\s+NULL\b", re.IGNORECASE)


class DomainWithConstraint(MigrationRule):
    """Finds new domains with constraints."""

    code = "M102"
    group = "habits"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, action in migration.actions("create domain"):
            found = _CONSTRAINT.search(bare(moment.deed.text, "postgres"))
            if action.target is None or found is None:
                continue
            yield self.at(
                moment,
                action.target,
                f"The new domain {action.target} has a constraint ({found[0].upper()}): changing it later reads every "
                "table that uses the domain, while the running application waits.",
                Evidence(f"The statement says {found[0].upper()}."),
                help="Put the check on the columns, where it can be replaced one by one.",
            )
