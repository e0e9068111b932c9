"""A migration gives a name that is longer than the engine allows.

## Why
PostgreSQL cuts a name after 63 bytes with a NOTICE that nobody reads. The object then has another name than the
migration says: a later migration that drops or renames it fails, `IF NOT EXISTS` and two long names that begin alike
collide. MySQL refuses more than 64 characters.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN the_reason_that_the_customer_gave_us_for_sending_the_whole_parcel_back integer;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN return_reason integer;
```

## Fix
None to run: choose a shorter name.

## References
- squawk, [identifier-too-long](https://squawkhq.com/docs/identifier-too-long)
- PostgreSQL, [Identifiers and key
  words](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._text import tokens

_GIVES_NAMES = ("create ", "add ", "rename ", "change column")


class NewNameTooLong(MigrationRule):
    """Finds new names beyond the limit."""

    code = "M073"
    group = "habits"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        limit = migration.name_limit
        if limit is None:
            return
        for moment in migration.moments:
            told: set[str] = set()
            for action in moment.deed.actions:
                for name in _long(migration, moment, action, limit):
                    if name not in told:
                        told.add(name)
                        yield self._found(migration, moment, action, name, limit)

    def _found(self, migration: Migration, moment: Moment, action: Action, name: str, limit: int) -> Finding:
        size = _size(migration, name)
        if migration.engine == "postgres":
            cut = name.encode()[:limit].decode(errors="ignore")
            told = f"has {size} bytes: PostgreSQL cuts it to {cut}, and later migrations that say the whole name may not find it"
        else:
            told = f"has {size} characters, more than the {limit} that MySQL allows: the statement fails"
        return self.at(
            moment,
            action.table or action.target or Ref("catalog", ()),
            f"The name {name} {told}.",
            Evidence(
                f"{size} {'bytes in UTF-8' if migration.engine == 'postgres' else 'characters'}, the limit is {limit}."
            ),
            help="Choose a shorter name.",
            severity=None if migration.engine == "postgres" else "error",
        )


def _size(migration: Migration, name: str) -> int:
    return len(name.encode()) if migration.engine == "postgres" else len(name)


def _long(migration: Migration, moment: Moment, action: Action, limit: int) -> Iterator[str]:
    if not action.kind.startswith(_GIVES_NAMES):
        return
    given = [action.to, action.name, action.target.name if action.target else None]
    given += [action.constraint.name if action.constraint else None, action.index.name if action.index else None]
    given.append(action.column.name if action.column else None)
    for name in dict.fromkeys(given):
        if name and _size(migration, name) > limit and not _is_there(moment, action, name):
            yield name
    if action.kind == "create table":  # the names of its columns and constraints stand in the text alone
        for token in tokens(moment.deed.text, migration.engine):
            name = token[1:-1] if token[0] in '"`' and len(token) > 1 else token
            if (token[0] in '"`' or token.isidentifier()) and _size(migration, name) > limit:
                yield name


def _is_there(moment: Moment, action: Action, name: str) -> bool:
    """Whether a rename names this as the old one."""
    return action.kind.startswith("rename ") and name != action.to
