"""Pairs of rows of one table: follower and followed, friends, both ends of an edge."""

from __future__ import annotations

import polars as pl

from dbwright.seed.draw import Draw
from dbwright.seed.keys.group import Group
from dbwright.seed.keys.permute import permuted
from dbwright.seed.keys.pool import Parents
from dbwright.seed.keys.units import Redrawn, Turn


def couples(parents: int, *, either_way: bool) -> int:
    """With how many others each row can be paired: with all but itself, or with half of them where both orders are one pair."""
    return (parents - 1) // 2 if either_way else parents - 1


class Couple:
    """Two columns that refer to different rows of one table; no pair comes twice.

    The second stands some places behind the first in a circle of all rows. Where both orders count as the same pair, it
    never stands further away than half of the circle, so that no pair is met from its other end.
    columns: of the first and the second. taken: the column that they refer to.
    sorted_: whether the first column must hold the smaller value.
    """

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "key"

    def __init__(
        self,
        columns: tuple[str, str],
        taken: str,
        parents: Parents,
        group: Group,
        draw: Draw,
        *,
        either_way: bool = False,
        sorted_: bool = False,
    ) -> None:
        self.columns: tuple[str, ...] = columns
        self._taken, self._parents, self._group, self._draw = taken, parents, group, draw
        self._room = max(couples(parents.size, either_way=either_way), 1)
        self._sorted = sorted_

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The values of both columns."""
        found = self._group.places(turn)
        place = found.place % self._room
        away = permuted(place, self._room, self._draw, found.group) + 1
        other = (found.group + away) % self._parents.size
        values = [
            self._parents.pool.at((self._taken,), self._parents.number(ranks))[self._taken]
            for ranks in (found.group, other)
        ]
        frame = pl.DataFrame([each.alias(name) for each, name in zip(values, self.columns, strict=True)])
        if not self._sorted:
            return frame
        first, second = (pl.col(name) for name in self.columns)
        turned = second < first
        return frame.select(
            pl.when(turned).then(second).otherwise(first).alias(self.columns[0]),
            pl.when(turned).then(first).otherwise(second).alias(self.columns[1]),
        )
