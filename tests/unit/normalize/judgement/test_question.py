"""A question shows two rows that break what it asks about, and nothing that was accepted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Dependency, Functional, Measured, Standing, UniqueColumns
from dbwright.normalize.judgement.decided import Decided
from dbwright.normalize.judgement.decisions import Decision, of_table
from dbwright.normalize.judgement.judged import Asked, Judged
from dbwright.normalize.judgement.plausibility import judge
from dbwright.normalize.judgement.price import price
from dbwright.normalize.judgement.question import Row, next_question, pair_of_rows
from tests.support.mined import mined
from tests.unit.normalize.judgement.test_plausibility import COLUMNS, arrow, export


def asked(decisions: list[Decision]) -> Asked | None:
    discovery, profile = mined(COLUMNS, export())
    known = judge(discovery, profile=profile, decisions=decisions)
    rows: list[Row] = [dict(zip(COLUMNS, row, strict=True)) for row in export()]
    return next_question(discovery.table, COLUMNS, known, rows, decisions)


def test_questions_come_to_an_end_and_never_repeat() -> None:
    decisions: list[Decision] = []
    seen = set()
    while (question := asked(decisions)) is not None:
        dependency = question.about.measured.dependency
        assert dependency not in seen
        seen.add(dependency)
        accepted = isinstance(dependency, Functional) and dependency.left in (
            {"customer_id"},
            {"order_id"},
            {"product_code"},
        )
        decisions.append(Decision(table="export", dependency=dependency, accepted=accepted))
        assert len(seen) < 60
    assert seen


def test_the_pair_differs_in_what_is_asked_and_agrees_on_the_left() -> None:
    question = asked([])
    assert question is not None
    dependency = question.about.measured.dependency
    first, second = (dict(zip(question.rows.columns, row, strict=True)) for row in question.rows.rows)
    assert isinstance(dependency, Functional)
    assert all(first[name] == second[name] for name in dependency.left)
    assert any(first[name] != second[name] for name in dependency.right if name in first)


def test_what_was_skipped_is_not_asked() -> None:
    question = asked([])
    assert question is not None
    discovery, profile = mined(COLUMNS, export())
    rows: list[Row] = [dict(zip(COLUMNS, row, strict=True)) for row in export()]
    other = next_question(
        discovery.table, COLUMNS, judge(discovery, profile=profile), rows, skipped={question.about.measured.dependency}
    )
    assert other is not None
    assert other.about.measured.dependency != question.about.measured.dependency


def test_no_question_without_rows() -> None:
    discovery, profile = mined(COLUMNS, export())
    assert next_question(discovery.table, COLUMNS, judge(discovery, profile=profile), []) is None


_SETS = st.frozensets(st.sampled_from("abcd"), max_size=3)


@given(
    st.lists(st.tuples(_SETS, st.sampled_from("abcd")), max_size=4),
    st.frozensets(st.sampled_from("abcd"), min_size=1, max_size=2),
    st.sampled_from("abcd"),
    st.lists(st.lists(st.sampled_from("01"), min_size=4, max_size=4), min_size=2, max_size=8),
)
@settings(deadline=None)
def test_a_pair_breaks_nothing_that_was_accepted(
    given_: list[tuple[frozenset[str], str]], left: frozenset[str], right: str, values: list[list[str]]
) -> None:
    """Whatever was accepted holds between the two rows, and what is asked about does not."""
    accepted = [Functional(each, frozenset(name)) for each, name in given_]
    decisions = [Decision(table="t", dependency=each, accepted=True) for each in accepted]
    rows: list[Row] = [dict(zip("abcd", each, strict=True)) for each in values]
    ref = mined("abcd", [])[0].table
    decided = Decided(
        "abcd", of_table([Decision(table="export", dependency=d.dependency, accepted=True) for d in decisions], ref)
    )
    pair = pair_of_rows(Functional(left, frozenset(right)), "abcd", rows, decided)
    if decided.follows(Functional(left, frozenset(right))) or right in left:
        assert pair is None
        return
    if pair is None:
        return
    first, second = (dict(zip(pair.columns, row, strict=True)) for row in pair.rows)
    shown = set(pair.columns)
    assert all(first[name] == second[name] for name in left)
    assert first[right] != second[right]
    for each in accepted:
        if each.left | each.right <= shown and all(first[name] == second[name] for name in each.left):
            assert all(first[name] == second[name] for name in each.right)


def test_a_key_is_asked_about_with_a_repeated_value() -> None:
    rows: list[Row] = [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    pair = pair_of_rows(UniqueColumns(frozenset("a")), "ab", rows, Decided("ab", {}))
    assert pair is not None
    assert pair.rows == (("1", "x"), ("1", "y"))


def test_the_price_counts_what_is_stored_again() -> None:
    discovery, profile = mined(("id", "city_id", "city"), [(str(at), str(at % 3), f"c{at % 3}") for at in range(9)])
    measured = next(each for each in discovery.found if each.dependency == arrow("city_id", "city"))
    found = price(measured, profile)
    assert found is not None
    assert (found.repeated_rows, found.repeated_bytes, found.join_rows) == (6, 12, 3)
    unique = next(each for each in discovery.found if each.dependency == arrow("id", "city"))
    assert price(unique, profile) is None


def test_what_rows_speak_against_is_asked_by_itself() -> None:
    """A question on several columns never says of one that it is proved when it is not."""
    rows = [(str(at), str(at % 9), f"name {at % 9}", f"city {at % 9}" if at != 40 else "elsewhere") for at in range(90)]
    columns = ("id", "customer_id", "customer_name", "customer_city")
    discovery, profile = mined(columns, rows)
    known = judge(discovery, profile=profile)
    nearly = Measured(
        dependency=arrow("customer_id", "customer_city"),
        table=discovery.table,
        standing=Standing.APPROXIMATE,
        rows=90,
        against=1,
        error=1 / 90,
    )
    known = [
        *(each for each in known if each.measured.dependency != nearly.dependency),
        Judged(measured=nearly, score=0.95),
    ]
    named: list[Row] = [dict(zip(columns, row, strict=True)) for row in rows]
    skipped: set[Dependency] = set()
    seen = []
    while (question := next_question(discovery.table, columns, known, named, (), skipped)) is not None:
        seen.append(question.about.measured)
        skipped.add(question.about.measured.dependency)
    assert nearly in seen
    assert not any(
        each.standing is Standing.PROVED and "customer_city" in each.dependency.right
        for each in seen
        if isinstance(each.dependency, Functional) and each.dependency.left == {"customer_id"}
    )
