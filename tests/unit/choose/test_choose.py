"""The chooser: the rules are sound, the ranking follows them, and well-known cases come out as an expert would have them."""

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.app.choose import read_requirements
from dbwright.choose.capacity import estimate
from dbwright.choose.chosen import choose
from dbwright.choose.rank import rank
from dbwright.choose.requirements import QUESTIONS, Requirements, read, template
from dbwright.choose.rules import PRODUCTS, rule_book
from dbwright.errors import UsageError


def requirements(**answers: object) -> Requirements:
    found = Requirements()
    for name, value in answers.items():
        found = found.other(name, value)
    return found


def first(**answers: object) -> str:
    return rank(requirements(**answers)).possible[0].product


# ---------------------------------------------------------------- the rules themselves


def test_every_rule_has_a_source_a_sentence_and_known_products() -> None:
    book = rule_book()
    assert all(address.startswith("https://") for address in book.sources.values())
    for rule in book.rules:
        for said in rule.says:
            assert said.source in book.sources
            assert len(said.why) > 10
            assert set(said.points) <= set(PRODUCTS)
            assert all(points == "no" or -5 <= points <= 5 for points in said.points.values())
    assert all(helper.source in book.sources and helper.add in PRODUCTS for helper in book.helpers)
    assert len({rule.name for rule in book.rules}) == len(book.rules)


def test_every_source_is_used() -> None:
    book = rule_book()
    used = {said.source for rule in book.rules for said in rule.says} | {each.source for each in book.helpers}
    assert set(book.sources) == used


def test_conditions_ask_known_questions_for_possible_answers() -> None:
    known = {question.name: question for question in QUESTIONS}
    for when in [each.when for each in rule_book().rules] + [each.when for each in rule_book().helpers]:
        for name, wanted in when.items():
            if name == "final_gb" or known[name].kind == "number":
                assert isinstance(wanted, str)
                assert wanted[0] in "<>"
                float(wanted[1:])
            else:
                assert set(wanted if isinstance(wanted, list) else [wanted]) <= set(known[name].choices)


def test_every_question_decides_something() -> None:
    asked = set(itertools.chain.from_iterable(each.when for each in rule_book().rules))
    # Growth and years decide through the size at the end.
    assert {question.name for question in QUESTIONS} - asked == {"size_gb", "growth_gb_per_month", "years"}


# ---------------------------------------------------------------- cases


CASES: list[tuple[str, dict[str, object]]] = [
    ("postgres", {"structure": "relational", "transactions": "many rows", "queries": ["joins", "full text"],
                  "writers": "many machines"}),
    ("sqlite", {"structure": "relational", "deployment": "embedded", "writers": "one process"}),
    ("duckdb", {"structure": "analytics", "queries": ["aggregates"], "writers": "one process", "size_gb": 300}),
    ("redis", {"structure": "key-value", "latency_ms": 1, "size_gb": 4, "transactions": "nothing"}),
    ("cassandra", {"structure": "wide", "writes_per_second": 200_000, "queries": ["by key"], "consistency": "eventual",
                   "regions": "write in several", "licence": "open source", "operators": 6}),
    ("mongodb", {"structure": "documents", "transactions": "one row", "licence": "any", "team": ["mongodb"]}),
    ("mysql", {"structure": "relational", "team": ["mysql"], "deployment": "one server"}),
    ("yugabytedb", {"structure": "relational", "transactions": "many rows", "regions": "write in several",
                    "licence": "open source", "deployment": "own cluster", "operators": 4}),
    ("cockroachdb", {"structure": "relational", "transactions": "many rows", "regions": "write in several", "outage": "seconds",
                     "licence": "any", "queries": ["geo"]}),
    ("tidb", {"structure": "relational", "queries": ["aggregates", "joins"], "writes_per_second": 60_000, "size_gb": 30_000,
              "team": ["mysql"], "deployment": "own cluster", "operators": 5, "licence": "open source"}),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "answers"), CASES)
def test_well_known_cases(expected: str, answers: dict[str, object]) -> None:
    assert first(**answers) == expected


def test_every_product_can_come_first() -> None:
    assert {expected for expected, _ in CASES} == set(PRODUCTS)


@pytest.mark.parametrize(
    ("product", "answers"),
    [
        ("sqlite", {"writers": "many machines"}),
        ("duckdb", {"writers": "one machine"}),
        ("redis", {"size_gb": 2000}),
        ("redis", {"queries": ["joins"]}),
        ("cassandra", {"transactions": "many rows"}),
        ("mongodb", {"licence": "open source"}),
        ("cockroachdb", {"licence": "open source"}),
        ("mongodb", {"structure": "documents", "row_bytes": 20_000_000}),
        ("tidb", {"deployment": "one server"}),
    ],
)
def test_what_cannot_be_is_ruled_out_with_its_reason(product: str, answers: dict[str, object]) -> None:
    candidate = next(each for each in rank(requirements(**answers)).candidates if each.product == product)
    assert candidate.ruled_out
    assert candidate.ruled_out[0].source.startswith("https://")


