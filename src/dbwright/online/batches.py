"""SQL of batches: where the next one ends, and its statements with the range of keys put in."""

from dbwright.change.online import Batch
from dbwright.change.online.stages import RANGE


def bound(batch: Batch, after: tuple[str, ...] | None, rows: int) -> str:
    """The query for the last key of a batch of so many rows; it gives no row where fewer are left."""
    keys = ", ".join(batch.keys)
    return (
        f"SELECT {', '.join(batch.literals)} FROM {batch.source} WHERE {condition(batch, after, None)}"
        f" ORDER BY {keys} LIMIT 1 OFFSET {rows - 1}"
    )


def statements(batch: Batch, after: tuple[str, ...] | None, upto: tuple[str, ...] | None, *, repair: bool) -> list[str]:
    """The batch's statements for the keys after one and up to another; None for no end."""
    texts = batch.repair if repair else batch.statements
    return [text.replace(RANGE, condition(batch, after, upto)) for text in texts]


def condition(batch: Batch, after: tuple[str, ...] | None, upto: tuple[str, ...] | None) -> str:
    """The condition on the keys."""
    found = [_beyond(batch, ">", after)] if after is not None else []
    found += [f"NOT ({_beyond(batch, '>', upto)})" if not _plain(batch) else _beyond(batch, "<=", upto)] if upto else []
    return "(" + " AND ".join(found or ["1 = 1"]) + ")"


def _plain(batch: Batch) -> bool:
    return batch.row_values or len(batch.keys) == 1


def _beyond(batch: Batch, sign: str, values: tuple[str, ...]) -> str:
    if len(batch.keys) == 1:
        return f"{batch.keys[0]} {sign} {values[0]}"
    if batch.row_values:
        return f"({', '.join(batch.keys)}) {sign} ({', '.join(values)})"
    # Written out, for engines that compare rows without an index: a >= 1 AND (a > 1 OR (a = 1 AND (b > 2)))
    key, value = batch.keys[-1], values[-1]
    text = f"{key} > {value}"
    for key, value in reversed(list(zip(batch.keys[:-1], values[:-1], strict=True))):
        text = f"{key} >= {value} AND ({key} > {value} OR ({text}))"
    return text
