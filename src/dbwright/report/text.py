"""The report for a terminal: by table, most harmful first, with evidence and fix; the summary stands in the last line."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.report.base import (
    Group,
    Report,
    counted,
    groups,
    product,
    seen_as,
    sentence,
    tally,
    terminated,
    told,
    where,
)

WIDTH = 100
_NARROWEST, _WIDEST = 60, 120
_CELL = 32
_SHORT_FIX = 5
"""The most statements of a fix that are shown in full."""
_LONG_LEAD = 14
_CODES = {"error": "1;31", "warning": "33", "note": "36", "bold": "1", "faint": "2", "good": "32"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SQL_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|`[^`]*`|[^\s'"`])+""")
_SAFETY = {"safe": "Fix", "unsafe": "Fix (unsafe: read it first)", "display": "Suggestion (to read, not to run)"}


def render(report: Report, *, colour: bool = False, width: int = WIDTH) -> str:
    """The report as text, ending in a line feed. width: columns of the terminal, used between 60 and 120."""
    page = _Page(max(_NARROWEST, min(width, _WIDEST)), colour, report.writes_fixes)
    return "\n".join(_lines(report, page)) + "\n"


# ---------------------------------------------------------------- text in columns


def printable(text: str) -> str:
    """Text that can do nothing to a terminal: control and direction characters are spelled out."""
    return _CONTROL.sub(lambda match: {"\n": "⏎", "\t": " "}.get(match[0], f"\\x{ord(match[0]):02x}"), text)


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def shortened(text: str, columns: int) -> str:
    """Text cut to that many columns, with an ellipsis where something is gone."""
    if columns_of(text) <= columns:
        return text
    while columns_of(text) > columns - 1:
        text = text[:-1]
    return text + "…"


