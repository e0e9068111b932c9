"""Names of objects, free of any engine's quoting."""

from typing import Literal

import msgspec

Kind = Literal[
    "catalog",
    "namespace",
    "table",
    "column",
    "primary_key",
    "unique",
    "foreign_key",
    "check",
    "exclusion",
    "index",
    "view",
    "sequence",
    "enum",
    "domain",
    "composite",
    "range",
    "routine",
    "trigger",
    "event_trigger",
    "event",
    "policy",
    "role",
    "grant",
    "extension",
]


class Ref(msgspec.Struct, frozen=True, order=True):
    """Names one object: its kind and its path from the namespace down, each part exactly as stored.

    The first part of a schema object's path is its namespace; it is the empty string where the engine has one
    nameless namespace (SQLite's main database, the one database that a MySQL URL names).
    Parts of tables come after the table: `Ref("column", ("public", "orders", "id"))`.
    """

    kind: Kind
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The last part: the object's own name."""
        return self.path[-1] if self.path else ""

    @property
    def namespace(self) -> str:
        """The first part of the path of a schema object."""
        return self.path[0] if self.path else ""

    @property
    def table(self) -> "Ref":
        """The table or view that holds this part; the table itself for a table."""
        return Ref("view" if self.kind == "view" else "table", self.path[:2])

    @property
    def shown_path(self) -> tuple[str, ...]:
        """The path without a nameless namespace, as people and the JSON output see it."""
        return self.path[1:] if self.path and self.path[0] == "" else self.path

    def child(self, kind: Kind, name: str) -> "Ref":
        """A part of this object."""
        return Ref(kind, (*self.path, name))

    def __str__(self) -> str:
        return ".".join(self.shown_path)
