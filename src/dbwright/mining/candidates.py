"""A formula for a column, with the rows that agree with it: what each search for derived columns proposes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Derived
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import first_rows, group_by, refine, table_of
from dbwright.mining.held import Held

EVIDENCE = 10.0
"""Natural logarithm of how unlikely a formula is by chance: what is below it is left out."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """column, inputs: numbers of columns. agrees: per row. speaks: rows with values, so that they say something about it.

    accepted: rows that agree whichever way halves are rounded; they count as agreeing when the formula is judged, but those that SQL
    rounds the other way are told as against it. None where it is the same as `agrees`.
    """

    column: int
    inputs: tuple[int, ...]
    formula: str
    kind: str
    agrees: NDArray[np.bool_]
    speaks: NDArray[np.bool_]
    accepted: NDArray[np.bool_] | None = None


def quoted(name: str) -> str:
    """A column's name in standard SQL."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(text: str) -> str:
    """A text in standard SQL."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def judged(candidate: Candidate, table: EncodedTable, max_error: float) -> Held | None:
    """The candidate as a dependency, where few enough rows are against it and chance does not explain it."""
    rows = int(candidate.speaks.sum())
    against = np.flatnonzero(~candidate.agrees)
    accepted = candidate.agrees if candidate.accepted is None else candidate.accepted
    if not rows or int((~accepted).sum()) > max_error * rows:
        return None
    telling = evidence(table, candidate.column, candidate.inputs, np.flatnonzero(candidate.speaks & candidate.agrees))
    if telling < EVIDENCE:
        return None
    names = table.columns
    derived = Derived(
        names[candidate.column], candidate.formula, frozenset(names[i] for i in candidate.inputs), candidate.kind
    )
    return Held(derived, rows, against, telling)


def evidence(table: EncodedTable, column: int, inputs: Sequence[int], rows: NDArray[np.int64]) -> float:
    """How unlikely it is to guess the column by chance, as a natural logarithm.

    Every combination of inputs is counted once, however often it is repeated: a joined table says the same thing many times.
    """
    if not len(rows):
        return 0.0
    some = table_of(table, rows)
    grouping = refine(group_by(some, list(inputs)), some, column)
    values = some.codes[column][first_rows(grouping)]
    counts = np.bincount(values)
    shares = counts[counts > 0] / len(values)
    return float(-(shares * np.log(shares)).sum() * len(values))
