"""A policy whose condition is always true.

## Why
Permissive policies are joined with OR: one that says `true` opens the table for its command, whatever the others say.
`USING (true)` for UPDATE, DELETE or ALL lets every role with a grant change every row, and is often left over from
trying things out. For SELECT it can be meant (a public catalogue), and is reported only where it makes other policies
for SELECT void. For INSERT (`WITH CHECK (true)`) it is a note: rows may be written in another's name.

Policies for named roles, such as an administrator's, are left alone, and so is a permissive `true` that a restrictive
policy limits.

## Bad
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON notes USING (true);
```

## Good
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
```

## Fix
Drops the policy where others remain for the same commands. Unsafe: rows disappear for those who saw them by it. Where
it is the only one, only you know whose row is whose.

## References
- PostgreSQL, [Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Policy, Table
from dbwright.change.operations import DropPolicy
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_COMMANDS = ("select", "insert", "update", "delete")
_EVERYBODY = frozenset(("PUBLIC", "anon", "authenticated"))
"""Roles that everyone has who reaches the database through a gateway, beside PUBLIC."""
_EQUAL = re.compile(r"\(*\s*(\d+|'[^']*')\s*=\s*\1\s*\)*")


class PolicyAlwaysTrue(Rule):
    """Finds policies that let everything through."""

    code = "S011"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            if not table.row_security:
                continue
            for policy in table.policies:
                opened = _opened(table, policy)
                if opened:
                    yield from self._policy(table, policy, opened)

    def _policy(self, table: Table, policy: Policy, opened: list[str]) -> Iterator[Finding]:
        void = [other for other in table.policies if other is not policy and _is_made_void(other, opened)]
        severity: Severity = "warning"
        if not void and not {"update", "delete"} & set(opened):
            if "insert" not in opened:
                return
            severity = "note"
        who = listed(list(policy.roles)) if policy.roles else "everyone with a grant"
        does = "do anything with" if len(opened) == 4 else f"{listed([each.upper() for each in opened], last='or')}"
        message = f"The policy {policy.name} of {table.ref} is always true: {who} may {does} any row"
        if void:
            message += f", whatever {listed([each.name for each in void], most=4)} say{'s' if len(void) == 1 else ''}"
        left = {command for other in void for command in _commands(other)}
        clauses = [f"{word} ({text})" for word, text in (("USING", policy.using), ("WITH CHECK", policy.check)) if text]
        yield self.finding(
            table.ref.child("policy", policy.name),
            f"{message}.",
            Evidence(f"It is a permissive policy for {policy.command.upper()}: {listed(clauses)}."),
            help="Say in it whose rows they are, or drop it.",
            fix=Fix(
                f"Drop the policy {policy.name}", "unsafe", (DropPolicy(target=table.ref.child("policy", policy.name)),)
            )
            if set(_commands(policy)) <= left
            else None,
            severity=severity,
            related=[table.ref.child("policy", other.name) for other in void],
        )


def _opened(table: Table, policy: Policy) -> list[str]:
    """The commands that a policy opens to everybody for all rows."""
    if not policy.permissive or not (not policy.roles or _EVERYBODY.intersection(policy.roles)):
        return []
    restricted = {command for other in table.policies if not other.permissive for command in _commands(other)}
    return [
        command
        for command in _commands(policy)
        if command not in restricted and _is_true(policy.check or policy.using if command == "insert" else policy.using)
    ]


def _is_made_void(other: Policy, opened: list[str]) -> bool:
    """Whether a policy's condition no longer matters. Everybody reads, the owner does everything: that can be meant."""
    if not other.permissive or _is_true(other.using) or _is_true(other.check):
        return False
    return bool(set(_commands(other)) & set(opened)) and (opened != ["select"] or other.command == "select")


def _commands(policy: Policy) -> tuple[str, ...]:
    return _COMMANDS if policy.command == "all" else (policy.command,)


def _is_true(expression: str | None) -> bool:
    text = (expression or "").strip()
    return text.strip("() ").lower() == "true" or bool(_EQUAL.fullmatch(text))
