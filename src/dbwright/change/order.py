"""The order in which operations can be done: what something stands on comes before it and goes after it.

Operations on one table that stays keep the order in which they are given, but for foreign keys, which join two tables.
"""

from collections.abc import Sequence

from dbwright.catalog.objects import Catalog
from dbwright.change.circles import cut
from dbwright.change.dependencies import Dependencies
from dbwright.change.operations import Operation
from dbwright.errors import UsageError


def in_order(operations: Sequence[Operation], old: Catalog, new: Catalog) -> tuple[Operation, ...]:
    """The operations that lead from one catalog to the other, in an order in which each finds what it needs.

    Circles are cut where that can be done: a foreign key is added after both of its tables, a check after the routine that
    it calls, a view is dropped and made anew instead of changed. Raises UsageError for one that cannot be cut.
    """
    work = list(operations)
    while True:
        dependencies = Dependencies(work, old, new)
        graph = dependencies.graph
        order = graph.order()
        while order is None:
            circles = graph.circles()
            in_circles = [[work[node] for node in circle if node < len(work)] for circle in circles]
            parted = cut(work, in_circles, old, new)
            if parted is not None:
                work = parted
                break
            loosened = [graph.loosen(circle) for circle in circles]
            if not any(loosened):
                raise _circle(in_circles[0])
            order = graph.order()
        else:
            return tuple(work[node] for node in order if node < len(work))


def _circle(operations: Sequence[Operation]) -> UsageError:
    said = [operation.describe() for operation in operations]
    shown = "; ".join(said[:6]) + (f"; and {len(said) - 6} more" if len(said) > 6 else "")
    return UsageError(
        f"These changes stand on each other in a circle, so none of them can be the first: {shown}.",
        hint="Make the change in two steps, one of which leaves out one of these objects.",
    )
