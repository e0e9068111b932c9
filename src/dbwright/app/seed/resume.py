"""Where an unfinished run goes on: at the first row that is not there, which is asked of the database itself."""

from collections.abc import Sequence

from dbwright.app.rows import named
from dbwright.app.seed.batches import Tables, parts
from dbwright.app.seed.frames import is_there
from dbwright.app.seed.state import Kept
from dbwright.engines.base import Engine, Session
from dbwright.seed.maker import Maker
from dbwright.seed.plan.base import Step, Update


def next_row(
    session: Session, engine: Engine, steps: Sequence[Step], tables: Tables, maker: Maker, kept: Kept
) -> int | None:
    """The first row of the step at work that is not there; None where what was written before is gone.

    Rows are written in their order and each batch in one transaction, so that those that are there come first: the border is
    found by halving. What was noted can lag one batch behind, never be ahead. An UPDATE is done again: it does no harm.
    """
    if kept.step >= len(steps):
        return kept.row
    step = steps[kept.step]
    part = parts(step)[0]
    if isinstance(step, Update):
        return max(kept.row, part.start)
    table = tables[part.table]

    def there(row: int) -> bool | None:
        return is_there(session, engine, table, maker.frame(table, row, row + 1))

    low, high = max(kept.row, part.start), part.stop
    if low > part.start and there(low - 1) is False:
        return None
    if there(min(low, part.stop - 1)) is None:
        rows = session.query(f"SELECT count(*) FROM {named(engine, table.table)}")[0][0]
        return min(max(int(str(rows)) - table.before, low), high)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if there(middle) else (low, middle)
    return low
