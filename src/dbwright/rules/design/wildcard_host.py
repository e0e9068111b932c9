"""An account that may log in from any host.

## Why
`'shop'@'%'` accepts the right password from anywhere that reaches the port: a forgotten firewall rule, a compromised
neighbour, a laptop in the office network. An account tied to the application's hosts or network (`'shop'@'10.1.%'`) is of
no use to whoever finds the password elsewhere. Within a closed container network '%' is common, and this rule can be
switched off.

Accounts that may do everything from anywhere are S002's. Where sessions are open now, the finding says from where.

## Bad
```sql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'%';
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT SELECT, INSERT ON orders TO 'dbwright_rules'@'%';
```

## Good
```sql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT SELECT, INSERT ON orders TO 'dbwright_rules'@'localhost';
```

## Fix
None to run: from where the account is used, only you know. `RENAME USER 'shop'@'%' TO 'shop'@'10.1.%'` keeps its
password and its grants.

## References
- MySQL, [Specifying account names](https://dev.mysql.com/doc/refman/8.4/en/account-names.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Grant
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import is_staff, roles_by_name

_EVERYTHING = frozenset("ALTER CREATE DELETE DROP INDEX INSERT SELECT UPDATE TRIGGER".split())


class WildcardHost(Rule):
    """Finds accounts that any host may use."""

    code = "S015"
    group = "security"
    severity = "note"
    bundle = "strict"
    engines = ("mysql",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        roles = roles_by_name(subject)
        held: dict[str, list[Grant]] = {}
        for grant in subject.catalog.grants:
            user, at, host = grant.grantee.rpartition("@")
            role = roles.get(grant.grantee)
            if at and user and host in ("%", "") and grant.privileges and (role is None or role.login):
                held.setdefault(grant.grantee, []).append(grant)
        for account, grants in held.items():
            everything = any(grant.on.kind == "namespace" and set(grant.privileges) >= _EVERYTHING for grant in grants)
            if not everything and not is_staff(account):
                yield self._finding(subject, account, grants)

    def _finding(self, subject: Subject, account: str, grants: list[Grant]) -> Finding:
        user = account.rpartition("@")[0]
        privileges = listed(sorted({privilege for grant in grants for privilege in grant.privileges}))
        evidence = [
            Evidence(f"'{user}'@'%' has {privileges} on {count(len({grant.on for grant in grants}), 'object')}.")
        ]
        sessions = [each for each in subject.facts.connections if each.role == user]
        if sessions and all(each.address == "local" for each in sessions):
            evidence.append(
                Evidence(
                    f"{count(sum(each.count for each in sessions), 'session')} of it open now, all from this machine.",
                    basis="counters",
                )
            )
        return self.finding(
            Ref("role", (account,)),
            f"The account '{user}'@'%' may log in from any host.",
            *evidence,
            help=f"Tie it to the hosts that use it: RENAME USER '{user}'@'%' TO '{user}'@'10.1.%'.",
            related=list(dict.fromkeys(grant.on for grant in grants))[:20],
        )
