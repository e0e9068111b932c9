"""Running a statement on a scratch database and finding out by trying how the server carries it out."""

from collections.abc import Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.effects import Effect
from dbwright.engines.base import Statement
from dbwright.engines.mysql.locks import locks_of
from dbwright.engines.mysql.scope import text
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.text import tokens, unquote
from dbwright.engines.mysql.words import literal
from dbwright.errors import ExecutionFault

_LADDER = (
    ("INSTANT", None),
    ("NOCOPY", "NONE"),
    ("NOCOPY", "SHARED"),
    ("INPLACE", "NONE"),
    ("INPLACE", "SHARED"),
    ("COPY", "NONE"),
    ("COPY", "SHARED"),
)
_NOT_THIS_WAY = frozenset(("1064", "1221", "1845", "1846", "1235", "4080", "4092"))
"""Codes that say that a statement cannot go this way, or takes no such clause; it may go another."""

_DATA = frozenset(("INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "DO", "CALL", "SET"))


def observe(session: MySQLSession, statement: Statement, catalog: Catalog) -> Effect:
    """Run one statement and report its algorithm, its lock, and which tables were written again.

    An ALTER TABLE, CREATE INDEX or DROP INDEX that names no ALGORITHM and no LOCK is tried by all of them, the cheapest
    first; the first that the server accepts is the one that it takes on its own, too. Servers accept by the definitions
    alone, not by the rows, so that a scratch table without rows tells the same as a full one; what rows make fail
    (duplicates, NULLs) shows only where the scratch database has such rows. Raises ExecutionFault where it fails.
    """
    words = [token for token in tokens(statement.text) if not token.isspace() and token[:2] not in ("/*", "--")]
    table = _altered(words, catalog)
    if table is None:
        session.execute([statement])
        return Effect(basis="observed", transactional=words[:1] != [] and words[0].upper() in _DATA)
    before = _Snapshot(session, table)
    if any(word.upper() in ("ALGORITHM", "LOCK") for word in words):
        session.execute([statement])
        return _observed(session, before, _named(words), table, words)
    return _observed(session, before, _by_trying(session, statement), table, words)


def _by_trying(session: MySQLSession, statement: Statement) -> tuple[str, str | None] | None:
    for algorithm, lock in _LADDER:
        if algorithm == "NOCOPY" and session.flavour != "mariadb":
            continue
        try:
            session.execute([_with_clause(statement, algorithm, lock)])
        except ExecutionFault as fault:
            if fault.code not in _NOT_THIS_WAY:
                break  # the statement itself is wrong; as it was written it says why
        else:
            return algorithm, lock
    session.execute([statement])
    return None


def _with_clause(statement: Statement, algorithm: str, lock: str | None) -> Statement:
    """The statement with ALGORITHM and LOCK, right behind the table's name: there every ALTER TABLE takes them."""
    cut = tokens(statement.text)
    start = _after_name(cut)
    if start is None:
        clause = f" ALGORITHM={algorithm}" + (f" LOCK={lock}" if lock else "")
        return Statement(text=statement.text.rstrip().rstrip(";") + clause)
    clause = f" ALGORITHM={algorithm}," + (f" LOCK={lock}," if lock else "")
    return Statement(text="".join(cut[:start]) + clause + " " + "".join(cut[start:]))


_SKIPPED = frozenset(("ALTER", "ONLINE", "IGNORE", "TABLE", "IF", "EXISTS"))


def _after_name(cut: Sequence[str]) -> int | None:
    """Where the name of an ALTER TABLE's table ends; None for other statements."""
    position = _next(cut, 0)
    if position is None or cut[position].upper() != "ALTER":
        return None
    while position is not None and cut[position].upper() in _SKIPPED:
        position = _next(cut, position + 1)
    while position is not None:
        following = _next(cut, position + 1)
        if following is None or cut[following] != ".":
            return position + 1
        position = _next(cut, following + 1)
    return None


def _next(cut: Sequence[str], start: int) -> int | None:
    for position in range(start, len(cut)):
        if not cut[position].isspace() and cut[position][:2] not in ("/*", "--") and cut[position][0] != "#":
            return position
    return None


def _altered(words: Sequence[str], catalog: Catalog) -> Ref | None:
    """The table that a statement alters; None where it alters none that is in the catalog."""
    upper = [word.upper() for word in words]
    if upper[:1] == ["ALTER"] and "TABLE" in upper[1:4]:
        rest = [word for word in words[upper.index("TABLE") + 1 :] if word.upper() not in ("IF", "EXISTS")]
    elif upper[:1] in (["CREATE"], ["DROP"]) and "INDEX" in upper[1:4] and "ON" in upper:
        rest = list(words[upper.index("ON") + 1 :])
    else:
        return None
    name = rest[2] if rest[1:2] == ["."] and len(rest) > 2 else rest[0] if rest else ""
    plain = unquote(name) if name.startswith("`") else name
    return next((table.ref for table in catalog.tables if table.name == plain), None)


def _named(words: Sequence[str]) -> tuple[str, str | None] | None:
    """The ALGORITHM and the LOCK that a statement names; None where it leaves the algorithm to the server."""
    said = {"ALGORITHM": "DEFAULT", "LOCK": "DEFAULT"}
    for position, word in enumerate(words[:-1]):
        if word.upper() in said:
            value = words[position + 1 :][:2]
            said[word.upper()] = value[-1].upper() if value[0] == "=" else value[0].upper()
    if said["ALGORITHM"] == "DEFAULT":
        return None
    lock = said["LOCK"] if said["LOCK"] != "DEFAULT" else "SHARED" if said["ALGORITHM"] == "COPY" else "NONE"
    return said["ALGORITHM"], lock


# ---------------------------------------------------------------- what changed


class _Snapshot:
    """InnoDB's own numbers of tables and indexes of the database: what is written again gets a new one.

    tables: file name of a table or a partition → number. indexes: number of a table and name of an index → number.
    engine: what stores the altered table, None where it is not there under its name.
    """

    def __init__(self, session: MySQLSession, table: Ref) -> None:
        prefix = "INNODB_SYS_" if session.flavour == "mariadb" else "INNODB_"
        own = f"{session.url.database}/"
        self.tables: dict[str, str] = {}
        for cell, number in session.query(f"SELECT NAME, TABLE_ID FROM information_schema.{prefix}TABLES"):
            name = text(cell)
            if name.startswith(own) and not name.removeprefix(own).lower().startswith("fts_"):
                self.tables[name] = text(number)
        rows = session.query(f"SELECT TABLE_ID, NAME, INDEX_ID FROM information_schema.{prefix}INDEXES")
        self.indexes = {(text(number), text(name)): text(index) for number, name, index in rows}
        found = session.query(
            "SELECT ENGINE FROM information_schema.TABLES"
            f" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {literal(table.name)}"
        )
        self.engine = text(found[0][0]) if found else None


def _was_rewritten(before: _Snapshot, after: _Snapshot) -> bool:
    """Whether a table or partition of the same name is another one, or some went while others came."""
    if after.engine is None:
        return False
    if before.engine != after.engine:
        return True
    old, new = before.tables, after.tables
    return any(new[name] != old[name] for name in old.keys() & new.keys()) or (
        bool(old.keys() - new.keys()) and bool(new.keys() - old.keys())
    )


def _observed(
    session: MySQLSession, before: _Snapshot, took: tuple[str, str | None] | None, table: Ref, words: Sequence[str]
) -> Effect:
    """What the numbers tell after the statement about the table that it altered."""
    after = _Snapshot(session, table)
    truncates = any(word.upper() == "TRUNCATE" for word in words)
    rewritten = not truncates and _was_rewritten(before, after)
    algorithm, lock = took or (None, None)
    if algorithm == "COPY" or (algorithm in ("INSTANT", "NOCOPY") and rewritten):
        # MariaDB says INSTANT to another engine or order of the rows, and copies all the same.
        algorithm, lock, rewritten = "COPY", lock or "SHARED", True
    kept = {number for name, number in after.tables.items() if before.tables.get(name) == number}
    builds = [
        table.child("index", name)
        for (number, name), index in after.indexes.items()
        if number in kept and index not in before.indexes.values()
    ]
    brief = not rewritten and not builds
    return Effect(
        # Without an algorithm that was accepted, nothing is known of the lock.
        locks=locks_of(table, lock or "NONE", brief=brief) if algorithm else (),
        rewrites=(table,) if rewritten else (),
        builds=tuple(sorted(builds)) if not rewritten else (),
        held_for="moment" if brief else "rows",
        transactional=False,
        algorithm=algorithm,
        basis="observed",
    )
