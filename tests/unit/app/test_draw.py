"""The drawings of a page: every table on them, each leading somewhere, and readable however many tables there are."""

from collections import Counter
from xml.etree import ElementTree

import pytest

from bench.diagrams import made_up
from dbwright.app.draw import drawings, overview_of, with_diagram
from dbwright.catalog.codec import decode, encode
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, PartitionOf, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.finding import Finding, Severity
from dbwright.report.base import Drawing, Report, SourceInfo, Summary
from dbwright.writers.diagram import Viewpoint, schema
from tests.unit.writers.test_svg import SVG, assert_apart, boxes


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return made_up(150)


@pytest.fixture(scope="module")
def drawn(catalog: Catalog) -> tuple[Drawing, ...]:
    return drawings(catalog)


def titles(drawing: Drawing, kind: str = "table") -> list[str]:
    root = ElementTree.fromstring(drawing.svg)
    return [
        each.get("data-name") or "" for each in root.iter(f"{SVG}g") if (each.get("class") or "").startswith(f"{kind} ")
    ]


def test_a_small_schema_is_one_drawing() -> None:
    assert [drawing.title for drawing in drawings(made_up(30))] == ["All tables"]


def test_every_table_stands_on_exactly_one_drawing_of_a_group_and_once_on_the_whole(
    catalog: Catalog, drawn: tuple[Drawing, ...]
) -> None:
    overview, whole, *groups = drawn
    assert (overview.title, whole.title) == ("Overview", "All tables")
    names = Counter(table.name for table in catalog.tables)
    assert Counter(titles(whole)) == names
    assert Counter(name for group in groups for name in titles(group)) == names
    assert titles(overview) == []
    assert len(titles(overview, "group")) == len(groups)


def test_nothing_overlaps_on_any_drawing(drawn: tuple[Drawing, ...]) -> None:
    for drawing in drawn:
        assert_apart(boxes(ElementTree.fromstring(drawing.svg)))


def test_the_overview_leads_to_the_drawings_and_sums_up_their_marks(catalog: Catalog) -> None:
    marks: dict[Ref, list[Severity]] = {table.ref: ["note"] for table in catalog.tables}
    overview, whole, *groups = drawings(catalog, marks=marks, links=lambda ref: f"#{ref}")
    links = {
        link.get("href"): link.get("aria-label") or "" for link in ElementTree.fromstring(overview.svg).iter(f"{SVG}a")
    }
    assert set(links) == {f"#diagram-{number}" for number in range(3, 3 + len(groups))}
    for number, group in enumerate(groups, 3):
        count = len(titles(group))
        assert links[f"#diagram-{number}"] == f"Group {group.title}, {count} note{'s' * (count > 1)} found"
    addresses = {link.get("href") for link in ElementTree.fromstring(whole.svg).iter(f"{SVG}a")}
    assert addresses == {f"#{table.name}" for table in catalog.tables}


def test_ids_are_unique_on_the_page_and_the_first_drawing_carries_the_style(drawn: tuple[Drawing, ...]) -> None:
    ids = [each.get("id") for drawing in drawn for each in ElementTree.fromstring(drawing.svg).iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert ["<style>" in drawing.svg for drawing in drawn] == [True, *[False] * (len(drawn) - 1)]


def test_the_same_catalog_gives_the_same_drawings(catalog: Catalog, drawn: tuple[Drawing, ...]) -> None:
    assert drawn == drawings(decode(encode(catalog)))


def test_a_viewpoint_is_kept_to(catalog: Catalog) -> None:
    some = frozenset(("", table.name) for table in catalog.tables[:70])
    overview, _, *groups = drawings(catalog, viewpoint=Viewpoint(tables=some, title="some", keys_only=True))
    assert sorted(name for group in groups for name in titles(group)) == sorted(name for _, name in some)
    assert not any(">created_at<" in group.svg for group in groups)
    assert any(">created_at<" in drawing.svg for drawing in drawings(catalog))
    assert overview.title == "Overview"


def test_namespaces_have_their_drawings() -> None:
    number = Type("integer", "bigint", bits=64)
    tables = tuple(
        Table(namespace=namespace, name=f"t{at}", columns=(Column(name="id", type=number),), primary_key=PrimaryKey(columns=("id",)))
        for namespace in ("crm", "shop") for at in range(20)
    )  # fmt: skip
    drawn = drawings(Catalog(engine="postgres", name="x", tables=tables))
    assert [drawing.title for drawing in drawn] == ["All tables", "Namespace crm", "Namespace shop"]
    assert len(titles(drawn[1])) == 20


def test_a_very_large_schema_has_an_overview_that_can_be_read() -> None:
    large = made_up(1200)
    overview, *groups = drawings(large)
    assert len(groups) <= 120
    assert sum(len(titles(group)) for group in groups) == 1200
    assert len(titles(overview, "group")) == len(groups)
    alone = overview_of(schema(made_up(150)), 30)
    assert "<style>" in alone
    assert "<a " not in alone


def test_findings_at_partitions_are_marked_at_the_table_that_is_drawn() -> None:
    number = Type("integer", "bigint", bits=64)
    columns = (Column(name="id", type=number),)
    tables = (
        Table(namespace="", name="payments", columns=columns),
        Table(namespace="", name="p1", columns=columns, partition_of=PartitionOf(table=("", "payments"), bound="")),
        Table(namespace="", name="p1a", columns=columns, partition_of=PartitionOf(table=("", "p1"), bound="")),
    )
    finding = Finding(
        code="K001", rule="no-primary-key", severity="warning", target=tables[2].ref, message="It has no key."
    )
    report = Report(
        findings=(finding,),
        source=SourceInfo(shown="x", kind="sql", engine="postgres"),
        summary=Summary(),
        catalog=Catalog(engine="postgres", name="x", tables=tables),
    )
    drawn = with_diagram(report).diagram or ""
    assert "Table payments, 1 warning found" in drawn
