"""Finite automata of regular expressions, and how many texts of each length they accept.

States are the expression's derivatives by letters (Brzozowski, "Derivatives of regular expressions", JACM 1964), which also
gives the texts that several expressions accept together.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from dbwright.seed.checks.regex_parser import (
    Both,
    Either,
    Empty,
    Joined,
    Letters,
    Node,
    Nothing,
    Repeated,
    both,
    either,
    joined,
    repeated,
)
from dbwright.seed.checks.terms import NotRead

_MOST_STATES = 2_000


class Automaton(msgspec.Struct, frozen=True):
    """moves: for each state, pairs of the letters that lead on and the state that they lead to. accepting: states where a text may end.

    State 0 is the start.
    """

    moves: tuple[tuple[tuple[str, int], ...], ...]
    accepting: frozenset[int]

    def counts(self, length: int) -> list[list[int]]:
        """For 0 to `length` letters yet to come: how many texts lead from each state to an end."""
        found = [[int(state in self.accepting) for state in range(len(self.moves))]]
        for _ in range(length):
            last = found[-1]
            found.append([sum(len(letters) * last[target] for letters, target in moves) for moves in self.moves])
        return found


def automaton(node: Node) -> Automaton:
    """The automaton of an expression. Raises NotRead where it would be too large."""
    groups = _groups(_sets(node))
    states: dict[Node, int] = {node: 0}
    waiting, moves = [node], []
    while waiting:
        state = waiting.pop(0)
        leads: dict[int, str] = {}
        for letters in groups:
            target = _after(state, letters[0])
            if isinstance(target, Nothing):
                continue
            if target not in states:
                states[target] = len(states)
                waiting.append(target)
                if len(states) > _MOST_STATES:
                    raise NotRead("a regular expression of so many states")
            number = states[target]
            leads[number] = leads.get(number, "") + letters
        moves.append(tuple((letters, target) for target, letters in leads.items()))
    return Automaton(tuple(moves), frozenset(number for state, number in states.items() if _nullable(state)))


def _sets(node: Node) -> set[frozenset[str]]:
    if isinstance(node, Letters):
        return {node.letters}
    if isinstance(node, Joined):
        return _sets(node.first) | _sets(node.second)
    if isinstance(node, Repeated):
        return _sets(node.part)
    if isinstance(node, Either | Both):
        return {each for side in node.sides for each in _sets(side)}
    return set()


def _groups(sets: Iterable[frozenset[str]]) -> list[str]:
    """The letters in groups that no set tells apart, in alphabetical order."""
    ordered = sorted(sets, key=sorted)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for letter in sorted(frozenset().union(*ordered)):
        groups.setdefault(tuple(letter in each for each in ordered), []).append(letter)
    return ["".join(each) for each in groups.values()]


@lru_cache(maxsize=20_000)
def _nullable(node: Node) -> bool:
    if isinstance(node, Joined):
        return _nullable(node.first) and _nullable(node.second)
    if isinstance(node, Either):
        return any(_nullable(each) for each in node.sides)
    if isinstance(node, Both):
        return all(_nullable(each) for each in node.sides)
    if isinstance(node, Repeated):
        return node.least == 0 or _nullable(node.part)
    return isinstance(node, Empty)


@lru_cache(maxsize=50_000)
def _after(node: Node, letter: str) -> Node:
    """What must follow once a letter was read."""
    if isinstance(node, Letters):
        return Empty() if letter in node.letters else Nothing()
    if isinstance(node, Joined):
        first = joined(_after(node.first, letter), node.second)
        return either(first, _after(node.second, letter)) if _nullable(node.first) else first
    if isinstance(node, Either):
        return either(*(_after(each, letter) for each in node.sides))
    if isinstance(node, Both):
        return both(*(_after(each, letter) for each in node.sides))
    if isinstance(node, Repeated):
        rest = repeated(node.part, max(node.least - 1, 0), None if node.most is None else node.most - 1)
        return joined(_after(node.part, letter), rest)
    return Nothing()
