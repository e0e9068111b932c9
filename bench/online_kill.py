"""Kills an online change with SIGKILL at random moments while an application writes, runs it again until it is done, and looks
whether every row that was acknowledged is there, on both engines' terms: the values and the schema in the end.

python -m bench.online_kill --times 50 --engine postgres
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from dbwright.app.online import online_status, run_online
from dbwright.catalog.types import Type
from dbwright.change.online import ChangeType, RenameColumn, RenameTable, SetNotNull, Wish
from dbwright.change.online.changes import Change
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine as engine_named
from dbwright.engines.url import Url, format_url
from dbwright.errors import ConnectionFault, ExecutionFault
from dbwright.online.pace import Pace
from dbwright.online.proof import named

_ROOT = Path(__file__).parents[1]
_INTEGER = {"postgres": "integer", "mysql": "int", "sqlite": "INTEGER"}
_MISSING = ("42703", "42P01", "1054", "1146", "SQLITE_ERROR")
_RUN = """
import sys
from dbwright.app.online import plan_online, run_online
from dbwright.change.online import Wish
from dbwright.errors import DbwrightError
from dbwright.online.pace import Pace
import msgspec
wish = msgspec.json.decode(sys.argv[2].encode(), type=Wish)
pace = Pace(first_rows=50, most_rows=200, rest=1.0, wait_for_others=60.0)
try:
    plan_online(sys.argv[1], wish, proved=False)  # all modules are loaded: the kill shall hit the work
except DbwrightError:
    pass
