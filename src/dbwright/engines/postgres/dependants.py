"""What stands on a column, a view or a routine and has to give way while that is changed: dropped before, made again after."""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine, Table, View
from dbwright.catalog.parts import Policy, Trigger
from dbwright.engines.postgres.ddl_access import grants_on
from dbwright.engines.postgres.ddl_comments import of_view
from dbwright.engines.postgres.ddl_views import create_view, view_settings
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql
from dbwright.engines.postgres.words import identifier, listed, qualified

_STATES = {"disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS", "origin": "ENABLE"}


class Aside(msgspec.Struct):
    """Statements that take objects away, and those that bring them back."""

    before: list[str] = msgspec.field(default_factory=list)
    after: list[str] = msgspec.field(default_factory=list)

    def add(self, other: "Aside") -> None:
        """Take more away: last taken, first brought back."""
        self.before += other.before
        self.after = [*other.after, *self.after]

    def add_new(self, other: "Aside") -> None:
        """Take more away, unless that is done already."""
        if not set(other.before) <= set(self.before):
            self.add(other)


def mentions(text: str | None, name: str) -> bool:
    """Whether an expression or a definition holds an identifier."""
    return bool(text) and re.search(rf"(?<![\w$\"]){re.escape(identifier(name))}(?![\w\"])", text or "") is not None


def views_on(catalog: Catalog, starts: Callable[[View | Routine], bool]) -> list[View | Routine]:
    """The views and routines for which `starts` holds, and all that stand on them, each after what it stands on."""
    candidates: list[View | Routine] = [*catalog.views, *catalog.routines]
    found = {each.ref: each for each in candidates if starts(each)}
    while True:
        more = [each for each in candidates if each.ref not in found and found.keys() & set(each.depends_on)]
        if not more:
            break
        found |= {each.ref: each for each in more}
    done: list[View | Routine] = []
    seen: set[Ref] = set()

    def visit(ref: Ref) -> None:
        if ref in seen or ref not in found:
            return
        seen.add(ref)
        for need in found[ref].depends_on:
            visit(need)
        done.append(found[ref])

    for ref in found:
        visit(ref)
    return done


def aside(catalog: Catalog, objects: Iterable[View | Routine]) -> Aside:
    """Views and routines, in the order in which they stand on each other, dropped and made again."""
    inner = list(objects)
    return Aside(
        before=[drop_sql(each) for each in reversed(inner)],
        after=[text for each in inner for text in make_again(catalog, each)],
    )


def drop_sql(each: View | Routine) -> str:
    """DROP of a view or a routine."""
    return f"DROP {named(each.ref.kind, each)}"


def make_again(catalog: Catalog, each: View | Routine) -> Iterator[str]:
    """A view or routine with all that belongs to it: indexes, triggers, comments, owner, privileges."""
    if isinstance(each, View):
        yield from create_view(each)
        yield from view_settings(each)
        name = qualified(each.namespace, each.name)
        for trigger in each.triggers:
            yield from trigger_sql(name, trigger)
        yield from of_view(each)
    else:
        yield each.definition
        if each.comment is not None:
            yield comment_sql(named("routine", each), each.comment)
    if each.owner:
        yield owner_sql(named(each.ref.kind, each), each.owner)
    yield from grants_on(catalog, each.ref)


# ---------------------------------------------------------------- triggers and policies


def trigger_sql(holder: str, trigger: Trigger) -> Iterator[str]:
    """A trigger and its state, without its comment. holder: the full name of its table or view."""
    yield trigger.definition
    if trigger.enabled != "origin":
        yield trigger_state_sql(holder, trigger)


def trigger_state_sql(holder: str, trigger: Trigger) -> str:
    """ALTER TABLE … ENABLE or DISABLE TRIGGER."""
    return f"ALTER TABLE {holder} {state_words(trigger.enabled)} TRIGGER {identifier(trigger.name)}"


def state_words(enabled: str) -> str:
    """The words for the state of a trigger."""
    return _STATES[enabled]


def policy_sql(holder: str, policy: Policy) -> str:
    """CREATE POLICY, without its comment."""
    words = [f"CREATE POLICY {identifier(policy.name)} ON {holder}"]
    if not policy.permissive:
        words.append("AS RESTRICTIVE")
    if policy.command != "all":
        words.append(f"FOR {policy.command.upper()}")
    if policy.roles:
        words.append(f"TO {listed(policy.roles)[1:-1]}")
    if policy.using is not None:
        words.append(f"USING ({policy.using})")
    if policy.check is not None:
        words.append(f"WITH CHECK ({policy.check})")
    return " ".join(words)


def triggers_naming(table: Table, column: str) -> Iterator[Aside]:
    """The triggers of a table that name a column: in UPDATE OF or in WHEN."""
    name = qualified(table.namespace, table.name)
    for trigger in table.triggers:
        if not mentions(trigger.definition.partition(" EXECUTE ")[0], column):
            continue
        again = list(trigger_sql(name, trigger))
        if trigger.comment is not None:
            again.append(comment_sql(f"TRIGGER {identifier(trigger.name)} ON {name}", trigger.comment))
        yield Aside([f"DROP TRIGGER {identifier(trigger.name)} ON {name}"], again)


def policies_naming(catalog: Catalog, table: Table, column: str) -> Iterator[Aside]:
    """The policies that name a column of a table: its own, and those of other tables that look into it."""
    for other in catalog.tables:
        own = other is table
        name = qualified(other.namespace, other.name)
        for policy in other.policies:
            text = f"{policy.using or ''} {policy.check or ''}"
            if not mentions(text, column) or not (own or mentions(text, table.name)):
                continue
            again = [policy_sql(name, policy)]
            if policy.comment is not None:
                again.append(comment_sql(f"POLICY {identifier(policy.name)} ON {name}", policy.comment))
            yield Aside([f"DROP POLICY {identifier(policy.name)} ON {name}"], again)


def triggers_aside(table: Table, column: str) -> Aside:
    """All triggers of a table that name a column."""
    return _together(triggers_naming(table, column))


def policies_aside(catalog: Catalog, table: Table, column: str) -> Aside:
    """All policies that name a column of a table."""
    return _together(policies_naming(catalog, table, column))


def _together(each: Iterable[Aside]) -> Aside:
    found = Aside()
    for one in each:
        found.add(one)
    return found
