"""Building blocks added to tables of scratch databases."""

from dbwright.designs.blocks import Statements, block
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import ExecutionFault


def engine_name(scratch: Scratch) -> str:
    """The engine of a scratch database."""
    return engine_of(scratch.url).name


def run(session: Session, *texts: str) -> None:
    """Run statements, each committed by itself."""
    session.execute([Statement(text=text) for text in texts])


def add(session: Session, name: str, table: str, **options: object) -> Statements:
    """Add a block to a table."""
    made = block(name, engine_of(session.url).name, table, **options)
    run(session, *made.up, *made.fills)
    return made


def refusal(session: Session, text: str) -> str:
    """What the database says against a statement; empty where it runs it."""
    try:
        run(session, text)
    except ExecutionFault as fault:
        return fault.message
    return ""
