"""Reads saved against writes added, both timed on a scratch copy with rows, before and after the change."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from dbwright.app.change import FillKind
from dbwright.app.denormalize.change import Prepared, run_steps
from dbwright.app.rows import copy_sample, count_rows, make_up, named
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.operations import CreateIndex
from dbwright.change.plan import Step
from dbwright.change.units import units
from dbwright.denormalize.kinds import Kept
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import DbwrightError
from dbwright.readers.live import live_url

_READS = 15
_WRITES = 60
_WARMING = 5
"""Writes that are left out at the beginning: they find nothing in memory yet."""
_SECONDS = 5.0
"""The longest that one kind of reading or writing is timed."""


class Timing(msgspec.Struct, frozen=True):
    """What was done, and the median in milliseconds before and after; how often each was done."""

    what: str
    before: float
    after: float
    times: int


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """What keeping one thing saves and costs.

    read: reading all of it; where the change adds an index that helps to read it as it is, before is with that index alone, and
    `unindexed` the milliseconds without it. together: how many things are kept on the copy, which all add to the writes.
    writes: single statements on the tables whose writers do more. rows: of those tables on the scratch copy.
    unmeasured: sentences on what could not be timed.
    """

    name: str
    read: Timing | None = None
    unindexed: float | None = None
    together: int = 1
    writes: tuple[Timing, ...] = ()
    rows: dict[str, int] = {}
    where: str = ""
    unmeasured: tuple[str, ...] = ()

    @property
    def writes_per_read(self) -> float | None:
        """How many writes of the dearest kind one read pays for; None where the reads save nothing, or the writes cost nothing."""
        added = max((each.after - each.before for each in self.writes), default=0.0)
        saved = self.read.before - self.read.after if self.read else 0.0
        return saved / added if saved > 0 and added > 0 else None


def measure(
    prepared: Prepared, url: str, *, fill: FillKind = "sample", rows: int = 20_000, timeout: float = 10.0,
    progress: Callable[[str], None] = lambda sentence: None,
) -> list[Measurement]:  # fmt: skip
    """Time reads and writes on a scratch copy, run the plan there, and time them again.

    fill: "sample" takes up to `rows` rows of every table of the database, "made-up" makes as many. Nothing is changed in it.
    Raises Unavailable where no scratch database can be had.
    """
    engine = prepared.planned.engine
    with engine.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in engine.emit(prepared.old))
        progress("Filling a scratch copy …")
        if fill == "made-up":
            make_up(session, prepared.old, engine, rows=min(rows, 2000))
        else:
            target = live_url(url)
            with engine_of(target).connect(target, read_only=True, timeout=timeout) as live:
                copy_sample(live, session, prepared.old, engine, rows=rows)
        _analyse(session, engine, prepared.kept, prepared.old)
        counts = count_rows(session, engine, prepared.old)
        writers = {ref: _Writer(session, engine, prepared.old, ref) for each in prepared.kept for ref in each.written}
        progress("Timing reads and writes as they are …")
        before = {ref: writer.timed() for ref, writer in writers.items()}
        plain = _reads(session, prepared.kept)
        indexes, others = _indexes_first(prepared)
        run_steps(session, indexes)
        reads = _reads(session, prepared.kept) if indexes else plain
        progress("Making the change there …")
        run_steps(session, others)
        _analyse(session, engine, prepared.kept, prepared.old)
        progress("Timing reads and writes again …")
        after = {ref: writer.timed() for ref, writer in writers.items()}
        saved = {each.name: _timed(session, each.read_after) for each in prepared.kept}
        return [
            Measurement(
                name=each.name,
                read=Timing(f"read all of {each.name}", reads[each.name], saved[each.name], _READS),
                unindexed=plain[each.name] if indexes else None,
                together=len(prepared.kept),
                writes=tuple(
                    Timing(f"{verb} {ref}", before[ref][verb], after[ref][verb], _WRITES)
                    for ref in each.written
                    for verb in before[ref]
                    if verb in after[ref]
                ),
                rows={str(ref): counts[ref] for ref in each.written if ref in counts},
                where=scratch.origin,
                unmeasured=tuple(
                    f"Writing {ref} was not timed: {'it holds no rows' if not counts.get(ref) else 'no row of it could be written'}."
                    for ref in each.written
                    if not before[ref] or not after[ref]
                ),
            )
            for each in prepared.kept
        ]


def _indexes_first(prepared: Prepared) -> tuple[list[Step], list[Step]]:
    """The plan's steps that make indexes of tables that are there, and the others."""
    operations = prepared.planned.plan.operations
    there = {table.ref for table in prepared.old.tables}
    indexes: list[Step] = []
    others: list[Step] = []
    for step in prepared.planned.plan.up:
        operation = operations[step.operation] if step.operation is not None else None
        alone = isinstance(operation, CreateIndex) and operation.target in there and len(units([step])) == 1
        (indexes if alone else others).append(step)
    return indexes, others


