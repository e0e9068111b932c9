"""Many who write at the same time lose no update; on PostgreSQL statements that write the same parents never lock each other out."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from dbwright.app.denormalize.gather import Gatherer, Option
from dbwright.denormalize.gathered import operations_of
from dbwright.denormalize.kinds import Kept
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.registry import engine, engine_of
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.split import Dialect, split
from tests.support.kept import keep, run, wrong

BLOG = """
CREATE TABLE authors (id integer PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE posts (id integer PRIMARY KEY, title varchar(40) NOT NULL);
CREATE TABLE comments (
    id integer PRIMARY KEY, post_id integer NOT NULL, author_id integer NOT NULL, score integer,
    FOREIGN KEY (post_id) REFERENCES posts (id), FOREIGN KEY (author_id) REFERENCES authors (id)
);
INSERT INTO authors VALUES (1, 'Ada'), (2, 'Bea');
INSERT INTO posts VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four');
INSERT INTO comments VALUES (1, 1, 1, 5), (2, 2, 2, 4), (3, 3, 1, 3), (4, 4, 2, 2);
"""
KEPT = (
    ("counter", "posts.comments_count=comments where score > 1"),
    ("sum", "posts.score=comments.score"),
    ("maximum", "posts.best=comments.score"),
    ("copy", "comments.author_name=authors.name"),
    ("copy", "comments.post_title=posts.title"),
    ("rollup", "scores=comments by post_id, author_id sum score"),
)
CATEGORIES = (
    "rollup",
    "titles=SELECT p.title, count(*) AS n FROM comments c JOIN posts p ON p.id = c.post_id GROUP BY p.title",
)
WRITERS, ROUNDS = 4, 25


def dialect_of(scratch: Scratch) -> Dialect:
    name = engine_of(scratch.url).name
    return "mysql" if name == "mysql" else "sqlite" if name == "sqlite" else "postgres"


def write(session: Session, number: int, faults: list[ExecutionFault]) -> int:
    """Statements of every kind, each of one or several rows; how many ran."""
    chance = random.Random(number)
    held_by = engine_of(session.url)
    done = 0
    for place in range(ROUNDS):
        at = 1000 * (number + 1) + 10 * place
        parents = chance.sample((1, 2, 3, 4), 3)
        rows = ", ".join(f"({at + n}, {post}, {1 + n % 2}, {chance.randrange(9)})" for n, post in enumerate(parents))
        some = f"id IN ({chance.randrange(1, 5)}, {at}, {at - 10}, {at - 9})"
        texts = (
            f"INSERT INTO comments (id, post_id, author_id, score) VALUES {rows}",
            f"UPDATE comments SET post_id = 5 - post_id, score = score + 1 WHERE {some}",
            f"UPDATE comments SET score = {chance.choice(('NULL', '7', '0'))} WHERE {some}",
            f"UPDATE posts SET title = 'title {at}' WHERE id = {chance.randrange(1, 5)}",
            f"UPDATE authors SET name = 'author {at}' WHERE id = {chance.randrange(1, 3)}",
            f"DELETE FROM comments WHERE id IN ({at - 20}, {at - 9})",
        )
        for text in texts:
            for _ in range(200):
                fault = tried(session, text)
                if fault is None:
                    done += 1
                    break
                faults.append(fault)
                assert held_by.retryable(fault), fault.message
                time.sleep(chance.random() / 50)
    return done


def tried(session: Session, text: str) -> ExecutionFault | None:
    """What the database said against a statement."""
    try:
        session.execute([Statement(text=text)])
    except ExecutionFault as fault:
        return fault
    return None


def together(
    scratch: Scratch, dialect: Dialect, begin: Callable[[Session], None] | None = None
) -> list[ExecutionFault]:
    """Several sessions write at once; returns what had to be tried again."""
    faults: list[ExecutionFault] = []
    done: list[int] = []
    broken: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with scratch.open() as session:
                if dialect == "postgres":
                    run(session, "SET deadlock_timeout = '20ms'")
                if begin:
                    begin(session)
                if dialect == "sqlite":
                    session.set_timeouts(lock=20)
                done.append(write(session, number, faults))
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken[0]
    assert done == [6 * ROUNDS] * WRITERS
    return faults


def test_nothing_is_lost_when_many_write(scratch: Scratch) -> None:
    dialect = dialect_of(scratch)
    with scratch.open() as session:
        session.execute(split(BLOG, dialect))
        kept = keep(session, dialect, *KEPT)
        together(scratch, dialect)
        assert wrong(session, kept) == {}


@pytest.mark.parametrize(
    "options", [KEPT[:3], (*KEPT[:3], KEPT[4]), (*KEPT, CATEGORIES)], ids=["totals", "copy", "all"]
)
def test_bulk_inserts_never_lock_each_other_out(
    postgres_scratch: Scratch, options: tuple[tuple[str, str], ...]
) -> None:
    """Statements write rows of the same parents in another order each, and none is ended by a deadlock."""
    with postgres_scratch.open() as session:
        session.execute(split(BLOG, "postgres"))
        kept = keep(session, "postgres", *options)
        faults: list[str] = []

        def work(number: int) -> None:
            chance = random.Random(number)
            with postgres_scratch.open() as own:
                for place in range(60):
                    posts = chance.sample((1, 2, 3, 4), 4)
                    at = 1000 * (number + 1) + 10 * place
                    rows = ", ".join(f"({at + n}, {post}, 1, 2)" for n, post in enumerate(posts))
                    try:
                        run(own, f"INSERT INTO comments (id, post_id, author_id, score) VALUES {rows}")
                    except ExecutionFault as fault:
                        faults.append(fault.message)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert wrong(session, kept) == {}


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE", "READ COMMITTED"])
def test_totals_at_every_isolation(scratch: Scratch, level: str) -> None:
    """Where a transaction may not see what others wrote, it is refused instead of writing a wrong total."""
    dialect = dialect_of(scratch)
    setting = {
        "postgres": f"SET default_transaction_isolation = '{level.lower()}'",
        "mysql": f"SET SESSION TRANSACTION ISOLATION LEVEL {level}",
        "sqlite": f"PRAGMA read_uncommitted = {int(level == 'READ COMMITTED')}",
    }[dialect]
    with scratch.open() as session:
        session.execute(split(BLOG, dialect))
        kept = keep(session, dialect, *KEPT[:3], KEPT[5])
        together(scratch, dialect, lambda own: run(own, setting))
        assert wrong(session, kept) == {}


def test_filling_while_others_write(scratch: Scratch) -> None:
    """The triggers are there first, so that a row which is written while the values are filled is not missed."""
    dialect = dialect_of(scratch)
    held_by = engine(dialect)
    with scratch.open() as session:
        session.execute(split(BLOG, dialect))
        if dialect == "sqlite":
            session.set_timeouts(lock=20)
        ended: list[list[ExecutionFault]] = []
        writer = threading.Thread(target=lambda: ended.append(together(scratch, dialect)))
        writer.start()
        catalog = session.inspect().catalog
        kept = Gatherer(catalog, held_by).new([Option(*each) for each in (*KEPT[:4], KEPT[5])])
        for text in held_by.render(operations_of(kept, catalog), catalog):
            _patiently(session, text)
        for each in kept:
            for fill in each.fills:
                _patiently(session, fill.sql)
        writer.join()
        assert ended
        assert wrong(session, kept) == {}


def test_repairing_while_others_write(scratch: Scratch) -> None:
    dialect = dialect_of(scratch)
    with scratch.open() as session:
        session.execute(split(BLOG, dialect))
        if dialect == "sqlite":
            session.set_timeouts(lock=20)
        kept = keep(session, dialect, *KEPT)
        ended: list[list[ExecutionFault]] = []
        writer = threading.Thread(target=lambda: ended.append(together(scratch, dialect)))
        writer.start()
        for _ in range(5):
            _patiently(session, "UPDATE posts SET comments_count = comments_count + 3, score = 77 WHERE id < 4")
            for each in kept:
                _repair(session, each)
        writer.join()
        assert ended
        assert wrong(session, kept) == {}


def _repair(session: Session, kept: Kept) -> None:
    for fill in kept.repairs:
        _patiently(session, fill.sql)


def _patiently(session: Session, text: str) -> None:
    held_by = engine_of(session.url)
    for _ in range(100):
        try:
            session.execute([Statement(text=text)])
            return
        except ExecutionFault as fault:
            if not held_by.retryable(fault):
                raise
            time.sleep(0.02)
    raise AssertionError(text)
