"""The catalog as Graphviz source: tables with their columns, crow's feet from column to column."""

from collections.abc import Iterator
from html import escape

from dbwright.catalog.objects import Catalog
from dbwright.writers.diagram import WHOLE, Box, Diagram, Line, Row, Viewpoint, diagram
from dbwright.writers.palette import INK, colour
from dbwright.writers.text_size import fitted

_LONGEST_NAME, _LONGEST_TYPE = 48, 28


def write(catalog: Catalog, viewpoint: Viewpoint = WHOLE) -> str:
    """Source for `dot`. Deterministic. viewpoint: which of the catalog, and how much."""
    return "\n".join(_program(diagram(catalog, viewpoint))) + "\n"


def quoted(text: str) -> str:
    """A string of the DOT language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _program(drawn: Diagram) -> Iterator[str]:
    yield f"digraph {quoted(drawn.title)} {{"
    yield '  graph [rankdir=LR, nodesep=0.35, ranksep=1.1, pad=0.3, fontname="Helvetica,Arial,sans-serif"];'
    yield '  node [shape=plain, fontname="Helvetica,Arial,sans-serif", fontsize=11];'
    yield f'  edge [color="{INK.line}", dir=both, arrowsize=0.9];'
    joined = {end for line in drawn.lines for end in (line.child, line.parent)}
    for number, box in enumerate(drawn.boxes):
        yield f"  t{number} [tooltip={quoted(box.title)}, label=<{_label(box)}>];"
    for number, cluster in enumerate(drawn.clusters):
        members = [f"t{box}" for box in cluster.boxes if box in joined]
        if members:
            label = f'label={quoted(cluster.title)}, labeljust=l, style="rounded,filled", color="#d5dae1", fillcolor="#f5f7f9"'
            yield f"  subgraph cluster_{number} {{ graph [{label}]; {'; '.join(members)} }}"
    for line in drawn.lines:
        yield f"  {_edge(line)}"
    yield from _grid([number for number in range(len(drawn.boxes)) if number not in joined])
    yield "}"


def _label(box: Box) -> str:
    shade = colour(box.hue)
    border = INK.missing if box.kind == "missing" else shade.strong
    style = ' STYLE="DASHED"' if box.kind == "missing" else ""
    name = f"<B>{_text(fitted(box.title, _LONGEST_NAME))}</B>"
    title = f"<I>{name}</I>" if box.kind == "view" else name
    cells = [f'<TR><TD BGCOLOR="{shade.soft}" CELLPADDING="5">{title}</TD></TR>']
    cells += [f'<TR><TD PORT="c{at}" CELLPADDING="0">{_row(row)}</TD></TR>' for at, row in enumerate(box.rows)]
    if box.footer:
        cells.append(f'<TR><TD CELLPADDING="3"><FONT COLOR="{INK.faint}"><I>{_text(box.footer)}</I></FONT></TD></TR>')
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" COLOR="{border}" BGCOLOR="white"{style}>'
        f"{''.join(cells)}</TABLE>"
    )


def _row(row: Row) -> str:
    """Two cells, since Graphviz shares out spare room evenly: the left one keeps to the left, the right one to the right."""
    name = _text(fitted(row.name, _LONGEST_NAME))
    name = name if row.nullable else f"<B>{name}</B>"
    marks = "".join(f' <FONT COLOR="{INK.key}" POINT-SIZE="9"><B>{mark}</B></FONT>' for mark in row.marks)
    badges = "".join(f' <FONT COLOR="{INK.key}">→ {_text(badge)}</FONT>' for badge in row.badges)
    kind = f'<FONT COLOR="{INK.faint}">{_text(fitted(row.type, _LONGEST_TYPE))}</FONT>'
    return (
        '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4"><TR>'
        f'<TD ALIGN="LEFT">{name}{marks}{badges}</TD><TD ALIGN="RIGHT">{kind}</TD></TR></TABLE>'
    )


def _text(text: str) -> str:
    """Text of a label; an empty one would be a syntax error."""
    return escape(text) or " "


def _edge(line: Line) -> str:
    """From the table referred to, so that it stands to the left of those that refer to it."""
    ends = (_end(line.parent, line.parent_row), _end(line.child, line.child_row))
    tail = "teeodot" if line.optional else "teetee"
    head = "crowodot" if line.many else "teeodot"
    return f"{ends[0]} -> {ends[1]} [arrowtail={tail}, arrowhead={head}, edgetooltip={quoted(line.title)}];"


def _end(box: int, row: int | None) -> str:
    return f"t{box}" if row is None else f"t{box}:c{row}"


def _grid(alone: list[int]) -> Iterator[str]:
    """Tables without lines, in rows of about a square."""
    across = max(1, round(len(alone) ** 0.5))
    for start in range(0, len(alone), across):
        row = alone[start : start + across]
        if len(row) > 1:
            yield f"  {' -> '.join(f't{number}' for number in row)} [style=invis];"
