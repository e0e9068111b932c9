"""How a relation is taken apart into sets of columns, each with its keys, the one to be the primary key first."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued
from dbwright.normalize.design.identifiers import Column, identifier, natural
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.decomposition import Decomposition, Fragment, decompose
from dbwright.normalize.theory.masks import Universe
from dbwright.normalize.theory.relation import FORMS, Form, Relation
from dbwright.normalize.theory.second import second


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One set of columns. key: the key chosen, in the source's order; others: its further keys.

    whole: whether the key tells all rows of the source apart, so that they live on here.
    """

    attributes: Attributes
    key: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()
    because: Functional | Multivalued | Join | None = None
    whole: bool = False


def decomposed(relation: Relation, to: Form) -> Decomposition:
    """A lossless decomposition into a normal form at least."""
    return second(relation, to) if to in ("1NF", "2NF") else decompose(relation, to)


def components(
    relation: Relation, fragments: Sequence[Fragment], columns: dict[str, Column], first: Sequence[Attributes] = ()
) -> tuple[Component, ...]:
    """The fragments with their keys in order. first: keys that are preferred where a fragment has several (the declared one)."""
    universe = Universe(relation.attributes)
    closures = Closures(universe.arrow(each) for each in relation.functional)

    def rank(key: Attributes) -> tuple[object, ...]:
        known = [columns[name] for name in key if name in columns]
        return (
            key not in first,
            any(each.nulls for each in known),
            len(key),
            -sum(max(identifier(each), natural(each) / 2) for each in known),
            [relation.attributes.index(name) for name in relation.ordered(key)],
        )

    found = []
    for fragment in fragments:
        keys = sorted(fragment.keys, key=rank)
        whole = not universe.all & ~closures.of(universe.mask(keys[0]))
        rest = fragment.attributes - keys[0]
        because = fragment.because
        if isinstance(because, Functional) or because is None:
            because = None if whole or not rest else Functional(left=keys[0], right=rest)
        found.append(
            Component(
                attributes=fragment.attributes,
                key=relation.ordered(keys[0]),
                others=tuple(relation.ordered(key) for key in keys[1:]),
                because=because,
                whole=whole,
            )
        )
    return tuple(found)


def at_least(form: Form, other: Form) -> bool:
    """Whether a normal form is another or a stronger one."""
    return FORMS.index(form) >= FORMS.index(other)
