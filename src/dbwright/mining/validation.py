"""Whether left sides hold on all rows, and pairs of rows that refute those that do not."""

from itertools import pairwise

import numpy as np

from dbwright.mining.allowance import Allowance, OutOfAllowance
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.partition import Partition, Rows, single, whole
from dbwright.mining.refutation import PAIRS, Heap, Refutation, Verdict
from dbwright.mining.transversals import Lefts

_SMALL = 1 << 10  # partitions of fewer rows are refined and checked together, many left sides at a time
_TOGETHER = 1 << 16  # rows in one such heap: what fits into the cache
_REFUTED = 8192  # after so many, what they teach is used before the others are looked at


class Validation:
    """Judges left sides of a table; partitions of the rows are refined from one left side to the next where they begin alike."""

    def __init__(self, table: EncodedTable, rights: list[int], allowance: Allowance) -> None:
        self._table = table
        self._rights = np.array(rights, dtype=np.intp)
        self._allowance = allowance
        # columns with many values come first: their partitions are the smallest ones
        self._columns = sorted(range(len(table.columns)), key=lambda column: -table.distinct[column])
        self._rank = np.argsort(np.array(self._columns, dtype=np.intp)).astype(np.int32)
        self.spent: OutOfAllowance | None = None
        self._path: list[tuple[int, Partition]] = []

    def judge(self, lefts: list[Lefts]) -> Verdict:
        """Check the left sides in the order in which they share most, until all are looked at, or enough are refuted.

        Where the allowance is spent before, `spent` says so.
        """
        count = sum(map(len, lefts))
        ranks = np.full((max((group.size for group in lefts), default=0), count), -1, dtype=np.int32)
        right = np.concatenate([np.zeros(0, dtype=np.intp), *(group.right for group in lefts)])
        at = 0
        for group in lefts:
            ranks[: group.size, at : at + len(group)] = np.sort(self._rank[group.columns], axis=0)
            at += len(group)
        order = np.lexsort(ranks[::-1]) if len(ranks) else np.arange(count)
        ranks = ranks[:, order]
        begins = np.ones(count, dtype=np.bool_)
        begins[1:] = (ranks[:, 1:] != ranks[:, :-1]).any(axis=0)
        bounds = [*np.flatnonzero(begins).tolist(), count]
        heap = Heap(self._table)
        refutation = Refutation(count)
        checks = self._rights[right[order]]
        for start, stop in pairwise(bounds):
            left = [rank for rank in ranks[:, start].tolist() if rank >= 0]
            try:
                partition, rest = self._partition(left)
            except OutOfAllowance as over:
                self.spent = over  # what was looked at so far counts
                break
            if len(partition.rows) < _SMALL:
                heap.add(partition, [self._columns[rank] for rank in rest], start, stop)
                if heap.rows > _TOGETHER:
                    heap.settle(checks, refutation)
            else:
                for check in range(start, stop):
                    first, second = self._against(partition, int(checks[check]))
                    number = np.array([check], dtype=np.intp)
                    refutation.note(number, np.repeat(number, len(first)), first, second)
            if refutation.count > _REFUTED:
                break
        heap.settle(checks, refutation)
        return refutation.verdict(order)

    def _partition(self, left: list[int]) -> tuple[Partition, list[int]]:
        """The partition by the left side, or by its first columns once it is small, and the columns that are left then."""
        same = 0
        while same < min(len(left), len(self._path)) and self._path[same][0] == left[same]:
            same += 1
        del self._path[same:]
        partition = self._path[-1][1] if self._path else whole(self._table.rows)
        while same < len(left) and len(partition.rows) >= _SMALL:
            self._allowance.check(sum(part.rows.nbytes + part.lead.nbytes for _, part in self._path))
            column = self._columns[left[same]]
            codes, distinct = self._table.codes[column], self._table.distinct[column]
            partition = partition.refine(codes, distinct) if self._path else single(codes, distinct)
            self._path.append((left[same], partition))
            same += 1
        return partition, left[same:]

    def _against(self, partition: Partition, column: int) -> tuple[Rows, Rows]:
        first, second = partition.alike() if column < 0 else partition.against(self._table.codes[column])
        if len(first) > PAIRS:
            taken = np.linspace(0, len(first) - 1, num=PAIRS).astype(np.intp)
            first, second = first[taken], second[taken]
        return first, second
