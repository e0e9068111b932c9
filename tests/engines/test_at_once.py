"""Several sessions at once on one database of a test, on every engine."""

from collections.abc import Iterator

import pytest

from dbwright.engines.base import Session
from dbwright.errors import ExecutionFault
from dbwright.testing.at_once import Work, at_once
from dbwright.testing.databases import Database, throwaway
from tests.support.scratches import ENGINES, opened_or_missing


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A table of counters with a limit."""
    with opened_or_missing(request.param, lambda: throwaway(request.param)) as opened:
        opened.execute(
            "CREATE TABLE seats (id integer PRIMARY KEY, taken integer NOT NULL, CONSTRAINT seats_check CHECK (taken <= 3));"
            "CREATE TABLE guests (id integer PRIMARY KEY, seat_id integer NOT NULL, FOREIGN KEY (seat_id) REFERENCES seats (id));"
            "INSERT INTO seats VALUES (1, 0);"
        )
        yield opened


def _take(guest: int) -> Work:
    def work(session: Session) -> object:
        session.query("UPDATE seats SET taken = taken + 1 WHERE id = 1")
        session.query(f"INSERT INTO guests (id, seat_id) VALUES ({guest}, 1)")
        return guest

    return work


def test_each_is_committed_or_refused_as_a_whole(database: Database) -> None:
    results = at_once(database, [_take(guest) for guest in range(8)])
    came = [result for result in results if not isinstance(result, ExecutionFault)]
    assert len(came) == 3
    assert [results[int(str(guest))] for guest in came] == came, "the results are in the order of the functions"
    assert database.count("guests") == 3
    assert database.query("SELECT taken FROM seats") == [(3,)]


def test_who_is_locked_out_tries_again(database: Database) -> None:
    """Two who take the same two rows in another order lock each other out."""
    database.execute("INSERT INTO seats VALUES (2, 0); UPDATE seats SET taken = -1000;")

    def both(first: int, second: int) -> Work:
        def work(session: Session) -> object:
            session.query(f"UPDATE seats SET taken = taken + 1 WHERE id = {first}")
            return session.query(f"UPDATE seats SET taken = taken + 1 WHERE id = {second}")

        return work

    results = at_once(database, [both(1, 2), both(2, 1)] * 6)
    assert not any(isinstance(result, ExecutionFault) for result in results)
    assert database.query("SELECT taken FROM seats") == [(-988,), (-988,)]


def test_foreign_keys_hold(database: Database) -> None:
    def work(session: Session) -> object:
        return session.query("INSERT INTO guests (id, seat_id) VALUES (1, 77)")

    (result,) = at_once(database, [work])
    assert isinstance(result, ExecutionFault)


def test_a_mistake_of_the_test_is_raised(database: Database) -> None:
    def wrong(_: Session) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        at_once(database, [wrong, wrong])
