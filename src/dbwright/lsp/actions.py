"""What an editor offers for a finding: its fix, and a comment that accepts it."""

import re
from typing import cast

import msgspec
from lsprotocol import types

from dbwright.app.editor import Checked
from dbwright.engines.base import Statement
from dbwright.errors import DbwrightError
from dbwright.finding import Finding
from dbwright.lsp.convert import Units, diagnostic, lines_of, utf16
from dbwright.readers.sql.split import Dialect, split

_TO_BE_FILLED_IN = re.compile(r"/\*|…|<\w+>")
_WORDS = {"safe": "", "unsafe": " (may fail on the rows or change behaviour)", "display": " (read it first)"}


class _Text(msgspec.Struct, frozen=True):
    """The text that is checked, with what all actions on it share.

    end: its end. joint: what must stand between it and statements added to it; None where nothing can be added.
    windows: whether its lines end as there.
    """

    uri: str
    content: str
    lines: list[str]
    dialect: str
    units: Units
    end: types.Position
    joint: str | None
    windows: bool


def actions(checked: Checked, text: str, uri: str, wanted: types.Range, units: Units = utf16) -> list[types.CodeAction]:
    """The code actions for all findings that stand within a range, fixes first."""
    lines = lines_of(text)
    found: list[tuple[Finding, types.Diagnostic]] = []
    for finding in checked.findings:
        shown = diagnostic(finding, lines, units)
        if shown.range.start.line <= wanted.end.line and wanted.start.line <= shown.range.end.line:
            found.append((finding, shown))
    if not found:
        return []
    joint = _joint(text, checked.dialect) if checked.kind == "schema" else None
    end = types.Position(text.count("\n"), units(text[text.rfind("\n") + 1 :]))
    whole = _Text(uri, text, lines, checked.dialect, units, end, joint, "\r\n" in text)
    fixes = [_fix(finding, shown, whole, checked.kind) for finding, shown in found]
    return [fix for fix in fixes if fix] + [_accept(finding, shown, whole) for finding, shown in found]


def _fix(finding: Finding, shown: types.Diagnostic, text: _Text, kind: str) -> types.CodeAction | None:
    """A schema gets the statements at its end, after all that they need; a migration gets them in place of the one at fault."""
    fix = finding.fix
    if fix is None or not fix.sql or any(_TO_BE_FILLED_IN.search(sql) for sql in fix.sql):
        return None
    statements = "\n".join(sql.rstrip().rstrip(";") + ";" for sql in fix.sql)
    if kind == "schema":
        if text.joint is None:
            return None
        edit = types.TextEdit(types.Range(text.end, text.end), f"{text.joint}{statements}\n")
    else:
        place = _statement_at(text, finding)
        if place is None:
            return None
        edit = types.TextEdit(place, statements)
    return types.CodeAction(
        title=f"{finding.code}: {fix.title}{_WORDS[fix.safety]}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=fix.safety == "safe",
        edit=_edit(text, edit),
    )


def _accept(finding: Finding, shown: types.Diagnostic, text: _Text) -> types.CodeAction:
    """A comment on a line of its own above the finding."""
    row = shown.range.start.line
    line = text.lines[row] if row < len(text.lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    start = types.Position(row, 0)
    edit = types.TextEdit(types.Range(start, start), f"{indent}-- dbwright: ignore {finding.code} (say why)\n")
    return types.CodeAction(
        title=f"{finding.code}: accept it here, with a reason",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        edit=_edit(text, edit),
    )


def _edit(text: _Text, edit: types.TextEdit) -> types.WorkspaceEdit:
    """The edit with the line ends of the text."""
    if text.windows:
        edit = types.TextEdit(edit.range, edit.new_text.replace("\r\n", "\n").replace("\n", "\r\n"))
    return types.WorkspaceEdit(changes={text.uri: [edit]})


def _joint(text: str, dialect: str) -> str | None:
    """What must stand between a text and statements added at its end: empty lines, a terminator, or the usual delimiter."""
    line = "" if text.endswith("\n") or not text else "\n"
    try:
        before = len(list(split(text, cast(Dialect, dialect))))
        for joint in ("\n", ";\n", "DELIMITER ;\n"):
            added = f"{text}{line}{joint}SELECT 1;\nSELECT 2;\n"
            if len(list(split(added, cast(Dialect, dialect)))) == before + 2:
                return f"{line}{joint}"
    except DbwrightError:
        pass
    return None


def _statement_at(text: _Text, finding: Finding) -> types.Range | None:
    """From where to where the statement reaches that a finding stands at, its terminator with it."""
    if finding.location is None:
        return None
    wanted = (finding.location.line, finding.location.column)
    try:
        statements = list(split(text.content, cast(Dialect, text.dialect)))
    except DbwrightError:
        return None
    before = [each for each in statements if (each.line, each.column) <= wanted]
    return _range_of(before[-1], text.content, text.units) if before else None


def _range_of(statement: Statement, text: str, units: Units) -> types.Range | None:
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: statement.line - 1]) + statement.column - 1
    end = start + len(statement.text)
    if text[start:end] != statement.text:
        return None  # written with a client's own delimiters: better no fix than a wrong one
    rest = text[end:]
    if rest.lstrip().startswith(";"):
        end += len(rest) - len(rest.lstrip()) + 1
    return types.Range(_position(text, start, units), _position(text, end, units))


def _position(text: str, at: int, units: Units) -> types.Position:
    line = text.count("\n", 0, at)
    return types.Position(line, units(text[text.rfind("\n", 0, at) + 1 : at]))
