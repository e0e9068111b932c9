"""What every check emits and every report shows."""

from typing import Any, Literal

import msgspec

from dbwright.catalog.names import Ref

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Most harmful first."""

Harm = Literal["data", "access", "outage", "speed", "clarity"]
HARMS: dict[Harm, str] = {
    "data": "loses or corrupts data",
    "access": "lets someone in",
    "outage": "stops the site",
    "speed": "is slow or wastes room",
    "clarity": "confuses",
}
"""What a fault leads to, the worst first."""

Safety = Literal["safe", "unsafe", "display"]
"""safe: keeps all data and the application's behaviour · unsafe: may fail on the data or change behaviour ·
display: to be read, not run."""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was seen, and how.

    summary: one sentence, with the numbers.
    basis: "catalog" when read from definitions, "data" when rows were looked at, "counters" for the engine's statistics,
        "unchecked" when the data could not be asked, with the reason in the summary.
    proved: whether every row was looked at; False when only a sample was.
    rows_examined: rows looked at, None where no rows were.
    columns, rows: a few rows that show the fault, values as printed text (None for NULL); never secrets.
    sql: the read-only query that shows the same again.
    """

    summary: str
    basis: Literal["catalog", "data", "counters", "unchecked"] = "catalog"
    proved: bool = True
    rows_examined: int | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    sql: str | None = None


class Fix(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way out: what it does, how safe it is, and the operations or the statements that do it.

    operations: `dbwright.change.operations` structs, rendered by the engine; Any here only because findings stand
        below changes in the layers.
    sql: the rendered statements, filled in by the review.
    """

    title: str
    safety: Safety = "safe"
    operations: tuple[Any, ...] = ()
    sql: tuple[str, ...] = ()


class Touched(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How much a fault touches: rows, bytes, and queries that the server ran; None for what was not counted."""

    rows: int | None = None
    bytes: int | None = None
    queries: int | None = None


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in a file the target is written. Lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One fault: which rule, how bad, where, why, the evidence, and the fix.

    related: other objects that the fault involves, such as the index that is doubled.
    harm: what the fault leads to. touched: how many rows, bytes and queries it touches.
    probability: for what is inferred, from 0 to 1 how likely it is; None for what is known.
    """

    code: str
    rule: str
    severity: Severity
    target: Ref
    message: str
    evidence: tuple[Evidence, ...] = ()
    help: str = ""
    fix: Fix | None = None
    location: Location | None = None
    related: tuple[Ref, ...] = ()
    harm: Harm = "clarity"
    touched: Touched | None = None
    probability: float | None = None


def at_or_above(severity: Severity, threshold: Severity) -> bool:
    """Whether a severity is as harmful as the threshold or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def by_harm(finding: Finding) -> tuple[int, int, tuple[str, ...], str, tuple[str, ...]]:
    """The sort key of findings: by severity, then what they lead to, both worst first, then by table, rule and target."""
    worst = tuple(HARMS).index(finding.harm)
    return (SEVERITIES.index(finding.severity), worst, finding.target.path[:2], finding.code, finding.target.path)
