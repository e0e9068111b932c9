"""PostgreSQL's quoting, types and small readings of expressions; no server needed."""

import pytest

from dbwright.catalog.types import Type
from dbwright.engines.postgres.sqltext import split_at_commas, stable, without_outer_brackets
from dbwright.engines.postgres.types import canonical_spelling, meaning, spell
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal, quote


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("orders", "orders"),
        ("order", '"order"'),
        ("Orders", '"Orders"'),
        ('a"b', '"a""b"'),
        ("1st", '"1st"'),
        ("é", '"é"'),
        ("position", "position"),
        ("", '""'),
        ("a\n", '"a\n"'),
    ],
)
def test_quotes_stand_only_where_they_are_needed(name: str, quoted: str) -> None:
    assert quote(name) == quoted


def test_words_of_functions_are_quoted_in_statements() -> None:
    assert identifier("position") == '"position"'


def test_texts_are_escaped() -> None:
    assert literal("it's") == "'it''s'"
    assert literal("a\\b") == "E'a\\\\b'"
    assert dollar_quoted("a $$ b $body1$ c") == "$body2$a $$ b $body1$ c$body2$"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("VARCHAR(40)", "character varying(40)"),
        ("int", "integer"),
        ("INT8", "bigint"),
        ("decimal(10, 2)", "numeric(10,2)"),
        ("numeric(10)", "numeric(10,0)"),
        ("timestamptz", "timestamp with time zone"),
        ("timestamptz(3)", "timestamp(3) with time zone"),
        ("timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("time", "time without time zone"),
        ("float(10)", "real"),
        ("char", "character(1)"),
        ("text[][]", "text[]"),
        ("varchar(3) array", "character varying(3)[]"),
        ("interval(3)", "interval(3)"),
        ("double precision", "double precision"),
        ('public."Odd"', 'public."Odd"'),
    ],
)
def test_spellings_become_the_servers_own(written: str, printed: str) -> None:
    assert canonical_spelling(written) == printed


def test_types_have_a_meaning() -> None:
    assert meaning("numeric(10,2)") == Type("decimal", "numeric(10,2)", precision=10, scale=2)
    assert meaning("timestamp(3) with time zone").with_zone
    assert meaning("timestamp(3) with time zone").precision == 3
    assert meaning("integer[]").element == Type("integer", "integer", bits=32)
    assert meaning("public.citext").is_text
    assert meaning("something").kind == "other"


@pytest.mark.parametrize(
    ("type_", "spelling"),
    [
        (Type("integer", "int unsigned", bits=32, unsigned=True), "bigint"),
        (Type("integer", "bigint unsigned", bits=64, unsigned=True), "numeric(20,0)"),
        (Type("varchar", "varchar(9)", length=9), "character varying(9)"),
        (Type("timestamp", "timestamp(6)", precision=6, with_zone=True), "timestamp(6) with time zone"),
        (Type("enum", "enum('a')", values=("a",)), "text"),
        (Type("binary", "blob", variable=True), "bytea"),
    ],
)
def test_foreign_types_are_spelled(type_: Type, spelling: str) -> None:
    assert spell(type_) == spelling


def test_outer_brackets_are_only_taken_where_they_belong_together() -> None:
    assert without_outer_brackets("((a > 0) AND (b > 0))") == "(a > 0) AND (b > 0)"
    assert without_outer_brackets("(a > 0) AND (b > 0)") == "(a > 0) AND (b > 0)"
    assert without_outer_brackets("(a = ')' )") == "a = ')'"
    assert without_outer_brackets("('(')") == "'('"


def test_commas_inside_quotes_and_brackets_do_not_cut() -> None:
    assert split_at_commas("a, f(b, c), 'd, e', \"g,h\"") == ["a", "f(b, c)", "'d, e'", '"g,h"']


def test_casts_of_lists_move_to_their_elements() -> None:
    first = "(id)::text = ANY ((ARRAY['a, b'::character varying, ')]'::character varying])::text[])"
    later = "(id)::text = ANY (ARRAY[('a, b'::character varying)::text, (')]'::character varying)::text])"
    assert stable(first) == later
    assert stable(later) == later
    assert stable("a = '(ARRAY[x])::text[]'") == "a = '(ARRAY[x])::text[]'"
