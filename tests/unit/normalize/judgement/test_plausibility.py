"""The dependencies that were meant stand above those that hold by accident, and what people decide counts."""

import math
import random
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import (
    Dependency,
    Derived,
    Discovery,
    Functional,
    Measured,
    Ordered,
    Standing,
    UniqueColumns,
)
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.normalize.judgement.decisions import Decision
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.judgement.plausibility import judge
from dbwright.normalize.judgement.rivalry import less
from dbwright.relationships.factor import probability
from tests.support.mined import Row, mined

CUSTOMER = ("customer_id", "customer_name", "customer_email", "zip", "city")
PRODUCT = ("product_code", "product_title", "price")
COLUMNS = ("line_id", "order_id", *CUSTOMER, *PRODUCT, "quantity")


def export(rows: int = 300) -> list[Row]:
    """Order lines with their orders, customers and products: what a join of four tables gives."""
    chance = random.Random(11)
    cities = {str(10_000 + at): f"City {at % 9}" for at in range(12)}
    customers = []
    for at in range(1, 31):
        code = chance.choice(sorted(cities))
        customers.append((str(at), f"Name {at % 25}", f"n{at}@example.com", code, cities[code]))
    products = [(f"P-{at:03}", f"Thing {at % 17}", f"{at % 7 + 1}.50") for at in range(20)]
    orders = {str(at): chance.choice(customers) for at in range(1, 120)}
    lines: list[Row] = []
    for at in range(1, rows + 1):
        order = chance.choice(sorted(orders))
        lines.append((str(at), order, *orders[order], *chance.choice(products), str(chance.randint(1, 3))))
    return lines


def arrow(left: str, right: str) -> Functional:
    return Functional(frozenset(left.split()), frozenset((right,)))


def score(judged: Sequence[Judged], dependency: Dependency) -> float:
    return next(each.score for each in judged if each.measured.dependency == dependency)


def _left(judged: Judged) -> frozenset[str]:
    dependency = judged.measured.dependency
    return dependency.left if isinstance(dependency, Functional) else frozenset()


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    discovery, profile = mined(COLUMNS, export())
    return judge(discovery, profile=profile)


def test_true_dependencies_stand_on_top(judged: list[Judged]) -> None:
    keys = [each.measured.dependency.columns for each in judged if isinstance(each.measured.dependency, UniqueColumns)]
    ranked = [
        each.measured.dependency
        for each in judged
        if isinstance(each.measured.dependency, Functional)
        and not any(key <= each.measured.dependency.left for key in keys)
    ]
    true = {arrow("order_id", "customer_id")}
    true |= {arrow("customer_id", name) for name in CUSTOMER[1:]}
    true |= {arrow("product_code", name) for name in PRODUCT[1:]}
    known = true & set(ranked)
    assert known == true
    # zip → city is true as well, so that one more may stand among them.
    assert true <= set(ranked[: len(true) + 1])


def test_the_best_key_is_first(judged: list[Judged]) -> None:
    keys = [each.measured.dependency for each in judged if isinstance(each.measured.dependency, UniqueColumns)]
    assert keys[0] == UniqueColumns(frozenset(("line_id",)))


def test_what_follows_is_less_plausible_than_what_it_follows_from(judged: list[Judged]) -> None:
    assert (
        score(judged, arrow("order_id", "customer_email")) < 0.5 < score(judged, arrow("customer_id", "customer_email"))
    )


def test_another_key_of_the_same_thing_is_less_plausible(judged: list[Judged]) -> None:
    assert score(judged, arrow("customer_email", "zip")) < score(judged, arrow("customer_id", "zip"))


def test_every_score_has_its_reasons(judged: list[Judged]) -> None:
    for each in judged:
        assert 0 <= each.score <= 1
        assert each.reasons
        assert all(told and not told.endswith(".") for told, _ in each.reasons)


def test_scores_descend(judged: list[Judged]) -> None:
    scores = [each.score for each in judged]
    assert scores == sorted(scores, reverse=True)


def test_a_constant_column_says_little() -> None:
    discovery, profile = mined(("id", "kind"), [("1", "x"), ("2", "x"), ("3", "x")])
    assert score(judge(discovery, profile=profile), Functional(frozenset(), frozenset(("kind",)))) < 0.1


