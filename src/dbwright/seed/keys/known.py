"""What has been decided about the keys of a table so far, and the few questions that every way of keeping a key asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace

from dbwright.catalog.objects import ForeignKey
from dbwright.seed.base import Limit, RelationHint, Values
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.ask import Ask
from dbwright.seed.keys.couples import Couple
from dbwright.seed.keys.group import Group
from dbwright.seed.keys.links import Link, hint_for
from dbwright.seed.keys.numbering import lowest_number
from dbwright.seed.keys.permute import MOST
from dbwright.seed.keys.pool import Parents, Pool
from dbwright.seed.keys.references import Chooser, GroupOf, Ranked
from dbwright.seed.keys.required import Key
from dbwright.seed.keys.spread import Spread
from dbwright.seed.keys.units import Index

_PLACES = re.compile(
    r"(?:^|_)(?:no|nr|num|number|pos|position|place|line|lineno|row|seq|sequence|ord|order|ordinal|sort|rank|idx|index|version|"
    r"revision|part|step|stage|level|item|slot|seat|page|chapter|section|round|turn|attempt|day|day_number)s?$|"
    r"^(?:seq|line|item|sort|version)",
    re.IGNORECASE,
)
"""Names of whole numbers that count within a parent."""
_ANCHORS = 1_000_000
"""Numbers of foreign keys begin here for those that stand for a part of another."""
ENDLESS = 1 << 40
"""What counts as the number of values where there is no end."""


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """Why a table cannot have as many rows as wanted. possible: how many it can have."""

    possible: int
    sentence: str


class Partial(msgspec.Struct, frozen=True, kw_only=True):
    """A key that counts only where its predicate holds: rows that are not the first of their group must not meet it."""

    key: Key
    group: Group


class Known:
    """Decisions about one table.

    choosers: by number of the foreign key. couples: by number, what fills two foreign keys at once.
    indexes: by column whose values are numbered. numbered: columns that just count, with the first number.
    starts: the first number of columns that count within a group. partials: keys with a predicate that rows are tested for.
    shortages: what limits the number of rows. unproved: keys that could not be settled, as sentences without a full stop.
    unique: sets of columns that are known to differ. group, lead: how rows are spread over the rows of one parent.
    """

    def __init__(
        self, ask: Ask, links: Sequence[Link], keys: Sequence[Key], allowed: Mapping[int, Rows | None], draw: Draw
    ) -> None:
        self.ask, self.table, self.rows = ask, ask.table, ask.rows
        self.links, self.keys, self.draw = list(links), keys, draw
        self._anchors: dict[int, Pool] = {}
        self.values: dict[str, Values] = {each.columns[0]: each for each in ask.values}
        self.allowed = dict(allowed)
        self.choosers: dict[int, Chooser] = {}
        self.couples: dict[int, Couple] = {}
        self.indexes: dict[str, Index] = {}
        self.numbered: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self.partials: list[Partial] = []
        self.shortages: list[Shortage] = []
        self.unproved: list[str] = []
        self.unique: list[frozenset[str]] = []
        self.group: Group | None = None
        self.lead: Link | None = None

    # ------------------------------------------------------------ parents and groups

    def pool(self, link: Link) -> Pool:
        """The rows of the table that a foreign key refers to; of an anchor, what they hold in its columns."""
        return self._anchors.get(link.number) or self.ask.pools(link.key.table)

    def parents(self, link: Link) -> Parents:
        """The rows that a foreign key may refer to, by popularity."""
        popular = Draw(self.ask.seed, *link.key.table, "popular")
        return Parents(self.pool(link), popular, self.allowed.get(link.number))

    def untaken(self, link: Link, columns: Sequence[str]) -> Rows | None:
        """The rows that a foreign key may refer to and that no row which is there already refers to by these columns."""
        there, names = self.ask.existing, list(columns)
        allowed = self.allowed.get(link.number)
        if there is None or not there.height or not set(names) <= {*there.columns} & {*link.key.columns}:
            return allowed
        pool, taken = self.pool(link), link.taken(tuple(names))
        keys = pool.everything(taken).select(taken).rename(dict(zip(taken, names, strict=True)))
        keys = keys.with_row_index("\x00number")
        used = there.select(names).drop_nulls().cast({name: keys.schema[name] for name in names}, strict=False)
        free = np.sort(keys.join(used, on=names, how="anti")["\x00number"].to_numpy().astype(np.int64))
        return free if allowed is None else np.intersect1d(allowed, free)

    def prefer_untaken(self, link: Link, room: int) -> None:
        """Refer only to rows that no row refers to that is there already, if these are enough."""
        free = self.untaken(link, link.own)
        if free is not None and len(free) * room >= self.rows and self.undecided(link):
            self.allowed[link.number] = free

    def undecided(self, link: Link) -> bool:
        """Whether nothing chooses the rows of a foreign key yet."""
        return link.number not in self.choosers and link.number not in self.couples

    def spread_over(self, link: Link | None, room: int | None, *, ordered: bool = False) -> Group | None:
        """The rows as groups, one for each row of a parent (all in one group without one) with no more rows than `room`.

        None where the rows are spread over another parent already, or in larger groups.
        """
        if self.group is not None:
            fits = room is None or room >= self.group.largest
            return self.group if link is self.lead and fits else None
        if link is not None and not self.undecided(link):
            return None
        spread = None
        if link is not None:
            parents = self.parents(link)
            relation = hint_for(self.ask.hint, link.key)
            if room is not None and room * parents.size < self.rows * 2:
                relation = RelationHint(skew="even")
            spread = Spread(self.rows, max(parents.size, 1), relation, most=None if room is None else max(room, 1))
        self.group, self.lead = Group(self.rows, spread, self.draw.of("group"), ordered=ordered), link
        if link is not None:
            self.choosers[link.number] = Ranked(self.parents(link), GroupOf(self.group))
        return self.group

    def group_over(self, columns: set[str]) -> Group:
        """Groups of rows that agree in columns, as far as one foreign key sets them; otherwise all rows are one group."""
        for link in self.links:
            free = not link.shared and not link.inner and not link.later and bool(link.own)
            if free and columns and set(link.own) <= columns:
                group = self.spread_over(link, None)
                if group is not None:
                    return group
        return self.one_group()

    def one_group(self) -> Group:
        """All rows in one group."""
        return Group(self.rows, None, self.draw.of("one"))

    def anchor(self, link: Link, columns: Sequence[str]) -> Link:
        """Take some columns of a foreign key for themselves: any value that the parent has; the rest then agrees with it."""
        own = tuple(name for name in link.own if name in columns)
        taken = link.taken(own)
        pool = self.pool(link)
        rows = pool.everything(taken).select(list(dict.fromkeys(taken)))
        allowed = self.allowed.pop(link.number, None)
        rows = (rows if allowed is None else rows[allowed]).drop_nulls().unique(maintain_order=True)
        key = ForeignKey(columns=own, table=link.key.table, referenced=taken)
        found = Link(number=_ANCHORS + link.number, key=key, own=own)
        rest = tuple(name for name in link.own if name not in own)
        self._anchors[found.number] = Pool(0, lambda names, _: rows.select(names), rows)
        place = self.links.index(link)
        self.links[place : place + 1] = [found, replace(link, own=rest, shared=(*link.shared, *own))]
        return found

    # ------------------------------------------------------------ columns

    def limit(self, name: str) -> Limit:
        """What a column must keep to."""
        return self.ask.checked.limits.get(name, Limit())

    def nullable(self, name: str) -> bool:
        """Whether a column may be NULL, by its type and its checks too."""
        column = self.table.column(name)
        return column is not None and column.nullable and self.limit(name).nullable

    def is_place(self, name: str) -> bool:
        """Whether a column says by its name that it counts within a parent."""
        column = self.table.column(name)
        return column is not None and column.type.kind == "integer" and bool(_PLACES.search(name))

    def count_within(self, name: str, index: Index) -> None:
        """Let a column count within a group: as shown where it is a whole number, else as the value of that number."""
        self.indexes[name] = index
        column = self.table.column(name)
        if column is not None and column.type.kind == "integer":
            self.starts[name] = lowest_number(self.limit(name))

    def capacity(self, name: str) -> int:
        """How many values a column has."""
        return self.values[name].capacity or ENDLESS

    def usual(self, name: str) -> int:
        """How many values of a column look as drawn ones do; all of them where that is not told."""
        usual: int | None = getattr(self.values[name], "usual", None)
        return self.capacity(name) if usual is None else min(usual, self.capacity(name))

    # ------------------------------------------------------------ what comes of it

    def short(self, possible: int, sentence: str) -> None:
        """Note that no more rows are possible."""
        if possible < MOST:
            self.shortages.append(Shortage(possible=max(possible, 0), sentence=sentence))

    def leave(self, key: Key) -> None:
        """Note that a key could not be settled."""
        self.unproved.append(f"{key.what} of {self.table.ref} is left to the database to check")


def shown_parent(link: Link) -> str:
    """The table that a foreign key refers to, as people write it."""
    return ".".join(part for part in link.key.table if part)
