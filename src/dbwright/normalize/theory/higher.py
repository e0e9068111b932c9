"""4NF and 5NF: what combines freely is set apart, and what is the join of several tables is made several tables.

Sources: R. Fagin, "Multivalued dependencies and a new normal form" (1977) and "Normal forms and relational database operators" (1979).
Which dependency goes first decides what can be preserved, so several orders are tried and the one that loses least is taken.
"""

from collections.abc import Callable, Iterable

from dbwright.catalog.dependencies import Functional, Multivalued
from dbwright.normalize.theory.boyce_codd import boyce_codd_pieces
from dbwright.normalize.theory.forms import Judge
from dbwright.normalize.theory.implication import Theory, theory_of
from dbwright.normalize.theory.lefts import LIMIT
from dbwright.normalize.theory.masks import Mask, largest
from dbwright.normalize.theory.notation import show, show_set
from dbwright.normalize.theory.product import joins_against_keys, product_against
from dbwright.normalize.theory.relation import Relation
from dbwright.normalize.theory.split import Decomposition, Piece, assembled, lost_by

_Way = tuple[list[Piece], list[str]]


def fourth(relation: Relation, limit: int = LIMIT) -> Decomposition:
    """A lossless decomposition into 4NF with respect to the functional, multivalued and join dependencies."""
    theory = theory_of(relation)
    if not theory.mixed:
        return _as_boyce_codd(theory, "4NF", limit)
    pieces, steps = _fourth_pieces(theory)
    method = "Splitting at multivalued dependencies whose left side is no superkey (Fagin 1977)"
    return assembled(
        theory, "4NF", method, pieces, steps=steps, notes=_notes(theory, pieces), by_steps=True, limit=limit
    )


def fifth(relation: Relation, limit: int = LIMIT) -> Decomposition:
    """A lossless decomposition into 5NF with respect to the dependencies given: no join dependency among them is left to the rows."""
    theory = theory_of(relation)
    if not theory.mixed:
        return _as_boyce_codd(theory, "5NF", limit)
    pieces, steps = _best(
        theory,
        (
            lambda: _joins_apart(theory, *_fourth_pieces(theory), limit),
            lambda: _fourth_parts(theory, *_joins_apart(theory, [Piece(theory.all)], [], limit)),
        ),
    )
    pieces, steps = _joins_apart(theory, pieces, steps, limit)
    method = "Splitting at multivalued and join dependencies that do not follow from the keys (Fagin 1977, 1979)"
    return assembled(
        theory, "5NF", method, pieces, steps=steps, notes=_notes(theory, pieces), by_steps=True, limit=limit
    )


def _as_boyce_codd(theory: Theory, form: str, limit: int) -> Decomposition:
    made = boyce_codd_pieces(theory)
    said = f"No multivalued or join dependency is given, so BCNF is {form}."
    return assembled(
        theory,
        "4NF" if form == "4NF" else "5NF",
        made.method,
        made.pieces,
        steps=(*made.steps, said),
        notes=made.notes,
        by_steps=True,
        limit=limit,
    )


def _fourth_pieces(theory: Theory) -> _Way:
    """Multivalued dependencies first, or functional ones first: whichever loses less."""

    def functional_first() -> _Way:
        made = boyce_codd_pieces(theory)
        return _fourth_parts(theory, list(made.pieces), list(made.steps))

    return _best(theory, (functional_first, lambda: _fourth_parts(theory, [Piece(theory.all)], [])))


def _best(theory: Theory, ways: Iterable[Callable[[], _Way]]) -> _Way:
    """The way that loses the fewest dependencies, then the one with the fewest fragments."""

    def badness(way: _Way) -> tuple[int, int]:
        masks = largest(piece.mask for piece in way[0])
        return len(lost_by(theory, masks)), len(masks)

    return min((way() for way in ways), key=badness)


def _fourth_parts(theory: Theory, pieces: Iterable[Piece], steps: Iterable[str]) -> _Way:
    """The pieces, each taken apart until only superkeys have anything that combines freely."""
    done: list[Piece] = []
    waiting, said = list(pieces), list(steps)
    while waiting:
        piece = waiting.pop(0)
        against = product_against(theory, piece.mask)
        if not against.arrows:
            done.append(piece)
            continue
        left, right = against.arrows[0]
        waiting = [*_at(theory, piece, left, right, said), *waiting]
    return done, said


def _at(theory: Theory, piece: Piece, left: Mask, right: Mask, steps: list[str]) -> list[Piece]:
    """A piece split at what its left side determines, else into one part for each block that combines freely."""
    names = theory.universe
    closed, blocks = theory.basis(left)
    because: Functional | Multivalued
    if not right & ~closed:
        because = names.functional((left, right))
        parts = [Piece(left | right, because), piece.rest(piece.mask & ~right, names)]
    else:
        because = names.multivalued((left, right))
        parts = [
            Piece(left | (block & piece.mask), names.multivalued((left, block & piece.mask)))
            for block in blocks
            if block & piece.mask
        ]
    into = " and ".join("{" + show_set(names.ordered(part.mask)) + "}" for part in parts)
    steps.append(f"{show(because, names.names)} splits {{{show_set(names.ordered(piece.mask))}}} into {into}.")
    return parts


def _joins_apart(theory: Theory, pieces: Iterable[Piece], steps: Iterable[str], limit: int) -> _Way:
    """The pieces, each split into the components of a join dependency that its keys do not explain."""
    done: list[Piece] = []
    waiting, said = list(pieces), list(steps)
    names = theory.universe
    while waiting:
        piece = waiting.pop(0)
        against = joins_against_keys(theory, piece.mask, Judge(theory, piece.mask, limit).keys) if theory.joins else []
        if not against:
            done.append(piece)
            continue
        because = names.join(against[0])
        into = " and ".join("{" + show_set(names.ordered(part)) + "}" for part in against[0])
        said.append(f"{show(because, names.names)} splits {{{show_set(names.ordered(piece.mask))}}} into {into}.")
        waiting = [*(Piece(part, because) for part in against[0]), *waiting]
    return done, said


def _notes(theory: Theory, pieces: Iterable[Piece]) -> tuple[str, ...]:
    found = (
        []
        if theory.functional()[1]
        else ["Not all functional dependencies that follow from multivalued ones were looked for."]
    )
    for piece in pieces:
        if not product_against(theory, piece.mask).complete:
            listed = show_set(theory.universe.ordered(piece.mask))
            found.append(
                f"Whether {{{listed}}} is in 4NF was not decided: it has too many attributes to try all left sides."
            )
    return tuple(found)
