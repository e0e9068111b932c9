"""Reads a whole SQLite database with three queries, whatever the number of its tables.

The stored CREATE statements say nearly all; the pragmas, called as tables and so for all objects at once, give the
columns of views and virtual tables and check what was read of the others.
"""

import sqlite3
from collections.abc import Sequence

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, Index, PrimaryKey, Table, Trigger, Unread, View
from dbwright.engines.base import Inspection
from dbwright.engines.sqlite.canonical import resolved, settled
from dbwright.engines.sqlite.ddl_text import parse_index, parse_table, parse_trigger, parse_view
from dbwright.engines.sqlite.tokens import meaningful, name_of, tokens_of
from dbwright.engines.sqlite.types import type_of
from dbwright.engines.sqlite.words import folded
from dbwright.errors import SyntaxFault, UsageError

DECLARED_COLUMNS = "columns"
"""The option of views that declare their column names."""

_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
_COLUMNS = """
    SELECT s.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
    FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c
    WHERE s.type = '{kind}' AND s.sql {virtual} 'CREATE VIRTUAL %' ORDER BY s.rowid, c.cid
"""
_COLUMNS_OF_ONE = 'SELECT ?1, name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid'
_HIDDEN = 1
_SHADOWS = {
    "fts3": ("content", "segments", "segdir", "docsize", "stat"),
    "fts4": ("content", "segments", "segdir", "docsize", "stat"),
    "fts5": ("data", "idx", "content", "docsize", "config"),
    "rtree": ("node", "rowid", "parent"),
    "rtree_i32": ("node", "rowid", "parent"),
    "geopoly": ("node", "rowid", "parent"),
}


def inspect(connection: sqlite3.Connection, name: str, namespaces: Sequence[str] | None = None) -> Inspection:
    """The catalog of the main database, whose one namespace has no name. Raises UsageError where another is asked for."""
    version = sqlite3.sqlite_version_info
    strange = [each for each in namespaces or () if each not in ("", "main")]
    if strange:
        raise UsageError(f"SQLite has no schema {strange[0]!r}.", hint="Leave --namespace out: a file is one schema.")
    return _Reading(connection).catalog(name, version)


class _Reading:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.notes: list[str] = []
        self.unread: list[Unread] = []

    def catalog(self, name: str, version: tuple[int, ...]) -> Inspection:
        rows = self.connection.execute(_OBJECTS).fetchall()
        tables = self._tables(rows)
        indexes = self._indexes(rows, tables)
        triggers = self._triggers(rows)
        views = self._views(rows, tables, triggers)
        whole = tuple(
            replace(table, indexes=tuple(indexes.get(low, ())), triggers=tuple(triggers.get(low, ())))
            for low, table in tables.items()
        )
        catalog = Catalog(
            engine="sqlite", version=version, name=name, tables=whole, views=views, unread=tuple(self.unread)
        )
        return Inspection(resolved(catalog), tuple(self.notes))

    # ------------------------------------------------------------ columns by pragma

    def _columns(self, kind: str, virtual: bool, names: Sequence[str]) -> dict[str, list[tuple[object, ...]]]:
        """What table_xinfo says of all objects of a kind; one at a time where a broken one spoils the whole."""
        if not names:
            return {}
        found: dict[str, list[tuple[object, ...]]] = {}
        try:
            sql = _COLUMNS.format(kind=kind, virtual="LIKE" if virtual else "NOT LIKE")
            for owner, *column in self.connection.execute(sql):
                found.setdefault(owner, []).append(tuple(column))
            return found
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_INTERRUPT")):
                raise
        found.clear()
        for each in names:
            try:
                found[each] = [tuple(row[1:]) for row in self.connection.execute(_COLUMNS_OF_ONE, (each,))]
            except sqlite3.OperationalError as error:
                self.notes.append(f"The columns of the {kind} {each} could not be read: {error}.")
        return found

    # ------------------------------------------------------------ tables

    def _tables(self, rows: list[tuple[str, str, str, str]]) -> dict[str, Table]:
        texts = {name: sql for kind, name, _, sql in rows if kind == "table" and not name.startswith("sqlite_")}
        virtual = {name for name, sql in texts.items() if sql[:15].upper() == "CREATE VIRTUAL "}
        shadows = _shadow_names(texts, virtual)
        ordinary = [name for name in texts if name not in virtual]
        columns = self._columns("table", False, ordinary)
        columns.update(self._columns("table", True, sorted(virtual)))
        found: dict[str, Table] = {}
        for name, sql in texts.items():
            if folded(name) in shadows:
                continue
            said = columns.get(name, [])
            try:
                table = parse_table(sql, name)
                if name in virtual:
                    table = replace(table, columns=_pragma_columns(said))
                elif said and len(said) != len(table.columns):
                    raise SyntaxFault("The columns differ from those that SQLite counts.")
            except SyntaxFault as fault:
                self.notes.append(f"The definition of {name} could only be read in part: {fault.message}")
                table = _by_pragma(name, said)
            found[folded(name)] = table
        return found

    def _indexes(self, rows: list[tuple[str, str, str, str]], tables: dict[str, Table]) -> dict[str, list[Index]]:
        found: dict[str, list[Index]] = {}
        for kind, name, owner, sql in rows:
            table = tables.get(folded(owner))
            if kind != "index" or table is None:
                continue
            try:
                found.setdefault(folded(owner), []).append(parse_index(sql, name, table))
            except SyntaxFault as fault:
                self._not_read("index", name, fault)
        return found

    def _triggers(self, rows: list[tuple[str, str, str, str]]) -> dict[str, list[Trigger]]:
        found: dict[str, list[Trigger]] = {}
        for kind, name, owner, sql in rows:
            if kind == "trigger":
                try:
                    found.setdefault(folded(owner), []).append(parse_trigger(sql, name))
                except SyntaxFault as fault:
                    self._not_read("trigger", name, fault)
        return found

    def _not_read(self, kind: str, name: str, fault: SyntaxFault) -> None:
        self.unread.append(Unread(kind=kind, name=name, reason=fault.message))
        self.notes.append(f"The {kind} {name} could not be read: {fault.message}")

    # ------------------------------------------------------------ views

    def _views(
        self,
        rows: list[tuple[str, str, str, str]],
        tables: dict[str, Table],
        triggers: dict[str, list[Trigger]],
    ) -> tuple[View, ...]:
        texts = {name: sql for kind, name, _, sql in rows if kind == "view"}
        columns = self._columns("view", False, list(texts))
        known = {low: Ref("table", ("", table.name)) for low, table in tables.items()}
        known.update({folded(name): Ref("view", ("", name)) for name in texts})
        found = []
        for name, sql in texts.items():
            try:
                text = parse_view(sql)
            except SyntaxFault as fault:
                self._not_read("view", name, fault)
                continue
            found.append(
                View(
                    namespace="",
                    name=name,
                    definition=text.definition,
                    columns=_pragma_columns(columns.get(name, [])),
                    triggers=tuple(triggers.get(folded(name), ())),
                    depends_on=_depends_on(text.definition, known, folded(name)),
                    options={DECLARED_COLUMNS: "\n".join(text.columns)} if text.columns else {},
                )
            )
        return tuple(found)


