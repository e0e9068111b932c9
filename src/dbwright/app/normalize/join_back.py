"""Whether the parts of a proposal joined back give the rows that they were made of, row for row, on rows that were read."""

from typing import TYPE_CHECKING

from dbwright.normalize.design.proposal import Part, Proposal

if TYPE_CHECKING:
    import polars


def joined_back(frame: "polars.DataFrame", proposal: Proposal) -> tuple[bool | None, str]:
    """True, False or, where it cannot be tried in memory, None; with a sentence on what was done.

    Columns that become child tables by taking lists apart are not compared: what is between the items is not kept.
    """
    parts = [part for part in proposal.parts if part.unfolds is None]
    unfolded = {name for part in proposal.parts if part.unfolds for columns in part.unfolds.columns for name in columns}
    compared = [name for name in frame.columns if name not in unfolded]
    rows = frame.select(compared)
    left = " Lists that are taken apart were not compared." if unfolded else ""
    if len(parts) == 1 or not rows.height:
        return True, f"Nothing had to be joined back.{left}" if rows.height else "There are no rows to join back."
    root = next((part for part in parts if part.keeps_name), parts[-1])
    held = _columns(root)
    joined = _projected(rows, root) if not root.keeps_name else rows.select(held)
    waiting = [part for part in reversed(parts) if part is not root]
    while waiting:
        part = next((each for each in waiting if set(_shared(each, held))), None)
        if part is None:
            return None, "The parts share no columns, so they were not joined back in memory."
        waiting.remove(part)
        shared = _shared(part, held)
        other = _projected(rows, part)
        if part.because is not None and root.keeps_name:
            absent = other.filter(_any_null(shared))
            if absent.select(
                [name for name in other.columns if name not in shared]
            ).null_count().sum_horizontal().sum() < (absent.height * (len(other.columns) - len(shared))):
                return False, f"Rows without {' and '.join(shared)} have values that {part.table.name} could not hold."
            other = other.filter(~_any_null(shared))
            joined = joined.join(other, on=shared, how="left", maintain_order="left")
        else:
            joined = joined.join(other, on=shared, how="inner", nulls_equal=True)
        held = joined.columns
        if joined.height > 20 * rows.height + 1000:
            return False, f"Joined back there are {joined.height:,} rows and more instead of {rows.height:,}."
    joined = joined.select(compared)
    same = joined.equals(rows) if root.keeps_name else joined.sort(compared).equals(rows.sort(compared))
    if same:
        return True, f"Joined back, all {rows.height:,} rows are the same.{left}"
    return False, f"Joined back, the {rows.height:,} rows are not the same: there are {joined.height:,}."


def _columns(part: Part) -> list[str]:
    """The columns of the source that a part holds or refers to."""
    return list(
        dict.fromkeys([*part.source_columns.values(), *(name for _, _, names in part.references for name in names)])
    )


def _shared(part: Part, held: list[str]) -> list[str]:
    """What finds the part's row: its key where that is there, else all that both have."""
    by_name = dict(part.source_columns)
    for own, _, sources in part.references:
        by_name.setdefault(own, sources[0])
    key = [name for own in part.natural_key for name in ([by_name[own]] if own in by_name else [])]
    if part.because is not None and key and set(key) <= set(held):
        return key
    return [name for name in _columns(part) if name in held]


def _projected(rows: "polars.DataFrame", part: Part) -> "polars.DataFrame":
    return rows.select(_columns(part)).unique(maintain_order=True)


def _any_null(columns: list[str]) -> "polars.Expr":
    import polars

    return polars.any_horizontal([polars.col(name).is_null() for name in columns])
