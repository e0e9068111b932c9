"""A view, routine, trigger or event that runs with the rights of an account that is gone, or that may do everything.

## Why
On MySQL and MariaDB such objects run with the rights of their DEFINER unless they say SQL SECURITY INVOKER. Where the
account was dropped, every use fails ("The user specified as a definer does not exist"): a trigger then stops all writes
to its table, usually after a restore or when a colleague leaves. And whoever may create an account of that name gets
the rights that go with it.

Where the definer may do everything on the server (root), a routine that builds statements from its arguments (PREPARE,
EXECUTE IMMEDIATE) runs whatever is slipped into them as root: a warning. Other routines and views of such an account,
which others may call or read, are a note.

## Bad
```sql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE DEFINER = 'root'@'localhost' VIEW all_orders AS SELECT id FROM orders;
GRANT SELECT ON all_orders TO 'dbwright_rules'@'localhost';
```

## Good
```sql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE SQL SECURITY INVOKER VIEW all_orders AS SELECT id FROM orders;
GRANT SELECT ON all_orders TO 'dbwright_rules'@'localhost';
```

## Fix
None to run: an object gets another definer by being created again by that account. Make a locked account without a
password that owns such objects and may do what they do, and create them again with `DEFINER = that account`, or with
SQL SECURITY INVOKER.

## References
- MySQL, [Stored object access control](https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import PUBLIC

_DYNAMIC = re.compile(r"\b(PREPARE\s+\S+\s+FROM|EXECUTE\s+IMMEDIATE)\b", re.IGNORECASE)


class DefinerAccount(Rule):
    """Finds code that runs as an account that is gone or too powerful."""

    code = "S014"
    group = "security"
    engines = ("mysql",)
    needs = "counters"

    def check(self, subject: Subject) -> Iterable[Finding]:
        gone: dict[str, list[Ref]] = {}
        powerful: dict[str, list[Ref]] = {}
        for ref, definer in sorted(subject.facts.definers.items()):
            if not definer.exists:
                gone.setdefault(definer.account, []).append(ref)
            elif definer.powerful and ref.kind in ("view", "routine"):
                powerful.setdefault(definer.account, []).append(ref)
        for account, refs in gone.items():
            yield self._gone(account, refs)
        bodies = {routine.ref: routine.definition for routine in subject.catalog.routines}
        for account, refs in powerful.items():
            dynamic = [ref for ref in refs if _DYNAMIC.search(bodies.get(ref, ""))]
            for ref in dynamic:
                yield self._dynamic(account, ref)
            used = [ref for ref in refs if ref not in dynamic and _is_open(subject, ref, account)]
            if used:
                yield self._powerful(account, used)

    def _gone(self, account: str, refs: list[Ref]) -> Finding:
        names = listed([_shown(ref) for ref in refs], most=5)
        one = len(refs) == 1
        writes = any(ref.kind == "trigger" for ref in refs)
        return self.finding(
            Ref("role", (account,)),
            f"{names} {'runs' if one else 'run'} with the rights of {account}, an account that does not exist: "
            f"{'writes to the tables fail' if writes else 'using ' + ('it' if one else 'them') + ' fails'}.",
            Evidence(
                f"The server has no account {account}, and {count(len(refs), 'object names', 'objects name')} it as DEFINER."
            ),
            help="Create them again with a DEFINER that exists, or with SQL SECURITY INVOKER.",
            severity="error" if writes else "warning",
            harm="outage",
            related=refs[:20],
        )

    def _dynamic(self, account: str, ref: Ref) -> Finding:
        return self.finding(
            ref,
            f"{_shown(ref)} builds statements at run time and runs them with the rights of {account}, who may do everything.",
            Evidence(
                f"Its DEFINER is {account}, an account with power over the whole server, and its body prepares statements."
            ),
            help="Give it a definer that may do only what it does, or SQL SECURITY INVOKER; pass values with USING.",
        )

    def _powerful(self, account: str, refs: list[Ref]) -> Finding:
        names = listed([_shown(ref) for ref in refs], most=5)
        one = len(refs) == 1
        run, them, are = ("runs", "it", "is") if one else ("run", "them", "are")
        objects = count(len(refs), "object has", "objects have")
        return self.finding(
            Ref("role", (account,)),
            f"{names} {run} with the rights of {account}, who may do everything, for others who may use {them}.",
            Evidence(f"{objects} the DEFINER {account} and {are} granted to other accounts."),
            help=f"Give {them} a definer that may do only what {'it does' if one else 'they do'}, or SQL SECURITY INVOKER.",
            severity="note",
            related=refs[:20],
        )


def _shown(ref: Ref) -> str:
    noun = "" if ref.kind == "routine" else f"the {ref.kind} "
    return f"{noun}{ref}"


def _is_open(subject: Subject, ref: Ref, account: str) -> bool:
    """Whether another account was granted the object, or everything in its database."""
    for grant in subject.catalog.grants:
        if grant.grantee == account or not grant.privileges:
            continue
        whole = (
            grant.on.kind == "namespace"
            and grant.on.path[:1] == ref.path[:1]
            and {"EXECUTE", "SELECT"} & set(grant.privileges)
        )
        if grant.on == ref or (whole and grant.grantee != PUBLIC):
            return True
    return False
