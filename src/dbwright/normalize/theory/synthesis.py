"""3NF by synthesis: one fragment for each left side of a minimal cover, and one that holds a key.

Sources: P. A. Bernstein, "Synthesizing third normal form relations from functional dependencies" (1976), whose result is even in EKNF
(Zaniolo 1982) because equivalent left sides share a fragment and what has become transitive by that is taken out; J. Biskup, U. Dayal
and P. A. Bernstein, "Synthesizing independent database schemas" (1979), for the key that makes the join lossless.
"""

from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import merged
from dbwright.normalize.theory.implication import Theory, theory_of
from dbwright.normalize.theory.lefts import LIMIT, smallest_left
from dbwright.normalize.theory.masks import Arrow, Mask
from dbwright.normalize.theory.notation import show, show_set
from dbwright.normalize.theory.relation import Form, Relation
from dbwright.normalize.theory.split import Decomposition, Piece, assembled

METHOD = (
    "Synthesis from a minimal cover, equivalent left sides together (Bernstein 1976; Biskup, Dayal and Bernstein 1979)"
)


def synthesis(relation: Relation, form: Form = "3NF", limit: int = LIMIT) -> Decomposition:
    """A lossless, dependency-preserving decomposition into 3NF, in fact into EKNF, with respect to the functional dependencies.

    form: what the result is called, "3NF" or "EKNF".
    """
    theory = theory_of(relation)
    _, complete = theory.functional()
    pieces, steps = synthesized(theory)
    notes = () if complete else ("Not all functional dependencies that follow from multivalued ones were looked for.",)
    return assembled(theory, form, METHOD, pieces, steps=steps, notes=notes, by_steps=True, limit=limit)


def synthesized(theory: Theory) -> tuple[list[Piece], list[str]]:
    """The fragments of the synthesis and sentences on how they came about."""
    names = theory.universe
    cover = theory.cover
    steps = [
        f"Minimal cover: {'; '.join(show(names.functional(each), names.names) for each in merged(cover)) or 'empty'}."
    ]
    pieces: list[Piece] = []
    for lefts, rights in _groups(cover):
        mask = rights
        for left in lefts:
            mask |= left
        because = names.functional((lefts[0], mask & ~lefts[0]))
        pieces.append(Piece(mask, because))
        if len(lefts) > 1:
            together = " and ".join("{" + show_set(names.ordered(left)) + "}" for left in lefts)
            steps.append(f"{together} determine each other and share a fragment.")
    closures = theory.by_cover
    if not any(closures.implies((piece.mask, theory.all)) for piece in pieces):
        key = smallest_left(closures, theory.all, theory.all)
        pieces.append(Piece(key))
        steps.append(
            f"No fragment holds a key of all attributes, so the key {show_set(names.ordered(key))} becomes one."
        )
    return pieces, steps


def _groups(cover: tuple[Arrow, ...]) -> list[tuple[list[Mask], Mask]]:
    """Left sides that determine each other, with what they determine directly (steps 3 to 5 of Bernstein's second algorithm)."""
    closures = Closures(cover)
    by_closure: dict[Mask, list[Mask]] = {}
    for left, _ in merged(cover):
        by_closure.setdefault(closures.of(left), []).append(left)
    # Within a group, each left side determines the next, round in a circle; with these given, other dependencies may follow.
    circle: list[Arrow] = []
    for lefts in by_closure.values():
        for one, other in zip(lefts, [*lefts[1:], lefts[0]], strict=True):
            circle += [(one, other & ~one)] if one != other else []
    kept = list(cover)
    for arrow in cover:
        rest = [each for each in kept if each != arrow]
        if Closures((*circle, *rest)).implies(arrow):
            kept = rest
    rights: dict[Mask, Mask] = dict.fromkeys(by_closure, 0)
    for left, right in kept:
        rights[closures.of(left)] |= right
    return [(lefts, rights[closed]) for closed, lefts in by_closure.items()]
