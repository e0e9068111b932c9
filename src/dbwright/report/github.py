"""The report as workflow commands of GitHub Actions: annotations on the lines of a pull request."""

from dbwright.finding import Finding
from dbwright.report.base import Report, consequence

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(finding: Finding) -> str:
    properties = {"title": f"{finding.code} {finding.rule}"}
    if place := finding.location:
        properties = {"file": place.path, "line": str(place.line), "col": str(place.column), **properties}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [f"{finding.target}: {finding.message}", *(seen.summary for seen in finding.evidence)]
    if leads_to := consequence(finding):
        lines.append(leads_to)
    if finding.fix:
        lines.append(f"Fix: {finding.fix.title}")
    elif finding.help:
        lines.append(finding.help)
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(chr(10).join(lines))}"


def render(report: Report) -> str:
    """One command a finding, one a line."""
    return "".join(f"{_command(finding)}\n" for finding in report.findings)
