"""The dependencies that a review asks for: found and judged table by table, within a share of the review's time."""

import time
from collections.abc import Callable, Iterable, Sequence

from dbwright.app.dependencies.options import Options
from dbwright.catalog.dependencies import Functional, Join, Multivalued, UniqueColumns
from dbwright.catalog.facts import Answer, Facts, FindDependencies, Question, Unanswered, key_of
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session
from dbwright.errors import ConnectionFault, DbwrightError, Unavailable
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.judged import Dependencies, Judged

_OPTIONS = Options(
    kinds=("unique", "functional", "approximate", "multivalued", "join"), max_left=2, whole=20_000, sample=10_000
)
_SECONDS_EACH = 10.0
_LIKELY = 0.3
"""Less plausible ones are of no use to a review."""
_CELLS = 20_000_000


def find(
    asked: Iterable[FindDependencies],
    session: Session,
    engine: Engine,
    catalog: Catalog,
    facts: Facts,
    seconds: float,
    decisions: Sequence[Decision] = (),
) -> dict[Question, Answer]:
    """Answer the questions, small tables first, until the seconds are over; those that are left say so.

    Raises ConnectionFault where the server goes away.
    """
    questions = sorted(asked, key=lambda each: (facts.rows(each.table) or 0, key_of(each)))
    if not questions:
        return {}
    try:
        look = _looking(session, engine, catalog, decisions)
    except Unavailable as error:
        return {each: Unanswered(rows=0, reason=f"{error.message} {error.hint or ''}".strip()) for each in questions}
    end = time.monotonic() + seconds
    answers: dict[Question, Answer] = {}
    for question in questions:
        left = min(_SECONDS_EACH, end - time.monotonic())
        answers[question] = look(question, left) if left > 0 else _no_time(question)
    return answers


def _no_time(question: FindDependencies) -> Unanswered:
    return Unanswered(rows=0, reason="the time for dependencies was over; give more with --seconds")


def _looking(
    session: Session, engine: Engine, catalog: Catalog, decisions: Sequence[Decision]
) -> Callable[[FindDependencies, float], Answer]:
    from dbwright.tables.open import must_be_installed

    must_be_installed()
    from dbwright.app.dependencies.judge import judgement
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.kept import KeptTable
    from dbwright.tables.live import LiveDatabase

    database = LiveDatabase(engine, session, catalog, catalog.name)

    def look(question: FindDependencies, seconds: float) -> Answer:
        table = next(each for each in catalog.tables if each.ref == question.table)
        try:
            found = judgement(
                KeptTable(database, table), _OPTIONS, Allowance(seconds, bytes=_CELLS * 8), decisions=decisions
            )
        except ConnectionFault:
            raise
        except DbwrightError as error:
            return Unanswered(rows=0, reason=error.message)
        finally:
            database.limit(None)
        kept = tuple(each for each in found.judged if each.score >= _LIKELY or each.decision)
        return Dependencies(
            rows=found.discovery.rows,
            sampled=found.discovery.read < found.discovery.rows,
            judged=tuple(
                each for each in kept if isinstance(each.measured.dependency, Functional | Multivalued | Join)
            ),
            keys=_keys(kept),
            complete=found.discovery.complete,
            limits=found.notes,
        )

    return look


def _keys(judged: Iterable[Judged]) -> tuple[frozenset[str], ...]:
    return tuple(
        each.measured.dependency.columns for each in judged if isinstance(each.measured.dependency, UniqueColumns)
    )
