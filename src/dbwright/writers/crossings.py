"""How often the lines of a drawing cross."""

from itertools import pairwise

from dbwright.writers.geometry import Curve, Point


def crossings(lines: list[Curve], steps: int = 5) -> list[int]:
    """For each line, how many others cross it; those that begin or end with it at one place do not count.

    Curves are taken as that many straight pieces: an odd number, since lines that mirror each other would meet at the ends
    of even pieces, where nothing crosses.
    """
    ends = [set(line[:1] + line[-1:]) for line in lines]
    pieces = sorted(
        (min(start[0], end[0]), max(start[0], end[0]), start, end, number)
        for number, line in enumerate(lines)
        for start, end in _straight(line, steps)
    )
    met: set[tuple[int, int]] = set()
    active: list[tuple[float, float, Point, Point, int]] = []
    for piece in pieces:
        active = [other for other in active if other[1] >= piece[0]]
        for other in active:
            pair = (min(other[4], piece[4]), max(other[4], piece[4]))
            if pair[0] == pair[1] or pair in met or ends[pair[0]] & ends[pair[1]]:
                continue
            if _cross(other[2], other[3], piece[2], piece[3]):
                met.add(pair)
        active.append(piece)
    counts = [0] * len(lines)
    for first, second in met:
        counts[first] += 1
        counts[second] += 1
    return counts


def _straight(line: Curve, steps: int) -> list[tuple[Point, Point]]:
    points = [*line[:1]]
    for at in range(0, len(line) - 3, 3):
        a, b, c, d = line[at : at + 4]
        for step in range(1, steps + 1):
            t = step / steps
            u = 1 - t
            w = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            points.append(
                (
                    w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                    w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
                )
            )
    return [(start, end) for start, end in pairwise(points) if start != end]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
