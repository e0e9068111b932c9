"""Proving a split: its revisions run on a scratch database with rows, forth and back, and what comes out is compared."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dbwright.app.comparable import shared_roles
from dbwright.app.normalize.migration import Draft, write
from dbwright.app.normalize.trial_writes import try_writes
from dbwright.app.verify import Fill
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare, only_order
from dbwright.change.plan import Proof
from dbwright.engines.base import Engine, Session
from dbwright.errors import DbwrightError, ExecutionFault
from dbwright.finding import Evidence
from dbwright.migrate.formats.native import read as read_native
from dbwright.migrate.replay import Replay, replaying
from dbwright.migrate.revision import Revision
from dbwright.normalize.migration.split import Split

_SHOWN = 3


def prove(
    split: Split,
    found: Sequence[Draft],
    catalog: Catalog,
    engine: Engine,
    fill: Fill,
    *,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Proof:
    """Run all stages up, compare, write through the view, run them back, and up again.

    fill: puts the rows of the source, and what they refer to, into the scratch database.
    A scratch database that cannot be had is no error: the proof says so.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="dbwright-split-") as folder, replaying(engine) as there:
            write(found, Path(folder))
            revisions = read_native(Path(folder)).revisions
            try:
                there.hold(catalog)
            except ExecutionFault as fault:
                return Proof(proved=False, unproved=(f"The scratch database cannot hold this schema: {fault.message}",))
            return _Run(split, catalog, engine, there, revisions, progress).prove(fill)
    except ExecutionFault as fault:
        return Proof(proved=False, failed=True, evidence=(_failure(fault),))
    except DbwrightError as error:
        return Proof(proved=False, unproved=(f"No scratch database could be had: {error.message}",))


class _Run:
    def __init__(
        self,
        split: Split,
        catalog: Catalog,
        engine: Engine,
        there: Replay,
        revisions: Sequence[Revision],
        progress: Callable[[str], None],
    ) -> None:
        self.split, self.catalog, self.engine, self.there = split, catalog, engine, there
        self.session: Session = there.session
        self.revisions = dict(zip((stage.name for stage in split.stages), revisions, strict=True))
        self.progress = progress
        self.evidence: list[Evidence] = []
        self.unproved: list[str] = []
        self.failed = False

    def prove(self, fill: Fill) -> Proof:
        start = self.there.catalog()
        self.unproved += fill(self.session, start)
        rows = self._count(self.split.source)
        if rows == 0:
            self.unproved.append(f"{self.split.source} had no rows on the scratch database.")
        for name, revision in self.revisions.items():
            if name != "contract":
                self.progress(f"Proving {revision.title} …")
                self.there.run(revision)
        self._joined_back(rows)
        if self.split.writable and not self.failed:
            tried = try_writes(self.split, self.catalog, self.session, self.engine)
            self.evidence += tried.evidence
            self.unproved += tried.unproved
            self.failed = self.failed or tried.failed
        if not self.failed:
            self._contract()
        if not self.failed:
            self._back(start)
        return Proof(
            proved=not self.failed,
            failed=self.failed,
            where=self.there.origin,
            evidence=tuple(self.evidence),
            unproved=tuple(dict.fromkeys((*self.unproved, *self.there.notes))),
        )

    def _joined_back(self, rows: int) -> None:
        different = self.session.query(self.split.differences)
        if different:
            columns = ("side", *self._columns())
            shown = tuple(tuple(None if value is None else str(value) for value in row) for row in different[:_SHOWN])
            self.failed = True
            self.evidence.append(
                Evidence(
                    f"{len(different):,} rows of {self.split.source} are not what its parts join back to.",
                    basis="data",
                    rows_examined=rows,
                    columns=columns,
                    rows=shown,
                    sql=self.split.differences,
                )
            )
            return
        how = "with EXCEPT ALL" if "EXCEPT ALL" in self.split.differences else "and counted"
        self._say(
            f"All {rows:,} rows were carried over; joined back they are the same rows, compared {how} both ways.", rows
        )
        if rows:
            kept, view = self._read(self.split.kept), self._read(self.split.source)
            self._say(
                f"Reading every value of {rows:,} rows took {kept * 1000:.1f} ms from the old table and {view * 1000:.1f} ms"
                " through the view, which joins the parts.",
                rows,
            )

    def _read(self, relation: Ref) -> float:
        """Seconds for reading every value of a relation, the best of three."""
        place = ".".join(self.engine.quote(part) for part in relation.path if part)
        every = ", ".join(f"count({self.engine.quote(name)})" for name in self._columns())
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            self.session.query(f"SELECT {every} FROM {place}")
            best = min(best, time.perf_counter() - start)
        return best

    def _contract(self) -> None:
        """Dropping the old table, and back: it is filled from the parts again."""
        if self.split.readers:
            names = ", ".join(str(each) for each in self.split.readers)
            self.unproved.append(f"Contract was not tried: {names} must be written anew over the parts first.")
            return
        revision = self.revisions["contract"]
        self.progress(f"Proving {revision.title} …")
        self.there.run(revision)
        self.there.run(revision, "down")
        different = self.session.query(self.split.differences)
        if different:
            self._fail(f"After contract and its way back {len(different):,} rows differ.")
        else:
            self._say("Contract was run and taken back: the old table was made again from the parts, row for row.")

    def _back(self, start: Catalog) -> None:
        rows = self._count(self.split.kept)
        for name, revision in reversed(self.revisions.items()):
            if name != "contract":
                self.there.run(revision, "down")
        found = self.there.catalog()
        differences = [
            each for each in compare(shared_roles(start, found), shared_roles(found, start)) if not only_order(each)
        ]
        if differences:
            names = ", ".join(sorted({str(each.target) for each in differences})[:5])
            self._fail(f"The way back led to another schema than it should: {names}.")
        elif self._count(self.split.source) != rows:
            self._fail(f"The way back kept {self._count(self.split.source):,} of {rows:,} rows.")
        else:
            self._say(f"The way back led to the old schema, with all {rows:,} rows.", rows)

    # ------------------------------------------------------------ small things

    def _count(self, table: Ref) -> int:
        place = ".".join(self.engine.quote(part) for part in table.path if part)
        return int(str(self.session.query(f"SELECT count(*) FROM {place}")[0][0]))

    def _columns(self) -> tuple[str, ...]:
        table = next(each for each in self.catalog.tables if each.ref == self.split.source)
        return tuple(each.name for each in table.columns)

    def _say(self, sentence: str, rows: int | None = None) -> None:
        self.evidence.append(Evidence(sentence, basis="data", rows_examined=rows))

    def _fail(self, sentence: str) -> None:
        self.failed = True
        self.evidence.append(Evidence(sentence, basis="data"))


def _failure(fault: ExecutionFault) -> Evidence:
    return Evidence(f"A stage failed: {fault.message}", basis="data", sql=fault.statement or None)
