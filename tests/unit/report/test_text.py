import re
from datetime import UTC, datetime

import msgspec

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Fix
from dbwright.report.base import Report, Score, Trend
from dbwright.report.text import columns_of, render, shortened


def test_the_table_with_the_worst_finding_comes_first(report: Report) -> None:
    text = render(report)
    assert text.index("no-primary-key") < text.index("missing-foreign-key") < text.index("money-in-float")


def test_the_worst_harm_comes_first_among_equally_severe_findings(report: Report) -> None:
    text = render(report)
    assert text.index("note S003") < text.index("note T001")
    titles = [line for line in text.splitlines() if " that " in line]
    assert titles == [
        "1 error that could lose or corrupt data",
        "1 warning that could lose or corrupt data",
        "1 note that could let someone in",
        "1 note that confuses",
    ]


def test_what_a_finding_touches_and_how_likely_it_is_stand_beside_it(report: Report) -> None:
    beside = "column public.orders.customer_id · 93 % likely · touches 7 rows, 117 kB"
    assert f"  warning R002 missing-foreign-key  {beside}" in render(report, width=120).splitlines()
    assert f"  warning R002 missing-foreign-key\n    {beside}\n" in render(report, width=100)


def test_the_head_tells_score_trend_and_harm(report: Report) -> None:
    scored = msgspec.structs.replace(
        report,
        score=Score(value=62, words="usable, but rows can be lost"),
        trend=Trend(since=datetime(2026, 5, 3, tzinfo=UTC), score_before=55, gone=4, new=1),
    )
    head = " ".join(render(scored).split("\n\n")[0].split())
    assert head == (
        "postgres://app@db/shop (PostgreSQL 16.4) 3 tables, 7 columns, 1,234,567 rows; 31 rules. "
        "Read in a read-only transaction. Score 62 of 100. Usable, but rows can be lost. "
        "Since 3 May 2026: the score was 55, now 62; 4 findings gone, 1 new. "
        "4 findings in 3 places: 2 could lose or corrupt data, 1 could let someone in, 1 confuses."
    )


def test_a_rule_that_found_much_is_folded(report: Report) -> None:
    one = report.findings[1]
    many = [
        msgspec.structs.replace(one, target=Ref("column", ("public", f"t{number:02}", "c")), message=f"Fault {number}.")
        for number in range(40)
    ]
    text = render(msgspec.structs.replace(report, findings=tuple(many)))
    assert text.count("warning R002 missing-foreign-key  column") == 3
    assert "warning R002 missing-foreign-key, 37 more:" in text
    brief = [
        line for line in text.splitlines() if re.fullmatch(r"    public\.t\d\d\.c: \(93 % likely\) Fault \d+\.", line)
    ]
    assert len(brief) == 10
    assert "    … 27 more in the JSON and HTML reports" in text


def test_four_findings_of_a_rule_are_shown_in_full(report: Report) -> None:
    text = render(msgspec.structs.replace(report, findings=(report.findings[1],) * 4))
    assert " more:" not in text
    assert text.count("No foreign key guards the column.") == 4


def test_the_last_line_is_the_summary(report: Report) -> None:
    last = render(report).rstrip("\n").splitlines()[-1]
    assert last == "4 findings in 3 places: 1 error, 1 warning, 2 notes (3 suppressed, 2 baselined)"


def test_evidence_is_an_aligned_table_with_null_told_apart(report: Report) -> None:
    lines = render(report).splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip() == "customer_id  rows")
    assert [line.strip() for line in lines[at + 1 : at + 3]] == ["9001         7", "NULL         5"]


def test_evidence_says_how_far_it_reaches(report: Report) -> None:
    text = render(report)
    assert "2 values have no row in customers (all 4,200 rows looked at)." in text
    assert "The first rows only (a sample of 100 rows)." in text
    assert "Not checked: Permission denied." in text


def test_statements_end_in_one_semicolon(report: Report) -> None:
    lines = [line.strip() for line in render(report).splitlines()]
    assert "ALTER TABLE orders ADD x;" in lines
    assert "ALTER TABLE orders VALIDATE x;" in lines


def test_what_could_not_be_checked_stands_at_the_end(report: Report) -> None:
    text = render(report)
    assert text.index("A question was too slow.") > text.index("grant-to-public")
    assert "The namespace billing could not be read." in text


def test_no_control_character_reaches_the_terminal(report: Report) -> None:
    assert "\x1b" not in render(report)
    assert "\\x1b[31m" in render(report)


def test_colour_changes_nothing_but_colour(report: Report) -> None:
    coloured = render(report, colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(report)


def test_lines_keep_to_the_width(report: Report) -> None:
    for width in (80, 100, 120):
        assert max(columns_of(line) for line in render(report, width=width).splitlines()) <= width


def test_long_statements_are_folded_between_words_only(report: Report) -> None:
    statement = "SELECT " + ", ".join(f"'value {number}  with  blanks'" for number in range(20))
    finding = report.findings[1]
    fix = Fix("Select.", sql=(statement,))
    longer = msgspec.structs.replace(report, findings=(msgspec.structs.replace(finding, fix=fix),))
    shown = render(longer, width=80)
    folded = " ".join(line.strip() for line in shown.splitlines() if "value" in line and "have no row" not in line)
    assert folded == f"{statement};"


def test_nothing_found_is_said(empty: Report) -> None:
    assert render(empty).endswith("Nothing found.\n")


def test_wide_characters_count_twice() -> None:
    assert columns_of("日本") == 4
    assert shortened("日本日本", 5) == "日本…"


def test_not_checked_is_said_once(report: Report) -> None:
    seen = Evidence("Not checked on the rows: there are none.", basis="unchecked")
    finding = msgspec.structs.replace(report.findings[0], evidence=(seen,))
    assert render(msgspec.structs.replace(report, findings=(finding,))).count("Not checked on") == 1
    assert "Not checked: Not" not in render(msgspec.structs.replace(report, findings=(finding,)))
