"""The counters of MySQL and MariaDB as facts."""

from dbwright.catalog.facts import SequenceState
from dbwright.catalog.names import Ref
from dbwright.engines.base import Scratch
from dbwright.engines.mysql.engine import ENGINE
from tests.support.mysql import is_mariadb, run


def test_sizes_and_how_far_auto_increment_has_come(mysql_scratch: Scratch) -> None:
    run(
        mysql_scratch,
        [
            "CREATE TABLE small (id tinyint unsigned AUTO_INCREMENT PRIMARY KEY, a int, KEY by_a (a))",
            "INSERT INTO small (id) VALUES (200)",
            "CREATE TABLE fresh (id bigint AUTO_INCREMENT PRIMARY KEY)",
            "CREATE TABLE plain (id int)",
            "ANALYZE TABLE small, fresh, plain",
        ],
    )
    with ENGINE.connect(mysql_scratch.url) as session:
        facts = session.measure(session.inspect().catalog)
    small, fresh = Ref("table", ("", "small")), Ref("table", ("", "fresh"))
    assert facts.has_rows
    assert facts.tables[small].rows == 1
    assert (facts.tables[small].bytes or 0) > 0
    assert facts.sequences == {
        small.child("column", "id"): SequenceState(last=200, maximum=255),
        fresh.child("column", "id"): SequenceState(last=0, maximum=2**63 - 1),
    }
    assert set(facts.indexes) == {small.child("index", "by_a")}


def test_sequences_of_mariadb(mysql_scratch: Scratch) -> None:
    if not is_mariadb(mysql_scratch):
        return
    run(mysql_scratch, ["CREATE SEQUENCE s MAXVALUE 50 NOCACHE", "DO NEXTVAL(s)", "DO NEXTVAL(s)"])
    with ENGINE.connect(mysql_scratch.url) as session:
        facts = session.measure(session.inspect().catalog)
    assert facts.sequences == {Ref("sequence", ("", "s")): SequenceState(last=2, maximum=50)}


def test_the_use_of_an_index_is_counted_or_said_to_be_unknown(mysql_scratch: Scratch) -> None:
    run(mysql_scratch, ["CREATE TABLE t (id int, a int, b int, KEY used (a), KEY idle (b))"])
    run(mysql_scratch, ["INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)", "SELECT id FROM t FORCE INDEX (used) WHERE a = 1"])
    with ENGINE.connect(mysql_scratch.url) as session:
        facts = session.measure(session.inspect().catalog)
        counted = session.query("SELECT @@performance_schema")[0][0]
    table = Ref("table", ("", "t"))
    used, idle = facts.indexes[table.child("index", "used")], facts.indexes[table.child("index", "idle")]
    if counted:
        assert (used.scans or 0) > 0
        assert idle.scans == 0
        assert idle.days is not None
    else:
        assert (used.scans, idle.scans, idle.days) == (None, None, None)
        assert any("The use of indexes is not known" in note for note in facts.notes)