def test_second_products_go_beside() -> None:
    best = rank(requirements(structure="relational", queries=["joins", "leaderboards"])).possible[0]
    assert (best.product, [each.product for each in best.beside]) == ("postgres", ["Redis"])


def test_growth_counts() -> None:
    assert requirements(size_gb=100, growth_gb_per_month=50, years=2).final_gb == 1300
    assert requirements(growth_gb_per_month=50).final_gb is None


# ---------------------------------------------------------------- laws

_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        question.name: st.sampled_from(sorted(question.choices))
        if question.kind == "one"
        else st.lists(st.sampled_from(sorted(question.choices)), min_size=1, max_size=3, unique=True)
        if question.kind == "some"
        else st.sampled_from([0, 1, 100, 20_000, 1_000_000])
        for question in QUESTIONS
    },
)


@settings(max_examples=60, deadline=None)
@given(answers=_ANSWERS)
def test_points_are_the_sum_of_their_reasons_and_changes_are_true(answers: dict[str, object]) -> None:
    held = requirements(**answers)
    try:
        ranking = rank(held)
    except UsageError:
        return
    assert {each.product for each in ranking.candidates} == set(PRODUCTS)
    for candidate in ranking.candidates:
        assert candidate.points == sum(each.points for each in candidate.reasons if each.points != "no")
    points = [each.points for each in ranking.possible]
    assert points == sorted(points, reverse=True)
    for change in ranking.changes:
        assert change.first != ranking.possible[0].title


def test_a_change_that_is_told_comes_true() -> None:
    held = requirements(structure="relational", transactions="many rows", writes_per_second=100)
    told = {change.answer: change.first for change in rank(held).changes}
    assert told["write in several"] == "YugabyteDB" or told["write in several"] == "CockroachDB"
    assert rank(held.other("regions", "write in several")).possible[0].title == told["write in several"]


# ---------------------------------------------------------------- files and estimates


def test_the_template_can_be_answered() -> None:
    text = template()
    for question in QUESTIONS:
        assert f"# {question.name} = " in text
    answered = "\n".join(
        f"{question.name} = "
        + {
            "one": f'"{next(iter(question.choices), "")}"',
            "some": f'["{next(iter(question.choices), "")}"]',
            "number": "5",
        }[question.kind]
        for question in QUESTIONS
    )
    assert len(read(answered, "answers.toml").answers) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("structure = 3", "cannot be 3"),
        ("struct = 'x'", "Nothing asks for 'struct'"),
        ("size_gb = -1", "is no number from 0 on"),
        ("size_gb = nan", "is no number from 0 on"),
        ("size_gb = true", "is no number from 0 on"),
        ("structure = ['relational', 'wide']", "takes one answer"),
        ("= 3", "is no TOML"),
    ],
)
def test_wrong_files(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read(text, "answers.toml")


def test_no_answer_is_no_ranking() -> None:
    with pytest.raises(UsageError, match="No answer"):
        rank(Requirements())


def test_answers_on_the_command_line_win() -> None:
    held = read_requirements(
        None, ("structure=wide", "queries=joins, full text", "size_gb=1_000", "structure=relational")
    )
    assert held.answers == {"structure": "relational", "queries": ("joins", "full text"), "size_gb": 1000.0}


def test_estimates_follow_from_the_answers() -> None:
    held = requirements(
        size_gb=100,
        growth_gb_per_month=0,
        reads_per_second=2000,
        writes_per_second=100,
        row_bytes=1024,
        structure="relational",
    )
    found = {each.what: each.value for each in estimate(held, "postgres")}
    assert found["Disk for each copy"] == "195 GB"
    assert found["Disk for all copies"] == "390 GB"
    assert found["Memory"] == "15 GB"
    assert found["Connections busy at once"] == "10"
    assert found["Written a day, at most"] == "8.2 GB"
    assert estimate(requirements(structure="wide"), "cassandra") == ()
    assert {each.what: each.value for each in estimate(held, "redis")}["Memory"] == "225 GB"


def test_the_answer_can_be_written_as_json() -> None:
    chosen = choose(requirements(structure="relational"))
    assert msgspec.json.decode(msgspec.json.encode(chosen))["ranking"]["candidates"][0]["product"] == "postgres"
