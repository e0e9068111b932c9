"""Boxes and lines placed without Graphviz: in layers from left to right, each line running between neighbouring layers.

It knows fewer tricks than Graphviz, yet needs nothing installed, and its time grows with the lines alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from dbwright.writers.geometry import STUB, Curve, Joint, Part, Point, Size, Task

_GAP, _LANE, _BETWEEN = 30.0, 14.0, 90.0
"""The least distance between boxes of a layer, between a line and what stands beside it, and between layers."""
_SWEEPS = 8

Spot = tuple[int, int]
"""A box's number and -1, or a line's number and the layer that it passes through."""


def drawn(task: Task, sizes: Sequence[Size], joints: Sequence[Joint]) -> Part:
    """One task's boxes and lines, of which none leads from a box to itself; clusters are not kept together."""
    layer = _layers(task, joints)
    chains = {line: _chain(line, joints[line], layer) for line in task.lines}
    layers: list[list[Spot]] = [[] for _ in range(max(layer.values()) + 1)]
    for box in task.boxes:
        layers[layer[box]].append((box, -1))
    for line, chain in chains.items():
        for spot in chain[1:-1]:
            layers[spot[1]].append((line, spot[1]))
    heights = {spot: sizes[spot[0]].height if spot[1] < 0 else 0.0 for spots in layers for spot in spots}
    links = _links(chains, joints, sizes)
    tops = _tops(layers, heights, links)
    return _part(task, sizes, joints, layers, layer, chains, heights, tops)


def _layers(task: Task, joints: Sequence[Joint]) -> dict[int, int]:
    """Each box's layer: one to the right of the boxes that it refers to. Cycles are cut where the walk closes them."""
    heads: defaultdict[int, list[int]] = defaultdict(list)
    for line in task.lines:
        heads[joints[line].tail].append(joints[line].head)
    order: list[int] = []
    state: dict[int, int] = {}
    kept: defaultdict[int, list[int]] = defaultdict(list)
    for root in task.boxes:
        stack = [(root, iter(heads[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            box, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[box] = 2
                order.append(box)
                stack.pop()
            elif following not in state:
                kept[box].append(following)
                state[following] = 1
                stack.append((following, iter(heads[following])))
            elif state[following] == 2:
                kept[box].append(following)
    layer = dict.fromkeys(task.boxes, 0)
    for box in reversed(order):
        for following in kept[box]:
            layer[following] = max(layer[following], layer[box] + 1)
    return layer


def _chain(line: int, joint: Joint, layer: dict[int, int]) -> list[Spot]:
    """The spots that a line runs through, from its left end to its right one."""
    left, right = sorted((joint.tail, joint.head), key=layer.__getitem__)
    return [(left, -1), *((line, at) for at in range(layer[left] + 1, layer[right])), (right, -1)]


def _links(
    chains: dict[int, list[Spot]], joints: Sequence[Joint], sizes: Sequence[Size]
) -> dict[Spot, list[tuple[Spot, float]]]:
    """For each spot those it is joined to, and how much lower it should stand than they to make the line level."""

    def height(line: int, spot: Spot) -> float:
        joint = joints[line]
        if spot[1] >= 0:
            return 0.0
        return sizes[spot[0]].middle(joint.tail_port if spot[0] == joint.tail else joint.head_port)

    links: defaultdict[Spot, list[tuple[Spot, float]]] = defaultdict(list)
    for line, chain in chains.items():
        for first, second in pairwise(chain):
            offset = height(line, first) - height(line, second)
            links[second].append((first, offset))
            links[first].append((second, -offset))
    return links


def _tops(
    layers: list[list[Spot]], heights: dict[Spot, float], links: dict[Spot, list[tuple[Spot, float]]]
) -> dict[Spot, float]:
    """Where each spot stands: every sweep orders a layer by where its neighbours would have it, and moves it there."""
    tops: dict[Spot, float] = {}
    for spots in layers:
        y = 0.0
        for spot in spots:
            tops[spot] = y
            y += heights[spot] + _GAP
    for sweep in range(2 * _SWEEPS):
        numbers = range(len(layers)) if sweep % 2 == 0 else range(len(layers) - 1, -1, -1)
        for number in numbers:
            spots = layers[number]
            wished = {spot: _wish(spot, links.get(spot, ()), tops) for spot in spots}
            if sweep < _SWEEPS:
                spots.sort(key=lambda spot: (wished[spot] + heights[spot] / 2, spot))
            tops.update(zip(spots, _spread(spots, wished, heights), strict=True))
    return tops


def _wish(spot: Spot, linked: Iterable[tuple[Spot, float]], tops: dict[Spot, float]) -> float:
    places = [tops[other] + offset for other, offset in linked]
    return sum(places) / len(places) if places else tops[spot]


def _spread(spots: list[Spot], wished: dict[Spot, float], heights: dict[Spot, float]) -> list[float]:
    """The places nearest to those wished where nothing overlaps and the order is kept: neighbours that would are averaged."""
    offsets: list[float] = []
    below = 0.0
    blocks: list[tuple[float, int]] = []
    for number, spot in enumerate(spots):
        if number:
            before = spots[number - 1]
            below += heights[before] + (_GAP if before[1] < 0 and spot[1] < 0 else _LANE)
        offsets.append(below)
        total, count = wished[spot] - below, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            more, others = blocks.pop()
            total, count = total + more, count + others
        blocks.append((total, count))
    means = [total / count for total, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


# ---------------------------------------------------------------- the part that comes of it


def _part(
    task: Task,
    sizes: Sequence[Size],
    joints: Sequence[Joint],
    layers: list[list[Spot]],
    layer: dict[int, int],
    chains: dict[int, list[Spot]],
    heights: dict[Spot, float],
    tops: dict[Spot, float],
) -> Part:
    highest = min(tops[spot] for spots in layers for spot in spots)
    lefts, widths = [], []
    x = 0.0
    for spots in layers:
        width = max((sizes[spot[0]].width for spot in spots if spot[1] < 0), default=0.0)
        lefts.append(x)
        widths.append(width)
        # Many lines need more room to bend.
        x += width + _BETWEEN + min(90.0, 3.0 * sum(spot[1] >= 0 for spot in spots))
    corners = {box: (lefts[layer[box]], tops[box, -1] - highest) for box in task.boxes}

    def end(box: int, port: int, outward: int) -> tuple[Point, Point]:
        left, top = corners[box]
        side = left + (sizes[box].width if outward > 0 else 0.0)
        y = top + sizes[box].middle(port)
        return (side, y), (side + outward * STUB, y)

    lines: dict[int, Curve] = {}
    for line in task.lines:
        joint = joints[line]
        ports = {joint.tail: joint.tail_port, joint.head: joint.head_port}
        chain = chains[line]
        start, leaving = end(chain[0][0], ports[chain[0][0]], 1)
        stop, arriving = end(chain[-1][0], ports[chain[-1][0]], -1)
        stations = [leaving]
        for spot in chain[1:-1]:
            y = tops[spot] - highest
            stations += [(lefts[spot[1]], y), (lefts[spot[1]] + widths[spot[1]], y)]
        stations.append(arriving)
        points = [start, start, leaving, leaving]
        for before, after in pairwise(stations):
            half = (before[0] + after[0]) / 2
            points += [(half, before[1]), (half, after[1]), after]
        points += [arriving, stop, stop]
        lines[line] = tuple(points if chain[0][0] == joint.tail else points[::-1])
    width = max(corners[box][0] + sizes[box].width for box in task.boxes)
    height = max(top - highest + heights[spot] for spot, top in tops.items())
    return Part(corners, lines, width, height)
