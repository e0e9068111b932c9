"""Running a data migration: batch by batch, each with its progress in one transaction, so that a killed run goes on."""

import time
from typing import Any

import msgspec

from dbwright.engines.base import Engine, Session
from dbwright.errors import DbwrightError, ExecutionFault, SourceError
from dbwright.migrate.data import Batch, Batches
from dbwright.migrate.history import Entry, History, now
from dbwright.migrate.patience import Patience, Progress, patiently
from dbwright.migrate.python_file import Loaded
from dbwright.migrate.revision import Revision

_TOLD_EVERY = 2.0
_LOOK_AGAIN = 1.0


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far the batches got: the last key that is done, as SQL literals; batches and rows so far; the whole number of rows."""

    after: tuple[str, ...] = ()
    batches: int = 0
    rows: int = 0
    changed: int = 0
    total: int | None = None


def reached_of(entry: Entry) -> Reached:
    """What a row of the history says of the batches."""
    return msgspec.json.decode(entry.progress, type=Reached) if entry.progress.startswith("{") else Reached()


def run_once(session: Session, engine: Engine, code: Loaded, revision: Revision) -> int:
    """Run a function that has no batches; returns how many rows it changed."""
    batch = Batch(session, engine)
    _call(code, batch, None, engine, revision)
    return batch.changed


def run_batches(
    session: Session,
    engine: Engine,
    history: History,
    entry: Entry,
    code: Loaded,
    revision: Revision,
    patience: Patience,
    progress: Progress,
) -> Entry:
    """Run all batches that are left, and return the row as it is then. Raises ExecutionFault saying how far it got."""
    batches: Batches = code.batches
    ranges = _Ranges(session, engine, batches)
    reached = reached_of(entry)
    if reached.total is None:
        reached = msgspec.structs.replace(reached, total=ranges.count())
    began, told, first = time.monotonic(), 0.0, reached.rows
    while True:
        _wait_for_others(session, batches, progress)

        def once(reached: Reached = reached, entry: Entry = entry) -> tuple[Entry, Reached] | None:
            with session.transaction():
                upto, rows = ranges.next(reached.after)
                if not rows:
                    return None
                batch = Batch(
                    session,
                    engine,
                    rows=ranges.between(reached.after, upto),
                    table=batches.named(engine),
                    number=reached.batches + 1,
                )
                _call(code, batch, batches, engine, revision)
                further = Reached(
                    after=upto,
                    batches=reached.batches + 1,
                    rows=reached.rows + rows,
                    changed=reached.changed + batch.changed,
                    total=reached.total,
                )
                written = msgspec.json.encode(further).decode()
                return history.update(
                    entry, progress=written, statements=further.batches, begun=further.batches
                ), further

        try:
            step = patiently(once, engine, patience, progress)
        except DbwrightError as fault:
            raise _stopped(history, entry, reached, revision, fault) from fault
        if step is None:
            return entry
        entry, reached = step
        if time.monotonic() - told > _TOLD_EVERY:
            told = time.monotonic()
            progress(_sentence(revision, reached, time.monotonic() - began, reached.rows - first))
        if batches.pause:
            time.sleep(batches.pause)


def _call(code: Loaded, batch: Batch, batches: Batches | None, engine: Engine, revision: Revision) -> None:
    if code.function is None:
        assert batches is not None
        if not batches.change:
            raise SourceError(
                f"The data migration {revision.title} has batches and nothing to do with them.",
                hint="Give `change` to Batches, or write a function.",
            )
        batch.change(batches.change.replace("{table}", batch.table).replace("{range}", f"({batch.range})"))
        return
    try:
        code.function(batch)
    except DbwrightError:
        raise
    except Exception as error:
        place = _line_of(error, revision)
        raise ExecutionFault(
            f"{type(error).__name__}: {error}{place}.", hint="Correct the file and run it again."
        ) from error


def _line_of(error: Exception, revision: Revision) -> str:
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == revision.up_path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" ({revision.up_path}, line {line})" if line else ""


def _stopped(
    history: History, entry: Entry, reached: Reached, revision: Revision, fault: DbwrightError
) -> ExecutionFault:
    state = (
        f"{reached.batches} batches with {reached.rows:,} rows are done and stay; the batch that failed was rolled back"
    )
    try:
        history.update(entry, outcome="failed", finished=now(), message=fault.message)
    except DbwrightError:
        state += "; that it stopped could not be written down"
    hint = (fault.hint or "Remove the cause.").rstrip(".")
    return ExecutionFault(
        f"The data migration {revision.title} stopped: {fault.message.rstrip('.')}. {state}.",
        statement=getattr(fault, "statement", ""),
        code=getattr(fault, "code", ""),
        hint=f"{hint}. Then run the same command again: it goes on after the last batch.",
    )


def _sentence(revision: Revision, reached: Reached, seconds: float, rows: int) -> str:
    if not reached.total or not rows:
        return f"{revision.title}: {reached.rows:,} rows"
    left = max(reached.total - reached.rows, 0) * seconds / rows
    part = min(100, round(100 * reached.rows / reached.total))
    return f"{revision.title}: {reached.rows:,} of {reached.total:,} rows ({part} %), about {left:,.0f} s left"


def _wait_for_others(session: Session, batches: Batches, progress: Progress) -> None:
    """Wait while replicas are too far behind or too many sessions wait for locks."""
    if batches.longest_lag is None and batches.most_waiting is None:
        return
    while True:
        load = session.load()
        if batches.longest_lag is not None and (load.lag_bytes or 0) > batches.longest_lag:
            progress(f"Waiting: a replica is {load.lag_bytes:,} bytes behind.")
        elif batches.most_waiting is not None and (load.waiting or 0) > batches.most_waiting:
            progress(f"Waiting: {load.waiting} sessions wait for locks.")
        else:
            return
        time.sleep(_LOOK_AGAIN)


class _Ranges:
    """The ranges of a key, found in the table itself."""

    def __init__(self, session: Session, engine: Engine, batches: Batches) -> None:
        self.session, self.engine, self.batches = session, engine, batches
        self.table = batches.named(engine)
        self.keys = tuple(engine.quote(name) for name in batches.keys)

    def count(self) -> int:
        """How many rows there are to do."""
        rows = self.session.query(f"SELECT count(*) FROM {self.table} WHERE {self._where(())}")
        return int(str(rows[0][0]))

    def next(self, after: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
        """The key up to which the next batch goes, as literals, and its number of rows; 0 where there is none left."""
        keys, where, size = ", ".join(self.keys), self._where(after), self.batches.size
        inner = f"SELECT {keys} FROM {self.table} WHERE {where} ORDER BY {keys} LIMIT {size}"
        backwards = ", ".join(f"{key} DESC" for key in self.keys)
        rows = self.session.query(
            f"SELECT {keys}, (SELECT count(*) FROM ({inner}) AS c) FROM ({inner}) AS b ORDER BY {backwards} LIMIT 1"
        )
        if not rows:
            return (), 0
        *values, count = rows[0]
        return tuple(self._literal(value) for value in values), int(str(count))

    def between(self, after: tuple[str, ...], upto: tuple[str, ...]) -> str:
        """The condition for the rows behind one key, up to another one."""
        parts = [self._beyond(after, ">"), f"({self._beyond(upto, '<')} OR {self._equal(upto)})"]
        where = f"({self.batches.where})" if self.batches.where else ""
        return " AND ".join(part for part in (*parts, where) if part)

    def _where(self, after: tuple[str, ...]) -> str:
        where = f"({self.batches.where})" if self.batches.where else ""
        return " AND ".join(part for part in (self._beyond(after, ">"), where) if part) or "1 = 1"

    def _beyond(self, values: tuple[str, ...], sign: str) -> str:
        """`a > 1 OR (a = 1 AND b > 2)`, which every engine finds by an index."""
        if not values:
            return ""
        found = []
        for place, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            same = [f"{k} = {v}" for k, v in zip(self.keys[:place], values[:place], strict=True)]
            found.append(" AND ".join((*same, f"{key} {sign} {value}")))
        return found[0] if len(found) == 1 else f"({' OR '.join(f'({each})' for each in found)})"

    def _equal(self, values: tuple[str, ...]) -> str:
        return "(" + " AND ".join(f"{k} = {v}" for k, v in zip(self.keys, values, strict=True)) + ")"

    def _literal(self, value: Any) -> str:
        if value is None:
            raise SourceError(
                f"The key of the batches of {self.batches.table} holds NULL.",
                hint="Name a key whose columns may not be NULL.",
            )
        known = (
            isinstance(value, bool | int | float | str | bytes)
            or hasattr(value, "isoformat")
            or hasattr(value, "as_tuple")
        )
        return self.engine.literal(value if known else str(value))
