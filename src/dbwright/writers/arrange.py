"""A diagram and its layout, fitted to each other: tables whose lines cross most become badges until few lines cross."""

import time
from collections import Counter, defaultdict

from dbwright.catalog.objects import Catalog
from dbwright.writers.crossings import crossings
from dbwright.writers.diagram import Diagram, Schema, Viewpoint, diagram, schema
from dbwright.writers.geometry import Part
from dbwright.writers.grouping import HUBS_ABOVE
from dbwright.writers.layout import Placement, place
from dbwright.writers.shown import Path
from dbwright.writers.svg_box import joint, size

MOST_LINES = 4000
"""With more lines than these, nobody could follow one; the columns carry badges instead."""

_MOST_CROSSINGS = 1.0
"""For each line, on average."""
_ROUNDS = 5
_LEAST_LINES = 4


def arranged(source: Catalog | Schema, viewpoint: Viewpoint, seconds: float) -> tuple[Diagram, Placement]:
    """What is drawn, and where. seconds: how long Graphviz may take in all."""
    ready = source if isinstance(source, Schema) else schema(source)
    drawn = diagram(ready, viewpoint)
    if len(drawn.lines) > MOST_LINES and not drawn.outside:
        drawn = diagram(ready, viewpoint, badges_only=True)
    hubs: frozenset[Path] = frozenset()
    rounds = _ROUNDS if viewpoint.hubs and len(drawn.boxes) > HUBS_ABOVE else 1
    deadline = time.monotonic() + seconds
    known: dict[str, Part] = {}
    placed = _placed(drawn, seconds / 2 if rounds > 1 else seconds, known)
    for _ in range(rounds - 1):
        tangled = _tangled(drawn, placed)
        left = deadline - time.monotonic()
        if not tangled or left < seconds / 4:
            break
        hubs |= tangled
        drawn = diagram(ready, viewpoint, further_hubs=hubs)
        placed = _placed(drawn, left, known)
    return drawn, placed


def _placed(drawn: Diagram, seconds: float, known: dict[str, Part]) -> Placement:
    clusters = [cluster.boxes for cluster in drawn.clusters]
    return place([size(box) for box in drawn.boxes], [joint(line) for line in drawn.lines], seconds, clusters, known)


def _tangled(drawn: Diagram, placed: Placement) -> frozenset[Path]:
    """In each cluster with more crossings than lines, the table referred to by the lines that cross most."""
    home = {box: number for number, cluster in enumerate(drawn.clusters) for box in cluster.boxes}
    apart = all(home.get(line.parent) == home.get(line.child) for line in drawn.lines)
    shares: defaultdict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(drawn.lines):
        shares[home.get(line.parent, -1) if apart else -1].append(number)
    return frozenset(path for lines in shares.values() if (path := _most_crossed(lines, drawn, placed)) is not None)


def _most_crossed(lines: list[int], drawn: Diagram, placed: Placement) -> Path | None:
    """The table whose lines cross most, where these lines cross more often than they should."""
    counts = crossings([placed.lines[line] for line in lines])
    # Each crossing is counted at both of its lines.
    if sum(counts) / 2 <= _MOST_CROSSINGS * len(lines):
        return None
    crossed: Counter[Path] = Counter()
    referring: Counter[Path] = Counter()
    for line, count in zip(lines, counts, strict=True):
        crossed[drawn.lines[line].to] += count
        referring[drawn.lines[line].to] += 1
    busy = [path for path in crossed if referring[path] >= _LEAST_LINES]
    return min(busy, key=lambda path: (-crossed[path], path), default=None)
