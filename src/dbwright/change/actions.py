"""What a statement of a migration says, clause by clause: the bridge between SQL that someone wrote and what engines know of it.

A statement such as `ALTER TABLE a ADD COLUMN b int, DROP COLUMN c` holds two actions. Names are resolved as far as the
text allows: an unqualified name gets the namespace that was handed to the parser.
"""

from typing import Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Check, Column, Exclusion, ForeignKey, Index, PrimaryKey, Unique
from dbwright.catalog.types import Type
from dbwright.change.effects import Effect

ActionKind = Literal[
    "create table", "drop table", "rename table", "move table", "truncate", "alter table",
    "add column", "drop column", "rename column", "alter type", "set not null", "drop not null", "set default",
    "drop default", "add identity", "alter identity", "drop identity", "add generated", "drop expression", "change column",
    "add constraint", "drop constraint", "validate constraint", "rename constraint", "alter constraint",
    "create index", "drop index", "rename index", "reindex", "alter index",
    "create view", "drop view", "create materialized view", "drop materialized view", "refresh materialized view", "alter view",
    "create type", "drop type", "add enum value", "rename enum value", "alter type definition", "create domain", "alter domain",
    "drop domain", "create sequence", "alter sequence", "drop sequence",
    "create function", "drop function", "create trigger", "drop trigger", "enable trigger", "disable trigger",
    "create policy", "alter policy", "drop policy", "enable row security", "disable row security",
    "attach partition", "detach partition", "add partition", "drop partition", "set storage", "set tablespace", "convert charset",
    "set logged", "set unlogged", "change engine", "rebuild table",
    "create schema", "drop schema", "create extension", "drop extension", "create database", "drop database",
    "grant", "revoke", "comment", "owner", "vacuum full", "vacuum", "analyze", "cluster",
    "insert", "update", "delete", "select", "copy", "lock table",
    "begin", "commit", "rollback", "savepoint", "set", "reset", "do", "call", "other",
]  # fmt: skip


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One clause of a statement.

    target: what it makes, changes or drops (the table for clauses about its columns and constraints; the index itself for
        index statements); None where it names nothing.
    table: the table concerned, for indexes, triggers and policies. name: the part's name (column, constraint, enum value, setting).
    columns: the columns named. column: a whole definition that was given. to: the new name; for a setting its value.
    type: the new type. using: its expression. default: a default given.
    constraint, index: the definition given. words: the words that change the meaning, in lower case: "concurrently", "if exists",
        "if not exists", "not valid", "using index", "cascade", "only", "unqualified" (the target's namespace was not written),
        "local", "temporary", "before"/"after" (enum values), "first", "as select", "or replace", "where" (an update or delete with one),
        "batch" (with LIMIT), "unique", "blocking" …
    options: ALGORITHM, LOCK and the like, upper-cased. start, end: the clause's place in the statement's text (0-based characters).
    nested: what a DO block, a function's body or EXPLAIN holds is not looked at.
    """

    kind: ActionKind
    target: Ref | None = None
    table: Ref | None = None
    name: str | None = None
    columns: tuple[str, ...] = ()
    column: Column | None = None
    to: str | None = None
    type: Type | None = None
    using: str | None = None
    default: str | None = None
    constraint: PrimaryKey | Unique | ForeignKey | Check | Exclusion | None = None
    index: Index | None = None
    words: frozenset[str] = frozenset()
    options: dict[str, str] = {}
    start: int = 0
    end: int = 0


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a migration with all that is known of it.

    text: without its terminator. path, line, column: where it stands (from 1).
    transaction: statements of the same number run in one transaction; None runs by itself.
    effect: predicted, or observed on a scratch database. failed: the engine's message where it refused the statement there.
    """

    text: str
    path: str | None = None
    line: int = 1
    column: int = 1
    actions: tuple[Action, ...] = ()
    transaction: int | None = None
    effect: Effect = Effect()
    failed: str | None = None
