"""What engines measure without asking a row: sizes, empty room, columns, statements and sessions."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from tests.support.scratches import ENGINES, scratch_of


def _measure(session: Session) -> Facts:
    return session.measure(session.inspect().catalog)


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def scratch(request: pytest.FixtureRequest) -> Iterator[tuple[str, Scratch]]:
    with scratch_of(request.param) as made:
        yield request.param, made


def test_columns_are_known_after_an_analysis(scratch: tuple[str, Scratch]) -> None:
    name, made = scratch
    with made.open() as session:
        session.query("CREATE TABLE t (id integer PRIMARY KEY, seven integer, unfilled integer)")
        session.query("CREATE INDEX sevens ON t (seven)")
        session.query("INSERT INTO t VALUES " + ", ".join(f"({n}, {n % 7}, NULL)" for n in range(1, 701)))
        session.query("ANALYZE TABLE t" if name == "mysql" else "ANALYZE")
        facts = _measure(session)
    table = Ref("table", ("public" if name == "postgres" else "", "t"))
    seven = facts.columns[table.child("column", "seven")]
    assert seven.distinct is not None
    # MySQL looks at a few pages only.
    assert 3 <= seven.distinct <= 21
    assert name == "mysql" or round(seven.distinct) == 7
    unfilled = facts.columns.get(table.child("column", "unfilled"))
    if name == "postgres":
        assert unfilled is not None
        assert (unfilled.null_share, seven.null_share) == (1.0, 0.0)
    else:
        assert unfilled is None


def test_sessions_are_seen_but_not_our_own(scratch: tuple[str, Scratch]) -> None:
    name, made = scratch
    with made.open() as session:
        before = _measure(session).connections
        with made.open() as other:
            other.query("SELECT 1")
            after = _measure(session).connections
    if name == "sqlite":
        assert after == ()
        return
    assert sum(each.count for each in after) == sum(each.count for each in before) + 1
    assert all(each.role and each.address == "local" for each in after)
    assert any(each.superuser for each in after)
    if name == "postgres":
        assert {each.application for each in after} == {"dbwright"}


def test_statements_are_read_where_the_server_keeps_them(scratch: tuple[str, Scratch]) -> None:
    name, made = scratch
    with made.open() as session:
        session.query("CREATE TABLE t (id integer PRIMARY KEY)")
        if name == "postgres":
            try:
                session.query("CREATE EXTENSION pg_stat_statements")
            except Exception:
                pytest.skip("pg_stat_statements is not installed")
        for number in range(3):
            session.query(f"SELECT id FROM t WHERE id = {number}")
        facts = _measure(session)
    if name == "sqlite":
        assert facts.queries == ()
        return
    seen = [each for each in facts.queries if "t" in each.sql and "id" in each.sql and each.calls >= 3]
    told = any("statements" in note for note in facts.notes)
    # A server that keeps none says unfilled, or why it cannot: never a failure.
    assert seen or told or not facts.queries
    for each in seen:
        assert "= 0" not in each.sql
        assert each.seconds is not None


# ---------------------------------------------------------------- empty room


@pytest.mark.postgres
def test_empty_room_of_postgres_is_estimated_well() -> None:
    with scratch_of("postgres") as made, made.open() as session:
        session.query(
            "CREATE TABLE t (id integer PRIMARY KEY, word text, at timestamptz, n numeric, flag boolean, u uuid)"
        )
        session.query(
            "INSERT INTO t SELECT i, repeat('x', i % 40) || i, now(), i, i % 3 = 0, md5(i::text)::uuid FROM generate_series(1, 60000) i"
        )
        session.query("CREATE INDEX words ON t (word, at)")
        session.query("CREATE INDEX uuids ON t (u)")
        session.query("CREATE INDEX looked_for ON t (lower(word))")
        session.query("CREATE TABLE small (id integer); INSERT INTO small VALUES (1)")
        session.query("VACUUM ANALYZE t")
        full = _measure(session)
        until = time.monotonic() + 15
        while full.tables[Ref("table", ("public", "t"))].vacuumed is None and time.monotonic() < until:
            time.sleep(0.3)  # an older server counts a moment later
            full = _measure(session)
        session.query("DELETE FROM t WHERE id % 4 > 0")
        session.query("ANALYZE t")
        facts = _measure(session)
        while not facts.tables[Ref("table", ("public", "t"))].free_bytes and time.monotonic() < until + 15:
            time.sleep(0.3)
            facts = _measure(session)
    table = Ref("table", ("public", "t"))
    heap = full.tables[table]
    assert heap.bytes is not None
    assert heap.free_bytes is not None
    assert heap.free_bytes < 0.05 * heap.bytes
    assert heap.vacuumed is not None
    assert 0 <= heap.vacuumed < 1
    for name in ("t_pkey", "words", "uuids"):
        use, later = (measured.indexes[table.child("index", name)] for measured in (full, facts))
        assert use.free_bytes is not None
        assert use.bytes is not None
        assert use.free_bytes < 0.15 * use.bytes, name
        assert later.free_bytes is not None
        assert later.free_bytes > 0.5 * use.bytes, name
    assert full.indexes[table.child("index", "looked_for")].free_bytes is None
    assert full.tables[Ref("table", ("public", "small"))].free_bytes is None
    emptied = facts.tables[table].free_bytes
    assert emptied is not None
    assert emptied > 0.4 * (heap.bytes - sum(use.bytes or 0 for use in full.indexes.values()))


@pytest.mark.postgres
def test_dead_rows_are_counted_and_partitions_summed() -> None:
    with scratch_of("postgres") as made, made.open() as session:
        session.query("CREATE TABLE p (id integer, d date) PARTITION BY RANGE (id)")
        session.query("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000) WITH (autovacuum_enabled = off)")
        session.query("CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1000) TO (2000) WITH (autovacuum_enabled = off)")
        session.query("INSERT INTO p SELECT i, '2024-01-01' FROM generate_series(1, 1999) i")
        session.query("ANALYZE p")
        session.query("DELETE FROM p WHERE id % 2 = 0")
        whole = Ref("table", ("public", "p"))
        until = time.monotonic() + 15
        while not (facts := _measure(session)).tables[whole].dead_rows and time.monotonic() < until:
            time.sleep(0.3)  # the server counts a moment later
    assert facts.tables[whole].dead_rows == 999
    assert facts.tables[whole].vacuumed is None
    assert facts.columns[whole.child("column", "d")].distinct == 1.0


@pytest.mark.mysql
def test_empty_room_of_mysql_is_what_the_engine_says() -> None:
    with scratch_of("mysql") as made, made.open() as session:
        session.query("CREATE TABLE t (id integer PRIMARY KEY)")
        free = _measure(session).tables[Ref("table", ("", "t"))].free_bytes
    assert free is not None
    assert free >= 0


@pytest.mark.sqlite
def test_empty_room_of_sqlite() -> None:
    with scratch_of("sqlite") as made, closing(made.open()) as session:
        session.query("CREATE TABLE t (id integer PRIMARY KEY, word text)")
        session.query("CREATE INDEX words ON t (word)")
        session.query(
            "INSERT INTO t WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 5000) SELECT i, 'word' || i FROM g"
        )
        table = Ref("table", ("", "t"))
        full = _measure(session).tables[table]
        session.query("DELETE FROM t WHERE id % 2 = 0")
        facts = _measure(session)
    if full.bytes is None:
        assert full.free_bytes is None  # built without dbstat
        return
    assert full.free_bytes is not None
    assert full.free_bytes < 0.1 * full.bytes
    assert (facts.tables[table].free_bytes or 0) > full.free_bytes
    assert engine("sqlite").name == "sqlite"


@pytest.mark.postgres
def test_what_may_not_be_seen_is_no_failure(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query(
            "CREATE TABLE secret (id integer); INSERT INTO secret SELECT generate_series(1, 10); ANALYZE secret"
        )
        session.query("CREATE ROLE dbwright_test_nobody")
        catalog = session.inspect().catalog
        try:
            session.query("SET ROLE dbwright_test_nobody")
            facts = session.measure(catalog)
        finally:
            session.query("RESET ROLE")
            session.query("DROP ROLE dbwright_test_nobody")
    assert facts.columns == {}
    assert facts.tables[Ref("table", ("public", "secret"))].rows == 10
