"""Tables as they were at any moment, and periods that never overlap, on every engine and under concurrency."""

import threading
import time

import pytest

from dbwright.change.compare import compare
from dbwright.designs.blocks import block
from dbwright.engines.base import Scratch, Session
from dbwright.errors import ExecutionFault, Unsupported, UsageError
from tests.support.blocks import add, engine_name, refusal, run

TYPES = {
    "postgres": {"id": "bigint", "name": "text", "price": "numeric(10,2)", "secret": "text"},
    "mysql": {"id": "bigint", "name": "varchar(40)", "price": "decimal(10,2)", "secret": "varchar(9)"},
    "sqlite": {"id": "INTEGER", "name": "TEXT", "price": "REAL", "secret": "TEXT"},
}


def begin(session: Session, used: str) -> None:
    columns = ", ".join(f"{name} {kind}{' PRIMARY KEY' if name == 'id' else ''}" for name, kind in TYPES[used].items())
    run(session, f"CREATE TABLE items ({columns})")


def present(session: Session) -> list[tuple[object, ...]]:
    return session.query("SELECT id, name FROM items_history WHERE valid_to IS NULL ORDER BY id")


def as_of(session: Session, moment: str) -> list[tuple[object, ...]]:
    return session.query(
        f"SELECT id, name FROM items_history WHERE valid_from <= {moment} AND (valid_to IS NULL OR valid_to > {moment}) ORDER BY id"
    )


NOW = {
    "postgres": "SELECT clock_timestamp()::text",
    "mysql": "SELECT CAST(CURRENT_TIMESTAMP(6) AS CHAR)",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
}


def test_a_table_as_it_was(scratch: Scratch) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        begin(session, used)
        run(session, "INSERT INTO items (id, name) VALUES (1, 'before')")
        made = add(session, "system_time", "items", types=TYPES[used], hidden=["secret"])
        moments: list[tuple[str, list[tuple[object, ...]]]] = []
        for text in (
            "INSERT INTO items (id, name, price) VALUES (2, 'b', 1.5), (3, 'c', 2)",
            "UPDATE items SET name = 'bb' WHERE id = 2",
            "UPDATE items SET name = name",
            "UPDATE items SET id = 30 WHERE id = 3",
            "UPDATE items SET price = NULL, name = upper(name)",
            "DELETE FROM items WHERE id = 2",
            "INSERT INTO items (id, name) VALUES (2, 'again')",
            "DELETE FROM items",
        ):
            run(session, text)
            time.sleep(0.003)
            ((moment,),) = session.query(NOW[used])
            moments.append((f"'{moment}'", session.query("SELECT id, name FROM items ORDER BY id")))
            time.sleep(0.003)
        for moment, rows in moments:
            assert as_of(session, moment) == rows
        assert present(session) == []
        versions = session.query("SELECT name FROM items_history WHERE id = 1 ORDER BY valid_from")
        assert versions == [("before",), ("BEFORE",)]
        run(session, *made.down)


