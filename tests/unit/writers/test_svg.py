import shutil
from importlib.util import find_spec
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from dbwright.catalog.codec import decode, encode
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import Severity
from dbwright.writers import arrange, graphviz
from dbwright.writers.diagram import Viewpoint
from dbwright.writers.geometry import Joint, Size
from dbwright.writers.layout import place
from dbwright.writers.svg import write
from dbwright.writers.text_size import text_width
from tests.unit.writers.conftest import make_catalog, make_table

SVG = "{http://www.w3.org/2000/svg}"


def boxes(root: Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box, in drawn order."""
    found = []
    for group in root.iter(f"{SVG}g"):
        if (group.get("class") or "").split(" ")[0] in ("table", "view", "missing"):
            left, top = map(float, (group.get("transform") or "")[len("translate(") : -1].split())
            frame = next(rect for rect in group.iter(f"{SVG}rect") if rect.get("class") == "frame")
            found.append((left, top, left + float(frame.get("width", 0)), top + float(frame.get("height", 0))))
    return found


def assert_apart(found: list[tuple[float, float, float, float]]) -> None:
    for at, (left, top, right, bottom) in enumerate(found):
        for other_left, other_top, other_right, other_bottom in found[at + 1 :]:
            assert right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top


@pytest.mark.parametrize("name", ["shop", "nasty", "large", "partitioned", "empty"])
def test_it_is_xml_and_no_two_boxes_overlap(name: str, request: pytest.FixtureRequest) -> None:
    root = ElementTree.fromstring(write(request.getfixturevalue(name), Viewpoint(views=True)))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title") is not None
    assert_apart(boxes(root))


def test_everything_lies_on_the_page(large: Catalog) -> None:
    root = ElementTree.fromstring(write(large))
    width, height = map(float, (root.get("viewBox") or "").split()[2:])
    assert len(boxes(root)) == 100
    for left, top, right, bottom in boxes(root):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


def test_text_fits_into_its_box(shop: Catalog) -> None:
    for group in ElementTree.fromstring(write(shop)).iter(f"{SVG}g"):
        if (group.get("class") or "").startswith("table"):
            frame = next(rect for rect in group.iter(f"{SVG}rect") if rect.get("class") == "frame")
            for text in group.iter(f"{SVG}text"):
                if text.get("text-anchor") != "end":
                    bold = text.get("class") in ("title", "required")
                    end = float(text.get("x", 0)) + text_width(text.text or "", 12, bold=bold)
                    assert end <= float(frame.get("width", 0))


def test_lines_begin_and_end_at_the_sides_of_their_boxes(shop: Catalog) -> None:
    root = ElementTree.fromstring(write(shop))
    sides = {side for left, _, right, _ in boxes(root) for side in (left, right)}
    lines = [group for group in root.iter(f"{SVG}g") if group.get("class") == "line"]
    assert len(lines) == 4
    for line in lines:
        path = line.find(f"{SVG}path")
        assert path is not None
        points = (path.get("d") or "").replace("M", "").replace("C", "").split()
        for point in (points[0], points[-1]):
            assert min(abs(float(point.split(",")[0]) - side) for side in sides) < 0.2
        assert path.get("marker-end") in ("url(#dbw-many)", "url(#dbw-maybe)")
        assert path.get("marker-start") in ("url(#dbw-one)", "url(#dbw-maybe)")


def test_the_same_catalog_gives_the_same_picture(large: Catalog) -> None:
    assert write(large) == write(decode(encode(large)))


def test_links_and_flags(shop: Catalog) -> None:
    orders = Ref("table", ("public", "orders"))
    flags: dict[Ref, list[Severity]] = {
        orders: ["note", "error", "note"],
        orders.child("column", "customer_id"): ["warning"],
    }
    root = ElementTree.fromstring(write(shop, links=lambda ref: f"#{ref}&", flags=flags))
    addresses = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert "#public.orders&" in addresses
    assert "#public.nowhere&" not in addresses
    classes = [each.get("class") for each in root.iter()]
    assert classes.count("flag-error") == 1
    assert classes.count("flag-warning") == 1
    assert root.get("role") == "group"
    said = next(link.get("aria-label") for link in root.iter(f"{SVG}a") if link.get("href") == "#public.orders&")
    assert said == "Table orders, 1 error, 2 notes found"
    assert "! 3" in [text.text for text in root.iter(f"{SVG}text")]
    assert "customer_id, 1 warning found" in [title.text for title in root.iter(f"{SVG}title")]


@pytest.mark.parametrize("name", ["shop", "nasty", "large", "partitioned"])
def test_without_time_and_without_graphviz_we_place_the_lines_ourselves(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = request.getfixturevalue(name)
    hurried = write(catalog, seconds=0.001)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(graphviz, "find_spec", lambda name: None)
    assert write(catalog) == hurried
    root = ElementTree.fromstring(hurried)
    assert_apart(boxes(root))
    assert "line" in [each.get("class") for each in root.iter()]


def test_with_too_many_lines_the_columns_carry_badges(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = make_catalog(make_table("", "users"), make_table("", "orders", ("user_id", "", "users", False)))
    monkeypatch.setattr(arrange, "MOST_LINES", 0)
    classes = [each.get("class") for each in ElementTree.fromstring(write(catalog)).iter()]
    assert "line" not in classes
    assert classes.count("badge") == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_the_program_dot_serves_as_well(large: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphviz, "find_spec", lambda name: None)
    assert_apart(boxes(ElementTree.fromstring(write(large))))


@pytest.mark.skipif(find_spec("pygraphviz") is None, reason="pygraphviz is not installed")
def test_pygraphviz_needs_no_program(large: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert_apart(boxes(ElementTree.fromstring(write(large))))


def test_parts_that_hang_together_are_placed_apart() -> None:
    size = Size(100, (28, 20))
    placed = place([size] * 5, [Joint(0, 1, 1, 1), Joint(2, 1, 3, 1)], 30)
    assert_apart([(x, y, x + size.width, y + size.height) for x, y in placed.corners])
    assert [bool(line) for line in placed.lines] == [True, True]
