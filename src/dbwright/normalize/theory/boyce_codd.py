"""BCNF, with every dependency preserved where that is possible at all, and the certainty that it is not where it is not.

Sources: S. L. Osborn, "Testing for existence of a covering Boyce-Codd normal form" (1979): dependencies can be preserved exactly where
those elementary ones whose own attributes are in BCNF form a cover; D.-M. Tsou and P. C. Fischer, "Decomposition of a relation scheme
into Boyce-Codd normal form" (1982), for a decomposition in polynomial time; J. D. Ullman, "Principles of Database and Knowledge-Base
Systems" (1988), for the common one. Deciding whether BCNF can preserve all dependencies is NP-hard, hence the limit.
"""

from collections.abc import Sequence

import msgspec

from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import merged, minimal
from dbwright.normalize.theory.implication import Theory, theory_of
from dbwright.normalize.theory.lefts import LIMIT, determining, smallest_left
from dbwright.normalize.theory.masks import Arrow, Mask, bits, largest
from dbwright.normalize.theory.notation import show, show_set
from dbwright.normalize.theory.preservation import lost_arrows
from dbwright.normalize.theory.projection import projected
from dbwright.normalize.theory.relation import Relation
from dbwright.normalize.theory.split import Decomposition, Piece, assembled
from dbwright.normalize.theory.synthesis import METHOD as SYNTHESIS
from dbwright.normalize.theory.synthesis import synthesized

ELEMENTARY = 1_000
"""Elementary dependencies that the search for a preserving decomposition may look at."""

PRESERVING = "Synthesis from elementary dependencies that are in BCNF by themselves (Osborn 1979)"
SPLITTING = "Splitting at dependencies whose left side is no superkey (Ullman 1988; Tsou and Fischer 1982)"


class Covering(msgspec.Struct, frozen=True):
    """The answer to whether BCNF can preserve all dependencies: the cover to build it from, or None.

    decided: whether None means that there is no such decomposition, or only that the search was cut short.
    """

    arrows: tuple[Arrow, ...] | None
    decided: bool = True


class Pieces(msgspec.Struct, frozen=True):
    """Fragments in BCNF, the way to them, and what is not known of them."""

    pieces: tuple[Piece, ...]
    steps: tuple[str, ...]
    method: str
    notes: tuple[str, ...] = ()


def boyce_codd(relation: Relation, limit: int = LIMIT) -> Decomposition:
    """A lossless decomposition into BCNF with respect to the functional dependencies; preserving where one can be, within the limits."""
    theory = theory_of(relation)
    made = boyce_codd_pieces(theory)
    return assembled(
        theory, "BCNF", made.method, made.pieces, steps=made.steps, notes=made.notes, by_steps=True, limit=limit
    )


def boyce_codd_pieces(theory: Theory) -> Pieces:
    """The fragments: those of the synthesis where they are in BCNF, other preserving ones if there are any, else a good split."""
    _, complete = theory.functional()
    notes = () if complete else ("Not all functional dependencies that follow from multivalued ones were looked for.",)
    test = Breaking(theory.cover)
    if test.of(theory.all) is None:
        return Pieces((Piece(theory.all),), ("It is in BCNF already.",), SPLITTING, notes)
    synthetic, said = synthesized(theory)
    if all(test.of(piece.mask) is None for piece in synthetic):
        return Pieces(tuple(synthetic), tuple(said), SYNTHESIS, notes)
    covering = covering_boyce_codd(theory.all, test)
    if covering.arrows is not None:
        return Pieces(
            tuple(_from_cover(theory, covering.arrows, test)), _said(theory, covering.arrows), PRESERVING, notes
        )
    candidates: list[tuple[int, int, int, list[Piece], list[str]]] = []
    for start, steps in ((synthetic, said), ([Piece(theory.all)], [])):
        parts = [part for piece in start for part in _split(theory, test, piece, steps)]
        masks = largest(part.mask for part in parts)
        lost = lost_arrows(test.cover, test.closures, masks)
        candidates.append((len(lost), len(masks), len(candidates), parts, steps))
    _, _, _, parts, steps = min(candidates)
    reason = (
        "No decomposition into BCNF preserves all dependencies (by Osborn's test)."
        if covering.decided
        else "Whether another decomposition into BCNF preserves more was not decided within the limit."
    )
    return Pieces(tuple(parts), tuple(steps), SPLITTING, (*notes, reason))


