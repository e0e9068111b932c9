"""Whether what is kept is true: the rows that are wrong, and putting them right."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec

from dbwright.app.apply import CLAIM
from dbwright.app.denormalize.gather import Gatherer, Option, chosen
from dbwright.denormalize.kinds import Kept
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import DbwrightError
from dbwright.migrate.patience import Patience, patiently
from dbwright.readers.live import live_url

_EXAMPLES = 10


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is kept, and how many rows (of the parent, the child, the rollup) hold something else than they should.

    rows: None where it could not be told, `unchecked` says why. keys, held: what the examples' columns are: the key, then what
    is held, then what should be.
    """

    kind: str
    name: str
    what: str
    rows: int | None = None
    keys: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    examples: tuple[tuple[str | None, ...], ...] = ()
    unchecked: str = ""
    by_command: bool = False
    repair: tuple[str, ...] = ()


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept in a database. notes: sentences on what could not be looked at."""

    shown: str
    found: tuple[Drift, ...]
    notes: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[Drift, ...]:
        """Those that drifted."""
        return tuple(each for each in self.found if each.rows)

    @property
    def unknown(self) -> tuple[Drift, ...]:
        """Those that could not be checked."""
        return tuple(each for each in self.found if each.rows is None)


def check(
    url: str, options: Sequence[Option] = (), *, names: Sequence[str] = (), namespaces: Sequence[str] = (), timeout: float = 10.0,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Checked:  # fmt: skip
    """Compare what is kept with a recount. options: what to check; all that triggers keep where none is given.

    Nothing is changed. Each is one query, whose answer is of one moment.
    """
    with _opened(url, read_only=True, timeout=timeout) as (session, engine, shown):
        kept, notes = _kept(session, engine, options, names, namespaces)
        found = []
        for each in kept:
            progress(f"Checking {each.name} …")
            found.append(drift_of(session, each))
        return Checked(shown=shown, found=tuple(found), notes=tuple(notes))


def drift_of(session: Session, kept: Kept) -> Drift:
    """How far one thing has drifted."""
    told = Drift(
        kind=kept.kind, name=kept.name, what=kept.what, keys=kept.keys, held=kept.held, by_command=kept.by_command,
        repair=tuple(fill.sql for fill in kept.repairs),
    )  # fmt: skip
    try:
        ((rows,),) = session.query(f"SELECT count(*) FROM ({kept.drift}) AS wrong")
        examples = session.query(f"{kept.drift} LIMIT {_EXAMPLES}") if rows else []
    except DbwrightError as error:
        return msgspec.structs.replace(told, unchecked=error.message)
    shown = tuple(tuple(None if cell is None else str(cell) for cell in row) for row in examples)
    return msgspec.structs.replace(told, rows=int(str(rows)), examples=shown)


def repair(
    url: str, options: Sequence[Option] = (), *, names: Sequence[str] = (), namespaces: Sequence[str] = (), timeout: float = 10.0,
    only_wrong: bool = True, by_command: bool = False, patience: Patience | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Checked:  # fmt: skip
    """Put right what drifted, and check again. only_wrong: leave alone what is right; else everything is filled anew.
    by_command: only what no trigger keeps.

    The statements lock what they change before they count, so that others may write meanwhile.
    Raises Busy where another run of dbwright is at work, ExecutionFault where a statement fails for good.
    """
    patience = patience or Patience(lock=5.0)
    with (
        _opened(url, read_only=False, timeout=timeout) as (session, engine, shown),
        session.claim(CLAIM, wait=patience.wait),
    ):
        kept, notes = _kept(session, engine, options, names, namespaces)
        session.set_timeouts(lock=patience.lock, statement=patience.statement)
        found = []
        for each in kept if not by_command else (one for one in kept if one.by_command):
            before = drift_of(session, each)
            if before.rows or not only_wrong:
                progress(f"Repairing {each.name} …")
                patiently(partial(_fill, session, engine, each), engine, patience, progress)
                before = drift_of(session, each)
            found.append(before)
        return Checked(shown=shown, found=tuple(found), notes=tuple(notes))


def _fill(session: Session, engine: Engine, kept: Kept) -> None:
    statements = [Statement(text=fill.sql) for fill in kept.repairs]
    if kept.by_command and engine.name != "postgres":  # readers shall not see it empty
        with session.transaction():
            session.execute(statements)
        return
    session.execute(statements)


def _kept(
    session: Session, engine: Engine, options: Sequence[Option], names: Sequence[str], namespaces: Sequence[str]
) -> tuple[list[Kept], list[str]]:
    inspection = session.inspect(namespaces or None)
    gatherer = Gatherer(inspection.catalog, engine, session.measure(inspection.catalog))
    there, said = gatherer.there()
    if options:
        wanted = [each for each in there if Option(each.kind, each.text) in options]
        known = {Option(each.kind, each.text) for each in wanted}
        return [*wanted, *gatherer.new([each for each in options if each not in known])], [*inspection.notes, *said]
    return chosen(there, names), [*inspection.notes, *said]


@contextmanager
def _opened(text: str, *, read_only: bool, timeout: float) -> Iterator[tuple[Session, Engine, str]]:
    url = live_url(text)
    engine = engine_of(url)
    with engine.connect(url, read_only=read_only, timeout=timeout) as session:
        yield session, engine, url.shown
