"""One reason for or against a reference, with its weight."""

import math
from typing import Literal

import msgspec

Source = Literal["names", "types", "values", "structure", "joins", "rivals"]


class Factor(msgspec.Struct, frozen=True):
    """A reason. weight: a natural logarithm of a likelihood ratio: above 0 it speaks for the reference, below against it.

    told: a clause in plain English, without a full stop.
    """

    source: Source
    weight: float
    told: str


def probability(score: float) -> float:
    """Log odds as a probability."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, score))))
