"""The theory of one relation, from texts or as data: `dbwright normalize --relation … --dependency …`."""

from collections.abc import Iterable

from dbwright.normalize.theory.analysis import Analysis, analysis
from dbwright.normalize.theory.notation import read
from dbwright.normalize.theory.relation import Form, Relation

__all__ = ["Analysis", "analyse", "analyse_texts"]


def analyse(relation: Relation, to: Form | None = None) -> Analysis:
    """Keys, prime attributes, normal form and why not the next, minimal cover, and decompositions of a relation.

    to: the form to take it apart to; None for 3NF and BCNF, and 4NF and 5NF where multivalued or join dependencies are given.
    Raises UsageError where a dependency names an attribute that the relation does not have.
    """
    return analysis(relation, to)


def analyse_texts(relation: str, dependencies: Iterable[str], to: Form | None = None) -> Analysis:
    """The same from texts such as "R(A, B, C)" and "A, B -> C". Raises UsageError, with the place, for what cannot be read."""
    return analyse(read(relation, dependencies), to)
