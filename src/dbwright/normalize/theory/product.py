"""What a relation repeats although only keys determine anything: attributes that combine freely, and joins that no key explains.

Sources: R. Fagin (1977, 1979), with his membership test of join dependencies against keys done as a chase; A. V. Aho, C. Beeri and
J. D. Ullman (1979) for what holds in a part: the blocks of a dependency basis, cut down to the part.
"""

from collections.abc import Iterator, Sequence

import msgspec

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.chase import lossless
from dbwright.normalize.theory.implication import Theory
from dbwright.normalize.theory.masks import Arrow, Mask, bits, by_size, largest, subsets
from dbwright.normalize.theory.relation import Relation

SUBSETS = 1 << 14
"""Left sides that are tried one by one in a part, where nothing quicker decides."""

_COMPONENTS = 12


class Against(msgspec.Struct, frozen=True):
    """Multivalued dependencies that break 4NF, one a left side. complete: False where not all left sides could be looked at."""

    arrows: tuple[Arrow, ...]
    complete: bool = True


def product_against(theory: Theory, within: Mask | None = None) -> Against:
    """The multivalued dependencies within some attributes whose left side is no superkey of them.

    On the whole relation the left sides given decide, with those by which a join dependency falls in two: the first step of any
    derivation needs one of them. In a part more can hold; there all left sides are tried, unless two attributes at a time already
    show that nothing combines freely.
    """
    every = theory.all if within is None else within
    given, complete = _given(theory)
    found = [arrow for left in given if not left & ~every and (arrow := _falls_apart(theory, left, every))]
    if found or every == theory.all:
        return Against(tuple(found), complete)
    if not theory.mixed or _held_together(theory, every):
        return Against(())
    if every.bit_count() >= SUBSETS.bit_length():
        return Against((), complete=False)
    for left in by_size(subsets(every)):
        arrow = _falls_apart(theory, left, every)
        if arrow:
            return Against((arrow,))
    return Against(())


def joins_against_keys(theory: Theory, within: Mask, keys: Sequence[Mask]) -> list[tuple[Mask, ...]]:
    """The join dependencies given, as they hold within some attributes, that do not follow from these keys."""
    if not theory.joins:
        return []
    names = theory.universe.ordered(within)
    everything = frozenset(names)
    by_keys = Theory(
        Relation(
            name="",
            attributes=names,
            functional=tuple(Functional(theory.universe.set(key), everything) for key in keys),
        )
    )
    against = []
    for join in theory.joins:
        part = largest(component & within for component in join)
        if len(part) == 1 or (within != theory.all and not lossless(theory, part, within).holds):
            continue
        components = [by_keys.universe.mask(theory.universe.ordered(component)) for component in part]
        if not lossless(by_keys, components).holds:
            against.append(part)
    return against


def _given(theory: Theory) -> tuple[tuple[Mask, ...], bool]:
    """Left sides that decide on the whole relation, and whether none was left out."""
    lefts = [left for left, _ in theory.double]
    complete = True
    for join in theory.joins:
        lefts += _separators(join[: _COMPONENTS + 1])
        complete = complete and len(join) <= _COMPONENTS + 1
    lefts += [left for left, _ in theory.arrows]
    return by_size(lefts), complete


def _separators(join: Sequence[Mask]) -> Iterator[Mask]:
    """What both sides share, for each way to put the components of a join dependency on two sides."""
    for chosen in range(1, 1 << (len(join) - 1)):
        one = other = 0
        for number, component in enumerate(join):
            if chosen >> number & 1:
                one |= component
            else:
                other |= component
        yield one & other


def _falls_apart(theory: Theory, left: Mask, within: Mask) -> Arrow | None:
    """A multivalued dependency of a left side within some attributes that says something, unless it is a superkey of them."""
    closed, blocks = theory.basis(left)
    if not within & ~closed:
        return None
    gained = closed & within & ~left
    parts = [block & within for block in blocks if block & within]
    if gained:
        return left, gained
    return (left, min(parts, key=lambda part: (part.bit_count(), part))) if len(parts) > 1 else None


def _held_together(theory: Theory, within: Mask) -> bool:
    """Whether no two attributes come apart even when all others of the part are known: then it is in 4NF.

    What a smaller left side sets apart, a larger one sets apart or determines. The reverse does not hold.
    """
    attributes = tuple(bits(within))
    for number, one in enumerate(attributes):
        for other in attributes[number + 1 :]:
            _, blocks = theory.basis(within & ~one & ~other)
            if not any(block & one and block & other for block in blocks):
                return False
    return True
