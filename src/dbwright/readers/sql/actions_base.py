"""What all readers of actions share: the statement, how its names become Refs, and the words that change a meaning."""

from typing import Any, NamedTuple

from dbwright.catalog.names import Kind, Ref
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Draft, DraftTable, Wrong
from dbwright.readers.sql.parse_table import string_value
from dbwright.readers.sql.scan import Dialect, Token

_MAIN = ("main",)
"""How SQLite calls the database whose namespace has no name here."""


class Named(NamedTuple):
    """A Ref, and the word "unqualified" where its namespace was not written."""

    ref: Ref
    words: frozenset[str]


class Text:
    """One statement: its dialect, and the namespace that names without one are in."""

    def __init__(self, text: str, dialect: Dialect, namespace: str) -> None:
        self.text = text
        self.dialect = dialect
        self.namespace = namespace

    def draft(self, table: Ref | None = None) -> tuple[Draft, DraftTable]:
        """An empty table that columns and constraints can be read into; what has no name stays without one."""
        draft = Draft(self.dialect, names_parts=False)
        draft.namespace = self.namespace
        path = table.path if table else (self.namespace, "")
        return draft, DraftTable(path[0], path[1])

    def named(self, cursor: Cursor, kind: Kind) -> Named:
        """The object that is named next. Raises Wrong where no name stands there."""
        at = cursor.here
        return self.resolved(cursor.path(), kind, at)

    def resolved(self, parts: tuple[str, ...], kind: Kind, at: Token) -> Named:
        """The object of a name with its qualifiers. Raises Wrong where it is none."""
        if not parts or not parts[-1]:
            raise Wrong(at, "a name")
        if kind in ("namespace", "extension", "role", "event_trigger", "catalog"):
            return Named(Ref(kind, (parts[-1],)), frozenset())
        if len(parts) == 1:
            return Named(Ref(kind, (self.namespace, parts[0])), frozenset(("unqualified",)))
        namespace = parts[-2]
        if self.dialect == "sqlite" and namespace.lower() in _MAIN:
            namespace = self.namespace
        return Named(Ref(kind, (namespace, parts[-1])), frozenset())


def action(kind: ActionKind, place: Cursor, **fields: Any) -> Action:
    """An action that stands where all tokens of the cursor stand; fields that are None are left out."""
    first, last = (place.tokens[0], place.tokens[-1]) if place.tokens else (None, None)
    fields["words"] = frozenset(fields.get("words", ()))
    given = {name: value for name, value in fields.items() if value is not None}
    return Action(kind=kind, start=first.start if first else 0, end=last.end if last else 0, **given)


def if_exists(cursor: Cursor) -> set[str]:
    """IF EXISTS or IF NOT EXISTS, as words."""
    if cursor.accept("IF", "NOT", "EXISTS"):
        return {"if not exists"}
    return {"if exists"} if cursor.accept("IF", "EXISTS") else set()


def endings(cursor: Cursor) -> set[str]:
    """CASCADE or RESTRICT at the end, as words."""
    word = cursor.accept_any("CASCADE", "RESTRICT")
    return {word.lower()} if word else set()


def value(cursor: Cursor) -> str:
    """The value that comes next: what a string holds, a word, or a number with its sign."""
    sign = "-" if cursor.accept("-") else ""
    token = cursor.take()
    if token.kind == "string":
        return string_value(token, cursor.dialect)
    if token.kind == "name":
        return token.text[1:-1]
    return sign + token.text


def text_or_rest(cursor: Cursor) -> str:
    """What a single string holds, or all that is left as it is written."""
    if len(cursor.tokens) - cursor.at == 1 and cursor.here.kind == "string":
        return string_value(cursor.here, cursor.dialect)
    return cursor.rest()
