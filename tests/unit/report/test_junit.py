from xml.etree import ElementTree

import msgspec

from dbwright.report.base import Report, Score
from dbwright.report.junit import render


def test_one_case_a_rule_and_object_and_one_a_quiet_rule(report: Report) -> None:
    root = ElementTree.fromstring(render(report))
    cases = root.findall(".//testcase")
    assert root.get("tests") == str(len(cases)) == "5"
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "4"
    quiet = [case.get("classname") for case in cases if case.find("failure") is None]
    assert quiet == ["N001 naming"]


def test_findings_of_one_rule_on_one_object_share_a_case(report: Report) -> None:
    twice = msgspec.structs.replace(report, findings=(report.findings[0], report.findings[0]))
    root = ElementTree.fromstring(render(twice))
    assert len(root.findall(".//failure")) == 1


def test_a_failure_tells_evidence_and_fix_unchanged(report: Report) -> None:
    root = ElementTree.fromstring(render(report))
    failure = next(each for each in root.iter("failure") if each.get("type") == "warning")
    assert failure.text is not None
    assert "2 values have no row in customers (all 4,200 rows looked at)." in failure.text
    assert "ALTER TABLE orders ADD x;" in failure.text


def test_harm_size_probability_and_score_are_told(report: Report) -> None:
    root = ElementTree.fromstring(render(msgspec.structs.replace(report, score=Score(value=62))))
    failure = next(each for each in root.iter("failure") if each.get("type") == "warning")
    assert "Could lose or corrupt data, 93 % likely, touches 7 rows, 117 kB." in (failure.text or "")
    (score,) = root.iter("property")
    assert (score.get("name"), score.get("value")) == ("score", "62")


def test_control_characters_are_replaced(report: Report) -> None:
    failure = next(
        each for each in ElementTree.fromstring(render(report)).iter("failure") if each.get("type") == "error"
    )
    assert (failure.get("message") or "").endswith("has no primary key.\ufffd[31m")


def test_an_empty_report_is_valid(empty: Report) -> None:
    assert ElementTree.fromstring(render(empty)).get("tests") == "0"
