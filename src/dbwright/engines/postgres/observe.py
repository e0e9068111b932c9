"""What a statement really does, seen while it runs on a scratch database: its locks, and which tables are written again."""

import re
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.effects import Effect, Lock
from dbwright.engines.base import Statement
from dbwright.engines.postgres.foresight import MODES, blocks
from dbwright.engines.postgres.words import TEMPORARY, qualified
from dbwright.errors import DbwrightError, ExecutionFault

if TYPE_CHECKING:
    from dbwright.engines.postgres.session import PostgresSession

_LOCKS = """
SELECT l.relation::bigint, l.mode FROM pg_catalog.pg_locks l
WHERE l.locktype = 'relation' AND l.granted AND l.pid = {pid} AND l.relation >= 16384
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
"""

_REQUESTS = """
SELECT CASE WHEN l.locktype = 'relation' AND l.relation >= 16384 THEN l.relation::bigint END, l.mode, NOT l.granted
FROM pg_catalog.pg_locks l WHERE l.pid = {pid}
"""

_RELATIONS = """
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, c.relfilenode::bigint, t.relname::text,
    CASE WHEN c.relkind IN ('r', 'm', 'p') THEN coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0) ELSE 0 END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S') AND n.nspname !~ '^pg_toast'
"""

_TRUNCATES = re.compile(r"\s*TRUNCATE\b", re.IGNORECASE)
_ALONE = ("25001",)
"""active_sql_transaction: the statement cannot run inside of a transaction."""

_KINDS = {
    "r": "table",
    "p": "table",
    "f": "table",
    "v": "view",
    "m": "view",
    "i": "index",
    "I": "index",
    "S": "sequence",
}
_PAUSE = 0.0005


class _Relations:
    """The relations of the database, as they are at one moment."""

    def __init__(self, session: "PostgresSession") -> None:
        self.refs: dict[int, Ref] = {}
        self.files: dict[int, int] = {}
        self.scans: dict[int, int] = {}
        self.tables: set[int] = set()
        for oid, namespace, name, kind, file, table, scans in session.query(_RELATIONS):
            number = int(str(oid))
            space = TEMPORARY if str(namespace).startswith("pg_temp_") else str(namespace)
            self.refs[number] = _ref(_KINDS[str(kind)], space, str(name), None if table is None else str(table))
            self.files[number] = int(str(file))
            self.scans[number] = int(str(scans))
            if str(kind) in ("r", "p"):
                self.tables.add(number)


def _ref(kind: str, namespace: str, name: str, table: str | None) -> Ref:
    match kind:
        case "index":
            return Ref("index", (namespace, table or "", name))
        case "view":
            return Ref("view", (namespace, name))
        case "sequence":
            return Ref("sequence", (namespace, name))
        case _:
            return Ref("table", (namespace, name))


def observe(session: "PostgresSession", statement: Statement, catalog: Catalog) -> Effect:
    """Run one statement and commit it; what existed before it and was locked, written again or read is told.

    Raises ExecutionFault where it fails; then nothing is left of it, unless it runs outside of transactions.
    """
    began = time.monotonic()
    try:
        before, held, after = _in_transaction(session, statement)
        transactional = True
    except ExecutionFault as fault:
        if fault.code not in _ALONE:
            raise
        before, held, after = _watched(session, statement)
        transactional = False
    effect = _effect(before, after, held, time.monotonic() - began, transactional=transactional)
    # An emptied table has a new file too, but no row was written.
    return msgspec.structs.replace(effect, rewrites=()) if _TRUNCATES.match(statement.text) else effect


_Seen = tuple[_Relations, set[tuple[int, str]], _Relations]
"""The relations before, the locks by relation and mode, and the relations after."""


def _in_transaction(session: "PostgresSession", statement: Statement) -> _Seen:
    """The locks are all held until the end of the transaction, so one look before it ends sees them all.

    The counters of scans are compared inside of it too: in between they may be reported, and begin again.
    """
    ((pid,),) = session.query("SELECT pg_backend_pid()")
    with session.transaction():
        before = _Relations(session)
        session.execute([statement])
        held = {(int(str(oid)), str(mode)) for oid, mode in session.query(_LOCKS.format(pid=pid))}
        after = _Relations(session)
    return before, held, after


