from dbwright.writers.communities import communities
from dbwright.writers.diagram import diagram
from dbwright.writers.grouping import LARGEST_GROUP, grouped, references
from tests.unit.writers.conftest import make_catalog, make_table


def clique(*nodes: int) -> list[tuple[int, int, float]]:
    return [(first, second, 1.0) for first in nodes for second in nodes if first < second]


def test_two_dense_parts_with_one_edge_between_them_are_two_communities() -> None:
    assert communities(8, [*clique(0, 1, 2, 3), *clique(4, 5, 6, 7), (3, 4, 1.0)]) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_nodes_without_edges_are_alone() -> None:
    assert communities(3, []) == [[0], [1], [2]]
    assert communities(0, []) == []


def test_the_order_of_edges_does_not_matter() -> None:
    edges = [*clique(0, 1, 2), *clique(3, 4, 5), *clique(6, 7, 8), (2, 3, 1.0), (5, 6, 1.0)]
    assert communities(9, edges) == communities(9, edges[::-1])


def module(name: str, size: int) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    return [(("", f"{name}_{at}"), ("", name)) for at in range(size)]


def test_a_group_is_named_after_its_most_central_table() -> None:
    groups = grouped([*module("orders", 6), *module("posts", 4), (("", "orders"), ("", "posts"))])
    assert [(group.centre, len(group.members)) for group in groups] == [(("", "orders"), 7), (("", "posts"), 5)]


def test_no_group_is_larger_than_can_be_taken_in() -> None:
    groups = grouped(module("users", 500))
    assert all(len(group.members) <= LARGEST_GROUP for group in groups)
    assert sorted(path for group in groups for path in group.members) == sorted(
        {*(pair[0] for pair in module("users", 500)), ("", "users")}
    )


def test_a_table_used_within_its_own_cluster_alone_keeps_its_lines() -> None:
    tables = [make_table("", name, *([("parent_id", "", parent, True)] if parent else []))
              for parent in ("orders", "posts", "jobs")
              for name in [*(f"{parent}_{at}" for at in range(11))]]  # fmt: skip
    catalog = make_catalog(*tables, *(make_table("", name) for name in ("orders", "posts", "jobs")))
    drawn = diagram(catalog)
    assert drawn.hubs == ()
    assert sorted(cluster.title for cluster in drawn.clusters) == ["jobs", "orders", "posts"]
    assert len(drawn.lines) == 33


def test_references_name_each_pair_once_and_no_table_with_itself() -> None:
    table = make_table("", "a", ("x", "", "b", True), ("y", "", "b", True), ("z", "", "a", True))
    assert references([table]) == [(("", "a"), ("", "b"))]
