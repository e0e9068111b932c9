"""Events in partitions: made ahead, counted by day, and dropped when they are old; the rows are never lost before."""

from datetime import UTC, datetime, timedelta

import pytest

from dbwright.designs.blocks import block
from dbwright.engines.base import Scratch, Session
from tests.support.blocks import engine_name, run

EVENTS = {
    "postgres": (
        "CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, seen_at timestamptz NOT NULL, kind integer NOT NULL,"
        " amount integer, PRIMARY KEY (id, seen_at)) PARTITION BY RANGE (seen_at)"
    ),
    "mysql": (
        "CREATE TABLE events (id bigint AUTO_INCREMENT, seen_at datetime(6) NOT NULL, kind integer NOT NULL, amount integer,"
        " PRIMARY KEY (id, seen_at))"
    ),
    "sqlite": "CREATE TABLE events (id INTEGER PRIMARY KEY, seen_at TEXT NOT NULL, kind INTEGER NOT NULL, amount INTEGER) STRICT",
}
NOW = datetime.now(UTC).replace(microsecond=0, tzinfo=None)


def add(session: Session, used: str, at: datetime, kind: int = 1, amount: int = 5) -> None:
    zone = "+00" if used == "postgres" else ""
    run(session, f"INSERT INTO events (seen_at, kind, amount) VALUES ('{at}{zone}', {kind}, {amount})")


def partitions(session: Session, used: str) -> list[str]:
    if used == "postgres":
        sql = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
    else:
        sql = "SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = 'events'"
    return [str(row[0]) for row in session.query(sql) if row[0] is not None]


def maintain(session: Session) -> None:
    run(session, "CALL events_maintain()")


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
@pytest.mark.parametrize("used", ["postgres", "mysql"])
def test_partitions_are_made_ahead(used: str, period: str, request: pytest.FixtureRequest) -> None:
    scratch: Scratch = request.getfixturevalue(f"{used}_scratch")
    made = block("partitions", used, "events", column="seen_at", period=period, ahead=2, behind=1, keep=3)
    with scratch.open() as session:
        run(session, EVENTS[used], *made.up)
        first = partitions(session, used)
        assert len(first) == 5  # one behind, the present, two ahead, the rest
        maintain(session)
        assert partitions(session, used) == first
        add(session, used, NOW)
        add(session, used, NOW + timedelta(days=4000))
        assert session.query("SELECT count(*) FROM events") == [(2,)]
        run(session, *made.down)
        run(session, *made.up)
        assert session.query("SELECT count(*) FROM events") == [(2,)]


@pytest.mark.parametrize("used", ["postgres", "mysql"])
def test_old_partitions_go_and_their_totals_stay(used: str, request: pytest.FixtureRequest) -> None:
    scratch: Scratch = request.getfixturevalue(f"{used}_scratch")
    kinds = {"kind": "integer"}
    options = {
        "column": "seen_at",
        "period": "day",
        "rollup": "events_daily",
        "by": kinds,
        "sums": {"amount": "bigint"},
    }
    begun = block("partitions", used, "events", behind=5, **options)
    later = block("partitions", used, "events", behind=5, keep=2, **options)
    with scratch.open() as session:
        run(session, EVENTS[used], *begun.up)
        for days in range(5):
            for kind in (1, 1, 2):
                add(session, used, NOW - timedelta(days=days), kind, 10 + days)
        maintain(session)
        totals = session.query("SELECT day, kind, events, sum_amount FROM events_daily ORDER BY day DESC, kind")
        assert [row[1:] for row in totals[:4]] == [(1, 2, 20), (2, 1, 10), (1, 2, 22), (2, 1, 11)]
        assert len(totals) == 10
        # From now on with an end: the procedure is another one, the totals are those that there are.
        run(
            session,
            "DROP PROCEDURE events_maintain",
            *(text for text in later.up if "PROCEDURE" in text or text.startswith("CALL")),
        )
        assert session.query("SELECT count(*) FROM events") == [(9,)]
        assert len([name for name in partitions(session, used) if "rest" not in name]) == 6
        maintain(session)
        assert session.query("SELECT day, kind, events, sum_amount FROM events_daily ORDER BY day DESC, kind") == totals
        add(session, used, NOW - timedelta(days=1), 2, 100)
        maintain(session)
        assert session.query("SELECT sum(events), sum(sum_amount) FROM events_daily") == [(16, 280)]


def test_rows_of_the_default_partition_move_to_their_own(postgres_scratch: Scratch) -> None:
    early = block("partitions", "postgres", "events", column="seen_at", period="month", ahead=0)
    late = block("partitions", "postgres", "events", column="seen_at", period="month", ahead=2)
    with postgres_scratch.open() as session:
        run(session, EVENTS["postgres"], *early.up)
        add(session, "postgres", NOW + timedelta(days=31))
        assert session.query("SELECT count(*) FROM events_rest") == [(1,)]
        run(session, *early.down, *late.up)
        assert session.query("SELECT count(*) FROM events_rest") == [(0,)]
        assert session.query("SELECT id, amount FROM events") == [(1, 5)]


def test_sqlite_gets_an_index_and_statements(sqlite_scratch: Scratch) -> None:
    made = block(
        "partitions",
        "sqlite",
        "events",
        column="seen_at",
        period="day",
        keep=2,
        rollup="events_daily",
        by={"kind": "INTEGER"},
    )
    assert "no partitions" in made.notes[0]
    with sqlite_scratch.open() as session:
        run(session, EVENTS["sqlite"], *made.up)
        for days in range(5):
            add(session, "sqlite", NOW - timedelta(days=days))
        first, deleted, inserted = _statements(made.usage[0])
        ((since,),) = session.query(first)
        for text in (deleted, inserted, deleted, inserted, *_statements(made.usage[1])):
            session.change(text.replace(":since", f"'{since}'"))
        counted = [row[0] for row in session.query("SELECT day FROM events_daily ORDER BY day DESC")]
        assert counted == [str((NOW - timedelta(days=n)).date()) for n in range(2)]
        assert session.query("SELECT count(*) FROM events") == [(3,)]
        run(session, *made.down)


def _statements(usage: str) -> list[str]:
    text = "\n".join(line for line in usage.split("\n") if not line.startswith("--"))
    return [each.strip() for each in text.split(";")]


def test_names_of_the_engine(scratch: Scratch) -> None:
    """A table whose name needs quotes."""
    used = engine_name(scratch)
    quote = "`" if used == "mysql" else '"'
    table = f"{quote}all 100% it's{quote}"
    made = block(
        "partitions", used, "all 100% it's", column="seen_at", keep=2, rollup="daily one's", by={"kind": "INTEGER"}
    )
    with scratch.open() as session:
        run(session, EVENTS[used].replace("CREATE TABLE events", f"CREATE TABLE {table}"), *made.up)
        zone = "+00" if used == "postgres" else ""
        run(session, f"INSERT INTO {table} (seen_at, kind) VALUES ('{NOW}{zone}', 1)")
        run(session, *(each for each in made.up if each.startswith("CALL")))
        run(session, *made.down)
        assert session.query(f"SELECT count(*) FROM {table}") == [(1,)]
