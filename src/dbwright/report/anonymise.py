"""What was, or would be, done with every column of an anonymised copy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from dbwright.anonymise.decide import Decision
    from dbwright.anonymise.request import ColumnDone, Copied

_MARK = {None: "?", "keep": " "}


def plan_as_text(decisions: Sequence[Decision]) -> str:
    """The decisions by table; columns that nothing tells about carry a question mark."""
    lines: list[str] = []
    for table, held in groupby(decisions, key=lambda each: each.table):
        columns = list(held)
        width = max(len(each.column) for each in columns)
        lines.append(".".join(part for part in table if part))
        lines += [
            f"  {_MARK.get(each.treatment, '*')} {each.column:<{width}}  {each.treatment or 'UNKNOWN':<10}  {each.why}"
            for each in columns
        ]
    unknown = sum(each.treatment is None for each in decisions)
    changed = sum(each.treatment not in (None, "keep") for each in decisions)
    lines.append("")
    lines.append(
        f"{len(decisions)} columns: {changed} changed (*), {len(decisions) - changed - unknown} kept"
        + (f", {unknown} unknown (?): decide on them before a copy is made." if unknown else ".")
    )
    return "\n".join(lines) + "\n"


def as_text(copied: Copied) -> str:
    """The report of a copy."""
    lines = [f"{copied.source} → {copied.target}", ""]
    by_table = {each.table: each for each in copied.tables}
    for table, held in groupby(copied.columns, key=lambda each: each.decision.table):
        columns = list(held)
        done = by_table[table]
        width = max(len(each.decision.column) for each in columns)
        lines.append(f"{'.'.join(part for part in table if part)}: {done.copied:,} of {done.rows:,} rows")
        lines += [f"  {each.decision.column:<{width}}  {_done(each)}" for each in columns]
    lines.append("")
    lines += [f"note: {note}" for note in copied.notes]
    if copied.leaks:
        lines.append(f"LEAKED: {len(copied.leaks)} columns of the original were found in the copy.")
        lines += [f"  {each.original} in {each.found_in}: {each.rows:,} rows" for each in copied.leaks]
        lines.append("The copy was removed." if copied.removed else "The copy could not be removed: drop it.")
    else:
        lines.append(
            f"Nothing of {copied.canaries:,} original values was found in {copied.searched:,} texts of the copy. "
            f"{sum(each.copied for each in copied.tables):,} rows in {copied.seconds:.1f} s."
        )
    return "\n".join(lines) + "\n"


def as_json(told: Copied | Sequence[Decision]) -> str:
    """The same as JSON."""
    held: Any = msgspec.to_builtins(told)
    return msgspec.json.format(msgspec.json.encode(held), indent=2).decode() + "\n"


def _done(column: ColumnDone) -> str:
    text = f"{column.sentence} ({column.decision.why})"
    kept = column.decision.treatment == "keep"
    if column.unchanged and not kept:
        text += f"; {column.unchanged:,} of {column.values:,} came out as they were, by chance"
    return text
