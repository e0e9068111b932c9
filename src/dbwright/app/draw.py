"""The diagrams of a page."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import Finding, Severity
from dbwright.report.anchors import link
from dbwright.report.base import Drawing, Report
from dbwright.report.order import holder
from dbwright.writers import svg
from dbwright.writers.atlas import Sheet, sheets
from dbwright.writers.diagram import WHOLE, Schema, Viewpoint, schema
from dbwright.writers.grouping import HUBS_ABOVE
from dbwright.writers.overview import gathered, numbered, overview
from dbwright.writers.shown import Path, printable, roots
from dbwright.writers.svg_box import Flags, Links

GROUPS_ABOVE = 60
"""More tables are drawn as an overview of groups and each group by itself."""
WHOLE_UP_TO = 200
"""More tables on one drawing would help nobody."""
_SECONDS = 60.0


def with_diagram(report: Report) -> Report:
    """The report with its catalog drawn, tables linked to their sections and findings marked on them."""
    if report.catalog is None or not report.catalog.tables:
        return report
    marks = _folded(flags(report.findings), report.catalog)
    drawn = drawings(report.catalog, marks=marks, links=link)
    return msgspec.structs.replace(report, diagram=drawn[0].svg, diagrams=drawn)


def flags(findings: Iterable[Finding]) -> dict[Ref, list[Severity]]:
    """The severities of the findings at each object, and at each table with its parts: the diagram's marks."""
    found: dict[Ref, list[Severity]] = {}
    for finding in findings:
        for ref in dict.fromkeys((finding.target, holder(finding.target))):
            found.setdefault(ref, []).append(finding.severity)
    return found


def _folded(marks: dict[Ref, list[Severity]], catalog: Catalog) -> dict[Ref, list[Severity]]:
    """The marks of partitions count for the table that is drawn in their stead."""
    root_of = roots(catalog)
    for ref in [ref for ref in marks if ref.kind in ("table", "column")]:
        root = root_of.get((ref.path[0], ref.path[1]))
        if root:
            drawn = Ref(ref.kind, (*root, *ref.path[2:]))
            marks[drawn] = [*marks.get(drawn, ()), *marks[ref]]
    return marks


def drawings(
    catalog: Catalog,
    *,
    viewpoint: Viewpoint = WHOLE,
    marks: Flags | None = None,
    links: Links | None = None,
    seconds: float = _SECONDS,
) -> tuple[Drawing, ...]:
    """All that a page shows of a catalog, each drawing for an element with the id `diagram-1`, `diagram-2` …

    Up to 60 tables: the whole, and each namespace where there are several. Above: an overview of the groups that belong
    together, the whole up to 200 tables, each namespace, and each group. The first carries the style sheet of all.
    marks: the severities of what was found at tables, with their parts, and at columns. links: where a table's box leads.
    """
    ready = schema(catalog)
    marks = marks or {}
    count = len(ready.tables if viewpoint.tables is None else viewpoint.tables)
    if count <= GROUPS_ABOVE:
        views = [viewpoint, *_namespaces(ready, viewpoint, HUBS_ABOVE)]
        return tuple(
            _drawing(ready, view, number, links, marks, seconds / len(views)) for number, view in enumerate(views, 1)
        )
    groups = sheets(ready, viewpoint, seconds / 2)
    views = [viewpoint] if count <= WHOLE_UP_TO else []
    views += _namespaces(ready, viewpoint, GROUPS_ABOVE)
    first = 2 + len(views)
    found = [_overview(ready, groups, first, marks, seconds / 10)]
    found += [
        _drawing(ready, view, number, links, marks, seconds / 3 / len(views)) for number, view in enumerate(views, 2)
    ]
    for number, sheet in enumerate(groups, first):
        name = f"diagram-{number}-of"
        drawn = svg.picture(sheet.drawn, sheet.placed, links=links, flags=marks, name=name, styled=False)
        found.append(Drawing(title=sheet.title, svg=drawn))
    return tuple(found)


def overview_of(ready: Schema, seconds: float) -> str:
    """The overview alone, as a file of its own."""
    groups = sheets(ready, WHOLE, seconds / 2)
    above = overview(ready, groups, seconds / 2)
    return svg.picture(above.drawn, above.placed, links=None, flags={})


def _overview(ready: Schema, groups: tuple[Sheet, ...], first: int, marks: Flags, seconds: float) -> Drawing:
    """Its boxes lead to the drawings of the groups. first: the number of the first of them on the page."""
    above = overview(ready, groups, seconds)
    places = {numbered(number): f"#diagram-{first + number}" for number in range(len(groups))}
    drawn = svg.picture(above.drawn, above.placed, links=places.get, flags=gathered(groups, marks), name="diagram-1-of")
    return Drawing(title=above.title, svg=drawn)


def _namespaces(ready: Schema, viewpoint: Viewpoint, above: int) -> list[Viewpoint]:
    """A viewpoint for each namespace of some tables, where there are several and more tables than that in all."""
    paths = sorted(ready.tables if viewpoint.tables is None else viewpoint.tables)
    shares: defaultdict[str, set[Path]] = defaultdict(set)
    for path in paths:
        shares[path[0]].add(path)
    if len(shares) < 2 or len(paths) <= above:
        return []
    return [
        msgspec.structs.replace(viewpoint, tables=frozenset(tables), title=f"namespace {printable(name) or 'main'}")
        for name, tables in shares.items()
        if 1 < len(tables) <= WHOLE_UP_TO
    ]


def _drawing(
    ready: Schema, viewpoint: Viewpoint, number: int, links: Links | None, marks: Flags, seconds: float
) -> Drawing:
    title = viewpoint.title[:1].upper() + viewpoint.title[1:]
    drawn = svg.write(
        ready,
        viewpoint,
        links=links,
        flags=marks,
        seconds=seconds,
        name=f"diagram-{number}-of",
        styled=number == 1,
    )
    return Drawing(title=title or "All tables", svg=drawn)
