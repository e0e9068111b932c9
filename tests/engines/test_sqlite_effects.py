"""SQLite: what a statement does to others is predicted, and observed in the program that SQLite makes of it."""

from collections.abc import Iterator

import pytest

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.change.effects import Effect
from dbwright.engines.base import Session, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.actions import parse_actions

TABLES = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    'CREATE TABLE "T" (a INTEGER PRIMARY KEY, b TEXT, c TEXT, d INT)',
    "CREATE INDEX i ON T (b)",
    "CREATE TABLE w (a TEXT PRIMARY KEY, b, c) WITHOUT ROWID",
)
ROWS = ("INSERT INTO t VALUES (1, 2, 3, 4), (2, 3, 4, 5)", "INSERT INTO w VALUES (1, 2, 3)")
T = Ref("table", ("", "T"))
INDEX = T.child("index", "i")

WRITE, ALL, NONE = ("RESERVED",), ("EXCLUSIVE",), ()
CASES: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    # statement, locks, rewrites, scans, builds
    ("ALTER TABLE t DROP COLUMN d", WRITE, ("T",), (), ()),
    ("ALTER TABLE main.t DROP d", WRITE, ("T",), (), ()),
    ("ALTER TABLE w DROP COLUMN c", WRITE, ("w",), (), ()),
    ("ALTER TABLE t ADD COLUMN e INT", WRITE, (), (), ()),
    ("ALTER TABLE t ADD COLUMN e TEXT NOT NULL DEFAULT 'x'", WRITE, (), (), ()),
    ("ALTER TABLE t ADD COLUMN e INT CHECK (e > 0)", WRITE, (), ("T",), ()),
    ("ALTER TABLE t ADD COLUMN e INT REFERENCES p (id)", WRITE, (), (), ()),
    ("ALTER TABLE t ADD COLUMN e INT NOT NULL AS (d + 1)", WRITE, (), ("T",), ()),
    ("ALTER TABLE t RENAME COLUMN b TO e", WRITE, (), (), ()),
    ("ALTER TABLE t RENAME TO u", WRITE, (), (), ()),
    ("CREATE INDEX j ON t (c)", WRITE, (), ("T",), ("T.j",)),
    ("CREATE UNIQUE INDEX j ON t (a, c)", WRITE, (), ("T",), ("T.j",)),
    ("REINDEX i", WRITE, (), ("T",), ("T.i",)),
    ("DROP INDEX i", WRITE, (), (), ()),
    ("DROP TABLE t", WRITE, (), (), ()),
    ("CREATE TABLE z (a, b)", WRITE, (), (), ()),
    ("CREATE VIEW z AS SELECT * FROM t", WRITE, (), (), ()),
    ("UPDATE t SET d = 1", WRITE, ("T",), (), ()),
    ("UPDATE t SET d = 1 WHERE c = '3'", WRITE, (), ("T",), ()),
    ("DELETE FROM t WHERE c = '3'", WRITE, (), ("T",), ()),
    ("INSERT INTO t (b) VALUES (1)", WRITE, (), (), ()),
    ("VACUUM", ALL, ("T", "p", "w"), (), ()),
    ("SELECT * FROM p WHERE id = 1", NONE, (), (), ()),
    ("BEGIN IMMEDIATE", WRITE, (), (), ()),
    ("BEGIN", NONE, (), (), ()),
    ("PRAGMA user_version = 7", WRITE, (), (), ()),
]


@pytest.fixture
def session() -> Iterator[Session]:
    """A session on an empty database with tables."""
    with ENGINE.scratch() as scratch, scratch.open() as opened:
        opened.execute(Statement(text=text) for text in TABLES)
        yield opened


def _predicted(session: Session, sql: str, facts: Facts | None = None) -> Effect:
    return ENGINE.predict(parse_actions(sql, "sqlite"), session.inspect().catalog, facts)


