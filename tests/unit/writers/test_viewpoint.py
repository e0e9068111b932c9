import pytest

from dbwright.catalog.objects import Catalog
from dbwright.errors import UsageError
from dbwright.writers.diagram import Viewpoint, diagram
from dbwright.writers.viewpoint import chosen, narrowed
from tests.unit.writers.conftest import make_catalog, make_table


@pytest.fixture
def chain() -> Catalog:
    """a ← b ← c ← d, and twelve tables that refer to a."""
    return make_catalog(
        make_table("shop", "a"),
        make_table("shop", "b", ("a_id", "shop", "a", False)),
        make_table("crm", "c", ("b_id", "shop", "b", False)),
        make_table("crm", "d", ("c_id", "crm", "c", False), ("gone_id", "crm", "gone", True)),
        *(make_table("log", f"log_{at}", ("a_id", "shop", "a", False)) for at in range(12)),
    )


def names(catalog: Catalog, *around: str, depth: int = 1) -> list[str]:
    return sorted(name for _, name in chosen(catalog, around=around, depth=depth) or ())


def test_around_follows_keys_both_ways(chain: Catalog) -> None:
    assert names(chain, "c", depth=0) == ["c"]
    assert names(chain, "c") == ["b", "c", "d"]
    assert names(chain, "crm.C") == ["b", "c", "d"]


def test_around_does_not_go_on_from_a_table_that_very_many_refer_to(chain: Catalog) -> None:
    assert names(chain, "c", depth=3) == ["a", "b", "c", "d"]
    assert len(names(chain, "a")) == 14


def test_what_is_asked_for_is_combined(chain: Catalog) -> None:
    fit = chosen(chain, namespaces=("log",), patterns=("*_1*",))
    assert sorted(fit or ()) == [("log", "log_1"), ("log", "log_10"), ("log", "log_11")]
    assert chosen(chain) is None
    with pytest.raises(UsageError):
        chosen(chain, namespaces=("log",), patterns=("a",))


def test_an_unknown_name_is_answered_with_a_near_one(chain: Catalog) -> None:
    with pytest.raises(UsageError, match="lgo_1") as table:
        chosen(chain, around=["lgo_1"])
    assert "Did you mean log_1" in (table.value.hint or "")
    with pytest.raises(UsageError, match="shp") as namespace:
        chosen(chain, namespaces=["shp"])
    assert namespace.value.hint == "Did you mean shop?"


def test_what_leaves_the_viewpoint_is_a_badge_and_what_is_missing_a_box(chain: Catalog) -> None:
    drawn = diagram(chain, Viewpoint(tables=frozenset({("crm", "d"), ("shop", "b")})))
    assert sorted((box.title, box.kind) for box in drawn.boxes) == [
        ("crm.d", "table"), ("crm.gone", "missing"), ("shop.b", "table")
    ]  # fmt: skip
    badges = {row.name: row.badges for box in drawn.boxes for row in box.rows if row.badges}
    assert badges == {"a_id": ("a",), "c_id": ("c",)}
    assert [line.title for line in drawn.lines] == ["crm.d.gone_id → crm.gone.id"]
    assert drawn.outside


def test_keys_alone_and_no_hubs(large: Catalog) -> None:
    keys = diagram(large, Viewpoint(keys_only=False))
    assert not keys.keys_only
    assert any(row.name == "plain_0" for box in keys.boxes for row in box.rows)
    lined = diagram(large, Viewpoint(hubs=False))
    assert lined.hubs == ()
    assert len(lined.lines) == 198


def test_a_narrowed_catalog_refers_to_nothing_outside(chain: Catalog) -> None:
    only = frozenset({("crm", "d"), ("crm", "c")})
    tables = {table.name: table for table in narrowed(chain, only).tables}
    assert sorted(tables) == ["c", "d"]
    assert [key.table for key in tables["d"].foreign_keys] == [("crm", "c")]
    assert tables["c"].foreign_keys == ()
    assert narrowed(chain, None) is chain
