"""The triggers that fixes of D020 and D021 make keep counters and copies right, whatever is written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dbwright.app.review import review_session
from dbwright.engines.base import Session, Statement
from dbwright.engines.registry import engine
from dbwright.finding import Finding
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import rule
from tests.support.scratches import scratch_of

DIALECTS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]

COUNTED = """
CREATE TABLE posts (id integer PRIMARY KEY, comments_count integer);
CREATE TABLE comments (
    id integer PRIMARY KEY, post_id integer, deleted_at timestamp NULL, body varchar(20),
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);
INSERT INTO posts (id, comments_count) VALUES (1, 1), (2, 2), (3, NULL), (4, 9);
INSERT INTO comments (id, post_id, deleted_at) VALUES
    (1, 1, NULL), (2, 2, NULL), (3, 2, NULL), (4, 2, '2024-01-01 00:00:00'), (5, NULL, NULL);
"""
WRITES = (
    "INSERT INTO comments (id, post_id) VALUES (10, 1), (11, 1), (12, 3), (13, NULL)",
    "UPDATE comments SET post_id = 3 WHERE id IN (2, 10)",
    "UPDATE comments SET post_id = NULL WHERE id = 3",
    "UPDATE comments SET post_id = 4 WHERE id = 5",
    "UPDATE comments SET deleted_at = '2024-02-02 00:00:00' WHERE id IN (1, 12)",
    "UPDATE comments SET deleted_at = NULL WHERE id = 4",
    "UPDATE comments SET post_id = 1, deleted_at = NULL WHERE id = 12",
    "UPDATE comments SET body = 'said' WHERE id < 100",
    "DELETE FROM comments WHERE id IN (11, 1)",
    "DELETE FROM posts WHERE id = 2",
    "DELETE FROM comments",
)
COUNTS = """
SELECT p.id, coalesce(p.comments_count, 0), (SELECT count(*) FROM comments c WHERE c.post_id = p.id AND c.deleted_at IS NULL)
FROM posts p
"""

SUMMED = """
CREATE TABLE carts (id integer PRIMARY KEY, total decimal(10,2) NOT NULL);
CREATE TABLE cart_items (
    id integer PRIMARY KEY, cart_id integer NOT NULL, amount decimal(10,2), FOREIGN KEY (cart_id) REFERENCES carts (id)
);
INSERT INTO carts (id, total) VALUES (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9), (9, 10), (10, 11), (11, 12),
    (12, 13), (13, 14), (14, 15), (15, 16), (16, 17), (17, 18), (18, 19), (19, 20), (20, 99);
