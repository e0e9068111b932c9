"""Steps that belong together: what has to run as one unit, and what can be run, observed and retried alone."""

import re
from collections.abc import Sequence

from dbwright.change.plan import Step

_OPENS = re.compile(r"\s*(BEGIN|START\s+TRANSACTION|PRAGMA\s+foreign_keys\s*=\s*OFF)\b", re.IGNORECASE)
_CLOSES = re.compile(r"\s*(COMMIT|END)\b", re.IGNORECASE)
_AFTER = re.compile(r"\s*PRAGMA\s+foreign_keys\s*=\s*ON\b", re.IGNORECASE)


def units(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """The steps in their order, those from a BEGIN (with the pragmas around it) to its COMMIT as one unit."""
    found: list[list[Step]] = []
    is_open = False
    for step in steps:
        if is_open:
            found[-1].append(step)
            is_open = not _CLOSES.match(step.sql)
        elif found and _AFTER.match(step.sql):
            found[-1].append(step)
        else:
            found.append([step])
            is_open = bool(_OPENS.match(step.sql))
    return [tuple(unit) for unit in found]
