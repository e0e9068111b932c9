"""Stripped partitions: the rows that agree on some columns, without those that stand alone (TANE: Huhtala et al. 1999)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Codes = NDArray[np.int32]

_DIRECT = 1 << 17  # up to here a table addressed by the key itself stays in the processor's cache
_SPREAD = np.uint64(
    0x9E3779B97F4A7C15
)  # 2^64 divided by the golden ratio: multiplicative hashing (Knuth, volume 3, 6.4)


@dataclass(frozen=True)
class Partition:
    """rows: numbers of the rows that share their values with another row. lead: for each, the position in `rows` of one fixed row
    of its cluster; a cluster's leader points to itself."""

    rows: Rows
    lead: Rows

    def refine(self, codes: Codes, distinct: int) -> "Partition":
        """The partition by one more column, given its codes and how many there are."""
        key = self.lead * distinct
        key += codes[self.rows]
        return _stripped(self.rows, leaders(key, len(self.rows) * distinct))

    def alike(self) -> tuple[Rows, Rows]:
        """Pairs of rows that agree on the partition's columns: none if they are unique."""
        follows = np.flatnonzero(self.lead != np.arange(len(self.lead), dtype=np.intp))
        return self.rows[follows], self.rows[self.lead[follows]]

    def against(self, codes: Codes) -> tuple[Rows, Rows]:
        """Pairs of rows that agree on the partition's columns but not on this one: none if they determine it."""
        values = codes[self.rows]
        wrong = np.flatnonzero(values != values[self.lead])
        return self.rows[wrong], self.rows[self.lead[wrong]]


def whole(rows: int) -> Partition:
    """The partition by no column: all rows in one cluster."""
    if rows < 2:
        return Partition(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
    return Partition(np.arange(rows, dtype=np.intp), np.zeros(rows, dtype=np.intp))


def single(codes: Codes, distinct: int) -> Partition:
    """The partition by one column."""
    return _stripped(np.arange(len(codes), dtype=np.intp), leaders(codes.astype(np.intp), distinct))


def leaders(key: Rows, space: int) -> Rows:
    """For each key, below `space`, the position of one fixed equal key; in linear time, without sorting."""
    positions = np.arange(len(key), dtype=np.intp)
    if space <= max(_DIRECT, 2 * len(key)):
        table = np.empty(space, dtype=np.intp)
        table[key] = positions
        return table[key]
    bits = max(4, int(2 * len(key) - 1).bit_length())
    table = np.empty(1 << bits, dtype=np.intp)
    lead = np.empty(len(key), dtype=np.intp)
    open_positions, open_keys, spread = positions, key, _SPREAD
    while len(
        open_positions
    ):  # the keys that share a slot with the slot's winner are through, the others try the next hash
        slot = ((open_keys.view(np.uint64) * spread) >> np.uint64(64 - bits)).view(np.intp)
        table[slot] = open_positions
        winner = table[slot]
        same = key[winner] == open_keys
        if same.all():
            lead[open_positions] = winner
            break
        lead[open_positions[same]] = winner[same]
        open_positions, open_keys = open_positions[~same], open_keys[~same]
        spread = np.uint64((int(spread) * 0x9E3779B97F4A7C15 | 1) & 0xFFFFFFFFFFFFFFFF)
    return lead


def shared(lead: Rows) -> NDArray[np.bool_]:
    """Flags for the positions whose cluster has another member."""
    kept: NDArray[np.bool_] = lead != np.arange(len(lead), dtype=np.intp)
    kept[lead[kept]] = True
    return kept


def _stripped(rows: Rows, lead: Rows) -> Partition:
    kept = shared(lead)
    if kept.all():
        return Partition(rows, lead)
    return Partition(rows[kept], renumbered(lead, kept))


def renumbered(lead: Rows, kept: NDArray[np.bool_]) -> Rows:
    """The leaders among the positions kept, which are whole clusters, numbered afresh."""
    moved: Rows = np.cumsum(kept, dtype=np.intp) - 1
    return moved[lead[kept]]
