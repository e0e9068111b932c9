"""From a catalog and what was said to a plan: the steps, the sizes, and what cannot be, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Table
from dbwright.seed.base import Impossible, Settings
from dbwright.seed.keys.known import Shortage
from dbwright.seed.keys.links import optional
from dbwright.seed.keys.required import required_keys
from dbwright.seed.plan.arrange import Circle
from dbwright.seed.plan.base import Existing, Insert, Path, SeedPlan, Step, TablePlan, Together, Update
from dbwright.seed.plan.left_out import with_partitions
from dbwright.seed.plan.partitions import partitions_of
from dbwright.seed.plan.sizes import wanted_rows
from dbwright.seed.plan.workshop import Workshop

_ROUNDS = 6


def columns_to_read(catalog: Catalog, settings: Settings) -> dict[Path, tuple[str, ...]]:
    """The columns that must be read of each table that has rows before the run: those of keys and those referred to."""
    found: dict[Path, dict[str, None]] = {}
    partitions = partitions_of(catalog)
    for each in catalog.tables:
        if each.partition_of is not None:
            continue
        table = with_partitions(each, partitions)
        names = found.setdefault((table.namespace, table.name), {})
        for key in required_keys(table):
            names.update(dict.fromkeys(key.columns))
        for reference in table.foreign_keys:
            found.setdefault(reference.table, {}).update(dict.fromkeys(reference.referenced))
        names.update((column.name, None) for column in table.columns if column.identity is not None)
    return {path: tuple(names) for path, names in found.items() if names}


def plan(catalog: Catalog, settings: Settings, existing: Existing | None = None) -> SeedPlan:
    """Decide what to write. Raises UsageError for settings that name what is not there."""
    there = existing or Existing()
    workshop = Workshop(catalog, settings, there)
    return _Planner(workshop).plan()


class _Planner:
    def __init__(self, workshop: Workshop) -> None:
        self._shop = workshop
        self._impossible: list[Impossible] = []
        self._notes: list[str] = []
        self._plans: dict[Path, TablePlan] = {}

    def plan(self) -> SeedPlan:
        shop = self._shop
        self._sizes()
        for path in shop.arrangement.order:
            self._plans[path] = self._table(path)
        return SeedPlan(
            catalog=shop.catalog,
            settings=shop.settings,
            existing=shop.existing,
            tables=tuple(self._plans[path] for path in shop.arrangement.order if self._plans[path].rows),
            steps=tuple(self._steps()),
            left_out=tuple(shop.left_out),
            impossible=tuple(self._impossible),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    # ------------------------------------------------------------ sizes

    def _sizes(self) -> None:
        """Rows for every table: as many as wanted, or as its keys allow; tables that are written row by row get as many."""
        shop = self._shop
        self._wanted: dict[Path, tuple[int, bool]] = {}
        self._short: dict[Path, Shortage] = {}
        said = self._said()
        sizes: dict[Path, int] = dict(shop.existing.rows)
        for path in shop.arrangement.order:
            table = shop.tables[path]
            self._wanted[path] = wanted_rows(table, shop.settings, sizes, said.get(path, []))
            sizes[path] = sizes.get(path, 0) + self._wanted[path][0]
            shop.expect(path, self._wanted[path][0])
        for path in shop.arrangement.order:
            self._fit(path)
        for circle in shop.arrangement.circles:
            if circle.paired:
                fewest = min(circle.tables, key=lambda path: shop.expected[path])
                for path in circle.tables:
                    self._cut(path, shop.expected[fewest], f"each of its rows needs one of {_shown(fewest)}")
        for path in shop.arrangement.order:
            self._fit(path)

    def _said(self) -> dict[Path, list[int]]:
        """By table, how many rows were asked for of each table that refers to it, by itself or by what refers to that."""
        shop = self._shop
        found: dict[Path, list[int]] = {}
        for path in reversed(shop.arrangement.order):
            own = shop.settings.table(path).rows or max(found.get(path, ()), default=0) // 3
            for key in shop.tables[path].foreign_keys:
                if key.table != path:
                    found.setdefault(key.table, []).append(own)
        return found

    def _fit(self, path: Path) -> None:
        """Fewer rows until the keys allow them."""
        shop = self._shop
        if not shop.expected[path] or self._without_parents(path):
            return
        for _ in range(_ROUNDS):
            rows = shop.expected[path]
            shortage = min(shop.layout(path).shortages, key=lambda each: each.possible, default=None)
            if shortage is None or shortage.possible >= rows:
                return
            self._cut(path, shortage.possible, shortage.sentence)

    def _cut(self, path: Path, possible: int, sentence: str) -> None:
        if possible < self._shop.expected[path]:
            self._short[path] = Shortage(possible=possible, sentence=sentence)
            self._shop.expect(path, possible)

    def _without_parents(self, path: Path) -> bool:
        """Whether a table must refer to one that has no rows; then it gets none."""
        shop, table = self._shop, self._shop.tables[path]
        for number, key in enumerate(table.foreign_keys):
            if key.table == path or optional(table, key) or number in shop.arrangement.later.get(path, frozenset()):
                continue
            if shop.pool(key.table).size == 0:
                wanted, said = self._wanted[path]
                names = ", ".join(key.columns)
                sentence = f"{_shown(path)}.{names} must refer to a row of {_shown(key.table)}, which has none"
                if said or not self._parent_was_cut(key.table):
                    self._impossible.append(
                        Impossible(where=_shown(path), sentence=f"{sentence}.", wanted=wanted, possible=0)
                    )
                self._short[path] = Shortage(possible=0, sentence=sentence)
                shop.expect(path, 0)
                return True
        return False

    def _parent_was_cut(self, path: Path) -> bool:
        """Whether a table has no rows because somebody wanted none, or because of what is said elsewhere."""
        return path in self._wanted and self._wanted[path][0] == 0

    # ------------------------------------------------------------ tables

    def _table(self, path: Path) -> TablePlan:
        shop, table = self._shop, self._shop.tables[path]
        rows = shop.expected[path]
        wanted, said = self._wanted[path]
        before = shop.existing.rows.get(path, 0)
        notes: list[str] = []
        short = self._short.get(path)
        if short is not None and rows < wanted:
            if said and short.possible > 0:
                sentence = f"{wanted:,} rows are wanted, but {short.sentence}."
                self._impossible.append(Impossible(where=_shown(path), sentence=sentence, wanted=wanted, possible=rows))
            notes.append(f"{_shown(path)} gets {rows:,} rows instead of {wanted:,}: {short.sentence}.")
        if not rows:
            return TablePlan(table=table, rows=0, wanted=wanted, before=before, notes=tuple(notes))
        layout, checked = shop.layout(path), shop.checked(path)
        self._impossible += checked.impossible
        notes += checked.unread
        notes += [f"{text}." for text in layout.settlement.unproved]
        made = {name for unit in (*layout.fixed, *layout.free) for name in unit.columns}
        later = tuple(name for unit in layout.later for name in unit.columns)
        return TablePlan(
            table=table,
            rows=rows,
            wanted=wanted if rows < wanted else None,
            before=before,
            columns=tuple(column.name for column in table.columns if column.name in made),
            later=later,
            key=_row_key(table) if later else (),
            overriding=any(
                column.identity is not None and column.identity.generation == "always" and column.name in made
                for column in table.columns
            ),
            numbered=tuple(
                column.name for column in table.columns if column.identity is not None and column.name in made
            ),
            notes=tuple(notes),
        )

    # ------------------------------------------------------------ steps

    def _steps(self) -> Iterator[Step]:
        arrangement = self._shop.arrangement
        started: dict[Path, int] = {}
        for path in arrangement.order:
            circle = arrangement.circle(path)
            table = self._plans[path]
            if circle is not None and path not in started:
                yield from self._together(circle, started)
            if started.get(path, 0) < table.rows:
                yield Insert(table=path, start=started.get(path, 0), stop=table.rows)
        for path in arrangement.order:
            table = self._plans[path]
            if table.rows and table.later and table.key:
                yield Update(table=path, start=0, stop=table.rows, columns=table.later, key=table.key)

    def _together(self, circle: Circle, started: dict[Path, int]) -> Iterator[Step]:
        count = min(self._plans[path].rows for path in circle.tables)
        count = count if circle.paired else min(count, 1)
        started.update(dict.fromkeys(circle.tables, count))
        if not count:
            return
        engine = self._shop.catalog.engine
        parts = tuple(Insert(table=path, start=0, stop=count) for path in circle.tables)
        if engine == "sqlite" or (engine == "postgres" and circle.deferrable):
            yield Together(parts=parts, how="deferred")
        elif engine == "postgres":
            yield Together(parts=parts, how="one statement")
        else:
            names = " and ".join(_shown(path) for path in circle.tables)
            rows = "Their rows are" if circle.paired else "The first row of each is"
            self._notes.append(
                f"{names} must refer to each other from the first row on, which {_product(engine)} cannot check row by row. "
                f"{rows} written with foreign_key_checks off, and the references are then checked by query."
            )
            yield Together(parts=parts, how="unchecked")


def _row_key(table: Table) -> tuple[str, ...]:
    """Columns by which an UPDATE finds a row: the primary key, or another key without NULLs."""
    if table.primary_key is not None:
        return table.primary_key.columns
    for columns in table.keys:
        if all((column := table.column(name)) is not None and not column.nullable for name in columns):
            return columns
    return ()


def _product(engine: str) -> str:
    return "MariaDB" if engine == "mariadb" else "MySQL"


def _shown(path: Path) -> str:
    return ".".join(part for part in path if part)
