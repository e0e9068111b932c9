"""A relation as theory sees it: a name, attributes, and the dependencies that hold for whatever rows it may have."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued

Form = Literal["1NF", "2NF", "3NF", "EKNF", "BCNF", "4NF", "5NF"]
FORMS: tuple[Form, ...] = ("1NF", "2NF", "3NF", "EKNF", "BCNF", "4NF", "5NF")
"""Weakest first."""


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """attributes: in the order in which they were given. Keys are functional dependencies on all attributes."""

    name: str
    attributes: tuple[str, ...]
    functional: tuple[Functional, ...] = ()
    multivalued: tuple[Multivalued, ...] = ()
    joins: tuple[Join, ...] = ()

    @property
    def all(self) -> Attributes:
        """The attributes as a set."""
        return frozenset(self.attributes)

    def ordered(self, attributes: Iterable[str]) -> tuple[str, ...]:
        """Some attributes in the relation's order."""
        wanted = set(attributes)
        return tuple(each for each in self.attributes if each in wanted)
