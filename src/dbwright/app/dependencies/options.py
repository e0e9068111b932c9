"""What is asked of a discovery."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

Say = Callable[[str], None]
"""Takes a sentence on what is being done, for whoever waits."""


def silent(sentence: str) -> None:
    """Says nothing."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How dependencies are looked for.

    kinds: of dependencies, by the names of mining.kinds; None for all. max_left: the most columns on a left side; None for no limit.
    max_error: the greatest share of rows against an approximate one. nulls: whether NULL equals NULL.
    whole: tables of up to so many rows are read whole; of larger ones `sample` rows are mined, with at most `large_left` columns on
    a left side, and what they do not refute is checked on all rows by the database. seed: of the samples. state: the folder that
    keeps what an unfinished run has found out; None for none.
    """

    kinds: tuple[str, ...] | None = None
    max_left: int | None = 3
    max_error: float = 0.01
    nulls: Literal["equal", "distinct"] = "equal"
    whole: int = 200_000
    sample: int = 100_000
    large_left: int = 2
    seed: int = 0
    state: Path | None = None
