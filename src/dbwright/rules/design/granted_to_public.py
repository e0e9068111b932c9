"""Privileges that everyone has: granted to PUBLIC, to an anonymous account, or everything to an account from
anywhere.

## Why
PUBLIC is every role that can connect, today's and tomorrow's: the reporting tool, the contractor, the account whose
password leaked. A grant to it can't be taken away from one of them. Rights to write are an error, rights to read a
warning. Where everyone may create objects in a schema, a table or a function of a well-chosen name is picked up by
other people's queries (CVE-2018-1058); the schema `public` has a rule of its own, S003. A SECURITY DEFINER function
runs with the rights of its owner, and everyone may call it until that is revoked.

What is harmless by design is not reported: USAGE on schemas and types, CONNECT, EXECUTE on ordinary functions, and
trigger functions, which nobody can call. Where row-level security guards the table, a grant to PUBLIC is a note.

On MySQL and MariaDB, any privilege of an anonymous account is an error, a grant to PUBLIC (MariaDB) is judged as
above, and an account that may come from any host (`'app'@'%'`) with all privileges on the database is a note: it
needs neither DROP nor every host.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT INSERT, UPDATE ON orders TO PUBLIC;
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
REVOKE ALL ON orders FROM PUBLIC; -- then: GRANT INSERT, UPDATE ON orders TO app
```
```sql mysql
CREATE TABLE orders (id integer PRIMARY KEY); -- then: GRANT INSERT, UPDATE ON orders TO app
```

## Fix
Takes the privilege back. Unsafe: whatever relied on it stops working until its own role gets the grant.

## References
- PostgreSQL, [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html)
- PostgreSQL wiki, [A guide to CVE-2018-1058](https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Grant, Routine
from dbwright.change.operations import Revoke
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._names import word_set
from dbwright.rules.design._phrases import listed

_READS = frozenset(("SELECT", "REFERENCES", "SHOW VIEW", "USAGE"))
_HARMLESS: dict[str, frozenset[str]] = {
    "namespace": frozenset(("USAGE",)),
    "catalog": frozenset(("CONNECT", "TEMPORARY", "TEMP")),
    "routine": frozenset(("EXECUTE",)),
    **dict.fromkeys(("enum", "domain", "composite", "range", "extension"), frozenset(("USAGE",))),
}
_EVERYTHING = word_set("ALTER CREATE DELETE DROP INDEX INSERT SELECT UPDATE TRIGGER")
_NOUNS = {"catalog": "the database", "namespace": "the schema", "routine": "the function"}


class GrantedToPublic(Rule):
    """Finds privileges of everyone."""

    code = "S002"
    group = "security"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        grants: dict[tuple[Ref, str | None], list[Grant]] = {}
        for grant in subject.catalog.grants:
            if grant.grantee == "PUBLIC" and _harmful(grant) and not _is_of_public_schema(grant):
                grants.setdefault((grant.on, grant.default_for), []).append(grant)
        for (on, future), held in grants.items():
            yield self._public(subject, on, future, held)
        if subject.engine == "postgres":
            for routine in _callable_with_owners_rights(subject):
                yield self._definer(routine)
        else:
            yield from self._accounts(subject)

    def _public(self, subject: Subject, on: Ref, future: str | None, held: list[Grant]) -> Finding:
        privileges = sorted({privilege for grant in held for privilege in _harmful(grant)})
        place = _shown(on)
        columns = sorted({column for grant in held for column in grant.columns})
        guarded = _is_guarded(subject, on)
        severity: Severity = "warning" if set(privileges) <= _READS or on.kind in ("namespace", "catalog") else "error"
        if on.kind in ("namespace", "catalog") and subject.engine == "mysql" and not set(privileges) <= _READS:
            severity = "error"
        if future:
            message = (
                f"Every {future} made in {place} from now on is open to everyone: PUBLIC gets {listed(privileges)}."
            )
            severity = "warning"
        elif on.kind == "namespace" and privileges == ["CREATE"]:
            message = f"Everyone who can connect may create tables and functions in {place}, and so slip them into other people's queries."
        else:
            some = f" ({listed(columns)})" if columns else ""
            message = f"Everyone who can connect has {listed(privileges)} on {place}{some}."
        if guarded:
            message += " Row-level security decides on the rows."
        fixed = [
            Grant(grantee="PUBLIC", privileges=_harmful(grant), on=on, columns=grant.columns, default_for=future)
            for grant in held
        ]
        return self.finding(
            on,
            message,
            Evidence(f"PUBLIC is granted {listed(privileges)} on {place}."),
            help="Grant it to the roles that need it instead.",
            fix=None
            if future
            else Fix(
                f"Revoke {listed(privileges)} on {place} from PUBLIC",
                "unsafe",
                tuple(Revoke(target=on, grant=grant) for grant in fixed),
            ),
            severity="note" if guarded else severity,
        )

    def _definer(self, routine: Routine) -> Finding:
        ref = routine.ref
        owner = f" {routine.owner}" if routine.owner else ""
        return self.finding(
            ref,
            f"Everyone who can connect may call {ref}, which runs with the rights of its owner{owner} (SECURITY DEFINER).",
            Evidence("EXECUTE belongs to PUBLIC on every new function, and was not revoked on this one."),
            help="Revoke it from PUBLIC, and grant it to the roles that need it.",
            fix=Fix(
                f"Revoke EXECUTE on {routine.name} from PUBLIC",
                "unsafe",
                (Revoke(target=ref, grant=Grant(grantee="PUBLIC", privileges=("EXECUTE",), on=ref)),),
            ),
        )

    def _accounts(self, subject: Subject) -> Iterator[Finding]:
        """MySQL's anonymous accounts, and those that may do everything from anywhere."""
        for grant in subject.catalog.grants:
            user, at, host = grant.grantee.rpartition("@")
            if not at or not grant.privileges:
                continue
            place = _shown(grant.on)
            if not user:
                yield self.finding(
                    grant.on,
                    f"The anonymous account ''@'{host}' has {listed(list(grant.privileges))} on {place}: no name and no password is asked.",
                    Evidence(f"''@'{host}' is granted {listed(list(grant.privileges))} on {place}."),
                    help="Drop the anonymous account.",
                    fix=Fix(f"Revoke it from ''@'{host}'", "unsafe", (Revoke(target=grant.on, grant=grant),)),
                    severity="error",
                )
            elif (
                host in ("%", "") and grant.on.kind in ("namespace", "catalog") and set(grant.privileges) >= _EVERYTHING
            ):
                yield self.finding(
                    grant.on,
                    f"The account '{user}'@'%' may do everything in {place}, from any host.",
                    Evidence(f"{len(grant.privileges)} privileges on {place} are granted to '{user}'@'%'."),
                    help="Grant an application only what it does (SELECT, INSERT, UPDATE, DELETE), from its own hosts.",
                    severity="note",
                )


