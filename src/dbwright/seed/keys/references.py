"""How the foreign keys of a table are filled: which row of the parent each row refers to."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.agreeing import Agreeing
from dbwright.seed.keys.group import Counted, Group
from dbwright.seed.keys.permute import permuted
from dbwright.seed.keys.pool import Parents, Pool
from dbwright.seed.keys.spread import Spread
from dbwright.seed.keys.units import Index, Redrawn, Turn, unused


class Chooser(Protocol):
    """Chooses a row of the parent's pool for each row; -1 for none.

    needs: columns of the same row that the choice must agree with.
    """

    needs: tuple[str, ...]
    redrawn: Redrawn

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Numbers in the pool, shape (n,)."""
        ...


class Popular:
    """Any parent, some more often than others."""

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "free"

    def __init__(self, parents: Parents, spread: Spread, draw: Draw) -> None:
        self._parents, self._spread, self._draw = parents, spread, draw

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """A parent by its popularity."""
        draw = self._draw.of("attempt", turn.free) if turn.free else self._draw
        return self._parents.number(self._spread.random(draw.fractions(turn.rows)))


class OneEach:
    """A parent of its own for each row; none for rows beyond the last parent.

    same: the row takes the parent of the same number, for tables that refer to each other row by row.
    first: row 0 takes the parent of number 0.
    """

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "key"

    def __init__(self, rows: int, parents: Parents, draw: Draw, *, same: bool = False, first: bool = False) -> None:
        self._rows, self._parents, self._draw = max(rows, 1), parents, draw
        self._same, self._first = same, first

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Parents that differ."""
        size = self._parents.size
        if self._same:
            return np.where(turn.rows < self._parents.pool.rows, turn.rows + self._parents.pool.before, -1)
        wanted = unused(turn, self._rows, size, self._draw)
        inside = wanted < size
        places = np.where(inside, wanted, 0)
        found = permuted(places, max(size, 1), self._draw)
        if self._first:
            start = permuted(np.zeros(1, dtype=np.int64), max(size, 1), self._draw)[0]
            found = np.where(places == 0, 0, np.where(found == 0, start, found))
        numbers = found if self._parents.allowed is None else self._parents.allowed[found]
        return np.where(inside, numbers, -1)


class First:
    """The first row of the parent for every row: until the rest are there."""

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "never"

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Zeros."""
        return np.zeros_like(turn.rows)


class Pinned:
    """Another chooser, but row 0 takes the first row: where the first rows of tables need each other."""

    def __init__(self, chooser: Chooser) -> None:
        self._chooser, self.needs, self.redrawn = chooser, chooser.needs, chooser.redrawn

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """The other chooser's rows."""
        return np.where(turn.rows == 0, 0, self._chooser.choose(turn, given))


class Ranked:
    """The parent that a number says: a group's, or a digit of the place in it."""

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "key"

    def __init__(self, parents: Parents, index: Index) -> None:
        self._parents, self._index = parents, index

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Parents by rank."""
        return self._parents.number(self._index.of(turn))


class GroupOf:
    """The group of each row, as an index."""

    def __init__(self, group: Group | Counted) -> None:
        self._group = group

    def of(self, turn: Turn) -> Rows:
        """Groups from 0."""
        return self._group.places(turn).group


class Within:
    """A parent that agrees with the row in the columns that they share.

    index: the place among the parents that agree, below their number; None for any. parents: how many there are in all: where
    a shared column is NULL, so that nothing must agree, any of them is taken; 0 where none should be.
    """

    def __init__(
        self, agreeing: Agreeing, needs: tuple[str, ...], draw: Draw, index: Index | None = None, *, parents: int = 0
    ) -> None:
        self._agreeing, self.needs, self._draw, self._index = agreeing, needs, draw, index
        self._parents = parents
        self.redrawn: Redrawn = "free" if index is None else "key"

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """One of those that agree; none where there is none."""
        run = self._agreeing.find(given.select(self.needs))
        if self._index is None:
            draw = self._draw.of("attempt", turn.free) if turn.free else self._draw
            place = draw.below(turn.rows, np.maximum(run.members, 1))
        else:
            place = self._index.of(turn)
        missing = (run.members == 0) | (place >= run.members)
        order = self._agreeing.order
        if order.size == 0:
            return np.full_like(turn.rows, -1)
        found = np.where(missing, -1, order[np.where(missing, 0, run.start + place)])
        if not self._parents or not missing.any():
            return found
        loose = given.select(pl.any_horizontal(pl.col(self.needs).is_null())).to_series().to_numpy()
        return np.where(loose, self._draw.of("any").below(turn.rows, self._parents), found)


class Beside:
    """Parents that differ among rows with equal values in some columns, told apart by the whole number in another.

    same: the columns in which the rows agree; counted: the column that tells them apart, all of them whole numbers.
    """

    redrawn: Redrawn = "key"

    def __init__(self, parents: Parents, same: tuple[str, ...], counted: str, draw: Draw) -> None:
        self.needs: tuple[str, ...] = (*same, counted)
        self._parents, self._same, self._counted, self._draw = parents, same, counted, draw

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """A parent by its place in a permutation that is another one for each group; later attempts go on elsewhere in it."""
        columns = [given[name].cast(pl.Int64).fill_null(0).to_numpy() for name in (*self._same, self._counted)]
        group = np.zeros(len(turn.rows), dtype=np.int64)
        for values in columns[:-1]:
            group = Draw(0, "group").bits(group).astype(np.int64) ^ values
        size = max(self._parents.size, 1)
        place = (columns[-1] + turn.key * (size // 2 + 1)) % size
        return self._parents.number(permuted(place, size, self._draw, group))


class Earlier:
    """A row of the same table with a smaller number, so that trees grow from their roots; depth grows with the logarithm.

    before: rows that were there already, which come first. roots: how many of the first rows refer to none.
    required: where there is none, a row refers to itself.
    """

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "free"

    def __init__(self, before: int, roots: int, draw: Draw, *, children: float = 4.0, required: bool = False) -> None:
        self._before, self._roots, self._draw = before, max(roots, 1), draw
        self._children, self._required = max(children, 1.05), required

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Earlier rows of the pool."""
        draw = self._draw.of("attempt", turn.free) if turn.free else self._draw
        own = turn.rows + self._before
        beyond = np.maximum(own - self._roots, 0)
        found = ((beyond / self._children + self._roots) * (0.5 + draw.fractions(turn.rows)) - 0.5).astype(np.int64)
        found = np.clip(found, 0, np.maximum(own - 1, 0))
        root = own < self._roots
        return np.where(root, own if self._required else -1, found)


