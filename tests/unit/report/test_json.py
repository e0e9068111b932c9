import json
from datetime import UTC, datetime

import jsonschema
import msgspec

from dbwright.catalog.names import Ref
from dbwright.report import json_
from dbwright.report.base import Past, Report, Score, Trend


def test_it_keeps_to_its_published_schema(report: Report, empty: Report) -> None:
    schema = json_.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in (report, empty):
        jsonschema.validate(json.loads(json_.render(each)), schema)


def test_the_schema_refuses_a_finding_without_a_field(report: Report) -> None:
    review = json.loads(json_.render(report))
    for field in ("code", "rule", "severity", "target", "message", "evidence", "help", "fix", "location", "related",
                  "harm", "touched", "probability"):  # fmt: skip
        broken = json.loads(json.dumps(review))
        del broken["findings"][0][field]
        assert list(jsonschema.Draft202012Validator(json_.schema()).iter_errors(broken)), field


def test_the_contract_by_hand(report: Report) -> None:
    review = json.loads(json_.render(report))
    assert list(review) == ["version", "findings", "summary", "source", "score", "history", "trend"]
    assert review["version"] == 1
    assert review["findings"][1] == {
        "code": "R002",
        "rule": "missing-foreign-key",
        "severity": "warning",
        "target": {"kind": "column", "path": ["public", "orders", "customer_id"]},
        "message": "No foreign key guards the column.",
        "evidence": [
            {
                "summary": "2 values have no row in customers.",
                "basis": "data",
                "proved": True,
                "rows_examined": 4200,
                "columns": ["customer_id", "rows"],
                "rows": [["9001", "7"], [None, "5"]],
                "sql": "SELECT 1",
            },
            {
                "summary": "The first rows only.",
                "basis": "data",
                "proved": False,
                "rows_examined": 100,
                "columns": [],
                "rows": [],
                "sql": None,
            },
        ],
        "help": "",
        "fix": {
            "title": "Declare it.",
            "safety": "unsafe",
            "sql": ["ALTER TABLE orders ADD x", "ALTER TABLE orders VALIDATE x;"],
        },
        "location": None,
        "related": [{"kind": "table", "path": ["public", "customers"]}],
        "harm": "data",
        "touched": {"rows": 7, "bytes": 120000, "queries": None},
        "probability": 0.93,
    }
    assert review["findings"][0]["location"] == {"path": "db/my schema.sql", "line": 14, "column": 3}
    assert review["summary"]["warnings"] == 1
    assert review["source"]["rows"] == 1_234_567


def test_score_history_and_trend_follow_the_schema(report: Report) -> None:
    then = datetime(2026, 5, 3, tzinfo=UTC)
    scored = msgspec.structs.replace(
        report,
        score=Score(value=62, per_harm={"data": 30}, words="rows can be lost"),
        history=(Past(at=then, score=55, errors=2, warnings=4, notes=1),),
        trend=Trend(since=then, score_before=55, gone=4, new=1),
    )
    review = json.loads(json_.render(scored))
    jsonschema.validate(review, json_.schema())
    assert review["score"] == {"value": 62, "per_harm": {"data": 30}, "words": "rows can be lost"}
    assert review["history"][0]["score"] == 55
    assert review["trend"]["gone"] == 4


def test_a_nameless_namespace_is_left_out_of_paths(report: Report) -> None:
    finding = msgspec.structs.replace(report.findings[0], target=Ref("table", ("", "orders")))
    review = json.loads(json_.render(msgspec.structs.replace(report, findings=(finding,))))
    assert review["findings"][0]["target"]["path"] == ["orders"]
