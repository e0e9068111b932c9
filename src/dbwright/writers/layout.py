"""Where boxes and lines of a diagram stand: Graphviz for those that are joined, a grid for the rest.

Graphviz comes from the package pygraphviz, which carries it, or is the program `dot` on PATH. Either runs in a process of
its own, with a time limit.
"""

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

import msgspec

from dbwright.errors import Unavailable

Point = tuple[float, float]
_GAP = 34.0
_STUB = 1.6
"""The straight ends of lines, where crow's feet are drawn, in Graphviz's unit of 10 points."""
_SHARES = (0.6, 0.4)
"""How the time is shared between Graphviz's best layout and a hurried one."""
_DRAW_ALL = """
import json, sys, pygraphviz
for source in json.load(sys.stdin):
    graph = pygraphviz.AGraph(string=source)
    sys.stdout.write(graph.draw(prog="dot", format="json0").decode())
"""


class Size(msgspec.Struct, frozen=True):
    """A box to be placed. ports: for each row its height, the title first."""

    width: float
    ports: tuple[float, ...]

    @property
    def height(self) -> float:
        """Of all rows together."""
        return sum(self.ports)


class Joint(msgspec.Struct, frozen=True):
    """A line to be placed: from a port of a box to a port of another. Port 0 is the title."""

    tail: int
    tail_port: int
    head: int
    head_port: int


class Placement(msgspec.Struct, frozen=True):
    """Top left corners of the boxes; for each line its points, a start and then three for each Bézier curve; the size of all."""

    corners: tuple[Point, ...]
    lines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


class _Part(msgspec.Struct, frozen=True):
    """Boxes that hang together, placed relative to their own corner."""

    corners: dict[int, Point]
    lines: dict[int, tuple[Point, ...]]
    width: float
    height: float


def place(sizes: Sequence[Size], joints: Sequence[Joint], seconds: float) -> Placement | None:
    """Place boxes without overlap, and the lines between them; None where the time was not enough for the lines.

    Raises Unavailable where there are lines and no Graphviz.
    """
    joined_to_itself = {joint.tail for joint in joints}
    parts = _components(len(sizes), joints)
    joined = [part for part in parts if len(part) > 1 or part[0] in joined_to_itself]
    alone = [part[0] for part in parts if len(part) == 1 and part[0] not in joined_to_itself]
    drawn = _drawn(joined, sizes, joints, seconds)
    if drawn is None:
        return None
    width = max([_wide(sizes), *(part.width for part in drawn)])
    return _packed(drawn, [_grid(alone, sizes, width)] if alone else [], len(sizes), len(joints), width)


def placed_in_grid(sizes: Sequence[Size]) -> Placement:
    """Boxes alone: no engine is needed."""
    return _packed([], [_grid(range(len(sizes)), sizes, _wide(sizes))], len(sizes), 0, 0.0)


def _wide(sizes: Sequence[Size]) -> float:
    """The width of a page a little wider than high, for all boxes with the room between them."""
    area = sum((size.width + _GAP) * (size.height + _GAP) for size in sizes)
    return max([math.sqrt(area * 2.4), *(size.width for size in sizes)])


def _components(count: int, joints: Iterable[Joint]) -> list[list[int]]:
    """The boxes that are joined, directly or by others; in the order of their first."""
    leader = list(range(count))

    def find(box: int) -> int:
        while leader[box] != box:
            leader[box] = leader[leader[box]]
            box = leader[box]
        return box

    for joint in joints:
        first, second = sorted((find(joint.tail), find(joint.head)))
        leader[second] = first
    parts: dict[int, list[int]] = {}
    for box in range(count):
        parts.setdefault(find(box), []).append(box)
    return list(parts.values())


# ---------------------------------------------------------------- Graphviz


def _drawn(
    parts: list[list[int]], sizes: Sequence[Size], joints: Sequence[Joint], seconds: float
) -> list[_Part] | None:
    """Each part as Graphviz places it; None where that takes too long."""
    if not parts:
        return []
    home = {box: at for at, part in enumerate(parts) for box in part}
    shares: list[list[int]] = [[] for _ in parts]
    for number, joint in enumerate(joints):
        shares[home[joint.tail]].append(number)
    for hurried, fraction in enumerate(_SHARES):
        programs = [
            _program(part, share, sizes, joints, hurried=bool(hurried))
            for part, share in zip(parts, shares, strict=True)
        ]
        try:
            answers = _graphviz(programs, seconds * fraction)
        except subprocess.TimeoutExpired:
            continue
        return [_part(answer, sizes, joints) for answer in answers]
    return None


