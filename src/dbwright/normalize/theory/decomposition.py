"""A relation taken apart to a normal form: the one function that leads to all methods."""

from dbwright.errors import UsageError
from dbwright.normalize.theory.boyce_codd import boyce_codd
from dbwright.normalize.theory.higher import fifth, fourth
from dbwright.normalize.theory.lefts import LIMIT
from dbwright.normalize.theory.relation import Form, Relation
from dbwright.normalize.theory.split import Decomposition, Fragment, Piece, assembled
from dbwright.normalize.theory.synthesis import synthesis

__all__ = ["Decomposition", "Fragment", "Piece", "assembled", "boyce_codd", "decompose", "fifth", "fourth", "synthesis"]


def decompose(relation: Relation, to: Form = "BCNF", limit: int = LIMIT) -> Decomposition:
    """A lossless decomposition of a relation into a normal form, "2NF" to "5NF".

    2NF, 3NF and EKNF come by synthesis and preserve all functional dependencies. BCNF preserves them where that is possible at all.
    A relation that is in the form already comes back as its only fragment. limit: of keys looked at. Raises UsageError for another form.
    """
    if to in ("2NF", "3NF"):
        return synthesis(relation, "3NF", limit)
    if to == "EKNF":
        return synthesis(relation, "EKNF", limit)
    if to == "BCNF":
        return boyce_codd(relation, limit)
    if to == "4NF":
        return fourth(relation, limit)
    if to == "5NF":
        return fifth(relation, limit)
    raise UsageError(f"A relation cannot be taken apart to {to}.", hint="Choose 3NF, EKNF, BCNF, 4NF or 5NF.")
