"""The review: one question at a time, each answer kept at once, and what it means for the rest worked out anew."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from dbwright.app.dependencies.decisions import Entry, keep
from dbwright.app.dependencies.judge import Judgement, judged_again
from dbwright.catalog.dependencies import Dependency, Functional
from dbwright.catalog.secrets import looks_secret
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.judged import Asked, Judged
from dbwright.normalize.judgement.question import next_question
from dbwright.normalize.judgement.written import written
from dbwright.tables.base import Sample

if TYPE_CHECKING:
    from dbwright.tables.base import RowSource

Answer = Literal["never", "possible", "each", "skip", "stop"]
"""never: the two rows cannot exist together, so the dependency is meant. possible: they can, so it is an accident.
each: ask about every column on the right side by itself. skip: ask something else. stop: no more questions."""

ROWS = 1000
"""Rows are made up of the values of so many."""
_LONGEST = 60


def review(
    source: "RowSource",
    judgement: Judgement,
    decisions: Sequence[Decision],
    file: str,
    ask: Callable[[Asked], Answer],
) -> tuple[Judgement, list[Decision], bool]:
    """Ask until nothing is left to ask, or the person has enough.

    file: keeps each answer as soon as it is given. Returns what is thought now, all decisions, and whether the person stopped.
    """
    table, columns = judgement.table.ref, judgement.discovery.columns
    rows = sample_rows(source, columns)
    known = list(decisions)
    skipped: set[Dependency] = set()
    while asked := next_question(table, columns, judgement.judged, rows, known, skipped):
        answer = ask(asked)
        dependency = asked.about.measured.dependency
        if answer == "stop":
            return judgement, known, True
        if answer == "skip":
            skipped.add(dependency)
            continue
        if answer == "each":
            if _ask_each(asked, _singles(dependency), ask, known, judgement, file, skipped):
                return judged_again(judgement, known), known, True
        else:
            _keep(dependency, answer == "never", known, judgement, file)
        judgement = judged_again(judgement, known)
    return judgement, known, False


def sample_rows(source: "RowSource", columns: Sequence[str]) -> list[dict[str, str | None]]:
    """Some rows of a table, values as text; secrets are never read into a question."""
    frame = source.frame(columns, Sample(rows=ROWS)).head(ROWS)
    hidden = {name for name in columns if looks_secret(name)}
    return [
        {name: None if value is None else _text(value, name in hidden, at) for name, value in row.items()}
        for at, row in enumerate(frame.iter_rows(named=True))
    ]


def _text(value: object, secret: bool, at: int) -> str:
    if secret:
        return f"(secret {at + 1})"
    shown = bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _singles(dependency: Dependency) -> list[Dependency]:
    if isinstance(dependency, Functional):
        return [Functional(dependency.left, frozenset((name,))) for name in sorted(dependency.right)]
    return [dependency]


def _ask_each(
    asked: Asked,
    singles: Sequence[Dependency],
    ask: Callable[[Asked], Answer],
    known: list[Decision],
    judgement: Judgement,
    file: str,
    skipped: set[Dependency],
) -> bool:
    """Ask about each column of the right side. Whether the person stopped."""
    skipped.add(asked.about.measured.dependency)
    for single in singles:
        about = next((each for each in judgement.judged if each.measured.dependency == single), None)
        if about is None:
            continue
        answer = ask(_narrowed(asked, about))
        if answer == "stop":
            return True
        if answer in ("never", "possible"):
            _keep(single, answer == "never", known, judgement, file)
        else:
            skipped.add(single)
    return False


def _narrowed(asked: Asked, about: Judged) -> Asked:
    """The same pair of rows, differing in one column of the right side alone."""
    import msgspec

    dependency, whole = about.measured.dependency, asked.about.measured.dependency
    assert isinstance(dependency, Functional)
    assert isinstance(whole, Functional)
    first, second = asked.rows.rows
    made = tuple(
        a if name in whole.right - dependency.right else b
        for name, a, b in zip(asked.rows.columns, first, second, strict=True)
    )
    rows = msgspec.structs.replace(asked.rows, rows=(first, made))
    return Asked(table=asked.table, about=about, rows=rows)


def _keep(dependency: Dependency, accepted: bool, known: list[Decision], judgement: Judgement, file: str) -> None:
    table = str(judgement.table.ref)
    text = written(dependency, judgement.discovery.columns)
    keep(file, [Entry(table=table, dependency=text, accepted=accepted)])
    known.append(Decision(table=table, dependency=dependency, accepted=accepted))
