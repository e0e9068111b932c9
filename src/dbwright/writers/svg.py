"""The catalog as a picture: SVG that follows the reader's light or dark theme and tells screen readers what it shows."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from dbwright.catalog.objects import Catalog
from dbwright.writers.arrange import arranged
from dbwright.writers.diagram import WHOLE, Cluster, Diagram, Line, Schema, Viewpoint
from dbwright.writers.geometry import Curve, Frame, Point
from dbwright.writers.layout import Placement
from dbwright.writers.palette import SHADES
from dbwright.writers.shown import printable
from dbwright.writers.svg_box import LONGEST_NAME, ROW_SIZE, Flags, Links, text
from dbwright.writers.svg_box import drawn as drawn_box
from dbwright.writers.svg_style import line_ends, style_sheet
from dbwright.writers.text_size import fitted, text_width

_MARGIN, _LEGEND_LINE, _NARROWEST = 24.0, 22.0, 640.0


def write(
    source: Catalog | Schema,
    viewpoint: Viewpoint = WHOLE,
    *,
    links: Links | None = None,
    flags: Flags | None = None,
    seconds: float = 30.0,
    name: str = "dbw",
    styled: bool = True,
) -> str:
    """The picture of a catalog, deterministic for one version of Graphviz.

    viewpoint: which of it, and how much. links: the address that a table's or view's box leads to.
    flags: tables and columns that are marked, with the severities of what was found there.
    seconds: how long Graphviz may take to place the lines; after that, and where there is none, we place them ourselves.
    name: begins the ids of its parts, since a page may hold several; styled: whether it carries the style sheet.
    """
    drawn, placed = arranged(source, viewpoint, seconds)
    return picture(drawn, placed, links=links, flags=flags or {}, name=name, styled=styled)


def picture(
    drawn: Diagram, placed: Placement, *, links: Links | None, flags: Flags, name: str = "dbw", styled: bool = True
) -> str:
    """A diagram that has been placed, as SVG."""
    return "\n".join(_picture(drawn, placed, links, flags, name, styled)) + "\n"


def _picture(
    drawn: Diagram, placed: Placement, links: Links | None, flags: Flags, name: str, styled: bool
) -> Iterator[str]:
    legend = list(_legend(drawn, max(placed.width, _NARROWEST)))
    top = _MARGIN + len(legend) * _LEGEND_LINE + 10
    width = max(placed.width, _NARROWEST) + 2 * _MARGIN
    height = placed.height + top + _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dbw" role="{"group" if links else "img"}" '
        f'aria-labelledby="{name}-title {name}-desc" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    )
    yield f'<title id="{name}-title">Diagram of {escape(drawn.title)}</title><desc id="{name}-desc">{_said(drawn)}</desc>'
    yield f"<style>{style_sheet()}</style>" if styled else ""
    yield f"<defs>{line_ends(name)}</defs>"
    yield f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>'
    for number, line in enumerate(legend):
        yield f'<g transform="translate({_MARGIN:.0f} {_MARGIN + number * _LEGEND_LINE + 4:.0f})">{line}</g>'
    yield f'<g transform="translate({_MARGIN:.0f} {top:.0f})">'
    for cluster, frame in zip(drawn.clusters, placed.frames, strict=True):
        if frame:
            yield _cluster(cluster, frame)
    for drawn_line, curve in zip(drawn.lines, placed.lines, strict=True):
        yield _line(drawn_line, curve, name)
    for number, (box, corner) in enumerate(zip(drawn.boxes, placed.corners, strict=True)):
        yield drawn_box(box, number, corner, links, flags)
    yield "</g></svg>"


def _said(drawn: Diagram) -> str:
    groups = sum(box.kind == "group" for box in drawn.boxes)
    if groups:
        return f"{groups} groups of tables; lines lead from the group referred to."
    tables = sum(box.kind == "table" for box in drawn.boxes)
    return f"{tables} tables, {len(drawn.lines)} foreign keys drawn as lines from the key referred to."


def _cluster(cluster: Cluster, frame: Frame) -> str:
    label = fitted(cluster.title, max(4, int((frame.width - 24) / 9)))
    return (
        f'<g class="cluster"><rect x="{frame.left:.1f}" y="{frame.top:.1f}" width="{frame.width:.1f}" '
        f'height="{frame.height:.1f}" rx="10"/>{text(frame.left + 14, frame.top + 22, label)}</g>'
    )


def _line(line: Line, curve: Curve, name: str) -> str:
    start, *rest = (f"{x:.1f},{y:.1f}" for x, y in curve)
    path = f"M{start} " + " ".join(f"C{' '.join(rest[at : at + 3])}" for at in range(0, len(rest) - 2, 3))
    said = f'<g class="line" data-ends="{line.parent} {line.child}"><title>{escape(line.title)}</title>'
    hand = f'<path class="wide" d="{path}"/>'
    if line.weight:
        x, y = _middle(curve)
        thick = f' style="stroke-width:{min(1.4 + line.weight / 4, 6):.1f}"'
        label = f'<text x="{x:.1f}" y="{y + 4:.1f}">{line.weight}</text>' if line.weight > 1 else ""
        return f'{said}<path d="{path}"{thick} marker-start="url(#{name}-to)"/>{hand}{label}</g>'
    one = "maybe" if line.optional else "one"
    many = "many" if line.many else "maybe"
    ends = f'marker-start="url(#{name}-{one})" marker-end="url(#{name}-{many})"'
    return f'{said}<path d="{path}" {ends}/>{hand}</g>'


def _middle(curve: Curve) -> Point:
    """The middle of the curve's middle piece."""
    at = (len(curve) - 1) // 3 // 2 * 3
    a, b, c, d = curve[at : at + 4]
    return (a[0] + 3 * b[0] + 3 * c[0] + d[0]) / 8, (a[1] + 3 * b[1] + 3 * c[1] + d[1]) / 8


