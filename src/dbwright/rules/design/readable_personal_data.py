"""Personal data that other roles than the owner may read.

## Why
Who may read people's names, addresses and birth dates is a question that a data protection officer asks and that few
teams can answer. This rule answers it: for each table with personal data, by the names of its columns, the roles that
may read them all. It is a list to go through, not a fault, and therefore only in the bundle "all". Columns that a role
needs not see can be left out of its grant (`GRANT SELECT (id, city) ON …`), or shown by a view.

## Bad
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, birth_date date);
GRANT SELECT ON customers TO dbwright_rules_login;
```
```sql mysql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE customers (id integer PRIMARY KEY, email varchar(99) NOT NULL, birth_date date);
GRANT SELECT ON customers TO 'dbwright_rules'@'localhost';
```

## Good
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, birth_date date);
GRANT SELECT (id) ON customers TO dbwright_rules_login;
```
```sql mysql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE customers (id integer PRIMARY KEY, email varchar(99) NOT NULL, birth_date date);
GRANT SELECT (id) ON customers TO 'dbwright_rules'@'localhost';
```

## Fix
None to run: who needs what, only you know.

## References
- GDPR, [Article 25: Data protection by design and by default](https://gdpr-info.eu/art-25-gdpr/)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Grant, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._personal import personal_data
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class ReadablePersonalData(Rule):
    """Finds who may read what about people."""

    code = "S016"
    group = "security"
    severity = "note"
    bundle = "all"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        held: dict[Ref, list[Grant]] = {}
        for grant in subject.catalog.grants:
            if grant.on.kind in ("table", "namespace") and "SELECT" in grant.privileges and not grant.default_for:
                held.setdefault(grant.on, []).append(grant)
        for table in own_tables(subject.catalog):
            personal = personal_data(table)
            grants = [*held.get(table.ref, []), *held.get(Ref("namespace", (table.namespace,)), [])]
            readers = {
                grant.grantee: [name for name in personal if not grant.columns or name in grant.columns]
                for grant in grants
                if grant.grantee != table.owner
            }
            readers = {who: columns for who, columns in readers.items() if columns}
            if readers:
                yield self._finding(table, personal, readers)

    def _finding(self, table: Table, personal: dict[str, str], readers: dict[str, list[str]]) -> Finding:
        kinds = listed(sorted(set(personal.values())))
        guarded = " (row-level security decides which)" if table.row_security else ""
        return self.finding(
            table.ref,
            f"{table.ref} holds {kinds}; {listed(sorted(readers), most=5)} may read {'them' if len(personal) > 1 else 'it'}{guarded}.",
            Evidence(f"Personal data, by the names: {listed(list(personal))}."),
            Evidence(f"{count(len(readers), 'role has', 'roles have')} SELECT on it beside the owner."),
            help="Grant each role only the columns that it needs, or a view that shows no more.",
        )
