"""What people have decided on dependencies, as data."""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.dependencies import Dependency, Functional
from dbwright.catalog.names import Ref


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word on one dependency of one table: it must hold always (accepted), or it is an accident (not accepted).

    table: namespace and name as the catalog's, or the name alone. reason: in the person's own words; "" where none was given.
    """

    table: str
    dependency: Dependency
    accepted: bool
    reason: str = ""

    def of(self, table: Ref) -> bool:
        """Whether the decision is on this table."""
        return self.table == str(table) or self.table == table.name


def of_table(decisions: Iterable[Decision], table: Ref) -> dict[Dependency, bool]:
    """The decisions on one table; a later one replaces an earlier one on the same dependency.

    Functional dependencies stand in it with one column on the right side each, as discoveries have them.
    """
    found: dict[Dependency, bool] = {}
    for each in decisions:
        if not each.of(table):
            continue
        if isinstance(each.dependency, Functional):
            for name in sorted(each.dependency.right - each.dependency.left):
                found[Functional(each.dependency.left, frozenset((name,)))] = each.accepted
        else:
            found[each.dependency] = each.accepted
    return found
