"""Checking a migration: what each statement says, what it does on a scratch database, and what the rules make of that."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Literal, Self

import msgspec

from dbwright.app.foresee import foreseen
from dbwright.app.moments import Script, created_by, moments_of
from dbwright.app.own_rules import run_rule
from dbwright.app.replay import Replay, Seen, replaying
from dbwright.app.transactions import settings_of
from dbwright.catalog.facts import Answer, Facts, Question, key_of
from dbwright.catalog.objects import Catalog
from dbwright.change.plan import Plan
from dbwright.engines.base import Engine, Statement
from dbwright.errors import Unavailable
from dbwright.finding import Finding, by_harm
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.execute import dialect_of
from dbwright.rules.migrating import Migration, MigrationRule

Options = Mapping[str, Mapping[str, Any]]
"""Parameters of rules by rule name."""

Ask = Callable[[Sequence[Question]], Mapping[Question, Answer]]
"""Asks the live rows."""


class Linted(msgspec.Struct, frozen=True, kw_only=True):
    """The findings, the migration that they are about, and in plain sentences what could not be checked.

    where: the scratch database that it was replayed on ("local programs, PostgreSQL 16.4"); empty where it was not.
    """

    findings: tuple[Finding, ...]
    migration: Migration
    notes: tuple[str, ...] = ()
    where: str = ""

    @property
    def end(self) -> Catalog:
        """The catalog after the migration: what the next one starts from."""
        return self.migration.end


class Linter:
    """Checks migrations one after another, each against the schema that those before it leave.

    One scratch database serves them all, for as long as none fails; after a failure a new one is made.
    """

    def __init__(
        self,
        before: Catalog,
        engine: Engine,
        *,
        version: tuple[int, ...] = (),
        facts: Facts | None = None,
        options: Options | None = None,
        observe: bool = True,
    ) -> None:
        """before: the catalog that the first one starts from. version: of the server that they are meant for; that of the catalog
        where empty. facts: the live sizes. observe: replay them on a scratch database, where one can be had.
        """
        self.catalog = msgspec.structs.replace(before, version=version or before.version)
        self._engine = engine
        self._dialect = dialect_of(engine)
        self._facts = facts or Facts()
        self._options: Options = options or {}
        self._observe = observe
        self._opened = ExitStack()
        self._replay: Replay | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._opened.close()

    def check(
        self,
        statements: Sequence[Statement],
        *,
        rules: Sequence[MigrationRule],
        runner: str = "",
        direction: Literal["up", "down"] = "up",
        has_down: bool | None = None,
        in_one_transaction: bool = False,
        left_by_down: Sequence[str] = (),
        ask: Ask | None = None,
    ) -> Linted:
        """Check the statements of one migration, in one direction.

        runner: what will run it, as far as known. has_down: whether there is a way back; None where nobody knows.
        in_one_transaction: the runner wraps all of it in one. left_by_down: what differs after up and down, where that was
        verified. ask: answers what the rules would like to know of the live rows.
        Findings come sorted: most harmful first, then by table and rule.
        """
        script = self._script(statements, in_one_transaction, runner)
        seen, notes, where = self._seen(script)
        start = self.catalog
        moments = tuple(moments_of(script, start, seen, self._engine, self._facts))
        self.catalog = moments[-1].after if moments else start
        migration = Migration(
            moments=moments,
            engine=self._engine.name,
            flavour=start.engine,
            version=start.version,
            direction=direction,
            start=start,
            end=self.catalog,
            facts=self._facts,
            created=frozenset(created_by(start, self.catalog, [actions for _, actions, _ in script])),
            observed=bool(where),
            runner=runner,
            wrapped=in_one_transaction,
            has_down=has_down,
            left_by_down=tuple(left_by_down),
            path=next((each.path for each in statements if each.path), None),
            quote=self._engine.quote,
            name_limit=self._engine.name_limit(),
        )
        views = _views(migration, rules, self._options)
        if ask is not None:
            views = _answered(views, ask)
        findings = [_with_severity(each, self._options) for rule, view in views for each in _found(rule, view)]
        return Linted(
            findings=tuple(sorted(findings, key=by_harm)),
            migration=migration,
            notes=tuple(dict.fromkeys(notes)),
            where=where,
        )

    def _script(self, statements: Sequence[Statement], in_one_transaction: bool, runner: str) -> Script:
        namespace = "public" if self._dialect == "postgres" else ""
        parsed = [parse_actions(each.text, self._dialect, namespace=namespace) for each in statements]
        settings = settings_of(
            [(each.text, actions) for each, actions in zip(statements, parsed, strict=True)],
            self._dialect,
            in_one_transaction=in_one_transaction,
            runner=runner,
        )
        return list(zip(statements, parsed, settings, strict=True))

    def _seen(self, script: Script) -> tuple[list[Seen], list[str], str]:
        """What was seen of each statement on the scratch database, notes, and where that was; nothing without one."""
        if not self._observe:
            return list(foreseen(script, self.catalog, self._engine)), [], ""
        try:
            replay = self._ready()
        except Unavailable as error:
            why = error.message.partition("\n")[0].rstrip(".:")
            note = f"The migration was read but not run: {why}. What follows is predicted."
            return list(foreseen(script, self.catalog, self._engine)), [note], ""
        seen = list(replay.run(script))
        notes = replay.take_notes()
        if not replay.faithful:
            version = ".".join(map(str, self.catalog.version))
            notes.append(
                f"It was run on {replay.origin}, not on {version}; the locks are those that are documented for {version}."
            )
            seen = [msgspec.structs.replace(each, effect=None) for each in seen]
        return seen, notes, replay.origin

    def _ready(self) -> Replay:
        """A scratch database that holds the catalog, which is then spelled as the engine itself spells it."""
        if self._replay is None or self._replay.ended:
            self._opened.close()
            self._replay = self._opened.enter_context(replaying(self.catalog, self._engine, self.catalog.version))
            self.catalog = self._replay.catalog
        return self._replay


def lint_script(
    statements: Sequence[Statement],
    before: Catalog,
    engine: Engine,
    *,
    rules: Sequence[MigrationRule],
    facts: Facts | None = None,
    version: tuple[int, ...] = (),
    runner: str = "",
    direction: Literal["up", "down"] = "up",
    has_down: bool | None = None,
    in_one_transaction: bool = False,
    options: Options | None = None,
    observe: bool = True,
    left_by_down: Sequence[str] = (),
    ask: Ask | None = None,
) -> Linted:
    """Check one migration for a database that holds the catalog `before`: what `Linter` does, once."""
    with Linter(before, engine, version=version, facts=facts, options=options, observe=observe) as linter:
        return linter.check(
            statements,
            rules=rules,
            runner=runner,
            direction=direction,
            has_down=has_down,
            in_one_transaction=in_one_transaction,
            left_by_down=left_by_down,
            ask=ask,
        )


def lint_plan(
    plan: Plan,
    before: Catalog,
    engine: Engine,
    *,
    rules: Sequence[MigrationRule],
    facts: Facts | None = None,
    down: bool = False,
    options: Options | None = None,
    observe: bool = False,
) -> Linted:
    """Check the steps of a plan as dbwright would run them: one by one, under its timeouts.

    before: the catalog that the steps start from. down: the steps that lead back.
    """
    steps = plan.down if down else plan.up
    return lint_script(
        [Statement(text=step.sql, line=number) for number, step in enumerate(steps, start=1)],
        before,
        engine,
        rules=rules,
        facts=facts,
        runner="dbwright",
        direction="down" if down else "up",
        has_down=bool(plan.down),
        options=options,
        observe=observe,
    )


# ---------------------------------------------------------------- what the rules say

_Views = list[tuple[MigrationRule, Migration]]


def _views(migration: Migration, rules: Sequence[MigrationRule], options: Options) -> _Views:
    """The rules that run, each with the migration as it sees it: with its own options."""
    found: _Views = []
    for rule in rules:
        given = options.get(rule.name, {})
        if migration.engine in rule.engines and given.get("severity") != "off":
            found.append((rule, msgspec.structs.replace(migration, options=dict(given)) if given else migration))
    return found


def _answered(views: _Views, ask: Ask) -> _Views:
    """The same with the answers to all that the rules ask, each question asked once."""
    asked = sorted({question for rule, view in views for question in _questions(rule, view)}, key=key_of)
    if not asked:
        return views
    facts = views[0][1].facts
    known = msgspec.structs.replace(facts, answers={**ask(asked), **facts.answers})
    shared: dict[int, Migration] = {}
    for _, view in views:
        shared.setdefault(id(view), msgspec.structs.replace(view, facts=known))
    return [(rule, shared[id(view)]) for rule, view in views]


def _questions(rule: MigrationRule, view: Migration) -> list[Question]:
    return run_rule(rule, lambda: rule.asks(view), Question)


def _found(rule: MigrationRule, view: Migration) -> list[Finding]:
    return run_rule(rule, lambda: rule.check_migration(view), Finding)


def _with_severity(finding: Finding, options: Options) -> Finding:
    wanted = options.get(finding.rule, {}).get("severity")
    return msgspec.structs.replace(finding, severity=wanted) if wanted else finding
