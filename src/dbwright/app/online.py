"""Changes of a live database that keep the application running: started, paused, switched, contracted, undone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import msgspec

from dbwright.change.online import OnlinePlan, Phase, Wish
from dbwright.change.online.changes import Change
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import Url, parse_url
from dbwright.errors import Busy, ExecutionFault, Refused
from dbwright.online import tools
from dbwright.online.dialect import OnlineDialect, dialect_of
from dbwright.online.pace import Pace
from dbwright.online.proof import Proof, prove
from dbwright.online.record import Entry, Record, described
from dbwright.online.run import Paused, Progress, Runner
from dbwright.online.tools import HandOver, Tool

CLAIM = "dbwright online"
"""The name of the lock that keeps two runs apart on one database."""

State = Literal["running", "stopped", "paused", "undoing", "done", "undone"]


class Status(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an online change is.

    state: "stopped" between two phases, or after a failure (`error`); "done" and "undone" are the two ends.
    phase: the last phase that is complete. stage, of stages: how many are done; next: the title of the one that comes.
    rows_done, rows_total: of the batches under way. notes: what to know; loses: what contract drops.
    """

    id: str
    what: str
    state: State
    phase: Phase | None = None
    goal: Phase | None = None
    stage: int = 0
    stages: int = 0
    next: str = ""
    rows_done: int | None = None
    rows_total: int | None = None
    started: str = ""
    updated: str = ""
    error: str | None = None
    notes: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    proof: Proof | None = None


Tell = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    """Tell nobody."""


def plan_online(
    url: Url | str, wish: Wish | Sequence[Change], *, proved: bool = True
) -> tuple[OnlinePlan, Proof | None]:
    """The stages of a change, and whether they led there and back on a scratch database. Nothing is changed.

    Raises Refused where it cannot be made online, UsageError where it does not fit the database.
    """
    with _at_work(url, read_only=True) as (session, engine, dialect):
        catalog = session.inspect().catalog
        plan = dialect.plan(_wish(wish), catalog)
    return plan, prove(plan, catalog, engine, dialect) if proved else None


def run_online(
    url: Url | str,
    changes: Wish | Sequence[Change],
    *,
    until: Phase = "expand",
    pace: Pace | None = None,
    proved: bool = True,
    allow: Sequence[str] = (),
    progress: Tell = _silent,
) -> Status:
    """Start the changes, or go on with them where a run before stopped, up to the end of a phase.

    until: "contract" drops the old shape, and needs "data-loss" among `allow`. proved: whether the plan is tried on a scratch
    database first. Changes that have been made already are no error: the status is "done".
    Raises Busy where another run is at work, Refused where the change is blocked, ExecutionFault where a statement fails.
    """
    wish = _wish(changes)
    with _at_work(url) as (session, engine, dialect):
        pace = pace or Pace()
        with session.claim(CLAIM, wait=pace.wait_for_others):
            record = Record(session, engine, dialect)
            entries = record.entries()
            entry = next((each for each in entries if each.id == wish.id), None)
            proof: Proof | None = None
            if entry is None:
                for other in entries:
                    Wish(changes=(*other.plan.wish.changes, *wish.changes)).check()
                record.tidy()
                catalog = session.inspect().catalog
                if wish.is_made(catalog):
                    return Status(id=wish.id, what=_what(wish), state="done", phase="contract")
                plan = dialect.plan(wish, catalog)
                proof = _must_be_proved(prove(plan, catalog, engine, dialect)) if proved else None
                _must_be_allowed(plan, until, allow)
                entry = record.add(plan, until)
            _must_be_allowed(entry.plan, until, allow)
            return _run(Runner(session, engine, dialect, entry, pace, progress), until, proof)


def continue_online(
    url: Url | str,
    *,
    id_: str | None = None,
    until: Phase | None = None,
    pace: Pace | None = None,
    allow: Sequence[str] = (),
    progress: Tell = _silent,
) -> Status:
    """Go on with a change that is under way: to the end of a phase, or as far as was asked for last.

    Raises UsageError where none is under way, and what `run_online` raises.
    """
    with _at_work(url) as (session, engine, dialect):
        pace = pace or Pace()
        with session.claim(CLAIM, wait=pace.wait_for_others):
            record = Record(session, engine, dialect)
            entry = record.one(id_)
            goal = until or entry.goal
            if entry.paused:
                entry.paused = False
                record.save(entry, "paused")
            runner = Runner(session, engine, dialect, entry, pace, progress)
            if entry.direction == "back" and until is None:
                return _run(runner, None, None)
            _must_be_allowed(entry.plan, goal, allow)
            return _run(runner, goal, None)


def undo_online(
    url: Url | str, *, id_: str | None = None, pace: Pace | None = None, progress: Tell = _silent
) -> Status:
    """Bring back the old shape; possible until contract begins.

    Raises Refused after that, UsageError where nothing is under way, Busy where a run is at work.
    """
    with _at_work(url) as (session, engine, dialect):
        pace = pace or Pace()
        with session.claim(CLAIM, wait=pace.wait_for_others):
            record = Record(session, engine, dialect)
            entry = record.one(id_)
            if entry.paused:
                entry.paused = False
                record.save(entry, "paused")
            return _run(Runner(session, engine, dialect, entry, pace, progress), None, None)


