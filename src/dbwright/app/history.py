"""Earlier reviews, kept in a file of one line each, and what changed since one of them."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec

from dbwright.app.baseline import fingerprint
from dbwright.errors import UsageError
from dbwright.finding import Finding
from dbwright.report.base import Past, Score, Summary, Trend

FORMAT = "dbwright-history/1"
_DAYS = re.compile(r"(\d+)d")


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """One line: when, of what source (without a password), the score, the counts, and what identifies each finding."""

    format: str
    at: datetime
    source: str
    score: int
    errors: int
    warnings: int
    notes: int
    findings: tuple[str, ...]


def save(path: str, source: str, score: Score, summary: Summary, findings: Iterable[Finding]) -> None:
    """Add a review to the file. One write a line, so that two that save at once don't mix. Raises UsageError where it cannot."""
    line = Saved(
        format=FORMAT,
        at=datetime.now(UTC),
        source=source,
        score=score.value,
        errors=summary.errors,
        warnings=summary.warnings,
        notes=summary.notes,
        findings=tuple(sorted(fingerprint(finding) for finding in findings)),
    )
    try:
        with Path(path).open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(line) + b"\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


def read(path: str, source: str) -> tuple[Saved, ...]:
    """The reviews of one source, oldest first; none where there is no file. Raises UsageError for a line that is no review.

    A last line that ends in its middle, because a disk was full or a process killed, is left out.
    """
    file = Path(path)
    if not file.is_file():
        return ()
    found: list[Saved] = []
    lines = file.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            saved = msgspec.json.decode(line, type=Saved)
        except msgspec.DecodeError as error:
            if number == len(lines):
                break
            raise UsageError(f"Line {number} of {path} is no saved review: {error}.") from error
        if saved.format != FORMAT:
            raise UsageError(f"Line {number} of {path} has the format {saved.format!r}; this version reads {FORMAT!r}.")
        if saved.source == source:
            found.append(saved)
    return tuple(sorted(found, key=lambda each: each.at))


def since(saved: Sequence[Saved], when: str) -> Saved:
    """The review to compare with: "last", a date (the newest until its end; YYYY-MM-DD), or so many days ago ("30d").

    Raises UsageError where the words are none of these or nothing was saved by then.
    """
    if not saved:
        raise UsageError(
            "No earlier review of this source was saved.", hint="Save one with: dbwright review SOURCE --save"
        )
    if when == "last":
        return saved[-1]
    if days := _DAYS.fullmatch(when):
        until = datetime.now(UTC) - timedelta(days=int(days[1]))
    else:
        try:
            until = datetime.combine(date.fromisoformat(when), time.max, UTC)
        except ValueError as error:
            raise UsageError(f"{when!r} is no time.", hint="Use last, a date as 2026-03-01, or days as 30d.") from error
    earlier = [each for each in saved if each.at <= until]
    if not earlier:
        first = saved[0].at.date().isoformat()
        raise UsageError(f"No review had been saved by then; the first is of {first}.")
    return earlier[-1]


def trend(before: Saved, findings: Iterable[Finding]) -> Trend:
    """What changed since a saved review."""
    now = {fingerprint(finding) for finding in findings}
    then = set(before.findings)
    return Trend(since=before.at, score_before=before.score, gone=len(then - now), new=len(now - then))


def past(saved: Iterable[Saved]) -> tuple[Past, ...]:
    """The reviews as reports show them."""
    return tuple(
        Past(at=each.at, score=each.score, errors=each.errors, warnings=each.warnings, notes=each.notes)
        for each in saved
    )
