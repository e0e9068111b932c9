"""What a rule on migrations looks at: the statements, each with what it says and does, and the schema around it."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Literal

import msgspec

from dbwright.catalog.facts import Facts, Question
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action, Deed
from dbwright.finding import Evidence, Finding, Fix, Location, Severity
from dbwright.rules.base import Rule, Subject


class Moment(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One statement in its place: the deed, and the catalogs right before and right after it.

    lock_timeout, statement_timeout: whether one was set before, in the migration or by the runner.
    """

    deed: Deed
    before: Catalog
    after: Catalog
    lock_timeout: bool = False
    statement_timeout: bool = False

    @cached_property
    def lookup(self) -> Lookup:
        """A look-up over the catalog before the statement."""
        return Lookup(self.before)

    @cached_property
    def lookup_after(self) -> Lookup:
        """A look-up over the catalog after the statement."""
        return self.lookup if self.after is self.before else Lookup(self.after)


class Migration(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A migration in one direction, statement by statement.

    engine: "postgres", "mysql" (MariaDB too) or "sqlite"; flavour: "mariadb" too. version: of the server it is meant for.
    start, end: the catalogs around it. facts: the live sizes; empty where none are known.
    created: tables, views, indexes and types that this migration itself creates: nobody uses them yet, so nobody waits.
    observed: whether the effects were observed on a scratch database.
    runner: what runs it ("dbwright", "alembic", "flyway", …), empty where unknown.
    wrapped: whether the runner opens one transaction around all of it.
    has_down: whether there is a way back; None where the form of migration does not know one.
    left_by_down: what differs from the start after up and down, in words, where that was verified.
    """

    moments: tuple[Moment, ...]
    engine: str
    flavour: str = ""
    version: tuple[int, ...] = ()
    direction: Literal["up", "down"] = "up"
    start: Catalog
    end: Catalog
    facts: Facts = msgspec.field(default_factory=Facts)
    created: frozenset[Ref] = frozenset()
    observed: bool = False
    runner: str = ""
    wrapped: bool = False
    has_down: bool | None = None
    left_by_down: tuple[str, ...] = ()
    path: str | None = None
    quote: Callable[[str], str] = lambda name: f'"{name}"'
    name_limit: int | None = None
    options: dict[str, Any] = {}

    @cached_property
    def lookup_start(self) -> Lookup:
        """A look-up over the catalog before the migration."""
        return Lookup(self.start)

    @cached_property
    def lookup_end(self) -> Lookup:
        """A look-up over the catalog after the migration."""
        return Lookup(self.end)

    @cached_property
    def _new(self) -> frozenset[tuple[str, ...]]:
        return frozenset(ref.path[:2] for ref in self.created if ref.kind in ("table", "view"))

    def actions(self, *kinds: str) -> Iterable[tuple[Moment, Action]]:
        """Every action of these kinds (all where none is named), with its moment."""
        for moment in self.moments:
            for action in moment.deed.actions:
                if not kinds or action.kind in kinds:
                    yield moment, action

    def is_new(self, ref: Ref | None) -> bool:
        """Whether the table or view that a Ref names or is a part of was created by this migration."""
        return ref is not None and ref.path[:2] in self._new

    def rows(self, table: Ref | None) -> int | None:
        """The live rows of a table as far as known."""
        return self.facts.rows(Ref("table", table.path[:2])) if table else None

    def size(self, table: Ref | None) -> str:
        """How big the table is, in words to follow its name: " (12 million rows)"; empty where unknown."""
        rows = self.rows(table)
        return "" if rows is None else f" ({rows:,} row{'s' if rows != 1 else ''})"

    def option(self, name: str, default: Any) -> Any:
        """A parameter of the rule from the configuration, or its default."""
        return self.options.get(name, default)


class MigrationRule(Rule):
    """The base of rules on migrations. Their codes begin with M; the group is "locks", "data", "compatibility", "habits" or "running"."""

    def check(self, subject: Subject) -> Iterable[Finding]:
        """A catalog alone is no migration: nothing to say."""
        return ()

    def asks(self, migration: Migration) -> Iterable[Question]:
        """What the rule would like to know of the live rows; the answers stand in `migration.facts` when it checks."""
        return ()

    @abstractmethod
    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        """The faults of a migration."""

    def at(
        self,
        moment: Moment,
        target: Ref,
        message: str,
        *evidence: Evidence,
        help: str = "",  # noqa: A002 - the field's public name
        fix: Fix | None = None,
        severity: Severity | None = None,
        related: Iterable[Ref] = (),
    ) -> Finding:
        """A finding of this rule at a statement."""
        deed = moment.deed
        location = Location(deed.path, deed.line, deed.column) if deed.path else None
        return self.finding(
            target, message, *evidence, help=help, fix=fix, severity=severity, related=related, location=location
        )