def _reads(session: Session, kept: Sequence[Kept]) -> dict[str, float]:
    return {each.name: _timed(session, each.read_before) for each in kept}


def _analyse(session: Session, engine: Engine, kept: Sequence[Kept], catalog: Catalog) -> None:
    """Let the engine know how many rows there are, as it would on a live database."""
    tables = {table.ref: table for table in catalog.tables}
    word = {"mysql": "ANALYZE TABLE"}.get(engine.name, "ANALYZE")
    for ref in {ref for each in kept for ref in (*each.written, each.target)}:
        if ref in tables:
            with suppress(DbwrightError):
                session.change(f"{word} {named(engine, tables[ref])}")


class _TakenBack(Exception):
    """Ends a transaction whose writes shall not stay."""


class _Writer:
    """Deletes rows of a table and inserts them again, one by one, each way timed; and moves them from one parent to another."""

    def __init__(self, session: Session, engine: Engine, catalog: Catalog, ref: Ref) -> None:
        self.session, self.engine = session, engine
        self.table = Lookup(catalog).table(ref.path)
        self.names: list[str] = []
        self.rows: list[tuple[object, ...]] = []
        if self.table is not None and self.table.primary_key:
            self.names = [column.name for column in self.table.columns if column.generated is None]
            listed = ", ".join(engine.quote(name) for name in self.names)
            self.rows = session.query(f"SELECT {listed} FROM {named(engine, self.table)} LIMIT {_WRITES}")

    def timed(self) -> dict[str, float]:
        """The median of milliseconds by what was done; what the table's constraints refuse is left out."""
        found: dict[str, list[float]] = {}
        if self.table is None:
            return {}
        began = time.monotonic()
        for row in self.rows:
            if time.monotonic() - began > _SECONDS:
                break
            values = dict(zip(self.names, row, strict=True))
            took: dict[str, float] = {}
            with suppress(DbwrightError, _TakenBack), self.session.transaction():
                took["delete a row of"] = self._run(self._delete(self.table, values))
                took["insert a row of"] = self._run(self._insert(self.table, values))
                raise _TakenBack  # a deleted row may have taken others with it
            with suppress(DbwrightError, _TakenBack), self.session.transaction():
                took["update a row of"] = self._run(self._update(self.table, values))
                raise _TakenBack
            for verb, milliseconds in took.items():
                found.setdefault(verb, []).append(milliseconds)
        return {verb: statistics.median(each[_WARMING:] or each) for verb, each in found.items()}

    def _run(self, sql: str) -> float:
        began = time.perf_counter()
        self.session.change(sql)
        return (time.perf_counter() - began) * 1000

    def _same(self, table: Table, values: dict[str, object]) -> str:
        keys = table.primary_key.columns if table.primary_key else ()
        return " AND ".join(f"{self.engine.quote(name)} = {self.engine.literal(values[name])}" for name in keys)

    def _delete(self, table: Table, values: dict[str, object]) -> str:
        return f"DELETE FROM {named(self.engine, table)} WHERE {self._same(table, values)}"

    def _insert(self, table: Table, values: dict[str, object]) -> str:
        names = ", ".join(self.engine.quote(name) for name in values)
        cells = ", ".join(self.engine.literal(value) for value in values.values())
        always = any(column.identity and column.identity.generation == "always" for column in table.columns)
        over = " OVERRIDING SYSTEM VALUE" if always and self.engine.name == "postgres" else ""
        return f"INSERT INTO {named(self.engine, table)} ({names}){over} VALUES ({cells})"

    def _update(self, table: Table, values: dict[str, object]) -> str:
        """Give the row the values of another row in its references and its numbers: what is kept has to change too."""
        keys = {name for key in table.keys for name in key}
        first, last = (dict(zip(self.names, self.rows[place], strict=True)) for place in (0, -1))
        other = last if values != last else first
        changed = {name: value for name, value in other.items() if name not in keys and value is not None}
        changed = changed or {next(iter(values)): values[next(iter(values))]}
        sets = ", ".join(f"{self.engine.quote(name)} = {self.engine.literal(value)}" for name, value in changed.items())
        return f"UPDATE {named(self.engine, table)} SET {sets} WHERE {self._same(table, values)}"


def _timed(session: Session, sql: str) -> float:
    """The median of milliseconds of a query; fewer times where one takes long."""
    session.query(sql)
    took: list[float] = []
    while len(took) < _READS and sum(took) < _SECONDS * 1000:
        began = time.perf_counter()
        session.query(sql)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
