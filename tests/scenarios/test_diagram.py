"""`dbwright diagram`: forms, viewpoints, and the page."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.command import Ran, run

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), note TEXT);
CREATE TABLE order_lines (order_id INTEGER REFERENCES orders(id), line INTEGER, PRIMARY KEY (order_id, line));
CREATE TABLE "<script>alert('x')</script> & ""co"" 🦆" (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES "<script>alert('x')</script> & ""co"" 🦆"(id));
CREATE TABLE alone (id INTEGER PRIMARY KEY);
CREATE VIEW totals AS SELECT count(*) AS n FROM orders;
"""
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.sql"
    file.write_text(SHOP, encoding="utf-8")
    return file


def draw(source: Path, *options: object) -> Ran:
    return run("diagram", source, "--dialect", "sqlite", *options)


def drawn(text: str) -> list[str]:
    return [
        each.get("data-name") or "" for each in ElementTree.fromstring(text).iter(f"{SVG}g") if each.get("data-name")
    ]


def test_the_whole_as_svg(shop: Path) -> None:
    ran = draw(shop)
    assert ran.status == 0, ran.err
    assert sorted(drawn(ran.out)) == [
        "<script>alert('x')</script> & \"co\" 🦆",
        "alone",
        "customers",
        "order_lines",
        "orders",
    ]
    assert "<script" not in ran.out
    assert draw(shop).out == ran.out


def test_views_are_drawn_when_asked_for(shop: Path) -> None:
    assert "totals" in drawn(draw(shop, "--views").out)


def test_around_a_table(shop: Path) -> None:
    assert sorted(drawn(draw(shop, "--around", "order_lines").out)) == ["order_lines", "orders"]
    far = draw(shop, "--around", "order_lines", "--depth", "2")
    assert sorted(drawn(far.out)) == ["customers", "order_lines", "orders"]
    assert "Diagram of" in far.out
    assert "around order_lines" in far.out


def test_a_pattern_and_only_keys(shop: Path) -> None:
    ran = draw(shop, "--table", "ORDER*", "--only-keys")
    assert sorted(drawn(ran.out)) == ["order_lines", "orders"]
    assert ">note<" not in ran.out
    assert ">→ customers<" in ran.out


@pytest.mark.parametrize(
    ("form", "begins", "holds"),
    [
        ("dot", "digraph", "customers"),
        ("mermaid", "erDiagram", '"orders"'),
        ("dbml", "", "Table"),
        ("html", "<!doctype html>", "<svg"),
    ],
)
def test_other_forms(shop: Path, form: str, begins: str, holds: str) -> None:
    ran = draw(shop, "--format", form)
    assert ran.status == 0, ran.err
    assert ran.out.startswith(begins)
    assert holds in ran.out
    narrow = draw(shop, "--format", form, "--table", "alone")
    assert narrow.status == 0, narrow.err
    assert "customers" not in narrow.out


def test_the_page_needs_nothing_else_and_escapes_names(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "out" / "shop.html"
    assert draw(shop, "--format", "html", "--output", file).status == 0
    page = file.read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "://" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert 'id="diagram-1"' in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--around", "order"), "Did you mean order"),
        (("--table", "nothing*"), "No table fits"),
        (("--namespace", "nowhere"), "no table in a namespace 'nowhere'"),
        (("--format", "png"), "png"),
    ],
)
def test_what_is_not_there_is_said(shop: Path, options: tuple[str, ...], said: str) -> None:
    ran = draw(shop, *options)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err


def test_a_database_without_tables(tmp_path: Path) -> None:
    file = tmp_path / "empty.sql"
    file.write_text("CREATE VIEW one AS SELECT 1 AS n;", encoding="utf-8")
    ran = draw(file)
    assert ran.status == 2
    assert "no table" in ran.err


def test_the_source_is_not_written_over(shop: Path) -> None:
    assert draw(shop, "--output", shop).status == 2
    assert shop.read_text(encoding="utf-8") == SHOP


def test_very_many_tables_are_an_overview_with_a_note(tmp_path: Path) -> None:
    file = tmp_path / "many.sql"
    statements = [
        f"CREATE TABLE t{at} (id INTEGER PRIMARY KEY{f', above INTEGER REFERENCES t{at // 8 * 8}(id)' if at % 8 else ''});"
        for at in range(1008)
    ]
    file.write_text("\n".join(statements), encoding="utf-8")
    ran = draw(file)
    assert ran.status == 0, ran.err
    assert "too many for one drawing" in ran.err
    assert "Group " in ran.out
