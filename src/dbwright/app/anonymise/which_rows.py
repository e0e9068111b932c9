"""Which rows go along."""

from __future__ import annotations

import polars as pl

from dbwright.anonymise.decide import Path
from dbwright.anonymise.key import Key
from dbwright.anonymise.request import Request
from dbwright.anonymise.subset import REFERENCE_ROWS, choose, key_columns
from dbwright.app.anonymise.original import Original, as_text, by_share
from dbwright.catalog.objects import Table
from dbwright.errors import UsageError


class Going:
    """The rows that go along, asked row by row."""

    def __init__(
        self, columns: dict[Path, tuple[str, ...]], lines: dict[Path, set[tuple[str | None, ...]] | None]
    ) -> None:
        self._columns, self._lines = columns, lines

    @property
    def whole(self) -> list[str]:
        """The tables of which all rows go along although only some of others do."""
        return sorted(path[1] for path, lines in self._lines.items() if lines is None)

    def of(self, path: Path) -> tuple[tuple[str, ...], set[tuple[str | None, ...]] | None]:
        """The key columns of a table and the keys that go along; None for all of them."""
        return self._columns.get(path, ()), self._lines.get(path)


def which(original: Original, request: Request, key: Key) -> Going:
    """All rows where nothing was said, else the chosen ones and whatever belongs to them.

    Raises UsageError for a table that there is not, a condition that is none, and a share outside 0 to 100.
    """
    left_out = request.rules.left_out
    if request.percent is None and not request.where and not left_out:
        return Going({}, {})
    if request.percent is not None and not 0 < request.percent <= 100:
        raise UsageError(f"{request.percent:g} percent is not above 0 and up to 100.")
    keys = original.keys()
    chosen = {
        path: pl.Series([False] * len(keys[path]), dtype=pl.Boolean)
        for path, table in original.tables.items()
        if {table.name, ".".join(path)} & left_out
    }
    for name, condition in request.where.items():
        table = _table(original, name)
        path = (table.namespace, table.name)
        met = set(original.matching(table, condition).iter_rows())
        chosen[path] = pl.Series([row in met for row in keys[path].iter_rows()], dtype=pl.Boolean)
    if request.percent is not None:
        chosen |= {
            path: by_share(keys[path], request.percent, key.of("/".join(path)))
            for path in _independent(original, keys)
            if path not in chosen
        }
    picked = choose(original.tables, keys, chosen)
    lines = {
        path: None if bool(picked[path].all()) else set(keys[path].filter(picked[path]).iter_rows()) for path in keys
    }
    return Going({path: key_columns(original.catalog, table) for path, table in original.tables.items()}, lines)


def _independent(original: Original, keys: dict[Path, pl.DataFrame]) -> list[Path]:
    """Large tables that depend on no other large one: those that a share is taken of."""
    large = {path for path, held in keys.items() if len(held) > REFERENCE_ROWS}
    found = [
        path
        for path, table in original.tables.items()
        if path in large and not any(key.table in large and key.table != path for key in table.foreign_keys)
    ]
    # In a circle of large tables each depends on another; any of them is as good as the others.
    return found or sorted(large)[:1]


def _table(original: Original, name: str) -> Table:
    found = [table for path, table in original.tables.items() if name in (table.name, ".".join(path))]
    if len(found) != 1:
        raise UsageError(f"There is {'no' if not found else 'more than one'} table {name}.")
    return found[0]


def key_of(values: tuple[object, ...], places: list[int]) -> tuple[str | None, ...]:
    """The key of a row that was read, as `Going` holds it."""
    return tuple(None if values[at] is None else as_text(values[at]) for at in places)
