"""Rows in groups: each row knows its group and its place in it, so that what must differ within a group can be counted out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.permute import MOST, permuted
from dbwright.seed.keys.spread import Spread
from dbwright.seed.keys.units import Turn, unused

_STAYS = 3
"""How many attempts a row makes in its own group, before it tries others."""
_BEYOND = 64


class Places(NamedTuple):
    """For each row: its group, its place in it from 0, and how many rows the group has in all."""

    group: Rows
    place: Rows
    members: Rows


class Group:
    """Rows 0 … rows-1 spread over groups; without a spread all rows are one group.

    ordered: rows that follow each other stand in the same group (lines of an order) instead of being mixed.
    """

    def __init__(self, rows: int, spread: Spread | None, draw: Draw, *, ordered: bool = False) -> None:
        self.rows, self.spread = max(rows, 1), spread
        self._draw, self._ordered = draw, ordered
        self._last: tuple[Turn, Places] | None = None

    @property
    def largest(self) -> int:
        """How many rows the largest group has."""
        if self.spread is None:
            return self.rows
        return int(self.spread.count(np.arange(self.spread.parents, dtype=np.int64)).max(initial=0))

    def places(self, turn: Turn) -> Places:
        """Where the rows stand; a later attempt moves a row beyond the last place of its group, then of any group."""
        last = self._last
        if last is not None and last[0].rows is turn.rows and last[0].key == turn.key:
            return last[1]
        found = self._places(turn)
        self._last = (turn, found)
        return found

    def _places(self, turn: Turn) -> Places:
        if self.spread is None:
            count = np.full(turn.rows.shape, self.rows, dtype=np.int64)
            return Places(np.zeros_like(turn.rows), turn.rows + turn.key * self.rows, count)
        if turn.key > _STAYS:
            group = self._draw.of("group", turn.key).below(turn.rows, self.spread.parents)
            beyond = self._draw.of("beyond", turn.key).below(turn.rows, _BEYOND)
            members = self.spread.count(group)
            return Places(group, members + beyond, members)
        numbers = turn.rows if self._ordered else permuted(turn.rows, self.rows, self._draw)
        group = self.spread.parent(numbers)
        start = self.spread.start(group)
        count = self.spread.start(group + 1) - start
        return Places(group, numbers - start + turn.key * count, count)


class Counted:
    """Rows over groups that have room for different numbers of rows, none with more rows than room.

    room: how many rows each group can hold; shape (groups,). All combinations of group and place are numbered, and each
    row gets one of them: memory is proportional to the groups.
    """

    def __init__(self, rows: int, room: Rows, draw: Draw) -> None:
        self.rows, self._draw = max(rows, 1), draw
        self._ends = np.cumsum(room)
        self._room = room
        self.capacity = int(self._ends[-1]) if room.size else 0

    def places(self, turn: Turn) -> Places:
        """Where the rows stand; `members` is the room of the group."""
        numbers = permuted(unused(turn, self.rows, self.capacity, self._draw), self.capacity, self._draw)
        group = np.searchsorted(self._ends, numbers, side="right").astype(np.int64)
        return Places(group, numbers - (self._ends[group] - self._room[group]), self._room[group])


class Digit:
    """One part of what must differ within a group: a digit of the place, in a number system with a base for each part.

    base: how many values this part has. below: the product of the bases of the parts before it. room: the product of all.
    """

    def __init__(self, group: Group, draw: Draw, *, base: int, below: int, room: int) -> None:
        self._group, self._draw = group, draw
        self._base, self._below, self._room = base, below, min(room, MOST)

    def of(self, turn: Turn) -> Rows:
        """The digit of each row: from 0 to below base."""
        found = self._group.places(turn)
        place = found.place % self._room
        groups = None if self._group.spread is None else found.group
        return permuted(place, self._room, self._draw, groups) // self._below % self._base


class Position:
    """The place in the group itself: the first, the second, … of its parent. before: places that are taken already."""

    def __init__(self, group: Group | Counted, before: int = 0) -> None:
        self._group, self._before = group, before

    def of(self, turn: Turn) -> Rows:
        """Places from 0."""
        return self._group.places(turn).place + self._before