def _harmful(grant: Grant) -> tuple[str, ...]:
    kind = grant.default_for or grant.on.kind
    harmless = {"routine": _HARMLESS["routine"], "type": _HARMLESS["enum"]}.get(kind, _HARMLESS.get(kind, frozenset()))
    return tuple(privilege for privilege in grant.privileges if privilege.upper() not in harmless)


def _is_of_public_schema(grant: Grant) -> bool:
    """Whether a grant is the old one on the schema public, which S003 reports."""
    return grant.on == Ref("namespace", ("public",)) and grant.default_for is None and _harmful(grant) == ("CREATE",)


def _is_guarded(subject: Subject, on: Ref) -> bool:
    table = subject.lookup.table(on.path) if on.kind == "table" else None
    return bool(table and table.row_security)


def _callable_with_owners_rights(subject: Subject) -> Iterator[Routine]:
    """SECURITY DEFINER routines that PUBLIC may execute, which it may unless a grant says what is left of that."""
    said = {
        grant.on: grant for grant in subject.catalog.grants if grant.grantee == "PUBLIC" and grant.on.kind == "routine"
    }
    for routine in subject.catalog.routines:
        if not routine.security_definer or routine.returns in ("trigger", "event_trigger"):
            continue
        grant = said.get(routine.ref)
        if grant is None or "EXECUTE" in grant.privileges:
            yield routine


def _shown(on: Ref) -> str:
    noun = _NOUNS.get(on.kind)
    if on.kind == "namespace" and not on.name:
        return "the database"
    if not noun:
        return str(on)
    return f"{noun} {on}" if on.path else noun
