"""What an ALTER TABLE is predicted to do, beside what the server does: its algorithm, its lock, and whether it writes all rows again."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.effects import Effect
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.split import split
from tests.support.mysql import inspected, is_mariadb, run
from tests.support.scratches import scratch_of

pytestmark = pytest.mark.mysql


class Clauses(NamedTuple):
    """A table, the statements that make it, and clauses of ALTER TABLE to try on it."""

    table: str
    start: str
    clauses: list[str]


def _clauses() -> Iterator[Clauses]:
    text = Path(__file__).with_name("mysql_alters.sql").read_text(encoding="utf-8")
    for part in text.split("-- table ")[1:]:
        start, _, clauses = part.partition("-- clauses\n")
        table, _, script = start.partition("\n")
        yield Clauses(table, script, clauses.strip().splitlines())


def _said(effect: Effect) -> tuple[object, ...]:
    lasting = tuple(lock.mode for lock in effect.locks if "moment" not in lock.mode)
    return effect.algorithm, lasting, effect.rewrites, effect.held_for


def _agree(predicted: Effect, observed: Effect) -> bool:
    """Work on partitions takes no ALGORITHM on MariaDB, so that none is seen there, and none is predicted."""
    if observed.algorithm is None:
        return True
    return _said(predicted)[predicted.algorithm is None :] == _said(observed)[predicted.algorithm is None :]


def _predicted(sql: str, catalog: Catalog, facts: Facts | None = None) -> Effect:
    return ENGINE.predict(parse_actions(sql, "mysql"), catalog, facts)


@pytest.mark.parametrize("case", list(_clauses()), ids=lambda case: case.table)
def test_what_is_predicted_is_what_happens(case: Clauses) -> None:
    surprises = []
    tried = 0
    with scratch_of("mysql") as scratch, scratch.open() as session:
        for clause in case.clauses:
            _anew(session, case.start)
            catalog = session.inspect().catalog
            sql = f"ALTER TABLE {case.table} {clause}"
            predicted = _predicted(sql, catalog)
            try:
                observed = session.observe(Statement(text=sql), catalog)
            except ExecutionFault:
                continue  # the other product's
            tried += 1
            if not _agree(predicted, observed):
                surprises.append((clause, _said(predicted), _said(observed)))
            assert predicted.rewrites == observed.rewrites, clause
            assert not observed.transactional
            assert not predicted.transactional
    assert surprises == []
    assert tried > len(case.clauses) / 3


def _anew(session: Session, script: str) -> None:
    session.query("SET SESSION foreign_key_checks = 0")
    for name, _ in session.query("SHOW FULL TABLES"):
        session.query(f"DROP TABLE `{name}`")
    session.query("SET SESSION foreign_key_checks = 1")
    session.execute(split(script, "mysql"))


# ---------------------------------------------------------------- versions


def _items(engine: str, version: tuple[int, ...]) -> Catalog:
    with scratch_of("mysql") as scratch:
        run(scratch, ["CREATE TABLE items (id int PRIMARY KEY, a int, b varchar(20))"])
        catalog = inspected(scratch)
    return msgspec.structs.replace(catalog, engine=engine, version=version)


@pytest.mark.parametrize(
    ("engine", "version", "clause", "algorithm"),
    [
        ("mysql", (5, 7, 40), "ADD COLUMN n int", "INPLACE"),
        ("mysql", (8, 0, 11), "ADD COLUMN n int", "INPLACE"),
        ("mysql", (8, 0, 12), "ADD COLUMN n int", "INSTANT"),
        ("mysql", (8, 0, 28), "ADD COLUMN n int FIRST", "INPLACE"),
        ("mysql", (8, 0, 29), "ADD COLUMN n int FIRST", "INSTANT"),
        ("mysql", (8, 0, 28), "DROP COLUMN a", "INPLACE"),
        ("mysql", (8, 4, 0), "DROP COLUMN a", "INSTANT"),
        ("mysql", (8, 0, 27), "RENAME COLUMN a TO c", "INPLACE"),
        ("mysql", (8, 0, 28), "RENAME COLUMN a TO c", "INSTANT"),
        ("mysql", (5, 7, 40), "ALTER COLUMN a SET DEFAULT 3", "INPLACE"),
        ("mysql", (8, 0, 12), "ALTER COLUMN a SET DEFAULT 3", "INSTANT"),
        ("mysql", (8, 4, 0), "MODIFY COLUMN a int FIRST", "INPLACE"),
        ("mysql", (8, 4, 0), "MODIFY COLUMN b varchar(60)", "INPLACE"),
        ("mysql", (8, 4, 0), "MODIFY COLUMN b varchar(64)", "COPY"),
        ("mysql", (8, 4, 0), "ADD CONSTRAINT c CHECK (a > 0)", "COPY"),
        ("mysql", (8, 0, 15), "ADD CONSTRAINT c CHECK (a > 0)", "INSTANT"),
        ("mariadb", (10, 3, 39), "ADD COLUMN n int", "INSTANT"),
        ("mariadb", (10, 3, 39), "ADD COLUMN n int FIRST", "INPLACE"),
        ("mariadb", (10, 4, 1), "ADD COLUMN n int FIRST", "INSTANT"),
        ("mariadb", (10, 3, 39), "DROP COLUMN a", "INPLACE"),
        ("mariadb", (10, 3, 39), "MODIFY COLUMN b varchar(64)", "COPY"),
        ("mariadb", (10, 4, 3), "MODIFY COLUMN b varchar(64)", "INSTANT"),
        ("mariadb", (11, 4, 2), "ADD KEY k (a)", "NOCOPY"),
        ("mariadb", (11, 4, 2), "MODIFY COLUMN a bigint", "COPY"),
    ],
)  # fmt: skip
def test_the_version_decides(engine: str, version: tuple[int, ...], clause: str, algorithm: str) -> None:
    effect = _predicted(f"ALTER TABLE items {clause}", _items(engine, version))
    assert effect.algorithm == algorithm


def test_mariadb_copies_online_from_11_2_on() -> None:
    sql = "ALTER TABLE items MODIFY COLUMN a bigint"
    assert _predicted(sql, _items("mariadb", (11, 1, 0))).blocks("writes")
    assert not _predicted(sql, _items("mariadb", (11, 2, 0))).blocks("writes")


# ---------------------------------------------------------------- what people are told


def _kinds(effect: Effect) -> set[str]:
    return {hazard.kind for hazard in effect.hazards}


@pytest.fixture
def shop(mysql_scratch: Scratch) -> Scratch:
    """A parent, a child, and a table with one of the things that change the way of an ALTER."""
    run(
        mysql_scratch,
        [
            "CREATE TABLE kinds (id int PRIMARY KEY)",
            "CREATE TABLE items (id int PRIMARY KEY, kind int, label varchar(50) COMMENT 'shown')",
            "ALTER TABLE items ADD CONSTRAINT of_kind FOREIGN KEY (kind) REFERENCES kinds (id)",
        ],
    )
    return mysql_scratch


def test_a_clause_that_the_server_refuses_is_said(shop: Scratch) -> None:
    catalog = inspected(shop)
    sql = "ALTER TABLE items MODIFY COLUMN label int, ALGORITHM=INPLACE, LOCK=NONE"
    effect = _predicted(sql, catalog)
    assert any("refuses ALGORITHM=INPLACE, LOCK=NONE" in hazard.message for hazard in effect.hazards)
    with shop.open() as session, pytest.raises(ExecutionFault) as caught:
        session.observe(Statement(text=sql), catalog)
    assert caught.value.code in ("1845", "1846")
    assert caught.value.statement == sql


def test_an_algorithm_that_is_asked_for_is_taken(shop: Scratch) -> None:
    catalog = inspected(shop)
    sql = "ALTER TABLE items ADD COLUMN n int, ALGORITHM=COPY"
    predicted = _predicted(sql, catalog)
    with shop.open() as session:
        observed = session.observe(Statement(text=sql), catalog)
    assert _said(predicted) == _said(observed)
    assert predicted.algorithm == "COPY"
    assert predicted.blocks("writes")


def test_a_copy_says_what_waits_and_for_how_long(shop: Scratch) -> None:
    catalog = inspected(shop)
    items = Ref("table", ("", "items"))
    facts = Facts(has_rows=True, tables={items: TableStats(rows=5_000_000, bytes=3 * 10**9)})
    effect = _predicted("ALTER TABLE items MODIFY COLUMN label text", catalog, facts)
    assert {"lock", "rewrite", "behaviour"} <= _kinds(effect)
    assert effect.seconds is not None
    assert effect.seconds > 60
    assert any("5,000,000 rows" in hazard.message for hazard in effect.hazards)
    few = Facts(has_rows=True, tables={items: TableStats(rows=5, bytes=16384)})
    assert "lock" not in _kinds(_predicted("ALTER TABLE items MODIFY COLUMN label text COMMENT 'shown'", catalog, few))


def test_modify_says_what_it_forgets(shop: Scratch) -> None:
    effect = _predicted("ALTER TABLE items MODIFY COLUMN label varchar(50)", inspected(shop))
    assert any("loses COMMENT 'shown'" in hazard.message for hazard in effect.hazards)


def test_parents_of_foreign_keys_are_locked_for_a_moment(shop: Scratch) -> None:
    kinds = Ref("table", ("", "kinds"))
    for sql in ("ALTER TABLE items DROP FOREIGN KEY of_kind", "DROP TABLE items"):
        assert kinds in {lock.relation for lock in _predicted(sql, inspected(shop)).locks}


@pytest.mark.parametrize(
    ("sql", "kinds", "transactional"),
    [
        ("DROP TABLE items", {"data-loss", "breaking"}, False),
        ("TRUNCATE TABLE items", {"data-loss"}, False),
        ("RENAME TABLE items TO things", {"breaking"}, False),
        ("DELETE FROM items", {"data-loss"}, True),
        ("UPDATE items SET kind = 1", {"lock"}, True),
        ("UPDATE items SET kind = 1 WHERE id = 3", set(), True),
        ("SELECT 1", set(), True),
        ("SET SESSION lock_wait_timeout = 3", set(), True),
        ("CREATE VIEW v AS SELECT 1", set(), False),
        ("CREATE TABLE new (id int)", set(), False),
        ("GRANT SELECT ON items TO 'x'@'%'", {"privilege"}, False),
        ("ALTER TABLE items DROP COLUMN label, ALGORITHM=INPLACE", {"data-loss", "breaking"}, False),
        ("ALTER TABLE nowhere ADD COLUMN n int", set(), False),
    ],
)
def test_other_statements(shop: Scratch, sql: str, kinds: set[str], transactional: bool) -> None:
    effect = _predicted(sql, inspected(shop))
    assert kinds <= _kinds(effect)
    assert kinds or not effect.hazards
    assert effect.transactional is transactional
    assert effect.basis == "predicted"


def test_mysql_counts_the_versions_of_a_row(shop: Scratch) -> None:
    if is_mariadb(shop):
        pytest.skip("MariaDB counts no versions.")
    effect = _predicted("ALTER TABLE items ADD COLUMN n int", inspected(shop))
    assert any("row versions" in hazard.message for hazard in effect.hazards)


# ---------------------------------------------------------------- observing


def test_statements_on_rows_run_as_they_are(shop: Scratch) -> None:
    catalog = inspected(shop)
    with shop.open() as session:
        assert session.observe(Statement(text="INSERT INTO kinds VALUES (7)"), catalog).transactional
        assert session.query("SELECT id FROM kinds") == [(7,)]
        made = session.observe(Statement(text="CREATE TABLE more (id int)"), catalog)
        assert (made.transactional, made.algorithm, made.basis) == (False, None, "observed")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX by_label ON items (label)",
        "create /* ; */ unique index `by``label` on `items` (label, id);",
        "ALTER TABLE items ADD KEY by_label (label)",
    ],
)
def test_indexes_are_seen_to_be_built(shop: Scratch, sql: str) -> None:
    catalog = inspected(shop)
    with shop.open() as session:
        effect = session.observe(Statement(text=sql), catalog)
    assert [ref.path[1] for ref in effect.builds] == ["items"]
    assert (effect.rewrites, effect.held_for) == ((), "rows")
    assert _said(_predicted(sql, catalog)) == _said(effect)


def test_a_statement_that_fails_fails_with_its_own_message(shop: Scratch) -> None:
    sql = "ALTER TABLE items ADD COLUMN id int"
    with shop.open() as session, pytest.raises(ExecutionFault) as caught:
        session.observe(Statement(text=sql), inspected(shop))
    assert (caught.value.statement, caught.value.code) == (sql, "1060")
