"""Sizes, lines and places of a diagram's boxes, in pixels from the top left."""

import msgspec

Point = tuple[float, float]
Curve = tuple[Point, ...]
"""A start, and then three points for each Bézier curve."""

STUB = 16.0
"""The straight ends of lines, where crow's feet are drawn."""


class Size(msgspec.Struct, frozen=True):
    """A box to be placed. ports: for each row its height, the title first."""

    width: float
    ports: tuple[float, ...]

    @property
    def height(self) -> float:
        """Of all rows together."""
        return sum(self.ports)

    def middle(self, port: int) -> float:
        """How far below the box's top the middle of a row lies."""
        return sum(self.ports[:port]) + self.ports[port] / 2


class Joint(msgspec.Struct, frozen=True):
    """A line to be placed: from a port of a box to a port of another. Port 0 is the title."""

    tail: int
    tail_port: int
    head: int
    head_port: int


class Frame(msgspec.Struct, frozen=True):
    """Where a cluster's frame stands."""

    left: float
    top: float
    width: float
    height: float


class Part(msgspec.Struct, frozen=True):
    """Boxes that hang together, placed relative to their own corner; lines and frames by their numbers too."""

    corners: dict[int, Point]
    lines: dict[int, Curve]
    width: float
    height: float
    frames: dict[int, Frame] = {}

    def moved(self, x: float, y: float) -> "Part":
        """The same, further right and down."""
        return Part(
            {box: (left + x, top + y) for box, (left, top) in self.corners.items()},
            {line: tuple((left + x, top + y) for left, top in points) for line, points in self.lines.items()},
            self.width,
            self.height,
            {
                number: Frame(frame.left + x, frame.top + y, frame.width, frame.height)
                for number, frame in self.frames.items()
            },
        )


class Task(msgspec.Struct, frozen=True):
    """Boxes to be laid out together: lines and clusters by their numbers in the whole."""

    boxes: tuple[int, ...]
    lines: tuple[int, ...]
    clusters: tuple[int, ...] = ()
