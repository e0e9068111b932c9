"""Running plans: refused, tried again for locks, stopped in the middle with what is done, and kept apart."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.app.apply import Done, apply_plan, must_be_allowed
from dbwright.app.change import make_whole
from dbwright.catalog.codec import digest
from dbwright.catalog.names import Ref
from dbwright.change.effects import Hazard
from dbwright.change.plan import Plan, Step
from dbwright.engines.base import Session
from dbwright.engines.registry import engine
from dbwright.engines.url import Url
from dbwright.errors import Busy, ConnectionFault, ExecutionFault, Refused, UsageError
from dbwright.migrate.patience import Patience

ENGINE = engine("sqlite")
T = Ref("table", ("", "t"))
SHORT = Patience(lock=0.05, retries=2, pause=0.01)
LOSS, BREAKING, LOCK = (
    Hazard("data-loss", T, "Rows go."),
    Hazard("breaking", T, "It fails."),
    Hazard("lock", T, "Waits."),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a b.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x text)")
        made.executemany("INSERT INTO t (x) VALUES (?)", [("a",)] * 10)
    made.close()
    return path


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    with ENGINE.connect(Url(scheme="sqlite", database=str(file)), read_only=False) as opened:
        yield opened


def run(session: Session, *steps: Step, patience: Patience = SHORT, said: list[str] | None = None) -> Done:
    start = digest(session.inspect().catalog)
    plan = Plan(engine="sqlite", start=start, goal="", up=steps)
    told = [] if said is None else said
    return apply_plan(
        plan, session, ENGINE, read=lambda: session.inspect().catalog, patience=patience, progress=told.append
    )


def test_hazards_are_allowed_by_name() -> None:
    must_be_allowed([], [])
    must_be_allowed([LOCK], [])
    must_be_allowed([LOSS, BREAKING], ["breaking", "data-loss"])
    with pytest.raises(Refused) as refused:
        must_be_allowed([LOSS, BREAKING, LOCK], ["breaking"])
    assert "data-loss: Rows go." in refused.value.message
    assert "It fails." not in refused.value.message
    assert refused.value.hint is not None
    assert "--allow data-loss." in refused.value.hint
    with pytest.raises(UsageError, match="'data_loss' is no hazard"):
        must_be_allowed([LOSS], ["data_loss"])


def test_steps_run_in_order(session: Session) -> None:
    done = run(
        session, Step(sql="CREATE TABLE a (i int)"), Step(sql="INSERT INTO a VALUES (1)"), Step(sql="DROP TABLE t")
    )
    assert (done.steps, done.retries) == (3, 0)
    assert session.query("SELECT i FROM a") == [(1,)]


def test_a_database_that_changed_meanwhile_is_left_alone(session: Session) -> None:
    plan = Plan(engine="sqlite", start="another", goal="", up=(Step(sql="DROP TABLE t"),))
    with pytest.raises(Refused, match="not the one that the plan was made for"):
        apply_plan(plan, session, ENGINE, read=lambda: session.inspect().catalog)
    assert session.query("SELECT count(*) FROM t") == [(10,)]


def test_a_step_that_fails_says_what_is_done(session: Session) -> None:
    steps = (
        Step(sql="CREATE TABLE a (i int)"),
        Step(sql="CREATE TABLE a (i int)", title="Make it twice", cleanup=("DROP TABLE leftover",)),
        Step(sql="CREATE TABLE b (i int)"),
    )
    with pytest.raises(ExecutionFault) as fault:
        run(session, *steps)
    assert "Step 2 of 3 (Make it twice) failed" in fault.value.message
    assert "1 of 3 steps are done and stay; 2 are not." in fault.value.message
    assert "DROP TABLE leftover;" in fault.value.message
    assert "run the same command again" in (fault.value.hint or "")


def test_a_transaction_that_fails_leaves_nothing(session: Session) -> None:
    steps = [Step(sql=text) for text in ("BEGIN IMMEDIATE", "CREATE TABLE a (i int)", "DROP TABLE nowhere", "COMMIT")]
    with pytest.raises(ExecutionFault, match=r"transaction of steps 1 to 4 of 4.*Nothing was changed"):
        run(session, *steps)
    assert [table.name for table in session.inspect().catalog.tables] == ["t"]


def test_batches_are_repeated_until_no_row_is_left(session: Session) -> None:
    batch = "UPDATE t SET x = 'b' WHERE id IN (SELECT id FROM t WHERE x = 'a' LIMIT 4)"
    said: list[str] = []
    run(session, Step(sql=batch, title="Fill x", batched=True), said=said)
    assert said[1:] == ["Fill x: 4 rows", "Fill x: 8 rows", "Fill x: 10 rows"]


def test_a_lock_is_waited_for_again_and_what_was_left_is_cleaned_first(session: Session, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    said: list[str] = []
    patience = Patience(lock=0.05, retries=50, pause=0.05, longest_pause=0.1)
    done = run(
        session, Step(sql="CREATE TABLE a (i int)", cleanup=("DROP TABLE IF EXISTS a",)), patience=patience, said=said
    )
    release.join()
    other.close()
    assert done.retries > 0
    assert any("trying again" in each for each in said)


def test_a_lock_that_is_never_free_ends_it(session: Session, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said: list[str] = []
    with pytest.raises((ExecutionFault, ConnectionFault), match="failed"):
        run(session, Step(sql="CREATE TABLE a (i int)"), said=said)
    assert sum("trying again" in each for each in said) == SHORT.retries
    other.close()


def test_a_second_run_is_kept_out(session: Session, file: Path) -> None:
    with (
        ENGINE.connect(Url(scheme="sqlite", database=str(file)), read_only=False) as other,
        other.claim("dbwright"),
        pytest.raises(Busy),
    ):
        run(session, Step(sql="DROP TABLE t"))
    assert session.query("SELECT count(*) FROM t") == [(10,)]


def test_being_stopped_says_what_is_done(session: Session) -> None:
    said: list[str] = []

    def tell(sentence: str) -> None:
        said.append(sentence)
        if sentence.startswith("2/"):
            raise KeyboardInterrupt

    start = digest(session.inspect().catalog)
    plan = Plan(
        engine="sqlite", start=start, goal="", up=(Step(sql="CREATE TABLE a (i int)"), Step(sql="DROP TABLE t"))
    )
    with pytest.raises(KeyboardInterrupt):
        apply_plan(plan, session, ENGINE, read=lambda: session.inspect().catalog, progress=tell)
    assert "1 of 2 steps are done and stay; 1 are not." in said[-1]
    assert session.query("SELECT count(*) FROM t") == [(10,)]


def test_a_lost_connection_says_what_is_done(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    start = digest(session.inspect().catalog)
    plan = Plan(
        engine="sqlite", start=start, goal="", up=(Step(sql="CREATE TABLE a (i int)"), Step(sql="DROP TABLE t"))
    )

    def tell(sentence: str) -> None:
        if sentence.startswith("2/"):
            raise ConnectionFault("The connection was lost.", hint="Look at the server's log.")

    with pytest.raises(
        ConnectionFault, match=r"Step 2 of 2.*1 of 2 steps are done; whether this one is cannot be told"
    ):
        apply_plan(plan, session, ENGINE, read=lambda: session.inspect().catalog, progress=tell)


def test_a_database_that_a_killed_run_left_in_the_middle_is_made_whole(file: Path, tmp_path: Path) -> None:
    open_one = sqlite3.connect(file, isolation_level=None)
    open_one.execute("PRAGMA cache_size = 2")
    open_one.execute("CREATE TABLE big AS SELECT zeroblob(3000) AS x FROM t, t AS u")
    open_one.execute("BEGIN")
    open_one.execute("UPDATE big SET x = zeroblob(2900)")
    left = tmp_path / "left.db"
    for suffix in ("", "-journal"):
        Path(f"{left}{suffix}").write_bytes(Path(f"{file}{suffix}").read_bytes())
    open_one.close()
    url = Url(scheme="sqlite", database=str(left))
    with pytest.raises(ConnectionFault, match="unfinished transaction"), ENGINE.connect(url) as session:
        session.inspect()
    make_whole(url)
    with ENGINE.connect(url) as session:
        assert session.query("SELECT DISTINCT length(x) FROM big") == [(3000,)]
