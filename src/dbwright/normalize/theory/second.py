"""2NF: what depends on a part of a key goes to that part; what depends on something that is no key stays with it.

Source: E. F. Codd, "Further normalization of the data base relational model" (1972).
"""

from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import merged, minimal
from dbwright.normalize.theory.implication import Theory
from dbwright.normalize.theory.lefts import LIMIT, determining
from dbwright.normalize.theory.relation import Form, Relation
from dbwright.normalize.theory.split import Decomposition, Piece, assembled

METHOD = "Splitting at dependencies on a part of a key (Codd 1972)"


def second(relation: Relation, form: Form = "2NF", limit: int = LIMIT) -> Decomposition:
    """A lossless decomposition into 2NF; with the form "1NF" the relation as it is."""
    theory = Theory(relation)
    arrows, _ = theory.functional()
    cover = minimal(arrows)
    closures = Closures(cover)
    keys = determining(closures, theory.all, theory.all, limit).masks
    prime = 0
    for key in keys:
        prime |= key
    pieces: list[Piece] = []
    gone = 0
    for left, _ in merged(cover) if form == "2NF" else ():
        if any(left & ~key == 0 and left != key for key in keys):
            found = closures.of(left) & ~prime & ~left & ~gone
            if found:
                gone |= found
                pieces.append(Piece(left | found, theory.universe.functional((left, found))))
    pieces.append(Piece(theory.all & ~gone))
    return assembled(theory, form, METHOD, pieces, by_steps=True, limit=limit)