def test_names_that_all_columns_share_say_nothing() -> None:
    rows = [(str(at), str(at % 7), f"v{at % 7 % 3}", f"w{at % 5}") for at in range(60)]
    columns = ("column1", "column2", "column3", "column4")
    for each in judge(*_first(mined(columns, rows))):
        assert not any("names" in told for told, _ in each.reasons)


def _first(both: tuple[Discovery, object]) -> tuple[Discovery]:
    return (both[0],)


def test_without_a_profile(judged: list[Judged]) -> None:
    discovery, _ = mined(COLUMNS, export())
    known = judge(discovery)
    assert len(known) == len(judged)
    assert score(known, arrow("customer_id", "customer_email")) > score(known, arrow("order_id", "customer_email"))


def test_declared_keys_count() -> None:
    discovery, profile = mined(("a", "b", "c"), [("1", "x", "p"), ("2", "x", "q"), ("3", "y", "p")])
    text = Type("text", "text")
    table = Table(
        namespace="",
        name="export",
        columns=tuple(Column(name=name, type=text) for name in "abc"),
        primary_key=PrimaryKey(columns=("a",)),
        foreign_keys=(ForeignKey(columns=("b",), table=("", "other"), referenced=("id",)),),
    )
    key = UniqueColumns(frozenset("a"))
    assert score(judge(discovery, profile=profile, table=table), key) > 0.95
    assert score(judge(discovery, profile=profile), key) < 0.8


def test_rows_against_it_count() -> None:
    ref = Ref("table", ("", "t"))
    exact = Measured(dependency=arrow("zip_code", "city"), table=ref, standing=Standing.PROVED, rows=1000)
    bent = msgspec.structs.replace(exact, standing=Standing.APPROXIMATE, error=0.004, against=4)
    sampled = msgspec.structs.replace(exact, standing=Standing.NOT_REFUTED)
    scores = []
    for each in (exact, sampled, bent):
        discovery = Discovery(table=ref, columns=("zip_code", "city"), rows=1000, read=1000, found=(each,))
        scores.append(judge(discovery)[0].score)
    assert scores[0] > scores[1] > scores[2] > 0


def test_few_wrong_rows_do_not_make_a_column_more_plausible() -> None:
    """A single wrong row makes customer_id → city fail, and lets it hold with any column more that tells that row apart."""
    rows = [list(row) for row in export()]
    place = COLUMNS.index("city")
    rows[5][place] = "misspelt"
    discovery, profile = mined(COLUMNS, [tuple(row) for row in rows])
    nearly = Measured(
        dependency=arrow("customer_id", "city"), table=discovery.table, standing=Standing.APPROXIMATE,
        rows=len(rows), against=1, error=1 / len(rows),
    )  # fmt: skip
    known = judge(msgspec.structs.replace(discovery, found=(*discovery.found, nearly)), profile=profile)
    right = [
        each
        for each in known
        if isinstance(each.measured.dependency, Functional) and "city" in each.measured.dependency.right
    ]
    assert right[0].measured == nearly
    assert right[0].score > 0.9
    assert all(each.score < 0.5 for each in right[1:] if _left(each) > {"customer_id"})


def test_the_lines_of_an_order_are_a_key() -> None:
    rows = [
        (str(order), str(line), f"P{order * line % 7}", str(order * line * 37 % 101))
        for order in range(1, 30)
        for line in range(1, 4)
    ]
    discovery, profile = mined(("order_id", "line_number", "product_code", "amount"), rows)
    known = judge(discovery, profile=profile)
    assert score(known, UniqueColumns(frozenset(("order_id", "line_number")))) > 0.9


# ---------------------------------------------------------------- decisions


def decided(dependency: Dependency, accepted: bool) -> Decision:
    return Decision(table="export", dependency=dependency, accepted=accepted)


