import json
from typing import Any

import msgspec

from dbwright.report.base import Report, Score
from dbwright.report.sarif import render


def run(report: Report) -> dict[str, Any]:
    log = json.loads(render(report))
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_required_properties_are_there(report: Report, empty: Report) -> None:
    for each in (report, empty):
        driver = run(each)["tool"]["driver"]
        assert driver["name"] == "dbwright"
        for rule in driver["rules"]:
            assert rule["id"]
            assert rule["shortDescription"]["text"]
        for result in run(each)["results"]:
            assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in ("error", "warning", "note")
            assert result["message"]["text"]
            assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] is not None


def test_rules_carry_their_pages(report: Report) -> None:
    rules = {rule["id"]: rule for rule in run(report)["tool"]["driver"]["rules"]}
    assert set(rules) == {"K001", "N001", "R002", "S003", "T001"}
    assert "## Why" in rules["K001"]["help"]["markdown"]
    assert rules["K001"]["defaultConfiguration"] == {"level": "error"}


def test_a_known_place_is_a_physical_location(report: Report) -> None:
    located, unlocated = run(report)["results"][:2]
    assert located["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "db/my%20schema.sql"},
        "region": {"startLine": 14, "startColumn": 3},
    }
    assert "physicalLocation" not in unlocated["locations"][0]


def test_fingerprints_depend_on_what_and_where_alone(report: Report) -> None:
    def prints(each: Report) -> list[str]:
        return [result["partialFingerprints"]["dbwrightFinding/v1"] for result in run(each)["results"]]

    reworded = msgspec.structs.replace(
        report,
        findings=tuple(msgspec.structs.replace(finding, message="Other words.") for finding in report.findings),
    )
    assert prints(reworded) == prints(report)
    twice = msgspec.structs.replace(report, findings=(*report.findings, *report.findings))
    assert len(set(prints(twice))) == 2 * len(report.findings)


def test_harm_size_and_probability_are_properties(report: Report) -> None:
    results = run(report)["results"]
    properties = next(each["properties"] for each in results if each["ruleId"] == "R002")
    assert properties["harm"] == "data"
    assert properties["touched"] == {"rows": 7, "bytes": 120_000}
    assert properties["probability"] == 0.93
    assert properties["fix"]["safety"] == "unsafe"
    assert next(each["properties"] for each in results if each["ruleId"] == "S003") == {"harm": "access"}
    scored = run(msgspec.structs.replace(report, score=Score(value=62)))
    assert scored["properties"]["score"] == 62


def test_what_could_not_be_checked_is_a_notification(report: Report) -> None:
    (invocation,) = run(report)["invocations"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert told == ["The namespace billing could not be read.", "A question was too slow."]
