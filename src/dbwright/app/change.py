"""From two sources to a proved plan, and the plan run on the live one."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal

import msgspec

from dbwright.app.apply import Done, apply_plan, must_be_allowed
from dbwright.app.comparable import comparable, shared_roles
from dbwright.app.pairs import SourcePair, open_pair
from dbwright.app.plan import make_plan
from dbwright.app.rows import copy_sample, make_up
from dbwright.app.verify import Fill, verify
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import Rename, RenameCandidate, changes, compare
from dbwright.change.operations import apply_all
from dbwright.change.plan import Plan
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import Url
from dbwright.errors import DbwrightError, Refused, UsageError
from dbwright.migrate.patience import Patience
from dbwright.readers.live import live_url

FillKind = Literal["none", "made-up", "sample"]
Ask = Callable[[RenameCandidate], bool]
"""Asks a person whether something was renamed."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan was asked for.

    old, new: sources. renames: "orders.total=amount". prove: run it on a scratch database. fill: with which rows there.
    """

    old: str
    new: str
    renames: tuple[str, ...] = ()
    dialect: str | None = None
    parse_only: bool = False
    namespaces: tuple[str, ...] = ()
    timeout: float = 10.0
    prove: bool = True
    fill: FillKind = "none"


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with both sides by name, the engine, and sentences on what was assumed."""

    plan: Plan
    old: str
    new: str
    engine: Engine
    notes: tuple[str, ...] = ()
    goal: Catalog
    goal_is_live: bool = False


def plan_sources(
    request: Request, *, ask: Ask | None = None, progress: Callable[[str], None] = lambda sentence: None
) -> Planned:
    """Read both sources, plan, and prove the plan on a scratch database.

    ask: asked for each likely rename; None takes none. Raises what `open_pair` and `make_plan` raise.
    """
    progress(f"Reading {_shown(request.old)} and {_shown(request.new)} …")
    with open_pair(
        request.old,
        request.new,
        renames=request.renames,
        dialect=request.dialect,
        parse_only=request.parse_only,
        namespaces=request.namespaces,
        timeout=request.timeout,
    ) as pair:
        facts = pair.session.measure(pair.old) if pair.session else None
        renames = _with_answers(pair, ask)
        plan = make_plan(pair.old, pair.new, pair.engine, renames=renames, facts=facts)
        if request.prove and plan.up:
            progress("Proving the plan on a scratch database …")
            plan = verify(plan, pair.old, pair.engine, fill=_fill(request.fill, pair))
        return Planned(
            plan=plan,
            old=pair.shown_old,
            new=pair.shown_new,
            engine=pair.engine,
            notes=pair.notes,
            goal=apply_all(plan.operations, pair.old),
            goal_is_live=pair.new_is_live,
        )


def make_whole(url: Url, *, timeout: float = 10.0) -> None:
    """Open the database to write, so that SQLite rolls back what a killed run left in the middle; then it can be read."""
    with suppress(DbwrightError), engine_of(url).connect(url, read_only=False, timeout=timeout) as session:
        session.inspect()


def apply_planned(
    planned: Planned,
    url: str,
    *,
    allow: Sequence[str] = (),
    unproved: bool = False,
    namespaces: Sequence[str] = (),
    timeout: float = 10.0,
    patience: Patience | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Done:
    """Run a plan on the database that it was made for, and read the database back.

    allow: hazards allowed by name. unproved: run it although its proof failed or could not be had.
    Raises Refused with what stands in the way, Busy, ExecutionFault.
    """
    must_be_allowed(planned.plan.hazards, allow)
    proof = planned.plan.proof
    if not unproved and (proof is None or not proof.proved):
        reasons = " ".join(proof.unproved) if proof else ""
        raise Refused(
            f"Nothing was changed, because the plan could not be proved. {reasons}".rstrip(),
            hint="Look at the plan; if it is right all the same, run it with --unproved.",
        )
    target = live_url(url)
    with engine_of(target).connect(target, read_only=False, timeout=timeout) as session:
        done = apply_plan(
            planned.plan,
            session,
            planned.engine,
            read=lambda: _read(session, planned, namespaces),
            patience=patience,
            progress=progress,
        )
        found, goal = _read(session, planned, namespaces), planned.goal
        return msgspec.structs.replace(done, differences=compare(shared_roles(found, goal), shared_roles(goal, found)))


def _read(session: Session, planned: Planned, namespaces: Sequence[str]) -> Catalog:
    """The database as it was read for the plan."""
    found = session.inspect(namespaces or None).catalog
    return comparable(found, planned.goal, new_is_live=planned.goal_is_live).old


def _with_answers(pair: SourcePair, ask: Ask | None) -> tuple[Rename, ...]:
    """The renames given, and those that a person confirms."""
    renames = pair.renames
    if ask is None:
        return renames
    refused: set[Rename] = set()
    while True:
        found = changes(pair.old, pair.new, renames).candidates
        open_questions = [each for each in found if each.rename not in refused]
        if not open_questions:
            return renames
        candidate = open_questions[0]
        if ask(candidate):
            renames = (*renames, candidate.rename)
        else:
            refused.add(candidate.rename)


def _fill(kind: FillKind, pair: SourcePair) -> Fill | None:
    session, held_by = pair.session, pair.engine
    match kind:
        case "none":
            return None
        case "made-up":
            return lambda to, catalog: make_up(to, catalog, held_by, goal=pair.new)
        case "sample" if session is not None:
            return lambda to, catalog: copy_sample(session, to, catalog, held_by)
    raise UsageError(f"{pair.shown_old} holds no rows to take a sample of.", hint="Use --rows made-up.")


def _shown(source: str) -> str:
    head, separator, rest = source.partition("://")
    return f"{head}://{rest.rpartition('@')[2]}" if separator else source
