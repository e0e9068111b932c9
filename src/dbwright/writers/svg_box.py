"""Boxes of a drawing: their sizes, and a table or view with its rows, badges and marks of findings."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from dbwright.catalog.names import Ref
from dbwright.finding import SEVERITIES, Severity
from dbwright.writers.diagram import Box, Line, Row
from dbwright.writers.geometry import Joint, Point, Size
from dbwright.writers.palette import SHADES
from dbwright.writers.shown import counted
from dbwright.writers.text_size import fitted, text_width

Links = Callable[[Ref], str | None]
"""The address that a table's or a view's box leads to; None where it leads nowhere."""
Flags = Mapping[Ref, Sequence[Severity]]
"""The severities of what was found at tables, with their parts, and at columns."""

ROW_SIZE, LONGEST_NAME = 12.0, 44
SIDE = 10.0
_TITLE_SIZE, _LONGEST_TYPE = 13.0, 24
_TITLE_HEIGHT, _ROW_HEIGHT = 28.0, 20.0
_MARKS_WIDTH, _BETWEEN, _FLAG_WIDTH = 20.0, 18.0, 44.0


def size(box: Box) -> Size:
    """The room that a box takes, with a place for the mark of its findings."""
    title = text_width(fitted(box.title, LONGEST_NAME), _TITLE_SIZE, bold=True) + _FLAG_WIDTH
    marks = _marks_width(box)
    widths = [title, text_width(box.footer, ROW_SIZE)]
    for row in box.rows:
        name = text_width(fitted(row.name, LONGEST_NAME), ROW_SIZE, bold=not row.nullable)
        badge = text_width(_badge(row), 11) + 22 if row.badges else 0
        kind = text_width(fitted(row.type, _LONGEST_TYPE), ROW_SIZE)
        widths.append(marks + name + badge + _BETWEEN + kind + 6)
    rows = [_ROW_HEIGHT] * (len(box.rows) + bool(box.footer))
    return Size(round(max(widths) + 2 * SIDE), (_TITLE_HEIGHT, *rows))


def joint(line: Line) -> Joint:
    """From the table referred to, so that it stands to the left of those that refer to it."""
    parent, child = (0 if row is None else row + 1 for row in (line.parent_row, line.child_row))
    return Joint(line.parent, parent, line.child, child)


def text(x: float, y: float, words: str, kind: str = "", *, end: bool = False) -> str:
    """A text of the drawing, escaped. kind: its class. end: x is where it ends."""
    styled = f' class="{kind}"' if kind else ""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{styled}{anchor}>{escape(words)}</text>'


def drawn(box: Box, number: int, corner: Point, links: Links | None, flags: Flags) -> str:
    """A box at its place. number: what lines name it by."""
    own = size(box)
    found = flags.get(box.ref, ())
    said = f"{box.kind.capitalize()} {box.title}{_said(found)}"
    width, height = f"{own.width:.0f}", f"{own.height:.0f}"
    corners = f"V5 a5 5 0 0 1 5 -5 H{own.width - 5:.0f} a5 5 0 0 1 5 5 v{_TITLE_HEIGHT - 5:.0f}"
    parts = [
        f"<title>{escape(said)}</title>",
        f'<rect class="paper" width="{width}" height="{height}" rx="5"/>',
        f'<path class="head" d="M0 {_TITLE_HEIGHT:.0f} {corners} Z"/>',
        text(SIDE, 19, fitted(box.title, LONGEST_NAME), "title"),
    ]
    if found:
        parts.append(_flag(own.width - 6, 14, found))
    marks = _marks_width(box)
    for at, row in enumerate(box.rows):
        parts += _row(row, _TITLE_HEIGHT + at * _ROW_HEIGHT, own.width, marks, flags.get(row.ref, ()), bool(at))
    if box.footer:
        parts.append(text(SIDE, own.height - 6, box.footer, "faint"))
    parts.append(f'<rect class="frame" width="{width}" height="{height}" rx="5"/>')
    content = "".join(parts)
    address = links(box.ref) if links and box.kind != "missing" else None
    if address is not None:
        content = f"<a href={quoteattr(address)} aria-label={quoteattr(said)}>{content}</a>"
    return (
        f'<g class="{box.kind} box hue{box.hue % len(SHADES)}" data-box="{number}" data-name={quoteattr(box.title)} '
        f'transform="translate({corner[0]:.1f} {corner[1]:.1f})">{content}</g>'
    )


def _said(found: Sequence[Severity]) -> str:
    """ ", 2 errors, 1 note found": what a screen reader is told."""
    count = Counter(found)
    words = ", ".join(counted(count[severity], severity) for severity in SEVERITIES if count[severity])
    return f", {words} found" if words else ""


def _worst(found: Sequence[Severity]) -> Severity:
    return min(found, key=SEVERITIES.index)


def _flag(right: float, y: float, found: Sequence[Severity]) -> str:
    """The number of findings in the colour of the worst; a sign tells it where colours do not."""
    worst = _worst(found)
    words = f"{'i' if worst == 'note' else '!'}{f' {min(len(found), 999)}' if len(found) > 1 else ''}"
    width = max(15.0, text_width(words, 11, bold=True) + 9)
    return (
        f'<g class="flag"><rect class="flag-{worst}" x="{right - width:.1f}" y="{y - 7.5:.1f}" width="{width:.1f}" height="15" '
        f'rx="{7.5 if worst == "note" else 3}"/><text x="{right - width / 2:.1f}" y="{y + 4:.1f}">{words}</text></g>'
    )


# ---------------------------------------------------------------- rows


def _badge(row: Row) -> str:
    return " ".join(f"→ {fitted(badge, _LONGEST_TYPE)}" for badge in row.badges)


def _marks_width(box: Box) -> float:
    """One mark's room for each that the busiest row has."""
    return max((len(row.marks) for row in box.rows), default=0) * _MARKS_WIDTH


def _row(row: Row, top: float, width: float, marks: float, found: Sequence[Severity], ruled: bool) -> Iterator[str]:
    base = top + 14
    if ruled:
        yield f'<path class="rule" d="M1 {top:.0f} H{width - 1:.0f}"/>'
    if found:
        yield (
            f'<rect class="flag-{_worst(found)}" x="0" y="{top + 1:.0f}" width="4" height="{_ROW_HEIGHT - 2:.0f}">'
            f"<title>{escape(row.name + _said(found))}</title></rect>"
        )
    for at, mark in enumerate(row.marks):
        yield text(SIDE + at * _MARKS_WIDTH, base - 1, mark, "mark")
    name = fitted(row.name, LONGEST_NAME)
    cut = f"<title>{escape(row.name)}</title>" if name != row.name else ""
    yield f"<g>{cut}{text(SIDE + marks, base, name, '' if row.nullable else 'required')}</g>"
    if row.badges:
        start = SIDE + marks + text_width(name, ROW_SIZE, bold=not row.nullable) + 10
        across = text_width(_badge(row), 11) + 12
        yield (
            f'<g class="badge"><rect x="{start:.1f}" y="{top + 2.5:.1f}" width="{across:.1f}" height="15" rx="7.5"/>'
            f"{text(start + 6, base - 0.5, _badge(row))}</g>"
        )
    yield text(width - SIDE, base, fitted(row.type, _LONGEST_TYPE), "faint", end=True)