def test_what_was_decided_is_certain() -> None:
    discovery, profile = mined(COLUMNS, export())
    wrong, right = arrow("customer_id", "zip"), arrow("order_id", "quantity")
    known = judge(discovery, profile=profile, decisions=[decided(wrong, False)])
    assert score(known, wrong) == 0
    assert next(each.decision for each in known if each.measured.dependency == wrong) == "rejected"
    assert all(each.measured.dependency != right for each in known)


def test_what_follows_from_decisions() -> None:
    discovery, profile = mined(COLUMNS, export())
    decisions = [decided(arrow("order_id", "customer_id"), True), decided(arrow("customer_id", "zip"), True)]
    assert score(judge(discovery, profile=profile, decisions=decisions), arrow("order_id", "zip")) >= 0.99


def test_what_would_make_something_rejected_hold_falls() -> None:
    discovery, profile = mined(COLUMNS, export())
    decisions = [decided(arrow("order_id", "customer_id"), True), decided(arrow("order_id", "zip"), False)]
    assert score(judge(discovery, profile=profile, decisions=decisions), arrow("customer_id", "zip")) == 0


def test_a_decision_on_several_columns_counts_for_each() -> None:
    discovery, profile = mined(COLUMNS, export())
    both = Functional(frozenset(("customer_id",)), frozenset(("zip", "city")))
    known = judge(discovery, profile=profile, decisions=[decided(both, True)])
    assert score(known, arrow("customer_id", "zip")) == score(known, arrow("customer_id", "city")) == 1


def test_decisions_on_other_tables_and_lost_columns_count_for_nothing() -> None:
    discovery, profile = mined(COLUMNS, export())
    elsewhere = Decision(table="other", dependency=arrow("customer_id", "zip"), accepted=False)
    lost = decided(arrow("customer_id", "gone"), True)
    assert judge(discovery, profile=profile, decisions=[elsewhere, lost]) == judge(discovery, profile=profile)


def test_a_formula_is_decided_whatever_its_kind() -> None:
    ref = Ref("table", ("", "export"))
    found = Derived("total", '"net" + "tax"', frozenset(("net", "tax")))
    measured = Measured(dependency=found, table=ref, standing=Standing.PROVED, rows=9)
    discovery = Discovery(table=ref, columns=("net", "tax", "total"), rows=9, read=9, found=(measured,))
    given_ = msgspec.structs.replace(found, kind="formula")
    assert judge(discovery, decisions=[decided(given_, False)])[0].score == 0


# ---------------------------------------------------------------- laws


@given(st.floats(-80, 80), st.floats(0, 1))
def test_taking_a_share_away_never_fails_and_never_adds(score: float, share: float) -> None:
    taken = less(score, share)
    assert math.isfinite(taken)
    assert probability(score + taken) <= probability(score) + 1e-9


_VALUES = st.sampled_from(["a", "b", "1", "2", "", None])
_NAMES = st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4, unique=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    names = draw(_NAMES)
    rows = draw(st.lists(st.tuples(*(_VALUES for _ in names)), max_size=12))
    return names, [tuple(row) for row in rows]


@given(tables(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_any_table_is_judged_and_the_order_of_what_was_found_does_not_matter(
    table: tuple[list[str], list[Row]], chance: random.Random
) -> None:
    discovery, profile = mined(*table)
    known = judge(discovery, profile=profile)
    assert {each.measured.dependency for each in known} == {each.dependency for each in discovery.found}
    assert len(known) == len(discovery.found)
    assert all(0 <= each.score <= 1 for each in known)
    shuffled = list(discovery.found)
    chance.shuffle(shuffled)
    assert judge(msgspec.structs.replace(discovery, found=tuple(shuffled)), profile=profile) == known


def test_other_kinds_are_judged_too() -> None:
    ref = Ref("table", ("", "t"))
    kinds: list[Dependency] = [
        Ordered("a", "b"),
        Ordered("a", "b", compared=True),
        Derived("c", '"a" + "b"', frozenset("ab")),
    ]
    found = tuple(Measured(dependency=each, table=ref, standing=Standing.PROVED, rows=500) for each in kinds)
    known = judge(Discovery(table=ref, columns=("a", "b", "c"), rows=500, read=500, found=found))
    assert [each.measured.dependency for each in known] == [kinds[2], kinds[1], kinds[0]]
