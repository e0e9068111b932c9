"""Row-level security is switched on without a policy, or switched off.

## Why
A table with row-level security and no policy shows no row to anyone but its owner: the running application suddenly
reads empty tables, without an error. Switched off, or without FORCE where the application connects as the owner,
every role that may read the table sees all rows of all tenants. Dropping the last permissive policy makes all rows
vanish; dropping a restrictive one shows more.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, tenant integer);
```
```sql
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
```

## Good
```sql
CREATE TABLE parcels (id integer PRIMARY KEY, tenant integer);
CREATE POLICY own_rows ON parcels USING (tenant = current_setting('app.tenant')::integer);
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
```

## Fix
Create the policies first, look at what each role sees under them, then switch row-level security on, in one
transaction.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Policy
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, table_before
from dbwright.rules.migration._text import listed, written


class RowSecuritySwitched(MigrationRule):
    """Finds tables whose rows vanish or become visible."""

    code = "M080"
    group = "compatibility"
    severity = "error"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        kinds = ("enable row security", "disable row security", "drop policy", "alter table")
        for moment, action in existing(migration, *kinds):
            ref = action.table or action.target
            if ref is None:
                continue
            match action.kind:
                case "enable row security":
                    yield from self._enabled(migration, moment, ref)
                case "disable row security":
                    yield self._opened(migration, moment, ref)
                case "alter table" if "no force row security" in action.words:
                    yield self._opened(migration, moment, ref, for_owner=True)
                case "drop policy":
                    yield from self._policy_dropped(migration, moment, ref, action)

    def _enabled(self, migration: Migration, moment: Moment, ref: Ref) -> Iterable[Finding]:
        before = table_before(moment, ref)
        if before is not None and before.row_security:
            return
        end = migration.lookup_end.table(ref.path)
        made = [action.name or "" for _, action in migration.actions("create policy") if _is_on(action, ref)]
        policies = [each.name for each in _open(end.policies if end else ())] or made
        if policies:
            yield self.at(
                moment,
                ref.table,
                f"Row-level security is switched on for {ref.table}{migration.size(ref)}: whoever isn't its owner "
                f"sees and changes only what {listed(policies)} {'lets' if len(policies) == 1 else 'let'} through.",
                Evidence(
                    f"The table has {len(policies)} permissive polic{'y' if len(policies) == 1 else 'ies'} at the end."
                ),
                help="Look at what each role of the application sees under the policies before they are switched on.",
                severity="note",
            )
            return
        yield self.at(
            moment,
            ref.table,
            f"Row-level security is switched on for {ref.table} without a policy: to the running application all its "
            f"rows{migration.size(ref)} vanish, unless it connects as the owner of the table.",
            Evidence("The table has no permissive policy at the end."),
            rows_seen(migration, ref),
            help="Create the policies first, in the same transaction.",
            fix=Fix(
                "Create the policy first",
                "display",
                sql=(
                    f"CREATE POLICY /* a name */ ON {written(migration, ref)} TO /* a role */ USING (/* which rows */)",
                    f"ALTER TABLE {written(migration, ref)} ENABLE ROW LEVEL SECURITY",
                ),
            ),
        )

    def _opened(self, migration: Migration, moment: Moment, ref: Ref, *, for_owner: bool = False) -> Finding:
        who = "its owner" if for_owner else "every role that may read it"
        return self.at(
            moment,
            ref.table,
            f"Row-level security of {ref.table} no longer holds for {who}: from then on "
            f"{'it' if for_owner else 'each'} sees and changes all rows{migration.size(ref)}, those of other tenants "
            "too.",
            rows_seen(migration, ref),
            help="Keep it on; give the one role that needs all rows a policy of its own, or BYPASSRLS.",
        )

    def _policy_dropped(self, migration: Migration, moment: Moment, ref: Ref, action: Action) -> Iterable[Finding]:
        before, end = table_before(moment, ref), migration.lookup_end.table(ref.path)
        name = action.name or (action.target.name if action.target else "")
        dropped = next((each for each in before.policies if each.name == name), None) if before else None
        if before is None or dropped is None or not before.row_security or (end and not end.row_security):
            return
        again = [
            each for each in (end.policies if end and migration.end is not migration.start else ()) if each.name == name
        ]
        if again:
            return
        if not dropped.permissive:
            told = "rows that it kept back are visible from then on"
        elif end is not None and not [each for each in _open(end.policies) if each.name != name]:
            told = f"it is the last one that lets rows through, so all rows{migration.size(ref)} vanish for whoever isn't the owner"
        else:
            return
        yield self.at(
            moment,
            ref.table.child("policy", name),
            f"The policy {name} of {ref.table} is dropped: {told}.",
            Evidence("Row-level security stays switched on for the table."),
            help="Create what takes its place in the same transaction.",
        )


def _is_on(action: Action, ref: Ref) -> bool:
    table = action.table or action.target
    return table is not None and table.path[:2] == ref.path[:2]


def _open(policies: tuple[Policy, ...]) -> list[Policy]:
    return [each for each in policies if each.permissive]
