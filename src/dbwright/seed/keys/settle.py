"""How the keys of a table are kept: for each key, which column or combination of columns is counted out, and how far it goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from dbwright.seed.draw import Rows
from dbwright.seed.keys.combine import combine
from dbwright.seed.keys.known import ENDLESS, Known, Partial, shown_parent
from dbwright.seed.keys.links import Link, hint_for, optional
from dbwright.seed.keys.references import Beside, OneEach, Popular, Tree
from dbwright.seed.keys.required import Key
from dbwright.seed.keys.spread import Spread
from dbwright.seed.keys.units import Index, Listed, Shuffled

_EASILY = 4
"""A column that has this many times as many values as there are rows is left to differ alone in a key of several columns."""
_SOME_MORE = 1.1
"""Values that look usual are enough where there are this many times as many as rows: some rows are drawn again."""
_TRIED = 1_000_000


class Settlement(Known):
    """Decides about the keys of one table, one after the other; what it finds stands in the attributes of `Known`."""

    def number(self, column: str, first: int) -> None:
        """Let a column count up with the rows."""
        self.numbered[column] = first
        self.unique.append(frozenset((column,)))
        highest = self.limit(column).highest
        if highest is not None:
            possible = int(highest) - first + 1
            self.short(possible, f"{self.table.ref}.{column} counts from {first} and ends at {int(highest):,}")

    def settle(self, key: Key) -> None:
        """See that the rows differ in a key, by the plainest way there is."""
        columns = set(key.columns)
        if any(known <= columns for known in self.unique):
            return
        links = [link for link in self.links if link.own and not link.implied and set(link.key.columns) <= columns]
        links += [link for link in self.links if link not in links and self._tells_apart(link, columns)]
        agreeing = [
            link for link in links if link.shared and self._tells_apart(link, columns - set(link.shared), alone=True)
        ]
        if any(known <= set(link.shared) for link in agreeing for known in self.unique):
            # The parent's rows agree with columns that differ, so they differ as well.
            self.unique.append(frozenset(key.columns))
            return
        plain = [name for name in key.columns if name in self.values and name not in self.indexes]
        if self._by_one_column(key, plain, links) or (key.predicate is not None and self._by_predicate(key, links)):
            return
        inner = next((link for link in links if link.inner), None)
        if inner is not None and self._by_tree(key, inner, plain):
            return
        links = [link for link in links if not link.inner]
        if not plain and self._beside(key, links):
            return
        links += self._parts(columns)
        if len(links) == 1 and not plain and self.undecided(links[0]):
            if key.predicate is not None:
                self.partials.append(Partial(key=key, group=self.one_group()))
            elif links[0].shared:
                self.leave(key)
            else:
                self._one_each(key, links[0])
        elif links or plain:
            combine(self, key, links, plain)
        else:
            self.leave(key)

    def choose_freely(self, link: Link) -> None:
        """A foreign key that is in no key."""
        parents = self.parents(link)
        spread = Spread(self.rows, max(parents.size, 1), hint_for(self.ask.hint, link.key))
        self.choosers[link.number] = Popular(parents, spread, self.draw.of(*link.key.columns))

    # ------------------------------------------------------------ one column

    def _by_one_column(self, key: Key, plain: Sequence[str], links: Sequence[Link]) -> bool:
        """One column that differs by itself is enough."""
        alone = len(key.columns) == 1
        for name in sorted(plain, key=lambda name: self._rank(name, key)):
            capacity = self.values[name].capacity
            counts = bool(links) and self.is_place(name)
            few = capacity is not None and capacity < self.rows * _EASILY
            if not alone and (name in key.prefixes or counts or few):
                continue
            if key.predicate is not None and capacity is not None and capacity < self.rows:
                self.partials.append(Partial(key=key, group=self.one_group()))
                return True
            self.indexes[name] = self._index(name, key, capacity)
            self.unique.append(frozenset((name,)))
            return True
        return False

    def _index(self, name: str, key: Key, capacity: int | None) -> Index:
        """Numbers of values that differ, and that no row has that is there; notes how many there are."""
        draw = self.draw.of(name, "order")
        left = self._left(name, capacity)
        possible = capacity if left is None else len(left)
        if possible is not None and not (key.nulls_differ and self.nullable(name)):
            self.short(
                possible,
                f"{self.table.ref}.{name} must differ in every row ({key.what}) and can hold {possible:,} "
                f"{'values' if self.ask.existing is None else 'more values'}",
            )
        if left is not None:
            return Listed(self.rows, left, draw)
        usual = self.usual(name)
        return Shuffled(self.rows, usual if self.rows * _SOME_MORE <= usual < (capacity or ENDLESS) else capacity, draw)

    def _left(self, name: str, capacity: int | None) -> Rows | None:
        """The numbers of a column's values that its checks let in and no row has yet; None for all, or too many to look at."""
        there, values = self.ask.existing, self.values[name]
        known = there is not None and there.height > 0 and name in there.columns
        tests = [test for test in self.ask.checked.tests if set(test.columns) == {name}]
        if capacity is None or capacity > _TRIED or values.needs or not (known or tests):
            return None
        numbers = np.arange(capacity, dtype=np.int64)
        made = values.nth(numbers, self.draw.of(name), pl.DataFrame()).select(name)
        fits = np.ones(capacity, dtype=bool)
        for test in tests:
            fits &= test.holds(made).to_numpy()
        if known and there is not None:
            taken = there[name].cast(made[name].dtype, strict=False).drop_nulls().unique()
            fits &= ~made[name].is_in(taken.implode()).to_numpy()
        return None if fits.all() else numbers[fits]

    def _rank(self, name: str, key: Key) -> tuple[bool, bool, int]:
        """The column with the most values first, if NULL does not make it repeat."""
        capacity = self.values[name].capacity
        return (not key.nulls_differ and self.nullable(name), name in key.prefixes, -(capacity or 1 << 63))

    # ------------------------------------------------------------ one foreign key

    def _by_predicate(self, key: Key, links: Sequence[Link]) -> bool:
        """Rows may repeat as long as the predicate holds for no more than one of them."""
        outer = [link for link in links if not link.inner and not link.later]
        if len(outer) != 1 or set(outer[0].key.columns) != set(key.columns):
            return False
        if (
            not outer[0].shared
            and self.undecided(outer[0])
            and self.parents(outer[0]).size >= self.rows
            and self.group is None
        ):
            self._one_each(key, outer[0])
            return True
        group = self.spread_over(outer[0], None)
        if group is None:
            return False
        self.partials.append(Partial(key=key, group=group))
        return True

    def _by_tree(self, key: Key, inner: Link, plain: Sequence[str]) -> bool:
        """Siblings are counted out; a row that must refer to another one of its own has the one before it."""
        children = 4 if plain else 1
        if not self.undecided(inner) or inner.shared or any(self.capacity(name) < children for name in plain):
            return False
        roots = max(1, min(8, self.rows // 100)) if plain else 1
        required = not optional(self.table, inner.key)
        tree = Tree(self.pool(inner).before, roots, children, required=required)
        self.choosers[inner.number] = tree
        if plain:
            self.count_within(plain[0], tree)
        self.unique.append(frozenset(key.columns))
        return True

    def _beside(self, key: Key, links: Sequence[Link]) -> bool:
        """What the key shares with another one is decided already; what tells rows apart there tells them apart here too."""
        free = [link for link in links if self.undecided(link)]
        if len(free) != 1 or free[0].shared:
            return False
        same = tuple(name for name in key.columns if name not in free[0].own)
        for known in self.unique:
            counted = known - set(same)
            whole = all(
                (column := self.table.column(name)) is not None and column.type.kind == "integer" for name in known
            )
            if len(counted) == 1 and set(same) < known and whole and same and not counted & set(free[0].own):
                chooser = Beside(self.parents(free[0]), same, next(iter(counted)), self.draw.of(*key.columns))
                self.choosers[free[0].number] = chooser
                self.unique.append(frozenset(key.columns))
                return True
        return False

    def _tells_apart(self, link: Link, columns: set[str], *, alone: bool = False) -> bool:
        """Whether the columns that a foreign key shares with a key already tell the parent's rows apart.

        Columns that others set count too, if not `alone`: they are the same for all rows with the same parent of those.
        """
        parent = self.ask.tables.get(link.key.table)
        if link.implied or link.inner or link.later or parent is None or not columns & set(link.own):
            return False
        known = columns if alone else columns | set(link.shared)
        named = set(link.taken(tuple(name for name in link.key.columns if name in known)))
        return any(set(each) <= named for each in parent.keys)

    def _parts(self, columns: set[str]) -> list[Link]:
        """Parts of foreign keys of which only some columns stand in a key."""
        found: list[Link] = []
        for link in list(self.links):
            inside = columns & set(link.own)
            partly = not set(link.key.columns) <= columns and not self._tells_apart(link, columns)
            free = not (link.implied or link.inner or link.later or link.shared) and self.undecided(link)
            if inside and partly and free and self.pool(link).size:
                found.append(self.anchor(link, tuple(inside)))
        return found

    def _one_each(self, key: Key, link: Link) -> None:
        """Each row has a parent of its own, which no row that is there refers to."""
        inside = link.number in self.ask.circle
        if not (self.ask.paired and inside):
            self.allowed[link.number] = self.untaken(link, key.columns)
        parents = self.parents(link)
        self.choosers[link.number] = OneEach(
            self.rows, parents, self.draw.of(*link.key.columns), same=self.ask.paired and inside, first=inside
        )
        self.unique.append(frozenset(key.columns))
        may_lack = key.nulls_differ and optional(self.table, link.key) and not link.shared
        if not may_lack and not link.later:
            self.short(
                parents.size,
                f"each row of {self.table.ref} refers to another row of {shown_parent(link)} ({key.what}), "
                f"and {parents.size:,} of them are free",
            )
