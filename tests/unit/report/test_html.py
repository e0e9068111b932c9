from html.parser import HTMLParser

import msgspec
import pytest

from dbwright.app.draw import with_diagram
from dbwright.catalog.names import Ref
from dbwright.report import html, markdown
from dbwright.report.base import Report
from tests.unit.report.conftest import NASTY

VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """What a browser would see: ids, addresses, text, and whether every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.handlers: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action", "data", "poster"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(html.render(with_diagram(report)))


def test_it_is_well_formed_with_unique_ids(page: Page) -> None:
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_names_bring_no_markup(page: Page) -> None:
    assert page.tags.count("script") == 1
    assert page.handlers == []
    assert NASTY in page.text


def test_it_asks_nothing_of_any_server(report: Report, page: Page) -> None:
    outside = [address for address in page.addresses if not address.startswith(("#", "data:"))]
    assert outside == []
    text = html.render(with_diagram(report))
    assert "url(http" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_every_address_leads_somewhere(page: Page) -> None:
    missing = {address[1:] for address in page.addresses if address.startswith("#")} - set(page.ids)
    assert missing == set()


def test_tables_are_linked_from_the_diagram(page: Page, report: Report) -> None:
    assert report.catalog is not None
    for table in report.catalog.tables:
        assert html.anchor(table.ref) in page.ids
        assert page.addresses.count(html.link(table.ref)) >= 2


def test_findings_carry_evidence_fix_and_what_was_not_checked(page: Page) -> None:
    for sentence in (
        "2 values have no row in customers (all 4,200 rows looked at).",
        "ALTER TABLE orders ADD x;",
        "Permission denied.",
        "The namespace billing could not be read.",
        "A question was too slow.",
        "Read in a read-only transaction.",
        "1,234,567 rows",
    ):
        assert sentence in page.text


def test_a_page_without_catalog_diagram_and_findings(empty: Report) -> None:
    page = Page(html.render(empty))
    assert page.open == []
    assert "Nothing found." in page.text
    assert "diagram" not in page.ids


def test_the_reason_for_a_missing_diagram_is_told(report: Report) -> None:
    page = Page(html.render(msgspec.structs.replace(report, no_diagram="There is no Graphviz.")))
    assert "There is no Graphviz." in page.text


def test_findings_without_a_catalog_link_to_nothing_missing(report: Report) -> None:
    test_every_address_leads_somewhere(Page(html.render(msgspec.structs.replace(report, catalog=None))))


def test_anchors_differ_where_only_signs_differ() -> None:
    names = ("a.b", "a-b", "a b", "A.b")
    assert len({html.anchor(Ref("table", ("", name))) for name in names}) == len(names)
    assert html.anchor(Ref("table", ("a", "b"))) != html.anchor(Ref("table", ("", "a.b")))


def test_flags_keep_the_worst(report: Report) -> None:
    flags = html.flags(report.findings)
    assert flags[Ref("table", ("public", "orders"))] == "warning"
    assert flags[Ref("column", ("public", "orders", "customer_id"))] == "warning"
    assert flags[Ref("table", ("public", NASTY))] == "error"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <b> & `c < d`", "<p>A &lt;b&gt; &amp; <code>c &lt; d</code></p>"),
        ("- one\n  more\n- two", "<ul><li>one more</li><li>two</li></ul>"),
        ("## Why *so*", "<h4>Why <em>so</em></h4>"),
        ("```sql\nSELECT 1 < 2\n```", "<pre><code>SELECT 1 &lt; 2</code></pre>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](https://a.example/b)", '<p><a href="https://a.example/b" rel="noreferrer">x</a></p>'),
        ("2 * 3 * 4 and a_b_c", "<p>2 * 3 * 4 and a_b_c</p>"),
    ],
)
def test_markdown(text: str, expected: str) -> None:
    assert markdown.to_html(text) == expected