# ---------------------------------------------------------------- the legend


def _legend(drawn: Diagram, width: float) -> Iterator[str]:
    """Lines of at most that width: the namespaces, the marks, and what was left out."""
    if len(drawn.namespaces) > 1:
        yield from _swatches(drawn.namespaces, width)
    if any(box.kind == "group" for box in drawn.boxes):
        notes = ["Each box is a group of tables that belong together, named after its most central one.",
                 "A line leads from the group referred to; its number is how many references there are."]  # fmt: skip
    else:
        notes = [
            "PK primary key · FK foreign key · U unique · bold: never NULL · crow’s foot: many · ring: none is possible"
        ]
        if drawn.keys_only:
            notes.append("Only key columns are shown.")
        if drawn.hubs and drawn.lines:
            notes.append(f"Much-used tables are badges at the columns that refer to them: {', '.join(drawn.hubs)}.")
        elif drawn.hubs:
            notes.append("Foreign keys are badges at the columns that hold them.")
        if drawn.outside and drawn.lines:
            notes.append("References that leave the group or the drawing are badges too.")
    for note in notes:
        for line in _wrapped(note, width):
            yield text(0, 10, line, "faint")


def _wrapped(words: str, width: float) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}".lstrip()
        if line and text_width(longer, ROW_SIZE) > width:
            yield line
            longer = fitted(word, 80)
        line = longer
    yield line


def _swatches(namespaces: tuple[str, ...], width: float) -> Iterator[str]:
    parts: list[str] = []
    x = 0.0
    for number, namespace in enumerate(namespaces):
        name = fitted(printable(namespace) or "main", LONGEST_NAME)
        across = 20 + text_width(name, ROW_SIZE) + 18
        if parts and x + across > width:
            yield "".join(parts)
            parts, x = [], 0.0
        parts.append(
            f'<g class="hue{number % len(SHADES)}"><rect class="head" x="{x:.1f}" y="0" width="13" height="13" rx="3"/>'
            f'<rect class="frame" x="{x:.1f}" y="0" width="13" height="13" rx="3"/></g>{text(x + 20, 11, name)}'
        )
        x += across
    yield "".join(parts)
