"""Texts made longer or shorter where a condition asks for their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dbwright.seed.checks.goals import named
from dbwright.seed.checks.plausible import random_bytes
from dbwright.seed.checks.terms import MIRRORED, Call, Constant
from dbwright.seed.checks.work import Mask, Work
from dbwright.seed.draw import Draw

if TYPE_CHECKING:
    from dbwright.seed.checks.steps import Steps

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def resize(steps: Steps, work: Work, comparison: Call, rows: Mask, draw: Draw) -> bool:
    """Whether a comparison asks for the length of a text; if so the text is cut or letters are put at its end."""
    function, (left, right) = comparison.function, comparison.arguments
    if isinstance(left, Constant):
        function, left, right = MIRRORED[function], right, left
    if (
        not isinstance(left, Call)
        or left.function not in ("char_length", "byte_length")
        or not isinstance(right, Constant)
    ):
        return False
    column = named(left.arguments[0])
    if column is None or not steps.may_set(work, column) or not isinstance(right.value, int):
        return False
    length = right.value + {">": 1, "<": -1, "<>": 1}.get(function, 0)
    if work.frame.schema[column] == pl.Binary and 0 <= length <= 100_000:
        work.put(column, rows, random_bytes(length, work.rows, draw))
        return True
    if work.frame.schema[column] != pl.String:
        return False
    texts = work.frame[column]
    if function in ("<", "<=", "="):
        work.put(column, rows, texts.str.slice(0, max(length, 0)))
        texts = work.frame[column]
    if function in (">", ">=", "=", "<>") and 0 <= length <= 10_000:
        added = [
            pl.Series([_LETTERS[each] for each in np.asarray(draw.of(place).below(work.rows, 26))])
            for place in range(min(length, 16))
        ]
        filling = pl.DataFrame({str(place): each for place, each in enumerate(added)})
        tail = filling.select(pl.concat_str(pl.all()))["0"] if added else pl.Series([""] * work.frame.height)
        tail = pl.DataFrame({"t": tail}).select(pl.concat_str([pl.col("t")] * (length // 16 + 1)))["t"]
        longer = (texts + tail).str.slice(0, length)
        short = rows & (texts.str.len_chars().fill_null(length) < length).to_numpy()
        work.put(column, short, longer)
    return True
