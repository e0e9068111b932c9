"""Dependencies of rows in files: what DuckDB says is what going through the rows says."""

from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Dependency, Derived, Functional, Included, Ordered, Standing, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.tables.files import open_file

NAMES = ("a", "b", "c")
ROWS = st.lists(st.tuples(*(st.sampled_from([None, "1", "1.0", "x"]) for _ in NAMES)), max_size=9)


def against(rows: list[tuple[str | None, ...]], left: frozenset[str], right: frozenset[str]) -> int:
    """The fewest rows that must go."""
    groups: dict[tuple[str | None, ...], dict[tuple[str | None, ...], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        groups[tuple(row[NAMES.index(each)] for each in sorted(left))][
            tuple(row[NAMES.index(each)] for each in sorted(right))
        ] += 1
    return sum(sum(counts.values()) - max(counts.values()) for counts in groups.values())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_functional_and_unique_are_as_the_rows_say(tmp_path: Path, rows: list[tuple[str | None, ...]]) -> None:
    file = tmp_path / "t.csv"
    file.write_text(
        "\n".join([",".join(NAMES), *(",".join("NULL" if v is None else v for v in row) for row in rows)]) + "\n"
    )
    (table,) = open_file(str(file), null=("NULL",), header=True)
    sides = [frozenset(some) for size in range(3) for some in combinations(NAMES, size)]
    asked: list[Dependency] = [
        Functional(left, frozenset({each})) for left in sides for each in NAMES if each not in left
    ]
    for measured, dependency in zip(table.check(asked), asked, strict=True):
        assert isinstance(dependency, Functional)
        expected = against(rows, dependency.left, dependency.right)
        assert measured.against == expected
        assert (measured.standing is Standing.PROVED) == (expected == 0)
        assert measured.rows == len(rows)
    uniques: list[Dependency] = [UniqueColumns(side) for side in sides if side]
    for measured, unique in zip(table.check(uniques), uniques, strict=True):
        assert isinstance(unique, UniqueColumns)
        values = [tuple(row[NAMES.index(each)] for each in sorted(unique.columns)) for row in rows]
        assert measured.against == len(values) - len(set(values))
    table.close()


def test_texts_are_compared_as_texts_and_sorted_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id,n,double,code\n1,9,18,01\n2,10.0,20,1\n3,11,22,1\n")
    (table,) = open_file(str(file))
    functional, ordered, derived = table.check(
        [
            Functional(frozenset({"code"}), frozenset({"n"})),
            Ordered("id", "n"),
            Derived("double", '"n" * 2', frozenset({"n"}), kind="scale"),
        ]
    )
    assert functional.against == 1  # "1" and "01" are two codes; the values 10.0 and 11 are two of one code
    assert ordered.standing is Standing.PROVED
    assert derived.standing is Standing.PROVED


def test_inclusion_in_a_table_beside(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,customer\n1,7\n2,8\n3,\n4,9\n")
    (tmp_path / "customers.csv").write_text("id,name\n7,Ann\n8,Bo\n")
    orders = next(each for each in open_file(str(tmp_path)) if each.table.name == "orders")
    (found,) = orders.check([Included(("customer",), Ref("table", ("", "customers")), ("id",))])
    assert (found.rows, found.against) == (3, 1)
    assert found.violations[0].rows == (("9",),)


def test_what_is_not_finished_in_time_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1,2\n2,3\n")
    (table,) = open_file(str(file))
    assert table.check([Functional(frozenset({"a"}), frozenset({"b"}))], seconds=0) == []


@pytest.mark.parametrize("nulls", ["equal", "distinct"])
def test_nulls_are_one_value_or_many(tmp_path: Path, nulls: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1,\n1,\n")
    (table,) = open_file(str(file))
    (found,) = table.check(
        [Functional(frozenset({"a"}), frozenset({"b"}))], nulls="equal" if nulls == "equal" else "distinct"
    )
    assert found.against == (0 if nulls == "equal" else 1)
