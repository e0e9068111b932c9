"""The profile of columns with very many values: one scan for all of them, with sketches, and a sample for what a scan does not tell."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.profiles import Bin, ColumnProfile
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.catalog.secrets import looks_secret
from dbwright.tables.duck import Store, literal, name
from dbwright.tables.profiles.bins import number_bins, time_bins
from dbwright.tables.profiles.counted import TOP, counted, cut, finite
from dbwright.tables.profiles.field import Field
from dbwright.tables.profiles.quantiles import SHARES
from dbwright.tables.text_types import fits_all, read_types

_FREQUENT = 0.001
"""Values that at least this share of the rows have are told as the most frequent ones; a sample does not miss them."""
_AT_ONCE = 128 * 2**20
_GLANCED_AT_ONCE = 32  # columns: each takes a table of its values in memory


def sketched(
    store: Store, rows: str, total: int, fields: Sequence[Field], sample: str, sampled: int, *, seconds: float | None
) -> list[ColumnProfile]:
    """The profiles of several columns. sample: a table with some of the rows, so many. Raises OutOfTime, OutOfMemory."""
    asked = [_listed(field) for field in fields]
    answers = iter(store.run(f"SELECT {', '.join(', '.join(each) for each in asked)} FROM {rows}", seconds=seconds)[0])
    found = []
    for field, listed in zip(fields, asked, strict=True):
        values = [next(answers) for _ in listed]
        found.append(_profile(store, rows, total, field, values, sample, sampled))
    return found


def glanced_at(store: Store, rows: str, fields: Sequence[Field]) -> list[ColumnProfile]:
    """The least that a few quick queries over few rows say, where there is time for nothing else. Raises OutOfMemory."""
    found: list[ColumnProfile] = []
    for start in range(0, len(fields), _GLANCED_AT_ONCE):
        found += _glanced(store, rows, fields[start : start + _GLANCED_AT_ONCE])
    return found


def _glanced(store: Store, rows: str, fields: Sequence[Field]) -> list[ColumnProfile]:
    asked = []
    for field in fields:
        shown = "NULL" if field.is_binary or field.reading else "CAST({way}({key}) AS VARCHAR)"
        ends = [shown.format(way=way, key=field.key) for way in ("min", "max")]
        asked += [f"count({field.key})", f"count(DISTINCT {field.key})", *ends]
    answers = store.run(f"SELECT count(*), {', '.join(asked)} FROM {rows}")[0]
    total = int(answers[0])
    found = []
    for place, field in enumerate(fields):
        filled, distinct, least, greatest = answers[1 + 4 * place : 5 + 4 * place]
        shown_type = field.reading.type if field.reading else field.type
        hidden = looks_secret(field.name) or any(secret_shape(str(end)) for end in (least, greatest) if end is not None)
        found.append(ColumnProfile(
            name=field.name, declared=field.declared, inferred=shown_type if distinct else None, rows=total,
            nulls=total - filled, distinct=distinct, exact=False, secret=hidden,
            minimum=None if hidden else cut(least), maximum=None if hidden else cut(greatest),
        ))  # fmt: skip
    return found


def exact_distinct(store: Store, rows: str, field: Field, octets: int, *, seconds: float | None) -> int:
    """The exact number of values, counted in parts of the values that fit into memory one after another."""
    parts = max(1, -(-octets // _AT_ONCE))
    return sum(
        int(store.run(
            f"SELECT count(DISTINCT {field.key}) FROM {rows}" + (f" WHERE hash({field.key}) % {parts} = {part}" if parts > 1 else ""),
            seconds=seconds,
        )[0][0])
        for part in range(parts)
    )  # fmt: skip


def _listed(field: Field) -> list[str]:
    """What the scan is asked about one column."""
    key, value = field.key, field.value(field.name)
    text = "CAST({} AS VARCHAR)"
    if field.reading:
        ends = [text.format(f"{way}({key}, {value})") for way in ("arg_min", "arg_max")]
    else:
        ends = ["NULL", "NULL"] if field.is_binary else [text.format(f"{way}({key})") for way in ("min", "max")]
    double = f"CAST({value} AS DOUBLE)"
    finite = f" FILTER (isfinite({double}))" if field.is_float else ""
    numbers = (
        [f"avg({double}){finite}", f"stddev_samp({double}){finite}", f"approx_quantile({double}, {list(SHARES)}){finite}",
         f"min({double}){finite}", f"max({double}){finite}"]
        if field.is_number else ["NULL"] * 5
    )  # fmt: skip
    lengths = ["NULL"] * 5
    if field.width is None:
        long = f"octet_length({key})" if field.is_binary else f"length({key})"
        octets = long if field.is_binary else f"strlen({key})"
        lengths = [f"count_if({octets} = 0)", f"min({long})", f"max({long})", f"avg({long})", f"sum({octets})"]
    times = ["NULL", "NULL"]
    if field.is_temporal:
        kind = "DATE" if field.type.kind == "date" else "TIMESTAMP"
        times = [f"CAST({way}({value}) FILTER (isfinite({value})) AS {kind})" for way in ("min", "max")]
    return [f"count({key})", f"approx_count_distinct({key})", *ends, *numbers, *lengths, *times]


def _profile(
    store: Store, rows: str, total: int, field: Field, values: Sequence[Any], sample: str, sampled: int
) -> ColumnProfile:
    (
        filled,
        distinct,
        least,
        greatest,
        mean,
        deviation,
        quantiles,
        low,
        high,
        empty,
        shortest,
        longest,
        long,
        octets,
        first,
        last,
    ) = values
    from_sample = counted(store, sample, field)
    profile = ColumnProfile(
        name=field.name, declared=field.declared, inferred=_inferred(store, rows, field, sample),
        rows=total, nulls=total - filled, empty=empty or 0, distinct=min(int(distinct), filled), exact=False,
        shortest=shortest, longest=longest, mean_length=long,
        bytes=int(octets or 0) if field.width is None else field.width * filled, secret=from_sample.secret,
    )  # fmt: skip
    if profile.secret or not filled:
        return profile
    scale = total / max(1, sampled)
    column = field.value(field.name)
    histogram: tuple[Bin, ...] = ()
    if field.is_number and low is not None:
        core = (quantiles[0], quantiles[-1])
        histogram = number_bins(store, rows, column, "1", field, low, high, core)
    elif isinstance(first, date | datetime) and isinstance(last, date | datetime):
        histogram = time_bins(store, rows, column, "1", first, last)
    return replace(
        profile,
        minimum=cut(least), maximum=cut(greatest), mean=finite(mean), deviation=finite(deviation),
        quartiles=tuple(float(each) for each in quantiles[1:-1]) if quantiles else (),
        histogram=histogram, top=_frequent(store, rows, total, field, from_sample, sampled),
        patterns=tuple((shape, math.ceil(count * scale)) for shape, count in from_sample.patterns),
    )  # fmt: skip


def _inferred(store: Store, rows: str, field: Field, sample: str) -> Any:
    if field.reading or not field.is_text or field.searched:
        return field.reading.type if field.reading else field.type
    readings, _ = read_types(store, sample, [field.name])
    reading = readings.get(field.name)
    return reading.type if reading and fits_all(store, rows, field.name, reading) else field.type


def _frequent(
    store: Store, rows: str, total: int, field: Field, from_sample: ColumnProfile, sampled: int
) -> tuple[tuple[str, int], ...]:
    """The most frequent values of the sample, counted in all rows; only those that are frequent enough not to be missed."""
    likely = [text for text, count in from_sample.top if count >= max(3, _FREQUENT * sampled / 2)]
    if not likely or field.is_binary:
        return ()
    key = f"CAST({name(field.name)} AS VARCHAR)"
    chosen = ", ".join(literal(each) for each in likely)
    found = store.run(
        f"SELECT {key}, count(*) FROM {rows} WHERE {key} IN ({chosen}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}"
    )
    return tuple((str(text), int(count)) for text, count in found if count >= _FREQUENT * total)
