"""`dbwright seed` as a user runs it: what is shown, written, refused, gone on with after a stop, and the same whatever the batch."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from tests.support.command import run

pytest.importorskip("mimesis")

SHOP = """
CREATE TABLE customers (
    id integer PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name varchar(60) NOT NULL, born date
);
CREATE TABLE orders (
    id integer PRIMARY KEY, customer_id integer NOT NULL, total numeric(10,2) NOT NULL CHECK (total >= 0), note text,
    placed_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE TABLE order_items (
    order_id integer NOT NULL, line integer NOT NULL, quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 9),
    PRIMARY KEY (order_id, line), FOREIGN KEY (order_id) REFERENCES orders (id)
);
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state of unfinished runs is kept beside the test's own files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def made(path: Path, script: str = SHOP) -> Path:
    """An SQLite file with a schema."""
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def dumped(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = [line for line in connection.iterdump() if "sqlite_stat" not in line and "ANALYZE" not in line]
    connection.close()
    return lines


def test_every_engine_is_filled(scratch: Scratch) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        for statement in SHOP.split(";")[:-1]:
            session.change(statement)
    ran = run("seed", url, "--rows", 300, "--rows", "order_items=1_000", "--yes")
    assert ran.status == 0, ran
    assert "1,600 rows in" in ran.out
    with scratch.open() as session:
        counts = [
            session.query(f"SELECT COUNT(*) FROM {name}")[0][0] for name in ("customers", "orders", "order_items")
        ]
        assert counts == [300, 300, 1000]
        orphans = "SELECT COUNT(*) FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)"
        assert session.query(orphans) == [(0,)]


def test_a_dry_run_shows_rows_and_writes_none(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop.db")
    before = shop.read_bytes()
    ran = run("seed", shop, "--rows", 10, "--rows", "orders=2k", "--dry-run", "--sample", 3)
    assert ran.status == 0, ran
    assert "2,020 rows for 3 tables" in ran.out
    assert "id,email,name,born" in ran.out
    assert ran.out.count("\n") > 12
    assert shop.read_bytes() == before
    told = run("seed", shop, "--rows", 10, "--dry-run", "--format", "json").json
    assert told["written"] is False
    assert [(each["table"], each["rows"]) for each in told["tables"]] == [
        ("customers", 10),
        ("orders", 10),
        ("order_items", 10),
    ]


def test_nobody_there_to_ask_writes_nothing(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop.db")
    ran = run("seed", shop, "--rows", 10)
    assert ran.status == 2
    assert "Nothing was written" in ran.err
    assert rows(shop, "SELECT count(*) FROM customers") == [(0,)]


def test_rows_are_the_same_whatever_the_batch(tmp_path: Path) -> None:
    one, many = made(tmp_path / "one.db"), made(tmp_path / "many.db")
    assert run("seed", one, "--rows", 500, "--yes").status == 0
    assert run("seed", many, "--rows", 500, "--yes", "--batch", 37).status == 0
    assert dumped(one) == dumped(many)
    other = made(tmp_path / "other.db")
    assert run("seed", other, "--rows", 500, "--yes", "--seed", 2).status == 0
    assert dumped(one) != dumped(other)


def test_rows_that_are_there_are_neither_repeated_nor_lost_unasked(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop.db", SHOP + "INSERT INTO customers VALUES (7, 'a@b.example', 'A', NULL);")
    ran = run("seed", shop, "--rows", 20, "--yes")
    assert ran.status == 2
    assert "customers (1)" in ran.err
    ran = run("seed", shop, "--rows", 20, "--yes", "--fill-empty")
    assert ran.status == 0, ran
    assert rows(shop, "SELECT count(*) FROM customers") == [(1,)]
    assert rows(shop, "SELECT DISTINCT customer_id FROM orders") == [(7,)]
    ran = run("seed", shop, "--rows", 20, "--yes", "--append")
    assert ran.status == 0, ran
    assert rows(shop, "SELECT count(*) FROM customers") == [(21,)]
    assert rows(shop, "SELECT count(*) FROM orders") == [(40,)]
    ran = run("seed", shop, "--rows", 20, "--yes", "--empty-first")
    assert ran.status == 2
    assert "customers (21)" in ran.err
    assert rows(shop, "SELECT count(*) FROM orders") == [(40,)]
    ran = run("seed", shop, "--rows", 20, "--yes", "--empty-first", "--allow", "data-loss")
    assert ran.status == 0, ran
    fresh = made(tmp_path / "fresh.db")
    assert run("seed", fresh, "--rows", 20, "--yes").status == 0
    assert dumped(shop) == dumped(fresh)


def test_rows_of_others_that_refer_to_those_deleted_stand_in_the_way(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop.db")
    assert run("seed", shop, "--rows", 5, "--yes").status == 0
    ran = run("seed", shop, "--rows", 5, "--yes", "--empty-first", "--allow", "data-loss", "--table", "orders")
    assert ran.status == 2
    assert "rows of order_items refer to orders" in ran.err
    assert rows(shop, "SELECT count(*) FROM orders") == [(5,)]


def test_what_cannot_be_is_named_before_anything_is_written(tmp_path: Path) -> None:
    script = "CREATE TABLE kinds (id integer PRIMARY KEY, code text NOT NULL UNIQUE CHECK (code IN ('a', 'b', 'c')));"
    shop = made(tmp_path / "shop.db", SHOP + script)
    ran = run("seed", shop, "--rows", 10, "--rows", "kinds=1000", "--yes")
    assert ran.status == 2, ran
    assert "kinds" in ran.err
    assert "1,000" in ran.err
    assert rows(shop, "SELECT count(*) FROM customers") == [(0,)]
    assert run("seed", shop, "--rows", "kinds=1000", "--dry-run").status == 2


@pytest.mark.parametrize("way", ["name", "environment"])
def test_production_is_left_alone(tmp_path: Path, way: str) -> None:
    path = made(tmp_path / ("shop-prod.db" if way == "name" else "shop.db"))
    more = () if way == "name" else ("--environment", "Production")
    ran = run("seed", path, "--rows", 5, "--yes", *more)
    assert ran.status == 2
    assert "--allow production" in ran.err
    assert rows(path, "SELECT count(*) FROM customers") == [(0,)]
    assert run("seed", path, "--rows", 5, "--yes", *more, "--allow", "production").status == 0


@pytest.mark.parametrize(
    "arguments",
    [("--rows", "many"), ("--rows", "=5"), ("--rows", "nothing=5"), ("--table", "nothing"), ("--allow", "everything")],
)
def test_what_is_not_understood_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run("seed", made(tmp_path / "shop.db"), "--yes", *arguments)
    assert ran.status == 2
    assert "hint:" in ran.err


REFUSING = """
CREATE TABLE p (id integer PRIMARY KEY, a integer NOT NULL);
CREATE TABLE c (id integer PRIMARY KEY, p_id integer NOT NULL REFERENCES p (id), v integer NOT NULL CHECK (v BETWEEN 0 AND 99));
CREATE TABLE gate (id integer PRIMARY KEY, above integer);
CREATE TRIGGER seven BEFORE INSERT ON c WHEN NEW.v = 7 BEGIN SELECT RAISE(ABORT, 'no seven'); END;
CREATE TRIGGER closed BEFORE INSERT ON c WHEN NEW.id > (SELECT above FROM gate)
BEGIN SELECT RAISE(ABORT, 'the gate is closed'); END;
"""
ONLY = ("--table", "p", "--table", "c", "--yes")


def test_rows_that_a_trigger_refuses_are_drawn_anew(tmp_path: Path) -> None:
    one, many = made(tmp_path / "one.db", REFUSING), made(tmp_path / "many.db", REFUSING)
    ran = run("seed", one, "--rows", 2000, *ONLY, "--format", "json")
    assert ran.status == 0, ran
    assert sum(each["redrawn"] for each in ran.json["tables"]) > 0
    assert run("seed", many, "--rows", 2000, *ONLY, "--batch", 100).status == 0
    assert dumped(one) == dumped(many)
    assert rows(one, "SELECT count(*) FROM c WHERE v = 7") == [(0,)]


def test_a_run_that_was_refused_goes_on_where_it_stopped(tmp_path: Path, cache: Path) -> None:
    stopped, whole = made(tmp_path / "stopped.db", REFUSING), made(tmp_path / "whole.db", REFUSING)
    assert run("seed", whole, "--rows", 1000, *ONLY).status == 0
    made(stopped, "INSERT INTO gate VALUES (1, 600);")
    ran = run("seed", stopped, "--rows", 1000, *ONLY, "--batch", 64)
    assert ran.status == 2
    assert "c does not take row 600" in ran.err
    assert "the gate is closed" in ran.err
    assert "id = 601" in ran.err
    assert rows(stopped, "SELECT count(*) FROM c") == [(600,)]
    made(stopped, "DELETE FROM gate;")
    ran = run("seed", stopped, "--rows", 1000, *ONLY)
    assert ran.status == 0, ran
    assert "1,600 of them by an earlier run" in ran.out
    assert rows(stopped, "SELECT count(*), count(DISTINCT id) FROM c") == [(1000, 1000)]
    known = "SELECT * FROM c WHERE id < 600 OR id > 601 ORDER BY id"
    assert rows(stopped, known) == rows(whole, known)
    assert not list(cache.rglob("state.json"))


def test_rows_that_are_gone_are_not_gone_on_from(tmp_path: Path) -> None:
    stopped = made(tmp_path / "stopped.db", REFUSING + "INSERT INTO gate VALUES (1, 600);")
    assert run("seed", stopped, "--rows", 1000, *ONLY, "--batch", 64).status == 2
    made(stopped, "DELETE FROM gate; DELETE FROM c; DELETE FROM p;")
    ran = run("seed", stopped, "--rows", 1000, *ONLY)
    assert ran.status == 2
    assert "are gone" in ran.err
    assert run("seed", stopped, "--rows", 1000, *ONLY).status == 0
    assert rows(stopped, "SELECT count(*) FROM c") == [(1000,)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_killed_goes_on(scratch: Scratch, how: signal.Signals) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        for statement in SHOP.split(";")[:-1]:
            session.change(statement)
    arguments = ("seed", url, "--rows", "4000", "--yes", "--batch", "100")
    process = subprocess.Popen(
        [sys.executable, "-m", "dbwright", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with scratch.open() as session:
        until = time.monotonic() + 60
        while session.query("SELECT COUNT(*) FROM orders")[0][0] == 0 and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.02)
    process.send_signal(how)
    process.communicate()
    ran = run(*arguments)
    assert ran.status == 0 or "hold rows" in ran.err, ran  # it had finished before it was killed
    with scratch.open() as session:
        found = [session.query(f"SELECT COUNT(*) FROM {name}")[0][0] for name in ("customers", "orders", "order_items")]
    assert found == [4000] * 3


def test_two_runs_keep_out_of_each_others_way(scratch: Scratch) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        session.change("CREATE TABLE t (id integer PRIMARY KEY, a integer)")
    with scratch.open() as other, other.claim("dbwright"):
        ran = run("seed", url, "--rows", 5, "--yes")
    assert ran.status == 2, ran
    assert "Nothing" in ran.err or "nothing" in ran.err or "taken" in ran.err
    assert run("seed", url, "--rows", 5, "--yes").status == 0


def test_reference_rows_are_written_once_however_often(scratch: Scratch, tmp_path: Path) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        session.change("CREATE TABLE states (code varchar(9) PRIMARY KEY, title varchar(40), final boolean)")
        session.change(
            "CREATE TABLE orders (id integer PRIMARY KEY, state varchar(9) NOT NULL, FOREIGN KEY (state) REFERENCES states (code))"
        )
    (tmp_path / "states.csv").write_text("code,title,final\nnew,It's new,false\npaid,,true\n")
    settings = tmp_path / "seed.toml"
    settings.write_text('[tables.states]\nreference = "states.csv"\n[tables.orders]\nrows = 50\n')
    if engine_of(scratch.url).name != "postgres":
        text = (tmp_path / "states.csv").read_text()
        (tmp_path / "states.csv").write_text(text.replace("false", "0").replace("true", "1"))
    ran = run("seed", url, settings, "--yes")
    assert ran.status == 0, ran
    with scratch.open() as session:
        assert session.query("SELECT COUNT(*) FROM states") == [(2,)]
        assert session.query("SELECT COUNT(*) FROM orders WHERE state IN ('new', 'paid')") == [(50,)]
        session.change("UPDATE states SET title = 'wrong' WHERE code = 'new'")
    ran = run("seed", url, settings, "--yes", "--append")
    assert ran.status == 0, ran
    with scratch.open() as session:
        assert session.query("SELECT title FROM states ORDER BY code") == [("It's new",), (None,)]
        assert session.query("SELECT COUNT(*) FROM orders") == [(100,)]


def test_numbers_go_on_behind_the_rows(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.change("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer)")
        session.change("CREATE TABLE u (id serial PRIMARY KEY, t_id bigint NOT NULL REFERENCES t)")
    ran = run("seed", format_url(postgres_scratch.url), "--rows", 40, "--yes")
    assert ran.status == 0, ran
    with postgres_scratch.open() as session:
        assert session.query("INSERT INTO t (a) VALUES (1) RETURNING id") == [(41,)]
        assert session.query("INSERT INTO u (t_id) VALUES (41) RETURNING id") == [(41,)]


def test_odd_names_are_no_obstacle(scratch: Scratch) -> None:
    quote = engine_of(scratch.url).quote
    table, column = quote('my "odd" `% table.x'), quote("select ü ' x")
    if engine_of(scratch.url).name == "mysql":
        table = quote('my "odd" % table.x')
    with scratch.open() as session:
        session.change(f"CREATE TABLE {table} (id integer PRIMARY KEY, {column} varchar(20) NOT NULL UNIQUE)")
        session.change(
            f"CREATE TABLE child (id integer PRIMARY KEY, p integer NOT NULL, FOREIGN KEY (p) REFERENCES {table} (id))"
        )
    ran = run("seed", format_url(scratch.url), "--rows", 30, "--yes")
    assert ran.status == 0, ran
    with scratch.open() as session:
        assert session.query(f"SELECT COUNT(*) FROM {table}") == [(30,)]
