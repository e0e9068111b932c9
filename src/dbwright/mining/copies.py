"""Columns that hold the same values as another one."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, quoted
from dbwright.mining.encoded import EncodedTable
from dbwright.relationships.words import stem

_TRIED_ROWS = 200
_ENOUGH = 0.9


def copies(frame: pl.DataFrame, table: EncodedTable, allowance: Allowance) -> Iterator[Candidate]:
    """Pairs of equal columns, the later one as the copy of the earliest.

    Whole numbers that count from 1 in both are no copies unless their names are alike: keys of two tables often run in parallel.
    """
    if not frame.height:
        return
    rows = np.linspace(0, frame.height - 1, min(_TRIED_ROWS, frame.height)).astype(np.uint32)
    able = [place for place, each in enumerate(frame.iter_columns()) if _kind(each) and table.distinct[place] > 1]
    hashes = {place: frame.to_series(place)[rows].hash().to_numpy() for place in able}
    copied: set[int] = set()
    for number, second in enumerate(able):
        allowance.check()
        earlier = [first for first in able[:number] if first not in copied]
        if not earlier:
            continue
        equal = (np.array([hashes[first] for first in earlier]) == hashes[second]).mean(axis=1)
        for first in (earlier[place] for place in np.flatnonzero(equal >= _ENOUGH)):
            source, target = frame.to_series(first), frame.to_series(second)
            parallel = source.dtype.is_integer() and not _share_a_noun(source.name, target.name)
            if _kind(source) == _kind(target) and not parallel:
                agrees = source.eq_missing(target).to_numpy()
                speaks = (source.is_not_null() & target.is_not_null()).to_numpy()
                copied.add(second)
                yield Candidate(second, (first,), quoted(source.name), "copy", agrees, speaks)
                break


def _kind(series: pl.Series) -> str:
    """Columns of one kind can be compared; empty for those that are not."""
    if series.dtype.is_nested() or series.dtype == pl.Object:
        return ""
    return "integer" if series.dtype.is_integer() else str(series.dtype)


def _share_a_noun(one: str, other: str) -> bool:
    """Whether names share a word beside "id" and the like: "customer_id" and "billing_customer_id"."""
    return bool((set(stem(one)) & set(stem(other))) - {"id", "key", "no", "nr", "number", "code"})
