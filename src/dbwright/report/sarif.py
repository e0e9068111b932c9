"""The report as SARIF 2.1.0, for code-scanning services and editors."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from dbwright import __version__
from dbwright.catalog.names import Ref
from dbwright.finding import Finding
from dbwright.report.base import Report, consequence, terminated, told

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {"namespace": "namespace", "table": "type", "view": "type", "column": "member", "routine": "function"}


def _rule(code: str, report: Report) -> dict[str, Any]:
    described = report.rules.get(code)
    if described is None:
        name = next(finding.rule for finding in report.findings if finding.code == code)
        return {"id": code, "name": name, "shortDescription": {"text": name}}
    title = described.title or described.name
    return {
        "id": code,
        "name": described.name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": described.page or title, "markdown": described.page or title},
        "defaultConfiguration": {"level": described.severity},
        "properties": {"tags": ["database", *([described.group] if described.group else [])]},
    }


def _fingerprint(finding: Finding, seen_before: int) -> str:
    """The same fault has the same fingerprint from one review to the next, whatever its message counts."""
    identity = json.dumps([finding.code, finding.target.kind, finding.target.shown_path, seen_before])
    return hashlib.sha256(identity.encode()).hexdigest()


def _logical(ref: Ref) -> dict[str, Any]:
    return {"name": ref.name, "fullyQualifiedName": str(ref), "kind": _KINDS.get(ref.kind, ref.kind)}


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [_logical(finding.target)]}
    if place := finding.location:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(place.path.replace("\\", "/"), safe="/:")},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    return location


def _message(finding: Finding) -> str:
    lines = [f"{finding.target}: {finding.message}", *map(told, finding.evidence)]
    if leads_to := consequence(finding):
        lines.append(leads_to)
    if finding.help:
        lines.append(finding.help)
    if finding.fix:
        lines += [f"Fix: {finding.fix.title}", *map(terminated, finding.fix.sql)]
    return "\n".join(lines)


def _result(finding: Finding, codes: Sequence[str], seen_before: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity,
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {"dbwrightFinding/v1": _fingerprint(finding, seen_before)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": at, "logicalLocations": [_logical(ref)]} for at, ref in enumerate(finding.related)
        ]
    result["properties"] = _properties(finding)
    return result


def _properties(finding: Finding) -> dict[str, Any]:
    properties: dict[str, Any] = {"harm": finding.harm}
    if finding.touched:
        properties["touched"] = msgspec.to_builtins(finding.touched)
    if finding.probability is not None:
        properties["probability"] = finding.probability
    if finding.fix:
        properties["fix"] = {"safety": finding.fix.safety, "sql": list(finding.fix.sql)}
    return properties


def render(report: Report) -> str:
    """One run with all rules that ran and all findings."""
    codes = sorted({*report.rules, *(finding.code for finding in report.findings)})
    seen: dict[tuple[str, Ref], int] = {}
    results = []
    for finding in report.findings:
        identity = (finding.code, finding.target)
        results.append(_result(finding, codes, seen.get(identity, 0)))
        seen[identity] = seen.get(identity, 0) + 1
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if unchecked := (*report.source.notes, *report.summary.unchecked):
        invocation["toolExecutionNotifications"] = [
            {"level": "note", "message": {"text": sentence}} for sentence in unchecked
        ]
    if report.generated_at:
        invocation["endTimeUtc"] = report.generated_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    driver = {
        "name": "dbwright",
        "semanticVersion": __version__,
        "rules": [_rule(code, report) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "source": report.source.shown,
            "how": report.source.how,
            **({"score": report.score.value} if report.score else {}),
        },
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"
