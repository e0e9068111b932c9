"""A catalog while it is being read from statements: tables that still change, frozen at the end."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Composite,
    Domain,
    Enum,
    Event,
    Exclusion,
    Extension,
    ForeignKey,
    Grant,
    Identity,
    Index,
    Namespace,
    Policy,
    PrimaryKey,
    Range,
    Routine,
    Sequence,
    Table,
    Trigger,
    Unique,
    Unread,
    View,
)
from dbwright.catalog.types import Type, TypeKind
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.scan import Dialect, Token

Path = tuple[str, str]
_O = TypeVar("_O")


class Wrong(Exception):
    """A statement goes on with a token that cannot stand there; `expected` says what could.

    certain: no dialect could go on so; otherwise it may be that only we don't know how. An end too early is always certain.
    """

    def __init__(self, token: Token, expected: str, *, certain: bool = False) -> None:
        super().__init__(expected)
        self.token = token
        self.expected = expected
        self.certain = certain or not token.text


class DraftTable(msgspec.Struct):
    """A table that may still change. fields: what else `Table` takes."""

    namespace: str
    name: str
    columns: list[Column] = []
    primary_key: PrimaryKey | None = None
    uniques: list[Unique] = []
    foreign_keys: list[ForeignKey] = []
    checks: list[Check] = []
    exclusions: list[Exclusion] = []
    indexes: list[Index] = []
    triggers: list[Trigger] = []
    policies: list[Policy] = []
    fields: dict[str, Any] = {}

    def column_at(self, name: str, at: Token) -> int:
        """The place of a column. Raises Wrong where there is none."""
        for position, column in enumerate(self.columns):
            if column.name == name or column.name.casefold() == name.casefold():
                return position
        raise Wrong(at, f"a column of {self.name}")

    def change_column(self, name: str, at: Token, **changes: Any) -> None:
        """Change fields of a column. Raises Wrong where there is none."""
        position = self.column_at(name, at)
        self.columns[position] = msgspec.structs.replace(self.columns[position], **changes)

    def named(self) -> set[str]:
        """The names of its constraints and indexes."""
        every: tuple[Any, ...] = (*self.uniques, *self.foreign_keys, *self.checks, *self.indexes)
        return {each.name for each in every if each.name}

    def free_name(self, wanted: str, taken: set[str] | None = None) -> str:
        """A name that no constraint has yet, numbered as PostgreSQL does."""
        names = self.named() | (taken or set())
        name, number = wanted, 0
        while name in names:
            number += 1
            name = f"{wanted}{number}"
        return name

    def drop_part(self, name: str) -> None:
        """Drop the constraint or the index of that name."""
        if self.primary_key and self.primary_key.name == name:
            self.primary_key = None
        for field in ("uniques", "foreign_keys", "checks", "exclusions", "indexes"):
            parts = getattr(self, field)
            parts[:] = [part for part in parts if part.name != name]

    def drop_column(self, name: str) -> None:
        """Drop a column, and the keys and indexes over it."""
        self.columns = [column for column in self.columns if column.name != name]
        if self.primary_key and name in self.primary_key.columns:
            self.primary_key = None
        self.uniques = [each for each in self.uniques if name not in each.columns]
        self.foreign_keys = [each for each in self.foreign_keys if name not in each.columns]
        self.indexes = [each for each in self.indexes if name not in each.columns]

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column wherever the table names it."""

        def names(columns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if column == old else column for column in columns)

        replace = msgspec.structs.replace
        self.columns = [replace(each, name=new) if each.name == old else each for each in self.columns]
        if self.primary_key:
            self.primary_key = replace(self.primary_key, columns=names(self.primary_key.columns))
        self.uniques = [replace(each, columns=names(each.columns)) for each in self.uniques]
        self.foreign_keys = [replace(each, columns=names(each.columns)) for each in self.foreign_keys]
        self.indexes = [
            replace(each, parts=tuple(replace(part, column=new) if part.column == old else part for part in each.parts))
            for each in self.indexes
        ]


