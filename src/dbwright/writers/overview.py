"""The overview of a large schema: a box for each drawing of its atlas, and lines between those that refer to each other."""

from collections import Counter
from collections.abc import Sequence

from dbwright.catalog.names import Ref
from dbwright.finding import Severity
from dbwright.writers.atlas import Sheet
from dbwright.writers.diagram import Box, Diagram, Line, Row, Schema
from dbwright.writers.grouping import references
from dbwright.writers.layout import place
from dbwright.writers.shown import counted
from dbwright.writers.svg_box import Flags, joint, size

_NAMED = 6
"""How many tables of a group are named."""
_STRONGEST, _CROWDED = 3, 30
"""How many neighbours of a group are joined to it by lines: only one where there are more groups than that."""


def overview(schema: Schema, parts: Sequence[Sheet], seconds: float) -> Sheet:
    """A box for each drawing, with its most used tables and how many it has; its Ref is `numbered` by the drawing.

    Lines lead from those referred to; each stands for all references between two, without those to hubs, and only the
    strongest of each are shown.
    """
    home = {box.ref.path: number for number, part in enumerate(parts) for box in part.drawn.boxes}
    hubs = parts[0].drawn.widely_used if parts else frozenset()
    strength: Counter[tuple[int, int]] = Counter()
    for child, parent in references(schema.tables.values()):
        if parent not in hubs and child in home and parent in home and home[child] != home[parent]:
            strength[home[child], home[parent]] += 1
    drawn = Diagram(
        title=f"{schema.name} — overview",
        boxes=tuple(_summary(number, part, schema) for number, part in enumerate(parts)),
        lines=tuple(
            _bundle(child, parent, parts, strength[child, parent])
            for child, parent in _strongest(strength, 1 if len(parts) > _CROWDED else _STRONGEST)
        ),
        namespaces=("",),
        hubs=parts[0].drawn.hubs if parts else (),
    )
    placed = place([size(box) for box in drawn.boxes], [joint(line) for line in drawn.lines], seconds)
    return Sheet("Overview", drawn, placed)


def numbered(number: int) -> Ref:
    """What a box of the overview is known by, for its link and its marks."""
    return Ref("catalog", (str(number),))


def gathered(parts: Sequence[Sheet], flags: Flags) -> dict[Ref, list[Severity]]:
    """The marks of tables, for the overview's boxes."""
    return {
        numbered(number): [severity for box in part.drawn.boxes for severity in flags.get(box.ref, ())]
        for number, part in enumerate(parts)
    }


def _summary(number: int, part: Sheet, schema: Schema) -> Box:
    def use(box: Box) -> tuple[int, str]:
        namespace, name = box.ref.path[:2]
        return -schema.referring.get((namespace, name), 0), box.title

    boxes = sorted((box for box in part.drawn.boxes if box.kind == "table"), key=use)
    named = boxes if len(boxes) <= _NAMED + 1 else boxes[:_NAMED]
    rest = f"and {len(boxes) - len(named)} more, " if len(named) < len(boxes) else ""
    return Box(
        ref=numbered(number),
        title=part.title,
        kind="group",
        hue=part.drawn.boxes[0].hue if part.drawn.boxes else 0,
        rows=tuple(Row(ref=box.ref, name=box.title, type="", nullable=True) for box in named),
        footer=f"{rest}{counted(len(boxes), 'table')}",
    )


def _strongest(strength: Counter[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """For each drawing those that it refers to most; at most that many."""
    kept: Counter[int] = Counter()
    found = []
    for pair in sorted(strength, key=lambda pair: (-strength[pair], pair)):
        kept[pair[0]] += 1
        if kept[pair[0]] <= most:
            found.append(pair)
    return sorted(found)


def _bundle(child: int, parent: int, parts: Sequence[Sheet], count: int) -> Line:
    title = f"{counted(count, 'reference')} from {parts[child].title} to {parts[parent].title}"
    return Line(
        child=child,
        child_row=None,
        parent=parent,
        parent_row=None,
        many=True,
        optional=False,
        title=title,
        to=("", parts[parent].title),
        weight=count,
    )
