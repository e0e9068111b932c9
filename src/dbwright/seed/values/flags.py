"""Truth values, in columns of whatever type: true and false, 1 and 0, "Y" and "N"."""

from __future__ import annotations

import re

import polars as pl

from dbwright.seed.values.asked import Asked
from dbwright.seed.values.limited import truth_share
from dbwright.seed.values.numbers import Booleans
from dbwright.seed.values.phrases import PHRASES
from dbwright.seed.values.source import Pool, Source

_DEFAULT = re.compile(r"\(*'?([01YNTFynt])'?\)*(?:::[\w ()\"]+)?")
_PAIRS = {"0": "01", "1": "01", "Y": "NY", "N": "NY", "T": "FT", "F": "FT", "y": "ny", "n": "ny", "t": "ft", "f": "ft"}


def flag_by_default(asked: Asked) -> Source | None:
    """Values of a number or a short text whose name is that of a flag and whose default is 0, 1, Y or N; None for others."""
    default = _DEFAULT.fullmatch((asked.column.default or "").strip())
    if default is None or asked.hint.meaning not in (None, "flag"):
        return None
    named = (
        PHRASES.get(" ".join(asked.words)) == "flag" or PHRASES.get(asked.words[-1] if asked.words else "") == "flag"
    )
    if not named or not (asked.type.kind == "integer" or (asked.type.is_text and (asked.room or 99) <= 5)):
        return None
    return of_pair(asked, _PAIRS[default[1]])


def of_pair(asked: Asked, pair: str) -> Source:
    """No and yes as a column writes them."""
    share = truth_share(asked)
    if asked.type.kind == "boolean":
        return Booleans(share)
    values = pl.Series([int(sign) for sign in pair]) if asked.type.is_number else pl.Series(list(pair))
    return Pool(values, weights=[1 - share, share])
