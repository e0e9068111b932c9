"""Redundancy made and compared with a recount, on scratch databases."""

from collections.abc import Sequence

from dbwright.app.denormalize.gather import Gatherer, Option
from dbwright.denormalize.gathered import operations_of
from dbwright.denormalize.kinds import Kept
from dbwright.engines.base import Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault


def keep(session: Session, name: str, *options: tuple[str, str], whole: bool = False) -> list[Kept]:
    """Make what the options ask for, triggers first, and fill it."""
    held_by = engine(name)
    catalog = session.inspect().catalog
    found = Gatherer(catalog, held_by, whole=whole).new([Option(*each) for each in options])
    run(session, *held_by.render(operations_of(found, catalog), catalog))
    run(session, *(fill.sql for each in found for fill in each.fills))
    return found


def run(session: Session, *texts: str) -> None:
    """Run statements, each committed by itself."""
    session.execute([Statement(text=text) for text in texts])


def attempt(session: Session, text: str) -> bool:
    """Run a statement that a constraint may refuse; whether it ran."""
    try:
        run(session, text)
    except ExecutionFault:
        return False
    return True


def wrong(session: Session, kept: Sequence[Kept]) -> dict[str, list[tuple[object, ...]]]:
    """The rows that hold something else than a recount, by what is kept; empty where all is right."""
    found = {each.name: session.query(each.drift) for each in kept}
    return {name: rows for name, rows in found.items() if rows}
