"""A function that runs with its owner's rights, and finds its tables and functions by the caller's search_path.

## Why
A SECURITY DEFINER function is a door into the owner's rights. An unqualified name in its body is looked up along the
`search_path` of whoever calls it. The caller puts a schema of their own in front, with a table, function or operator
of the same name in it, and the owner runs the caller's code: that is privilege escalation by design. PostgreSQL's
manual asks to pin the path on every such function.

Pinned means `SET search_path` on the function itself, to schemas that not everyone may write into, without `"$user"`.
Where the path names a schema but not `pg_temp` as the last entry, the caller's temporary tables still come first: a
note. Functions whose body is bound when they are made (`BEGIN ATOMIC`, `RETURN`) look up nothing later and are left
alone. A function that nobody but its owner may call is a note.

## Bad
```sql
CREATE FUNCTION balance(account integer) RETURNS numeric LANGUAGE sql SECURITY DEFINER
AS 'SELECT 0.0::numeric';
```

## Good
```sql
CREATE FUNCTION balance(account integer) RETURNS numeric LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'SELECT 0.0::numeric';
```

## Fix
Pins the path to the function's own schema and `pg_temp`. Unsafe: names in the body that live in other schemas must be
qualified first.

## References
- PostgreSQL, [Writing SECURITY DEFINER functions
  safely](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)
"""

import re
from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Routine
from dbwright.change.operations import ChangeObject
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import PUBLIC, grants_on, others_with
from dbwright.rules.design._search_path import is_bound, open_schemas, path_of

_HEAD = re.compile(r"^ [A-Z0-9 ]*\bSECURITY DEFINER\b[^\n]*\n", re.MULTILINE)
_PATH = re.compile(r"^ SET search_path TO [^\n]*\n", re.MULTILINE)


class DefinerWithoutSearchPath(Rule):
    """Finds SECURITY DEFINER functions whose names others can redirect."""

    code = "S006"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        granted = grants_on(subject, ("routine",))
        writable = open_schemas(subject.catalog)
        # EXECUTE belongs to PUBLIC by nature; a grant of nothing says that it was revoked.
        closed = {grant.on for grant in subject.catalog.grants if grant.grantee == PUBLIC and not grant.privileges}
        for routine in subject.catalog.routines:
            if not routine.security_definer or is_bound(routine):
                continue
            judged = _judge(routine, writable)
            if judged:
                severity, summary = judged
                private = routine.ref in closed and not others_with(granted.get(routine.ref, []), routine.owner)
                yield self._finding(subject, routine, summary, "note" if private else severity, private)

    def _finding(self, subject: Subject, routine: Routine, summary: str, severity: Severity, private: bool) -> Finding:
        ref = routine.ref
        message = (
            f"{ref} runs with the rights of its owner{f' {routine.owner}' if routine.owner else ''} (SECURITY DEFINER), "
            f"but its caller decides which objects the names in it mean."
        )
        wanted = f"{subject.quote(routine.namespace)}, pg_temp"
        return self.finding(
            ref,
            message,
            Evidence(summary + (" Only its owner may call it." if private else "")),
            help=f"Set its search_path to {wanted}, and qualify the names in it that live elsewhere.",
            fix=_fix(subject, routine),
            severity=severity,
        )


def _judge(routine: Routine, writable: set[str]) -> tuple[Severity, str] | None:
    path = path_of(routine)
    if path is None:
        return "warning", "The function sets no search_path."
    if "$user" in path:
        return "warning", 'Its search_path has "$user" in it: the schema of whoever calls it.'
    if written := [name for name in path if name in writable]:
        return "warning", f"Its search_path names {listed(written)}, where everyone may create objects."
    own = [name for name in path if name not in ("pg_catalog", "pg_temp")]
    if own and path[-1] != "pg_temp":
        return "note", (
            f"Its search_path ({', '.join(path)}) does not end with pg_temp, so that temporary tables of the caller come first."
        )
    return None


def _fix(subject: Subject, routine: Routine) -> Fix | None:
    path = [name for name in path_of(routine) or [] if name not in ("$user", "pg_temp")] or [routine.namespace]
    bare = _PATH.sub("", routine.definition, count=1)
    place = _HEAD.search(bare)
    if place is None or set(path) & open_schemas(subject.catalog):
        return None
    path.append("pg_temp")
    shown = ", ".join("'" + name.replace("'", "''") + "'" for name in path)
    changed = msgspec.structs.replace(
        routine,
        definition=f"{bare[: place.end()]} SET search_path TO {shown}\n{bare[place.end() :]}",
        settings={**routine.settings, "search_path": ", ".join(subject.quote(name) for name in path)},
    )
    return Fix(
        f"Set the search_path of {routine.name} to {', '.join(path)}",
        "unsafe",
        (ChangeObject(target=routine.ref, to=changed),),
    )