class _Page:
    """Lines of one width, coloured or not."""

    def __init__(self, width: int, colour: bool, writes_fixes: bool) -> None:
        self.width = width
        self.colour = colour
        self.writes_fixes = writes_fixes

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and text else text

    def wrapped(self, text: str, indent: int, *, lead: str = "", style: str | None = None) -> Iterator[str]:
        """A paragraph, its later lines below the text that follows the lead."""
        margin = " " * (indent + (len(lead) if len(lead) < _LONG_LEAD else 2))
        paragraph = printable(" ".join(text.split()))
        lines = textwrap.wrap(
            paragraph,
            self.width,
            initial_indent=" " * indent + lead,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
        for line in lines or [" " * indent + lead]:
            yield self.paint(line, style) if style else line

    def table(self, header: tuple[str, ...], rows: Iterable[tuple[str | None, ...]], indent: int) -> Iterator[str]:
        """A small aligned table; NULL is faint, columns that don't fit are left out and counted."""
        cells = [tuple("NULL" if cell is None else printable(cell) for cell in row) for row in rows]
        names = tuple(map(printable, header))
        sizes = [
            min(_CELL, max(columns_of(name), *(columns_of(row[at]) for row in cells if at < len(row)), 1))
            for at, name in enumerate(names)
        ]
        shown, room = 0, self.width - indent - 8
        for size in sizes:
            if shown and room - size < 0:
                break
            room -= size + 2
            shown += 1
        more = f"+{len(names) - shown} more" if shown < len(names) else ""

        def line(row: tuple[str, ...]) -> str:
            parts = [shortened(cell, size) for cell, size in zip(row, sizes[:shown], strict=False)]
            padded = [part + " " * (size - columns_of(part)) for part, size in zip(parts, sizes, strict=False)]
            return "  ".join(padded)

        heading = line(names) + (f"  {more}" if more else "")
        yield " " * indent + self.paint(heading.rstrip(), "faint")
        for row in cells:
            yield (" " * indent + line(row)).rstrip()


# ---------------------------------------------------------------- from the top down


def _lines(report: Report, page: _Page) -> Iterator[str]:
    for group in groups(report.findings):
        yield from _group(group, page)
    notes = (*report.source.notes, *report.summary.unchecked)
    if notes:
        yield page.paint("Notes", "bold")
        for sentence in notes:
            yield from page.wrapped(sentence, 2, lead="- ")
        yield ""
    yield from page.wrapped(_scope(report), 0, style="faint")
    yield from _summary(report, page)


def _group(group: Group, page: _Page) -> Iterator[str]:
    name = printable(str(group.ref)) or "the database"
    kind = "" if group.ref.kind in ("table", "catalog") else f"{group.ref.kind.replace('_', ' ')} "
    yield page.paint(f"{kind}{name}", "bold") + page.paint(f"  {tally(group.counts)}", "faint")
    for finding in group.findings:
        yield ""
        yield from _finding(finding, group, page)
    yield ""
    yield ""


def _finding(finding: Finding, group: Group, page: _Page) -> Iterator[str]:
    label: Severity = finding.severity
    part = f"  {_kind(finding)} {printable(finding.target.name)}" if finding.target != group.ref else ""
    head = f"{finding.code} {finding.rule}"
    yield f"  {page.paint(label, label)} {head}{page.paint(part, 'bold')}"
    if place := where(finding):
        yield "    " + page.paint(f"at {printable(place)}", "faint")
    yield from page.wrapped(finding.message, 4)
    for seen in finding.evidence:
        yield from _evidence(seen, page)
    if finding.fix:
        yield from _fix(finding.fix, page)
    if finding.help and not (finding.fix and finding.fix.sql):
        yield from page.wrapped(finding.help, 4, lead="Help: ")


def _kind(finding: Finding) -> str:
    return finding.target.kind.replace("_", " ")


def _evidence(seen: Evidence, page: _Page) -> Iterator[str]:
    word = seen_as(seen)
    yield from page.wrapped(told(seen), 4, lead=f"{word}: " if word else "")
    if seen.rows:
        yield from page.table(seen.columns or tuple("" for _ in seen.rows[0]), seen.rows, 6)
    if seen.sql:
        yield from _sql((seen.sql,), page, style="faint")


def _fix(fix: Fix, page: _Page) -> Iterator[str]:
    yield from page.wrapped(fix.title, 4, lead=f"{_SAFETY[fix.safety]}: ")
    if len(fix.sql) <= _SHORT_FIX or not page.writes_fixes:
        yield from _sql(fix.sql, page, style="good")
        return
    # A rebuilt table is a page of SQL: here only what it is for.
    where = "in the JSON and HTML reports" if fix.safety == "display" else "written by --fix"
    yield "      " + page.paint(f"({len(fix.sql)} statements, {where})", "faint")


def _sql(statements: Iterable[str], page: _Page, *, style: str) -> Iterator[str]:
    for statement in statements:
        for line in terminated(statement).splitlines():
            for piece in _folded(printable(line), page.width - 6):
                yield "      " + page.paint(piece, style)


def _folded(line: str, width: int) -> list[str]:
    """A line of SQL broken at blanks outside of quotes, so that it means the same; left whole where that is not plain."""
    indent = line[: len(line) - len(line.lstrip())]
    words = _SQL_WORD.findall(line)
    if columns_of(line) <= width or " ".join(words) != line.strip() or "--" in line or "$$" in line:
        return [line]
    lines = [indent + words[0]]
    for word in words[1:]:
        if columns_of(lines[-1]) + 1 + columns_of(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}  {word}")
    return lines


# ---------------------------------------------------------------- the end


def _scope(report: Report) -> str:
    source = report.source
    size = [counted(source.tables, "table"), counted(source.columns, "column")]
    if source.rows is not None:
        size.append(("" if source.rows_exact else "about ") + counted(source.rows, "row"))
    rules = f"; {counted(report.summary.rules_run, 'rule')}" if report.summary.rules_run else ""
    how = f" {sentence(source.how)}" if source.how else ""
    return f"Reviewed {source.shown} ({product(source)}): {', '.join(size)}{rules}.{how}"


def _summary(report: Report, page: _Page) -> Iterator[str]:
    summary = report.summary
    counts = (summary.errors, summary.warnings, summary.notes)
    left_out = [
        f"{summary.suppressed:,} suppressed" if summary.suppressed else "",
        f"{summary.baseline:,} baselined" if summary.baseline else "",
    ]
    aside = ", ".join(filter(None, left_out))
    if not sum(counts):
        yield page.paint("Nothing found.", "good") + (f" ({aside})" if aside else "")
        return
    places = len(groups(report.findings))
    style = "error" if summary.errors else "warning" if summary.warnings else "note"
    total = f"{counted(sum(counts), 'finding')} in {counted(places, 'place')}: {tally(counts)}"
    yield page.paint(total, style) + (f" ({aside})" if aside else "")
