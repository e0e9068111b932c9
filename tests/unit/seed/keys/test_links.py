"""In which order foreign keys are filled, and which columns each one sets."""

from dbwright.catalog.objects import Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.seed.base import RelationHint, TableHint
from dbwright.seed.keys.links import hint_for, links_of

NUMBER = Type("integer", "integer", bits=32)


def _table(name: str, columns: str, *keys: ForeignKey) -> Table:
    """columns: names, those that may be NULL with a question mark."""
    made = tuple(Column(name=each.strip("?"), type=NUMBER, nullable=each.endswith("?")) for each in columns.split())
    return Table(
        namespace="", name=name, columns=made, primary_key=PrimaryKey(columns=(made[0].name,)), foreign_keys=keys
    )


def _key(columns: str, table: str, referenced: str) -> ForeignKey:
    return ForeignKey(columns=tuple(columns.split()), table=("", table), referenced=tuple(referenced.split()))


TENANT = _table("tenant", "id")
USERS = _table("users", "id tenant", _key("tenant", "tenant", "id"))


def _links(table: Table, later: frozenset[int] = frozenset()) -> list[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    tables = {("", each.name): each for each in (TENANT, USERS, table)}
    return [(link.own, link.shared, link.implied) for link in links_of(table, tables, later)]


def test_a_wide_key_decides_for_the_narrow_one_that_it_implies() -> None:
    table = _table("t", "tenant user_id", _key("tenant", "tenant", "id"), _key("tenant user_id", "users", "tenant id"))
    assert _links(table) == [(("tenant", "user_id"), (), False), ((), ("tenant",), True)]


def test_two_wide_keys_agree_in_what_they_share() -> None:
    table = _table("t", "tenant a b", _key("tenant a", "users", "tenant id"), _key("tenant b", "users", "tenant id"))
    assert _links(table) == [(("tenant", "a"), (), False), (("b",), ("tenant",), False)]


def test_what_a_row_may_lack_does_not_decide() -> None:
    table = _table("t", "tenant a?", _key("tenant a", "users", "tenant id"), _key("tenant", "tenant", "id"))
    assert _links(table) == [(("tenant",), (), False), (("a",), ("tenant",), False)]


def test_a_key_within_the_table_agrees_with_its_own_row() -> None:
    table = _table("t", "id tenant up?", _key("tenant up", "t", "tenant id"))
    assert _links(table) == [(("up",), ("tenant",), False)]


def test_what_waits_comes_last_and_leaves_what_cannot_be_null() -> None:
    table = _table("t", "tenant a?", _key("tenant a", "users", "tenant id"), _key("tenant", "tenant", "id"))
    assert _links(table, frozenset({0})) == [(("tenant",), (), False), (("a",), ("tenant",), False)]


def test_a_hint_is_found_by_columns_or_table() -> None:
    key = _key("tenant a", "users", "tenant id")
    for name in ("tenant,a", "users"):
        assert hint_for(TableHint(relations={name: RelationHint(per_parent=3)}), key).per_parent == 3
    assert hint_for(TableHint(), key) == RelationHint()
