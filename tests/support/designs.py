"""Reference designs on scratch databases: their migrations and reference data, their queries, and many who write at once."""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from dbwright.app.new import Made, Request, make
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.registry import engine_of
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")


@cache
def made(design: str, engine: str, **options: str) -> Made:
    """A design as its project would be written."""
    return make(Request(design=design, engine=engine, options=options))


def statements(engine: str, text: str, where: str = "text") -> list[Statement]:
    """A script as statements."""
    from dbwright.engines.registry import engine as named

    return list(split(text, dialect_of(named(engine)), where, []))


def build(session: Session, design: str, **options: str) -> Made:
    """Run the migrations and the reference data of a design."""
    engine = engine_of(session.url).name
    project = made(design, engine, **options)
    keep_keys(session)
    for _, name, up, _ in project.migrations:
        session.execute(statements(engine, up, name))
    for name, text in project.rendered.seeds.items():
        session.execute(statements(engine, text, name))
    return project


def keep_keys(session: Session) -> None:
    """Have SQLite check foreign keys, which every connection asks for anew."""
    if engine_of(session.url).name == "sqlite":
        session.query("PRAGMA foreign_keys = ON")


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """A transaction as an application begins it. The session's own, made for migrations, does not check SQLite's foreign keys."""
    if engine_of(session.url).name != "sqlite":
        with session.transaction():
            yield
        return
    session.change("BEGIN IMMEDIATE")
    try:
        yield
        session.change("COMMIT")
    except BaseException:
        session.change("ROLLBACK")
        raise


def tear_down(session: Session, project: Made) -> None:
    """Run the ways back, the newest first."""
    engine = engine_of(session.url).name
    for _, name, _, down in reversed(project.migrations):
        session.execute(statements(engine, down, name))


def literal(value: object) -> str:
    """A value as SQL of every engine; backslashes are not expected."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def filled_in(text: str, values: Mapping[str, object]) -> str:
    """A query of a design with its named parameters filled in."""
    uncommented = re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE)
    return _PARAMETER.sub(lambda match: literal(values[match[1]]), uncommented)


def run_query(session: Session, project: Made, name: str, **values: object) -> list[tuple[object, ...]]:
    """Run the statements of one of the design's files of queries in one transaction; the rows of the last SELECT."""
    engine = engine_of(session.url).name
    rows: list[tuple[object, ...]] = []
    with transaction(session):
        for statement in statements(engine, filled_in(project.rendered.queries[f"{name}.sql"], values), name):
            if statement.text.lstrip().upper().startswith("SELECT"):
                rows = session.query(statement.text)
            else:
                session.change(statement.text)
    return rows


def together(scratch: Scratch, jobs: Iterable[Callable[[Session], object]]) -> list[str]:
    """Run jobs at the same time, each with a connection of its own and in one transaction; the message of each refusal.

    What the engine asks to try again (a deadlock, a lock that was not given) is tried again, as an application would.
    """
    refused: list[str] = []
    broken: list[BaseException] = []
    jobs = list(jobs)
    gate = threading.Barrier(len(jobs))

    def work(number: int, job: Callable[[Session], object]) -> None:
        try:
            with scratch.open() as session:
                keep_keys(session)
                gate.wait(60)
                refusal = _tried(session, job, number)
                if refusal:
                    refused.append(refusal)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken[0]
    return refused


def _tried(session: Session, job: Callable[[Session], object], number: int) -> str | None:
    for attempt in range(200):
        try:
            with transaction(session):
                job(session)
            return None
        except ExecutionFault as fault:
            if not engine_of(session.url).retryable(fault):
                return fault.message
            time.sleep((1 + (number * 7 + attempt) % 5) / 200)
    raise AssertionError("still locked out after 200 attempts")
