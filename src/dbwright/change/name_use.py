"""The names that operations set free and take: one object may only have a name when another has given it up."""

from collections.abc import Iterator
from typing import Any

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table, View
from dbwright.change.operations import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    CreateIndex,
    CreateObject,
    CreateTable,
    CreateTrigger,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    Operation,
    RenamePart,
)

Name = tuple[str, ...]
"""A name with the space in which it must be the only one."""
BETWEEN = "dbwright_between_"
"""How a name begins that a part has for a moment only, while it waits for another to give up its own."""
_RELATIONS = frozenset(("view", "sequence", "enum", "domain", "composite", "range"))
_PLURALS = (
    ("unique", "uniques"),
    ("foreign_key", "foreign_keys"),
    ("check", "checks"),
    ("exclusion", "exclusions"),
    ("index", "indexes"),
    ("trigger", "triggers"),
)


class NameUse:
    """Knows which names have to differ on an engine. old: the catalog before all operations."""

    def __init__(self, old: Lookup) -> None:
        self._old = old
        self._engine = old.catalog.engine
        self._renamed_keys: dict[tuple[str, ...], str] = {}

    def freed(self, operation: Operation) -> set[Name]:
        """The names that the operation gives up. To be asked once for each, in the order of the operations."""
        path = operation.target.path
        match operation:
            case DropTable():
                table = self._old.table(path)
                return set(self._whole(table)) if table else set()
            case DropObject() if operation.target.kind in _RELATIONS:
                view = self._old.view(path) if operation.target.kind == "view" else None
                return set(self._whole(view)) if view else {self._relation(path[0], path[1])}
            case DropPrimaryKey():
                table = self._old.table(path)
                name = table.primary_key.name if table and table.primary_key else None
                return set(self._part("primary_key", path, name))
            case DropConstraint() | DropIndex() | DropTrigger():
                return set(self._part(operation.target.kind, path, operation.target.name))
            case RenamePart(to=to) if operation.target.kind == "primary_key":
                table = self._old.table(path)
                former = table.primary_key.name if table and table.primary_key else None
                name = self._renamed_keys.get(path, former)
                self._renamed_keys[path] = to
                return set(self._part("primary_key", path, name))
            case RenamePart():
                return set(self._part(operation.target.kind, path, operation.target.name))
        return set()

    def taken(self, operation: Operation) -> set[Name]:
        """The names that the operation needs to be free."""
        path = operation.target.path
        match operation:
            case CreateTable(table=table):
                return set(self._whole(table))
            case CreateObject(object=View() as view):
                return set(self._whole(view))
            case CreateObject() if operation.target.kind in _RELATIONS:
                return {self._relation(path[0], path[1])}
            case AddPrimaryKey(key=part):
                return set(self._part("primary_key", path, part.name))
            case AddUnique(unique=unique):
                return set(self._part("unique", path, unique.name))
            case AddForeignKey(key=key):
                return set(self._part("foreign_key", path, key.name))
            case AddCheck(check=check):
                return set(self._part("check", path, check.name))
            case AddExclusion(exclusion=exclusion):
                return set(self._part("exclusion", path, exclusion.name))
            case CreateIndex(index=index):
                return set(self._part("index", path, index.name))
            case CreateTrigger(trigger=trigger):
                return set(self._part("trigger", path, trigger.name))
            case RenamePart(to=to):
                return set(self._part(operation.target.kind, path, to))
        return set()

    def _fold(self, name: str) -> str:
        return name if self._engine == "postgres" else name.casefold()

    def _relation(self, namespace: str, name: str) -> Name:
        return ("relation", namespace, self._fold(name))

    def _whole(self, holder: Table | View) -> Iterator[Name]:
        path = (holder.namespace, holder.name)
        yield self._relation(*path)
        key: Any = getattr(holder, "primary_key", None)
        if key:
            yield from self._part("primary_key", path, key.name)
        for kind, field in _PLURALS:
            for part in getattr(holder, field, ()):
                yield from self._part(kind, path, part.name)

    def _part(self, kind: str, path: tuple[str, ...], name: str | None) -> Iterator[Name]:
        """The names of a part: PostgreSQL keeps indexes among the tables of a schema, MySQL foreign keys by schema …"""
        if not name or name.startswith(BETWEEN):
            return
        namespace, holder, folded = path[0], self._fold(path[1]), self._fold(name)
        is_key = kind in ("primary_key", "unique", "exclusion", "index")
        if self._engine == "postgres":
            if is_key:
                yield ("relation", namespace, folded)
            if kind != "index":
                yield ("trigger" if kind == "trigger" else "constraint", namespace, holder, folded)
        elif kind == "trigger":
            yield ("trigger", namespace, folded)
        elif self._engine == "sqlite":
            if kind == "index":
                yield ("relation", namespace, folded)
        elif is_key:
            yield ("key", namespace, holder, folded)
        elif kind == "check" and self._engine == "mariadb":
            yield ("check", namespace, holder, folded)
        else:
            yield (kind, namespace, folded)
