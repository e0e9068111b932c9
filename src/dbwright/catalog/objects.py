"""The objects of a relational database. Everything is frozen data; objects name each other by Ref or by plain name.

Expressions, bodies and bounds are kept as the engine itself prints them back, so that equal schemas compare equal.
Tuples whose order means nothing are kept sorted by name; `codec.canonical` restores that order.
The parts of tables stand in `parts.py` and can be imported from here too.
"""

from typing import Literal

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import (
    Action,
    Check,
    Column,
    Deferral,
    Exclusion,
    ForeignKey,
    Generated,
    Identity,
    Index,
    KeyPart,
    Object,
    Policy,
    PrimaryKey,
    Trigger,
    Unique,
)
from dbwright.catalog.types import Type

__all__ = [
    "Action",
    "Catalog",
    "Check",
    "Column",
    "Composite",
    "Deferral",
    "Domain",
    "Enum",
    "Event",
    "EventTrigger",
    "Exclusion",
    "Extension",
    "ForeignKey",
    "Generated",
    "Grant",
    "Identity",
    "Index",
    "KeyPart",
    "Namespace",
    "Object",
    "PartitionOf",
    "Partitioning",
    "Policy",
    "PrimaryKey",
    "Range",
    "Role",
    "Routine",
    "Sequence",
    "Table",
    "Trigger",
    "Unique",
    "Unread",
    "View",
]

# ---------------------------------------------------------------- tables and views


class Partitioning(Object, frozen=True, kw_only=True):
    """How a table is split: strategy and key parts, and MySQL's inline partitions as the engine prints them."""

    strategy: str
    parts: tuple[KeyPart, ...] = ()
    definition: str | None = None


class PartitionOf(Object, frozen=True, kw_only=True):
    """What makes a table a partition: its parent, and its bound as the engine prints it."""

    table: tuple[str, str]
    bound: str


class Table(Object, frozen=True, kw_only=True):
    """A table with all that belongs to it.

    kind: "ordinary", "partitioned" (the parent of partitions), "foreign" or "virtual" (SQLite modules; `module` has its text).
    owner: None where it is the owner of the database.
    options: storage parameters, tablespace, access method, MySQL's engine, charset, collation and row format, by their SQL names.
    """

    namespace: str
    name: str
    kind: Literal["ordinary", "partitioned", "foreign", "virtual"] = "ordinary"
    columns: tuple[Column, ...] = ()
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    partitioning: Partitioning | None = None
    partition_of: PartitionOf | None = None
    inherits: tuple[tuple[str, str], ...] = ()
    temporary: bool = False
    unlogged: bool = False
    without_rowid: bool = False
    strict: bool = False
    module: str | None = None
    server: str | None = None
    row_security: bool = False
    force_row_security: bool = False
    replica_identity: str | None = None
    owner: str | None = None
    comment: str | None = None
    options: dict[str, str] = {}

    @property
    def ref(self) -> Ref:
        """The table's own name."""
        return Ref("table", (self.namespace, self.name))

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def column_ref(self, name: str) -> Ref:
        """The name of one of its columns."""
        return self.ref.child("column", name)

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The column lists that are declared unique for all rows: primary key, unique constraints, plain unique indexes."""
        found: list[tuple[str, ...]] = []
        if self.primary_key:
            found.append(self.primary_key.columns)
        found += [unique.columns for unique in self.uniques]
        for index in self.indexes:
            plain = all(part.column and not part.prefix_length for part in index.parts)
            if index.unique and index.valid and index.predicate is None and plain:
                found.append(tuple(part.column for part in index.parts if part.column))
        return tuple(found)


class View(Object, frozen=True, kw_only=True):
    """A view or a materialised view; `definition` is its query as the engine prints it, without CREATE and the final semicolon."""

    namespace: str
    name: str
    definition: str
    materialized: bool = False
    populated: bool = True
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    depends_on: tuple[Ref, ...] = ()
    temporary: bool = False
    owner: str | None = None
    comment: str | None = None
    options: dict[str, str] = {}

    @property
    def ref(self) -> Ref:
        """The view's own name."""
        return Ref("view", (self.namespace, self.name))


# ---------------------------------------------------------------- the other schema objects


class Sequence(Object, frozen=True, kw_only=True):
    """A sequence. owned_by: namespace, table and column, where dropping the column drops it."""

    namespace: str
    name: str
    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cache: int = 1
    cycle: bool = False
    unlogged: bool = False
    owned_by: tuple[str, str, str] | None = None
    owner: str | None = None
    comment: str | None = None


class Enum(Object, frozen=True, kw_only=True):
    """An enumerated type; its labels in their order."""

    namespace: str
    name: str
    labels: tuple[str, ...]
    owner: str | None = None
    comment: str | None = None


