"""Changes to triggers and policies, and changes to any part of a table or view that keep the part: names and properties."""

from typing import Any

import msgspec

from dbwright.catalog.lookup import find_holder, with_holder
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Policy, Trigger
from dbwright.catalog.parts import Object
from dbwright.change.operations.base import Operation
from dbwright.errors import UsageError

_FIELDS = {
    "unique": "uniques",
    "foreign_key": "foreign_keys",
    "check": "checks",
    "exclusion": "exclusions",
    "index": "indexes",
    "trigger": "triggers",
    "policy": "policies",
}


def _parts(holder: Any, kind: str) -> tuple[Any, ...]:
    if kind == "primary_key":
        return (holder.primary_key,) if holder.primary_key else ()
    return getattr(holder, _FIELDS[kind], ())


def _with_parts(holder: Any, kind: str, parts: tuple[Any, ...]) -> Any:
    if kind == "primary_key":
        return msgspec.structs.replace(holder, primary_key=parts[0] if parts else None)
    return msgspec.structs.replace(holder, **{_FIELDS[kind]: parts})


def _named(part: Any, target: Ref) -> bool:
    return target.kind == "primary_key" or part.name == target.name


def part_of(holder: Any, target: Ref) -> Any:
    """The part of a table or view that a Ref names, or None."""
    return next((part for part in _parts(holder, target.kind) if _named(part, target)), None)


def find_part(catalog: Catalog, target: Ref) -> Any:
    """The constraint, index, trigger or policy that a Ref names. Raises UsageError where there is none."""
    for part in _parts(find_holder(catalog, target), target.kind):
        if _named(part, target):
            return part
    raise UsageError(f"There is no {target.kind.replace('_', ' ')} {target}.")


def _holder_of(catalog: Catalog, target: Ref) -> Ref:
    return find_holder(catalog, target).ref


class _AddPart(Operation, frozen=True, kw_only=True):
    def _added(self, catalog: Catalog, kind: str, part: Any) -> Catalog:
        def change(holder: Any) -> Any:
            if any(each.name == part.name for each in _parts(holder, kind)):
                raise UsageError(f"{holder.ref} has a {kind} {part.name} already.")
            return _with_parts(holder, kind, (*_parts(holder, kind), part))

        return with_holder(catalog, self.target, change)


class _DropPart(Operation, frozen=True, kw_only=True):
    def apply(self, catalog: Catalog) -> Catalog:
        find_part(catalog, self.target)

        def change(holder: Any) -> Any:
            kept = tuple(each for each in _parts(holder, self.target.kind) if not _named(each, self.target))
            return _with_parts(holder, self.target.kind, kept)

        return with_holder(catalog, self.target, change)


class CreateTrigger(_AddPart, frozen=True, kw_only=True):
    """Create a trigger on the target table or view."""

    trigger: Trigger

    def apply(self, catalog: Catalog) -> Catalog:
        return self._added(catalog, "trigger", self.trigger)

    def inverse(self, before: Catalog) -> Operation:
        return DropTrigger(target=self.target.child("trigger", self.trigger.name))

    def describe(self) -> str:
        return f"Create the trigger {self.trigger.name} on {self.target}"


class DropTrigger(_DropPart, frozen=True, kw_only=True):
    """Drop the trigger that the target names: namespace, table or view, trigger."""

    def inverse(self, before: Catalog) -> Operation:
        return CreateTrigger(target=_holder_of(before, self.target), trigger=find_part(before, self.target))

    def describe(self) -> str:
        return f"Drop the trigger {self.target}"


class CreatePolicy(_AddPart, frozen=True, kw_only=True):
    """Create a row-level-security policy on the target table."""

    policy: Policy

    def apply(self, catalog: Catalog) -> Catalog:
        return self._added(catalog, "policy", self.policy)

    def inverse(self, before: Catalog) -> Operation:
        return DropPolicy(target=self.target.child("policy", self.policy.name))

    def describe(self) -> str:
        return f"Create the policy {self.policy.name} on {self.target}"


class DropPolicy(_DropPart, frozen=True, kw_only=True):
    """Drop the policy that the target names."""

    def inverse(self, before: Catalog) -> Operation:
        return CreatePolicy(target=_holder_of(before, self.target), policy=find_part(before, self.target))

    def describe(self) -> str:
        return f"Drop the policy {self.target}"


class ChangePart(Operation, frozen=True, kw_only=True):
    """Change a constraint, index, trigger or policy that stays what it is: comment, validation, options, state, visibility.

    to: the part as it shall be, under the same name.
    """

    to: Object

    def apply(self, catalog: Catalog) -> Catalog:
        find_part(catalog, self.target)

        def change(holder: Any) -> Any:
            kind = self.target.kind
            parts = tuple(self.to if _named(each, self.target) else each for each in _parts(holder, kind))
            return _with_parts(holder, kind, parts)

        return with_holder(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        return ChangePart(target=self.target, to=find_part(before, self.target))

    def describe(self) -> str:
        return f"Change the properties of the {self.target.kind.replace('_', ' ')} {self.target}"


class RenamePart(Operation, frozen=True, kw_only=True):
    """Give a constraint, index, trigger or policy another name. The path of a primary key's target is its table's."""

    to: str

    def apply(self, catalog: Catalog) -> Catalog:
        renamed = msgspec.structs.replace(find_part(catalog, self.target), name=self.to)
        return ChangePart(target=self.target, to=renamed).apply(catalog)

    def inverse(self, before: Catalog) -> Operation:
        part = find_part(before, self.target)
        if self.target.kind == "primary_key":
            return RenamePart(target=self.target, to=part.name)
        return RenamePart(target=Ref(self.target.kind, (*self.target.path[:-1], self.to)), to=self.target.name)

    def describe(self) -> str:
        return f"Rename the {self.target.kind.replace('_', ' ')} {self.target} to {self.to}"
