import msgspec

from dbwright.finding import Location
from dbwright.report.base import Report
from dbwright.report.github import render


def test_one_line_a_finding_with_its_place(report: Report) -> None:
    lines = render(report).splitlines()
    assert len(lines) == len(report.findings)
    assert lines[0] == (
        "::notice file=db/my schema.sql,line=14,col=3,title=T001 money-in-float::"
        "public.orders.customer_id: A note: 100%25 sure,%0Awith a second line."
    )
    assert lines[1].startswith("::warning title=R002 missing-foreign-key::")
    assert lines[2].startswith("::error title=K001 no-primary-key::")


def test_harm_size_and_probability_stand_in_the_message(report: Report) -> None:
    line = render(report).splitlines()[1]
    assert "%0ACould lose or corrupt data, 93 %25 likely, touches 7 rows, 117 kB.%0A" in line


def test_a_path_cannot_end_its_property(report: Report) -> None:
    finding = msgspec.structs.replace(report.findings[0], location=Location("a,line=9::b.sql", 1))
    line = render(msgspec.structs.replace(report, findings=(finding,)))
    assert line.startswith("::notice file=a%2Cline=9%3A%3Ab.sql,line=1,col=1,")


def test_nothing_found_prints_nothing(empty: Report) -> None:
    assert render(empty) == ""
