"""Many small partitions checked at once, and what the checks say."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.encoded import EncodedTable
from dbwright.mining.partition import Partition, Rows, leaders, renumbered, shared

PAIRS = 12  # of rows, taken from each left side refuted

_EXPANDED = 1 << 18  # rows times right sides compared in one go


@dataclass(frozen=True)
class Verdict:
    """holds, refuted: flags for the left sides judged; neither for those not looked at. first, second: pairs of rows that refute,
    at least one for each left side refuted, one beside the other. against: for each pair, the number of what it refutes."""

    holds: NDArray[np.bool_]
    refuted: NDArray[np.bool_]
    against: Rows
    first: Rows
    second: Rows


class Refutation:
    """Collects the outcome of numbered checks."""

    def __init__(self, checks: int) -> None:
        self.count = 0
        self._seen = np.zeros(checks, dtype=np.bool_)
        self._refuted = np.zeros(checks, dtype=np.bool_)
        self._against: list[Rows] = [np.zeros(0, dtype=np.intp)]
        self._first: list[Rows] = [np.zeros(0, dtype=np.intp)]
        self._second: list[Rows] = [np.zeros(0, dtype=np.intp)]

    def note(self, checks: Rows, against: Rows, first: Rows, second: Rows) -> None:
        """checks: the ones that were done. against: for each pair of rows that refutes a check, which one; ascending."""
        self._seen[checks] = True
        if len(against):
            self._refuted[against] = True
            self._against.append(against)
            self._first.append(first)
            self._second.append(second)
            self.count += 1 + int(np.count_nonzero(against[1:] != against[:-1]))

    def verdict(self, order: Rows) -> Verdict:
        """order: for each check, the number of its left side."""
        holds, refuted = np.zeros_like(self._seen), np.zeros_like(self._seen)
        holds[order] = self._seen & ~self._refuted
        refuted[order] = self._refuted
        pairs = (np.concatenate(parts) for parts in (self._against, self._first, self._second))
        return Verdict(holds, refuted, *pairs)


@dataclass
class Heap:
    """Left sides whose first columns leave few rows: these are refined by the other columns together, one column of each at a time."""

    table: EncodedTable
    rows: int = 0
    _partitions: list[Partition] = field(default_factory=list)
    _rest: list[list[int]] = field(default_factory=list)
    _checks: list[tuple[int, int]] = field(default_factory=list)

    def add(self, partition: Partition, rest: list[int], start: int, stop: int) -> None:
        """One left side: the partition by its first columns, the other columns, and the range of its checks."""
        self._partitions.append(partition)
        self._rest.append(rest)
        self._checks.append((start, stop))
        self.rows += len(partition.rows)

    def settle(self, rights: Rows, refutation: Refutation) -> None:
        """Do the checks of all left sides added, and begin anew. rights: for each check its right side; -1 for the row itself."""
        if self._partitions:
            rows, lead, begin = self._refined()
            spans = np.array(self._checks, dtype=np.intp).T
            owner = np.repeat(np.arange(len(self._partitions)), spans[1] - spans[0])
            checks = _ranges(spans[0], spans[1] - spans[0])
            size = (begin[1:] - begin[:-1])[owner]
            total = np.cumsum(size)
            at = 0
            while at < len(checks):
                stop = max(at + 1, int(np.searchsorted(total, (total[at - 1] if at else 0) + _EXPANDED, side="right")))
                some = slice(at, stop)
                self._compare(rows, lead, begin[owner[some]], size[some], checks[some], rights, refutation)
                at = stop
        self.rows, self._partitions, self._rest, self._checks = 0, [], [], []

    def _refined(self) -> tuple[Rows, Rows, Rows]:
        """Rows and leaders of all partitions behind each other, and where each begins."""
        count = len(self._partitions)
        sizes = np.array([len(partition.rows) for partition in self._partitions], dtype=np.intp)
        job = np.repeat(np.arange(count), sizes)
        rows = np.concatenate([partition.rows for partition in self._partitions])
        lead = np.concatenate([partition.lead for partition in self._partitions]) + np.repeat(
            np.cumsum(sizes) - sizes, sizes
        )
        codes = self.table.codes.reshape(-1)
        most = max(self.table.distinct, default=1)
        for step in range(max(map(len, self._rest))):
            column = np.array([rest[step] if step < len(rest) else -1 for rest in self._rest], dtype=np.intp)[job]
            value = np.where(column >= 0, codes[np.maximum(column, 0) * self.table.rows + rows], 0)
            lead = leaders(lead * most + value, len(lead) * most)
            kept = shared(lead)
            rows, lead, job = rows[kept], renumbered(lead, kept), job[kept]
        return rows, lead, np.searchsorted(job, np.arange(count + 1))

    def _compare(
        self, rows: Rows, lead: Rows, begin: Rows, size: Rows, checks: Rows, rights: Rows, refutation: Refutation
    ) -> None:
        codes = self.table.codes.reshape(-1)
        at = _ranges(begin, size)
        right = np.repeat(rights[checks], size)
        first, second = rows[at], rows[lead[at]]
        offset = np.maximum(right, 0) * self.table.rows
        wrong = np.flatnonzero(np.where(right < 0, first != second, codes[offset + first] != codes[offset + second]))
        against = np.repeat(checks, size)[wrong]
        new = np.ones(len(against), dtype=np.bool_)
        new[1:] = against[1:] != against[:-1]
        starts = np.flatnonzero(new)
        few = np.arange(len(against)) - starts[np.cumsum(new) - 1] < PAIRS
        refutation.note(checks, against[few], first[wrong[few]], second[wrong[few]])


def _ranges(start: Rows, length: Rows) -> Rows:
    """The numbers from each start on, as many as its length, behind each other."""
    total = int(length.sum())
    shift = np.repeat(start - (np.cumsum(length) - length), length)
    return shift + np.arange(total, dtype=np.intp)
