"""The report as JSON: a documented contract that only grows within a version.

`schema()` is its JSON Schema, published as docs/review.schema.json.
"""

from typing import Any, Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Fix, Harm, Location, Safety, Severity, Touched
from dbwright.report.base import Past, Report, Score, SourceInfo, Summary, Trend

VERSION: Literal[1] = 1


class _Target(msgspec.Struct, frozen=True):
    """An object: its kind, and its name's parts from the namespace down; a nameless namespace is left out."""

    kind: str
    path: tuple[str, ...]


class _Evidence(msgspec.Struct, frozen=True):
    """What was seen, and how; `rows` holds printed text, null for NULL."""

    summary: str
    basis: Literal["catalog", "data", "counters", "unchecked"]
    proved: bool
    rows_examined: int | None
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    sql: str | None


class _Fix(msgspec.Struct, frozen=True):
    """What the fix does, how safe it is, and its statements without terminators."""

    title: str
    safety: Safety
    sql: tuple[str, ...]


class _Location(msgspec.Struct, frozen=True):
    """A place in a file; line and column count from 1."""

    path: str
    line: int
    column: int


class _Touched(msgspec.Struct, frozen=True):
    """How much a fault touches: rows, bytes, and queries that the server ran; null for what was not counted."""

    rows: int | None
    bytes: int | None
    queries: int | None


class _Finding(msgspec.Struct, frozen=True):
    """One fault: the rule's code and name, how bad it is, where, why, the evidence, and the fix where there is one.

    harm: what it leads to. probability: from 0 to 1, how likely an inferred fault is; null for what is known.
    """

    code: str
    rule: str
    severity: Severity
    target: _Target
    message: str
    evidence: tuple[_Evidence, ...]
    help: str
    fix: _Fix | None
    location: _Location | None
    related: tuple[_Target, ...]
    harm: Harm
    touched: _Touched | None
    probability: float | None


class _Review(msgspec.Struct, frozen=True):
    """A review by dbwright."""

    version: Literal[1]
    findings: tuple[_Finding, ...]
    summary: Summary
    source: SourceInfo
    score: Score | None
    history: tuple[Past, ...]
    trend: Trend | None


def _target(ref: Ref) -> _Target:
    return _Target(ref.kind, ref.shown_path)


def _evidence(seen: Evidence) -> _Evidence:
    return _Evidence(
        seen.summary, seen.basis, seen.proved, seen.rows_examined, seen.columns, seen.rows, seen.sql
    )  # fmt: skip


def _fix(fix: Fix | None) -> _Fix | None:
    return _Fix(fix.title, fix.safety, fix.sql) if fix else None


def _location(place: Location | None) -> _Location | None:
    return _Location(place.path, place.line, place.column) if place else None


def _touched(touched: Touched | None) -> _Touched | None:
    return _Touched(touched.rows, touched.bytes, touched.queries) if touched else None


def _finding(finding: Finding) -> _Finding:
    return _Finding(
        code=finding.code,
        rule=finding.rule,
        severity=finding.severity,
        target=_target(finding.target),
        message=finding.message,
        evidence=tuple(map(_evidence, finding.evidence)),
        help=finding.help,
        fix=_fix(finding.fix),
        location=_location(finding.location),
        related=tuple(map(_target, finding.related)),
        harm=finding.harm,
        touched=_touched(finding.touched),
        probability=finding.probability,
    )


def render(report: Report) -> str:
    """The report as JSON, indented, ending in a line feed."""
    review = _Review(
        version=VERSION,
        findings=tuple(map(_finding, report.findings)),
        summary=report.summary,
        source=report.source,
        score=report.score,
        history=report.history,
        trend=report.trend,
    )
    return msgspec.json.format(msgspec.json.encode(review), indent=2).decode() + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of `render`'s output. All fields are always there; readers must let new ones pass."""
    (whole,), parts = msgspec.json.schema_components((_Review,), ref_template="#/$defs/{name}")
    renamed = {name: name.lstrip("_") for name in parts}
    defs = {renamed[name]: _all_required(part) for name, part in parts.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A review by dbwright, version 1",
        "$ref": _point(whole["$ref"], renamed),
        "$defs": {name: _renamed(part, renamed) for name, part in sorted(defs.items())},
    }


def _all_required(part: dict[str, Any]) -> dict[str, Any]:
    """Encoded structs hold every field, so that each is required and none has a default."""
    if part.get("type") != "object":
        return part
    properties = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in part["properties"].items()
    }
    return {**part, "properties": properties, "required": list(properties)}


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: _point(value, names) if key == "$ref" else _title(key, value, names) for key, value in node.items()}


def _point(reference: str, names: dict[str, str]) -> str:
    start, _, name = reference.rpartition("/")
    return f"{start}/{names.get(name, name)}"


def _title(key: str, value: Any, names: dict[str, str]) -> Any:
    return names.get(value, value) if key == "title" and isinstance(value, str) else _renamed(value, names)
