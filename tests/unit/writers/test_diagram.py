import msgspec

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.writers.diagram import diagram
from dbwright.writers.shown import is_many, is_optional, short_type
from dbwright.writers.text_size import fitted, text_width
from tests.unit.writers.conftest import NUMBER, make_catalog, make_table


def test_ends_follow_from_null_and_uniqueness(shop: Catalog) -> None:
    lines = {line.title: (line.many, line.optional) for line in diagram(shop).lines}
    assert lines == {
        "orders.customer_id → customers.id": (True, False),
        "profiles.customer_id → customers.id": (False, True),
        "categories.parent_id → categories.id": (True, True),
        "dangling.gone_id → nowhere.id": (True, True),
    }


def test_a_part_of_a_key_does_not_make_a_reference_single() -> None:
    key = ForeignKey(columns=("a",), table=("", "p"), referenced=("id",))
    columns = tuple(Column(name=name, type=NUMBER) for name in "ab")
    table = Table(
        namespace="", name="t", columns=columns, primary_key=PrimaryKey(columns=("a", "b")), foreign_keys=(key,)
    )
    assert is_many(table, key)
    both = msgspec.structs.replace(key, columns=("a", "b"))
    assert not is_many(table, both)
    indexed = msgspec.structs.replace(table, indexes=(Index(name="i", unique=True, parts=(KeyPart(column="a"),)),))
    assert not is_many(indexed, key)


def test_match_full_is_optional_only_if_all_may_be_null() -> None:
    columns = (Column(name="a", type=NUMBER), Column(name="b", type=NUMBER, nullable=False))
    table = Table(namespace="", name="t", columns=columns)
    key = ForeignKey(columns=("a", "b"), table=("", "p"), referenced=("x", "y"))
    assert is_optional(table, key)
    assert not is_optional(table, msgspec.structs.replace(key, match="full"))


def test_a_missing_table_is_shown_as_missing(shop: Catalog) -> None:
    assert [box.title for box in diagram(shop).boxes if box.kind == "missing"] == ["nowhere"]


def test_a_large_schema_shows_keys_alone_and_counts_the_rest(large: Catalog) -> None:
    drawn = diagram(large)
    assert drawn.keys_only
    box = next(box for box in drawn.boxes if box.title == "s5.t13")
    assert [row.name for row in box.rows] == ["id", "above_id", "created_by"]
    assert box.footer == "6 more columns"


def test_a_hub_is_a_badge_at_those_who_refer_to_it(large: Catalog) -> None:
    drawn = diagram(large)
    assert drawn.hubs == ("s0.users",)
    users = next(at for at, box in enumerate(drawn.boxes) if box.title == "s0.users")
    assert drawn.boxes[users].footer == "3 more columns, referred to by 99 tables"
    assert all(line.parent != users for line in drawn.lines)
    badged = [row for box in drawn.boxes for row in box.rows if row.badges == ("users",)]
    assert len(badged) == 100


def test_a_small_schema_has_no_hubs() -> None:
    children = [make_table("", f"t{at}", ("user_id", "", "users", False)) for at in range(20)]
    drawn = diagram(make_catalog(make_table("", "users"), *children))
    assert drawn.hubs == ()
    assert len(drawn.lines) == 20


def test_partitions_are_folded_and_lend_their_keys(partitioned: Catalog) -> None:
    drawn = diagram(partitioned)
    assert [box.title for box in drawn.boxes] == ["customers", "payments"]
    assert drawn.boxes[1].footer == "3 partitions"
    assert len(drawn.lines) == 1


def test_types_are_shortened_where_everyone_knows_the_short_form() -> None:
    spellings = {
        "timestamp with time zone": "timestamptz",
        "timestamp(3) without time zone": "timestamp(3)",
        "character varying(40)": "varchar(40)",
        "character(3)": "char(3)",
        "enum('a','b')": "enum(…)",
        "numeric(10,2)": "numeric(10,2)",
    }
    for spelling, short in spellings.items():
        assert short_type(Column(name="c", type=Type("other", spelling))) == short


def test_text_sizes() -> None:
    assert text_width("iiii", 12) < text_width("mmmm", 12) < text_width("mmmm", 12, bold=True)
    assert text_width("", 12) == 0
    assert fitted("abcdef", 4) == "abc…"
    assert fitted("abcd", 4) == "abcd"
