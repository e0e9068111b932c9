"""One statement of a migration on a live database: nothing of it is left out silently."""

import re
from collections.abc import Callable

from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import ExecutionFault

_CHECK = re.compile(r"PRAGMA\s+(?:\w+\s*\.\s*)?foreign_key_check\b", re.IGNORECASE)

Perform = Callable[[Session, Engine, Statement], None]


def perform(session: Session, engine: Engine, statement: Statement) -> None:
    """Run a statement. Raises ExecutionFault where the engine refuses it, or where a check of foreign keys finds rows."""
    if statement.copy_data is not None:
        session.execute([statement])
        return
    rows = session.query(statement.text)
    if rows and engine.name == "sqlite" and _CHECK.match(statement.text):
        table, _, parent, *_ = rows[0]
        raise ExecutionFault(
            f"Rows of {table} name no row of {parent}, so the foreign key cannot be there.",
            statement=statement.text,
            code="SQLITE_CONSTRAINT_FOREIGNKEY",
            hint="List them with PRAGMA foreign_key_check, and correct or delete them.",
        )
