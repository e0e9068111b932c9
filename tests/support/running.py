"""Steps taken as a runner takes them."""

from collections.abc import Sequence

from dbwright.change.plan import Step
from dbwright.change.units import units
from dbwright.engines.base import Session, Statement


def run(session: Session, steps: Sequence[Step]) -> None:
    """What stands between BEGIN and COMMIT in one go, backfills until nothing is left to change."""
    for unit in units(steps):
        if unit[0].batched:
            while session.change(unit[0].sql):
                pass
        else:
            session.execute(Statement(text=each.sql) for each in unit)
