"""One scan over a whole table: how many rows, NULLs and different values there are, and which columns have one value only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from dbwright.tables.spelling import HASHES

if TYPE_CHECKING:
    from dbwright.tables.base import RowSource
    from dbwright.tables.live import LiveTable

_TOGETHER = 100
"""So many columns are looked at in one statement."""
_HASHES_WANTED = 10_000
"""Of each column, about so many rows go into the estimate of its different values."""
_ENOUGH = 100
"""With fewer hashes seen, their number says little."""


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """What one scan said of all rows.

    nulls: by column. constant: columns with one value in all rows (or NULL in all), known exactly. distinct: by column, about how many
    different values it has; columns of which that is not known are left out (few values, or an engine without a quick hash).
    """

    rows: int
    nulls: dict[str, int] = {}
    constant: tuple[str, ...] = ()
    distinct: dict[str, int] = {}


def sketch_of(source: "RowSource") -> Sketch:
    """The sketch of a table. Raises ExecutionFault where its time was over."""
    from dbwright.tables.live import LiveTable

    return _of_live(source) if isinstance(source, LiveTable) else _of_file(source)


def _of_live(table: "LiveTable") -> Sketch:
    spelling = table.spelling
    part = max(1, min(HASHES, HASHES * _HASHES_WANTED // max(1, table.estimate())))
    rows, nulls, constant, distinct = 0, {}, [], {}
    for names in _chunks(table.names):
        listed = ["COUNT(*)"]
        for name in names:
            column = table.column(name)
            extreme, hashed = spelling.extreme(column), spelling.sketched(column)
            listed += [f"COUNT({extreme})", f"CASE WHEN MIN({extreme}) = MAX({extreme}) THEN 1 ELSE 0 END"]
            listed.append(f"COUNT(DISTINCT CASE WHEN {hashed} < {part} THEN {hashed} END)" if hashed else "0")
        found = [int(str(each)) for each in table.query(f"SELECT {', '.join(listed)} FROM {table.place}")[0]]
        rows = found[0]
        for place, name in enumerate(names):
            filled, one, hashes = found[1 + 3 * place : 4 + 3 * place]
            nulls[name] = rows - filled
            if filled == 0 or (one and filled == rows):
                constant.append(name)
            if hashes >= _ENOUGH:
                distinct[name] = min(filled, round(hashes * HASHES / part))
    return Sketch(rows=rows, nulls=nulls, constant=tuple(constant), distinct=distinct)


def _of_file(source: "RowSource") -> Sketch:
    """DuckDB has a sketch of its own, HyperLogLog."""
    rows, nulls, constant, distinct = 0, {}, [], {}
    for names in _chunks([column.name for column in source.table.columns]):
        listed = ["count(*)"]
        for name in names:
            quoted = '"' + name.replace('"', '""') + '"'
            listed += [f"count({quoted})", f"approx_count_distinct({quoted})", f"min({quoted}) = max({quoted})"]
        found = source.query(f"SELECT {', '.join(listed)} FROM {source.quoted}")[0]
        rows = int(str(found[0]))
        for place, name in enumerate(names):
            filled, different, one = found[1 + 3 * place : 4 + 3 * place]
            nulls[name] = rows - int(str(filled))
            distinct[name] = min(int(str(filled)), int(str(different)))
            if not filled or (one and not nulls[name]):
                constant.append(name)
    return Sketch(rows=rows, nulls=nulls, constant=tuple(constant), distinct=distinct)


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + _TOGETHER] for start in range(0, len(names), _TOGETHER)]
