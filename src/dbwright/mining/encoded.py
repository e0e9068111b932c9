"""A table as numbers: per column, equal codes for equal values. All that exact mining needs to know of the rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EncodedTable:
    """Columns as codes.

    columns: the names. codes: shape (columns, rows), int32, C-contiguous; the codes of a column count from 0 without gaps.
    distinct: per column, how many codes it has. null: per column, the code of NULL; -1 where the column has none, or where no NULL
    equals another (then each has a code of its own).
    """

    columns: tuple[str, ...]
    codes: NDArray[np.int32]
    distinct: tuple[int, ...]
    null: tuple[int, ...]

    @property
    def rows(self) -> int:
        return int(self.codes.shape[1])
