import pytest

from dbwright.errors import UsageError
from dbwright.report.base import Report
from dbwright.report.formats import FORMATS, form_of_file, render
from dbwright.report.order import groups


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_renders_twice_alike(form: str, report: Report) -> None:
    assert render(report, form) == render(report, form)


def test_an_unknown_format_names_those_that_exist(report: Report) -> None:
    with pytest.raises(UsageError) as caught:
        render(report, "pdf")
    assert "sarif" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("review.html", "html"),
        ("out/REVIEW.HTML", "html"),
        ("a.b/review.json", "json"),
        ("x.sarif", "sarif"),
        ("x.sarif.json", "sarif"),
        ("junit.xml", "junit"),
        ("notes.txt", "text"),
    ],
)
def test_a_file_ending_names_its_format(file: str, form: str) -> None:
    assert form_of_file(file) == form


@pytest.mark.parametrize("file", ["review", "review.pdf", ""])
def test_another_ending_is_refused(file: str) -> None:
    with pytest.raises(UsageError):
        form_of_file(file)


def test_groups_hold_all_findings_once(report: Report) -> None:
    held = [finding for group in groups(report.findings) for finding in group.findings]
    assert sorted(map(id, held)) == sorted(map(id, report.findings))
