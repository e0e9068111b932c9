import re

import msgspec

from dbwright.finding import Evidence, Fix
from dbwright.report.base import Report
from dbwright.report.text import columns_of, render, shortened


def test_the_table_with_the_worst_finding_comes_first(report: Report) -> None:
    text = render(report)
    assert text.index("no-primary-key") < text.index("missing-foreign-key") < text.index("money-in-float")


def test_within_a_table_the_worst_finding_comes_first(report: Report) -> None:
    block = render(report).split("public.orders")[1].split("public.customers")[0]
    assert block.index("warning R002") < block.index("note T001")


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
