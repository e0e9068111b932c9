"""A large schema in several drawings: each group that belongs together by itself.

All groups are laid out in one go and cut out of it, so that every table with its columns stands in exactly one of the drawings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dbwright.writers.arrange import arranged
from dbwright.writers.communities import communities
from dbwright.writers.diagram import Cluster, Diagram, Schema, Viewpoint
from dbwright.writers.geometry import Part
from dbwright.writers.grouping import references
from dbwright.writers.layout import Placement, components, packed, wide
from dbwright.writers.svg_box import size

_OWN_SHEET = 4
"""A group of fewer tables shares a drawing with others."""
_SHARED = 40
"""How many tables share a drawing; more, where otherwise there would be too many drawings."""
_MOST_SHEETS = 80


class Sheet(msgspec.Struct, frozen=True):
    """One drawing: its title, what is on it, and where."""

    title: str
    drawn: Diagram
    placed: Placement


class _Piece(msgspec.Struct, frozen=True):
    """Boxes and lines to be cut out together; the cluster that they are, if they are one."""

    boxes: Sequence[int]
    lines: Sequence[int]
    cluster: int | None


def sheets(schema: Schema, viewpoint: Viewpoint, seconds: float) -> tuple[Sheet, ...]:
    """The drawings of the groups, the largest first; then of small groups, and of the tables that stand alone.

    All columns are shown, unless the viewpoint asks for keys alone.
    """
    whole = msgspec.structs.replace(viewpoint, keys_only=bool(viewpoint.keys_only), hubs=True)
    drawn, placed = arranged(schema, whole, seconds)
    pieces = _pieces(drawn)
    large = [piece for piece in pieces if piece.cluster is not None and len(piece.boxes) >= _OWN_SHEET]
    small = [
        piece for piece in pieces if len(piece.boxes) > 1 and (piece.cluster is None or len(piece.boxes) < _OWN_SHEET)
    ]
    alone = [piece for piece in pieces if len(piece.boxes) == 1]
    room = max(_SHARED, -(-len(drawn.boxes) // _MOST_SHEETS))
    found = []
    groups = (
        [[piece] for piece in large] if len(large) <= _MOST_SHEETS else _shares(_neighbours(large, drawn, schema), room)
    )
    for share in groups:
        first = drawn.clusters[share[0].cluster or 0].title
        found.append(_cut(f"{first} and {len(share) - 1} more" if len(share) > 1 else first, share, drawn, placed))
    for title, rest in (("Small groups", small), ("Tables that stand alone", alone)):
        shares = list(_shares(rest, room))
        for number, share in enumerate(shares, 1):
            found.append(_cut(f"{title} {number}" if len(shares) > 1 else title, share, drawn, placed))
    return tuple(found)


def _pieces(drawn: Diagram) -> list[_Piece]:
    """Each cluster, and what hangs together outside of them."""
    clusters = [list(cluster.boxes) for cluster in drawn.clusters]
    inside = {box for boxes in clusters for box in boxes}
    rest = [box for box in range(len(drawn.boxes)) if box not in inside]
    pairs = [
        (line.child, line.parent) for line in drawn.lines if line.child not in inside and line.parent not in inside
    ]
    found = [*clusters, *components(rest, pairs)]
    home = {box: number for number, boxes in enumerate(found) for box in boxes}
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for at, line in enumerate(drawn.lines):
        if home[line.child] == home[line.parent]:
            lines[home[line.child]].append(at)
    return [
        _Piece(boxes, lines[number], number if number < len(clusters) else None) for number, boxes in enumerate(found)
    ]


def _neighbours(pieces: list[_Piece], drawn: Diagram, schema: Schema) -> list[_Piece]:
    """The pieces in an order in which those that refer to one another follow one another."""
    home = {drawn.boxes[box].ref.path: number for number, piece in enumerate(pieces) for box in piece.boxes}
    edges = [
        (home[child], home[parent], 1.0)
        for child, parent in references(schema.tables.values())
        if child in home and parent in home and parent not in drawn.widely_used
    ]
    return [pieces[number] for group in communities(len(pieces), edges) for number in group]


def _shares(pieces: Iterable[_Piece], room: int) -> Iterator[list[_Piece]]:
    """Pieces that fit on one drawing together, of that many tables."""
    share: list[_Piece] = []
    count = 0
    for piece in pieces:
        if share and count + len(piece.boxes) > room:
            yield share
            share, count = [], 0
        share.append(piece)
        count += len(piece.boxes)
    if share:
        yield share


def _cut(title: str, pieces: Sequence[_Piece], drawn: Diagram, placed: Placement) -> Sheet:
    boxes = [box for piece in pieces for box in piece.boxes]
    lines = [line for piece in pieces for line in piece.lines]
    framed = [piece.cluster for piece in pieces if piece.cluster is not None] if len(pieces) > 1 else []
    parts = [_part(piece, drawn, placed, framed=len(pieces) > 1) for piece in pieces]
    page = packed(parts, wide([(part.width, part.height) for part in parts]))
    at = {box: number for number, box in enumerate(boxes)}
    badges = {badge for box in boxes for row in drawn.boxes[box].rows for badge in row.badges}
    hubs = tuple(hub for hub in drawn.hubs if any(hub == badge or hub.endswith(f".{badge}") for badge in badges))
    return Sheet(
        title,
        msgspec.structs.replace(
            drawn,
            title=f"{drawn.title} — {title}",
            boxes=tuple(drawn.boxes[box] for box in boxes),
            lines=tuple(
                msgspec.structs.replace(
                    drawn.lines[line], child=at[drawn.lines[line].child], parent=at[drawn.lines[line].parent]
                )
                for line in lines
            ),
            hubs=hubs,
            outside=len(hubs) < len(badges),
            clusters=tuple(
                Cluster(
                    title=drawn.clusters[number].title, boxes=tuple(at[box] for box in drawn.clusters[number].boxes)
                )
                for number in framed
            ),
        ),
        Placement(
            tuple(page.corners[box] for box in boxes),
            tuple(page.lines[line] for line in lines),
            tuple(page.frames.get(number) for number in framed),
            page.width,
            page.height,
        ),
    )


def _part(piece: _Piece, drawn: Diagram, placed: Placement, *, framed: bool) -> Part:
    """The piece as it lies, moved to its own corner. framed: with its cluster's frame."""
    frame = placed.frames[piece.cluster] if framed and piece.cluster is not None else None
    xs = [x for line in piece.lines for x, _ in placed.lines[line]]
    ys = [y for line in piece.lines for _, y in placed.lines[line]]
    for box in piece.boxes:
        (x, y), room = placed.corners[box], size(drawn.boxes[box])
        xs += (x, x + room.width)
        ys += (y, y + room.height)
    if frame:
        xs += (frame.left, frame.left + frame.width)
        ys += (frame.top, frame.top + frame.height)
    return Part(
        {box: placed.corners[box] for box in piece.boxes},
        {line: placed.lines[line] for line in piece.lines},
        max(xs) - min(xs),
        max(ys) - min(ys),
        {piece.cluster: frame} if frame and piece.cluster is not None else {},
    ).moved(-min(xs), -min(ys))
