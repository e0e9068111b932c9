"""The report for a terminal: what it is worth, then findings, the worst harm first, with evidence and fix in short.

What could not be checked stands at the end, the summary in the last line.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from dbwright.finding import Evidence, Finding, Fix
from dbwright.report import base
from dbwright.report.base import Report, counted, seen_as, sentence, tally, terminated, told, where
from dbwright.report.order import Block, Section, blocks, holder, sections

WIDTH = 100
_NARROWEST, _WIDEST = 60, 120
_CELL = 32
_SHORT_FIX = 5
"""The most statements of a fix that are shown in full."""
_SHORT_QUERY, _FEW_ROWS = 2, 4
"""The most lines of a query and the most rows that are shown as evidence."""
_MOST_BRIEF = 10
"""The most findings of one rule that have a line each."""
_LONG_LEAD = 14
_CODES = {"error": "1;31", "warning": "33", "note": "36", "bold": "1", "faint": "2", "good": "32"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
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


# ---------------------------------------------------------------- the head


def _lines(report: Report, page: _Page) -> Iterator[str]:
    yield from _head(report, page)
    for section in sections(report.findings):
        yield from _section(section, page)
    if unchecked := (*report.source.notes, *report.summary.unchecked):
        yield page.paint("What could not be checked", "bold")
        for told_so in unchecked:
            yield from page.wrapped(told_so, 2, lead="- ")
        yield ""
    yield from _summary(report, page)


def _head(report: Report, page: _Page) -> Iterator[str]:
    source = report.source
    extent = [counted(source.tables, "table"), counted(source.columns, "column")]
    if source.rows is not None:
        extent.append(("" if source.rows_exact else "about ") + counted(source.rows, "row"))
    rules = f"; {counted(report.summary.rules_run, 'rule')}" if report.summary.rules_run else ""
    how = f" {sentence(source.how)}" if source.how else ""
    yield from page.wrapped(f"{source.shown} ({base.product(source)})", 0, style="bold")
    yield from page.wrapped(f"{', '.join(extent)}{rules}.{how}", 0, style="faint")
    if report.score:
        yield from page.wrapped(f"Score {report.score.value} of 100. {sentence(report.score.words)}", 0, style="bold")
    if trend := base.trend_told(report):
        yield from page.wrapped(trend, 0)
    if report.findings:
        yield from page.wrapped(f"{_total(report)}: {base.harms_told(report.findings)}.", 0)
    yield ""


# ---------------------------------------------------------------- the findings


def _section(section: Section, page: _Page) -> Iterator[str]:
    count = len(section.findings)
    title = f"{counted(count, section.severity)} that {base.could(section.harm, count)}"
    yield ""
    yield page.paint(title[0].upper() + title[1:], section.severity)
    for block in blocks(section.findings):
        yield from _block(block, page)
    yield ""


def _block(block: Block, page: _Page) -> Iterator[str]:
    for finding in block.full:
        yield ""
        yield from _finding(finding, page)
    if block.brief:
        one = block.brief[0]
        yield ""
        yield f"  {page.paint(one.severity, one.severity)} {one.code} {one.rule}, {len(block.brief):,} more:"
        shown = block.brief if len(block.brief) <= _MOST_BRIEF + 1 else block.brief[:_MOST_BRIEF]
        for finding in shown:
            yield "    " + shortened(printable(_in_a_line(finding)), page.width - 4)
        if left := len(block.brief) - len(shown):
            yield "    " + page.paint(f"… {left:,} more in the JSON and HTML reports", "faint")


def _in_a_line(finding: Finding) -> str:
    about = f"({likely}) " if (likely := base.likely(finding)) else ""
    place = f"{where(finding)}: " if finding.location else ""
    name = str(finding.target)
    message = " ".join(finding.message.split())
    return f"{place}{about}{message}" if name in message else f"{place}{name or 'the database'}: {about}{message}"


def _finding(finding: Finding, page: _Page) -> Iterator[str]:
    kind = "" if finding.target.kind in ("table", "catalog") else f"{finding.target.kind.replace('_', ' ')} "
    head = f"{finding.severity} {finding.code} {finding.rule}"
    part = f"{kind}{printable(str(finding.target)) or 'the database'}"
    asides = [base.likely(finding)]
    if told_size := base.touches(finding.touched):
        asides.append(f"touches {told_size}")
    aside = "".join(f" · {each}" for each in asides if each)
    painted = f"  {page.paint(finding.severity, finding.severity)} {finding.code} {finding.rule}"
    if columns_of(f"  {head}  {part}{aside}") <= page.width:
        yield f"{painted}  {page.paint(part, 'bold')}{page.paint(aside, 'faint')}"
    else:
        yield painted
        yield from page.wrapped(f"{part}{aside}", 4, style="bold")
    if place := where(finding):
        yield "    " + page.paint(f"at {printable(place)}", "faint")
    yield from page.wrapped(finding.message, 4)
    for seen in finding.evidence:
        yield from _evidence(seen, page)
    if finding.fix:
        yield from _fix(finding.fix, page)
    if finding.help and not (finding.fix and finding.fix.sql):
        yield from page.wrapped(finding.help, 4, lead="Help: ")


def _evidence(seen: Evidence, page: _Page) -> Iterator[str]:
    word = seen_as(seen)
    yield from page.wrapped(told(seen), 4, lead=f"{word}: " if word else "")
    if seen.rows:
        shown = seen.rows if len(seen.rows) <= _FEW_ROWS + 1 else seen.rows[:_FEW_ROWS]
        yield from page.table(seen.columns or tuple("" for _ in seen.rows[0]), shown, 6)
        if len(shown) < len(seen.rows):
            yield "      " + page.paint(f"… {len(seen.rows) - len(shown)} more in the JSON and HTML reports", "faint")
    if seen.sql:
        query = list(_sql((seen.sql,), page, style="faint"))
        if len(query) <= _SHORT_QUERY:
            yield from query


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


def _total(report: Report) -> str:
    places = len({holder(finding.target) for finding in report.findings})
    return f"{counted(len(report.findings), 'finding')} in {counted(places, 'place')}"


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
    style = "error" if summary.errors else "warning" if summary.warnings else "note"
    yield page.paint(f"{_total(report)}: {tally(counts)}", style) + (f" ({aside})" if aside else "")
