"""Reports of large schemas stay short enough to be read."""

from datetime import UTC, datetime

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Touched
from dbwright.report import base, html, text
from dbwright.report.base import Report, SourceInfo, summarize


def _report(count: int) -> Report:
    findings = tuple(
        Finding(
            code="T001",
            rule="money-in-float",
            severity="warning",
            target=Ref("column", ("public", f"t{at}", "price")),
            message=f"public.t{at}.price keeps money as double precision.",
            evidence=(Evidence(summary="Its type."),),
            related=tuple(Ref("column", ("public", f"t{other}", "price")) for other in range(count)),
        )
        for at in range(count)
    )
    source = SourceInfo(
        shown="shop.sql", kind="sql", engine="postgres", version="16", how="", tables=count, columns=count
    )
    summary = summarize(findings, suppressed=0, baseline=0, rules_run=1, unchecked=())
    return Report(findings=findings, source=source, summary=summary, generated_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_many_findings_of_a_rule_are_counted_instead_of_listed() -> None:
    shown = text.render(_report(300))
    assert "… 287 more in the JSON and HTML reports" in shown
    assert len(shown.splitlines()) < 60
    assert "more in the JSON" not in text.render(_report(14))


def test_a_page_names_a_few_of_many_related_objects() -> None:
    page = html.render(_report(20))
    assert " and 8 more" in page


def test_an_empty_table_is_not_said_to_be_touched() -> None:
    assert base.touches(Touched(rows=0, bytes=16384)) == ""
    assert base.touches(Touched(rows=1, bytes=16384)) == "1 row, 16 kB"
