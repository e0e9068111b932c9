"""A view through which others see rows that row-level security keeps from them.

## Why
A view of PostgreSQL reads its tables with the rights of its owner, and the owner of a table is not bound by its
policies, unless they are forced. So `CREATE VIEW active_notes AS SELECT * FROM notes`, granted to the application,
shows everybody's notes, although `notes` itself is guarded. From version 15 on, `security_invoker` makes a view read
with the rights of whoever asks. A materialised view keeps a copy that no policy guards at all.

An error where others than the owner may read the view, a warning where it shows totals alone (which can be meant), a note
where nobody was granted it yet. A view that filters by the user itself is left alone.

## Bad
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
CREATE VIEW all_notes AS SELECT * FROM notes;
GRANT SELECT ON all_notes TO PUBLIC;
```

## Good
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
CREATE VIEW all_notes AS SELECT id, owner FROM notes WHERE owner = current_user;
```

## Fix
On PostgreSQL 15 and later: `security_invoker = true`. Unsafe: those who read the view then need grants on its tables,
and see their own rows alone. A materialised view has to be revoked, or filtered by a view above it.

## References
- PostgreSQL, [CREATE VIEW](https://www.postgresql.org/docs/current/sql-createview.html)
"""

import re
from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table, View
from dbwright.change.operations import ChangeObject
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import grants_on, others_with, roles_by_name

_INVOKER_SINCE = 15
_TOTALS = re.compile(r"\b(GROUP BY|count\(|sum\(|avg\()", re.IGNORECASE)
_FILTERS = ("current_user", "session_user", "current_setting(", "auth.uid(", "auth.jwt(", "current_role")


class ViewBypassesRowSecurity(Rule):
    """Finds views that read guarded tables with their owner's rights."""

    code = "S012"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        granted = grants_on(subject, ("view",))
        exposed = _Exposed(subject)
        for view in subject.catalog.views:
            tables = list(exposed.by(view).values())
            if tables and not any(word in view.definition.lower() for word in _FILTERS):
                readers = others_with(granted.get(view.ref, []), view.owner, ("SELECT",))
                yield self._finding(subject, view, tables, readers)

    def _finding(self, subject: Subject, view: View, tables: list[Table], readers: list[str]) -> Finding:
        names = listed([str(table.ref) for table in tables], most=4)
        what = "keeps a copy of rows of" if view.materialized else "shows all rows of"
        message = f"{view.ref} {what} {names}, past the row-level security there"
        evidence = [
            Evidence(
                f"Row-level security is enabled on {names}; a materialised view has none."
                if view.materialized
                else f"Row-level security is enabled on {names}; the view reads as its owner, whom the policies don't bind."
            )
        ]
        if readers:
            message += f", to {listed(readers, most=4)}"
            evidence.append(Evidence(f"SELECT on {view.ref} is granted to {listed(readers)}."))
        since = subject.catalog.version[:1] >= (_INVOKER_SINCE,)
        if view.materialized:
            help_ = "Revoke it from those who may not see every row; show them a view that filters."
        else:
            help_ = (
                "Set security_invoker on the view, and grant its readers what it reads."
                if since
                else "Filter the rows in the view itself, or revoke it."
            )
        return self.finding(
            view.ref,
            f"{message}.",
            *evidence,
            help=help_,
            fix=_fix(view) if since and not view.materialized and _reads_itself(view, tables) else None,
            severity=("warning" if _TOTALS.search(view.definition) else "error") if readers else "note",
            related=[table.ref for table in tables],
        )


class _Exposed:
    """The guarded tables that each view shows past their policies, itself or through views below it."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.roles = roles_by_name(subject)
        self.known: dict[Ref, dict[Ref, Table]] = {}

    def by(self, view: View) -> dict[Ref, Table]:
        """The tables by name."""
        if view.ref in self.known:
            return self.known[view.ref]
        found = self.known[view.ref] = {}
        invoker = view.options.get("security_invoker", "off").lower() in ("on", "true", "1", "yes")
        for ref in view.depends_on:
            table = self.subject.lookup.table(ref.path) if ref.kind in ("table", "column") else None
            below = self.subject.lookup.view(ref.path) if ref.kind in ("view", "column") and table is None else None
            if table is not None:
                if table.row_security and (view.materialized or (not invoker and self._steps_over(view, table))):
                    found[table.ref] = table
            elif below is not None:
                found.update(self.by(below))
        return found

    def _steps_over(self, view: View, table: Table) -> bool:
        """Whether the owner of the view is not bound by the table's policies."""
        owner = self.roles.get(view.owner) if view.owner else None
        powerful = owner is not None and (owner.superuser or owner.bypass_row_security)
        return powerful or (view.owner == table.owner and not table.force_row_security)


def _reads_itself(view: View, tables: list[Table]) -> bool:
    """Whether the view reads all of these tables itself, not through another view."""
    read = {ref.path[:2] for ref in view.depends_on}
    return all((table.namespace, table.name) in read for table in tables)


def _fix(view: View) -> Fix:
    changed = msgspec.structs.replace(view, options={**view.options, "security_invoker": "true"})
    return Fix(
        f"Let {view.name} read with the rights of whoever asks",
        "unsafe",
        (ChangeObject(target=view.ref, to=changed),),
    )