class Breaking:
    """What breaks BCNF within some attributes, by one minimal cover; answers are kept."""

    def __init__(self, cover: Sequence[Arrow]) -> None:
        self.cover = tuple(cover)
        self.closures = Closures(self.cover)
        self._known: dict[Mask, Arrow | None] = {}

    def of(self, within: Mask) -> Arrow | None:
        """A dependency within the attributes whose left side is no superkey of them; None where they are in BCNF.

        Where too many dependencies hold within the attributes, one is given that may not break BCNF, but may be split at.
        """
        if within not in self._known:
            self._known[within] = self._found(within)
        return self._known[within]

    def _found(self, within: Mask) -> Arrow | None:
        for left, right in self.cover:
            if not (left | right) & ~within and not self.closures.implies((left, within)):
                return left, right
        pair = self._pair(within)
        if pair is None or not self.closures.implies((pair[0], within)):
            return pair
        found = projected(self.cover, within, closures=self.closures)
        for left, right in found.arrows:
            if not self.closures.implies((left, within)):
                return left, right
        return None if found.complete else pair

    def _pair(self, within: Mask) -> Arrow | None:
        """An attribute that is determined by all but itself and one other, and a smallest left side for it.

        Where there is none, the attributes are in BCNF; where there is one, they may be (Tsou and Fischer 1982).
        """
        for one in bits(within):
            if not self.closures.implies((within & ~one, one)):
                continue
            for other in bits(within & ~one):
                left = within & ~one & ~other
                if self.closures.implies((left, one)):
                    return smallest_left(self.closures, left, one), one
        return None


def covering_boyce_codd(every: Mask, test: Breaking, limit: int = ELEMENTARY) -> Covering:
    """A cover of dependencies whose own attributes are in BCNF each, if there is one (Osborn 1979).

    Without one, no decomposition into BCNF preserves all dependencies: a dependency within a part in BCNF is in BCNF by itself.
    """
    good: dict[Arrow, None] = {}
    rights = 0
    for _, right in test.cover:
        rights |= right
    seen = 0
    for right in bits(rights):
        lefts = determining(test.closures, right, every & ~right, limit - seen)
        seen += len(lefts.masks)
        good.update({(left, right): None for left in lefts.masks if test.of(left | right) is None})
        if not lefts.complete or seen >= limit:
            break
    reached = Closures(good)
    if all(reached.implies(each) for each in test.cover):
        # What comes later stays where either would do: the dependencies as they were given.
        own = [each for each in test.cover if each in good]
        return Covering(minimal((*(each for each in good if each not in own), *own)))
    return Covering(None, seen < limit)


def _split(theory: Theory, test: Breaking, piece: Piece, steps: list[str]) -> list[Piece]:
    """A fragment taken apart at a dependency that breaks BCNF, and its parts in turn."""
    done: list[Piece] = []
    waiting = [piece]
    names = theory.universe
    while waiting:
        piece = waiting.pop()
        breaking = test.of(piece.mask)
        if breaking is None:
            done.append(piece)
            continue
        left, right = breaking
        closed = test.closures.of(left) & piece.mask
        if closed == piece.mask:  # perhaps no breach at all: split off the one attribute
            closed = left | right
        because = names.functional((left, closed & ~left))
        rest = piece.mask & ~(closed & ~left)
        whole, one, other = ("{" + show_set(names.ordered(mask)) + "}" for mask in (piece.mask, closed, rest))
        steps.append(f"{show(because, names.names)} splits {whole} into {one} and {other}.")
        waiting += [piece.rest(rest, names), Piece(closed, because)]
    return done


def _from_cover(theory: Theory, arrows: Sequence[Arrow], test: Breaking) -> list[Piece]:
    """Fragments of a cover whose dependencies are in BCNF each: put together where that stays in BCNF, and one with a key."""
    pieces: list[tuple[Mask, Mask]] = []
    for left, right in merged(arrows):
        together = test.of(left | right) is None
        pieces += [(left, left | right)] if together else [(left, left | bit) for bit in bits(right)]
    kept: list[tuple[Mask, Mask]] = []
    for left, mask in pieces:
        for place, (other, its) in enumerate(kept):
            same = test.closures.implies((left, other)) and test.closures.implies((other, left))
            if same and test.of(mask | its) is None:
                kept[place] = (other, mask | its)
                break
        else:
            kept.append((left, mask))
    found = [Piece(mask, theory.universe.functional((left, mask & ~left))) for left, mask in kept]
    if not any(test.closures.implies((piece.mask, theory.all)) for piece in found):
        found.append(Piece(smallest_left(test.closures, theory.all, theory.all)))
    return found


def _said(theory: Theory, arrows: Sequence[Arrow]) -> tuple[str, ...]:
    names = theory.universe
    listed = "; ".join(show(names.functional(each), names.names) for each in merged(arrows))
    return (f"A cover whose dependencies are in BCNF each: {listed}.",)
