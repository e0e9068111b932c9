"""The server's SQL text: tokens, escapes, brackets and qualifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.engines.mysql.text import (
    after_for_each_row,
    expression,
    pairs,
    tokens,
    unquote,
    without_brackets,
    without_qualifier,
)
from dbwright.engines.mysql.words import literal, tick


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(st.text())
def test_a_literal_and_a_name_come_back(text: str) -> None:
    assert tokens(literal(text)) == [literal(text)]
    assert unquote(literal(text)) == text
    assert tokens(tick(text)) == [tick(text)]
    assert unquote(tick(text)) == text


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (r"concat(_utf8mb4\'a\\\'\\\\\',`b`)", r"concat(_utf8mb4'a\'\\',`b`)"),
        ("(`Ã¼` > 0)", "(`ü` > 0)"),
        ("`plain` + 1", "`plain` + 1"),
        ("`ü` already right", "`ü` already right"),
    ],
)
def test_expressions_of_mysqls_information_schema(told: str, meant: str) -> None:
    assert expression(told) == meant


@pytest.mark.parametrize(
    ("sql", "bare"),
    [("((a))", "a"), ("(a) + (b)", "(a) + (b)"), ("(')')", "')'"), ("a", "a"), ("", ""), ("(a", "(a")],
)
def test_outer_brackets(sql: str, bare: str) -> None:
    assert without_brackets(sql) == bare


def test_a_qualifier_is_taken_away_outside_strings_only() -> None:
    sql = "select `db`.`t`.`x`,'`db`.`t`' from `db`.`t` join `other`.`db` on(`other`.`db`.`y` = `db`.`f`(1))"
    bare = "select `t`.`x`,'`db`.`t`' from `t` join `other`.`db` on(`other`.`db`.`y` = `f`(1))"
    assert without_qualifier(sql, "db", {"t", "f"}) == bare
    assert without_qualifier("select `dbx`.`t`", "db", ()) == "select `dbx`.`t`"


def test_an_alias_named_like_the_database_stays() -> None:
    sql = "select `db`.`id` AS `id` from `db`.`t` `db`"
    assert without_qualifier(sql, "db", {"t", "id"}) == "select `db`.`id` AS `id` from `t` `db`"


def test_pairs_are_tables_and_calls() -> None:
    assert list(pairs("select `d`.`f`(`d`.`t`.`x`) from (`d`.`t` join `e`.`u`)")) == [
        ("d", "f", True),
        ("d", "t", False),
        ("e", "u", False),
    ]


@pytest.mark.parametrize(
    ("trigger", "body"),
    [
        ("CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW SET x = 1", "SET x = 1"),
        ("create trigger `for each row` before insert on t for /* a */ each\nrow follows `b` begin end", "begin end"),
        ("no trigger", "no trigger"),
    ],
)
def test_bodies_of_triggers(trigger: str, body: str) -> None:
    assert after_for_each_row(trigger) == body
