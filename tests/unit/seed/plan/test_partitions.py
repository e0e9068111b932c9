"""Bounds of partitions as checks of the table."""

from dbwright.catalog.objects import Catalog, Column, KeyPart, Partitioning, PartitionOf, Table
from dbwright.catalog.types import Type
from dbwright.seed.plan.partitions import partition_check, partitions_of

DAY, TEXT = Type("date", "date"), Type("text", "text")
COLUMNS = (Column(name="at", type=DAY), Column(name="k", type=TEXT))


def _postgres(strategy: str, column: str, *bounds: str) -> str | None:
    split = Partitioning(strategy=strategy, parts=(KeyPart(column=column),))
    parent = Table(namespace="s", name="t", kind="partitioned", columns=COLUMNS, partitioning=split)
    parts = tuple(
        Table(namespace="s", name=f"t{number}", partition_of=PartitionOf(table=("s", "t"), bound=bound))
        for number, bound in enumerate(bounds)
    )
    check = partition_check(parent, partitions_of(Catalog(engine="postgres", tables=(parent, *parts))))
    return None if check is None else check.expression


def _mysql(strategy: str, part: KeyPart, definition: str) -> str | None:
    split = Partitioning(strategy=strategy, parts=(part,), definition=definition)
    table = Table(namespace="", name="t", columns=COLUMNS, partitioning=split)
    check = partition_check(table, {})
    return None if check is None else check.expression


def test_neighbours_are_one_range() -> None:
    found = _postgres(
        "range", "at",
        "FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')", "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
    )  # fmt: skip
    assert found == '"at" >= \'2024-01-01\'::date AND "at" < \'2024-03-01\'::date AND "at" IS NOT NULL'


def test_gaps_stay_gaps() -> None:
    found = _postgres(
        "range", "at",
        "FOR VALUES FROM (MINVALUE) TO ('2024-02-01')", "FOR VALUES FROM ('2024-05-01') TO (MAXVALUE)",
    )  # fmt: skip
    assert found is not None
    assert " OR " in found
    assert "MINVALUE" not in found


def test_lists_with_quotes_and_null() -> None:
    found = _postgres("list", "k", "FOR VALUES IN ('a', 'b''x')", "FOR VALUES IN (NULL)")
    assert found == "(\"k\" IN ('a'::text, 'b''x'::text) AND \"k\" IS NOT NULL) OR (\"k\" IS NULL)"


def test_a_default_partition_or_a_hash_takes_every_row() -> None:
    assert _postgres("range", "at", "FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')", "DEFAULT") is None
    assert _postgres("hash", "k", "FOR VALUES WITH (modulus 1, remainder 0)") is None


def test_no_partition_takes_no_row() -> None:
    assert _postgres("range", "at") == "false"


def test_bounds_of_functions_become_bounds_of_the_moment() -> None:
    cases = {
        "year(`at`)": ("2024", "`at` < '2024-01-01'"),
        "to_days(`at`)": ("737790", "`at` < '2020-01-01'"),
        "unix_timestamp(`at`)": ("1577836800", "`at` < '2020-01-01 00:00:00'"),
        "abs(`at`)": ("5", "abs(`at`) < 5"),
    }
    for expression, (bound, expected) in cases.items():
        definition = f"PARTITION BY RANGE ({expression})\n(PARTITION p0 VALUES LESS THAN (1), PARTITION p1 VALUES LESS THAN ({bound}))"
        assert _mysql("range", KeyPart(expression=expression), definition) == expected


def test_an_open_range_takes_every_row() -> None:
    definition = "PARTITION BY RANGE (`k`)\n(PARTITION p0 VALUES LESS THAN (1), PARTITION p1 VALUES LESS THAN MAXVALUE)"
    assert _mysql("range", KeyPart(column="k"), definition) is None


def test_lists_of_mysql() -> None:
    definition = "PARTITION BY LIST (`k`)\n(PARTITION p0 VALUES IN (1,2) ENGINE = InnoDB,\n PARTITION p1 VALUES IN (7))"
    assert _mysql("list", KeyPart(column="k"), definition) == "`k` IN (1, 2, 7) AND `k` IS NOT NULL"
