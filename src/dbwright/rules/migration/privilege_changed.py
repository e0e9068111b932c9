"""A privilege is given to everyone or for passing on, or taken away from whoever runs the application.

## Why
What is granted to PUBLIC is granted to every role that there is and will be. WITH GRANT OPTION lets the grantee pass
it on to others, and so does ADMIN OPTION. SUPERUSER and BYPASSRLS end all rules. In the other direction, a REVOKE
works at once: the running application fails at its next statement, in transactions that are open too.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql postgres
GRANT SELECT ON orders TO PUBLIC;
```
```sql mysql
GRANT SELECT ON orders TO CURRENT_USER WITH GRANT OPTION;
```

## Good
```sql postgres
GRANT SELECT ON orders TO CURRENT_USER;
```
```sql mysql
GRANT SELECT ON orders TO CURRENT_USER;
```

## Fix
Grant to the one role that needs it, without passing it on. Revoke when no running application needs the privilege any
more.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back
from dbwright.rules.migration._text import bare

_PUBLIC = re.compile(r"\bTO\b[^;]*\bPUBLIC\b", re.IGNORECASE)
_DEFAULTS = re.compile(r"\AALTER DEFAULT PRIVILEGES\b.*?(?=\b(?:GRANT|REVOKE)\b)", re.IGNORECASE)
_ON_EVERYTHING = re.compile(r"\AGRANT ALL(?: PRIVILEGES)? ON \*\.\*", re.IGNORECASE)
_SUPER = re.compile(r"\A(?:CREATE|ALTER) (?:ROLE|USER)\b.*(?<!NO)\b(SUPERUSER|BYPASSRLS)\b", re.IGNORECASE)


class PrivilegeChanged(MigrationRule):
    """Finds privileges that are widened, and those that are taken away."""

    code = "M077"
    group = "compatibility"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            text = _DEFAULTS.sub("", bare(moment.deed.text, migration.engine))
            if not text[:8].upper().startswith(("GRANT ", "REVOKE ", "ALTER ", "CREATE ")):
                continue
            action = next((each for each in moment.deed.actions if each.target is not None), None)
            target = action.target if action and action.target else Ref("catalog", ())
            if action and (migration.is_new(target) or target in migration.created):
                continue
            for message, advice, severity in _told(migration, moment, text, target):
                shown = text if "''" not in text and len(text) <= 200 else text.split(" ")[0].upper() + " …"
                yield self.at(
                    moment, target, message, Evidence(f"The statement is {shown}"), help=advice, severity=severity
                )


def _told(migration: Migration, moment: Moment, text: str, target: Ref) -> Iterator[tuple[str, str, Severity | None]]:
    on = f" on {target}" if target.path else ""
    upper = text.upper()
    if upper.startswith("REVOKE "):
        if "FROM PUBLIC" in upper:
            yield (
                (
                    f"A privilege{on} is taken from everyone: a running application that had it only through PUBLIC "
                    "fails at once."
                ),
                "Grant it to the roles that need it first.",
                "note",
            )
        else:
            yield (
                f"A privilege{on} is taken away: the running application fails at once where it still needs it.",
                "Revoke it when no running application needs it any more.",
                None,
            )
        return
    if upper.startswith("GRANT "):
        if _PUBLIC.search(text) and migration.engine == "postgres":
            yield (
                f"A privilege{on} is given to PUBLIC: every role that there is, and every one to come, has it.",
                "Grant it to the roles that need it.",
                None,
            )
        if "WITH GRANT OPTION" in upper or "WITH ADMIN OPTION" in upper or "WITH ADMIN TRUE" in upper:
            yield (
                f"The privilege{on} may be passed on: from then on others decide who else has it.",
                "Leave out WITH GRANT OPTION.",
                None,
            )
        if migration.engine == "mysql" and _ON_EVERYTHING.match(text):
            yield (
                "All privileges on everything are given: the account becomes an administrator.",
                "Grant what is needed.",
                "error",
            )
    found = _SUPER.match(text) if migration.engine == "postgres" else None
    if found:
        yield (
            f"A role gets {found[1].upper()}: no privilege and no policy holds for it any more.",
            "Grant the privileges that are needed instead.",
            "error",
        )
