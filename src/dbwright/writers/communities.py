"""Which nodes of a graph belong together: communities, found by the Louvain method.

The order of the nodes decides every tie, so that the same schema gives the same communities everywhere.
"""

from collections.abc import Iterable

Edge = tuple[int, int, float]
"""Two nodes, in any order, and the weight of what joins them."""

_Graph = list[dict[int, float]]
"""For each node its neighbours and the weight of the edges to them; a node's own entry is twice the weight within it."""

_ROUNDS = 30
_LEAST_GAIN = 1e-9


def communities(count: int, edges: Iterable[Edge]) -> list[list[int]]:
    """The nodes 0 … count-1 in groups that have much within and little between them; groups in the order of their first nodes."""
    graph: _Graph = [{} for _ in range(count)]
    for first, second, weight in edges:
        graph[first][second] = graph[first].get(second, 0.0) + weight
        graph[second][first] = graph[second].get(first, 0.0) + weight
    members = [[node] for node in range(count)]
    while True:
        home = _moved(graph)
        if len(set(home)) == len(graph):
            return sorted(sorted(group) for group in members)
        graph = _merged(graph, home)
        gathered: list[list[int]] = [[] for _ in graph]
        for node, group in enumerate(home):
            gathered[group] += members[node]
        members = gathered


def _moved(graph: _Graph) -> list[int]:
    """The group of each node after all went to the neighbouring group where modularity gains most, until none gains."""
    degrees = [sum(neighbours.values()) for neighbours in graph]
    total = sum(degrees)
    home = list(range(len(graph)))
    sums = list(degrees)
    for _ in range(_ROUNDS if total else 0):
        stayed = True
        for node, neighbours in enumerate(graph):
            left = home[node]
            sums[left] -= degrees[node]
            towards = {left: 0.0}
            for other, weight in neighbours.items():
                if other != node:
                    towards[home[other]] = towards.get(home[other], 0.0) + weight
            gains = {group: weight - sums[group] * degrees[node] / total for group, weight in towards.items()}
            best = min(gains, key=lambda group: (-gains[group], group))
            if gains[best] <= gains[left] + _LEAST_GAIN:
                best = left
            sums[best] += degrees[node]
            home[node] = best
            stayed = stayed and best == left
        if stayed:
            break
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in home]


def _merged(graph: _Graph, home: list[int]) -> _Graph:
    """The graph of the groups."""
    merged: _Graph = [{} for _ in range(max(home) + 1)]
    for node, neighbours in enumerate(graph):
        row = merged[home[node]]
        for other, weight in neighbours.items():
            row[home[other]] = row.get(home[other], 0.0) + weight
    return merged
