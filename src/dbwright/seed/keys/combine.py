"""Keys over several columns: rows are spread over the rows of one parent, and what must differ is counted out within each."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from dbwright.seed.keys.agreeing import Agreeing
from dbwright.seed.keys.couples import Couple, couples
from dbwright.seed.keys.group import Counted, Digit, Position
from dbwright.seed.keys.known import Known, Partial, shown_parent
from dbwright.seed.keys.links import Link
from dbwright.seed.keys.references import GroupOf, Ranked, Within
from dbwright.seed.keys.required import Key


def combine(known: Known, key: Key, links: Sequence[Link], plain: Sequence[str]) -> None:
    """Settle a key by combinations.

    links: the foreign keys whose columns are all in the key. plain: its other columns that have values of their own.
    """
    lead = _lead(known, links)
    others = [link for link in links if link is not lead and known.undecided(link) and link.own]
    if lead is None:
        if plain and not others:
            _count_out(known, key, None, [], plain)
        else:
            known.leave(key)
    elif len(others) == 1 and not plain and _pair(known, key, lead, others[0]):
        return
    elif any(link.shared for link in others):
        _count_agreeing(known, key, lead, others, plain)
    else:
        _count_out(known, key, lead, others, plain)


def _lead(known: Known, links: Sequence[Link]) -> Link | None:
    """The foreign key over whose parent the rows are spread: one that others must agree with, or that several keys hold."""
    if known.lead is not None:
        return known.lead if known.lead in links else None
    free = [link for link in links if known.undecided(link) and not link.shared and not link.later and link.own]
    within = [link for link in links if link.shared and known.undecided(link)]
    if within:
        needed = set(within[0].shared)
        free = [link for link in free if needed <= set(link.own)] or free

    def weight(link: Link) -> tuple[int, int, int]:
        keys = sum(len(key.columns) > 1 and set(link.own) <= set(key.columns) for key in known.keys)
        return (keys, known.pool(link).size, -link.number)

    return max(free, key=weight, default=None)


def _count_out(known: Known, key: Key, lead: Link | None, others: Sequence[Link], plain: Sequence[str]) -> None:
    """Each row of a group gets another combination of the other parts; a column that counts by nature is enough."""
    places = [name for name in plain if known.is_place(name)]
    if places:
        others, plain = [], places[:1]
    groups = known.parents(lead).size if lead is not None else 1
    parents = [max(known.parents(link).size, 1) for link in others]
    bases = parents + [known.usual(name) for name in plain]
    if groups * prod(bases) < known.rows * 2:
        bases = parents + [known.capacity(name) for name in plain]
    room = prod(bases)
    if lead is not None:
        known.prefer_untaken(lead, room)
        groups = known.parents(lead).size
    if key.predicate is not None and groups * room < known.rows:
        known.partials.append(Partial(key=key, group=known.one_group()))
        return
    _note(known, key, lead, others, plain, groups * room)
    group = known.spread_over(lead, room, ordered=bool(places))
    if group is None:
        known.leave(key)
        return
    below, draw = 1, known.draw.of("combination", *key.columns)
    for link, base in zip(others, bases, strict=False):
        digit = Digit(group, draw, base=base, below=below, room=room)
        known.choosers[link.number] = Ranked(known.parents(link), digit)
        below *= base
    for name, base in zip(plain, bases[len(others) :], strict=True):
        if places:
            known.count_within(name, Position(group))
        else:
            known.indexes[name] = Digit(group, draw, base=base, below=below, room=room)
        below *= base
    known.unique.append(frozenset(key.columns))


def _pair(known: Known, key: Key, lead: Link, other: Link) -> bool:
    """Two rows of one table, not the same, where a check looks at both or both orders count as one."""
    alike = lead.key.table == other.key.table and lead.key.referenced == other.key.referenced
    if not alike or len(lead.key.columns) != 1 or not known.undecided(lead) or known.group is not None:
        return False
    columns = (lead.own[0], other.own[0])
    orders = [(each.low, each.high) for each in known.ask.checked.orders]
    order = next((pair for pair in orders if set(pair) == set(columns)), None)
    compared = any(set(test.columns) == set(columns) for test in known.ask.checked.tests)
    if order is None and not key.either_way and not compared:
        return False
    either_way = key.either_way or order is not None
    if not either_way:
        known.prefer_untaken(lead, couples(known.parents(lead).size, either_way=False))
    parents = known.parents(lead)
    room = couples(parents.size, either_way=either_way)
    possible = parents.size * room
    known.short(possible, f"{key.what} of {known.table.ref} has {possible:,} pairs of rows of {shown_parent(lead)}")
    group = known.spread_over(lead, max(room, 1))
    assert group is not None  # nothing was spread before
    couple = Couple(
        order or columns, lead.key.referenced[0], parents, group, known.draw.of("couple"),
        either_way=either_way, sorted_=order is not None,
    )  # fmt: skip
    known.couples.update({lead.number: couple, other.number: couple})
    known.unique.append(frozenset(columns))
    return True


def _count_agreeing(known: Known, key: Key, lead: Link, others: Sequence[Link], plain: Sequence[str]) -> None:
    """Parents that must agree in shared columns: what each row of the lead's parent has room for is counted."""
    if not known.undecided(lead) or len(others) > 1 or plain or not set(others[0].shared) <= set(lead.own):
        known.leave(key)
        return
    parents, other = known.parents(lead), others[0]
    numbers = parents.number(np.arange(parents.size, dtype=np.int64))
    agreeing = Agreeing(known.pool(other), other.taken(other.shared))
    shared = lead.taken(other.shared)
    room = agreeing.find(known.pool(lead).at(shared, numbers).select(shared)).members
    counted = Counted(known.rows, room, known.draw.of("combination", *key.columns))
    _note(known, key, lead, others, plain, counted.capacity)
    known.choosers[lead.number] = Ranked(parents, GroupOf(counted))
    known.choosers[other.number] = Within(agreeing, other.shared, known.draw, Position(counted))
    known.unique.append(frozenset(key.columns))


def _note(
    known: Known, key: Key, lead: Link | None, others: Sequence[Link], plain: Sequence[str], possible: int
) -> None:
    links = [lead, *others] if lead is not None else others
    parts = [f"{known.pool(link).size:,} rows of {shown_parent(link)}" for link in links]
    parts += [f"{known.capacity(name):,} values of {name}" for name in plain]
    known.short(possible, f"{key.what} of {known.table.ref} has {possible:,} combinations ({' by '.join(parts)})")
