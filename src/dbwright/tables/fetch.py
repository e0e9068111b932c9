"""Rows of a session as polars columns: batch by batch, so that never more than a batch of Python objects is held."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type

_EXACT_IN_FLOAT = 2**53
_DECIMAL_DIGITS = 38
_DATE = "%Y-%m-%d"
_MOMENT = "%Y-%m-%d %H:%M:%S%.f"
_CLOCK = "%H:%M:%S%.f"
_IN_UTC = r"[+]00$"


def collected(
    batches: Iterable[Sequence[tuple[object, ...]]], columns: Sequence[Column], *, loose: bool
) -> pl.DataFrame:
    """The rows of all batches.

    loose: a column may hold values of any type (SQLite), so its values decide and not what was declared.
    Raises OverflowError for a number that fits no 64 bits.
    """
    parts: list[list[pl.Series]] = [[] for _ in columns]
    rows = 0
    for batch in batches:
        rows += len(batch)
        if not columns:
            continue
        for column, held, values in zip(columns, parts, zip(*batch, strict=True), strict=True):
            held += [_loose(column.name, values)] if loose else [_strict(column, values)]
    if loose:
        series = [_joined_loosely(column, held) for column, held in zip(columns, parts, strict=True)]
    else:
        series = [_joined(column, held) for column, held in zip(columns, parts, strict=True)]
    return pl.DataFrame(series)


# ---------------------------------------------------------------- columns that keep to their type


def _sent(type_: Type) -> tuple[Any, ...]:
    """What polars holds values in as they come; the first that fits."""
    match type_.kind:
        case "integer":
            return (pl.Int64, pl.UInt64, pl.String)
        case "year" | "bit":
            return (pl.Int64, pl.UInt64, pl.String, pl.Binary)
        case "boolean":
            return (pl.Boolean, pl.Int64)
        case "float":
            return (pl.Float64,)
        case "binary":
            return (pl.Binary, pl.String)
    return (pl.String, pl.Binary)


def _strict(column: Column, values: Sequence[Any]) -> pl.Series:
    for held in _sent(column.type):
        try:
            return pl.Series(column.name, values, dtype=held, strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            continue
    return pl.Series(column.name, [_text(each) for each in values], dtype=pl.String)


def _joined(column: Column, parts: Sequence[pl.Series]) -> pl.Series:
    """The batches as one column, in the type that was declared where polars has it for all values."""
    if not parts:
        return _finished(pl.Series(column.name, [], dtype=_sent(column.type)[0]), column.type)
    types = {part.dtype for part in parts if part.null_count() < len(part)} or {parts[0].dtype}
    if len(types) == 1:
        held = types.pop()
    elif types <= {pl.Int64, pl.UInt64, pl.Boolean}:
        held = pl.Int128()
    else:
        held = pl.String()
    whole = pl.concat([part.cast(held) for part in parts], rechunk=True)
    return _finished(whole, column.type) if whole.dtype == pl.String else whole


def _finished(texts: pl.Series, type_: Type) -> pl.Series:
    """Texts as what they say. One value that polars cannot hold (infinity, 24:00, the year 0) leaves all as they are."""
    if texts.dtype != pl.String:
        return texts
    match type_.kind:
        case "decimal" | "money":
            return _decimals(texts)
        case "date":
            return _kept(texts, texts.str.to_date(_DATE, strict=False))
        case "timestamp":
            bare = texts.str.replace(_IN_UTC, "") if type_.with_zone else texts
            read = bare.str.to_datetime(_MOMENT, time_unit="us", strict=False)
            return _kept(texts, read.dt.replace_time_zone("UTC") if type_.with_zone else read)
        case "time":
            return _kept(texts, texts.str.to_time(_CLOCK, strict=False))
    return texts


def _kept(texts: pl.Series, read: pl.Series) -> pl.Series:
    return read if read.null_count() == texts.null_count() else texts


def _decimals(texts: pl.Series) -> pl.Series:
    """Decimals with as many digits after the point as the longest has."""
    if texts.null_count() == len(texts):
        return texts.cast(pl.Decimal(_DECIMAL_DIGITS, 0))
    if not texts.str.contains(r"^-?[0-9]+(\.[0-9]*)?$").all():
        return texts
    before = texts.str.extract(r"^-?([0-9]+)", 1).str.len_chars().max()
    after = texts.str.extract(r"\.([0-9]*)$", 1).str.len_chars().max() or 0
    assert isinstance(before, int)
    assert isinstance(after, int)
    if before + after > _DECIMAL_DIGITS:
        return texts
    return _kept(texts, texts.cast(pl.Decimal(_DECIMAL_DIGITS, after), strict=False))


# ---------------------------------------------------------------- columns that hold what they like


def _loose(name: str, values: Sequence[Any]) -> pl.Series:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds == {int}:
        return pl.Series(name, values, dtype=pl.Int64)
    if kinds == {float}:
        return pl.Series(name, values, dtype=pl.Float64)
    if kinds == {str}:
        return pl.Series(name, values, dtype=pl.String)
    if kinds == {bytes}:
        return pl.Series(name, values, dtype=pl.Binary)
    if kinds == {int, float} and all(abs(each) <= _EXACT_IN_FLOAT for each in values if isinstance(each, int)):
        return pl.Series(name, [None if each is None else float(each) for each in values], dtype=pl.Float64)
    # An unusual type marks the batch as mixed: its texts say already what they are.
    return pl.Series(name, [_told(each) for each in values], dtype=pl.Categorical)


def _joined_loosely(column: Column, parts: Sequence[pl.Series]) -> pl.Series:
    types = {part.dtype for part in parts} - {pl.Null}
    if not types:
        return pl.Series(column.name, [None] * sum(map(len, parts)), dtype=pl.String)
    if len(types) == 1 and types != {pl.Categorical}:
        held = types.pop()
        whole = pl.concat([part.cast(held) for part in parts], rechunk=True)
        return _as_written(whole, column.type) if held == pl.String else whole
    if types == {pl.Int64, pl.Float64} and all(_fits_float(part) for part in parts if part.dtype == pl.Int64):
        return pl.concat([part.cast(pl.Float64) for part in parts], rechunk=True)
    told = [
        part.cast(pl.String)
        if part.dtype in (pl.Categorical, pl.Null)
        else pl.Series(column.name, [_told(each) for each in part], dtype=pl.String)
        for part in parts
    ]
    return pl.concat(told, rechunk=True)


def _fits_float(part: pl.Series) -> bool:
    least, most = part.min(), part.max()
    return least is None or (int(str(least)) >= -_EXACT_IN_FLOAT and int(str(most)) <= _EXACT_IN_FLOAT)


def _as_written(texts: pl.Series, type_: Type) -> pl.Series:
    """Texts of a date column as dates, if each is written in the one way that a date is printed in again."""
    if type_.kind == "date":
        read = texts.str.to_date(_DATE, strict=False)
        return read if _is_same(read.dt.to_string(_DATE), texts) else texts
    if type_.kind == "timestamp":
        for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
            moments = texts.str.to_datetime(form, time_unit="us", strict=False)
            if _is_same(moments.dt.to_string(form), texts):
                return moments
    return texts


def _is_same(again: pl.Series, texts: pl.Series) -> bool:
    return bool(again.eq_missing(texts).all())


def _told(value: Any) -> str | None:
    """A value of a mixed column as a text that no value of another type has: 1 and 1.0 are 1, the text is '1'."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT_IN_FLOAT:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    return f"'{text}'" if text[:1] in "'x-.0123456789in" else text


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else str(value)
