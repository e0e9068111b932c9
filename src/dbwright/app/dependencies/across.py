"""Dependencies of several tables: those of each, and which columns lie in the keys of another (references that nobody declared)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.discover import discover
from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.catalog.dependencies import Discovery, Measured
from dbwright.errors import ExecutionFault

if TYPE_CHECKING:
    import polars

    from dbwright.catalog.objects import Table
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

INCLUDED = "included"
"""The kind's name among the others."""
_SHARE = 0.2
"""Of the time: what looking across tables may take."""


def discover_tables(
    sources: Sequence["RowSource"],
    options: Options | None = None,
    allowance: "Allowance | None" = None,
    *,
    say: Say = silent,
) -> list[Discovery]:
    """All that holds in each table, references to others among it. Tables that time did not suffice for are told as unfinished."""
    from dbwright.mining.allowance import Allowance

    options, allowance = options or Options(), allowance or Allowance()
    wants_references = len(sources) > 1 and (options.kinds is None or INCLUDED in options.kinds)
    own = allowance.part(1 - _SHARE) if wants_references else allowance
    if options.kinds is not None:
        options = msgspec.structs.replace(options, kinds=tuple(each for each in options.kinds if each != INCLUDED))
    found = []
    for place, source in enumerate(sources):
        found.append(discover(source, options, own.part(1 / (len(sources) - place)), say=say))
    if not wants_references:
        return found
    across, notes = references_of(sources, options, allowance, say=say)
    return [
        msgspec.structs.replace(
            each,
            found=(*each.found, *across.get(each.table.path, ())),
            complete=each.complete and not notes,
            notes=(*each.notes, *notes),
        )
        for each in found
    ]


def references_of(
    sources: Sequence["RowSource"], options: Options, allowance: "Allowance", *, say: Say = silent
) -> tuple[dict[tuple[str, ...], list[Measured]], list[str]]:
    """By the path of the table, columns that lie in keys of others, as names and values speak for it; and what was left out.

    Tables of more than `options.whole` rows are left out: among samples a value that is missing says nothing.
    """
    from dbwright.mining.held import measured
    from dbwright.mining.references import references

    frames: list[tuple[Table, polars.DataFrame]] = []
    left_out: list[str] = []
    notes: list[str] = []
    for source in sources:
        left = allowance.left()
        if source.estimate() > options.whole or (left is not None and left <= 0):
            left_out.append(str(source.ref))
            continue
        try:
            frames.append((source.table, source.frame()))
        except ExecutionFault as fault:
            notes.append(f"References from and to {source.ref} were not looked for: {fault.message}")
    if left_out:
        notes.append(
            f"References from and to {', '.join(left_out)} were not looked for: the tables are large, or the time was over."
        )
    say(f"searching for references between {len(frames)} tables")
    search = references(frames, engine=_engine(sources), allowance=allowance)
    if not search.complete:
        notes.append(f"The search for references between tables was not finished, because {search.stopped}.")
    by_path = {table.ref.path: frame for table, frame in frames}
    found: dict[tuple[str, ...], list[Measured]] = {}
    for each in search.found:
        told = measured(each.held, by_path[each.table.path], each.table, whole=True)
        found.setdefault(each.table.path, []).append(told)
    return found, notes


def _engine(sources: Sequence["RowSource"]) -> str:
    from dbwright.tables.live import LiveTable

    first = sources[0]
    return first.database.catalog.engine if isinstance(first, LiveTable) else ""
