"""How many bytes of tables and indexes hold nothing, estimated from what the planner knows of rows and columns.

The estimate is the size there is, less the pages that so many rows of such a width need. It is off by some percent where
widths vary much, so that small numbers mean nothing.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from dbwright.catalog.types import Type

_PAGE = 8192
_PAGE_HEADER = 24
_LINE_POINTER = 4
_ROW_HEADER = 23
_INDEX_ENTRY_HEADER = 8
_END_OF_INDEX_PAGE = 16
_ROW_NUMBER = 6
_SHORT = 127
"""Longer values have a header of four bytes, which are aligned."""
_SMALLEST = 64
"""Pages below which an estimate says nothing."""
_MANY_EQUAL = 4
"""Rows to a value from which on an index that may join equal entries surely does."""

_FIXED = {"boolean": 1, "date": 4, "timestamp": 8, "time": 8, "interval": 8, "uuid": 1, "money": 8, "enum": 4}


class Width(NamedTuple):
    """A column's average width of values that are there, the share of NULLs, and its type."""

    bytes: float
    null_share: float
    type: Type


def free_of_table(heap: int, rows: int, columns: Sequence[Width], fill: int) -> int | None:
    """Bytes without a living row; None where the table is too small to tell. fill: its fillfactor."""
    if heap < _SMALLEST * _PAGE or not columns:
        return None
    nulls = math.ceil(len(columns) / 8) if any(each.null_share for each in columns) else 0
    row = _LINE_POINTER + _aligned(_ROW_HEADER + nulls) + _data(columns)
    in_a_page = max(math.floor((_PAGE - _PAGE_HEADER) * fill / 100 / row), 1)
    return max(heap - math.ceil(rows / in_a_page) * _PAGE, 0)


def free_of_index(size: int, rows: int, columns: Sequence[Width], fill: int, distinct: float | None) -> int | None:
    """Bytes of a B-tree without an entry; None where it is too small to tell.

    distinct: how many different keys there are where the index joins equal entries; None where it doesn't.
    """
    if size < _SMALLEST * _PAGE or not columns:
        return None
    nulls = 8 if any(each.null_share for each in columns) else 0
    entry = _LINE_POINTER + _INDEX_ENTRY_HEADER + nulls + _data(columns)
    total = rows * entry
    if distinct and rows >= _MANY_EQUAL * distinct:
        total = distinct * entry + rows * _ROW_NUMBER
    room = (_PAGE - _PAGE_HEADER - _END_OF_INDEX_PAGE) * fill / 100
    leaves = math.ceil(total / room)
    return max(size - math.ceil(leaves * 1.01 + 2) * _PAGE, 0)


def _data(columns: Sequence[Width]) -> float:
    """The average bytes of the values, with the gaps that their alignment leaves."""
    place = 0.0
    known = True
    for each in columns:
        unit = each.type.bits // 8 if each.type.kind in ("integer", "float") and each.type.bits else None
        unit = unit or _FIXED.get(each.type.kind) or (1 if each.bytes < _SHORT else 4)
        gap = (-place) % unit if known else (unit - 1) / 2
        fixed = each.type.kind in _FIXED or each.type.kind in ("integer", "float")
        place += (1 - each.null_share) * (gap + each.bytes)
        known = known and fixed and not each.null_share
    return _aligned(place) if known else place + 3.5


def _aligned(place: float) -> int:
    return math.ceil(place / 8) * 8
