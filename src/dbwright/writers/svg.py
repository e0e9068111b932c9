"""The catalog as a picture: SVG that follows the reader's light or dark theme and tells screen readers what it shows."""

from collections.abc import Callable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import Severity
from dbwright.writers.diagram import Box, Diagram, Line, Row, diagram, printable
from dbwright.writers.layout import Joint, Placement, Point, Size, place, placed_in_grid
from dbwright.writers.palette import SHADES
from dbwright.writers.text_size import fitted, text_width

MOST_LINES = 4000
"""With more lines than these, nobody could follow one; the columns carry badges instead."""

_TITLE_SIZE, _ROW_SIZE, _MARK_SIZE = 13.0, 12.0, 9.0
_TITLE_HEIGHT, _ROW_HEIGHT = 28.0, 20.0
_SIDE, _MARKS_WIDTH, _BETWEEN, _FLAG_WIDTH = 10.0, 20.0, 18.0, 18.0
_LONGEST_NAME, _LONGEST_TYPE = 44, 24
_MARGIN, _LEGEND_LINE = 24.0, 22.0

_STYLE = """
.dbw { --page: #ffffff; --paper: #ffffff; --ink: #1b222c; --faint: #626d7a; --line: #7a8594; --key: #8f5200;
  --error: #c62828; --warning: #b26a00; --note: #2f6fb3; --rule: #e7eaee; --hover: #0b63ce;
  font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
.dbw .page { fill: var(--page); }
.dbw text { fill: var(--ink); font-size: 12px; white-space: pre; }
.dbw .faint { fill: var(--faint); }
.dbw .title { font-size: 13px; font-weight: 700; }
.dbw .view .title { font-style: italic; }
.dbw .required { font-weight: 600; }
.dbw .mark { fill: var(--key); font-size: 9px; font-weight: 700; }
.dbw .badge rect { fill: none; stroke: var(--key); stroke-opacity: .55; }
.dbw .badge text { fill: var(--key); font-size: 11px; }
.dbw .paper { fill: var(--paper); }
.dbw .frame { fill: none; stroke: var(--strong); stroke-width: 1.3; }
.dbw .missing .frame { stroke: var(--error); stroke-dasharray: 5 4; }
.dbw .head { fill: var(--soft); }
.dbw .rule { stroke: var(--rule); }
.dbw .line path { fill: none; stroke: var(--line); stroke-width: 1.4; }
.dbw .line:hover path { stroke: var(--hover); stroke-width: 2.4; }
.dbw .foot { fill: none; stroke: var(--line); stroke-width: 1.4; }
.dbw .ring { fill: var(--page); stroke: var(--line); stroke-width: 1.4; }
.dbw a:hover .frame, .dbw a:focus .frame { stroke: var(--hover); stroke-width: 2.4; }
.dbw .flag-error { fill: var(--error); } .dbw .flag-warning { fill: var(--warning); } .dbw .flag-note { fill: var(--note); }
.dbw .flag text { fill: var(--page); font-size: 11px; font-weight: 700; text-anchor: middle; }
"""
_DARK = """--page: #14181e; --paper: #1b2027; --ink: #e6eaf0; --faint: #98a3b1; --line: #7f8b9a; --key: #f0b35a;
  --error: #ff7b72; --warning: #e9a23b; --note: #6cb0f2; --rule: #2b323c; --hover: #79b8ff;"""
_FEET = """
<marker id="dbw-many" viewBox="0 0 16 12" refX="16" refY="6" markerWidth="16" markerHeight="12" markerUnits="userSpaceOnUse"
  orient="auto-start-reverse"><path class="foot" d="M7 6 L16 1 M7 6 L16 11"/><circle class="ring" cx="3.7" cy="6" r="3"/></marker>
<marker id="dbw-one" viewBox="0 0 16 12" refX="16" refY="6" markerWidth="16" markerHeight="12" markerUnits="userSpaceOnUse"
  orient="auto-start-reverse"><path class="foot" d="M7 1 L7 11 M11 1 L11 11"/></marker>
<marker id="dbw-maybe" viewBox="0 0 16 12" refX="16" refY="6" markerWidth="16" markerHeight="12" markerUnits="userSpaceOnUse"
  orient="auto-start-reverse"><path class="foot" d="M11 1 L11 11"/><circle class="ring" cx="5.5" cy="6" r="3"/></marker>
"""


def write(
    catalog: Catalog,
    *,
    views: bool = False,
    links: Callable[[Ref], str] | None = None,
    flags: Mapping[Ref, Severity] | None = None,
    seconds: float = 30.0,
) -> str:
    """The picture of a catalog, deterministic for one version of Graphviz.

    views: show views too. links: the address that a table's or view's box leads to.
    flags: tables and columns that are marked, with how harmful what was found there is.
    seconds: how long the lines may take to be placed; after that, and with more than 4000, the columns carry badges instead.
    Raises Unavailable where there is no Graphviz to place the lines.
    """
    drawn = diagram(catalog, views=views)
    placed = None
    if len(drawn.lines) <= MOST_LINES:
        placed = place([_size(box) for box in drawn.boxes], [_joint(line) for line in drawn.lines], seconds)
    if placed is None:
        drawn = diagram(catalog, views=views, badges_only=True)
        placed = placed_in_grid([_size(box) for box in drawn.boxes])
    return "\n".join(_picture(drawn, placed, links, dict(flags or {}))) + "\n"


