"""Tables of a live database, looked at through one read-only session."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dbwright.catalog.dependencies import Dependency, Measured
from dbwright.catalog.facts import ColumnStats, Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.profiles import TableProfile
from dbwright.engines.base import Engine, Session
from dbwright.errors import UsageError
from dbwright.tables.base import Nulls, Sample
from dbwright.tables.samples import by_values, sampled
from dbwright.tables.spelling import Spelling, spelling_of

if TYPE_CHECKING:
    import polars

_LOCK_SECONDS = 10.0
_TITLES = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


class LiveDatabase:
    """What the tables of one database share: the session, and how its engine spells things."""

    def __init__(self, engine: Engine, session: Session, catalog: Catalog, shown: str) -> None:
        self.engine = engine
        self.session = session
        self.catalog = catalog
        self.spelling: Spelling = spelling_of(engine, session.version)
        version = ".".join(str(number) for number in session.version[: 1 if engine.name == "postgres" else 2])
        self.origin = f"{_TITLES.get(catalog.engine, engine.title)} {version}, {shown}"
        for statement in self.spelling.settings:
            session.query(statement)
        self.limit(None)

    def limit(self, seconds: float | None) -> None:
        """How long each statement that follows may take; None for no limit."""
        self.session.set_timeouts(lock=_LOCK_SECONDS, statement=None if seconds is None else max(0.001, seconds))

    def table(self, ref: Ref) -> "LiveTable | None":
        """Another table of the database."""
        found = next((table for table in self.catalog.tables if table.ref.path == ref.path), None)
        return LiveTable(self, found) if found else None


class LiveTable:
    """A table of a live database. Nothing is ever written."""

    def __init__(self, database: LiveDatabase, table: Table) -> None:
        self.database = database
        self.table = table
        self.origin = database.origin
        name = database.engine.quote
        self.quoted = ".".join(name(part) for part in (table.namespace, table.name) if part)
        self._facts: Facts | None = None
        self._count: int | None = None
        self.unchecked: list[str] = []
        """Why the last `check` left dependencies out, in sentences."""

    @property
    def ref(self) -> Ref:
        """The table's name."""
        return self.table.ref

    @property
    def spelling(self) -> Spelling:
        """How the engine spells things."""
        return self.database.spelling

    @property
    def notes(self) -> tuple[str, ...]:
        """What keeps the rows that can be read from being all there are, in sentences."""
        if not self.table.row_security or self.database.engine.name != "postgres":
            return ()
        name = self.database.engine.literal(self.quoted)
        if not self.query(f"SELECT row_security_active({name})")[0][0]:
            return ()
        told = f"Row-level security may hide rows of {self.ref} from this user; what is told holds for those that it may see."
        return (told,)

    def count(self) -> int:
        """The exact number of rows, counted now."""
        self._count = int(str(self.query(f"SELECT COUNT(*) FROM {self.quoted}")[0][0]))
        return self._count

    def estimate(self) -> int:
        """About how many rows there are: as counted before, or as the engine's own statistics say."""
        if self._count is not None:
            return self._count
        known = self._measured().rows(self.ref)
        return self.count() if known is None else known

    def statistics(self) -> dict[str, ColumnStats]:
        """What the engine's planner knows of the columns; empty where it knows nothing. No row is read."""
        known = self._measured().columns
        found = {column.name: known.get(self.table.column_ref(column.name)) for column in self.table.columns}
        return {name: stats for name, stats in found.items() if stats is not None}

    def _measured(self) -> Facts:
        if self._facts is None:
            alone = Catalog(
                engine=self.database.catalog.engine, version=self.database.catalog.version, tables=(self.table,)
            )
            self._facts = self.database.session.measure(alone)
        return self._facts

    def columns(self, names: Sequence[str] | None = None) -> list[Column]:
        """Columns by their names, in the order of the table."""
        wanted = None if names is None else set(names)
        return [column for column in self.table.columns if wanted is None or column.name in wanted]

    def frame(self, columns: Sequence[str] | None = None, sample: Sample | None = None) -> "polars.DataFrame":
        """The values, one polars column each, read in batches in one statement."""
        wanted = self.columns(columns)
        behind = self.chosen(sample)
        return self.collected(f"SELECT {self.listed(wanted)} FROM {self.quoted}{behind}", wanted)

    def listed(self, columns: Sequence[Column]) -> str:
        """What to select to have the values of columns sent."""
        return ", ".join(self.spelling.fetched(column) for column in columns) or "1"

    def collected(self, statement: str, columns: Sequence[Column]) -> "polars.DataFrame":
        """The rows of a statement that selects these columns as `listed` has them."""
        from dbwright.tables.fetch import collected

        batches = self.database.session.stream(statement)
        return collected(batches, columns, loose=self.database.engine.name == "sqlite")

    def codes(self, rows: str) -> "polars.DataFrame":
        """Values as numbers that are the same for equal values, made by the database; NULL stays NULL.

        rows: what stands behind FROM, with the table's columns.
        """
        import polars as pl

        listed = ", ".join(self.spelling.coded(column) for column in self.table.columns) or "1"
        schema = dict.fromkeys(self.names, pl.Int64)
        batches = self.database.session.stream(f"SELECT {listed} FROM {rows}")
        parts = [pl.DataFrame(batch, schema=schema, orient="row") for batch in batches]
        return pl.concat(parts, rechunk=True) if parts else pl.DataFrame(schema=schema)

    def by_values(self, columns: Mapping[str, int], seed: int, most: int) -> str:
        """What stands behind FROM for all rows of some values of each column, found in one scan.

        columns: of each, how many values. most: the most rows in all.
        """
        return self.quoted + by_values(
            self.spelling, self.table, self.quoted, columns, seed, most, self.estimate(), self.query
        )

    def chosen(self, sample: Sample | None) -> str:
        """The condition that takes a sample, as it stands behind FROM; "" for all rows."""
        if sample is None:
            return ""
        return sampled(self.spelling, self.table, self.quoted, sample, self.estimate(), self.query)

    def profile(self, columns: Sequence[str] | None = None, *, seconds: float | None = None) -> TableProfile:
        """The profile of the columns; of large tables from a sample, with the plain numbers of all rows by the server."""
        from dbwright.tables.live_profile import profiled
        from dbwright.tables.profiles.effort import Effort

        return profiled(self, columns, Effort(seconds=seconds))

    def check(
        self,
        dependencies: Sequence[Dependency],
        *,
        nulls: Nulls = "equal",
        examples: int = 3,
        seconds: float | None = None,
        refuted_above: float | None = None,
    ) -> list[Measured]:
        """Check dependencies on all rows by GROUP BY in the database. What was not finished in time is left out.

        refuted_above: a functional dependency with a greater error need not be measured exactly: `against` is then the least that
        it can be, and no rows are shown. None measures all.
        """
        from dbwright.tables.live_checks import check_live

        return check_live(
            self, dependencies, nulls=nulls, examples=examples, seconds=seconds, refuted_above=refuted_above
        )

    def limit(self, seconds: float | None) -> None:
        """How long each statement that follows may take; None for no limit."""
        self.database.limit(seconds)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one read-only query in the engine's own SQL."""
        return self.database.session.query(sql)

    # ------------------------------------------------------------ how its columns are spelled, for checks

    @property
    def place(self) -> str:
        """The table as it stands behind FROM."""
        return self.quoted

    @property
    def grouping(self) -> str:
        """What follows SELECT where there will be many groups."""
        return self.spelling.grouping

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return tuple(column.name for column in self.table.columns)

    def key(self, column: str) -> str:
        """What rows are grouped by."""
        return self.spelling.key(self.column(column))

    def shown(self, column: str) -> str:
        """The value as a text for people."""
        return self.spelling.shown(self.column(column))

    def ordered(self, column: str) -> str:
        """What rows are sorted by."""
        return self.spelling.ordered(self.column(column))

    def extreme(self, column: str) -> str:
        """What the smallest and the largest are taken of."""
        return self.spelling.extreme(self.column(column))

    def same(self, one: str, other: str) -> str:
        """Whether two keys are equal, NULL being equal to NULL."""
        return self.spelling.same(one, other)

    def equals(self, column: str, value: str) -> str:
        """A condition that a column has a value, given as text."""
        return self.spelling.equals(self.column(column), value)

    def unlike(self, column: str, formula: str) -> str:
        """A condition that a column differs from a formula of standard SQL."""
        return self.spelling.unlike(self.column(column), formula)

    def orphan(self, columns: Sequence[str], parent: Ref, parent_columns: Sequence[str]) -> str:
        """A condition that no row of the parent has the values of the columns, equal as the engine's own `=` has it."""
        other = self.database.table(parent)
        if other is None:
            raise UsageError(f"There is no table {parent} beside {self.ref}.")
        own = [f"{self.quoted}.{self.spelling.name(column)}" for column in columns]
        theirs = [f"dw_parent.{self.spelling.name(column)}" for column in parent_columns]
        matched = " AND ".join(f"{one} = {its}" for one, its in zip(theirs, own, strict=True))
        return f"NOT EXISTS (SELECT 1 FROM {other.quoted} AS dw_parent WHERE {matched})"

    def column(self, name: str) -> Column:
        """A column by its name. Raises UsageError where there is none."""
        found = self.table.column(name)
        if found is None:
            raise UsageError(f"{self.ref} has no column {name}.")
        return found
