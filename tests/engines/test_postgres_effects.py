"""What is predicted of a statement beside what is seen while it runs: locks, rewrites, scans, transactions."""

from typing import NamedTuple

import pytest

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.change.effects import Effect
from dbwright.engines.base import Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.postgres.foresight import MODES
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.split import split
from tests.support.scratches import scratch_of

pytestmark = pytest.mark.postgres

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN plain AS integer;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION dice() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 4; END $$;
CREATE FUNCTION fixed() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 4';
CREATE TABLE kinds (id integer PRIMARY KEY, name text);
CREATE TABLE items (id integer PRIMARY KEY, kind_id integer, name varchar(20), price numeric(8,2),
    note text, at timestamp, mood mood, n plain,
    CONSTRAINT cheap CHECK (price < 1000000), CONSTRAINT named CHECK (name <> '') NOT VALID);
CREATE TABLE children (id integer, item_id integer CONSTRAINT of_item REFERENCES items, late integer CONSTRAINT late REFERENCES kinds);
ALTER TABLE children DROP CONSTRAINT late, ADD CONSTRAINT late FOREIGN KEY (late) REFERENCES kinds NOT VALID;
CREATE INDEX by_name ON items (name);
CREATE UNIQUE INDEX once ON items (note);
CREATE INDEX by_item ON children (item_id);
CREATE VIEW seen AS SELECT id FROM kinds;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM kinds;
CREATE UNIQUE INDEX counted_n ON counted (n);
CREATE SEQUENCE numbers;
CREATE TRIGGER fired BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY own ON items USING (true);
CREATE TABLE parts (id integer NOT NULL, at date NOT NULL, kind integer) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE loose (id integer NOT NULL, at date NOT NULL, kind integer);
CREATE INDEX parts_at ON parts (at);
CREATE INDEX loose_at ON loose (at);
INSERT INTO kinds SELECT g, 'k' FROM generate_series(1, 9) g;
INSERT INTO items SELECT g, 1, 'n' || g, g, 'x' || g, now(), 'ok', 1 FROM generate_series(1, 2000) g;
INSERT INTO children SELECT g, g, 1 FROM generate_series(1, 2000) g;
INSERT INTO parts SELECT g, '2024-01-01', 1 FROM generate_series(1, 500) g;
INSERT INTO loose SELECT g, '2026-01-01', 1 FROM generate_series(1, 500) g;
"""


class Seen(NamedTuple):
    """A statement, and what else has to be so for it: the oldest server."""

    sql: str
    since: int = 12


STATEMENTS: list[Seen | str] = [
    "ALTER TABLE items ADD COLUMN a integer",
    "ALTER TABLE items ADD COLUMN a integer DEFAULT 5 NOT NULL",
    "ALTER TABLE items ADD COLUMN a timestamptz DEFAULT now()",
    "ALTER TABLE items ADD COLUMN a uuid DEFAULT md5(random()::text)::uuid",
    "ALTER TABLE items ADD COLUMN a integer DEFAULT dice()",
    "ALTER TABLE items ADD COLUMN a integer DEFAULT fixed()",
    "ALTER TABLE items ADD COLUMN a serial",
    "ALTER TABLE items ADD COLUMN a integer GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE items ADD COLUMN a integer GENERATED ALWAYS AS (id * 2) STORED",
    "ALTER TABLE items ADD COLUMN a positive",
    "ALTER TABLE items ADD COLUMN a plain",
    "ALTER TABLE items ADD COLUMN a integer REFERENCES kinds",
    "ALTER TABLE items ADD COLUMN a integer CHECK (a > 0)",
    "ALTER TABLE items ADD COLUMN a integer UNIQUE",
    "ALTER TABLE items DROP COLUMN price",
    "ALTER TABLE children DROP COLUMN item_id",
    "ALTER TABLE items RENAME COLUMN price TO cost",
    "ALTER TABLE items ALTER name TYPE varchar(40)",
    "ALTER TABLE items ALTER name TYPE varchar(15)",
    "ALTER TABLE items ALTER name TYPE text",
    "ALTER TABLE items ALTER note TYPE varchar(99)",
    "ALTER TABLE items ALTER price TYPE numeric(10,2)",
    "ALTER TABLE items ALTER price TYPE numeric(10,3)",
    "ALTER TABLE items ALTER price TYPE numeric",
    "ALTER TABLE items ALTER kind_id TYPE bigint",
    "ALTER TABLE items ALTER kind_id TYPE text",
    "ALTER TABLE items ALTER kind_id TYPE integer USING kind_id + 1",
    "ALTER TABLE items ALTER at TYPE timestamp(3)",
    "ALTER TABLE items ALTER at TYPE date",
    "ALTER TABLE items ALTER mood TYPE text",
    "ALTER TABLE items ALTER n TYPE integer",
    "ALTER TABLE items ALTER kind_id TYPE plain",
    "ALTER TABLE items ALTER kind_id TYPE positive",
    "ALTER TABLE items ALTER kind_id SET NOT NULL",
    "ALTER TABLE items ALTER id SET NOT NULL",
    "ALTER TABLE items ALTER kind_id DROP NOT NULL",
    "ALTER TABLE items ALTER kind_id SET DEFAULT 3",
    "ALTER TABLE items ALTER kind_id DROP DEFAULT",
    "ALTER TABLE items ALTER note SET STORAGE EXTERNAL",
    "ALTER TABLE items ALTER note SET STATISTICS 100",
    "ALTER TABLE items ALTER note SET (n_distinct = 5)",
    "ALTER TABLE items SET (fillfactor = 70)",
    "ALTER TABLE items RESET (fillfactor)",
    "ALTER TABLE items CLUSTER ON by_name",
    "ALTER TABLE items REPLICA IDENTITY FULL",
    "ALTER TABLE loose SET UNLOGGED, SET (fillfactor = 50)",
    "ALTER TABLE kinds ALTER id ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE items ADD CONSTRAINT c CHECK (kind_id > 0)",
    "ALTER TABLE items ADD CONSTRAINT c CHECK (kind_id > 0) NOT VALID",
    "ALTER TABLE items ADD CONSTRAINT c FOREIGN KEY (kind_id) REFERENCES kinds",
    "ALTER TABLE items ADD CONSTRAINT c FOREIGN KEY (kind_id) REFERENCES kinds NOT VALID",
    "ALTER TABLE items ADD CONSTRAINT c UNIQUE (note, kind_id)",
    "ALTER TABLE items ADD CONSTRAINT c UNIQUE USING INDEX once",
    "ALTER TABLE children ADD PRIMARY KEY (id)",
    "ALTER TABLE items VALIDATE CONSTRAINT named",
    "ALTER TABLE children VALIDATE CONSTRAINT late",
    "ALTER TABLE items DROP CONSTRAINT cheap",
    "ALTER TABLE children DROP CONSTRAINT of_item",
    "ALTER TABLE items DROP CONSTRAINT items_pkey CASCADE",
    "ALTER TABLE items RENAME CONSTRAINT cheap TO not_dear",
    "ALTER TABLE children ALTER CONSTRAINT of_item DEFERRABLE",
    "CREATE INDEX i ON items (price)",
    "CREATE INDEX CONCURRENTLY i ON items (price)",
    "CREATE INDEX i ON counted (n)",
    "CREATE INDEX i ON parts (kind)",
    "CREATE INDEX i ON ONLY parts (kind)",
    "DROP INDEX by_name",
    "DROP INDEX CONCURRENTLY by_name",
    "DROP INDEX parts_at",
    "ALTER INDEX by_name RENAME TO by_names",
    "ALTER INDEX by_name SET (fillfactor = 60)",
    "REINDEX INDEX by_name",
    "REINDEX INDEX CONCURRENTLY by_name",
    "REINDEX TABLE items",
    "DROP TABLE children",
    "DROP TABLE items CASCADE",
    "DROP TABLE parts_1",
    "DROP TABLE parts",
    "ALTER TABLE items RENAME TO things",
    "TRUNCATE children",
    "TRUNCATE items CASCADE",
    "CREATE TABLE fresh (id integer)",
    "CREATE TABLE parts_3 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE parts DETACH PARTITION parts_1",
    Seen("ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY", 14),
    "ALTER TABLE parts ADD COLUMN a integer",
    "ALTER TABLE parts ADD CONSTRAINT c CHECK (id > 0)",
    "ALTER TABLE parts ADD PRIMARY KEY (id, at)",
    "ALTER TABLE parts ADD FOREIGN KEY (kind) REFERENCES kinds",
    "ALTER TABLE parts ALTER kind SET NOT NULL",
    "CREATE TRIGGER t AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION f()",
    "DROP TRIGGER fired ON items",
    "ALTER TABLE items DISABLE TRIGGER fired",
    "CREATE POLICY p ON items USING (true)",
    "ALTER POLICY own ON items USING (false)",
    "DROP POLICY own ON items",
    "ALTER TABLE items ENABLE ROW LEVEL SECURITY",
    "COMMENT ON TABLE items IS 'x'",
    "COMMENT ON COLUMN items.name IS 'x'",
    "GRANT SELECT ON items TO PUBLIC",
    "CREATE VIEW v AS SELECT * FROM items",
    "CREATE OR REPLACE VIEW seen AS SELECT id FROM kinds WHERE id > 3",
    "DROP VIEW seen",
    "REFRESH MATERIALIZED VIEW counted",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY counted",
    "DROP MATERIALIZED VIEW counted",
    "ALTER SEQUENCE numbers INCREMENT BY 5",
    "DROP SEQUENCE numbers",
    "ALTER TYPE mood ADD VALUE 'glad'",
    "ALTER DOMAIN plain ADD CONSTRAINT c CHECK (VALUE > 0)",
    "ALTER DOMAIN plain ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID",
    "ALTER DOMAIN plain SET NOT NULL",
    "VACUUM items",
    "VACUUM FULL items",
    "CLUSTER items USING by_name",
    "ANALYZE items",
    "INSERT INTO kinds VALUES (77, 'x')",
    "UPDATE items SET price = 1",
    "DELETE FROM children",
    "LOCK TABLE items IN SHARE MODE",
    "LOCK TABLE items",
]


def _seen(each: Seen | str) -> Seen:
    return each if isinstance(each, Seen) else Seen(each)


@pytest.mark.parametrize("case", [_seen(each) for each in STATEMENTS], ids=lambda case: case.sql)
def test_what_is_predicted_is_what_is_seen(case: Seen) -> None:
    with scratch_of("postgres") as scratch, scratch.open() as session:
        if session.version[0] < case.since:
            pytest.skip(f"PostgreSQL {case.since} is needed for {case.sql}.")
        session.execute(split(SCHEMA, "postgres"))
        catalog = session.inspect().catalog
        predicted = ENGINE.predict(parse_actions(case.sql, "postgres"), catalog)
        observed = session.observe(Statement(text=case.sql), catalog)
    assert predicted.basis == "predicted"
    assert observed.basis == "observed"
    if observed.transactional:
        assert _strong(predicted) == _strong(observed)
    else:  # a lock that is held for less than a look takes is not seen
        assert _strong(observed)
        assert _strong(observed).items() <= _strong(predicted).items()
    assert set(predicted.rewrites) == set(observed.rewrites)
    assert predicted.transactional == observed.transactional
    # Besides the rows that have to be read, the server may read small tables where it could use an index.
    assert set(predicted.scans) - set(observed.rewrites) <= set(observed.scans) | WITHOUT_ROWS


WITHOUT_ROWS = {Ref("table", ("public", "parts_2")), Ref("table", ("public", "parts"))}


def _strong(effect: Effect) -> dict[Ref, str]:
    """The locks on tables and views that keep anybody waiting."""
    return {
        lock.relation: lock.mode
        for lock in effect.locks
        if lock.relation.kind in ("table", "view") and MODES.index(lock.mode) >= MODES.index("SHARE UPDATE EXCLUSIVE")
    }


def test_a_failing_statement_leaves_nothing_and_says_why() -> None:
    with scratch_of("postgres") as scratch, scratch.open() as session:
        before = session.inspect().catalog
        with pytest.raises(ExecutionFault) as caught:
            session.observe(Statement(text="CREATE TABLE t (a integer, a integer)"), before)
        assert caught.value.code == "42701"
        assert session.inspect().catalog == before


def test_large_tables_make_hazards_and_small_ones_none() -> None:
    with scratch_of("postgres") as scratch, scratch.open() as session:
        session.execute(split(SCHEMA, "postgres"))
        catalog = session.inspect().catalog
    items = Ref("table", ("public", "items"))
    rewriting = parse_actions("ALTER TABLE items ALTER kind_id TYPE bigint", "postgres")
    large = Facts(tables={items: TableStats(rows=50_000_000, bytes=8_000_000_000)})
    small = Facts(tables={items: TableStats(rows=50, bytes=8_000)})
    effect = ENGINE.predict(rewriting, catalog, large)
    assert {hazard.kind for hazard in effect.hazards} >= {"rewrite", "lock", "breaking"}
    assert effect.seconds is not None
    assert 60 < effect.seconds < 3600
    assert {hazard.kind for hazard in ENGINE.predict(rewriting, catalog, small).hazards} == {"breaking"}
    assert ENGINE.predict(rewriting, catalog).seconds is None
    beside = ENGINE.predict(parse_actions("CREATE INDEX CONCURRENTLY i ON items (price)", "postgres"), catalog, large)
    assert {hazard.kind for hazard in beside.hazards} == {"not-transactional"}
    assert not beside.transactional
    assert beside.blocks("writes") == ()


def test_nothing_is_known_of_what_is_no_statement() -> None:
    with scratch_of("postgres") as scratch, scratch.open() as session:
        catalog = session.inspect().catalog
    for text in ("", "SELECT 1", "DO $$ BEGIN END $$", "ALTER TABLE nowhere ADD COLUMN a serial", "DROP INDEX nowhere"):
        assert ENGINE.predict(parse_actions(text, "postgres"), catalog).rewrites in (
            (),
            (Ref("table", ("public", "nowhere")),),
        )
