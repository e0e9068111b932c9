"""`dbwright add` as a user runs it: blocks are listed, shown, proved on rows, applied or written as a revision."""

import itertools
import random
import sqlite3
import threading
from pathlib import Path

import pytest

from dbwright.designs.blocks import block as made_block
from dbwright.designs.blocks import names
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from tests.support.blocks import refusal
from tests.support.blocks import run as execute
from tests.support.command import Ran, run

SHOP = """
CREATE TABLE users (
    id integer PRIMARY KEY, email varchar(80) NOT NULL, name varchar(40), password_hash varchar(80) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'new', CONSTRAINT users_email_key UNIQUE (email)
);
CREATE TABLE posts (
    id integer PRIMARY KEY, user_id integer NOT NULL, parent_id integer, title varchar(40) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE, FOREIGN KEY (parent_id) REFERENCES posts (id) ON DELETE CASCADE
);
CREATE TABLE prices (id integer PRIMARY KEY, product_id integer NOT NULL, amount integer NOT NULL);
INSERT INTO users (id, email, name, password_hash) VALUES (1, 'a@example.com', 'A', 'x'), (2, 'b@example.com', 'B', 'y');
INSERT INTO posts VALUES (1, 1, NULL, 'one'), (2, 1, 1, 'two'), (3, 2, 2, 'three');
INSERT INTO prices VALUES (1, 1, 5), (2, 2, 7);
"""
CASES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("updated_at", "users", ()),
    ("optimistic_lock", "users", ("unversioned=count",)),
    ("soft_delete", "users", ("view=living_users", "refuse_delete=yes")),
    ("audit", "users", ("log=history",)),
    ("status_machine", "users", ("transitions=new>active; active>closed,new",)),
    ("status_machine", "users", ("transitions=new>active", "kept_in=table")),
    ("counter", "users", ("child=posts",)),
    ("tree", "posts", ()),
    ("closure", "posts", ()),
    ("system_time", "users", ()),
    ("application_time", "prices", ("per=product_id",)),
    ("encrypted", "users", ("column=email",)),
    ("outbox", "users", ("events=insert,update",)),
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SHOP)
    connection.close()
    return path


def add(url: object, block: str, table: str, *options: str, more: tuple[str, ...] = ()) -> Ran:
    given = [part for option in options for part in ("-o", option)]
    return run("add", block, url, "--table", table, *given, *more)


def test_the_blocks_are_listed_and_explained() -> None:
    ran = run("add")
    assert ran.status == 0
    assert all(f"  {name} " in ran.out for name in names())
    assert [each["name"] for each in run("add", "--format", "json").json] == list(names())
    for name in names():
        shown = run("add", name)
        assert shown.status == 0
        assert "Options (--option NAME=VALUE)" in shown.out
    assert "transitions='new>paid,gone; paid>sent'" in run("add", "status-machine").out
    assert "Must be given." in run("add", "status_machine").out
    unknown = run("add", "nothing")
    assert (unknown.status, "There is no building block 'nothing'." in unknown.err) == (2, True)


@pytest.mark.parametrize(("block", "table", "options"), CASES)
def test_shown_proved_and_made(scratch: Scratch, block: str, table: str, options: tuple[str, ...]) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        execute(session, *(text for text in SHOP.split(";\n") if text.strip()))
        before = session.inspect().catalog
        ran = add(url, block, table, *options)
        assert ran.status == 1, ran
        assert "Proved: run up, down and up again" in ran.out, ran.out
        assert "not proved:" not in ran.out, ran.out
        assert "How it is used" in ran.out or block in ("updated_at", "status_machine", "counter")
        assert session.inspect().catalog == before
        done = add(url, block, table, *options, more=("--apply", "--yes"))
        assert done.status == 0, done
        assert session.query("SELECT count(*) FROM users") == [(2,)]
        again = add(url, block, table, *options)
        assert again.status in (0, 2), again


def test_what_was_applied_works(scratch: Scratch) -> None:
    url = format_url(scratch.url)
    apply = ("--apply", "--yes")
    with scratch.open() as session:
        execute(session, *(text for text in SHOP.split(";\n") if text.strip()))
        assert add(url, "soft_delete", "users", more=apply).status == 0
        assert add(url, "audit", "users", more=apply).status == 0
        assert add(url, "audit", "posts", more=apply).status == 0
        assert add(url, "closure", "posts", more=apply).status == 0
        assert add(url, "counter", "users", "child=posts", more=apply).status == 0
        execute(session, "UPDATE users SET deleted_at = '2024-05-01 10:00:00' WHERE id = 1")
        execute(session, "INSERT INTO users (id, email, password_hash) VALUES (3, 'a@example.com', 'z')")
        assert refusal(session, "INSERT INTO users (id, email, password_hash) VALUES (4, 'a@example.com', 'z')")
        execute(session, "INSERT INTO posts (id, user_id, parent_id, title) VALUES (4, 3, 3, 'four')")
        assert session.query("SELECT count(*) FROM posts_closure WHERE descendant_id = 4") == [(4,)]
        assert session.query("SELECT posts_count FROM users ORDER BY id") == [(2,), (1,), (1,)]
        checked = run("denormalize", url, "--check")
        assert (checked.status, "1 value kept: none drifted." in checked.out) == (0, True), checked
        logged = session.query("SELECT DISTINCT table_name FROM audit_log ORDER BY 1")
        assert logged == [("posts",), ("users",)]
        assert "'z'" not in str(session.query("SELECT new_values FROM audit_log"))


