"""The proof that nothing of the original is left: values that had to go are looked for in every text of the copy.

All are looked for at once, as Rabin and Karp do (IBM J. Res. Dev. 31(2), 1987): the first eight bytes of each stand in a sorted
array, every place of a text whose eight bytes are among them is a candidate, and only candidates are compared whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

SHORTEST = 6
"""Shorter values occur by chance, so finding one would prove nothing."""
SHORTEST_WITHIN = 10
"""The same for values within a longer text, but for mail addresses."""
MOST = 500_000
"""Values that are kept of one column; of a larger one the first so many are looked for."""

_PREFIX = 8
_SLOTS = 20


class Leak(msgspec.Struct, frozen=True, kw_only=True):
    """Values of a column of the original that stand in a column of the copy. Never the values themselves."""

    original: str
    found_in: str
    rows: int


class Canaries:
    """Originals of columns that had to be hidden, by the name of their column."""

    def __init__(self) -> None:
        self._columns: dict[str, set[bytes]] = {}
        self.cut: set[str] = set()

    def keep(self, column: str, value: object) -> None:
        """Remember an original value."""
        text = _folded(str(value))
        if len(text) < SHORTEST:
            return
        held = self._columns.setdefault(column, set())
        if len(held) < MOST:
            held.add(text)
        else:
            self.cut.add(column)

    @property
    def count(self) -> int:
        """How many values are looked for."""
        return sum(map(len, self._columns.values()))

    def search(self) -> Search:
        """Everything that was remembered, ready to be looked for."""
        return Search(self._columns)


class Search:
    """Looks for all values of all columns in one pass over a text."""

    def __init__(self, columns: dict[str, set[bytes]]) -> None:
        self._columns = columns
        within = {
            value
            for values in columns.values()
            for value in values
            if len(value) >= _PREFIX and _worth_searching(value)
        }
        self._lengths: dict[bytes, set[int]] = {}
        for value in within:
            self._lengths.setdefault(value[:_PREFIX], set()).add(len(value))
        prefixes = np.frombuffer(b"".join(self._lengths), dtype=np.uint64)
        self._prefixes = np.sort(prefixes)
        # Most places fail this cheap test, so few are looked up in the sorted array.
        self._slots = np.zeros(1 << _SLOTS, dtype=np.bool_)
        self._slots[_slot(self._prefixes)] = True

    def leaks(self, where: str, texts: Iterable[str | None], but: frozenset[str] = frozenset()) -> list[Leak]:
        """The leaks in texts of one column of the copy, whole or within, regardless of case. but: columns not to look for there."""
        lines = [b"" if text is None else _folded(text) for text in texts]
        found: dict[int, set[bytes]] = {}
        for at, line in enumerate(lines):
            if len(line) >= SHORTEST and any(line in values for values in self._columns.values()):
                found.setdefault(at, set()).add(line)
        for at, value in self._within(lines):
            found.setdefault(at, set()).add(value)
        rows = Counter(
            column
            for values in found.values()
            for column, held in self._columns.items()
            if column not in but and not held.isdisjoint(values)
        )
        return [Leak(original=column, found_in=where, rows=number) for column, number in rows.items()]

    def _within(self, lines: Sequence[bytes]) -> Iterable[tuple[int, bytes]]:
        """The number of a line and a value that stands in it; values are compared whole at the candidates alone."""
        joined = b"\x00".join(lines)
        if len(joined) < _PREFIX or not len(self._prefixes):
            return
        places = self._candidates(joined)
        starts = np.cumsum([0, *(len(line) + 1 for line in lines[:-1])])
        for place, at in zip(places.tolist(), (np.searchsorted(starts, places, "right") - 1).tolist(), strict=True):
            for length in self._lengths[joined[place : place + _PREFIX]]:
                value = joined[place : place + length]
                if any(value in held for held in self._columns.values()):
                    yield at, value

    def _candidates(self, joined: bytes) -> NDArray[np.int64]:
        """The places where the beginning of some value stands."""
        letters = np.frombuffer(joined, dtype=np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(letters, _PREFIX)
        values = np.ascontiguousarray(windows).view(np.uint64)[:, 0]
        likely = np.flatnonzero(self._slots[_slot(values)])
        held = values[likely]
        near = np.minimum(np.searchsorted(self._prefixes, held), len(self._prefixes) - 1)
        places: NDArray[np.int64] = likely[self._prefixes[near] == held]
        return places


def _slot(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return (values * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SLOTS)


def _folded(text: str) -> bytes:
    return text.strip().lower().encode("utf-8", "surrogatepass")


def _worth_searching(value: bytes) -> bool:
    """Whether a text is so much of its own that finding it within another is no chance."""
    return len(value) >= SHORTEST_WITHIN or b"@" in value