def test_what_is_written_before_the_fill(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("system_time", used, "items", types=TYPES[used])
    with scratch.open() as session:
        begin(session, used)
        run(session, "INSERT INTO items (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')", *made.up)
        run(
            session,
            "UPDATE items SET name = 'bb' WHERE id = 2",
            "DELETE FROM items WHERE id = 3",
            *made.fills,
            *made.fills,
        )
        assert present(session) == [(1, "a"), (2, "bb")]


def test_two_changes_in_one_transaction_are_one_version(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        begin(session, "postgres")
        add(session, "system_time", "items", types=TYPES["postgres"])
        with session.transaction():
            session.change("INSERT INTO items (id, name) VALUES (1, 'a')")
            session.change("UPDATE items SET name = 'b'")
            session.change("UPDATE items SET name = 'c'")
        assert session.query("SELECT name, valid_to FROM items_history") == [("c", None)]


def test_a_change_by_a_transaction_that_began_earlier(postgres_scratch: Scratch) -> None:
    """Its now() lies before the version that it ends."""
    with postgres_scratch.open() as session, postgres_scratch.open() as other:
        begin(session, "postgres")
        add(session, "system_time", "items", types=TYPES["postgres"])
        run(session, "INSERT INTO items (id, name) VALUES (1, 'a')")
        with other.transaction():
            other.query("SELECT now()")
            time.sleep(0.01)
            run(session, "UPDATE items SET name = 'b'")
            other.change("UPDATE items SET name = 'c'")
        rows = session.query(
            "SELECT name, valid_to > valid_from, valid_to IS NULL FROM items_history ORDER BY valid_from"
        )
        assert rows == [("a", True, False), ("b", True, False), ("c", None, True)]


@pytest.mark.parametrize("block_name", ["system_time", "application_time"])
def test_it_leaves_nothing_behind(scratch: Scratch, block_name: str) -> None:
    used = engine_name(scratch)
    options: dict[str, object] = {"per": ["name"]} if block_name == "application_time" else {"types": TYPES[used]}
    made = block(block_name, used, "items", **options)
    with scratch.open() as session:
        if used == "postgres":
            run(session, "CREATE EXTENSION IF NOT EXISTS btree_gist")
        columns = ", ".join(
            (
                *(f"{name} {kind}{' PRIMARY KEY' if name == 'id' else ''}" for name, kind in TYPES[used].items()),
                *made.columns,
            )
        )
        run(session, f"CREATE TABLE items ({columns})")
        before = session.inspect().catalog
        run(session, *made.up, *made.fills)
        first = session.inspect().catalog
        assert compare(before, first)
        run(session, *made.down)
        assert not compare(before, session.inspect().catalog)
        run(session, *made.up)
        assert not compare(first, session.inspect().catalog)


def test_mariadb_versions_rows_by_itself(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        if session.inspect().catalog.engine != "mariadb":
            with pytest.raises(Unsupported):
                block("system_time", "mysql", "items", way="native")
            return
        begin(session, "mysql")
        made = block("system_time", "mariadb", "items")
        run(
            session,
            *made.up,
            "INSERT INTO items (id, name) VALUES (1, 'a')",
            "UPDATE items SET name = 'b'",
            "DELETE FROM items",
        )
        assert session.query("SELECT name FROM items FOR SYSTEM_TIME ALL ORDER BY row_start") == [("a",), ("b",)]
        run(session, *made.down)


def prices(session: Session, used: str, kind: str = "day") -> None:
    columns = {
        "postgres": "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product_id bigint NOT NULL, currency char(3) NOT NULL",
        "mysql": "id bigint AUTO_INCREMENT PRIMARY KEY, product_id bigint NOT NULL, currency char(3) NOT NULL",
        "sqlite": "id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL, currency TEXT NOT NULL",
    }[used]
    made = block("application_time", used, "prices", per=["product_id", "currency"], kind=kind)
    run(session, f"CREATE TABLE prices ({columns}, {', '.join(made.columns)})", *made.up)


def price(product: int, begin: str, end: str | None = None, currency: str = "EUR") -> str:
    last = f"'{end}'" if end else "NULL"
    return f"INSERT INTO prices (product_id, currency, valid_from, valid_to) VALUES ({product}, '{currency}', '{begin}', {last})"


def test_no_two_periods_overlap(scratch: Scratch) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        prices(session, used)
        run(session, price(1, "2024-01-01", "2024-02-01"), price(1, "2024-02-01"), price(2, "2024-01-01"))
        run(session, price(1, "2024-01-15", "2024-03-01", currency="USD"))
        for begun, ended in (
            ("2024-01-31", "2024-02-02"),
            ("2023-01-01", None),
            ("2024-01-10", "2024-01-11"),
            ("2030-01-01", None),
        ):
            assert refusal(session, price(1, begun, ended)), (begun, ended)
        run(session, price(1, "2023-01-01", "2024-01-01"))
        assert refusal(session, price(9, "2024-02-01", "2024-01-01"))
        assert refusal(session, price(9, "2024-02-01", "2024-02-01"))
        assert refusal(session, "UPDATE prices SET valid_to = '2024-02-02' WHERE valid_to = '2024-02-01'")
        assert refusal(session, "UPDATE prices SET product_id = 1 WHERE product_id = 2")
        run(
            session,
            "UPDATE prices SET valid_from = '2024-02-15' WHERE product_id = 1 AND valid_to IS NULL AND currency = 'EUR'",
        )
        run(session, "UPDATE prices SET valid_to = '2024-02-02' WHERE valid_to = '2024-02-01'")


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
def test_no_two_periods_overlap_when_many_write(scratch: Scratch, level: str) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        prices(session, used)
    ran: list[int] = []
    ready = threading.Barrier(4)

    def work(number: int) -> None:
        with scratch.open() as own:
            if used == "postgres":
                run(own, "SET deadlock_timeout = '20ms'", f"SET default_transaction_isolation = '{level.lower()}'")
            elif used == "mysql":
                run(own, f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
            else:
                own.set_timeouts(lock=20)
            for day in range(1, 11):
                ready.wait()
                try:
                    with own.transaction():
                        own.query("SELECT count(*) FROM prices")
                        own.change(price(1, f"2024-01-{day:02}", f"2024-01-{day + 1:02}"))
                        ran.append(day)
                        time.sleep(0.002)
                except ExecutionFault:
                    continue

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scratch.open() as session:
        rows = session.query("SELECT count(*), count(DISTINCT valid_from) FROM prices")
    assert rows[0][0] == rows[0][1]
    assert int(str(rows[0][0])) > 0


def test_what_it_needs_to_know() -> None:
    with pytest.raises(UsageError, match="columns of items are not known"):
        block("system_time", "sqlite", "items")
    with pytest.raises(UsageError, match="column valid_from of its own"):
        block("system_time", "sqlite", "items", types={"valid_from": "TEXT"})
    with pytest.raises(UsageError, match="required field `per`"):
        block("application_time", "sqlite", "items")