def test_written_as_a_revision(scratch: Scratch, tmp_path: Path) -> None:
    url, folder = format_url(scratch.url), tmp_path / "migrations"
    schema = tmp_path / "schema.sql"
    schema.write_text(SHOP.partition("INSERT")[0])
    dialect = engine_of(scratch.url).name
    made = run("migrate", "generate", "shop", "--to", schema, "--folder", folder, "--dialect", dialect)
    assert made.status == 0, made
    assert run("migrate", "up", "--folder", folder, "--url", url).status == 0
    with scratch.open() as session:
        execute(session, *(text for text in SHOP.split(";\n") if "INSERT" in text))
        for block, table, option in (
            ("closure", "posts", ()),
            ("status_machine", "users", ("transitions=new>paid", "kept_in=table")),
        ):
            ran = add(url, block, table, *option, more=("--write", str(folder)))
            assert ran.status == 0, ran
            assert len(list(folder.glob(f"*_{block}_on_{table}.*.sql"))) == 2
            done = run("migrate", "up", "--folder", folder, "--url", url)
            assert done.status == 0, done
        assert session.query("SELECT count(*) FROM posts_closure") == [(6,)]
        assert session.query("SELECT from_status, to_status FROM users_status_transitions") == [("new", "paid")]
        for _ in range(2):
            down = run("migrate", "down", "--folder", folder, "--url", url, "--allow", "data-loss")
            assert down.status == 0, down
        assert session.query("SELECT count(*) FROM posts") == [(3,)]
        assert refusal(session, "SELECT * FROM posts_closure")


def test_written_as_one_file(shop: Path, tmp_path: Path) -> None:
    assert add(shop, "closure", "posts", more=("--write", str(tmp_path / "closure.sql"))).status == 0
    with sqlite3.connect(shop) as connection:
        connection.executescript((tmp_path / "closure.sql").read_text())
        assert connection.execute("SELECT count(*) FROM posts_closure").fetchall() == [(6,)]
    connection.close()


def test_nothing_is_changed_without_a_yes(shop: Path) -> None:
    before = shop.read_bytes()
    ran = add(shop, "updated_at", "users", more=("--apply",))
    assert ran.status == 2
    assert shop.read_bytes() == before


def test_secrets_are_left_out_and_said(shop: Path) -> None:
    ran = add(shop, "audit", "users")
    assert "is a secret: password_hash" in ran.out
    assert "'password_hash'" not in ran.out


@pytest.mark.parametrize(
    ("block", "table", "options", "said"),
    [
        ("audit", "nobody", (), "There is no table nobody"),
        ("audit", "users", ("colour=red",), "has no option 'colour'"),
        ("audit", "users", ("colour",), "'colour' is no option"),
        ("audit", "users", ("protect=perhaps",), "protect cannot be 'perhaps'"),
        ("audit", "users", ("log=posts",), "posts is there, and holds something else"),
        ("status_machine", "posts", ("transitions=a>b",), "posts has no column status"),
        ("status_machine", "users", (), "required field `transitions`"),
        ("counter", "users", (), "There is no table '' to count"),
        ("counter", "users", ("child=prices",), "must refer to users in one way; it does by none"),
        ("tree", "users", (), "users has no column parent_id"),
        ("closure", "posts", ("parent=user_id",), "posts.user_id does not refer to posts"),
        ("partitions", "posts", (), "Which column tells the moment"),
        ("application_time", "prices", ("per=nothing",), "prices has no column nothing"),
        ("ltree", "posts", (), "SQLite"),
    ],
)
def test_what_does_not_fit_is_said(shop: Path, block: str, table: str, options: tuple[str, ...], said: str) -> None:
    ran = add(shop, block, table, *options)
    assert ran.status == 2
    assert said in ran.err, ran.err
    assert "hint:" in ran.err or table == "nobody"


def test_no_table_named(shop: Path) -> None:
    ran = run("add", "audit", shop)
    assert (ran.status, "To which table" in ran.err) == (2, True)


