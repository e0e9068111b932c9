import re
import shutil
import subprocess

import pytest

from dbwright.catalog.codec import decode, encode
from dbwright.catalog.objects import Catalog
from dbwright.writers.diagram import Viewpoint
from dbwright.writers.dot import quoted, write
from tests.unit.writers.conftest import make_catalog, make_table

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")


def test_crows_feet_between_columns(shop: Catalog) -> None:
    edges = re.findall(r"t\d+:c\d+ -> t\d+:c\d+ \[arrowtail=(\w+), arrowhead=(\w+)", write(shop))
    assert sorted(edges) == [("teeodot", "crowodot"), ("teeodot", "teeodot"), ("teetee", "crowodot")]


def test_tables_alone_stand_in_a_grid() -> None:
    text = write(make_catalog(*(make_table("", f"t{at}") for at in range(9))))
    assert text.count("[style=invis]") == 3


def test_views_are_left_out_unless_asked_for(shop: Catalog) -> None:
    assert "totals" not in write(shop)
    assert "totals" in write(shop, Viewpoint(views=True))


def test_the_same_catalog_gives_the_same_text(large: Catalog) -> None:
    assert write(large) == write(decode(encode(large)))


def test_strings_are_escaped() -> None:
    assert quoted('a "b" \\') == '"a \\"b\\" \\\\"'


@needs_dot
@pytest.mark.parametrize("name", ["shop", "nasty", "large", "partitioned", "empty"])
def test_graphviz_takes_it(name: str, request: pytest.FixtureRequest) -> None:
    text = write(request.getfixturevalue(name), Viewpoint(views=True))
    ran = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "syntax error" not in ran.stderr
    assert "not well-formed" not in ran.stderr
    assert ran.stdout.endswith("</svg>\n")
