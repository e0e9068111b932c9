"""What running one statement does to those who use the database meanwhile."""

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from dbwright.catalog.names import Ref
from dbwright.errors import UsageError

Blocked = Literal["reads", "writes", "schema changes"]

HazardKind = Literal[
    "data-loss",
    "lock",
    "rewrite",
    "scan",
    "breaking",
    "data-dependent",
    "irreversible",
    "privilege",
    "not-transactional",
    "behaviour",
]
"""data-loss: rows or values are gone · lock: others wait for longer than a moment · rewrite: every row is written again ·
scan: every row is read under a lock that others notice · breaking: the running application's statements fail ·
data-dependent: it fails if the rows do not fit · irreversible: there is no way back · privilege: someone may do more or less
than before · not-transactional: a failure leaves a part of it done · behaviour: the same statements do something else."""

HAZARDS: tuple[str, ...] = get_args(HazardKind)
"""The names by which hazards are allowed."""


def allowed_hazards(names: Iterable[str]) -> frozenset[str]:
    """The hazards that were allowed by name. Raises UsageError for a name that is none."""
    allowed = frozenset(names)
    if unknown := sorted(allowed - set(HAZARDS)):
        raise UsageError(f"{unknown[0]!r} is no hazard.", hint=f"The hazards are {', '.join(HAZARDS)}.")
    return allowed


class Lock(msgspec.Struct, frozen=True, order=True):
    """A lock on a relation: the engine's own name of its mode ("ACCESS EXCLUSIVE"), and whom it keeps waiting."""

    relation: Ref
    mode: str
    blocks: tuple[Blocked, ...] = ()


class Hazard(msgspec.Struct, frozen=True):
    """Something that a person has to know before a step runs: its kind, what it strikes, and one sentence."""

    kind: HazardKind
    target: Ref
    message: str


class Effect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a statement does.

    locks: the locks that it holds until it ends. rewrites: relations whose rows are all written again.
    scans: relations whose rows are all read. builds: indexes that are built. held_for: "moment" for a change of the
    catalog alone, "rows" where the locks last as long as the rows need.
    seconds: the expected duration, from the live sizes; None where no sizes are known.
    transactional: whether it can run inside a transaction and be rolled back.
    algorithm: MySQL's "INSTANT", "INPLACE" (MariaDB's "NOCOPY" too) or "COPY".
    basis: "predicted" from the engine's documentation, or "observed" while the statement ran on a scratch database.
    """

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Ref, ...] = ()
    scans: tuple[Ref, ...] = ()
    builds: tuple[Ref, ...] = ()
    held_for: Literal["moment", "rows"] = "moment"
    seconds: float | None = None
    transactional: bool = True
    algorithm: str | None = None
    hazards: tuple[Hazard, ...] = ()
    basis: Literal["predicted", "observed"] = "predicted"

    def blocks(self, what: Blocked) -> tuple[Lock, ...]:
        """The locks that keep reads, writes or schema changes waiting."""
        return tuple(lock for lock in self.locks if what in lock.blocks)