# ---------------------------------------------------------------- sizes


def _badge(row: Row) -> str:
    return " ".join(f"→ {fitted(badge, _LONGEST_TYPE)}" for badge in row.badges)


def _marks_width(box: Box) -> float:
    """One mark's room for each that the busiest row has."""
    return max((len(row.marks) for row in box.rows), default=0) * _MARKS_WIDTH


def _size(box: Box) -> Size:
    title = text_width(fitted(box.title, _LONGEST_NAME), _TITLE_SIZE, bold=True) + _FLAG_WIDTH
    marks = _marks_width(box)
    widths = [title, text_width(box.footer, _ROW_SIZE)]
    for row in box.rows:
        name = text_width(fitted(row.name, _LONGEST_NAME), _ROW_SIZE, bold=not row.nullable)
        badge = text_width(_badge(row), 11) + 22 if row.badges else 0
        kind = text_width(fitted(row.type, _LONGEST_TYPE), _ROW_SIZE)
        widths.append(marks + name + badge + _BETWEEN + kind + 6)
    rows = [_ROW_HEIGHT] * (len(box.rows) + bool(box.footer))
    return Size(round(max(widths) + 2 * _SIDE), (_TITLE_HEIGHT, *rows))


def _joint(line: Line) -> Joint:
    """From the table referred to, so that it stands to the left of those that refer to it."""
    ports = (0 if row is None else row + 1 for row in (line.parent_row, line.child_row))
    return Joint(line.parent, next(ports), line.child, next(ports))


# ---------------------------------------------------------------- the picture


def _picture(
    drawn: Diagram, placed: Placement, links: Callable[[Ref], str] | None, flags: dict[Ref, Severity]
) -> Iterator[str]:
    legend = list(_legend(drawn, max(placed.width, 560.0)))
    top = _MARGIN + len(legend) * _LEGEND_LINE + 10
    width = max(placed.width, 560.0) + 2 * _MARGIN
    height = placed.height + top + _MARGIN
    role = "group" if links else "img"
    tables = sum(box.kind == "table" for box in drawn.boxes)
    said = f"{tables} tables, {len(drawn.lines)} foreign keys drawn as lines from the key referred to."
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dbw" role="{role}" aria-labelledby="dbw-title dbw-desc" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    )
    yield f'<title id="dbw-title">Diagram of {escape(drawn.title)}</title><desc id="dbw-desc">{said}</desc>'
    yield f"<style>{_STYLE}{_shades()}</style><defs>{_FEET}</defs>"
    yield f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>'
    for number, line in enumerate(legend):
        yield f'<g transform="translate({_MARGIN:.0f} {_MARGIN + number * _LEGEND_LINE + 4:.0f})">{line}</g>'
    yield f'<g transform="translate({_MARGIN:.0f} {top:.0f})">'
    for fk, points in zip(drawn.lines, placed.lines, strict=True):
        yield _line(fk, points)
    for box, corner in zip(drawn.boxes, placed.corners, strict=True):
        yield _box(box, corner, links, flags)
    yield "</g></svg>"


def _shades() -> str:
    light = "".join(
        f".dbw .hue{at} {{ --soft: {shade.soft}; --strong: {shade.strong}; }}\n" for at, shade in enumerate(SHADES)
    )
    dark = "".join(
        f".dbw .hue{at} {{ --soft: {shade.dark_soft}; --strong: {shade.dark_strong}; }}\n"
        for at, shade in enumerate(SHADES)
    )
    return f"{light}@media screen and (prefers-color-scheme: dark) {{\n.dbw {{ {_DARK} }}\n{dark}}}\n"


def _line(line: Line, points: tuple[Point, ...]) -> str:
    start, *rest = (f"{x:.1f},{y:.1f}" for x, y in points)
    curves = " ".join(f"C{' '.join(rest[at : at + 3])}" for at in range(0, len(rest) - 2, 3))
    one = "dbw-maybe" if line.optional else "dbw-one"
    many = "dbw-many" if line.many else "dbw-maybe"
    return (
        f'<g class="line"><title>{escape(line.title)}</title>'
        f'<path d="M{start} {curves}" marker-start="url(#{one})" marker-end="url(#{many})"/></g>'
    )


def _text(x: float, y: float, text: str, kind: str = "", *, end: bool = False) -> str:
    styled = f' class="{kind}"' if kind else ""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{styled}{anchor}>{escape(text)}</text>'


