"""How far replicas are behind, told by position."""

import time
from collections.abc import Callable, Iterator

import msgspec
import pytest

from dbwright.engines.base import Load
from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.mysql.replication import transactions_in
from dbwright.engines.url import Url
from tests.support.mariadb_replication import primary_and_replica
from tests.support.scratches import opened_or_missing

pytestmark = pytest.mark.mysql


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Url, Url]]:
    """A primary and its replica."""
    with opened_or_missing("MariaDB with a replica", primary_and_replica) as found:
        yield found


def _watching(primary: Url, *places: str) -> Url:
    return msgspec.structs.replace(primary, options={"replicas": ", ".join(places)})


def _comes(ask: Callable[[], Load], wanted: Callable[[Load], bool]) -> Load:
    for _ in range(100):
        load = ask()
        if wanted(load):
            return load
        time.sleep(0.1)
    raise AssertionError(load)


def test_the_lag_is_counted_in_transactions(servers: tuple[Url, Url]) -> None:
    primary, replica = servers
    url = _watching(primary, f"127.0.0.1:{replica.port}")
    with ENGINE.connect(url, read_only=False) as session, ENGINE.connect(replica, read_only=False) as other:
        session.query("CREATE TABLE t (id int)")
        assert _comes(session.load, lambda load: load.lag_transactions == 0).replicas == 1
        other.query("STOP SLAVE SQL_THREAD")
        for number in range(5):
            session.query(f"INSERT INTO t VALUES ({number})")
        assert session.load().lag_transactions == 5
        other.query("START SLAVE SQL_THREAD")
        _comes(session.load, lambda load: load.lag_transactions == 0)


def test_replicas_that_are_not_named_are_counted_and_not_asked(servers: tuple[Url, Url]) -> None:
    with ENGINE.connect(servers[0]) as session:
        load = _comes(session.load, lambda load: load.replicas == 1)
        assert (load.lag_transactions, load.lag_bytes) == (None, None)


def test_a_replica_that_cannot_be_reached_is_not_waited_for_each_time(servers: tuple[Url, Url]) -> None:
    primary, replica = servers
    with ENGINE.connect(_watching(primary, "127.0.0.1:1", f"127.0.0.1:{replica.port}")) as session:
        assert session.load().lag_transactions is not None
        began = time.monotonic()
        assert session.load().lag_transactions is not None
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("gtids", "count"),
    [
        ("", 0),
        ("3e11fa47-71ca-11e1-9e33-c80aa9429562:1", 1),
        ("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3:11:47-49", 7),
        ("3e11fa47-71ca-11e1-9e33-c80aa9429562:5-6,\n4e11fa47-71ca-11e1-9e33-c80aa9429562:backup_1:1-4", 6),
    ],
)
def test_sets_of_gtids_are_counted(gtids: str, count: int) -> None:
    assert transactions_in(gtids) == count
