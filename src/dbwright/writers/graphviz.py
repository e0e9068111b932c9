"""Boxes and lines placed by Graphviz: the one that the package pygraphviz carries, or else the program `dot` on PATH.

Either runs in a process of its own, with a time limit.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from dbwright.writers.geometry import STUB, Frame, Joint, Part, Point, Size, Task

_MARGIN = 30
"""Around the boxes of a cluster; lines from a box to itself need it."""
_SHARES = (0.6, 0.4)
"""How the time is shared between Graphviz's best layout and a hurried one."""
_DRAW_ALL = """
import json, sys, pygraphviz
for source in json.load(sys.stdin):
    graph = pygraphviz.AGraph(string=source)
    sys.stdout.write(graph.draw(prog="dot", format="json0").decode())
"""


def drawn(
    tasks: Sequence[Task],
    sizes: Sequence[Size],
    joints: Sequence[Joint],
    clusters: Sequence[Sequence[int]],
    seconds: float,
    known: dict[str, Part],
) -> list[Part] | None:
    """Each task as Graphviz places it; None where none is installed, it fails, or the time is not enough.

    No line leads from a box to itself. known: what it was asked before and how it answered; more is added.
    """
    deadline = time.monotonic() + seconds
    for hurried, fraction in enumerate(_SHARES):
        programs = [_program(task, sizes, joints, clusters, hurried=bool(hurried)) for task in tasks]
        asked = [program for program in programs if program not in known]
        limit = seconds * fraction if not hurried else deadline - time.monotonic()
        try:
            answers = _run_all(asked, max(limit, 0.001)) if asked else []
        except subprocess.TimeoutExpired:
            continue
        if len(answers) != len(asked):
            return None
        known.update(zip(asked, (_part(answer, sizes, joints) for answer in answers), strict=True))
        return [known[program] for program in programs]
    return None


def _program(
    task: Task, sizes: Sequence[Size], joints: Sequence[Joint], clusters: Sequence[Sequence[int]], *, hurried: bool
) -> str:
    """Boxes of a fixed size, without text: Graphviz need not know any font."""
    haste = ", splines=line, nslimit=1, nslimit1=1, mclimit=0.1" if hurried else ""
    text = [
        f"digraph {{ graph [rankdir=LR, nodesep=0.42, ranksep=1.05{haste}]; node [shape=plain];",
        f"edge [dir=both, arrowhead=normal, arrowtail=normal, arrowsize={STUB / 10}];",
    ]
    for box in task.boxes:
        size = sizes[box]
        rows = "".join(
            f'<TR><TD PORT="p{at}" FIXEDSIZE="TRUE" WIDTH="{size.width:.0f}" HEIGHT="{height:.0f}"></TD></TR>'
            for at, height in enumerate(size.ports)
        )
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'
        text.append(f"b{box} [label=<{table}>];")
    for line in task.lines:
        joint = joints[line]
        text.append(f"b{joint.tail}:p{joint.tail_port} -> b{joint.head}:p{joint.head_port} [id={line}];")
    for number in task.clusters:
        # The empty label holds a place for the cluster's name.
        label = '<TABLE BORDER="0"><TR><TD FIXEDSIZE="TRUE" WIDTH="40" HEIGHT="12"></TD></TR></TABLE>'
        members = " ".join(f"b{box};" for box in clusters[number])
        text.append(f"subgraph cluster_{number} {{ margin={_MARGIN}; label=<{label}>; {members} }}")
    return "\n".join([*text, "}"])


def _run_all(programs: list[str], seconds: float) -> list[dict[str, Any]]:
    """Graphviz's JSON for each program; nothing where no Graphviz works. Raises TimeoutExpired."""
    if find_spec("pygraphviz"):
        ran = _run([sys.executable, "-c", _DRAW_ALL], json.dumps(programs), seconds)
        if ran.returncode == 0:
            return _documents(ran.stdout)
    if program := shutil.which("dot"):
        ran = _run([program, "-Tjson0"], "\n".join(programs), seconds)
        if ran.returncode == 0:
            return _documents(ran.stdout)
    return []


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


def _part(answer: dict[str, Any], sizes: Sequence[Size], joints: Sequence[Joint]) -> Part:
    """Positions in points with the origin at the top left; Graphviz's y goes up."""
    left, bottom, right, top = map(float, answer["bb"].split(","))

    def point(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return float(x) - left, top - float(y)

    corners: dict[int, Point] = {}
    frames: dict[int, Frame] = {}
    for node in answer["objects"]:
        if node["name"].startswith("cluster_"):
            west, south, east, north = map(float, node["bb"].split(","))
            frames[int(node["name"][8:])] = Frame(west - left, top - north, east - west, north - south)
            continue
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
    return Part(corners, lines, right - left, top - bottom, frames)


def _levelled(points: list[Point], tip: Point | None, corner: Point, size: Size, port: int) -> list[Point]:
    """The curve led to the middle of its row's side by a short level line, where a crow's foot stands straight."""
    if tip is None:
        return points
    left, right = corner[0], corner[0] + size.width
    y = corner[1] + size.middle(port)
    outward = -1 if abs(tip[0] - left) <= abs(tip[0] - right) else 1
    side = left if outward < 0 else right
    start = (side + outward * STUB, y)
    bend = points[1]
    bent = (start[0] + outward * max(6.0, abs(bend[0] - points[0][0])), y)
    return [(side, y), (side, y), start, start, bent, *points[2:]]
