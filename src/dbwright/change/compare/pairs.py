"""Laying two lists of objects side by side."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec

from dbwright.change.compare.spelling import same

_T = TypeVar("_T")


class Pairs(NamedTuple):
    """What only the old side has, what only the new side has, and what both have, each in the order of its key."""

    removed: list[Any]
    added: list[Any]
    both: list[tuple[Any, Any]]


def paired(old: Iterable[_T], new: Iterable[_T], key: Callable[[_T], Any]) -> Pairs:
    """Objects with the same key belong together; keys are unique on each side."""
    before = {key(each): each for each in old}
    after = {key(each): each for each in new}
    return Pairs(
        removed=[before[each] for each in sorted(before.keys() - after.keys())],
        added=[after[each] for each in sorted(after.keys() - before.keys())],
        both=[(before[each], after[each]) for each in sorted(before.keys() & after.keys())],
    )


def differing(old: Any, new: Any) -> frozenset[str]:
    """The fields in which two objects of one class differ in meaning."""
    if old == new:
        return frozenset()
    names = (field.name for field in msgspec.structs.fields(old))
    return frozenset(name for name in names if not same(getattr(old, name), getattr(new, name)))


def grouped(each: Iterable[_T], key: Callable[[_T], Hashable]) -> dict[Any, list[_T]]:
    """Objects by key, where several may have the same."""
    found: dict[Any, list[_T]] = {}
    for one in each:
        found.setdefault(key(one), []).append(one)
    return found
