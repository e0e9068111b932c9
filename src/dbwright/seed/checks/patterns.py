"""Texts that match regular expressions, drawn at random or by number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.seed.base import Limit
from dbwright.seed.checks.automaton import automaton
from dbwright.seed.checks.regex_parser import LOWER, UPPER, Letters, Node, both, parse_all, repeated
from dbwright.seed.checks.terms import NotRead
from dbwright.seed.draw import Draw, Rows

_PLENTY = 10**13
"""So many texts are as many as anyone could want."""
_LONGEST = 200
_SPREAD = 12


class Pattern:
    """The texts that match all of some regular expressions as a whole.

    capacity: how many there are within the lengths; None for as many as anyone could want.
    Raises NotRead for expressions that texts cannot be made by (look-around, references), and where no text matches.
    """

    def __init__(self, *regexes: str, least: int = 0, most: int | None = None, letter_case: str | None = None) -> None:
        trees = [_in_case(each, letter_case) for each in parse_all(regexes)]
        self._automaton = automaton(both(*trees) if trees else Letters(frozenset(LOWER)))
        longest = min(most if most is not None else _LONGEST, max(_LONGEST, least))
        counts = self._automaton.counts(longest)
        lengths = [length for length in range(least, longest + 1) if counts[length][0]]
        if not lengths:
            raise NotRead("no text matches")
        totals = list(accumulate(counts[length][0] for length in lengths))
        enough = next((at for at, total in enumerate(totals) if total >= _PLENTY), len(lengths) - 1)
        self._by_number = lengths[: enough + 1]
        self._drawn = [each for each in lengths if each <= max(lengths[0] + _SPREAD, lengths[enough])]
        self.capacity = None if totals[enough] >= _PLENTY else totals[enough]
        self._counts = counts
        size = max(self._by_number[-1], self._drawn[-1])
        top = max(max(each) for each in counts[: size + 1])
        self._shares = np.array([[float(each) / max(top, 1) for each in row] for row in counts[: size + 1]])
        self._letters = [
            [np.array([ord(each) for each in letters], dtype=np.uint32) for letters, _ in moves]
            for moves in self._automaton.moves
        ]
        self._targets = [np.array([target for _, target in moves], dtype=np.int64) for moves in self._automaton.moves]

    @classmethod
    def of(cls, limit: Limit) -> Pattern:
        """The texts that a limit allows by its patterns, lengths and letter case. Raises NotRead."""
        return pattern_of(limit.patterns, limit.least_length, limit.most_length, limit.letter_case)

    def draw(self, rows: Rows, draw: Draw) -> pl.Series:
        """Random texts of various lengths: every text of one length is as likely as any other."""
        lengths = np.array(self._drawn)[draw.of("length").below(rows, len(self._drawn))]
        written = np.zeros((len(rows), int(lengths.max(initial=0))), dtype=np.uint32)
        states = np.zeros(len(rows), dtype=np.int64)
        for place in range(written.shape[1]):
            fractions = draw.of(place).fractions(rows)
            for state, length, chosen in _groups(states, lengths - place):
                weights = self._shares[length - 1][self._targets[state]] * [len(each) for each in self._letters[state]]
                bounds = np.cumsum(weights)
                if bounds[-1] <= 0:  # shares too small for floats: take them as equal where a text can follow
                    possible = [float(self._counts[length - 1][target] > 0) for target in self._targets[state]]
                    bounds = np.cumsum(possible)
                at = fractions[chosen] * bounds[-1]
                move = np.minimum(np.searchsorted(bounds, at, side="right"), len(bounds) - 1)
                within = (at - np.concatenate(([0.0], bounds[:-1]))[move]) / np.diff(bounds, prepend=0.0)[move]
                self._write(written, states, place, chosen, state, move, within)
        return _texts(written)

    def nth(self, numbers: Rows) -> pl.Series:
        """The text of each number; different numbers below the capacity give different texts."""
        totals = list(accumulate(self._counts[length][0] for length in self._by_number))
        kind: type = np.int64 if totals[-1] < 2**62 else object  # Python's own integers where there are very many
        bounds = np.array([min(each, 2**62) for each in totals], dtype=np.int64)
        which = np.minimum(np.searchsorted(bounds, numbers.astype(np.int64), side="right"), len(totals) - 1)
        lengths = np.array(self._by_number)[which]
        left: NDArray[Any] = numbers.astype(kind) - np.array([0, *totals[:-1]], dtype=kind)[which]
        written = np.zeros((len(numbers), int(lengths.max(initial=0))), dtype=np.uint32)
        states = np.zeros(len(numbers), dtype=np.int64)
        for place in range(written.shape[1]):
            for state, length, chosen in _groups(states, lengths - place):
                after: NDArray[Any] = np.array(
                    [self._counts[length - 1][target] for target in self._targets[state]], dtype=kind
                )
                blocks = np.cumsum(after * np.array([len(letters) for letters in self._letters[state]], dtype=kind))
                move = np.searchsorted(blocks, left[chosen], side="right")
                values = left[chosen] - np.concatenate((np.zeros(1, dtype=kind), blocks[:-1]))[move]
                left[chosen] = values % after[move]
                letter = (values // after[move]).astype(np.int64)
                self._write_letters(written, states, place, chosen, state, move, letter)
        return _texts(written)

    def _write(
        self,
        written: NDArray[np.uint32],
        states: Rows,
        place: int,
        chosen: Rows,
        state: int,
        move: Rows,
        within: NDArray[np.float64],
    ) -> None:
        sizes = np.array([len(each) for each in self._letters[state]])[move]
        letter = np.clip((within * sizes).astype(np.int64), 0, sizes - 1)
        self._write_letters(written, states, place, chosen, state, move, letter)

    def _write_letters(
        self, written: NDArray[np.uint32], states: Rows, place: int, chosen: Rows, state: int, move: Rows, letter: Rows
    ) -> None:
        starts = np.concatenate(([0], np.cumsum([len(each) for each in self._letters[state]])[:-1])).astype(np.int64)
        written[chosen, place] = np.concatenate(self._letters[state])[starts[move] + letter]
        states[chosen] = self._targets[state][move]


@lru_cache(maxsize=1_000)
def pattern_of(
    regexes: tuple[str, ...], least: int = 0, most: int | None = None, letter_case: str | None = None
) -> Pattern:
    """A pattern, made once. Raises NotRead."""
    return Pattern(*regexes, least=least, most=most, letter_case=letter_case)


def _groups(states: Rows, left: Rows) -> Sequence[tuple[int, int, Rows]]:
    """The rows that still need letters, by state and number of letters to come."""
    wanting = np.flatnonzero(left > 0)
    keys = states[wanting] * 100_000 + left[wanting]
    order = np.argsort(keys, kind="stable")
    parts = np.split(wanting[order], np.flatnonzero(np.diff(keys[order])) + 1)
    return [(int(states[chosen[0]]), int(left[chosen[0]]), chosen) for chosen in parts if len(chosen)]


def _texts(written: NDArray[np.uint32]) -> pl.Series:
    if written.shape[1] == 0:
        return pl.Series([""] * written.shape[0], dtype=pl.String)
    flat = np.ascontiguousarray(written).view(f"<U{written.shape[1]}").ravel()
    return pl.Series(flat.tolist(), dtype=pl.String)


def _in_case(node: Node, letter_case: str | None) -> Node:
    """An expression for letters of one case only."""
    if letter_case is None:
        return node
    others = UPPER if letter_case == "lower" else LOWER
    allowed = repeated(Letters(frozenset(chr(code) for code in range(32, 127)) - frozenset(others)), 0, None)
    return both(node, allowed)
