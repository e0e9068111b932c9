"""Where boxes, lines and clusters of a diagram stand: Graphviz or our own layers for those that are joined, a grid for the rest.

A cluster that no line leaves is laid out by itself, as a block. Blocks are packed on a page a little wider than high.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from dbwright.writers import graphviz, layered
from dbwright.writers.geometry import STUB, Curve, Frame, Joint, Part, Point, Size, Task

_GAP = 34.0
_PADDING, _LABEL = 18.0, 24.0
"""Around the boxes of a cluster, and more above them for its name."""
_LOOP = 18.0
"""How far a line from a box to itself bends out."""


class Placement(msgspec.Struct, frozen=True):
    """Top left corners of the boxes; for each line its curve; for each cluster its frame; the size of all."""

    corners: tuple[Point, ...]
    lines: tuple[Curve, ...]
    frames: tuple[Frame | None, ...]
    width: float
    height: float


class _Region(msgspec.Struct, frozen=True):
    """Boxes that lines or clusters hold together. cluster: the one that holds them all, if it is so."""

    boxes: list[int]
    clusters: list[int]
    cluster: int | None


def place(
    sizes: Sequence[Size],
    joints: Sequence[Joint],
    seconds: float,
    clusters: Sequence[Sequence[int]] = (),
    known: dict[str, Part] | None = None,
) -> Placement:
    """Place boxes without overlap, and the lines between them. No box stands in two clusters.

    seconds: how long Graphviz may take; after that, and where there is none, lines are laid in layers of our own.
    known: what Graphviz answered before, where the same boxes are placed again with other lines.
    """
    tasks: list[Task] = []
    alone: list[list[int]] = []
    regions = _regions(len(sizes), joints, clusters)
    home = {box: number for number, region in enumerate(regions) for box in region.boxes}
    lines: list[list[int]] = [[] for _ in regions]
    for number, joint in enumerate(joints):
        lines[home[joint.tail]].append(number)
    share: list[range] = []
    for region, own in zip(regions, lines, strict=True):
        first = len(tasks)
        if region.cluster is None and (len(region.boxes) > 1 or own):
            tasks.append(Task(tuple(region.boxes), tuple(own), tuple(region.clusters)))
            alone.append([])
        else:
            joined, rest = _joined(region.boxes, own, joints)
            tasks += joined
            alone.append(rest)
        share.append(range(first, len(tasks)))
    drawn = _drawn(tasks, sizes, joints, clusters, seconds, {} if known is None else known)
    blocks: list[Part] = []
    grid: list[int] = []
    for region, own_tasks, rest in zip(regions, share, alone, strict=True):
        parts = [drawn[at] for at in own_tasks]
        if region.cluster is not None:
            blocks.append(_block(region, parts, rest, sizes))
        else:
            blocks += parts
            grid += rest
    width = _page_width(blocks, grid, sizes)
    page = packed(blocks, width)
    if grid:
        below = page.height + 2 * _GAP if blocks else 0.0
        last = _grid(grid, sizes, width).moved(0.0, below)
        page = _merged([page, last], max(page.width, last.width), below + last.height)
    return Placement(
        tuple(page.corners[box] for box in range(len(sizes))),
        tuple(page.lines[line] for line in range(len(joints))),
        tuple(page.frames.get(number) for number in range(len(clusters))),
        page.width,
        page.height,
    )


def _drawn(
    tasks: list[Task],
    sizes: Sequence[Size],
    joints: Sequence[Joint],
    clusters: Sequence[Sequence[int]],
    seconds: float,
    known: dict[str, Part],
) -> list[Part]:
    if not tasks:
        return []
    inner = [_without_loops(task, joints) for task in tasks]
    parts = graphviz.drawn(inner, sizes, joints, clusters, seconds, known)
    if parts is None:
        parts = [layered.drawn(task, sizes, joints) for task in inner]
    return [_with_loops(part, task, sizes, joints) for part, task in zip(parts, tasks, strict=True)]


def _without_loops(task: Task, joints: Sequence[Joint]) -> Task:
    lines = tuple(line for line in task.lines if joints[line].tail != joints[line].head)
    return msgspec.structs.replace(task, lines=lines)


def _with_loops(part: Part, task: Task, sizes: Sequence[Size], joints: Sequence[Joint]) -> Part:
    """Lines from a box to itself are put at its left side: what refers to others stands there, and less leaves from there."""
    loops: dict[int, Curve] = {}
    many: Counter[int] = Counter()
    for line in task.lines:
        joint = joints[line]
        if joint.tail == joint.head:
            many[joint.tail] += 1
            loops[line] = _loop(part.corners[joint.tail], sizes[joint.tail], joint, _LOOP + 7 * many[joint.tail])
    left = min((x for curve in loops.values() for x, _ in curve), default=0.0)
    room = max(0.0, -left)
    drawn = msgspec.structs.replace(part, lines={**part.lines, **loops}, width=part.width + room)
    return drawn.moved(room, 0.0)


def _loop(corner: Point, size: Size, joint: Joint, reach: float) -> Curve:
    left = corner[0]
    start, stop = (corner[1] + size.middle(port) for port in (joint.tail_port, joint.head_port))
    if joint.tail_port == joint.head_port:
        start, stop = start - 4, stop + 4
    stub, bend = left - STUB, left - STUB - reach
    return ((left, start), (left, start), (stub, start), (stub, start), (bend, start), (bend, stop), (stub, stop),
            (stub, stop), (left, stop), (left, stop))  # fmt: skip


# ---------------------------------------------------------------- what hangs together


def _regions(count: int, joints: Iterable[Joint], clusters: Sequence[Sequence[int]]) -> list[_Region]:
    """In the order of their first boxes."""
    pairs = [(joint.tail, joint.head) for joint in joints]
    pairs += [(members[0], other) for members in clusters for other in members[1:]]
    cluster_of = {box: number for number, members in enumerate(clusters) for box in members}
    regions = []
    for boxes in components(range(count), pairs):
        inside = sorted({cluster_of[box] for box in boxes if box in cluster_of})
        whole = inside[0] if len(inside) == 1 and len(clusters[inside[0]]) == len(boxes) else None
        regions.append(_Region(boxes, inside, whole))
    return regions


def components(boxes: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The boxes that are joined, directly or by others; in the order of their first."""
    leader = {box: box for box in boxes}

    def find(box: int) -> int:
        while leader[box] != box:
            leader[box] = leader[leader[box]]
            box = leader[box]
        return box

    for one, other in pairs:
        first, second = sorted((find(one), find(other)))
        leader[second] = first
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for box in leader:
        parts[find(box)].append(box)
    return list(parts.values())


