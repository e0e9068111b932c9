"""The parts of tables and views: columns, constraints, indexes, triggers and policies.

Expressions, bodies and bounds are kept as the engine itself prints them back, so that equal schemas compare equal.
"""

from typing import Literal

import msgspec

from dbwright.catalog.types import Type


class Object(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all catalog objects."""


# ---------------------------------------------------------------- columns


class Generated(Object, frozen=True, kw_only=True):
    """A column computed from others."""

    expression: str
    stored: bool = True


class Identity(Object, frozen=True, kw_only=True):
    """A column that numbers itself.

    generation: "always" and "by default" are the SQL standard's identity; "auto_increment" is MySQL's and
        "autoincrement" SQLite's AUTOINCREMENT (a plain INTEGER PRIMARY KEY of SQLite has no Identity but is a rowid alias);
        "serial" is a PostgreSQL integer with a nextval default on a sequence that it owns.
    sequence: namespace and name of the backing sequence where the engine has one.
    """

    generation: Literal["always", "by default", "auto_increment", "autoincrement", "serial"]
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool = False
    sequence: tuple[str, str] | None = None


class Column(Object, frozen=True, kw_only=True):
    """A column of a table or a view.

    default: the default as an expression in the engine's own spelling; None where there is none ("NULL" is no default).
    on_update: MySQL's ON UPDATE expression. hidden: MySQL/MariaDB INVISIBLE.
    options: storage, compression, statistics target and the like, by their SQL names.
    """

    name: str
    type: Type
    nullable: bool = True
    default: str | None = None
    generated: Generated | None = None
    identity: Identity | None = None
    collation: str | None = None
    charset: str | None = None
    on_update: str | None = None
    hidden: bool = False
    comment: str | None = None
    options: dict[str, str] = {}


# ---------------------------------------------------------------- constraints

Deferral = Literal["immediate", "deferred"]
"""A deferrable constraint that starts immediate, or deferred. None: not deferrable."""


class PrimaryKey(Object, frozen=True, kw_only=True):
    """The primary key. prefix_lengths matches columns where MySQL indexes only a prefix; conflict is SQLite's ON CONFLICT."""

    columns: tuple[str, ...]
    name: str | None = None
    deferral: Deferral | None = None
    without_overlaps: bool = False
    include: tuple[str, ...] = ()
    prefix_lengths: tuple[int | None, ...] = ()
    descending: tuple[bool, ...] = ()
    conflict: str | None = None
    comment: str | None = None
    options: dict[str, str] = {}


class Unique(Object, frozen=True, kw_only=True):
    """A unique constraint over plain columns. Unique indexes with expressions, predicates or prefixes are indexes."""

    columns: tuple[str, ...]
    name: str | None = None
    nulls_distinct: bool = True
    deferral: Deferral | None = None
    without_overlaps: bool = False
    include: tuple[str, ...] = ()
    conflict: str | None = None
    comment: str | None = None
    options: dict[str, str] = {}


Action = Literal["no action", "restrict", "cascade", "set null", "set default"]


class ForeignKey(Object, frozen=True, kw_only=True):
    """A foreign key to `table` (namespace and name). on_delete_columns: the columns of PostgreSQL's SET NULL (columns)."""

    columns: tuple[str, ...]
    table: tuple[str, str]
    referenced: tuple[str, ...]
    name: str | None = None
    on_delete: Action = "no action"
    on_update: Action = "no action"
    on_delete_columns: tuple[str, ...] = ()
    match: Literal["simple", "full", "partial"] = "simple"
    deferral: Deferral | None = None
    validated: bool = True
    enforced: bool = True
    with_period: bool = False
    comment: str | None = None


class Check(Object, frozen=True, kw_only=True):
    """A check constraint; the expression without the word CHECK and without its outer brackets."""

    expression: str
    name: str | None = None
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    comment: str | None = None


class Exclusion(Object, frozen=True, kw_only=True):
    """A PostgreSQL exclusion constraint, as `pg_get_constraintdef` prints it."""

    name: str
    definition: str
    columns: tuple[str, ...] = ()
    deferral: Deferral | None = None
    comment: str | None = None


# ---------------------------------------------------------------- indexes


class KeyPart(Object, frozen=True, kw_only=True):
    """One key of an index: a column or an expression, never both.

    nulls_first is None where it is the engine's default for the direction; opclass is None for the type's default one.
    """

    column: str | None = None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool | None = None
    opclass: str | None = None
    opclass_options: str | None = None
    collation: str | None = None
    prefix_length: int | None = None


class Index(Object, frozen=True, kw_only=True):
    """An index that no constraint owns.

    method: "btree", "hash", "gin", "gist", "brin", "spgist", "fulltext", "spatial" or an extension's own.
    valid: False for the leftover of a failed CREATE INDEX CONCURRENTLY. visible: False for MySQL's INVISIBLE and MariaDB's IGNORED.
    parent: namespace and name of the partitioned index that this one is attached to.
    """

    name: str
    parts: tuple[KeyPart, ...]
    unique: bool = False
    nulls_distinct: bool = True
    method: str = "btree"
    include: tuple[str, ...] = ()
    predicate: str | None = None
    valid: bool = True
    visible: bool = True
    parent: tuple[str, str] | None = None
    comment: str | None = None
    options: dict[str, str] = {}

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where the key is an expression."""
        return tuple(part.column for part in self.parts)


# ---------------------------------------------------------------- triggers and policies


class Trigger(Object, frozen=True, kw_only=True):
    """A trigger of a table or a view.

    definition: the whole CREATE TRIGGER statement as the engine prints it. enabled: PostgreSQL's four states; False: disabled.
    settings: session settings that the engine keeps with the trigger (MySQL's sql_mode).
    """

    name: str
    timing: Literal["before", "after", "instead of"]
    events: tuple[Literal["insert", "update", "delete", "truncate"], ...]
    definition: str
    for_each: Literal["row", "statement"] = "row"
    enabled: Literal["origin", "disabled", "replica", "always"] = "origin"
    constraint: bool = False
    comment: str | None = None
    settings: dict[str, str] = {}


class Policy(Object, frozen=True, kw_only=True):
    """A row-level-security policy. An empty `roles` means PUBLIC."""

    name: str
    command: Literal["all", "select", "insert", "update", "delete"] = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str | None = None
    check: str | None = None
    comment: str | None = None
