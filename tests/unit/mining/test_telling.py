"""Of very many dependencies the most telling are handed out, and a stopped search has all with one column on the left."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.mining.all_kinds import mine
from dbwright.mining.allowance import Allowance, for_arrays
from dbwright.mining.encode import encode
from dbwright.mining.functional import minimal_functional
from dbwright.mining.single_left import single_left
from dbwright.mining.unique import minimal_unique

_FRAMES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 3)] * width), max_size=12).map(
        lambda rows: pl.DataFrame(rows, schema={f"c{at}": pl.Int64 for at in range(width)}, orient="row")
    )
)


def _wide(columns: int, rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {f"c{at}": [(row * (at + 3) ** 2 // 5) % (at % 11 + 2) for row in range(rows)] for at in range(columns)}
    )


@given(_FRAMES)
def test_those_with_one_column_on_the_left_are_those_of_the_whole_search(frame: pl.DataFrame) -> None:
    found, complete = single_left(encode(frame))
    assert complete
    assert len(found) == len(set(found))
    assert set(found) == set(minimal_functional(encode(frame), max_left=1).found)


@given(_FRAMES, st.integers(0, 6))
def test_a_limit_hands_out_so_many_and_counts_the_others(frame: pl.DataFrame, limit: int) -> None:
    everything = minimal_functional(encode(frame))
    search = minimal_functional(encode(frame), limit=limit)
    assert set(search.found) <= set(everything.found)
    assert len(search.found) == min(limit, len(everything.found))
    assert len(search.found) + search.left_out == len(everything.found)


def test_short_left_sides_whose_values_repeat_go_first_and_keys_last() -> None:
    frame = pl.DataFrame({
        "number": range(12),
        "kind": [row % 3 for row in range(12)],
        "word": ["abc"[row % 3] for row in range(12)],
        "half": [row // 2 for row in range(12)],
    })  # fmt: skip
    found = minimal_functional(encode(frame), limit=2).found
    assert set(found) == {
        Functional(frozenset({"kind"}), frozenset({"word"})),
        Functional(frozenset({"word"}), frozenset({"kind"})),
    }


def test_few_rows_on_many_columns_are_handed_on_in_part_and_told_so() -> None:
    frame = _wide(90, 24)
    discovery = mine(frame, kinds=("unique", "functional"), max_left=3, table=Ref("table", ("", "wide")))
    functional = [each for each in discovery.found if isinstance(each.dependency, Functional)]
    unique = [each for each in discovery.found if isinstance(each.dependency, UniqueColumns)]
    assert (len(functional), len(unique)) == (10_000, 1_000)
    assert not discovery.complete
    assert any(
        "functional dependencies hold in wide; the 10,000 most telling are kept" in note for note in discovery.notes
    )


def test_a_stopped_search_has_all_with_one_column_on_the_left() -> None:
    frame = _wide(40, 300)
    discovery = mine(frame, kinds=("functional",), allowance=Allowance(seconds=0.0), table=Ref("table", ("", "wide")))
    assert not discovery.complete
    assert {each.dependency for each in discovery.found} >= set(single_left(encode(frame))[0])


def test_a_limit_on_unique_combinations() -> None:
    table = encode(_wide(12, 20))
    everything = minimal_unique(table)
    search = minimal_unique(table, limit=3)
    assert len(search.found) == min(3, len(everything.found))
    assert len(search.found) + search.left_out == len(everything.found)


def test_arrays_take_what_the_program_leaves() -> None:
    assert for_arrays(None) is None
    assert for_arrays(40 << 20) == 10 << 20
    assert 64 << 20 < (for_arrays(300 << 20) or 0) < 300 << 20
