"""Where boxes and lines stand: nothing overlaps, and our own layers do what Graphviz does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.writers import graphviz
from dbwright.writers.crossings import crossings
from dbwright.writers.geometry import Joint, Size, Task
from dbwright.writers.layered import drawn
from dbwright.writers.layout import Placement, place
from tests.unit.writers.test_svg import assert_apart

SIZE = Size(120, (28, 20, 20))


@pytest.fixture
def without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(graphviz, "find_spec", lambda name: None)


def rectangles(placed: Placement, sizes: list[Size]) -> list[tuple[float, float, float, float]]:
    return [(x, y, x + size.width, y + size.height) for (x, y), size in zip(placed.corners, sizes, strict=True)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_our_own_layers_never_overlap_and_lines_end_at_their_rows(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    box = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(box, box).filter(lambda pair: pair[0] != pair[1]), max_size=20))
    sizes = [Size(60 + 30 * (at % 4), (28, *[20] * (at % 5))) for at in range(count)]
    joints = [Joint(tail, 0, head, len(sizes[head].ports) - 1) for tail, head in pairs]
    part = drawn(Task(tuple(range(count)), tuple(range(len(joints)))), sizes, joints)
    corners = [part.corners[at] for at in range(count)]
    assert_apart([(x, y, x + size.width, y + size.height) for (x, y), size in zip(corners, sizes, strict=True)])
    for number, joint in enumerate(joints):
        line = part.lines[number]
        assert len(line) % 3 == 1
        for point, at, port in ((line[0], joint.tail, joint.tail_port), (line[-1], joint.head, joint.head_port)):
            assert point[0] in (corners[at][0], corners[at][0] + sizes[at].width)
            assert point[1] == corners[at][1] + sizes[at].middle(port)
        assert all(-0.01 <= x <= part.width + 0.01 and -0.01 <= y <= part.height + 0.01 for x, y in line)


def test_what_is_referred_to_stands_to_the_left(without_graphviz: None) -> None:
    placed = place([SIZE] * 3, [Joint(0, 0, 1, 1), Joint(1, 0, 2, 1)], 1)
    assert placed.corners[0][0] < placed.corners[1][0] < placed.corners[2][0]


def test_a_line_past_a_layer_goes_around_what_stands_there(without_graphviz: None) -> None:
    sizes = [SIZE] * 3
    placed = place(sizes, [Joint(0, 0, 1, 1), Joint(1, 0, 2, 1), Joint(0, 0, 2, 2)], 1)
    left, top, right, bottom = rectangles(placed, sizes)[1]
    assert not any(left < x < right and top < y < bottom for x, y in placed.lines[2])


@pytest.mark.parametrize("clustered", [False, True])
def test_a_line_from_a_box_to_itself_stays_on_the_page(clustered: bool) -> None:
    placed = place(
        [SIZE] * 2, [Joint(0, 1, 0, 2), Joint(0, 2, 0, 2), Joint(0, 0, 1, 0)], 30, [[0, 1]] if clustered else []
    )
    for line in placed.lines[:2]:
        assert line[0] != line[-1]
        assert min(x for x, _ in line) >= 0
        assert line[0][0] == pytest.approx(placed.corners[0][0])


def test_a_cluster_frames_its_boxes_and_no_others() -> None:
    sizes = [SIZE] * 9
    clusters = [[0, 1, 2], [3, 4], [5, 6, 7]]
    placed = place(sizes, [Joint(0, 0, 1, 1), Joint(3, 0, 4, 1), Joint(4, 0, 5, 1)], 30, clusters)
    boxes = rectangles(placed, sizes)
    assert_apart(boxes)
    for members, frame in zip(clusters, placed.frames, strict=True):
        if frame is None:
            continue
        for number, (left, top, right, bottom) in enumerate(boxes):
            inside = (
                frame.left <= left
                and right <= frame.left + frame.width
                and frame.top <= top
                and bottom <= frame.top + frame.height
            )
            assert inside == (number in members)


def test_placing_nothing() -> None:
    assert place([], [], 1).corners == ()


def test_crossings_are_counted_at_both_lines() -> None:
    def straight(x: float, y: float, to_x: float, to_y: float) -> tuple[tuple[float, float], ...]:
        return (x, y), (x, y), (to_x, to_y), (to_x, to_y)

    assert crossings([straight(0, 0, 10, 10), straight(0, 10, 10, 0), straight(20, 0, 30, 5)]) == [1, 1, 0]
    assert crossings([straight(0, 0, 10, 10), straight(0, 0, 10, 0)]) == [0, 0]
    assert crossings([]) == []
