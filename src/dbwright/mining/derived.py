"""Columns that the others of the same row say: sums, products, ratios, multiples, joined texts, copies, parts of dates and texts.

What is found was verified on every row given, and is so unlikely by chance that it must be meant: constants, flags and the numbers
of keys take no part.
"""

from collections.abc import Iterator

import polars as pl

from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.arithmetic import arithmetic
from dbwright.mining.candidates import Candidate, judged
from dbwright.mining.copies import copies
from dbwright.mining.dates import dates
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.held import Held
from dbwright.mining.measures import measures
from dbwright.mining.texts import texts


def derived(
    frame: pl.DataFrame,
    table: EncodedTable,
    *,
    values: pl.DataFrame | None = None,
    max_error: float = 0.01,
    allowance: Allowance | None = None,
) -> Search[Held]:
    """Columns with a formula that at most a share of `max_error` of the rows disagrees with, most telling first.

    table: the same rows as codes. values: the same rows and columns with texts that are numbers or dates as such. A formula gives
    NULL where one of its inputs is NULL, unless it says COALESCE or CONCAT_WS. No column is derived from one that was derived
    from it. Formulas are PostgreSQL's SQL.
    """
    allowance = allowance or Allowance()
    formulas = _Formulas()
    found: list[Held] = []
    stopped = ""
    try:
        for candidate in _candidates(frame, frame if values is None else values, table, allowance):
            if not formulas.say_already(candidate):
                held = judged(candidate, table, max_error)
                if held is not None:
                    formulas.add(candidate)
                    found.append(held)
    except OutOfAllowance as over:
        stopped = str(over)
    found.sort(key=lambda each: -each.telling)
    return Search(tuple(found), not stopped, stopped)


def _candidates(
    frame: pl.DataFrame, values: pl.DataFrame, table: EncodedTable, allowance: Allowance
) -> Iterator[Candidate]:
    """Simple formulas first, so that later ones are told by the columns that are no copies."""
    numbers = measures(values)
    yield from copies(frame, table, allowance)
    yield from dates(values, numbers, allowance)
    yield from arithmetic([each for each in numbers if not each.temporal], allowance)
    yield from texts(frame, allowance)


class _Formulas:
    """Those found so far, so that nothing is said twice or in a circle."""

    def __init__(self) -> None:
        self._inputs: dict[int, set[int]] = {}
        self._kinds: set[tuple[int, str]] = set()
        self._among: set[frozenset[int]] = set()
        self._copied: set[int] = set()

    def add(self, candidate: Candidate) -> None:
        """Remember a formula that holds."""
        self._inputs.setdefault(candidate.column, set()).update(candidate.inputs)
        self._kinds.add((candidate.column, candidate.kind))
        self._among.add(frozenset((candidate.column, *candidate.inputs)))
        if candidate.kind == "copy":
            self._copied.add(candidate.column)

    def say_already(self, candidate: Candidate) -> bool:
        """Whether another formula is among the same columns, of the same kind for the column, or makes an input from it.

        Nor is anything said of a copy, and a part of a text is not told where the column has a formula.
        """
        columns = frozenset((candidate.column, *candidate.inputs))
        return (
            columns in self._among
            or (candidate.column, candidate.kind) in self._kinds
            or not self._copied.isdisjoint(columns)
            or (candidate.kind == "part" and candidate.column in self._inputs)
            or self._goes_in_a_circle(candidate)
        )

    def _goes_in_a_circle(self, candidate: Candidate) -> bool:
        """Whether an input is derived, over any steps, from the column itself."""
        seen: set[int] = set()
        waiting = list(candidate.inputs)
        while waiting:
            column = waiting.pop()
            if column == candidate.column:
                return True
            if column not in seen:
                seen.add(column)
                waiting.extend(self._inputs.get(column, ()))
        return False