class Tree:
    """A row of the same table such that each has the same number of children, counted out: place among siblings is known.

    Also the index of that place. With one child each the rows are a chain.
    """

    needs: tuple[str, ...] = ()
    redrawn: Redrawn = "never"

    def __init__(self, before: int, roots: int, children: int, *, required: bool = False) -> None:
        self._before, self._roots, self._children, self._required = before, max(roots, 1), max(children, 1), required

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Earlier rows of the run, by their number in the pool."""
        root = turn.rows < self._roots
        found = (turn.rows - self._roots) // self._children + self._before
        return np.where(root, turn.rows + self._before if self._required else -1, found)

    def of(self, turn: Turn) -> Rows:
        """The place among siblings, from 0; roots count as siblings of each other."""
        return np.where(turn.rows < self._roots, turn.rows, (turn.rows - self._roots) % self._children)


class EarlierWithin:
    """A row of the same table with a smaller number that agrees in the columns that they share."""

    redrawn: Redrawn = "free"

    def __init__(
        self, pool: Pool, agreeing: Agreeing, needs: tuple[str, ...], draw: Draw, *, required: bool = False
    ) -> None:
        self._pool, self._agreeing, self.needs = pool, agreeing, needs
        self._draw, self._required = draw, required

    def choose(self, turn: Turn, given: pl.DataFrame) -> Rows:
        """Earlier rows of the pool; none for the first of those that agree."""
        draw = self._draw.of("attempt", turn.free) if turn.free else self._draw
        own = turn.rows + self._pool.before
        run = self._agreeing.find(given.select(self.needs))
        place = self._agreeing.place[own]
        chosen = np.minimum(
            (place / 4.0 * (0.5 + draw.fractions(turn.rows))).astype(np.int64), np.maximum(place - 1, 0)
        )
        root = (place == 0) | (run.members == 0)
        order = self._agreeing.order
        if order.size == 0:
            return own if self._required else np.full_like(own, -1)
        return np.where(root, own if self._required else -1, order[np.where(root, 0, run.start + chosen)])


class Reference:
    """The columns of a foreign key, taken from the row that was chosen.

    columns: those that this key sets (what others set already is left alone); taken: the parent's columns for them.
    nulls: the share of rows that refer to nothing; half of those that are drawn again, as a test may ask for it.
    kept: columns that are never NULL. inner: whether the parent is the table itself.
    dtypes: what the child's columns hold, where it differs in type.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        taken: tuple[str, ...],
        pool: Pool,
        chooser: Chooser,
        *,
        draw: Draw,
        nulls: float = 0.0,
        kept: tuple[str, ...] = (),
        inner: bool = False,
        dtypes: dict[str, pl.DataType] | None = None,
    ) -> None:
        self.columns, self.needs, self.redrawn = columns, chooser.needs, chooser.redrawn
        self.pool, self.chooser = pool, chooser
        self._taken, self._draw, self._nulls = taken, draw, nulls
        self._kept, self._dtypes = kept, dtypes or {}
        self.inner = inner

    def present(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The parent's values, NULL only where there is no parent."""
        return self._renamed(self.pool.at(self._taken, self.chooser.choose(turn, given)))

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The parent's values; NULL where there is no parent, in all columns but those of `kept`, which always have one."""
        numbers = self.chooser.choose(turn, given)
        if self._nulls > 0:
            draw = self._draw.of("null", turn.free) if turn.free else self._draw.of("null")
            absent = draw.fractions(turn.rows) < (max(self._nulls, 0.5) if turn.free else self._nulls)
        else:
            absent = np.zeros(len(numbers), dtype=bool)
        if not self._kept:
            return self._renamed(self.pool.at(self._taken, np.where(absent, -1, numbers)))
        frame = self._renamed(self.pool.at(self._taken, numbers))
        gone = pl.Series(absent)
        return frame.with_columns(
            pl.when(gone).then(None).otherwise(pl.col(name)).alias(name)
            for name in self.columns
            if name not in self._kept
        )

    def _renamed(self, frame: pl.DataFrame) -> pl.DataFrame:
        found = [frame[taken].alias(name) for name, taken in zip(self.columns, self._taken, strict=True)]
        return pl.DataFrame(
            [each.cast(self._dtypes[each.name], strict=False) if each.name in self._dtypes else each for each in found]
        )
