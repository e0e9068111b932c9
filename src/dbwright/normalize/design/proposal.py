"""A table taken apart, as data: what the proposal writes, the migration carries out and the proof checks."""

from typing import Literal

import msgspec

from dbwright.catalog.dependencies import Functional, Join, Multivalued, Violation
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.normalize.theory.relation import Form


class Unfolded(msgspec.Struct, frozen=True, kw_only=True):
    """A column, or columns, that hold several values in one row and become rows of a child table.

    kind: "list" (texts with `separator`), "json" (arrays), "array" (PostgreSQL's), "numbered" (phone1, phone2 …) or "group"
    (item1_name, item1_price, item2_name …). columns: of the source; for a group one tuple a repetition, in the order of `targets`.
    targets: the columns of the child that hold the values. ordinal: the child's column with the position, counting from 1.
    """

    kind: Literal["list", "json", "array", "numbered", "group"]
    columns: tuple[tuple[str, ...], ...]
    targets: tuple[str, ...]
    ordinal: str
    separator: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a proposal.

    table: as it is to be made, with its keys, foreign keys, types and comments. source_columns: per column of it that comes from the
    source, the source's column; columns not named here are surrogate keys that the engine numbers, or come from `unfolds`.
    surrogate: its made-up key, None where it keeps a natural one; natural_key: the columns, of the part, that tell its rows apart.
    because: the dependency that it stands for; None for what is left of the source. rows, bytes: after the split, None where unknown.
    keeps_name: whether it is the table that the source's own rows live on in.
    references: per surrogate foreign key, the column of this part, the part it leads to, and the columns of the source that find the row.
    """

    table: Table
    source_columns: dict[str, str]
    natural_key: tuple[str, ...]
    surrogate: str | None = None
    because: Functional | Multivalued | Join | None = None
    rows: int | None = None
    bytes: int | None = None
    keeps_name: bool = False
    unfolds: Unfolded | None = None
    references: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """Something that goes wrong with the table as it is, shown on its own rows. kind: "update", "insert" or "delete"."""

    kind: Literal["update", "insert", "delete"]
    sentence: str
    rows: Violation | None = None


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Rows against an accepted dependency: they must be settled by a person before the split; nothing is merged silently."""

    dependency: Functional
    rows: int
    examples: tuple[Violation, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """How one table becomes several that can be joined back to exactly its rows.

    source: the table as it is. form: the normal form reached; was: the one before, and why_not_next says what kept it there.
    parts: parents before children. lossless: by the chase. lost: dependencies that no single table of the parts holds any more.
    rows, bytes: before.
    """

    source: Ref
    engine: str
    was: Form
    form: Form
    why_not_next: str
    parts: tuple[Part, ...]
    lossless: bool
    lost: tuple[Functional, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    rows: int | None = None
    bytes: int | None = None
    notes: tuple[str, ...] = ()
