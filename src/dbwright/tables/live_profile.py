"""The profile of a live table: its rows, or a sample of them, looked at by DuckDB; of sampled tables the plain numbers by the server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dbwright.catalog.parts import Column
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.catalog.secrets import looks_secret
from dbwright.errors import ExecutionFault
from dbwright.tables.base import Sample
from dbwright.tables.duck import Store, literal
from dbwright.tables.duck_types import type_of
from dbwright.tables.profiles.effort import Effort
from dbwright.tables.profiles.field import Field
from dbwright.tables.profiles.run import Place
from dbwright.tables.profiles.run import profiled as profile_of

if TYPE_CHECKING:
    from dbwright.tables.live import LiveTable

SAMPLED_ABOVE = 250_000
_SAMPLE = 100_000
_NEARLY_ALL = 0.9  # where so many values of the sample differ, those of the whole table are taken to differ as much
_SERVER_SECONDS = 30.0
_COMPARED = ("integer", "decimal", "float", "date", "time", "timestamp", "year")


def profiled(
    table: "LiveTable", columns: Sequence[str] | None = None, effort: Effort | None = None, memory: int | None = None
) -> TableProfile:
    """The profile of the columns. With `effort.exact` all rows are fetched however many they are."""
    effort = effort or Effort()
    wanted = table.columns(columns)
    estimate = table.estimate()
    sample = None if estimate <= SAMPLED_ABOVE or effort.exact else Sample(rows=_SAMPLE)
    effort.tell(f"{table.ref}: reading {'a sample of the' if sample else 'its'} rows")
    found = _looked_at(table, wanted, sample, effort, memory)
    if sample is None:
        return replace(found, notes=(*table.notes, *found.notes))
    return _with_whole(table, wanted, found, estimate, effort)


def _looked_at(
    table: "LiveTable", wanted: Sequence[Column], sample: Sample | None, effort: Effort, memory: int | None
) -> TableProfile:
    store = Store(memory=memory)
    try:
        file = store.folder / "rows.parquet"
        # A table without columns still has rows; its frame has a column of its own then.
        table.frame([each.name for each in wanted], sample).write_parquet(file)
        rows = f"read_parquet({literal(str(file))})"
        spellings = {str(row[0]): str(row[1]) for row in store.run(f"DESCRIBE SELECT * FROM {rows}")}
        fields = [
            Field(name=each.name, spelling=spellings[each.name], type=type_of(spellings[each.name]), declared=each.type)
            for each in wanted
        ]
        place = Place(
            store=store, rows=rows, ref=table.ref, fields=fields, sample=lambda count: f"{rows} LIMIT {count}"
        )
        return profile_of(place, effort)
    finally:
        store.close()


def _with_whole(
    table: "LiveTable", wanted: Sequence[Column], found: TableProfile, estimate: int, effort: Effort
) -> TableProfile:
    """The profile of a sample with what one query over all rows says: their number, NULLs, least, greatest and mean."""
    numbers = _of_all(table, wanted, effort)
    statistics = table.statistics()
    rows = estimate if numbers is None else int(numbers[0])
    columns = []
    for place, column in enumerate(wanted):
        profile = found.column(column.name)
        assert profile is not None
        known = statistics.get(column.name)
        values = None if numbers is None else numbers[1 + 4 * place : 5 + 4 * place]
        merged = _merged(profile, rows, values, known.distinct if known else None)
        if numbers and (column.name,) in table.table.keys and not merged.nulls:
            merged = replace(merged, distinct=rows, exact=True)  # a declared key has as many values as it has rows
        columns.append(merged)
    return replace(
        found,
        rows=rows,
        columns=tuple(columns),
        seconds=effort.spent(),
        notes=(
            *table.notes,
            *found.notes,
            f"A sample of {found.read:,} of {'' if numbers else 'about '}{rows:,} rows was looked at; its counts are projected.",
            "The numbers of rows and NULLs, the least and the greatest value and the mean are of all rows."
            if numbers
            else "The server gave no numbers of all rows in time.",
        ),
    )


def _of_all(table: "LiveTable", wanted: Sequence[Column], effort: Effort) -> list[Any] | None:
    """How many rows; then per column values, least, greatest, mean (the last three where the server can say them cheaply)."""
    asked = ["COUNT(*)"]
    for column in wanted:
        name = table.spelling.name(column.name)
        compared = column.type.kind in _COMPARED and not looks_secret(column.name)
        mean = compared and column.type.kind in ("integer", "decimal", "float")
        asked += [f"COUNT({name})", *((f"MIN({name})", f"MAX({name})") if compared else ("NULL", "NULL"))]
        asked.append(f"AVG({name})" if mean else "NULL")
    if effort.is_over():
        return None
    left = None if effort.seconds is None else effort.seconds - effort.spent()
    table.database.limit(min(_SERVER_SECONDS, left) if left is not None else _SERVER_SECONDS)
    try:
        return list(table.query(f"SELECT {', '.join(asked)} FROM {table.quoted}")[0])
    except ExecutionFault:
        return None
    finally:
        table.database.limit(None)


def _merged(profile: ColumnProfile, rows: int, whole: Sequence[Any] | None, distinct: float | None) -> ColumnProfile:
    """The profile of a sample projected to all rows; what is known of all rows goes before."""
    scale = rows / profile.rows if profile.rows else 0.0
    nulls = round(profile.nulls * scale) if whole is None else rows - int(whole[0])
    many = profile.distinct if distinct is None else max(profile.distinct, round(distinct))
    if distinct is None and profile.distinct >= _NEARLY_ALL * (profile.rows - profile.nulls):
        many = round(profile.distinct * scale)
    found = replace(
        profile,
        rows=rows,
        nulls=nulls,
        empty=round(profile.empty * scale),
        distinct=min(many, rows - nulls),
        exact=False,
        bytes=None if profile.bytes is None else round(profile.bytes * scale),
        patterns=tuple((text, round(count * scale)) for text, count in profile.patterns),
        top=tuple((text, round(count * scale)) for text, count in profile.top),
        histogram=tuple(replace(bar, rows=round(bar.rows * scale)) for bar in profile.histogram),
        sorted=0,
    )
    if whole is None or whole[1] is None or profile.secret:
        return found
    mean = profile.mean if whole[3] is None else float(whole[3])
    return replace(found, minimum=str(whole[1]), maximum=str(whole[2]), mean=mean)