def _watched(session: "PostgresSession", statement: Statement) -> _Seen:
    """What cannot run in a transaction is watched from other connections while it runs.

    It would often be too fast to be seen; so it is held up on its way, twice at most: by locks on the tables that it names,
    and then by a transaction that has only read them.
    """
    from dbwright.engines.postgres.session import open_session

    before = _Relations(session)
    ((pid,),) = session.query("SELECT pg_backend_pid()")
    held: set[tuple[int, str]] = set()
    ended = threading.Event()
    with open_session(session.url, read_only=False) as watcher, open_session(session.url, read_only=False) as holder:
        barriers = _hold_up(holder, _named(statement.text, before))

        def watch() -> None:
            with suppress(DbwrightError):
                try:
                    while not ended.is_set():
                        found = watcher.query(_REQUESTS.format(pid=pid))
                        held.update((int(str(oid)), str(mode)) for oid, mode, _ in found if oid is not None)
                        if barriers and any(waits for *_, waits in found):
                            holder.query(barriers.pop(0))
                        time.sleep(_PAUSE)
                finally:
                    holder.query("ROLLBACK")

        thread = threading.Thread(target=watch, name="dbwright lock watcher", daemon=True)
        thread.start()
        try:
            session.execute([statement])
        finally:
            ended.set()
            thread.join(10)
    return before, held, _Relations(session)


def _hold_up(holder: "PostgresSession", tables: list[str]) -> list[str]:
    """Begin to hold a statement up; what takes the barriers away, one after another."""
    if not tables:
        return []
    named = ", ".join(tables)
    with suppress(ExecutionFault):
        holder.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.query("SELECT 1")
        holder.query(f"LOCK TABLE {named} IN ACCESS SHARE MODE")
        holder.query("SAVEPOINT strong")
        holder.query(f"LOCK TABLE {named} IN SHARE UPDATE EXCLUSIVE MODE")
        return ["ROLLBACK TO SAVEPOINT strong", "ROLLBACK"]
    holder.query("ROLLBACK")
    return []


def _named(text: str, relations: _Relations) -> list[str]:
    """The tables that a statement names, or an index of which it names."""
    low = text.lower()
    paths = {
        ref.path[:2] for ref in relations.refs.values() if ref.kind in ("table", "index") and ref.name.lower() in low
    }
    tables = {ref.path for oid, ref in relations.refs.items() if ref.kind == "table" and oid in relations.tables}
    return [qualified(path[0], path[1]) for path in sorted(paths & tables)]


def _effect(
    before: _Relations, after: _Relations, held: set[tuple[int, str]], seconds: float, *, transactional: bool
) -> Effect:
    strongest: dict[int, str] = {}
    for oid, mode in held:
        name = _mode(mode)
        if oid in before.refs and (oid not in strongest or MODES.index(name) > MODES.index(strongest[oid])):
            strongest[oid] = name
    rewritten = [
        before.refs[oid]
        for oid, file in before.files.items()
        if file and oid in after.files and after.files[oid] != file and before.refs[oid].kind in ("table", "view")
    ]
    scanned = [
        before.refs[oid]
        for oid, scans in after.scans.items()
        if oid in before.refs and scans > before.scans[oid] and before.refs[oid] not in rewritten and oid in strongest
    ]
    built = [
        ref
        for oid, ref in after.refs.items()
        if ref.kind == "index" and after.files[oid] and after.files[oid] != before.files.get(oid)
        and ref.table not in rewritten and _was_there(ref, before)
    ]  # fmt: skip
    return Effect(
        locks=tuple(sorted(Lock(before.refs[oid], mode, blocks(mode)) for oid, mode in strongest.items())),
        rewrites=tuple(sorted(rewritten)),
        scans=tuple(sorted(scanned)),
        builds=tuple(sorted(built)),
        held_for="rows" if rewritten or scanned or built else "moment",
        seconds=seconds,
        transactional=transactional,
        basis="observed",
    )


def _was_there(index: Ref, before: _Relations) -> bool:
    return any(ref.path == index.path[:2] for ref in before.refs.values() if ref.kind in ("table", "view"))


def _mode(name: str) -> str:
    """pg_locks says AccessExclusiveLock where everyone says ACCESS EXCLUSIVE."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in name.removesuffix("Lock"))
    return words.strip().upper()
