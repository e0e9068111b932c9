"""Which single columns tell which others, asked again and again by searches that must not take repetition for evidence."""

from collections.abc import Iterable

import numpy as np

from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import first_rows, group_by, pairs, table_of

_TRIED_ROWS = 2000


class Singles:
    """Exact dependencies with one column on the left, each looked up when it is first needed."""

    def __init__(self, table: EncodedTable) -> None:
        self.table = table
        self._known: dict[tuple[int, int], bool] = {}
        self._units: dict[tuple[int, ...], EncodedTable] = {}
        self._some = table_of(table, np.arange(0, table.rows, max(1, table.rows // _TRIED_ROWS)))

    def tells(self, left: int, right: int) -> bool:
        """Whether rows that agree on one column agree on the other."""
        if left == right:
            return True
        known = self._known.get((left, right))
        if known is None:
            fewer = self.table.distinct[left] < self.table.distinct[right]
            known = not fewer and _holds(self._some, left, right) and _holds(self.table, left, right)
            self._known[left, right] = known
        return known

    def leaders(self, columns: Iterable[int]) -> list[int]:
        """Of columns that tell each other, the first one of each set: the others say the same in other words."""
        kept: dict[int, list[int]] = {}
        found: list[int] = []
        for column in columns:
            alike = kept.setdefault(self.table.distinct[column], [])
            if not any(self.tells(each, column) for each in alike):
                alike.append(column)
                found.append(column)
        return found

    def units(self, columns: Iterable[int], kept: Iterable[int] = ()) -> EncodedTable:
        """The table with one row for each thing that the columns speak of, where joined rows repeat it.

        That thing is named by the column with the fewest values that tells all of them: in orders joined with customers, the name and
        the city speak of the customer. kept: further columns, every combination of whose values with the thing is one row. All rows
        where there is no such column.
        """
        wanted, further = list(columns), tuple(kept)
        for column in sorted(range(len(self.table.columns)), key=lambda each: self.table.distinct[each]):
            if self.table.distinct[column] >= self.table.rows:
                break
            if column not in wanted and all(self.tells(column, each) for each in wanted):
                return self._once_each((column, *further))
        return self.table

    def _once_each(self, columns: tuple[int, ...]) -> EncodedTable:
        if columns not in self._units:
            grouping = group_by(self.table, columns)
            self._units[columns] = table_of(self.table, np.sort(first_rows(grouping)))
        return self._units[columns]


def _holds(table: EncodedTable, left: int, right: int) -> bool:
    if not table.rows:
        return True
    found = pairs(group_by(table, [left]), table.codes[right], table.distinct[right])
    return len(found.starts) == len(found.groups)