def _depends_on(definition: str, known: dict[str, Ref], own: str) -> tuple[Ref, ...]:
    """The tables and views that a query names in its FROM clauses."""
    found: set[Ref] = set()
    sources = [False]
    awaited = False
    for token in meaningful(tokens_of(definition)):
        word = token.text.upper()
        if token.kind in ("word", "quoted"):
            if token.kind == "word" and word in ("FROM", "JOIN"):
                sources[-1] = awaited = True
                continue
            if token.kind == "word" and word in _ENDS_SOURCES:
                sources[-1] = False
            elif awaited:
                named = known.get(folded(name_of(token)))
                if named is not None and folded(named.name) != own:
                    found.add(named)
            awaited = False
        elif word == "(":
            sources.append(awaited)
        elif word == ")":
            awaited = False
            if len(sources) > 1:
                sources.pop()
        elif word in (",", "."):
            awaited = sources[-1]
    return tuple(sorted(found))


_CLAUSES = "SELECT WHERE GROUP HAVING WINDOW ORDER LIMIT UNION EXCEPT INTERSECT VALUES"
_ENDS_SOURCES = frozenset(_CLAUSES.split())


def _shadow_names(texts: dict[str, str], virtual: set[str]) -> set[str]:
    """The tables in which the full-text and R-tree modules keep their own data."""
    found: set[str] = set()
    for name in virtual:
        module = parse_table(texts[name], name).module or ""
        suffixes = _SHADOWS.get(module.partition("(")[0].strip().lower(), ())
        found.update(folded(f"{name}_{suffix}") for suffix in suffixes)
    return found


def _pragma_columns(rows: Sequence[tuple[object, ...]]) -> tuple[Column, ...]:
    return tuple(
        Column(name=str(name), type=type_of(str(declared or "")), nullable=not required)
        for name, declared, required, _, _, hidden in rows
        if hidden != _HIDDEN
    )


def _by_pragma(name: str, rows: Sequence[tuple[object, ...]]) -> Table:
    """A table as the pragma describes it: columns, defaults and the primary key."""
    columns = tuple(
        Column(
            name=str(column), type=type_of(str(declared or "")), nullable=not required,
            default=None if default is None else str(default),
        )
        for column, declared, required, default, _, hidden in rows
        if hidden != _HIDDEN
    )  # fmt: skip
    key = sorted((int(str(place)), str(column)) for column, _, _, _, place, _ in rows if place)
    primary = PrimaryKey(columns=tuple(column for _, column in key)) if key else None
    return settled(Table(namespace="", name=name, columns=columns, primary_key=primary))
