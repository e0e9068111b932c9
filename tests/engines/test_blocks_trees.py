"""Trees without cycles and closure tables that are true, whatever is written, and by however many at once."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dbwright.designs.blocks import block
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine_of
from dbwright.errors import ExecutionFault
from tests.support.blocks import add, engine_name, refusal, run

ACTIONS = ("RESTRICT", "CASCADE", "SET NULL")
WRITERS, ROUNDS, NODES = 4, 40, 12


def begin(session: Session, action: str = "RESTRICT") -> None:
    enforce(session)
    kind = "bigint" if engine_of(session.url).name != "sqlite" else "INTEGER"
    run(
        session,
        f"CREATE TABLE nodes (id {kind} PRIMARY KEY, parent_id {kind}, name varchar(20),"
        f" FOREIGN KEY (parent_id) REFERENCES nodes (id) ON DELETE {action})",
    )


def enforce(session: Session) -> None:
    """SQLite holds foreign keys only where it is told to."""
    if engine_of(session.url).name == "sqlite":
        session.query("PRAGMA foreign_keys = ON")


def pairs(session: Session) -> set[tuple[object, ...]]:
    """What the closure table holds."""
    return set(session.query("SELECT ancestor_id, descendant_id, depth FROM nodes_closure"))


def truth(session: Session) -> set[tuple[object, ...]]:
    """What it should hold, by the rows."""
    parents = {row[0]: row[1] for row in session.query("SELECT id, parent_id FROM nodes")}
    found: set[tuple[object, ...]] = set()
    for node in parents:
        above, depth = node, 0
        while above is not None:
            found.add((above, node, depth))
            above, depth = parents[above], depth + 1
            assert depth <= len(parents), "a cycle"
    return found


@pytest.mark.parametrize("name", ["tree", "closure"])
def test_no_row_comes_to_stand_below_itself(scratch: Scratch, name: str) -> None:
    with scratch.open() as session:
        begin(session)
        add(session, name, "nodes", max_depth=5)
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1), (3, 2), (4, 3)")
        for text in (
            "UPDATE nodes SET parent_id = 4 WHERE id = 1",
            "UPDATE nodes SET parent_id = 3 WHERE id = 2",
            "UPDATE nodes SET parent_id = 2 WHERE id = 2",
            "INSERT INTO nodes (id, parent_id) VALUES (9, 9)",
        ):
            assert "below itself" in refusal(session, text), text
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (5, 4), (6, 5)")
        assert "deep" in refusal(session, "INSERT INTO nodes (id, parent_id) VALUES (7, 6)")
        run(session, "UPDATE nodes SET parent_id = NULL WHERE id = 2", "UPDATE nodes SET parent_id = 6 WHERE id = 1")
        run(session, "UPDATE nodes SET name = 'x', parent_id = parent_id")
        assert session.query("SELECT parent_id FROM nodes WHERE id = 1") == [(6,)]


@pytest.mark.parametrize("action", ACTIONS)
def test_the_closure_is_true_whatever_is_written(scratch: Scratch, action: str) -> None:
    chance = random.Random(action)
    with scratch.open() as session:
        begin(session, action)
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)")
        add(session, "closure", "nodes")
        assert pairs(session) == truth(session)
        for place in range(60):
            one, other = chance.choices(range(1, NODES), k=2)
            refusal(session, chance.choice((
                f"INSERT INTO nodes (id, parent_id) VALUES ({one}, {chance.choice((other, 'NULL'))})",
                f"INSERT INTO nodes (id, parent_id) VALUES ({100 + place}, {one}), ({200 + place}, {100 + place})",
                f"UPDATE nodes SET parent_id = {chance.choice((other, other, 'NULL'))} WHERE id = {one}",
                f"UPDATE nodes SET parent_id = {other} WHERE id IN ({one}, {one + 1}, {one + 2})",
                "UPDATE nodes SET name = 'x'",
                f"DELETE FROM nodes WHERE id = {chance.choice((one, 100 + chance.randrange(place + 1)))}",
            )))  # fmt: skip
            assert pairs(session) == truth(session)
        assert len(pairs(session)) > 10


@pytest.mark.parametrize("name", ["closure", "ltree"])
def test_what_is_written_before_the_fill(scratch: Scratch, name: str) -> None:
    used = engine_name(scratch)
    if name == "ltree" and used != "postgres":
        return  # PostgreSQL alone has it
    with scratch.open() as session:
        begin(session, "CASCADE")
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1), (3, 2), (4, 3), (5, NULL), (6, 5)")
        made = block(name, used, "nodes", add_columns=True)
        run(
            session,
            *made.up,
            "INSERT INTO nodes (id, parent_id) VALUES (7, 4), (8, 7)",
            "UPDATE nodes SET parent_id = 6 WHERE id = 3",
        )
        run(session, "UPDATE nodes SET parent_id = NULL WHERE id = 6", "DELETE FROM nodes WHERE id = 8", *made.fills)
        assert (pairs(session) == truth(session)) if name == "closure" else (paths(session) == true_paths(session))
        assert all(not session.query(check) for check in made.checks)


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("action", ["CASCADE", "SET NULL"])
def test_the_closure_is_true_when_many_write(scratch: Scratch, level: str, action: str) -> None:
    used = engine_name(scratch)
    if used == "sqlite" and level != "SERIALIZABLE":
        return  # it has no other
    with scratch.open() as session:
        begin(session, action)
        run(session, "INSERT INTO nodes (id) VALUES (1), (2), (3)")
        add(session, "closure", "nodes")
    many(scratch, level)
    with scratch.open() as session:
        assert pairs(session) == truth(session)


def many(scratch: Scratch, level: str) -> None:
    """Several sessions write transactions at once."""
    broken: list[BaseException] = []

    def work(number: int) -> None:
        chance = random.Random(f"{number} {level}")
        try:
            with scratch.open() as own:
                enforce(own)
                isolate(own, engine_name(scratch), level)
                for place in range(ROUNDS):
                    write(own, chance, 1000 * (number + 1) + place)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken[0]


def isolate(session: Session, used: str, level: str) -> None:
    if used == "postgres":
        run(session, "SET deadlock_timeout = '20ms'", f"SET default_transaction_isolation = '{level.lower()}'")
    elif used == "mysql":
        run(session, f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
    else:
        session.set_timeouts(lock=20)


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """A transaction in which SQLite holds its foreign keys, too."""
    if engine_of(session.url).name != "sqlite":
        with session.transaction():
            yield
        return
    session.query("BEGIN IMMEDIATE")
    try:
        yield
        session.query("COMMIT")
    except ExecutionFault:
        session.query("ROLLBACK")
        raise


def write(session: Session, chance: random.Random, new: int) -> None:
    """A transaction of some statements; what the engine refuses is left out."""
    try:
        with transaction(session):
            for _ in range(chance.randrange(1, 3)):
                nodes = [row[0] for row in session.query("SELECT id FROM nodes")]
                one, other = chance.choices(nodes, k=2)
                time.sleep(chance.random() / 200)
                session.change(chance.choice((
                    f"INSERT INTO nodes (id, parent_id) VALUES ({new}, {one})",
                    f"UPDATE nodes SET parent_id = {other} WHERE id = {one}",
                    f"UPDATE nodes SET parent_id = {other} WHERE id = {one}",
                    f"DELETE FROM nodes WHERE id = {one} AND id > 3",
                )))  # fmt: skip
                new += 100_000
    except ExecutionFault:
        return


def paths(session: Session) -> dict[object, object]:
    return {row[0]: row[1] for row in session.query("SELECT id, path::text FROM nodes")}


def true_paths(session: Session) -> dict[object, object]:
    parents = {row[0]: row[1] for row in session.query("SELECT id, parent_id FROM nodes")}
    found: dict[object, object] = {}
    for node in parents:
        above = node
        path: list[str] = []
        while above is not None:
            path.insert(0, str(above))
            above = parents[above]
        found[node] = ".".join(path)
    return found


@pytest.mark.parametrize("action", ACTIONS)
def test_paths_are_true_whatever_is_written(postgres_scratch: Scratch, action: str) -> None:
    chance = random.Random(action)
    with postgres_scratch.open() as session:
        begin(session, action)
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)")
        made = add(session, "ltree", "nodes", add_columns=True)
        assert paths(session) == {1: "1", 2: "1.2", 3: "1.2.3", 4: "4"}
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (503, 502), (502, 501), (501, 4)")
        for place in range(60):
            one, other = chance.choices(range(1, NODES), k=2)
            refusal(session, chance.choice((
                f"INSERT INTO nodes (id, parent_id) VALUES ({one}, {chance.choice((other, 'NULL'))})",
                f"INSERT INTO nodes (id, parent_id) VALUES ({200 + place}, {100 + place}), ({100 + place}, {one})",
                f"UPDATE nodes SET parent_id = {chance.choice((other, other, 'NULL'))} WHERE id = {one}",
                f"UPDATE nodes SET parent_id = {other} WHERE id IN ({one}, {one + 1}, {one + 2})",
                f"UPDATE nodes SET id = {300 + place} WHERE id = {one}",
                f"DELETE FROM nodes WHERE id = {chance.choice((one, 100 + chance.randrange(place + 1)))}",
            )))  # fmt: skip
            assert paths(session) == true_paths(session)
        assert all(not session.query(check) for check in made.checks)
        run(session, *made.down)


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_paths_are_true_when_many_write(postgres_scratch: Scratch, level: str) -> None:
    with postgres_scratch.open() as session:
        begin(session, "CASCADE")
        run(session, "INSERT INTO nodes (id) VALUES (1), (2), (3)")
        add(session, "ltree", "nodes", add_columns=True)
    many(postgres_scratch, level)
    with postgres_scratch.open() as session:
        assert paths(session) == true_paths(session)


def test_two_who_move_rows_below_each_other(scratch: Scratch) -> None:
    """Each move is right by itself, both together would be a cycle."""
    used = engine_name(scratch)
    with scratch.open() as session:
        begin(session)
        run(session, "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1), (3, NULL), (4, 3)")
        add(session, "tree", "nodes")
    ended: list[str] = []
    ready = threading.Barrier(2)

    def move(one: int, below: int) -> None:
        with scratch.open() as own:
            if used == "sqlite":
                own.set_timeouts(lock=20)
            ready.wait()
            ended.append(refusal(own, f"UPDATE nodes SET parent_id = {below} WHERE id = {one}"))

    for _ in range(20):
        ended.clear()
        threads = [threading.Thread(target=move, args=each) for each in ((1, 4), (3, 2))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len([said for said in ended if said]) >= 1
        with scratch.open() as session:
            run(session, "UPDATE nodes SET parent_id = NULL WHERE id IN (1, 3)")


@pytest.mark.parametrize("name", ["tree", "closure", "ltree"])
def test_keys_that_are_texts(scratch: Scratch, name: str) -> None:
    used = engine_name(scratch)
    if name == "ltree" and used != "postgres":
        return  # PostgreSQL alone has it
    kind = {"postgres": "uuid", "sqlite": "TEXT"}.get(used, "char(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    one, two, three = (f"'{str(n) * 8}-aaaa-4aaa-8aaa-aaaaaaaaaaaa'" for n in (1, 2, 3))
    with scratch.open() as session:
        run(
            session,
            f"CREATE TABLE nodes (id {kind} PRIMARY KEY, parent_id {kind}, FOREIGN KEY (parent_id) REFERENCES nodes (id))",
        )
        options = {"add_columns": True} if name == "ltree" else {"key_type": kind}
        made = add(session, name, "nodes", **options)
        run(
            session,
            f"INSERT INTO nodes (id) VALUES ({one})",
            f"INSERT INTO nodes (id, parent_id) VALUES ({two}, {one}), ({three}, {two})",
        )
        assert "below itself" in refusal(session, f"UPDATE nodes SET parent_id = {three} WHERE id = {one}")
        assert all(not session.query(check) for check in made.checks)


def test_a_cycle_that_was_there_before_ends_in_a_refusal(scratch: Scratch) -> None:
    with scratch.open() as session:
        begin(session)
        run(
            session,
            "INSERT INTO nodes (id, parent_id) VALUES (1, NULL), (2, 1)",
            "UPDATE nodes SET parent_id = 2 WHERE id = 1",
        )
        add(session, "tree", "nodes")
        assert refusal(session, "INSERT INTO nodes (id, parent_id) VALUES (3, 1)")
