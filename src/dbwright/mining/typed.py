"""Texts that are all numbers or dates, as such: what is compared by size needs values, what is compared for equality keeps texts."""

from collections.abc import Callable

import polars as pl

_LOOKED_AT = 200
_FORMS: dict[str, Callable[[pl.Series], pl.Series]] = {
    r"^-?(0|[1-9][0-9]{0,17})$": lambda texts: texts.cast(pl.Int64, strict=False),
    r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$": lambda texts: texts.cast(pl.Float64, strict=False),
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": lambda texts: texts.str.to_date("%Y-%m-%d", strict=False),
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$": lambda texts: texts.str.replace(
        "T", " ", literal=True
    ).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False),
}
"""What all values of a column look like, narrow forms first, and how they are read. Leading zeros make a text."""


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with typed columns; a column with one value that does not fit, or with leading zeros, stays text."""
    return frame.with_columns(_typed(each) for each in frame.iter_columns() if each.dtype == pl.String)


def _typed(texts: pl.Series) -> pl.Series:
    known = texts.drop_nulls()
    if known.is_empty():
        return texts
    pattern = next(
        (each for each in _FORMS if known.head(_LOOKED_AT).str.contains(each).all() and known.str.contains(each).all()),
        None,
    )
    found = _FORMS[pattern](texts) if pattern else texts
    return found if found.null_count() == texts.null_count() else texts
