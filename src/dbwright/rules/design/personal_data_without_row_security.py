"""Personal data of many tenants in a table without row-level security.

## Why
Where the rows of all customers lie in one table, each query must say `WHERE tenant_id = …`, and the one that forgets
shows one customer's people to another. Row-level security makes the database add the condition, so that forgetting
shows nothing. It matters most where people's names, addresses and birth dates stand.

A schema counts as multi-tenant by a column such as `tenant_id` or `organization_id` in several tables. Where some of
these tables are guarded by row-level security and one with personal data is not, that is a gap: a warning for the
table. Where none is, it was decided so, and one note tells which tables would need it.

## Bad
```sql
CREATE TABLE tenants (id integer PRIMARY KEY);
CREATE TABLE customers (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants, email text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants);
CREATE TABLE items (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants);
```

## Good
```sql
CREATE TABLE tenants (id integer PRIMARY KEY);
CREATE TABLE customers (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants, email text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants);
CREATE TABLE items (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants);
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON customers USING (tenant_id = (SELECT current_setting('app.tenant')::integer));
```

## Fix
Where another table of the same tenant column has exactly one policy for all commands: gives this table the same
policy and enables row-level security. Unsafe: from then on the policy decides which rows are seen.

## References
- PostgreSQL, [Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Policy, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import ChangeTable, CreatePolicy
from dbwright.change.operations.tables import header
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._calls import names_in
from dbwright.rules.design._evidence import count
from dbwright.rules.design._personal import personal_data, tables_of_tenants
from dbwright.rules.design._phrases import listed


class PersonalDataWithoutRowSecurity(Rule):
    """Finds tables of many tenants whose people every query may see."""

    code = "S010"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        held: dict[tuple[str, str], list[Table]] = {}
        for column, table in tables_of_tenants(subject.catalog):
            held.setdefault((table.namespace, column), []).append(table)
        for (namespace, column), tables in held.items():
            guarded = [table for table in tables if table.row_security]
            bare = [table for table in tables if not table.row_security and personal_data(table)]
            if not bare:
                continue
            if guarded:
                names = listed([str(each.ref) for each in guarded], most=4)
                models = _models(column, guarded)
                for table in bare:
                    yield self._gap(table, column, guarded, names, models)
            else:
                yield self._none(namespace, column, bare, len(tables))

    def _gap(self, table: Table, column: str, guarded: list[Table], others: str, models: list[Table]) -> Finding:
        kinds = listed(sorted(set(personal_data(table).values())))
        return self.finding(
            table.ref,
            f"{table.ref} holds {kinds} of all tenants without row-level security, which "
            f"{count(len(guarded), 'other table')} with {column} {'has' if len(guarded) == 1 else 'have'}.",
            Evidence(f"Row-level security is enabled on {others}, and not on {table.ref}."),
            Evidence(f"Personal data, by the names: {listed(list(personal_data(table)))}."),
            help=f"Enable row-level security on {table.ref} with a policy on {column}.",
            fix=_fix(table, column, models),
            related=[each.ref for each in guarded[:20]],
        )

    def _none(self, namespace: str, column: str, bare: list[Table], total: int) -> Finding:
        kinds = sorted({kind for table in bare for kind in personal_data(table).values()})
        return self.finding(
            Ref("namespace", (namespace,)),
            f"The schema {namespace} keeps the rows of all tenants together without row-level security: "
            f"{count(len(bare), 'table holds', 'tables hold')} personal data ({listed(kinds)}).",
            Evidence(
                f"{count(total, 'table has', 'tables have')} {column}; personal data is in "
                f"{listed([str(table.ref) for table in bare], most=6)}."
            ),
            help=f"Consider row-level security with a policy on {column}: then a query that forgets the tenant shows nothing.",
            severity="note",
            related=[table.ref for table in bare[:20]],
        )


def _models(column: str, guarded: list[Table]) -> list[Table]:
    """Tables whose only policy looks at no other column than the tenant's, one for each type of that column."""
    found: dict[Type, Table] = {}
    for table in guarded:
        policy = table.policies[0] if len(table.policies) == 1 else None
        held = table.column(column)
        if (
            policy
            and held
            and policy.command == "all"
            and policy.permissive
            and list(_columns(policy, table)) == [column]
        ):
            found.setdefault(held.type, table)
    return list(found.values())


def _fix(table: Table, column: str, models: list[Table]) -> Fix | None:
    """The policy of another table whose tenant column has the same type."""
    mine = table.column(column)
    for other in models:
        theirs = other.column(column)
        if mine is None or theirs is None or mine.type != theirs.type:
            continue
        policy = msgspec.structs.replace(other.policies[0], comment=None)
        enabled = msgspec.structs.replace(header(table), row_security=True, force_row_security=other.force_row_security)
        return Fix(
            f"Guard {table.name} with the policy of {other.name}",
            "unsafe",
            (CreatePolicy(target=table.ref, policy=policy), ChangeTable(target=table.ref, to=enabled)),
        )
    return None


def _columns(policy: Policy, table: Table) -> Iterator[str]:
    """The columns of the table that a policy names."""
    named = {name.rpartition(".")[2] for text in (policy.using, policy.check) for name in names_in(text or "")}
    yield from (column.name for column in table.columns if column.name in named)
