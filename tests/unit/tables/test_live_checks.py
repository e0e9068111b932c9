"""Checks in the database give what going through all rows gives, on every engine."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from dbwright.catalog.dependencies import (
    Conditional,
    Dependency,
    Derived,
    Functional,
    Included,
    Join,
    Measured,
    Multivalued,
    Ordered,
    Standing,
    UniqueColumns,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.engines.url import format_url
from dbwright.errors import UsageError
from dbwright.tables.base import Nulls
from dbwright.tables.live import LiveTable
from dbwright.tables.open import open_tables

pytest.importorskip("polars")

Row = dict[str, Any]
COLUMNS = ("a", "b", "c", "d")


def _rows(seed: int, count: int) -> list[Row]:
    made = random.Random(seed)
    texts = (None, "x", "X", "x ", "ß", "ss", "é", "")
    return [
        {
            "a": made.choice((None, 1, 2, 3)),
            "b": made.choice(texts),
            "c": made.choice((None, 1, 2)),
            "d": made.choice(texts[:4]),
        }
        for _ in range(count)
    ]


def _filled(scratch: Scratch, rows: list[Row]) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE facts (a integer, b varchar(20), c integer, d varchar(20))")
        session.write_rows("facts", COLUMNS, [tuple(row[name] for name in COLUMNS) for row in rows])


def _f(*names: str) -> frozenset[str]:
    return frozenset(names)


# ---------------------------------------------------------------- by brute force


def _functional_against(rows: list[Row], left: list[str], right: list[str], nulls: Nulls) -> tuple[int, int]:
    """The fewest rows that must go, and the groups that they are in."""
    groups: dict[object, Counter[object]] = defaultdict(Counter)
    for number, row in enumerate(rows):
        if nulls == "distinct" and any(row[name] is None for name in left):
            continue
        values: object = tuple(row[name] for name in right)
        if nulls == "distinct" and any(row[name] is None for name in right):
            values = ("alone", number)
        groups[tuple(row[name] for name in left)][values] += 1
    bad = [group for group in groups.values() if len(group) > 1]
    return sum(group.total() - max(group.values()) for group in bad), len(bad)


def _unique_against(rows: list[Row], columns: list[str], nulls: Nulls) -> tuple[int, int]:
    counts = Counter(
        tuple(row[name] for name in columns)
        for row in rows
        if nulls == "equal" or not any(row[name] is None for name in columns)
    )
    return sum(count - 1 for count in counts.values()), sum(count > 1 for count in counts.values())


def _multivalued_holds(rows: list[Row], left: list[str], right: list[str], rest: list[str], nulls: Nulls) -> bool:
    groups: dict[object, set[tuple[object, object]]] = defaultdict(set)
    for row in rows:
        if nulls == "equal" or not any(row[name] is None for name in left):
            both = (tuple(row[name] for name in right), tuple(row[name] for name in rest))
            groups[tuple(row[name] for name in left)].add(both)
    return all(
        group == set(product({one for one, _ in group}, {other for _, other in group})) for group in groups.values()
    )


# ---------------------------------------------------------------- functional and unique


@pytest.mark.parametrize("nulls", ["equal", "distinct"])
def test_errors_of_functional_dependencies_and_keys_are_exact(scratch: Scratch, nulls: Nulls) -> None:
    rows = _rows(1, 60)
    _filled(scratch, rows)
    functional = [
        Functional(_f(*left), _f(right))
        for left in ([], ["a"], ["b"], ["d"], ["a", "b"], ["b", "d"], ["a", "c", "d"])
        for right in COLUMNS
        if right not in left
    ]
    functional.append(Functional(_f("a"), _f("b", "c")))
    keys = [UniqueColumns(_f(*each)) for each in ([], ["a"], ["b"], ["a", "b"], ["b", "d"], list(COLUMNS))]
    with open_tables(format_url(scratch.url)) as (table,):
        for measured in table.check([*functional, *keys], nulls=nulls):
            match measured.dependency:
                case Functional(left=left, right=right):
                    expected = _functional_against(rows, sorted(left), sorted(right), nulls)
                case UniqueColumns(columns=columns):
                    expected = _unique_against(rows, sorted(columns), nulls)
                case _:
                    raise AssertionError
            assert (measured.against, measured.groups) == expected, measured.dependency
            assert measured.rows == 60
            assert (measured.standing is Standing.PROVED) == (expected[0] == 0)
            assert bool(measured.violations) == bool(expected[0])


def test_violations_show_rows_that_are_there(scratch: Scratch) -> None:
    rows = _rows(2, 80)
    _filled(scratch, rows)
    there = Counter((None if row["a"] is None else str(row["a"]), row["b"]) for row in rows)
    with open_tables(format_url(scratch.url)) as (table,):
        (measured,) = table.check([Functional(_f("a"), _f("b"))], examples=2)
        assert len(measured.violations) == 2
        for violation in measured.violations:
            assert violation.columns == ("a", "b")
            assert len({row[0] for row in violation.rows}) == 1
            assert len({row[1] for row in violation.rows}) == len(violation.rows) > 1
            for (first, second), count in zip(violation.rows, violation.counts, strict=True):
                assert there[first, second] == count
        assert measured.sql
        assert table.query(measured.sql)


def test_many_right_sides_of_one_left_side_are_as_each_alone(scratch: Scratch) -> None:
    _filled(scratch, _rows(3, 25))
    together = [Functional(_f("a", "b"), _f(right)) for right in ("c", "d")]
    with open_tables(format_url(scratch.url)) as (table,):
        assert table.check(together) == [table.check([each])[0] for each in together]


# ---------------------------------------------------------------- other kinds


@pytest.mark.parametrize("seed", range(3))
def test_multivalued_and_join_dependencies(scratch: Scratch, seed: int) -> None:
    made = random.Random(seed)
    rows = [
        {"a": a, "b": b, "c": c, "d": "x"}
        for a in (None, 1, 2)
        for b in made.sample(("x", "X", None), 2)
        for c in made.sample((1, 2, None), 2)
    ]
    whole = rows if seed else rows[:-1]
    _filled(scratch, whole)
    with open_tables(format_url(scratch.url)) as (table,):
        for nulls in ("equal", "distinct"):
            (measured,) = table.check([Multivalued(_f("a"), _f("b"))], nulls=nulls)
            assert (measured.standing is Standing.PROVED) == _multivalued_holds(whole, ["a"], ["b"], ["c", "d"], nulls)
        (joined,) = table.check([Join(frozenset((_f("a", "b"), _f("a", "c", "d"))))])
        assert (joined.standing is Standing.PROVED) == _multivalued_holds(whole, ["a"], ["b"], ["c", "d"], "equal")


def test_order_is_checked_on_all_pairs(scratch: Scratch) -> None:
    rows = [{"a": number, "b": f"{number // 3:03}", "c": number // 3, "d": None} for number in range(30)]
    rows.append({"a": 99, "b": "000", "c": None, "d": None})
    _filled(scratch, rows)

    def standing(check: Callable[..., list[Measured]], dependency: Dependency) -> Standing:
        return check([dependency])[0].standing

    with open_tables(format_url(scratch.url)) as (table,):
        assert standing(table.check, Ordered("a", "c")) is Standing.PROVED
        assert standing(table.check, Ordered("c", "a")) is Standing.PROVED
        assert standing(table.check, Ordered("c", "a", strict=True)) is Standing.REFUTED
        assert standing(table.check, Ordered("a", "c", descending=True)) is Standing.REFUTED
        assert standing(table.check, Ordered("a", "b")) is Standing.REFUTED
        assert standing(table.check, Ordered("c", "a", compared=True)) is Standing.PROVED
        assert standing(table.check, Ordered("a", "c", compared=True)) is Standing.REFUTED


def test_derived_conditional_and_included(scratch: Scratch) -> None:
    rows = [{"a": n, "b": f"v{n % 5}", "c": 2 * n, "d": "hot" if n % 5 == 1 else "cold"} for n in range(1, 51)]
    rows[49]["c"] = 7
    _filled(scratch, rows)
    with scratch.open() as session:
        session.change("CREATE TABLE parents (code varchar(20) PRIMARY KEY)")
        session.write_rows("parents", ["code"], [(f"v{n}",) for n in range(4)])
    with open_tables(format_url(scratch.url), tables=["facts"]) as (table,):
        namespace = table.ref.namespace
        derived, varying, constant, wrong, included, copied = table.check(
            [
                Derived("c", '"a" * 2', _f("a"), "scale"),
                Conditional((("d", "hot"),), _f("b"), _f("d")),
                Conditional((("b", "v1"),), _f(), _f("d"), ("hot",)),
                Conditional((("b", "v2"),), _f(), _f("d"), ("hot",)),
                Included(("b",), Ref("table", (namespace, "parents")), ("code",)),
                Derived("b", "lower(\"b\") || ''", _f("b"), "lower"),
            ]
        )
        assert (derived.standing, derived.against) == (Standing.APPROXIMATE, 1)
        assert derived.violations[0].rows == (("7", "50"),)
        assert (varying.standing, varying.rows) == (Standing.PROVED, 10)
        assert (constant.standing, constant.rows) == (Standing.PROVED, 10)
        assert (wrong.standing, wrong.against) == (Standing.REFUTED, 10)
        assert (included.standing, included.against, included.rows) == (Standing.REFUTED, 10, 50)
        assert copied.standing is Standing.PROVED


# ---------------------------------------------------------------- what databases do of their own accord


@pytest.mark.parametrize("name", ["mysql", "sqlite", "postgres"])
def test_texts_are_compared_by_their_bytes_whatever_the_collation(name: str, request: pytest.FixtureRequest) -> None:
    scratch: Scratch = request.getfixturevalue(f"{name}_scratch")
    collated = {
        "mysql": "varchar(20) COLLATE utf8mb4_general_ci",
        "sqlite": "text COLLATE NOCASE",
        "postgres": "varchar(20) COLLATE folded",
    }[name]
    with scratch.open() as session:
        if name == "postgres":
            session.change(
                "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
            )
        session.change(f"CREATE TABLE words (word {collated}, length integer, kind {collated})")
        session.write_rows("words", ["word", "length", "kind"], [("a", 1, "x"), ("A", 2, "x"), ("b", 3, "X")])
    with open_tables(format_url(scratch.url)) as (table,):
        unique, length, kind, constant = table.check(
            [
                UniqueColumns(_f("word")),
                Functional(_f("word"), _f("length")),
                Functional(_f("kind"), _f("word")),
                Functional(_f(), _f("kind")),
            ]
        )
        assert unique.standing is Standing.PROVED
        assert length.standing is Standing.PROVED
        assert kind.against == 1
        assert constant.against == 1
        assert table.frame(["kind"]).get_column("kind").n_unique() == 2


def test_long_texts_that_differ_at_their_end_only_are_different(scratch: Scratch) -> None:
    text = "longtext" if engine(scratch.url.scheme).name == "mysql" else "text"
    with scratch.open() as session:
        session.change(f"CREATE TABLE documents (body {text}, size integer)")
        rows = [("x" * 5000 + str(number), number) for number in range(40)]
        session.write_rows("documents", ["body", "size"], rows)
    with open_tables(format_url(scratch.url)) as (table,):
        unique, functional = table.check([UniqueColumns(_f("body")), Functional(_f("body"), _f("size"))])
        assert unique.standing is functional.standing is Standing.PROVED


def test_names_that_need_quotes(scratch: Scratch) -> None:
    kind, quote = engine(scratch.url.scheme).name, engine(scratch.url.scheme).quote
    odd = ('say "hi"', "a.b", "50% `off`", "select", "naïve" if kind == "mysql" else "naïve 😀")
    with scratch.open() as session:
        named = ", ".join(f"{quote(name)} integer" for name in odd)
        session.change(f"CREATE TABLE {quote('my table')} ({named})")
        session.write_rows(quote("my table"), odd, [(n, n % 2, 1, n, n) for n in range(9)])
    with open_tables(format_url(scratch.url)) as (table,):
        measured = table.check([Functional(_f(left), _f(right)) for left in odd for right in odd if left != right])
        assert len(measured) == 20
        holding = {
            (min(each.dependency.left), min(each.dependency.right))
            for each in measured
            if not each.against and isinstance(each.dependency, Functional)
        }
        keys = (odd[0], odd[3], odd[4])
        assert holding == {
            (left, right) for left in odd for right in odd if left != right and (left in keys or right == odd[2])
        }


def test_secret_values_are_not_shown(scratch: Scratch) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE logins (person integer, password varchar(20))")
        session.write_rows("logins", ["person", "password"], [(1, "hunter2"), (1, "swordfish")])
    with open_tables(format_url(scratch.url)) as (table,):
        (measured,) = table.check([Functional(_f("person"), _f("password"))])
        assert measured.against == 1
        assert "hunter2" not in repr(measured)


def test_empty_table_keeps_every_dependency(scratch: Scratch) -> None:
    _filled(scratch, [])
    with open_tables(format_url(scratch.url)) as (table,):
        asked: list[Dependency] = [
            Functional(_f(), _f("a")),
            Functional(_f("a"), _f("b")),
            UniqueColumns(_f()),
            UniqueColumns(_f("a")),
        ]
        asked += [Multivalued(_f("a"), _f("b")), Ordered("a", "c"), Ordered("a", "c", compared=True)]
        for measured in table.check(asked):
            assert (measured.standing, measured.rows, measured.against) == (Standing.PROVED, 0, 0)


def test_time_that_is_over_leaves_checks_out(scratch: Scratch) -> None:
    _filled(scratch, _rows(4, 10))
    with open_tables(format_url(scratch.url)) as (table,):
        assert table.check([Functional(_f("a"), _f("b"))], seconds=0.0) == []
        assert len(table.check([Functional(_f("a"), _f("b"))], seconds=30.0)) == 1


def test_unknown_column_is_told(scratch: Scratch) -> None:
    _filled(scratch, [])
    with open_tables(format_url(scratch.url)) as (table,), pytest.raises(UsageError, match="no column nope"):
        table.check([Functional(_f("a"), _f("nope"))])


def test_nothing_is_written(scratch: Scratch) -> None:
    _filled(scratch, _rows(5, 5))
    with (
        open_tables(format_url(scratch.url)) as (table,),
        pytest.raises(Exception, match=r"read.?only|readonly|READ ONLY"),
    ):
        table.query("DELETE FROM facts")


def test_what_is_refuted_by_far_need_not_be_measured(scratch: Scratch) -> None:
    rows = _rows(6, 60)
    _filled(scratch, rows)
    asked = [Functional(_f("a"), _f("b")), Functional(_f("a", "b", "c"), _f("d")), Functional(_f("b"), _f("b"))]
    with open_tables(format_url(scratch.url)) as (table,):
        assert isinstance(table, LiveTable)
        exact = table.check(asked)
        for bound in (0.0, 0.01, 1.0):
            for measured, known in zip(table.check(asked, refuted_above=bound), exact, strict=True):
                assert measured.groups == known.groups
                assert measured.against <= known.against
                assert (measured.against > 0) == (known.against > 0)
                if measured.against < known.against:
                    assert measured.standing is Standing.REFUTED
                    assert known.error > bound