def _joined(boxes: list[int], lines: list[int], joints: Sequence[Joint]) -> tuple[list[Task], list[int]]:
    """What lines hold together, and the boxes without any line."""
    parts = components(boxes, [(joints[line].tail, joints[line].head) for line in lines])
    home = {box: number for number, part in enumerate(parts) for box in part}
    own: defaultdict[int, list[int]] = defaultdict(list)
    for line in lines:
        own[home[joints[line].tail]].append(line)
    tasks = [Task(tuple(part), tuple(own[number])) for number, part in enumerate(parts) if own[number]]
    return tasks, [box for number, part in enumerate(parts) for box in part if not own[number]]


# ---------------------------------------------------------------- the parts on one page


def _block(region: _Region, parts: list[Part], alone: list[int], sizes: Sequence[Size]) -> Part:
    """A cluster: what is joined, the rest in a grid below, and a frame around all."""
    width = _page_width(parts, alone, sizes)
    inner = packed(parts, width)
    if alone:
        below = inner.height + _GAP if parts else 0.0
        grid = _grid(alone, sizes, width).moved(0.0, below)
        inner = _merged([inner, grid], max(inner.width, grid.width), below + grid.height)
    across, down = inner.width + 2 * _PADDING, inner.height + 2 * _PADDING + _LABEL
    moved = inner.moved(_PADDING, _PADDING + _LABEL)
    number = region.cluster if region.cluster is not None else 0
    return Part(moved.corners, moved.lines, across, down, {number: Frame(0.0, 0.0, across, down)})


def _page_width(parts: Iterable[Part], alone: Iterable[int], sizes: Sequence[Size]) -> float:
    boxes = [(sizes[box].width, sizes[box].height) for box in alone]
    return wide([*((part.width, part.height) for part in parts), *boxes])


def wide(rooms: Sequence[tuple[float, float]]) -> float:
    """The width of a page a little wider than high, for rectangles of these sizes with the room between them."""
    area = sum((width + _GAP) * (height + _GAP) for width, height in rooms)
    return max([math.sqrt(area * 2.2), *(width for width, _ in rooms)])


def _grid(boxes: Iterable[int], sizes: Sequence[Size], width: float) -> Part:
    """Columns of one width; each box goes into the column that ends highest."""
    boxes = list(boxes)
    across = max((sizes[box].width for box in boxes), default=0.0)
    columns = min(max(1, int((width + _GAP) // (across + _GAP))), max(1, len(boxes)))
    ends = [0.0] * columns
    corners: dict[int, Point] = {}
    for box in boxes:
        column = ends.index(min(ends))
        corners[box] = (column * (across + _GAP), ends[column])
        ends[column] += sizes[box].height + _GAP
    return Part(corners, {}, columns * (across + _GAP) - _GAP, max(ends) - _GAP)


def packed(parts: Sequence[Part], width: float) -> Part:
    """Parts on a page of that width, the highest first, each where its top comes highest."""
    skyline: list[tuple[float, float, float]] = [(0.0, width + _GAP, 0.0)]
    placed: list[Part] = []
    right = bottom = 0.0
    for part in sorted(parts, key=lambda part: (-part.height, -part.width)):
        across = part.width + _GAP
        x, y = min(((y, x) for x, y in _resting(skyline, across)), default=(bottom, 0.0))[::-1]
        placed.append(part.moved(x, y))
        skyline = _raised(skyline, x, x + across, y + part.height + _GAP)
        right, bottom = max(right, x + part.width), max(bottom, y + part.height)
    return _merged(placed, right, bottom)


def _resting(skyline: list[tuple[float, float, float]], across: float) -> Iterable[tuple[float, float]]:
    """The places where a part of that width could rest on what stands already."""
    end = skyline[-1][1]
    for left, _, _ in skyline:
        if left + across <= end + 0.01:
            yield left, max(y for start, stop, y in skyline if start < left + across and stop > left)


def _raised(
    skyline: list[tuple[float, float, float]], left: float, right: float, y: float
) -> list[tuple[float, float, float]]:
    found = [(start, min(stop, left), height) for start, stop, height in skyline if start < left]
    found.append((left, right, y))
    found += [(max(start, right), stop, height) for start, stop, height in skyline if stop > right]
    return found


def _merged(parts: Iterable[Part], width: float, height: float) -> Part:
    corners: dict[int, Point] = {}
    lines: dict[int, Curve] = {}
    frames: dict[int, Frame] = {}
    for part in parts:
        corners |= part.corners
        lines |= part.lines
        frames |= part.frames
    return Part(corners, lines, width, height, frames)
