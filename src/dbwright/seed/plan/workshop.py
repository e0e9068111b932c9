"""All that is known of the tables of a run, worked out when it is first asked for: what plans and makes rows shares it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
import polars as pl

from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.errors import Refused
from dbwright.seed.base import Limit, Settings, Values
from dbwright.seed.checks.checked import Checked, Condition
from dbwright.seed.checks.understand import condition_of, understand
from dbwright.seed.draw import Rows
from dbwright.seed.keys.ask import Ask
from dbwright.seed.keys.layout import Layout, lay_out
from dbwright.seed.keys.links import links_of
from dbwright.seed.keys.pool import Pool
from dbwright.seed.keys.required import required_keys
from dbwright.seed.plan.arrange import Arrangement, arrange
from dbwright.seed.plan.base import Existing, Path
from dbwright.seed.plan.left_out import filled_tables
from dbwright.seed.row_maker import RowMaker
from dbwright.seed.values.table import values_for

Judge: TypeAlias = Callable[[Condition, pl.DataFrame], pl.Series]
"""Asks the database, for each row, whether a condition holds."""


class Workshop:
    """Knows every table of a run. Not safe for several threads at once."""

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        existing: Existing,
        *,
        attempts: Mapping[Path, Mapping[int, int]] | None = None,
        judges: Callable[[Table], Judge] | None = None,
    ) -> None:
        self.catalog, self.settings, self.existing = catalog, settings, existing
        self._attempts = attempts if attempts is not None else {}
        self._judges = judges
        self.tables, self.left_out = filled_tables(catalog, settings, existing)
        self.all_tables = {(table.namespace, table.name): table for table in catalog.tables}
        self.arrangement: Arrangement = arrange(self.tables, existing.rows)
        self.expected: dict[Path, int] = {}
        self._referenced = _referenced(catalog, self.tables)
        self._checked: dict[Path, Checked] = {}
        self._values: dict[Path, list[Values]] = {}
        self._layouts: dict[Path, Layout] = {}
        self._pools: dict[Path, Pool] = {}
        self._makers: dict[Path, RowMaker] = {}

    def expect(self, path: Path, rows: int) -> None:
        """Say how many rows a table gets; what was worked out for another number is forgotten."""
        if self.expected.get(path) != rows:
            self.expected[path] = rows
            self._layouts.pop(path, None)
            self._makers.pop(path, None)
            self._pools.pop(path, None)

    def checked(self, path: Path) -> Checked:
        """The conditions on the rows of a table, with the bounds of its partitions and the prefixes of its keys."""
        if path not in self._checked:
            table = self.tables[path]
            now = datetime.fromisoformat(self.settings.now) if self.settings.now else None
            checked = understand(table, self.catalog, now=now)
            if checked.asked and self._judges is not None:
                checked = checked.asking(self._judges(table))
            prefixes: dict[str, int] = {}
            for key in required_keys(table):
                for name, length in key.prefixes.items():
                    prefixes[name] = min(length, prefixes.get(name, length))
            limits = {name: _shortened(limit, prefixes.get(name)) for name, limit in checked.limits.items()}
            self._checked[path] = msgspec.structs.replace(checked, limits=limits)
        return self._checked[path]

    def values(self, path: Path) -> list[Values]:
        """How the columns of a table are made that no foreign key sets."""
        if path not in self._values:
            table = self.tables[path]
            links = links_of(table, self.all_tables, self.arrangement.later.get(path, frozenset()))
            keys = [
                ForeignKey(columns=link.own, table=link.key.table, referenced=link.taken(link.own))
                for link in links
                if link.own
            ]
            bare = msgspec.structs.replace(table, foreign_keys=tuple(keys))
            self._values[path] = values_for(bare, self.catalog, self.settings, self.checked(path).limits)
        return self._values[path]

    def layout(self, path: Path) -> Layout:
        """How the rows of a table are made, for the number of rows that is expected."""
        if path not in self._layouts:
            circle = self.arrangement.circle(path)
            inside = frozenset(
                number
                for number, key in enumerate(self.tables[path].foreign_keys)
                if circle is not None and key.table in circle.tables and key.table != path
            )
            layout = lay_out(
                Ask(
                    table=self.tables[path],
                    rows=self.expected.get(path, 0),
                    catalog=self.catalog,
                    tables=self.all_tables,
                    checked=self.checked(path),
                    values=self.values(path),
                    pools=self.pool,
                    hint=self.settings.table(path),
                    seed=self.settings.seed,
                    referenced=self._referenced.get(path, frozenset()),
                    later=self.arrangement.later.get(path, frozenset()),
                    circle=inside,
                    paired=circle is not None and circle.paired,
                    existing=self.existing.keys.get(path),
                )
            )
            for each in layout.settlement.partials:
                test = condition_of(self.tables[path], self.catalog, each.key.predicate or "")
                if test is None:
                    layout.settlement.unproved.append(
                        f"{each.key.what} of {_shown(path)} is left to the database to check"
                    )
                else:
                    layout.predicates[each.key.what] = test
            self._layouts[path] = layout
        return self._layouts[path]

    def pool(self, path: Path) -> Pool:
        """The rows of a table that others may refer to."""
        if path not in self._pools:
            rows = self.expected.get(path, 0) if path in self.tables else 0

            asked: set[tuple[str, ...]] = set()

            def make(columns: Sequence[str], numbers: Rows) -> pl.DataFrame:
                names = tuple(columns)
                if names in asked:
                    raise Refused(
                        f"{_shown(path)}.{', '.join(names)} depends on itself by the foreign keys of the table."
                    )
                asked.add(names)
                try:
                    return self.rows(path).columns_at(columns, numbers)
                finally:
                    asked.discard(names)

            self._pools[path] = Pool(rows, make, self.existing.keys.get(path))
        return self._pools[path]

    def rows(self, path: Path) -> RowMaker:
        """What makes the rows of a table."""
        if path not in self._makers:
            layout = self.layout(path)
            self._makers[path] = RowMaker(
                self.tables[path],
                layout,
                self.checked(path),
                self.settings.seed,
                _Attempts(self._attempts, path),
                self.existing.keys.get(path),
            )
        return self._makers[path]


class _Attempts(Mapping[int, int]):
    """The attempts at rows of one table, as they stand at any time."""

    def __init__(self, attempts: Mapping[Path, Mapping[int, int]], path: Path) -> None:
        self._attempts, self._path = attempts, path

    def _own(self) -> Mapping[int, int]:
        return self._attempts.get(self._path, {})

    def __getitem__(self, row: int) -> int:
        return self._own()[row]

    def __iter__(self) -> Iterator[int]:
        return iter(self._own())

    def __len__(self) -> int:
        return len(self._own())


def _referenced(catalog: Catalog, tables: Mapping[Path, Table]) -> dict[Path, frozenset[str]]:
    """By table, the columns that foreign keys refer to."""
    found: dict[Path, set[str]] = {}
    for table in (*catalog.tables, *tables.values()):
        for key in table.foreign_keys:
            found.setdefault(key.table, set()).update(key.referenced)
    return {path: frozenset(columns) for path, columns in found.items()}


def _shown(path: Path) -> str:
    return ".".join(part for part in path if part)


def _shortened(limit: Limit, length: int | None) -> Limit:
    """A limit on texts that must differ within their first characters."""
    if length is None or (limit.most_length is not None and limit.most_length <= length):
        return limit
    return msgspec.structs.replace(limit, most_length=length)
