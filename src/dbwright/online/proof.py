"""Trying an online change on scratch databases: there and back, then to the end, and compared with the plain ALTER."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.compare import compare
from dbwright.change.online import OnlinePlan, Phase
from dbwright.engines.base import Engine, Scratch, Session, Statement
from dbwright.errors import DbwrightError, ExecutionFault, Refused, Unsupported
from dbwright.online.dialect import OnlineDialect
from dbwright.online.pace import Pace
from dbwright.online.record import Record
from dbwright.online.run import Runner


class Proof(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came out. failed: the sentence on what went wrong; None where all went well.

    where: on what it was run. shown: what was seen to hold. unproved: what could not be tried, in sentences.
    """

    failed: str | None = None
    where: str = ""
    shown: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


def prove(plan: OnlinePlan, catalog: Catalog, engine: Engine, dialect: OnlineDialect) -> Proof:
    """Run the plan on a scratch database that holds the schema, without rows: expand, switch, undo, then to the end."""
    unproved: list[str] = ["It was tried without rows."]
    try:
        with engine.scratch() as scratch:
            start = _made(scratch, catalog, engine)
            if compare(catalog, start):
                unproved.append("The scratch database could not hold exactly this schema.")
            wanted = _by_plain_statements(plan, catalog, engine, unproved)
            with scratch.open() as session:
                failed, shown = _there_and_back(session, plan, engine, dialect, start, wanted)
            return Proof(failed=failed, where=scratch.origin, shown=tuple(shown), unproved=tuple(unproved))
    except DbwrightError as error:
        return Proof(unproved=(f"The change could not be tried on a scratch database: {error.message}",))


def _made(scratch: Scratch, catalog: Catalog, engine: Engine) -> Catalog:
    with scratch.open() as session:
        session.execute(Statement(text=text) for text in engine.emit(catalog))
        return session.inspect().catalog


def _by_plain_statements(plan: OnlinePlan, catalog: Catalog, engine: Engine, unproved: list[str]) -> Catalog | None:
    """The schema that the same change in one go leads to."""
    try:
        with engine.scratch() as scratch:
            _made(scratch, catalog, engine)
            with scratch.open() as session:
                operations = plan.wish.operations(catalog)
                session.execute(Statement(text=text) for text in engine.render(operations, catalog))
                return session.inspect().catalog
    except (ExecutionFault, Unsupported) as error:
        unproved.append(f"The end was not compared with that of a plain change, which failed: {error.message}")
        return None


def _there_and_back(
    session: Session, plan: OnlinePlan, engine: Engine, dialect: OnlineDialect, start: Catalog, wanted: Catalog | None
) -> tuple[str | None, list[str]]:
    shown: list[str] = []
    try:
        _run(session, plan, engine, dialect, ["expand", "switch"])
        _run(session, plan, engine, dialect, [])
        if different := named(start, session.inspect().catalog):
            return f"undoing it led to another schema than before: {different}.", shown
        shown.append("Expand and switch were undone, and the schema was as before.")
        _run(session, plan, engine, dialect, ["expand", "switch", "contract"])
        end = session.inspect().catalog
        if wanted is not None:
            if different := named(wanted, end):
                return f"it led to another schema than the plain change: {different}.", shown
            shown.append("The schema in the end is that of the plain change, but for the order of columns.")
    except (ExecutionFault, Refused) as error:
        return error.message, shown
    return None, shown


def _run(session: Session, plan: OnlinePlan, engine: Engine, dialect: OnlineDialect, phases: Sequence[Phase]) -> None:
    """Through the phases; without any, all the way back."""
    record = Record(session, engine, dialect)
    dialect.prepare(session)
    entry = next(iter(record.entries()), None) or record.add(plan, "expand")
    runner = Runner(session, engine, dialect, entry, Pace(lock=5.0), lambda progress: None)
    runner.limit()
    for phase in phases:
        runner.forward(phase)
    if not phases:
        runner.back()
    if not phases or phases[-1] == "contract":
        record.remove(entry)
        record.tidy()
    session.set_timeouts()


def named(wanted: Catalog, found: Catalog) -> str:
    """What differs, but for the order of columns; empty where nothing does."""
    differences = compare(in_order(wanted), in_order(found))
    names = sorted({f"{each.target.kind.replace('_', ' ')} {each.target}" for each in differences})
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def in_order(catalog: Catalog) -> Catalog:
    """The catalog with the columns of its tables by name, and without roles: those are the server's."""

    def sorted_(table: Table) -> Table:
        return replace(table, columns=tuple(sorted(table.columns, key=lambda column: column.name)))

    return replace(catalog, tables=tuple(map(sorted_, catalog.tables)), roles=())