def _told(effect: Effect) -> tuple[tuple[str, ...], ...]:
    names = [tuple(str(ref) for ref in refs) for refs in (effect.rewrites, effect.scans, effect.builds)]
    return (tuple(lock.mode for lock in effect.locks), *names)


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize(("sql", "locks", "rewrites", "scans", "builds"), CASES, ids=[case[0] for case in CASES])
def test_predicted_and_observed(
    session: Session,
    sql: str,
    locks: tuple[str, ...],
    rewrites: tuple[str, ...],
    scans: tuple[str, ...],
    builds: tuple[str, ...],
    rows: bool,
) -> None:
    if rows:
        session.execute(Statement(text=text) for text in ROWS)
    if not sql.startswith("PRAGMA"):
        assert _told(_predicted(session, sql)) == (locks, rewrites, scans, builds)
    observed = session.observe(Statement(text=sql), session.inspect().catalog)
    assert observed.basis == "observed"
    if sql == "UPDATE t SET d = 1" and not rows:
        return  # no row, none written again
    if not sql.startswith("PRAGMA"):
        assert _told(observed) == (locks, rewrites, scans, builds)
    assert (observed.held_for == "rows") == bool(rewrites or scans or builds)
    assert observed.transactional == (sql != "VACUUM")


def test_a_statement_that_is_observed_has_run(session: Session) -> None:
    session.observe(Statement(text="ALTER TABLE t DROP COLUMN d"), session.inspect().catalog)
    assert [name for _, name, *_ in session.query("PRAGMA table_info(t)")] == ["a", "b", "c"]
    with pytest.raises(ExecutionFault, match="no such column"):
        session.observe(Statement(text="ALTER TABLE t DROP COLUMN d"), session.inspect().catalog)
    with pytest.raises(ExecutionFault, match="syntax error"):
        session.observe(Statement(text="ALTER TABEL t"), session.inspect().catalog)


def _hazards(effect: Effect) -> set[tuple[str, str]]:
    return {(hazard.kind, str(hazard.target)) for hazard in effect.hazards}


@pytest.mark.parametrize(
    ("sql", "hazards"),
    [
        ("ALTER TABLE t DROP COLUMN d", {("data-loss", "T.d"), ("rewrite", "T")}),
        ("DROP TABLE t", {("data-loss", "T")}),
        ("ALTER TABLE t ADD COLUMN e INT NOT NULL", {("data-dependent", "T")}),
        ("CREATE UNIQUE INDEX j ON t (c)", {("data-dependent", "T"), ("scan", "T")}),
        ("CREATE INDEX j ON t (c)", {("scan", "T")}),
        ("PRAGMA writable_schema = ON", {("data-loss", "main")}),
        ("PRAGMA journal_mode = off", {("data-loss", "main")}),
        ("DROP TABLE nowhere", set()),
        ("nonsense", set()),
        ("", set()),
    ],
)
def test_hazards(session: Session, sql: str, hazards: set[tuple[str, str]]) -> None:
    assert _hazards(_predicted(session, sql)) == hazards


def test_a_table_whose_rows_were_copied_can_go(session: Session) -> None:
    session.execute([Statement(text="CREATE TABLE new__T (a, b, c)")])
    assert _hazards(_predicted(session, "DROP TABLE t")) == set()


def test_sizes_tell_how_long(session: Session) -> None:
    few = Facts(has_rows=True, tables={T: TableStats(rows=10, exact=True, bytes=4096)})
    many = Facts(has_rows=True, tables={T: TableStats(rows=5_000_000, bytes=1_000_000_000)})
    drop = "ALTER TABLE t DROP COLUMN d"
    assert _predicted(session, drop).seconds is None
    assert (_predicted(session, drop, few).seconds or 1) < 0.01
    assert _hazards(_predicted(session, drop, few)) == {("data-loss", "T.d")}
    long = _predicted(session, drop, many)
    assert 5 < (long.seconds or 0) < 120
    assert ("lock", "main") in _hazards(long)
    assert any("5,000,000 rows of T" in hazard.message for hazard in long.hazards)


def test_a_rebuild_writes_all_rows_again(session: Session) -> None:
    effect = _predicted(session, "INSERT INTO dbwright_new_T (a) SELECT a FROM T")
    assert effect.rewrites == (T,)
    assert effect.held_for == "rows"
