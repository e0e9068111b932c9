"""Parents before children, and where circles are cut."""

from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.objects import Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.seed.plan.arrange import Arrangement, arrange
from dbwright.seed.plan.base import Path

NUMBER = Type("integer", "integer", bits=32)


def _table(name: str, *references: tuple[str, str], nullable: tuple[str, ...] = (), key: str = "id") -> Table:
    """references: pairs of column and table."""
    names = dict.fromkeys(("id", *(column for column, _ in references)))
    return Table(
        namespace="",
        name=name,
        columns=tuple(Column(name=each, type=NUMBER, nullable=each in nullable) for each in names),
        primary_key=PrimaryKey(columns=(key,)),
        foreign_keys=tuple(ForeignKey(columns=(c,), table=("", t), referenced=("id",)) for c, t in references),
    )


def _arranged(*tables: Table, filled: dict[Path, int] | None = None) -> Arrangement:
    return arrange({("", table.name): table for table in tables}, filled or {})


def test_parents_come_first() -> None:
    found = _arranged(_table("a", ("b_id", "b")), _table("b", ("c_id", "c")), _table("c"))
    assert [name for _, name in found.order] == ["c", "b", "a"]
    assert found.later == {}


def test_a_circle_is_cut_where_null_may_stand_for_a_while() -> None:
    found = _arranged(_table("a", ("b_id", "b")), _table("b", ("a_id", "a"), nullable=("a_id",)))
    assert [name for _, name in found.order] == ["b", "a"]
    assert found.later == {("", "b"): frozenset({0})}
    assert found.circles == ()


def test_the_reference_to_one_of_its_parts_waits() -> None:
    post = _table("post", ("blog_id", "blog"), nullable=("blog_id",))
    blog = _table("blog", ("latest_post_id", "post"), nullable=("latest_post_id",))
    assert _arranged(post, blog).later == {("", "blog"): frozenset({0})}


def test_where_nothing_may_be_null_the_first_rows_come_together() -> None:
    a, b = _table("a", ("b_id", "b")), _table("b", ("a_id", "a"))
    (circle,) = _arranged(a, b).circles
    assert set(circle.tables) == {("", "a"), ("", "b")}
    assert not circle.paired
    assert _arranged(a, b, filled={("", "a"): 1, ("", "b"): 1}).circles == ()


def test_where_each_needs_its_own_all_rows_come_together() -> None:
    found = _arranged(_table("hen", ("id", "egg")), _table("egg", ("id", "hen")))
    (circle,) = found.circles
    assert circle.paired
    assert found.later == {}


@given(st.data())
def test_every_reference_is_met_later_or_in_a_circle(data: st.DataObject) -> None:
    names = "abcdef"[: data.draw(st.integers(1, 6))]
    tables = []
    for name in names:
        targets = data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
        nullable = data.draw(st.sets(st.sampled_from(targets))) if targets else set()
        key = data.draw(st.sampled_from(["id", *(f"{each}_id" for each in targets)]))
        tables.append(
            _table(name, *((f"{t}_id", t) for t in targets), nullable=tuple(f"{t}_id" for t in nullable), key=key)
        )
    found = _arranged(*tables)
    place = {path: number for number, path in enumerate(found.order)}
    assert sorted(place) == sorted(("", table.name) for table in tables)
    keys = [(("", each.name), number, key.table) for each in tables for number, key in enumerate(each.foreign_keys)]
    for path, number, parent in keys:
        circle = found.circle(path)
        together = circle is not None and circle.paired and parent in circle.tables
        met = place[parent] <= place[path] or number in found.later.get(path, ())
        assert met or together
