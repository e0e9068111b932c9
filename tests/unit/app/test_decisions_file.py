"""The file of decisions grows by small changes that people can read, and keeps what they wrote."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.app.dependencies.decisions import Entry, keep, read_entries, resolved
from dbwright.catalog.dependencies import Functional, UniqueColumns
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.errors import UsageError


def entry(dependency: str, accepted: bool = True, table: str = "orders", reason: str = "") -> Entry:
    return Entry(table=table, dependency=dependency, accepted=accepted, reason=reason)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "dependencies.toml"


def test_no_file_is_no_decision(file: Path) -> None:
    assert read_entries(file) == ()


def test_entries_are_kept_in_order(file: Path) -> None:
    entries = [
        entry("zip -> city", reason="said so"),
        entry("a -> b", False),
        entry("key(number)", table="shop.orders"),
    ]
    assert keep(file, entries) == 3
    assert read_entries(file) == tuple(entries)
    assert keep(file, entries) == 0


def test_what_people_wrote_stays(file: Path) -> None:
    file.parent.mkdir()
    written = (
        '# mine\n\n[[accepted]]  # a\ntable = "orders"\ndependency = "zip -> city" # b\n\n'
        '# about users\n[[rejected]]\ntable = "users"\ndependency = "a -> b"\n'
    )
    file.write_text(written)
    keep(file, [entry("x -> y")])
    text = file.read_text()
    added = '\n[[accepted]]\ntable = "orders"\ndependency = "x -> y"\n'
    assert added in text
    assert text.replace(added, "", 1) == written
    # It stands behind the entries of its table, and the comment stays with what it is about.
    assert text.index("x -> y") < text.index("# about users")
    assert [each.table for each in read_entries(file)] == ["orders", "orders", "users"]


def test_a_decision_turned_round_changes_one_line(file: Path) -> None:
    keep(file, [entry("zip -> city"), entry("a -> b")])
    before = file.read_text().splitlines()
    keep(file, [entry("zip -> city", False)])
    after = file.read_text().splitlines()
    assert len(before) == len(after)
    assert [(one, two) for one, two in zip(before, after, strict=True) if one != two] == [
        ("[[accepted]]", "[[rejected]]")
    ]


@pytest.mark.parametrize(
    "text", ["[[accepted]]\ntable = 1", "accepted = 3", "nonsense", "[[accepted]]\ntable = 'a'", "[[other]]\n"]
)
def test_what_is_no_file_of_decisions_is_refused_and_stays(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(UsageError, match=r"dependencies\.toml"):
        keep(file, [entry("zip -> city")])
    assert file.read_text() == text


def test_entries_in_one_line_are_read_but_not_added_to(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('accepted = [{table = "orders", dependency = "zip -> city"}]\n')
    assert read_entries(file) == (entry("zip -> city"),)
    with pytest.raises(UsageError, match="cannot be added to"):
        keep(file, [entry("a -> b")])


def test_decisions_are_understood_once_the_table_is_known() -> None:
    text = Type("text", "text")
    table = Table(
        namespace="shop", name="orders", columns=tuple(Column(name=name, type=text) for name in ("zip", "city"))
    )
    entries = [
        entry("zip -> city"),
        entry("key(zip)", False, table="shop.orders"),
        entry("gone -> city"),
        entry("zip -> city", table="users"),
    ]
    found, problems = resolved(entries, table)
    assert [(each.dependency, each.accepted) for each in found] == [
        (Functional(frozenset(("zip",)), frozenset(("city",))), True),
        (UniqueColumns(frozenset(("zip",))), False),
    ]
    assert len(problems) == 1
    assert "gone" in problems[0]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS, st.booleans()), max_size=5))
@settings(deadline=None)
def test_whatever_is_kept_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, given_: list[tuple[str, str, str, bool]]
) -> None:
    file = tmp_path_factory.mktemp("kept") / "dependencies.toml"
    entries = [Entry(table=a, dependency=b, reason=c, accepted=d) for a, b, c, d in given_]
    keep(file, entries)
    last = {(each.table, each.dependency): each.accepted for each in entries}
    assert {(each.table, each.dependency): each.accepted for each in read_entries(file)} == last


def test_the_reason_of_the_opposite_goes(file: Path) -> None:
    keep(file, [entry("zip -> city", reason="the post office says so"), entry("a -> b", reason="stays")])
    keep(file, [entry("zip -> city", accepted=False)])
    keep(file, [entry("a -> b", reason="is another")])
    assert read_entries(file) == (entry("zip -> city", accepted=False), entry("a -> b", reason="is another"))