INSERT INTO cart_items (id, cart_id, amount) SELECT id, id, id FROM carts;
INSERT INTO cart_items (id, cart_id, amount) SELECT id + 100, id, 1 FROM carts;
"""
SUM_WRITES = (
    "INSERT INTO cart_items (id, cart_id, amount) VALUES (200, 1, 2.50), (201, 2, NULL)",
    "UPDATE cart_items SET amount = amount * 2 WHERE id < 5",
    "UPDATE cart_items SET amount = 7, cart_id = 5 WHERE id = 201",
    "UPDATE cart_items SET amount = NULL WHERE id = 6",
    "DELETE FROM cart_items WHERE id IN (105, 200)",
)
SUMS = "SELECT c.id, c.total, (SELECT coalesce(sum(i.amount), 0) FROM cart_items i WHERE i.cart_id = c.id) FROM carts c"

OWN = """
CREATE TABLE nodes (id integer PRIMARY KEY, parent_id integer, nodes_count integer NOT NULL, FOREIGN KEY (parent_id) REFERENCES nodes (id));
INSERT INTO nodes (id, parent_id, nodes_count) VALUES (1, NULL, 2), (2, 1, 0), (3, 1, 1), (4, NULL, 0);
"""

COPIED = """
CREATE TABLE authors (id integer PRIMARY KEY, name varchar(80));
CREATE TABLE comments (id integer PRIMARY KEY, author_id integer, author_name varchar(80), FOREIGN KEY (author_id) REFERENCES authors (id));
INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Bea'), (3, 'Cyd'), (4, 'Dan'), (5, 'Eve'), (6, NULL);
"""
COPY_WRITES = (
    "UPDATE authors SET name = 'Ada L.' WHERE id = 1",
    "UPDATE authors SET name = 'Fay' WHERE id = 6",
    "UPDATE authors SET name = NULL WHERE id = 2",
    "INSERT INTO comments (id, author_id, author_name) VALUES (100, 3, 'Somebody'), (101, 4, NULL)",
    "UPDATE comments SET author_id = 5 WHERE id = 100",
    "UPDATE comments SET author_name = 'Nobody' WHERE id = 101",
)
COPIES = "SELECT c.id, c.author_name, a.name FROM comments c JOIN authors a ON a.id = c.author_id"


@contextmanager
def _database(dialect: Dialect, sql: str) -> Iterator[Session]:
    with scratch_of(dialect) as scratch, scratch.open() as session:
        if dialect == "sqlite":
            session.query("PRAGMA foreign_keys = ON")
        session.execute(split(sql, dialect))
        yield session


def _found(dialect: Dialect, session: Session, code: str) -> Finding:
    findings = review_session(session, engine(dialect), session.inspect().catalog, rules=(rule(code),))
    assert len(findings) == 1, findings
    return findings[0]


def _run(session: Session, *texts: str) -> None:
    session.execute([Statement(text=text) for text in texts])


def _mend(dialect: Dialect, session: Session, code: str) -> None:
    fix = _found(dialect, session, code).fix
    assert fix is not None
    assert fix.safety == "unsafe"
    _run(session, *fix.sql)


def _all_equal(session: Session, sql: str) -> None:
    wrong = [row for row in session.query(sql) if row[1] != row[2]]
    assert not wrong


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_counter_stays_right(dialect: Dialect) -> None:
    with _database(dialect, COUNTED) as session:
        _mend(dialect, session, "D020")
        _all_equal(session, COUNTS)
        for text in WRITES:
            _run(session, text)
            _all_equal(session, COUNTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_total_stays_right(dialect: Dialect) -> None:
    with _database(dialect, SUMMED) as session:
        _mend(dialect, session, "D020")
        _all_equal(session, SUMS)
        for text in SUM_WRITES:
            _run(session, text)
            _all_equal(session, SUMS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_count_of_own_rows(dialect: Dialect) -> None:
    """MySQL lets no trigger change its own table: there only the recount is shown, and it runs."""
    counts = "SELECT p.id, p.nodes_count, (SELECT count(*) FROM nodes c WHERE c.parent_id = p.id) FROM nodes p"
    with _database(dialect, OWN) as session:
        finding = _found(dialect, session, "D020")
        assert finding.fix is not None
        assert (finding.fix.safety == "display") == (dialect == "mysql")
        _run(session, *finding.fix.sql)
        _all_equal(session, counts)
        if dialect != "mysql":
            _run(
                session,
                "INSERT INTO nodes (id, parent_id, nodes_count) VALUES (5, 4, 0)",
                "UPDATE nodes SET parent_id = 4 WHERE id = 3",
            )
            _all_equal(session, counts)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("drifted", [False, True])
def test_a_copy_follows(dialect: Dialect, drifted: bool) -> None:
    with _database(dialect, COPIED) as session:
        rows = [f"({place}, {place % 5 + 1}, '{'Ada Bea Cyd Dan Eve'.split()[place % 5]}')" for place in range(40)]
        _run(session, f"INSERT INTO comments (id, author_id, author_name) VALUES {', '.join(rows)}")
        if drifted:
            _run(session, "UPDATE comments SET author_name = 'Old Cyd' WHERE id = 2")
        _mend(dialect, session, "D021")
        _all_equal(session, COPIES)
        for text in COPY_WRITES:
            _run(session, text)
            _all_equal(session, COPIES)
