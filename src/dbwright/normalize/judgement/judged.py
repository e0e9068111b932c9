"""What stands behind a decision on a dependency: how plausible it is, what breaking it up would save, and what it would cost."""

import msgspec

from dbwright.catalog.dependencies import Attributes, Measured, Violation
from dbwright.catalog.facts import Answer
from dbwright.catalog.names import Ref


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a dependency that breaks a normal form costs, in numbers.

    repeated_rows, repeated_bytes: values of the right side that are stored more than once, without the first time.
    disagreeing: rows that already say something else than most rows of their group. join_rows: rows of the table that it would be
    joined with; join_seconds: measured, None where it was not.
    """

    repeated_rows: int
    repeated_bytes: int
    disagreeing: int = 0
    join_rows: int = 0
    join_seconds: float | None = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A measured dependency with its plausibility (0 to 1), the reasons in plain half-sentences with their weights, and its price.

    decision: "accepted", "rejected" or "" while nobody has said.
    """

    measured: Measured
    score: float
    reasons: tuple[tuple[str, float], ...] = ()
    price: Price | None = None
    decision: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that decides: could these two rows exist together? "No" declares the dependency, "yes" refutes it.

    decides: how many other dependencies fall or follow with the answer.
    """

    table: Ref
    about: Judged
    rows: Violation
    decides: int = 0


class Dependencies(Answer, frozen=True, kw_only=True):
    """What the rows of a table say of its dependencies: the answer to FindDependencies.

    judged: the plausible ones and those that people decided on, the most plausible first. keys: what tells rows apart, declared or
    plausible. complete: whether the search went to its end; limits: if not, what was left out, in plain sentences.
    """

    judged: tuple[Judged, ...] = ()
    keys: tuple[Attributes, ...] = ()
    complete: bool = True
    limits: tuple[str, ...] = ()
