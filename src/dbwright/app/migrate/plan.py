"""What `up` would do: every statement of the pending revisions, with the locks it takes and what it costs. Nothing is run."""

from collections.abc import Callable
from contextlib import ExitStack

import msgspec

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.lint import lint_script
from dbwright.app.migrate.hazards import effects_of
from dbwright.app.migrate.project import Project
from dbwright.app.migrate.up import version_named
from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.change.effects import Effect
from dbwright.errors import DbwrightError, ExecutionFault, Unavailable
from dbwright.migrate.history import Entry
from dbwright.migrate.replay import Replay, replaying
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import Script, script_of
from dbwright.migrate.standing import due_seeds, standings

_MOST_WATCHED = 100
"""Statements of one revision."""


class PlannedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: its text, where it stands, what it does, and whether it is rolled back with the others on failure."""

    text: str
    path: str | None = None
    line: int = 1
    effect: Effect = Effect()
    atomic: bool = True


class PlannedRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that would run. transaction: whether it is one; reasons: why not. tried: how its run on scratch ended.

    resumes: from which statement or batch on it goes on, where it was begun before.
    """

    version: str
    name: str
    statements: tuple[PlannedStatement, ...] = ()
    python: bool = False
    seed: bool = False
    transaction: bool = True
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tried: str = ""
    failed: bool = False


class MigrationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that would run, in order. url: the database without its password; empty where none was named."""

    folder: str
    url: str
    revisions: tuple[PlannedRevision, ...]
    origin: str = ""
    notes: tuple[str, ...] = ()


def plan(
    project: Project,
    *,
    to: str | None = None,
    steps: int | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> MigrationPlan:
    """What would run against the project's database; against an empty one where none is named.

    The revisions are tried on a scratch database that holds the live schema, where one can be had.
    """
    entries: tuple[Entry, ...] = ()
    notes = list(project.notes)
    catalog, facts = Catalog(engine=project.engine.name), Facts()
    if project.url is not None:
        with project.connect() as (session, history):
            entries = project.entries(session, history)
            whole = session.inspect().catalog
            facts = session.measure(whole)
            catalog = without_bookkeeping(whole, history.parts[-1])
    found = standings(project.folder, entries)
    waiting = [each for each in found if each.is_pending]
    odd = [each for each in found if each.state in ("changed", "missing", "failed", "running", "out of order")]
    notes += [
        f"{each.version} {each.name} is {each.state}: up would refuse to run. {each.note}".rstrip() for each in odd
    ]
    if to is not None:
        last = version_named(project, to)
        places = {each.version: place for place, each in enumerate(found)}
        waiting = [each for each in waiting if places[each.version] <= places[last]]
    if steps is not None:
        waiting = waiting[:steps]
    revisions = [each.revision for each in waiting if each.revision is not None]
    seeds = (
        due_seeds(project.folder, entries, project.environment)
        if project.is_native and to is None and steps is None
        else ()
    )
    planned: list[PlannedRevision] = []
    with ExitStack() as stack:
        there, origin = _scratch(stack, project, catalog, notes) if revisions else (None, "")
        for revision in (*revisions, *seeds):
            progress(f"Trying {revision.title} …")
            each = _planned(project, revision, catalog, facts, watch=there is not None)
            if there is not None:
                each, catalog = _tried(there, revision, each, catalog)
                if each.failed:
                    there = None
            planned.append(each)
    return MigrationPlan(
        folder=str(project.path),
        url=project.url.shown if project.url else "",
        revisions=tuple(planned),
        origin=origin,
        notes=tuple(notes),
    )


def _planned(project: Project, revision: Revision, catalog: Catalog, facts: Facts, *, watch: bool) -> PlannedRevision:
    if revision.python or revision.up is None:
        what = () if revision.python else ("Its statements cannot be told without its own tool.",)
        return PlannedRevision(
            version=revision.version,
            name=revision.name,
            python=revision.python,
            notes=(*revision.notes, *what),
            seed=revision.seed,
        )
    script = script_of(revision, "up", project.engine, catalog)
    effects = effects_of(
        script, project.engine, catalog, facts, _watched(project, script, catalog, facts) if watch else ()
    )
    atomic = [unit.atomic for unit in script.units for _ in unit.statements]
    return PlannedRevision(
        version=revision.version,
        name=revision.name,
        seed=revision.seed,
        transaction=script.whole,
        reasons=script.reasons,
        notes=(*revision.notes, *script.notes),
        statements=tuple(
            PlannedStatement(text=each.text, path=each.path, line=each.line, effect=effect, atomic=alone)
            for each, effect, alone in zip(script.statements, effects, atomic, strict=True)
        ),
    )


def _watched(project: Project, script: Script, catalog: Catalog, facts: Facts) -> tuple[Effect, ...]:
    """The effects of the statements as they were observed one after another, each against the schema that it finds.

    One statement alone finds the catalog as it is, and very many take their time: those are predicted.
    """
    if not 1 < len(script.statements) <= _MOST_WATCHED:
        return ()
    linted = lint_script(
        script.statements,
        catalog,
        project.engine,
        rules=(),
        facts=facts,
        runner="dbwright",
        in_one_transaction=script.whole,
    )
    return tuple(moment.deed.effect for moment in linted.migration.moments)


def _scratch(stack: ExitStack, project: Project, catalog: Catalog, notes: list[str]) -> tuple[Replay | None, str]:
    """A scratch database that holds the live schema; None, with a note, where there is none."""
    try:
        there = stack.enter_context(replaying(project.engine))
        there.hold(catalog)
    except Unavailable as error:
        notes.append(
            f"Nothing was tried, since no scratch database could be had: {error.message.partition(chr(10))[0]}"
        )
        return None, ""
    except DbwrightError as error:
        notes.append(f"Nothing was tried, since a scratch database cannot hold the live schema: {error.message}")
        return None, ""
    return there, there.origin


def _tried(
    there: Replay, revision: Revision, planned: PlannedRevision, catalog: Catalog
) -> tuple[PlannedRevision, Catalog]:
    try:
        there.run(revision, "up")
    except ExecutionFault as fault:
        said = f"It failed on a scratch database that holds the schema of the database: {fault.message}"
        return msgspec.structs.replace(planned, tried=said, failed=True), catalog
    except DbwrightError as error:
        return msgspec.structs.replace(planned, tried=f"It could not be tried: {error.message}"), catalog
    return msgspec.structs.replace(planned, tried=f"It ran on a scratch database ({there.origin})."), there.catalog()
