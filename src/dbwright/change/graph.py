"""Directed graphs over numbered nodes: one order of all of them, or the circles that keep from it. In linear time, near enough."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import Any


class Graph:
    """Which node comes before which. A loose edge is a wish: it gives way where it closes a circle."""

    def __init__(self) -> None:
        self.priorities: list[tuple[Any, ...]] = []
        self._firm: list[list[int]] = []
        self._loose: list[list[int]] = []

    def node(self, priority: tuple[Any, ...]) -> int:
        """A new node. Of those that are free to come, the one with the least priority comes first."""
        self.priorities.append(priority)
        self._firm.append([])
        self._loose.append([])
        return len(self.priorities) - 1

    def edge(self, before: int, after: int, *, loose: bool = False) -> None:
        """The one node comes before the other."""
        if before != after:
            (self._loose if loose else self._firm)[before].append(after)

    def loosen(self, circle: Sequence[int]) -> bool:
        """Let the loose edges inside a circle go. Whether there were any."""
        inside = set(circle)
        found = False
        for node in circle:
            kept = [after for after in self._loose[node] if after not in inside]
            found = found or len(kept) < len(self._loose[node])
            self._loose[node] = kept
        return found

    def order(self) -> list[int] | None:
        """All nodes in order; None where a circle keeps from it."""
        waiting = [0] * len(self.priorities)
        for node in range(len(self.priorities)):
            for after in self._after(node):
                waiting[after] += 1
        free: list[tuple[tuple[Any, ...], int]] = []
        for node, count in enumerate(waiting):
            if count == 0:
                heappush(free, (self.priorities[node], node))
        found: list[int] = []
        while free:
            _, node = heappop(free)
            found.append(node)
            for after in self._after(node):
                waiting[after] -= 1
                if waiting[after] == 0:
                    heappush(free, (self.priorities[after], after))
        return found if len(found) == len(waiting) else None

    def circles(self) -> list[list[int]]:
        """The largest sets of nodes each of which comes before all others of its set (Tarjan's algorithm, without recursion)."""
        count = len(self.priorities)
        index, low = [-1] * count, [0] * count
        on_stack = [False] * count
        stack: list[int] = []
        found: list[list[int]] = []
        number = 0
        for root in range(count):
            if index[root] >= 0:
                continue
            path: list[tuple[int, Iterator[int]]] = []
            entered: int | None = root
            while entered is not None or path:
                if entered is not None:
                    index[entered] = low[entered] = number
                    number += 1
                    stack.append(entered)
                    on_stack[entered] = True
                    path.append((entered, self._after(entered)))
                    entered = None
                node, afters = path[-1]
                for after in afters:
                    if index[after] < 0:
                        entered = after
                        break
                    if on_stack[after]:
                        low[node] = min(low[node], index[after])
                if entered is not None:
                    continue
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    circle: list[int] = []
                    while not circle or circle[-1] != node:
                        circle.append(stack.pop())
                        on_stack[circle[-1]] = False
                    if len(circle) > 1:
                        found.append(circle)
        return found

    def _after(self, node: int) -> Iterator[int]:
        yield from self._firm[node]
        yield from self._loose[node]