def test_paths_on_postgres(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        execute(session, *(text for text in SHOP.split(";\n") if text.strip()))
        ran = add(format_url(postgres_scratch.url), "ltree", "posts", more=("--apply", "--yes"))
        assert ran.status == 0, ran
        assert session.query("SELECT path::text FROM posts ORDER BY id") == [("1",), ("1.2",), ("1.2.3",)]


def test_a_partitioned_table(postgres_scratch: Scratch) -> None:
    url = format_url(postgres_scratch.url)
    with postgres_scratch.open() as session:
        execute(
            session,
            "CREATE TABLE events (id integer, seen date NOT NULL, PRIMARY KEY (id, seen)) PARTITION BY RANGE (seen)",
            "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            "INSERT INTO events VALUES (1, '2024-02-02')",
        )
        for block in ("updated_at", "audit", "system_time"):
            done = add(url, block, "events", more=("--apply", "--yes"))
            assert done.status == 0, done
        execute(session, "UPDATE events SET seen = '2024-03-03'")
        assert session.query("SELECT row_key, action FROM audit_log") == [('[1, "2024-03-03"]', "update")]
        assert session.query("SELECT count(*), count(valid_to) FROM events_history") == [(2, 1)]
        assert add(url, "audit", "events_1").status == 2


@pytest.mark.parametrize("used", ["postgres", "mysql"])
def test_while_others_write(used: str, request: pytest.FixtureRequest) -> None:
    """What is written before, between and after the steps is neither missed nor kept wrong."""
    scratch: Scratch = request.getfixturevalue(f"{used}_scratch")
    url = format_url(scratch.url)
    ended = threading.Event()
    with scratch.open() as session:
        execute(session, *(text for text in SHOP.split(";\n") if text.strip()))

    def write() -> None:
        chance = random.Random(1)
        with scratch.open() as own:
            for place in itertools.count(10):
                if ended.is_set():
                    return
                one, other = chance.randrange(1, place), chance.randrange(1, place)
                refusal(own, f"INSERT INTO posts VALUES ({place}, 1, {one}, 'new')")
                if one > other:  # never below itself
                    refusal(own, f"UPDATE posts SET parent_id = {other}, title = 'moved' WHERE id = {one}")
                refusal(own, f"DELETE FROM posts WHERE id = {place - 5} AND id % 7 = 0")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for block in ("closure", "system_time"):
            options = ("way=triggers",) if block == "system_time" else ()
            done = add(url, block, "posts", *options, more=("--apply", "--yes", "--rows", "none"))
            assert done.status == 0, done
    finally:
        ended.set()
        writer.join()
    with scratch.open() as session:
        tree = made_block("closure", used, "posts", key_type="integer")
        assert [session.query(check) for check in tree.checks] == [[], []]
        present = "SELECT id, parent_id, title FROM posts_history WHERE valid_to IS NULL"
        assert sorted(session.query(present), key=str) == sorted(
            session.query("SELECT id, parent_id, title FROM posts"), key=str
        )
        assert session.query("SELECT count(*) FROM posts") != [(3,)]


def test_the_names_of_mysql(mysql_scratch: Scratch) -> None:
    """A tree by texts, and a collation that is not the one of the block's own tables."""
    url = format_url(mysql_scratch.url)
    with mysql_scratch.open() as session:
        execute(
            session,
            "CREATE TABLE `my nodes` (`the key` varchar(20) PRIMARY KEY, `above it` varchar(20),"
            " FOREIGN KEY (`above it`) REFERENCES `my nodes` (`the key`)) CHARACTER SET latin1 COLLATE latin1_german1_ci",
            "INSERT INTO `my nodes` VALUES ('a', NULL), ('b', 'a')",
        )
        for block in ("closure", "system_time"):
            done = add(url, block, '"my nodes"', more=("--apply", "--yes"))
            assert done.status == 0, done
        execute(session, "INSERT INTO `my nodes` VALUES ('c', 'b')")
        assert session.query("SELECT count(*) FROM `my nodes_closure`") == [(6,)]


def test_partitions_where_they_can_be(scratch: Scratch) -> None:
    used = engine_of(scratch.url).name
    moment = {"postgres": "timestamptz", "mysql": "datetime", "sqlite": "text"}[used]
    by = " PARTITION BY RANGE (seen_at)" if used == "postgres" else ""
    url = format_url(scratch.url)
    with scratch.open() as session:
        execute(session, f"CREATE TABLE events (id integer, seen_at {moment} NOT NULL, PRIMARY KEY (id, seen_at)){by}")
        execute(session, f"CREATE TABLE plain (id integer PRIMARY KEY, seen_at {moment} NOT NULL)")
        ran = add(
            url, "partitions", "events", "column=seen_at", "keep=3", more=("--apply", "--yes", "--allow", "data-loss")
        )
        assert ran.status == 0, ran
        refused = add(url, "partitions", "plain", "column=seen_at")
        assert refused.status == (1 if used == "sqlite" else 2)
        if used != "sqlite":
            execute(session, "CALL events_maintain()")
