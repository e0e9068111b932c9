"""A diagram of any source, from a viewpoint, in any form."""

from collections.abc import Sequence

import msgspec

from dbwright.app.draw import drawings, overview_of
from dbwright.app.inspect import Written
from dbwright.app.sources import open_any
from dbwright.catalog.objects import Catalog
from dbwright.errors import UsageError
from dbwright.writers.diagram import Viewpoint, schema
from dbwright.writers.viewpoint import chosen, narrowed

FORMATS = ("svg", "html", "dot", "mermaid", "dbml")
ONE_DRAWING_UP_TO = 1000
"""More tables in one SVG file could not be looked at; it shows the overview of groups instead."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to draw, and how.

    around, depth: these tables and those that many steps along foreign keys away. namespaces, patterns: only such tables.
    keys_only: key columns alone. hubs: whether much-used tables become badges. views: show views too.
    seconds: how long Graphviz may take.
    """

    source: str
    form: str = "svg"
    dialect: str | None = None
    parse_only: bool = False
    timeout: float = 10.0
    around: tuple[str, ...] = ()
    depth: int = 1
    namespaces: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    keys_only: bool = False
    hubs: bool = True
    views: bool = False
    seconds: float = 60.0


def draw(request: Request) -> Written:
    """The diagram as text, and in plain sentences what was not read or not drawn.

    Raises UsageError where nothing is left to be drawn, and what `open_any` raises.
    """
    with open_any(
        request.source, dialect=request.dialect, parse_only=request.parse_only, timeout=request.timeout
    ) as opened:
        written = _write(opened.catalog, opened.shown, request)
        return Written(written.text, (*opened.notes, *written.notes))


def _write(catalog: Catalog, shown: str, request: Request) -> Written:
    if not catalog.tables:
        raise UsageError("There is no table to be drawn.")
    tables = chosen(
        catalog,
        around=request.around,
        depth=request.depth,
        namespaces=request.namespaces,
        patterns=request.patterns,
    )
    viewpoint = Viewpoint(
        tables=tables,
        title=_title(request),
        views=request.views,
        keys_only=True if request.keys_only else None,
        hubs=request.hubs,
    )
    if request.form in ("mermaid", "dbml"):
        from dbwright.app.inspect import write

        return Written(write(narrowed(catalog, tables), request.form))
    if request.form == "dot":
        from dbwright.writers import dot

        return Written(dot.write(catalog, viewpoint))
    if request.form == "html":
        from dbwright.report.diagram_page import render

        drawn = drawings(catalog, viewpoint=viewpoint, seconds=request.seconds)
        title = " — ".join(filter(None, (shown, viewpoint.title)))
        return Written(render(title, drawn))
    return _svg(catalog, viewpoint, request.seconds)


def _svg(catalog: Catalog, viewpoint: Viewpoint, seconds: float) -> Written:
    from dbwright.writers import svg

    ready = schema(catalog)
    count = len(ready.tables if viewpoint.tables is None else viewpoint.tables)
    if count <= ONE_DRAWING_UP_TO or viewpoint.tables is not None:
        return Written(svg.write(ready, viewpoint, seconds=seconds))
    note = (
        f"{count:,} tables are too many for one drawing: this is the overview of their groups. "
        "--format html draws each group; --around, --namespace and --table choose fewer tables."
    )
    return Written(overview_of(ready, seconds), (note,))


def _title(request: Request) -> str:
    """What the chosen tables are together."""
    parts: Sequence[tuple[str, tuple[str, ...]]] = (
        ("around", request.around),
        ("namespace", request.namespaces),
        ("tables", request.patterns),
    )
    return ", ".join(f"{word} {', '.join(names)}" for word, names in parts if names)