class Domain(Object, frozen=True, kw_only=True):
    """A domain: a base type with a default and checks."""

    namespace: str
    name: str
    type: Type
    nullable: bool = True
    default: str | None = None
    collation: str | None = None
    checks: tuple[Check, ...] = ()
    owner: str | None = None
    comment: str | None = None


class Composite(Object, frozen=True, kw_only=True):
    """A composite type and its attributes."""

    namespace: str
    name: str
    attributes: tuple[Column, ...]
    owner: str | None = None
    comment: str | None = None


class Range(Object, frozen=True, kw_only=True):
    """A range type; `options` are those of CREATE TYPE … AS RANGE beside the subtype."""

    namespace: str
    name: str
    subtype: Type
    multirange_name: str | None = None
    owner: str | None = None
    comment: str | None = None
    options: dict[str, str] = {}


class Routine(Object, frozen=True, kw_only=True):
    """A function, procedure, aggregate or window function; `definition` is the whole CREATE statement as the engine prints it.

    arguments: the identity argument list ("integer, text"), which with the name tells overloads apart.
    """

    namespace: str
    name: str
    definition: str
    kind: Literal["function", "procedure", "aggregate", "window"] = "function"
    arguments: str = ""
    returns: str | None = None
    language: str = "sql"
    volatility: Literal["volatile", "stable", "immutable"] | None = None
    security_definer: bool = False
    settings: dict[str, str] = {}
    depends_on: tuple[Ref, ...] = ()
    owner: str | None = None
    comment: str | None = None

    @property
    def ref(self) -> Ref:
        """The routine's name with its arguments."""
        return Ref("routine", (self.namespace, f"{self.name}({self.arguments})"))


class EventTrigger(Object, frozen=True, kw_only=True):
    """A PostgreSQL event trigger; `definition` is the whole CREATE statement."""

    name: str
    event: str
    definition: str
    enabled: Literal["origin", "disabled", "replica", "always"] = "origin"
    owner: str | None = None
    comment: str | None = None


class Event(Object, frozen=True, kw_only=True):
    """A scheduled event of MySQL or MariaDB; `definition` is the whole CREATE statement.

    settings: the session settings that it runs under (sql_mode, time_zone).
    """

    namespace: str
    name: str
    definition: str
    enabled: bool = True
    comment: str | None = None
    settings: dict[str, str] = {}


class Extension(Object, frozen=True, kw_only=True):
    """An installed extension. Its own objects stay out of the catalog."""

    name: str
    namespace: str = ""
    version: str | None = None
    comment: str | None = None


class Namespace(Object, frozen=True, kw_only=True):
    """A schema of PostgreSQL, a database of MySQL; its name is empty where the engine has only one."""

    name: str
    owner: str | None = None
    charset: str | None = None
    collation: str | None = None
    comment: str | None = None


class Role(Object, frozen=True, kw_only=True):
    """A role that the objects of this catalog name as owner, grantee or in a policy, and what it is a member of."""

    name: str
    login: bool = False
    superuser: bool = False
    create_database: bool = False
    create_role: bool = False
    bypass_row_security: bool = False
    replication: bool = False
    inherit: bool = True
    member_of: tuple[str, ...] = ()
    comment: str | None = None


class Grant(Object, frozen=True, kw_only=True):
    """Privileges of one role on one object. grantee "PUBLIC" is everyone; what owners and PUBLIC hold by nature stays out.

    privileges: where such natural privileges were taken away, what is left of them: empty when nothing is.
    columns: empty for the whole object. on.kind "catalog" is the database itself.
    default_for: for default privileges, the kind of future objects; `on` is then the namespace, or the catalog.
    creator: for default privileges, the role that will make the objects; None for the owner of the database.
    """

    grantee: str
    privileges: tuple[str, ...]
    on: Ref
    columns: tuple[str, ...] = ()
    grantable: bool = False
    default_for: str | None = None
    creator: str | None = None


# ---------------------------------------------------------------- the whole


class Unread(Object, frozen=True, kw_only=True):
    """Something in the database that the model does not hold; it is said instead of silently dropped."""

    kind: str
    name: str
    reason: str = ""


class Catalog(Object, frozen=True, kw_only=True):
    """A whole database as data.

    engine: "postgres", "mysql", "mariadb" or "sqlite". version: its version numbers, ("16", "4"). Both, the database's name,
    and what could not be read are told but do not count in the hash.
    """

    engine: str
    version: tuple[int, ...] = ()
    name: str = ""
    namespaces: tuple[Namespace, ...] = ()
    extensions: tuple[Extension, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    composites: tuple[Composite, ...] = ()
    ranges: tuple[Range, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    routines: tuple[Routine, ...] = ()
    event_triggers: tuple[EventTrigger, ...] = ()
    events: tuple[Event, ...] = ()
    roles: tuple[Role, ...] = ()
    grants: tuple[Grant, ...] = ()
    unread: tuple[Unread, ...] = ()
