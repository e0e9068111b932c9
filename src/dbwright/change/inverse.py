"""The way back."""

from collections.abc import Sequence

from dbwright.catalog.objects import Catalog
from dbwright.change.operations import Irreversible, Operation, RebuildIndex, Workbench


def invert(operations: Sequence[Operation], before: Catalog) -> tuple[tuple[Operation, ...], tuple[str, ...]]:
    """What undoes the operations, the last one first, and why some of them cannot be undone.

    before: the catalog that they are applied to. A rebuilt index needs no undoing.
    """
    back: list[Operation] = []
    reasons: list[str] = []
    bench = Workbench(before)
    for operation in operations:
        undo = bench.inverse(operation)
        bench.apply(operation)
        if isinstance(undo, Irreversible):
            reasons.append(f"{operation.describe()}: {undo.reason}")
        elif not isinstance(operation, RebuildIndex):
            back.append(undo)
    return tuple(reversed(back)), tuple(reasons)
