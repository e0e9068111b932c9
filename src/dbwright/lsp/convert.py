"""Findings as the protocol's diagnostics.

Our lines and columns count from 1 in characters; the protocol's from 0, in the units that the editor and the server agreed on.
"""

import re
from collections.abc import Callable

from lsprotocol import types

from dbwright.app.editor import Checked, Fault
from dbwright.finding import Finding, Severity

SOURCE = "dbwright"
_SEVERITY: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_LINE_END = re.compile(r"\r\n|\n|\r")
_TOKEN = re.compile(r"\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$.]+|\S")


Units = Callable[[str], int]
"""How many of the protocol's units a text takes."""


def utf16(text: str) -> int:
    """The units of an editor that names none."""
    return len(text.encode("utf-16-le")) // 2


def units_of(encoding: str | None) -> Units:
    """The units of an encoding that editor and server agreed on."""
    if encoding == types.PositionEncodingKind.Utf8:
        return lambda text: len(text.encode())
    return len if encoding == types.PositionEncodingKind.Utf32 else utf16


def diagnostics(checked: Checked, lines: list[str], units: Units = utf16) -> list[types.Diagnostic]:
    """All that is to be shown of a text, most harmful first."""
    found = [_of_fault(checked.fault, lines, units)] if checked.fault else []
    return found + [diagnostic(finding, lines, units) for finding in checked.findings]


def diagnostic(finding: Finding, lines: list[str], units: Units = utf16) -> types.Diagnostic:
    """One finding at the word where its target is written."""
    place = finding.location
    line, column = (place.line, place.column) if place else (1, 1)
    parts = [finding.message, *(evidence.summary for evidence in finding.evidence[:1]), finding.help]
    return types.Diagnostic(
        range=word_at(lines, line, column, units),
        message="\n".join(part for part in parts if part),
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        source=SOURCE,
    )


def lines_of(text: str) -> list[str]:
    """The lines of a text as the protocol counts them: a form feed ends none."""
    return _LINE_END.split(text)


def word_at(lines: list[str], line: int, column: int, units: Units = utf16) -> types.Range:
    """The word that begins at a place; the place itself at the end of a line."""
    row = min(max(line - 1, 0), max(len(lines) - 1, 0))
    text = lines[row] if lines else ""
    start = min(max(column - 1, 0), len(text))
    word = _TOKEN.match(text, start)
    end = word.end() if word else start
    return types.Range(types.Position(row, units(text[:start])), types.Position(row, units(text[:end])))


def _of_fault(fault: Fault, lines: list[str], units: Units) -> types.Diagnostic:
    return types.Diagnostic(
        range=word_at(lines, fault.line, fault.column, units),
        message=f"Not checked: {fault.message}",
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
    )
