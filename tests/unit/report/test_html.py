import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import msgspec
import pytest

from dbwright.app.draw import flags, with_diagram
from dbwright.catalog.facts import TableStats
from dbwright.catalog.names import Ref
from dbwright.report import html, markdown
from dbwright.report.base import Drawing, Past, Report, Score, Trend
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


def test_the_summary_says_in_words_what_the_findings_lead_to(page: Page) -> None:
    text = " ".join(page.text.split())
    assert "2 could lose or corrupt data 1 error, 1 warning" in text
    assert "1 could let someone in 1 note" in text
    assert "0 could stop the site nothing found" in text
    assert "1 confuses 1 note" in text


def test_score_history_and_trend_are_told(report: Report) -> None:
    then = datetime(2026, 5, 3, tzinfo=UTC)
    scored = msgspec.structs.replace(
        report,
        score=Score(value=62, per_harm={"data": 30, "access": 8}, words="rows can be lost"),
        history=(Past(at=then, score=55, errors=2, warnings=4, notes=1),),
        trend=Trend(since=then, score_before=55, gone=4, new=1),
    )
    rendered = html.render(scored)
    page = Page(rendered)
    text = " ".join(page.text.split())
    assert page.open == []
    assert "Rows can be lost." in text
    assert "Since 3 May 2026: the score was 55, now 62; 4 findings gone, 1 new." in text
    assert "−30 points" in text
    assert 'aria-label="Score 62 of 100"' in rendered
    assert 'aria-label="The score over time: 55 on 3 May 2026, 62 now"' in rendered
    cells = "".join(f'<td class="number">{number}</td>' for number in (55, 2, 4, 1))
    assert f">3 May 2026</time></th>{cells}" in rendered


def test_one_score_alone_draws_no_line(report: Report) -> None:
    rendered = html.render(msgspec.structs.replace(report, score=Score(value=100)))
    assert "Score 100 of 100" in rendered
    assert "The score over time" not in rendered


def test_sizes_probability_and_coverage_are_told(report: Report) -> None:
    sized = msgspec.structs.replace(
        report, facts_tables={Ref("table", ("public", "orders")): TableStats(rows=4200, bytes=1_500_000)}
    )
    text = " ".join(Page(html.render(sized)).text.split())
    assert "about 4,200 rows" in text
    assert "1.4 MB" in text
    assert "93 % likely" in text
    assert "Touches 7 rows, 117 kB." in text
    assert "Comments describe 0 of 4 tables and views and 0 of 8 columns (0 %)." in text


def test_several_diagrams_are_several_figures(report: Report) -> None:
    drawings = tuple(Drawing(title=f"View {n}", svg=f'<svg><title id="d{n}">v{n}</title></svg>') for n in range(3))
    page = Page(html.render(msgspec.structs.replace(report, diagram=drawings[0].svg, diagrams=drawings)))
    assert [each for each in page.ids if each.startswith("diagram-") and each[8:].isdigit()] == [
        "diagram-1",
        "diagram-2",
        "diagram-3",
    ]
    assert page.text.count("View 1") >= 1


def test_a_rule_that_found_much_is_folded_and_nothing_is_lost(report: Report) -> None:
    one = report.findings[1]
    many = tuple(msgspec.structs.replace(one, message=f"Fault number {at}.") for at in range(30))
    rendered = html.render(msgspec.structs.replace(report, findings=many))
    page = Page(rendered)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert sum(each.startswith("finding-") and each[8:].isdigit() for each in page.ids) == 30
    assert "27 more of R002 missing-foreign-key" in " ".join(page.text.split())


def test_each_table_lists_its_findings_and_leads_to_them(page: Page, report: Report) -> None:
    cards = [each for each in page.ids if re.fullmatch(r"finding-\d+", each)]
    assert len(cards) == len(report.findings)
    assert {f"#{card}" for card in cards} <= set(page.addresses) | {"#finding-3"}  # the namespace has no section


def test_anchors_differ_where_only_signs_differ() -> None:
    names = ("a.b", "a-b", "a b", "A.b")
    assert len({html.anchor(Ref("table", ("", name))) for name in names}) == len(names)
    assert html.anchor(Ref("table", ("a", "b"))) != html.anchor(Ref("table", ("", "a.b")))


def test_flags_tell_what_was_found_at_a_table_and_its_parts(report: Report) -> None:
    found = flags(report.findings)
    assert sorted(found[Ref("table", ("public", "orders"))]) == ["note", "warning"]
    assert sorted(found[Ref("column", ("public", "orders", "customer_id"))]) == ["note", "warning"]
    assert list(found[Ref("table", ("public", NASTY))]) == ["error"]


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