def pause_online(url: Url | str, *, id_: str | None = None) -> Status:
    """Ask a run that may be at work to stop after its next batch. Raises UsageError where nothing is under way."""
    with _at_work(url) as (session, engine, dialect):
        record = Record(session, engine, dialect)
        entry = record.one(id_)
        entry.paused = True
        record.save(entry, "paused")
        return _status(entry, running=_is_running(session))


def online_status(url: Url | str) -> tuple[Status, ...]:
    """All online changes that are under way on a database, the oldest first."""
    with _at_work(url) as (session, engine, dialect):
        entries = Record(session, engine, dialect).entries()
        running = bool(entries) and _is_running(session)
        return tuple(_status(entry, running=running) for entry in entries)


def hand_over_online(
    url: Url | str, changes: Wish | Sequence[Change], *, tool: Tool | None = None, execute: bool = False
) -> tuple[HandOver, str]:
    """A MySQL change as gh-ost or pt-online-schema-change makes it, and the command line, without the password.

    execute: run it, and look whether the schema is as wished afterwards. Raises Refused, Unavailable and ExecutionFault.
    """
    wish = _wish(changes)
    with _at_work(url, read_only=True) as (session, engine, _):
        given = tools.hand_over(wish, session.inspect().catalog, engine, tool=tool)
        if execute:
            tools.execute(given, session.url)
            if not wish.is_made(session.inspect().catalog):
                raise ExecutionFault(
                    f"{given.tool} ended well, but the change is not there.", hint="Look at what it printed above."
                )
        return given, tools.shown(tools.command(given, session.url))


# ---------------------------------------------------------------- what they share


@contextmanager
def _at_work(url: Url | str, *, read_only: bool = False) -> Iterator[tuple[Session, Engine, OnlineDialect]]:
    parsed = parse_url(url) if isinstance(url, str) else url
    engine = engine_of(parsed)
    dialect = dialect_of(engine)
    with engine.connect(parsed, read_only=read_only) as session:
        if not read_only:
            dialect.prepare(session)
        yield session, engine, dialect


def _wish(changes: Wish | Sequence[Change]) -> Wish:
    wish = changes if isinstance(changes, Wish) else Wish(changes=tuple(changes))
    wish.check()
    return wish


def _what(wish: Wish) -> str:
    return described(OnlinePlan(wish=wish))


def _run(runner: Runner, goal: Phase | None, proof: Proof | None) -> Status:
    """Forward to a phase, or back where it is None; an entry at its end is forgotten."""
    session, entry, record = runner.session, runner.entry, runner.record
    runner.limit()
    try:
        if goal is None:
            runner.back()
        else:
            runner.forward(goal)
    except Paused:
        entry.paused = True
        return _status(entry, running=False)
    finally:
        session.set_timeouts()
    at_end = goal is None or (goal == "contract" and entry.position == len(entry.plan.stages))
    if not at_end:
        return msgspec.structs.replace(_status(entry, running=False), proof=proof)
    record.remove(entry)
    record.tidy()
    state: State = "undone" if goal is None else "done"
    return Status(
        id=entry.id,
        what=described(entry.plan),
        state=state,
        phase=None if goal is None else "contract",
        stage=entry.position,
        stages=len(entry.plan.stages),
        started=entry.started,
        updated=entry.updated,
        notes=entry.plan.notes,
        proof=proof,
    )


def _status(entry: Entry, *, running: bool) -> Status:
    stages = entry.plan.stages
    place = entry.position - (entry.direction == "back")
    state: State = "stopped"
    if entry.paused:
        state = "paused"
    elif running:
        state = "running"
    elif entry.direction == "back":
        state = "undoing"
    return Status(
        id=entry.id,
        what=described(entry.plan),
        state=state,
        phase=entry.phase,
        goal=entry.goal,
        stage=entry.position,
        stages=len(stages),
        next=stages[place].title if 0 <= place < len(stages) else "",
        rows_done=entry.rows_done if entry.last_key is not None else None,
        rows_total=entry.rows_total,
        started=entry.started,
        updated=entry.updated,
        error=entry.error,
        notes=entry.plan.notes,
        loses=entry.plan.loses,
    )


def _is_running(session: Session) -> bool:
    try:
        with session.claim(CLAIM):
            return False
    except Busy:
        return True


def _must_be_allowed(plan: OnlinePlan, until: Phase, allow: Sequence[str]) -> None:
    if until == "contract" and plan.loses and "data-loss" not in allow:
        listed = "\n".join(f"  {lost}" for lost in plan.loses)
        raise Refused(
            f"Contract was not run, because it drops, for good:\n{listed}",
            hint="If no application needs that any more, run it again with --allow data-loss.",
        )


def _must_be_proved(proof: Proof) -> Proof:
    if proof.failed:
        raise Refused(
            f"The change was not started, because it failed on a scratch database: {proof.failed}",
            hint="Make it in another way, or with --no-proof if you know better.",
        )
    return proof
