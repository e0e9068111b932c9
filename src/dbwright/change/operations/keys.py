"""Changes to keys and constraints: primary, unique, foreign and check."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from dbwright.catalog.lookup import find_table, with_table
from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, Check, Exclusion, ForeignKey, PrimaryKey, Table, Unique
from dbwright.change.operations.base import Operation
from dbwright.errors import UsageError

_C = TypeVar("_C", Unique, ForeignKey, Check)


class AddPrimaryKey(Operation, frozen=True, kw_only=True):
    """Give a table a primary key over columns that it has. Its columns become NOT NULL."""

    key: PrimaryKey

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table) -> Table:
            if table.primary_key:
                raise UsageError(f"{table.ref} has a primary key already.")
            columns = tuple(
                msgspec.structs.replace(column, nullable=False) if column.name in self.key.columns else column
                for column in table.columns
            )
            return msgspec.structs.replace(table, primary_key=self.key, columns=columns)

        return with_table(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        return DropPrimaryKey(target=self.target)

    def describe(self) -> str:
        return f"Add the primary key ({', '.join(self.key.columns)}) to {self.target}"


class DropPrimaryKey(Operation, frozen=True, kw_only=True):
    """Take away a table's primary key. Its columns stay NOT NULL."""

    def apply(self, catalog: Catalog) -> Catalog:
        return with_table(catalog, self.target, lambda table: msgspec.structs.replace(table, primary_key=None))

    def inverse(self, before: Catalog) -> Operation:
        key = find_table(before, self.target).primary_key
        if key is None:
            raise UsageError(f"{self.target} has no primary key.")
        return AddPrimaryKey(target=self.target, key=key)

    def describe(self) -> str:
        return f"Drop the primary key of {self.target}"


class AddUnique(Operation, frozen=True, kw_only=True):
    """Add a unique constraint, which has a name."""

    unique: Unique

    def apply(self, catalog: Catalog) -> Catalog:
        return with_table(
            catalog, self.target, lambda table: msgspec.structs.replace(table, uniques=(*table.uniques, self.unique))
        )

    def inverse(self, before: Catalog) -> Operation:
        return drop_constraint(self.target, "unique", self.unique.name, self.unique.columns)

    def describe(self) -> str:
        return f"Make ({', '.join(self.unique.columns)}) unique in {self.target}"


class AddForeignKey(Operation, frozen=True, kw_only=True):
    """Add a foreign key, which has a name."""

    key: ForeignKey

    def apply(self, catalog: Catalog) -> Catalog:
        return with_table(
            catalog,
            self.target,
            lambda table: msgspec.structs.replace(table, foreign_keys=(*table.foreign_keys, self.key)),
        )

    def inverse(self, before: Catalog) -> Operation:
        return drop_constraint(self.target, "foreign_key", self.key.name, self.key.columns)

    def describe(self) -> str:
        parent = ".".join(part for part in self.key.table if part)
        return f"Add a foreign key from {self.target} ({', '.join(self.key.columns)}) to {parent}"


class AddCheck(Operation, frozen=True, kw_only=True):
    """Add a check constraint, which has a name."""

    check: Check

    def apply(self, catalog: Catalog) -> Catalog:
        return with_table(
            catalog, self.target, lambda table: msgspec.structs.replace(table, checks=(*table.checks, self.check))
        )

    def inverse(self, before: Catalog) -> Operation:
        return drop_constraint(self.target, "check", self.check.name, (self.check.expression,))

    def describe(self) -> str:
        return f"Check {self.check.expression} in {self.target}"


class AddExclusion(Operation, frozen=True, kw_only=True):
    """Add an exclusion constraint (PostgreSQL)."""

    exclusion: Exclusion

    def apply(self, catalog: Catalog) -> Catalog:
        return with_table(
            catalog,
            self.target,
            lambda table: msgspec.structs.replace(table, exclusions=(*table.exclusions, self.exclusion)),
        )

    def inverse(self, before: Catalog) -> Operation:
        return DropConstraint(target=self.target.child("exclusion", self.exclusion.name))

    def describe(self) -> str:
        return f"Add the exclusion constraint {self.exclusion.name} to {self.target}"


class DropConstraint(Operation, frozen=True, kw_only=True):
    """Drop the unique, foreign-key, check or exclusion constraint that the target names: its kind tells which.

    An unnamed constraint (SQLite allows them) is named by the columns or the expression that it holds, given in `nameless`;
    where several hold the same, the first of them goes.
    """

    nameless: tuple[str, ...] = ()

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table) -> Table:
            match self.target.kind:
                case "unique":
                    uniques = self._without(table.uniques, lambda unique: unique.columns)
                    return msgspec.structs.replace(table, uniques=uniques)
                case "foreign_key":
                    keys = self._without(table.foreign_keys, lambda key: key.columns)
                    return msgspec.structs.replace(table, foreign_keys=keys)
                case "check":
                    checks = self._without(table.checks, lambda check: (check.expression,))
                    return msgspec.structs.replace(table, checks=checks)
                case "exclusion":
                    exclusions = tuple(e for e in table.exclusions if e.name != self.target.name)
                    return msgspec.structs.replace(table, exclusions=exclusions)
                case other:
                    raise UsageError(f"A {other} is no constraint that can be dropped.")

        return with_table(catalog, self.target, change)

    def _without(self, parts: tuple[_C, ...], content: Callable[[_C], tuple[str, ...]]) -> tuple[_C, ...]:
        for place, part in enumerate(parts):
            if self._is(part.name, content(part)):
                return parts[:place] + parts[place + 1 :]
        return parts

    def _is(self, name: str | None, content: tuple[str, ...]) -> bool:
        return name is None and content == self.nameless if self.nameless else name == self.target.name

    def inverse(self, before: Catalog) -> Operation:
        table = find_table(before, self.target)
        held = Ref("table", table.ref.path)
        for unique in table.uniques if self.target.kind == "unique" else ():
            if self._is(unique.name, unique.columns):
                return AddUnique(target=held, unique=unique)
        for key in table.foreign_keys if self.target.kind == "foreign_key" else ():
            if self._is(key.name, key.columns):
                return AddForeignKey(target=held, key=key)
        for check in table.checks if self.target.kind == "check" else ():
            if self._is(check.name, (check.expression,)):
                return AddCheck(target=held, check=check)
        for exclusion in table.exclusions if self.target.kind == "exclusion" else ():
            if exclusion.name == self.target.name:
                return AddExclusion(target=held, exclusion=exclusion)
        raise UsageError(f"There is no {self.target.kind.replace('_', ' ')} {self.target}.")

    def describe(self) -> str:
        kind = self.target.kind.replace("_", " ")
        if self.nameless:
            return f"Drop the {kind} ({', '.join(self.nameless)}) of {self.target.table}"
        return f"Drop the {kind} {self.target}"


def drop_constraint(table: Ref, kind: Kind, name: str | None, content: tuple[str, ...]) -> DropConstraint:
    """The drop of a constraint of a table, by its name, or by the columns or expression that it holds where it has none."""
    return DropConstraint(target=table.child(kind, name or ""), nameless=() if name else content)