def _program(
    boxes: Iterable[int], lines: Iterable[int], sizes: Sequence[Size], joints: Sequence[Joint], *, hurried: bool
) -> str:
    """Boxes of a fixed size, without text: Graphviz need not know any font."""
    haste = ", splines=line, nslimit=1, nslimit1=1, mclimit=0.1" if hurried else ""
    text = [
        f"digraph {{ graph [rankdir=LR, nodesep=0.42, ranksep=1.05{haste}]; node [shape=plain];",
        f"edge [dir=both, arrowhead=normal, arrowtail=normal, arrowsize={_STUB}];",
    ]
    for box in boxes:
        size = sizes[box]
        rows = "".join(
            f'<TR><TD PORT="p{at}" FIXEDSIZE="TRUE" WIDTH="{size.width:.0f}" HEIGHT="{height:.0f}"></TD></TR>'
            for at, height in enumerate(size.ports)
        )
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'
        text.append(f"b{box} [label=<{table}>];")
    for line in lines:
        joint = joints[line]
        text.append(f"b{joint.tail}:p{joint.tail_port} -> b{joint.head}:p{joint.head_port} [id={line}];")
    return "\n".join([*text, "}"])


def _graphviz(programs: list[str], seconds: float) -> list[dict[str, Any]]:
    """Graphviz's JSON for each program. Raises TimeoutExpired, and Unavailable where no Graphviz can be had."""
    tried = ""
    if find_spec("pygraphviz"):
        ran = _run([sys.executable, "-c", _DRAW_ALL], json.dumps(programs), seconds)
        if ran.returncode == 0:
            return _documents(ran.stdout)
        tried = " The one in pygraphviz failed."
    if program := shutil.which("dot"):
        ran = _run([program, "-Tjson0"], "\n".join(programs), seconds)
        if ran.stdout:
            return _documents(ran.stdout)
        tried += f" {program} failed."
    raise Unavailable(
        f"A diagram needs the layout engine Graphviz, and none works here.{tried}",
        hint='Install it with: pip install "dbwright[diagram]"',
    )


def _run(command: list[str], text: str, seconds: float) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, check=False
    )


def _documents(text: str) -> list[dict[str, Any]]:
    """JSON objects that follow one another."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = 0
    while (at := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found


def _part(answer: dict[str, Any], sizes: Sequence[Size], joints: Sequence[Joint]) -> _Part:
    """Positions in points with the origin at the top left; Graphviz's y goes up."""
    left, bottom, right, top = map(float, answer["bb"].split(","))

    def point(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return float(x) - left, top - float(y)

    corners: dict[int, Point] = {}
    for node in answer["objects"]:
        x, y = point(node["pos"])
        corners[int(node["name"][1:])] = (x - float(node["width"]) * 36, y - float(node["height"]) * 36)
    lines: dict[int, tuple[Point, ...]] = {}
    for edge in answer.get("edges", ()):
        number = int(edge["id"])
        joint = joints[number]
        points = [point(word) for word in edge["pos"].split() if word[0] not in "se"]
        ends = {word[0]: point(word) for word in edge["pos"].split() if word[0] in "se"}
        points = _levelled(points, ends.get("s"), corners[joint.tail], sizes[joint.tail], joint.tail_port)
        points = _levelled(points[::-1], ends.get("e"), corners[joint.head], sizes[joint.head], joint.head_port)[::-1]
        lines[number] = tuple(points)
    return _Part(corners, lines, right - left, top - bottom)


def _levelled(points: list[Point], tip: Point | None, corner: Point, size: Size, port: int) -> list[Point]:
    """The curve led to the middle of its row's side by a short level line, where a crow's foot stands straight."""
    if tip is None:
        return points
    left, right = corner[0], corner[0] + size.width
    y = corner[1] + sum(size.ports[:port]) + size.ports[port] / 2
    outward = -1 if abs(tip[0] - left) <= abs(tip[0] - right) else 1
    side = left if outward < 0 else right
    start = (side + outward * 10 * _STUB, y)
    bend = points[1]
    bent = (start[0] + outward * max(6.0, abs(bend[0] - points[0][0])), y)
    return [(side, y), (side, y), start, start, bent, *points[2:]]


# ---------------------------------------------------------------- the parts on one page


def _grid(boxes: Iterable[int], sizes: Sequence[Size], width: float) -> _Part:
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
    return _Part(corners, {}, columns * (across + _GAP) - _GAP, max(ends) - _GAP)


def _packed(drawn: Sequence[_Part], last: Sequence[_Part], boxes: int, lines: int, width: float) -> Placement:
    """Parts in rows from the left, the highest first, and those that come last below them."""
    corners: list[Point] = [(0.0, 0.0)] * boxes
    routes: list[tuple[Point, ...]] = [()] * lines
    x = y = row = right = 0.0
    for part in (*sorted(drawn, key=lambda part: (-part.height, -part.width)), *last):
        if x and (x + part.width > width or part in last):
            x, y, row = 0.0, y + row + _GAP, 0.0
        for box, (left, top) in part.corners.items():
            corners[box] = (x + left, y + top)
        for line, points in part.lines.items():
            routes[line] = tuple((x + left, y + top) for left, top in points)
        right = max(right, x + part.width)
        x, row = x + part.width + 2 * _GAP, max(row, part.height)
    return Placement(tuple(corners), tuple(routes), right, y + row)