def _box(box: Box, corner: Point, links: Callable[[Ref], str] | None, flags: dict[Ref, Severity]) -> str:
    size = _size(box)
    flag = flags.get(box.ref)
    found = f", {flag} found" if flag else ""
    said = f"{box.kind.capitalize()} {box.title}{found}"
    width, height = f"{size.width:.0f}", f"{size.height:.0f}"
    corners = f"V5 a5 5 0 0 1 5 -5 H{size.width - 5:.0f} a5 5 0 0 1 5 5 v{_TITLE_HEIGHT - 5:.0f}"
    parts = [
        f"<title>{escape(said)}</title>",
        f'<rect class="paper" width="{width}" height="{height}" rx="5"/>',
        f'<path class="head" d="M0 {_TITLE_HEIGHT:.0f} {corners} Z"/>',
        _text(_SIDE, 19, fitted(box.title, _LONGEST_NAME), "title"),
    ]
    if flag:
        parts.append(_flag(size.width - 15, 14, flag))
    marks = _marks_width(box)
    for number, row in enumerate(box.rows):
        parts += _row(row, _TITLE_HEIGHT + number * _ROW_HEIGHT, size.width, marks, flags.get(row.ref), bool(number))
    if box.footer:
        parts.append(_text(_SIDE, size.height - 6, box.footer, "faint"))
    parts.append(f'<rect class="frame" width="{width}" height="{height}" rx="5"/>')
    content = "".join(parts)
    if links and box.kind != "missing":
        content = f"<a href={quoteattr(links(box.ref))} aria-label={quoteattr(said)}>{content}</a>"
    return f'<g class="{box.kind} hue{box.hue % len(SHADES)}" transform="translate({corner[0]:.1f} {corner[1]:.1f})">{content}</g>'


def _flag(x: float, y: float, severity: Severity) -> str:
    sign = "i" if severity == "note" else "!"
    return (
        f'<g class="flag"><circle class="flag-{severity}" cx="{x:.1f}" cy="{y:.1f}" r="7.5"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}">{sign}</text></g>'
    )


def _row(row: Row, top: float, width: float, marks: float, flag: Severity | None, ruled: bool) -> Iterator[str]:
    base = top + 14
    if ruled:
        yield f'<path class="rule" d="M1 {top:.0f} H{width - 1:.0f}"/>'
    if flag:
        yield f'<rect class="flag-{flag}" x="0" y="{top + 1:.0f}" width="3.5" height="{_ROW_HEIGHT - 2:.0f}"/>'
    for at, mark in enumerate(row.marks):
        yield _text(_SIDE + at * _MARKS_WIDTH, base - 1, mark, "mark")
    name = fitted(row.name, _LONGEST_NAME)
    cut = f"<title>{escape(row.name)}</title>" if name != row.name else ""
    yield f"<g>{cut}{_text(_SIDE + marks, base, name, '' if row.nullable else 'required')}</g>"
    if row.badges:
        start = _SIDE + marks + text_width(name, _ROW_SIZE, bold=not row.nullable) + 10
        across = text_width(_badge(row), 11) + 12
        yield (
            f'<g class="badge"><rect x="{start:.1f}" y="{top + 2.5:.1f}" width="{across:.1f}" height="15" rx="7.5"/>'
            f"{_text(start + 6, base - 0.5, _badge(row))}</g>"
        )
    yield _text(width - _SIDE, base, fitted(row.type, _LONGEST_TYPE), "faint", end=True)


# ---------------------------------------------------------------- the legend


def _legend(drawn: Diagram, width: float) -> Iterator[str]:
    """Lines of at most that width: the namespaces, the marks, and what was left out."""
    if len(drawn.namespaces) > 1:
        yield from _swatches(drawn.namespaces, width)
    yield _text(
        0,
        10,
        "PK primary key · FK foreign key · U unique · bold: never NULL · crow’s foot: many · ring: none is possible",
        "faint",
    )
    notes = []
    if drawn.keys_only:
        notes.append("Only key columns are shown.")
    if drawn.hubs and not drawn.lines:
        notes.append("Foreign keys are badges at the columns that hold them: their lines were too many.")
    elif drawn.hubs:
        notes.append(f"Much-used tables are badges at the columns that refer to them: {', '.join(drawn.hubs)}.")
    for note in notes:
        yield _text(0, 10, fitted(note, int(width / 7)), "faint")


def _swatches(namespaces: tuple[str, ...], width: float) -> Iterator[str]:
    parts: list[str] = []
    x = 0.0
    for number, namespace in enumerate(namespaces):
        name = fitted(printable(namespace) or "main", _LONGEST_NAME)
        across = 20 + text_width(name, _ROW_SIZE) + 18
        if parts and x + across > width:
            yield "".join(parts)
            parts, x = [], 0.0
        parts.append(
            f'<g class="hue{number % len(SHADES)}"><rect class="head" x="{x:.1f}" y="0" width="13" height="13" rx="3"/>'
            f'<rect class="frame" x="{x:.1f}" y="0" width="13" height="13" rx="3"/></g>{_text(x + 20, 11, name)}'
        )
        x += across
    yield "".join(parts)
