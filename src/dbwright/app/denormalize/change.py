"""The change that makes and keeps what was asked for: planned, proved on a scratch database with rows, applied, or written."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dbwright.app.change import FillKind, Planned
from dbwright.app.comparable import comparable
from dbwright.app.denormalize.gather import Gatherer, Option
from dbwright.app.denormalize.settle import settled
from dbwright.app.plan import make_plan
from dbwright.app.rows import copy_sample, count_rows, make_up
from dbwright.app.verify import verify
from dbwright.catalog.objects import Catalog
from dbwright.change.effects import Effect, Lock
from dbwright.change.operations import apply_all
from dbwright.change.plan import Plan, Proof, Step
from dbwright.change.units import units
from dbwright.denormalize.gathered import operations_of
from dbwright.denormalize.kinds import Kept
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import DbwrightError, ExecutionFault, Refused, UsageError
from dbwright.finding import Evidence
from dbwright.readers.live import live_url

Progress = Callable[[str], None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on a live database. fill: with which rows it is proved. whole, unique: see Gatherer."""

    url: str
    options: tuple[Option, ...] = ()
    whole: bool = False
    unique: dict[str, tuple[str, ...]] = {}
    namespaces: tuple[str, ...] = ()
    timeout: float = 10.0
    prove: bool = True
    fill: FillKind = "sample"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The plan with the database that it is for, and what it keeps."""

    planned: Planned
    kept: tuple[Kept, ...]
    old: Catalog


def prepare(request: Request, progress: Progress = lambda sentence: None) -> Prepared:
    """Read the database and plan. Raises UsageError and Unsupported for what cannot be kept, Unavailable without a scratch."""
    url = live_url(request.url)
    engine = engine_of(url)
    progress(f"Reading {url.shown} …")
    with engine.connect(url, read_only=True, timeout=request.timeout) as session:
        inspection = session.inspect(request.namespaces or None)
        live = inspection.catalog
        facts = session.measure(live)
        gatherer = Gatherer(live, engine, facts, whole=request.whole, unique=request.unique)
        kept = gatherer.new(request.options)
        progress("Trying the change on a scratch database …")
        operations = settled(operations_of(kept, live), live, engine)
        pair = comparable(live, apply_all(operations, live), new_is_live=True)
        plan = make_plan(pair.old, pair.new, engine, facts=facts)
        steps = fill_steps(kept)
        plan = msgspec.structs.replace(plan, up=(*plan.up, *steps), notes=(*plan.notes, *_limits(kept)))
        if request.prove:
            plan = _proved(plan, pair.old, kept, engine, session, request.fill, progress)
    planned = Planned(
        plan=plan,
        old=url.shown,
        new="what was asked for",
        engine=engine,
        notes=inspection.notes,
        goal=apply_all(plan.operations, pair.old),
        goal_is_live=True,
    )
    return Prepared(planned=planned, kept=tuple(kept), old=pair.old)


def fill_steps(kept: Sequence[Kept]) -> list[Step]:
    """The statements that fill what is kept, after all triggers are there: so nothing that is written meanwhile is missed."""
    return [
        Step(
            sql=fill.sql,
            title=fill.title,
            why=fill.why,
            phase="backfill",
            effect=Effect(held_for="rows", scans=each.written, locks=(Lock(each.target, "ROW EXCLUSIVE"),)),
        )
        for each in kept
        for fill in each.fills
    ]


def _limits(kept: Sequence[Kept]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for each in kept for sentence in each.limits))


# ---------------------------------------------------------------- proof


def _proved(
    plan: Plan, old: Catalog, kept: Sequence[Kept], engine: Engine, session: Session, kind: FillKind, progress: Progress
) -> Plan:
    """The plan proved as every plan is, and beside that, that what is kept equals a recount after it."""
    progress("Proving the plan on a scratch database …")

    def fill(to: Session, catalog: Catalog) -> Sequence[str]:
        if kind == "sample":
            return copy_sample(session, to, catalog, engine)
        return make_up(to, catalog, engine) if kind == "made-up" else ()

    plan = verify(plan, old, engine, fill=fill if kind != "none" else None)
    if plan.proof is None or plan.proof.failed or not plan.proof.where:
        return plan
    try:
        with engine.scratch() as scratch, scratch.open() as to:
            to.execute(Statement(text=text) for text in engine.emit(old))
            fill(to, old)
            run_steps(to, plan.up)
            rows = sum(count_rows(to, engine, old).values())
            wrong = [each.name for each in kept if to.query(f"SELECT count(*) FROM ({each.drift}) AS wrong") != [(0,)]]
    except ExecutionFault as fault:
        return _with_evidence(plan, f"Filling failed: {fault.message}", failed=True)
    except DbwrightError as error:
        return _with_evidence(plan, f"Filling was not tried: {error.message}", failed=False)
    names = ", ".join(wrong or [each.name for each in kept])
    said = (
        f"Filled wrongly from {rows:,} rows: {names}."
        if wrong
        else f"Filled from {rows:,} rows, and equal to a recount: {names}."
    )
    return _with_evidence(plan, said, failed=bool(wrong))


def _with_evidence(plan: Plan, sentence: str, *, failed: bool) -> Plan:
    proof = plan.proof or Proof(proved=False)
    evidence = (*proof.evidence, Evidence(sentence, basis="data"))
    proof = msgspec.structs.replace(
        proof, evidence=evidence, proved=proof.proved and not failed, failed=proof.failed or failed
    )
    return msgspec.structs.replace(plan, proof=proof)


def run_steps(session: Session, steps: Sequence[Step]) -> None:
    """Run the steps of a plan on a scratch database."""
    for unit in units(steps):
        if unit[0].batched:
            while session.change(unit[0].sql):
                pass
        else:
            session.execute(Statement(text=step.sql) for step in unit)


# ---------------------------------------------------------------- written down


def write(prepared: Prepared, folder: str, name: str = "", progress: Progress = lambda sentence: None) -> list[Path]:
    """Write the change as a revision of a migration folder, proved there, or as one SQL file where the name ends in .sql.

    Raises Refused where the revision does not prove right after those of the folder.
    """
    from dbwright.app.migrate.generate import script, texts
    from dbwright.app.migrate.new import write_revision
    from dbwright.app.migrate.project import Options, must_be_native, open_project
    from dbwright.app.migrate.proof import drafted, proved
    from dbwright.migrate.versions import new_version, slug

    plan, engine = prepared.planned.plan, prepared.planned.engine
    path = Path(folder)
    if path.suffix == ".sql":
        _write(path, script(plan.up, engine))
        return [path]
    path.mkdir(parents=True, exist_ok=True)
    project = open_project(Options(folder=folder, dialect=engine.name))
    must_be_native(project, "write")
    name = name or f"keep {prepared.kept[0].name.rpartition('.')[2]}"
    version = new_version(each.version for each in project.folder.revisions if not each.seed)
    up, down = texts(plan, engine)
    verdict, _, origin = proved(project, drafted(version, slug(name), up, down), progress)
    if verdict.faults:
        raise Refused(
            f"Nothing was written, because the revision does not prove right on a scratch database ({origin}):\n"
            + "\n".join(f"  - {each}" for each in verdict.faults),
            hint=f"Does {folder} make the schema of {prepared.planned.old}? dbwright drift tells.",
        )
    endings = {".up.sql": up} | ({".down.sql": down} if down is not None else {})
    return list(write_revision(path, name, endings, version=version))


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
