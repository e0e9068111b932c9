"""Which columns a query sets equal."""

import pytest

from dbwright.catalog.names import Ref
from dbwright.readers.sql.joins import JoinReader
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split

SCHEMA = """
CREATE TABLE a (id integer PRIMARY KEY, b_id integer, name text);
CREATE TABLE b (id integer PRIMARY KEY, c_id integer, label text);
CREATE TABLE c (c_id integer PRIMARY KEY, title text);
CREATE TABLE d (x integer, y integer);
CREATE TABLE e (x integer, y integer, PRIMARY KEY (x, y));
CREATE VIEW ab AS SELECT a.name, a.b_id AS the_b FROM a;
"""


def read(sql: str, dialect: Dialect = "sqlite") -> set[str]:
    catalog, _ = parse(list(split(SCHEMA, dialect)), dialect)
    pairs = JoinReader(catalog).joins(sql)
    return {f"{left.table.name}.{left.name} = {right.table.name}.{right.name}" for left, right in pairs}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM a JOIN b ON a.b_id = b.id", {"a.b_id = b.id"}),
        ("SELECT * FROM a AS x, b AS y WHERE y.id = x.b_id AND x.name = 'q'", {"a.b_id = b.id"}),
        ("SELECT * FROM a, b WHERE b_id = b.id", {"a.b_id = b.id"}),
        ("SELECT * FROM b JOIN c USING (c_id)", {"b.c_id = c.c_id"}),
        ("SELECT * FROM b NATURAL JOIN c", {"b.c_id = c.c_id"}),
        (
            "SELECT * FROM ((a JOIN b ON ((a.b_id = b.id))) JOIN c ON b.c_id = c.c_id)",
            {"a.b_id = b.id", "b.c_id = c.c_id"},
        ),
        ("SELECT * FROM a WHERE b_id IN (SELECT id FROM b WHERE label = 'q')", {"a.b_id = b.id"}),
        ("SELECT * FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.b_id)", {"a.b_id = b.id"}),
        ("SELECT * FROM a WHERE b_id = (SELECT max(id) FROM b)", {"a.b_id = b.id"}),
        ("SELECT (SELECT label FROM b WHERE id = a.b_id) FROM a", {"a.b_id = b.id"}),
        ("WITH q AS (SELECT id AS key FROM b) SELECT * FROM a JOIN q ON q.key = a.b_id", {"a.b_id = b.id"}),
        ("WITH q (key) AS (SELECT id FROM b) SELECT * FROM a JOIN q ON q.key = a.b_id", {"a.b_id = b.id"}),
        ("SELECT * FROM a JOIN (SELECT * FROM b) AS q ON q.id = a.b_id", {"a.b_id = b.id"}),
        ("SELECT * FROM ab JOIN b ON ab.the_b = b.id", {"a.b_id = b.id"}),
        ("SELECT * FROM a JOIN b ON CAST(a.b_id AS text) = CAST(b.id AS text)", {"a.b_id = b.id"}),
        ("SELECT * FROM d JOIN e ON (d.x, d.y) = (e.x, e.y)", {"d.x = e.x", "d.y = e.y"}),
        ("SELECT * FROM d WHERE (x, y) IN (SELECT x, y FROM e)", {"d.x = e.x", "d.y = e.y"}),
        ("SELECT id FROM a UNION SELECT b.id FROM b JOIN c ON c.c_id = b.c_id", {"b.c_id = c.c_id"}),
        ("UPDATE a SET name = b.label FROM b WHERE a.b_id = b.id", {"a.b_id = b.id"}),
        ("DELETE FROM a WHERE b_id IN (SELECT id FROM b)", {"a.b_id = b.id"}),
        ("INSERT INTO d SELECT a.id, b.id FROM a JOIN b ON a.b_id = b.id", {"a.b_id = b.id"}),
        ("SELECT * FROM a JOIN a AS other ON a.id = other.id", set()),
        ("SELECT * FROM a JOIN b ON a.b_id < b.id", set()),
        ("SELECT * FROM a JOIN b ON a.b_id = b.id + 1", set()),
        ("SELECT * FROM a, b WHERE id = 1", set()),
        ("SELECT * FROM a JOIN nowhere ON a.b_id = nowhere.id", set()),
        ("this is ( no SQL at 'all", set()),
        ("", set()),
    ],
)
def test_pairs_of_columns(sql: str, expected: set[str]) -> None:
    assert read(sql) == expected


def test_changes_of_rows_in_other_dialects() -> None:
    assert read("UPDATE a JOIN b ON a.b_id = b.id SET a.name = b.label", "mysql") == {"a.b_id = b.id"}
    assert read("DELETE a FROM a JOIN b ON a.b_id = b.id", "mysql") == {"a.b_id = b.id"}
    assert read("DELETE FROM a USING b WHERE a.b_id = b.id", "postgres") == {"a.b_id = b.id"}
    assert read("SELECT * FROM a WHERE b_id = ANY (SELECT id FROM b)", "postgres") == {"a.b_id = b.id"}
    assert read("SELECT * FROM a LEFT JOIN LATERAL (SELECT * FROM b WHERE b.id = a.b_id) q ON true", "postgres") == {
        "a.b_id = b.id"
    }


def test_rows_of_triggers_stand_for_their_table() -> None:
    catalog, _ = parse(list(split(SCHEMA, "sqlite")), "sqlite")
    pairs = JoinReader(catalog).joins("UPDATE b SET label = '' WHERE id = NEW.b_id", {"new": Ref("table", ("", "a"))})
    assert pairs == {(Ref("column", ("", "a", "b_id")), Ref("column", ("", "b", "id")))}


def test_deep_nesting_is_passed_over() -> None:
    read("SELECT " + "(" * 5000 + "1" + ")" * 5000)
    read("SELECT * FROM a JOIN b ON " + " AND ".join(["a.b_id = b.id"] * 3000))