print("at work", flush=True)
tell = lambda progress: print(progress.stage, flush=True)
status = run_online(sys.argv[1], wish, until=sys.argv[3], pace=pace, proved=False, allow=["data-loss"], progress=tell)
print(status.state, flush=True)
"""


class Subject(NamedTuple):
    """A change, and the statements by which the application writes a row: tried in turn, since names change on the way."""

    name: str
    change: Change
    inserts: tuple[str, ...]
    updates: tuple[str, ...]
    read: str


class Outcome(NamedTuple):
    """What one trial showed: how often the run was killed, in what stages, how many rows were written, and what went wrong."""

    change: str
    kills: int
    stages: tuple[int, ...]
    rows: int
    wrong: tuple[str, ...]


def subjects(engine: str) -> list[Subject]:
    """The changes that are tried in turn."""
    namespace = "public" if engine == "postgres" else ""
    t = (namespace, "t")
    plain = ("insert into t (id, price) values ({id}, '{value}')",)
    update = ("update t set price = '{value}' where id = {id}",)
    integer = Type(kind="integer", spelling=_INTEGER[engine], bits=32)
    text = {"mysql": "cast(price as signed)", "postgres": "price::integer", "sqlite": "CAST(price AS INTEGER)"}[engine]
    return [
        Subject(
            "change type",
            ChangeType(table=t, column="price", type=integer, using=text),
            plain,
            update,
            "select id, price, note from t",
        ),
        Subject(
            "rename column",
            RenameColumn(table=t, column="price", to="cost"),
            (*plain, "insert into t (id, cost) values ({id}, '{value}')"),
            (*update, "update t set cost = '{value}' where id = {id}"),
            "select id, cost, note from t",
        ),
        Subject(
            "set not null",
            SetNotNull(table=t, column="note", fill="'none'"),
            ("insert into t (id, price, note) values ({id}, '{value}', 'n')",),
            update,
            "select id, price, note from t",
        ),
        Subject(
            "rename table",
            RenameTable(table=t, to=(namespace, "goods")),
            (*plain, "insert into goods (id, price) values ({id}, '{value}')"),
            (*update, "update goods set price = '{value}' where id = {id}"),
            "select id, price, note from goods",
        ),
    ]


class Application(threading.Thread):
    """Writes rows of its own and remembers what was acknowledged. Any refusal but one for a lock is a fault."""

    def __init__(self, engine: Engine, url: Url, subject: Subject, number: int, rows: int) -> None:
        super().__init__(daemon=True)
        self.engine, self.url, self.subject, self.number, self.rows = engine, url, subject, number, rows
        self.written: dict[int, int] = {}
        self.faults: list[str] = []
        self.stop = threading.Event()
        self.lock = threading.Lock()

    def deploy_new_version(self) -> None:
        """From now on the new names are used first; returns when no statement with the old ones is under way."""
        with self.lock:
            self.subject = self.subject._replace(inserts=self.subject.inserts[::-1], updates=self.subject.updates[::-1])
        time.sleep(0.1)

    def run(self) -> None:
        """Insert and update until told to stop."""
        chance = random.Random(self.number)
        with self.engine.connect(self.url, read_only=False) as session:
            session.set_timeouts(lock=30.0)
            place = 0
            while not self.stop.is_set():
                value = chance.randrange(1_000_000)
                own = sorted(self.written) if chance.random() < 0.02 else None
                with self.lock:
                    if chance.random() < 0.5:
                        row = 1_000_000 * self.number + place
                        place += 1
                        self._write(session, self.subject.inserts, row, value)
                    else:
                        row = chance.choice(own) if own else chance.randrange(self.rows // 4) * 4 + self.number
                        self._write(session, self.subject.updates, row, value)
                time.sleep(0.002)

    def _write(self, session: Session, forms: tuple[str, ...], row: int, value: int) -> None:
        for _ in range(200):
            for form in forms:
                try:
                    session.change(form.format(id=row, value=value))
                    self.written[row] = value  # every row that is updated is there; SQLite counts none through a view
                    return
                except ExecutionFault as fault:
                    if self.engine.retryable(fault):
                        time.sleep(0.01)
                        break
                    if fault.code not in _MISSING or form == forms[-1]:
                        last = fault
                        continue
                    last = fault
            else:
                # A name may go and another come between two tries.
                if len(forms) > 1 and last.code in _MISSING:
                    time.sleep(0.01)
                    continue
                self.faults.append(f"{last.message} ({last.statement})")
                return
        self.faults.append(f"row {row} could not be written in 200 tries")


def trial(name: str, subject: Subject, kills: int, rows: int, chance: random.Random) -> Outcome:
    """One change, killed up to so many times, then run to its end."""
    engine = engine_named(name)
    wish = Wish(changes=(subject.change,))
    wrong: list[str] = []
    stages: list[int] = []
    with engine.scratch() as scratch, scratch.open() as session:
        start = _made(session, name, rows)
        writers = [Application(engine, scratch.url, subject, number, rows) for number in (1, 2)]
        for writer in writers:
            writer.start()
        try:
            for goal in ("switch", "contract"):
                while (ended := _one_run(scratch.url, wish, goal, _moment(chance, kills, len(stages)))) is None:
                    stages.append(_stage(scratch.url))
                if ended:
                    wrong.append(ended)
                    break
                for writer in writers:
                    writer.deploy_new_version()
        finally:
            for writer in writers:
                writer.stop.set()
            for writer in writers:
                writer.join(60.0)
        wrong += [fault for writer in writers for fault in writer.faults[:3]]
        if not wrong:
            wrong += _lost(session, subject, writers, rows)
            wrong += _other_schema(session, engine, name, wish, start)
        written = sum(len(writer.written) for writer in writers)
    return Outcome(subject.name, len(stages), tuple(stages), written, tuple(wrong))


def _made(session: Session, name: str, rows: int) -> object:
    session.change("create table t (id int not null primary key, price varchar(20) not null, note varchar(20))")
    session.change("create index by_price on t (price)")
    for first in range(0, rows, 1000):
        values = ", ".join(
            f"({n}, '{n}', {'null' if n % 3 else repr('kept')})" for n in range(first, min(first + 1000, rows))
        )
        session.change(f"insert into t values {values}")
    del name
    return session.inspect().catalog


class _Moment(NamedTuple):
    """When to kill: so many seconds after a stage began; stage 0 is the beginning of the run."""

    stage: int
    seconds: float

    @classmethod
    def any(cls, chance: random.Random) -> "_Moment":
        """Half of them anywhere in time, which is mostly in the batches; half of them around the beginning of a stage."""
        if chance.random() < 0.5:
            return cls(0, chance.uniform(0.0, 1.5))
        return cls(chance.randrange(1, 14), chance.uniform(0.0, 0.02))


def _moment(chance: random.Random, kills: int, done: int) -> _Moment | None:
    return _Moment.any(chance) if done < kills else None


def _one_run(url: Url, wish: Wish, goal: str, moment: _Moment | None) -> str | None:
    """Start a run; None where it was killed, else what was wrong with its end, or nothing."""
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, format_url(url), msgspec.json.encode(wish).decode(), goal],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        last = ""
        killer: threading.Timer | None = None
        for line in process.stdout:
            last = line.strip()
            reached = int(last) if last.isdigit() else 0
            if moment and killer is None and reached >= moment.stage:
                killer = threading.Timer(moment.seconds, process.send_signal, [signal.SIGKILL])
                killer.start()
        errors = process.stderr.read()
        process.wait()
        if killer:
            killer.cancel()
    if process.returncode == -signal.SIGKILL:
        return None
    return "" if process.returncode == 0 and last in ("done", "stopped") else f"the run failed: {errors.strip()[-600:]}"


def _stage(url: Url) -> int:
    try:
        return next((status.stage for status in online_status(url)), 0)
    except (ExecutionFault, ConnectionFault):
        return -1


def _lost(session: Session, subject: Subject, writers: list[Application], rows: int) -> list[str]:
    """Rows that are not as they were acknowledged last."""
    found = {int(str(row[0])): (str(row[1]), row[2]) for row in session.query(subject.read)}
    expected = {number: number for number in range(rows)}
    for writer in writers:
        expected |= writer.written
    wrong = [
        f"{row} is {found.get(row)}, not {value}"
        for row, value in expected.items()
        if found.get(row, ("",))[0] != str(value)
    ]
    if len(found) != len(expected):
        wrong.append(f"there are {len(found)} rows, not {len(expected)}")
    if subject.name == "set not null":
        wrong += [f"{row} has NULL" for row, (_, note) in found.items() if note is None]
    else:
        wrong += (
            [f"{n} lost its note" for n in range(0, rows, 3) if found[n][1] != "kept"] if len(found) >= rows else []
        )
    return wrong[:5]


def _other_schema(session: Session, engine: Engine, name: str, wish: Wish, start: object) -> list[str]:
    del start
    end = session.inspect().catalog
    with engine.scratch() as scratch, scratch.open() as other:
        _made(other, name, 1)
        run_online(scratch.url, wish, until="contract", pace=Pace(), proved=False, allow=["data-loss"])
        different = named(other.inspect().catalog, end)
    return [f"the schema is another one: {different}"] if different else []


def main() -> int:
    """Run trials until so many kills have been survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="how many kills")
    parser.add_argument("--engine", default="postgres", choices=("postgres", "mysql", "sqlite"))
    parser.add_argument("--rows", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    outcomes: list[Outcome] = []
    kinds = subjects(given.engine)
    while (done := sum(each.kills for each in outcomes)) < given.times:
        subject = kinds[len(outcomes) % len(kinds)]
        outcome = trial(given.engine, subject, min(6, given.times - done), given.rows, chance)
        outcomes.append(outcome)
        print(
            f"{outcome.change}: killed {outcome.kills} times at stages {list(outcome.stages)}, {outcome.rows} rows written"
            f" meanwhile: {'; '.join(outcome.wrong) or 'all there, the schema right'}",
            file=sys.stderr,
        )
    failed = sum(bool(each.wrong) for each in outcomes)
    print(json.dumps({"engine": given.engine, "kills": done, "trials": len(outcomes), "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
