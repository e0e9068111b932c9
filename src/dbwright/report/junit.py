"""The report as JUnit XML: one test case a rule and object, and one that passes for each rule that found nothing."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dbwright.finding import Finding
from dbwright.report.base import Report, consequence, terminated, told, where

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    """XML 1.0 has no way to write most control characters."""
    return _NOT_XML.sub("\ufffd", text)


def _details(finding: Finding) -> str:
    lines = [finding.message]
    if place := where(finding):
        lines.append(f"at {place}")
    if leads_to := consequence(finding):
        lines.append(leads_to)
    lines += map(told, finding.evidence)
    if finding.help:
        lines.append(finding.help)
    if fix := finding.fix:
        lines += [f"Fix ({fix.safety}): {fix.title}", *map(terminated, fix.sql)]
    return "\n".join(lines)


def _case(suite: Element, code: str, rule: str, name: str, found: Iterable[Finding] = ()) -> None:
    case = SubElement(suite, "testcase", classname=_clean(f"{code} {rule}"), name=_clean(name), time="0")
    found = tuple(found)
    if found:
        failure = SubElement(
            case, "failure", type=found[0].severity, message=_clean("; ".join(one.message for one in found))
        )
        failure.text = _clean("\n\n".join(map(_details, found)))


def render(report: Report) -> str:
    """One test suite for the source."""
    cases: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        name = f"{finding.target.kind} {finding.target}"
        cases.setdefault((finding.code, finding.rule, name), []).append(finding)
    quiet = [code for code in report.rules if not any(finding.code == code for finding in report.findings)]
    counts = {"tests": str(len(cases) + len(quiet)), "failures": str(len(cases)), "errors": "0", "time": "0"}

    suites = Element("testsuites", {"name": "dbwright review", **counts})
    suite = SubElement(suites, "testsuite", {"name": _clean(report.source.shown), "skipped": "0", **counts})
    if report.score:
        properties = SubElement(suite, "properties")
        SubElement(properties, "property", name="score", value=str(report.score.value))
    if report.generated_at:
        suite.set("timestamp", report.generated_at.isoformat(timespec="seconds"))
    for (code, rule, name), found in cases.items():
        _case(suite, code, rule, name, found)
    for code in quiet:
        _case(suite, code, report.rules[code].name, "nothing found")
    if unchecked := report.summary.unchecked:
        SubElement(suite, "system-out").text = _clean("\n".join(("Not checked:", *unchecked)))
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'
