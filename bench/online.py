"""How long an application has to wait while the schema of a big PostgreSQL table changes: the plain ALTER beside ours.

    python -m bench.online [--rows 5000000] [--workers 4] [--changes type,not-null,foreign-key,index]

A process of its own reads, updates and inserts single rows of the table with several connections, 5 ms after one another, and measures
each statement. Meanwhile the change is made, once in one plain statement and once by dbwright. Shown are the p99 and the longest time
of the application's statements, before (nothing else going on) and during the change, and how long the change took.
The goal is that no statement of the application waits longer than 100 ms for ours.
"""

import argparse
import contextlib
import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import NamedTuple

from dbwright.app.apply import apply_plan
from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.app.online import run_online
from dbwright.app.plan import make_plan
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.catalog.parts import ForeignKey, Index, KeyPart
from dbwright.catalog.types import Type
from dbwright.change.online.changes import ChangeType
from dbwright.change.operations import AddForeignKey, CreateIndex, Operation, SetNullable, apply_all
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.url import Url
from dbwright.migrate.patience import Patience
from dbwright.online.pace import Pace

_TABLE = Ref("table", ("public", "orders"))
_CUSTOMERS = 10_000
_LOCK = 0.05

_PLAIN = {
    "type": "ALTER TABLE orders ALTER COLUMN total TYPE bigint",
    "not-null": "ALTER TABLE orders ALTER COLUMN status SET NOT NULL",
    "foreign-key": "ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)",
    "index": "CREATE INDEX orders_status ON orders (status, customer_id)",
}
_OPERATIONS: dict[str, Operation] = {
    "not-null": SetNullable(target=_TABLE.child("column", "status"), nullable=False),
    "foreign-key": AddForeignKey(
        target=_TABLE,
        key=ForeignKey(
            name="orders_customer", columns=("customer_id",), table=("public", "customers"), referenced=("id",)
        ),
    ),
    "index": CreateIndex(
        target=_TABLE,
        index=Index(name="orders_status", parts=(KeyPart(column="status"), KeyPart(column="customer_id"))),
    ),
}


class Waited(NamedTuple):
    """Times of the application's statements in milliseconds."""

    statements: int
    p99: float
    longest: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--changes", default=",".join(_PLAIN))
    options = parser.parse_args()
    print(
        f"{'change':<12} {'':<9} {'took':>8}  {'statements':>10} {'p99':>9} {'longest':>10}   ({options.rows:,} rows, times in ms)"
    )
    for name in options.changes.split(","):
        for way, change in (("plain", _plain), ("dbwright", _ours)):
            with ENGINE.scratch() as scratch:
                _fill(scratch, options.rows)
                with _application(scratch.url, options.rows, options.workers) as measure:
                    calm = measure(lambda: time.sleep(5))
                    start = time.perf_counter()
                    during = measure(lambda change=change, name=name: change(scratch.url, name))  # type: ignore[misc] # bound now
                    took = time.perf_counter() - start
            if way == "plain":
                _print(name, "calm", 5.0, calm)
            _print(name, way, took, during)


def _print(name: str, way: str, took: float, waited: Waited) -> None:
    print(
        f"{name:<12} {way:<9} {took:>7.1f}s  {waited.statements:>10,} {waited.p99:>9.1f} {waited.longest:>10.1f}",
        flush=True,
    )


# ---------------------------------------------------------------- the changes


def _plain(url: Url, name: str) -> None:
    with ENGINE.connect(url, read_only=False) as session:
        session.execute([Statement(text=_PLAIN[name])])


def _ours(url: Url, name: str) -> None:
    if name == "type":
        change = ChangeType(table=("public", "orders"), column="total", type=Type("integer", "bigint", bits=64))
        pace = Pace(lock=_LOCK)
        status = run_online(url, [change], until="contract", pace=pace, proved=False, allow=("data-loss",))
        assert status.state == "done", status
        return
    with ENGINE.connect(url, read_only=False) as session:

        def read() -> Catalog:
            return without_bookkeeping(session.inspect().catalog)

        old = read()
        plan = make_plan(old, apply_all([_OPERATIONS[name]], old), ENGINE, facts=session.measure(old))
        apply_plan(
            plan, session, ENGINE, read=read, patience=Patience(lock=_LOCK, retries=200, pause=0.1, longest_pause=1.0)
        )


# ---------------------------------------------------------------- the table


def _fill(scratch: Scratch, rows: int) -> None:
    statements = (
        "CREATE TABLE customers (id integer PRIMARY KEY, name text)",
        f"INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, {_CUSTOMERS}) n",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer, total integer, status text, note text)",
        f"INSERT INTO orders SELECT n, 1 + n % {_CUSTOMERS}, n % 1000, 'new', 'note ' || n FROM generate_series(1, {rows}) n",
        "VACUUM ANALYZE orders",
        "CHECKPOINT",
    )
    with scratch.open() as session:
        session.execute(Statement(text=text) for text in statements)


# ---------------------------------------------------------------- the application


@contextlib.contextmanager
def _application(url: Url, rows: int, workers: int) -> Iterator[Callable[[Callable[[], None]], Waited]]:
    """An application at work in a process of its own; gives a function that measures it while something else is done."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(url, rows, workers, theirs), daemon=True)
    process.start()
    ours.recv()

    def measure(action: Callable[[], None]) -> Waited:
        ours.send("start")
        action()
        ours.send("stop")
        times: list[float] = ours.recv()
        times.sort()
        return Waited(len(times), times[int(len(times) * 0.99)], times[-1])

    try:
        yield measure
    finally:
        ours.send("end")
        process.join(timeout=10)
        process.terminate()


def _work(url: Url, rows: int, workers: int, pipe: Connection) -> None:
    """Read, update and insert single rows; between "start" and "stop" every statement's time is kept."""
    times: list[float] = []
    state = {"measuring": False, "ending": False}
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_one, args=(url, rows, n, times, state, lock), daemon=True) for n in range(workers)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    pipe.send("ready")
    while (word := pipe.recv()) != "end":
        if word == "start":
            with lock:
                times.clear()
            state["measuring"] = True
        else:
            time.sleep(0.2)
            state["measuring"] = False
            with lock:
                pipe.send(list(times))
    state["ending"] = True


def _one(url: Url, rows: int, number: int, times: list[float], state: dict[str, bool], lock: threading.Lock) -> None:
    chance = random.Random(number)
    next_id = rows + 1 + number * 100_000_000
    with ENGINE.connect(url, read_only=False) as session:
        while not state["ending"]:
            key = chance.randint(1, rows)
            kind = chance.random()
            if kind < 0.6:
                sql = f"SELECT id, total, status FROM orders WHERE id = {key}"
            elif kind < 0.9:
                sql = f"UPDATE orders SET total = {chance.randint(0, 999)}, note = 'changed' WHERE id = {key}"
            else:
                next_id += 1
                sql = f"INSERT INTO orders (id, customer_id, total, status) VALUES ({next_id}, {1 + key % _CUSTOMERS}, 5, 'new')"
            start = time.perf_counter()
            session.query(sql)
            waited = (time.perf_counter() - start) * 1000
            if state["measuring"]:
                with lock:
                    times.append(waited)
            time.sleep(0.005)


if __name__ == "__main__":
    main()
