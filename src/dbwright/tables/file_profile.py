"""The profile of a table in a file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dbwright.catalog.profiles import TableProfile
from dbwright.tables.base import Sample
from dbwright.tables.duck_types import type_of
from dbwright.tables.profiles.effort import Effort
from dbwright.tables.profiles.field import Field
from dbwright.tables.profiles.run import Place, profiled

if TYPE_CHECKING:
    from dbwright.tables.files import FileTable


def profile_file(
    table: "FileTable", columns: Sequence[str] | None = None, effort: Effort | None = None
) -> TableProfile:
    """The profile of the columns, all where none are named; what was noticed when the file was read stands in its notes."""
    wanted = list(table.spellings) if columns is None else list(columns)
    place = Place(
        store=table.store,
        rows=table.quoted,
        ref=table.ref,
        fields=[_field(table, each) for each in wanted],
        sample=lambda rows: table.taken(Sample(rows=rows)),
    )
    found = profiled(place, effort or Effort())
    if table.loaded.expected is not None and table.loaded.expected > found.rows:
        found = replace(found, rows=table.loaded.expected)
    return replace(found, seconds=found.seconds + table.seconds, notes=(*table.notes, *found.notes))


def _field(table: "FileTable", column: str) -> Field:
    reading = table.readings.get(column)
    return Field(
        name=column,
        spelling=table.spellings[column],
        type=reading.type if reading else type_of(table.spellings[column]),
        declared=type_of(table.spellings[column]) if table.has_types else None,
        reading=reading,
        searched=not table.has_types,
    )