class Draft:
    """A catalog that statements are read into.

    names_parts: whether constraints without a name get the one that the engine would give them.
    """

    def __init__(self, dialect: Dialect, *, names_parts: bool = True) -> None:
        self.dialect = dialect
        self.names_parts = names_parts
        self.namespace = "public" if dialect == "postgres" else ""
        self.tables: dict[Path, DraftTable] = {}
        self.views: dict[Path, View] = {}
        self.enums: dict[Path, Enum] = {}
        self.domains: dict[Path, Domain] = {}
        self.composites: dict[Path, Composite] = {}
        self.ranges: dict[Path, Range] = {}
        self.sequences: dict[Path, Sequence] = {}
        self.namespaces: dict[str, Namespace] = {}
        self.extensions: dict[str, Extension] = {}
        self.routines: list[Routine] = []
        self.events: list[Event] = []
        self.grants: list[Grant] = []
        self.unread: list[Unread] = []
        self.notes: list[str] = []

    def path(self, cursor: Cursor) -> Path:
        """A name with its namespace, as the script's search path has it."""
        at = cursor.here
        parts = cursor.path()
        if not parts[-1]:
            raise Wrong(at, "a name")
        return self.resolve(parts)

    def resolve(self, parts: tuple[str, ...]) -> Path:
        """A name with its qualifiers as a path."""
        if self.dialect == "postgres" and len(parts) > 1:
            return parts[-2], parts[-1]
        return self.namespace, parts[-1]

    def table(self, path: Path) -> DraftTable | None:
        """The table at a path; names are looked up without case where the dialect does so."""
        found = self.tables.get(path)
        if found is None and self.dialect != "postgres":
            folded = path[1].casefold()
            return next((each for key, each in self.tables.items() if key[1].casefold() == folded), None)
        return found

    def put(self, objects: dict[Path, _O], path: Path, change: Callable[[_O], _O]) -> None:
        """Change an object if it is there."""
        if path in objects:
            objects[path] = change(objects[path])

    def freeze(self) -> Catalog:
        """The catalog, its columns' own types resolved, sequences of serial columns inside them."""
        tables = tuple(self._freeze_table(each) for each in self.tables.values())
        hidden = {column.identity.sequence for table in tables for column in table.columns if column.identity}
        used = dict.fromkeys([*self.namespaces, *(each.namespace for each in tables)])
        names = used if self.dialect == "postgres" else dict.fromkeys([""] if self.dialect == "mysql" else [])
        return Catalog(
            engine=self.dialect,
            namespaces=tuple(self.namespaces.get(name) or Namespace(name=name) for name in names),
            extensions=tuple(self.extensions.values()),
            enums=tuple(self.enums.values()),
            domains=tuple(self.domains.values()),
            composites=tuple(self.composites.values()),
            ranges=tuple(self.ranges.values()),
            sequences=tuple(each for path, each in self.sequences.items() if path not in hidden),
            tables=tables,
            views=tuple(self.views.values()),
            routines=tuple(self.routines),
            events=tuple(self.events),
            grants=tuple(self.grants),
            unread=tuple(self.unread),
        )

    def _freeze_table(self, draft: DraftTable) -> Table:
        keyed = set(draft.primary_key.columns) if draft.primary_key and self.dialect != "sqlite" else set()
        columns = tuple(self._freeze_column(each, each.name in keyed) for each in draft.columns)
        lists: dict[str, Any] = {
            field: tuple(getattr(draft, field))
            for field in ("uniques", "checks", "exclusions", "indexes", "triggers", "policies")
        }
        return Table(
            namespace=draft.namespace,
            name=draft.name,
            columns=columns,
            primary_key=draft.primary_key,
            foreign_keys=tuple(self._freeze_key(each) for each in draft.foreign_keys),
            **lists,
            **draft.fields,
        )

    def _freeze_key(self, key: ForeignKey) -> ForeignKey:
        """A key that names no columns of its parent means the parent's primary key."""
        parent = self.table(key.table)
        if key.referenced or parent is None or parent.primary_key is None:
            return key
        return msgspec.structs.replace(key, referenced=parent.primary_key.columns)

    def _freeze_column(self, column: Column, keyed: bool) -> Column:
        type_ = self.resolved(column.type)
        changes: dict[str, Any] = {"type": type_} if type_ is not column.type else {}
        if keyed and column.nullable:
            changes["nullable"] = False
        sequence = _sequence_of(column.default) if self.dialect == "postgres" else None
        owned = self.sequences.get(sequence) if sequence else None
        if owned and owned.owned_by and owned.owned_by[2] == column.name:
            changes |= {"default": None, "identity": Identity(generation="serial", sequence=sequence)}
        return msgspec.structs.replace(column, **changes) if changes else column

    def resolved(self, type_: Type) -> Type:
        """A type, and whether it is an enum, a domain or a composite that the script makes."""
        spelling = type_.spelling
        if self.dialect != "postgres":
            return type_
        if spelling.endswith("[]"):
            element = self.resolved(Type("other", spelling[:-2]))
            return Type("array", spelling, element=element) if element.user_type else type_
        cursor = Cursor(spelling, "postgres")
        path = cursor.path()
        wanted = (path[-2] if len(path) > 1 else self.namespace, path[-1])
        for kind, objects in self._user_types():
            if cursor.done and wanted in objects:
                return Type(kind, spelling, user_type=wanted)
        return type_

    def _user_types(self) -> Iterator[tuple[TypeKind, dict[Path, Any]]]:
        yield "enum", self.enums
        yield "domain", self.domains
        yield "composite", self.composites
        yield "range", self.ranges


def _sequence_of(default: str | None) -> Path | None:
    """The sequence that a default takes its value from."""
    if default is None or not default.lower().startswith("nextval"):
        return None
    string = next((token for token in Cursor(default, "postgres").tokens if token.kind == "string"), None)
    if string is None:
        return None
    path = Cursor(string.text[1:-1], "postgres").path()
    return (path[-2] if len(path) > 1 else "public", path[-1])
