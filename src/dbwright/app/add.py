"""Adding a building block to a table of a live database: planned, proved on a scratch database with rows, written or applied."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from dbwright.app.block_options import table_named, with_facts
from dbwright.app.change import FillKind, Planned
from dbwright.app.comparable import comparable
from dbwright.app.plan import make_plan
from dbwright.app.rows import copy_sample, count_rows, make_up
from dbwright.app.verify import verify
from dbwright.catalog.objects import Catalog, Column, Index, Table, Unique
from dbwright.change.compare import changes
from dbwright.change.effects import Effect, Lock
from dbwright.change.operations import AddColumn, DropConstraint, DropIndex, Operation, apply_all
from dbwright.change.plan import Plan, Proof, Step
from dbwright.change.units import units
from dbwright.designs.blocks import Statements
from dbwright.designs.blocks.options import read
from dbwright.designs.blocks.registry import find
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import DbwrightError, ExecutionFault, Refused
from dbwright.finding import Evidence
from dbwright.readers.live import live_url

Progress = Callable[[str], None]
_PROBE = "dbwright_columns"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: a block by name, a table as a person writes it, options as texts. fill: with which rows it is proved."""

    url: str
    block: str
    table: str
    options: Mapping[str, str] = {}
    namespaces: tuple[str, ...] = ()
    timeout: float = 10.0
    prove: bool = True
    fill: FillKind = "sample"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The plan, and how an application uses what it adds."""

    planned: Planned
    usage: tuple[str, ...]
    name: str


def prepare(request: Request, progress: Progress = lambda sentence: None) -> Prepared:
    """Read the database and plan. Raises UsageError for options that do not fit, Refused where the block cannot be added."""
    kind = find(request.block)
    url = live_url(request.url)
    engine = engine_of(url)
    given = {name: read(kind, name, text) for name, text in request.options.items()}
    progress(f"Reading {url.shown} …")
    with engine.connect(url, read_only=True, timeout=request.timeout) as session:
        inspection = session.inspect(request.namespaces or None)
        live = inspection.catalog
        facts = session.measure(live)
        table = table_named(live, request.table)
        name = request.block.strip().lower().replace("-", "_").replace(" ", "_")
        options, assumed = with_facts(name, given, table, live)
        made = kind.made_with(options).statements(live.engine, table.name)
        progress("Trying the block on a scratch database …")
        operations = _operations(live, table, made, options, engine)
        pair = comparable(live, apply_all(operations, live), new_is_live=True)
        plan = make_plan(pair.old, pair.new, engine, facts=facts)
        plan = msgspec.structs.replace(
            plan, up=(*plan.up, *_rows(made, table)), notes=(*plan.notes, *assumed, *made.notes)
        )
        if request.prove:
            plan = _proved(plan, pair.old, made, engine, session, request.fill, progress)
    planned = Planned(
        plan=plan,
        old=url.shown,
        new=f"{table.ref} with {name}",
        engine=engine,
        notes=inspection.notes,
        goal=apply_all(plan.operations, pair.old),
        goal_is_live=True,
    )
    return Prepared(planned=planned, usage=made.usage, name=f"{name} on {table.name}")


# ---------------------------------------------------------------- from statements to operations


def _operations(
    live: Catalog, table: Table, made: Statements, options: Mapping[str, object], engine: Engine
) -> tuple[Operation, ...]:
    """What the block changes, as the engine itself tells it after it was added on a scratch database."""
    with engine.scratch() as scratch, scratch.open() as session:
        run(session, engine.emit(live))
        before = session.inspect().catalog
        # Those that prepare are run twice, and made so that they can be.
        first = [*_replaced(table, options), *_new_columns(session, table, made)]
        try:
            run(session, engine.render(first, before))
            run(session, made.up)
        except ExecutionFault as fault:
            raise Refused(
                f"It cannot be added to {table.ref}: {fault.message}",
                hint="Is it there already, or is a name of it taken?",
            ) from fault
        return tuple(changes(before, session.inspect().catalog).operations)


def _new_columns(session: Session, table: Table, made: Statements) -> list[AddColumn]:
    """The columns that the table lacks, as the engine reads them from a table of their own."""
    if not made.columns:
        return []
    run(session, made.prepares)
    run(session, [f"CREATE TABLE {_PROBE} ({', '.join(made.columns)})"])
    found = next(each for each in session.inspect().catalog.tables if each.name == _PROBE)
    run(session, [f"DROP TABLE {_PROBE}"])
    wanted: list[Column] = [column for column in found.columns if not table.column(column.name)]
    return [AddColumn(target=table.ref, column=column) for column in wanted]


def _replaced(table: Table, options: Mapping[str, object]) -> list[Operation]:
    """The unique keys in whose place the block puts its own."""
    unique = options.get("unique")
    columns = [tuple(each) for each in unique] if isinstance(unique, list | tuple) else []
    found = [_dropped(table, key) for key in table.uniques if key.columns in columns]
    whole = [index for index in table.indexes if index.unique and index.predicate is None]
    found += [_dropped(table, index) for index in whole if tuple(part.column or "" for part in index.parts) in columns]
    return found


def _dropped(table: Table, key: Unique | Index) -> Operation:
    if isinstance(key, Index):
        return DropIndex(target=table.ref.child("index", key.name))
    nameless = () if key.name else key.columns
    return DropConstraint(target=table.ref.child("unique", key.name or ""), nameless=nameless)


def _rows(made: Statements, table: Table) -> list[Step]:
    """The statements that write rows, after all triggers are there."""
    lock = Lock(table.ref, "SHARE ROW EXCLUSIVE", blocks=("writes", "schema changes"))
    effect = Effect(held_for="rows", scans=(table.ref,), locks=(lock,))
    return [
        *(Step(sql=sql, title="Write what the block begins with", phase="backfill") for sql in made.data),
        *(
            Step(sql=sql, title=f"Fill it from the rows of {table.ref}", phase="backfill", effect=effect)
            for sql in made.fills
        ),
    ]


# ---------------------------------------------------------------- proof


def _proved(
    plan: Plan, old: Catalog, made: Statements, engine: Engine, session: Session, kind: FillKind, progress: Progress
) -> Plan:
    """The plan proved as every plan is; where the block has checks, they are run after it on rows."""
    progress("Proving the plan on a scratch database …")

    def fill(to: Session, catalog: Catalog) -> Sequence[str]:
        if kind == "sample":
            return copy_sample(session, to, catalog, engine)
        return make_up(to, catalog, engine) if kind == "made-up" else ()

    plan = verify(plan, old, engine, fill=fill if kind != "none" else None)
    if not made.checks or plan.proof is None or plan.proof.failed or not plan.proof.where:
        return plan
    try:
        with engine.scratch() as scratch, scratch.open() as to:
            run(to, engine.emit(old))
            fill(to, old)
            for unit in units(plan.up):
                run(to, [step.sql for step in unit])
            rows = sum(count_rows(to, engine, old).values())
            wrong = sum(bool(to.query(f"SELECT 1 FROM ({check}) AS wrong LIMIT 1")) for check in made.checks)
    except DbwrightError as error:
        return _with_evidence(plan, f"Filling was not tried: {error.message}", failed=isinstance(error, ExecutionFault))
    said = "and does not equal a recount." if wrong else "and equal to a recount."
    return _with_evidence(plan, f"Filled from {rows:,} rows, {said}", failed=bool(wrong))


def _with_evidence(plan: Plan, sentence: str, *, failed: bool) -> Plan:
    proof = plan.proof or Proof(proved=False)
    evidence = (*proof.evidence, Evidence(sentence, basis="data"))
    proof = msgspec.structs.replace(
        proof, evidence=evidence, proved=proof.proved and not failed, failed=proof.failed or failed
    )
    return msgspec.structs.replace(plan, proof=proof)


def run(session: Session, texts: Sequence[str]) -> None:
    """Run statements, each committed by itself."""
    session.execute([Statement(text=text) for text in texts])


# ---------------------------------------------------------------- written down


def write(prepared: Prepared, folder: str, name: str = "", progress: Progress = lambda sentence: None) -> list[Path]:
    """Write the plan as a revision of a migration folder, proved there, or as one SQL file where the name ends in .sql."""
    from dbwright.app.denormalize import change

    held = change.Prepared(planned=prepared.planned, kept=(), old=prepared.planned.goal)
    return change.write(held, folder, name or prepared.name, progress=progress)
