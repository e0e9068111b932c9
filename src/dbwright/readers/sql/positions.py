"""Where in the files each object of a catalog is written."""

from collections.abc import Iterable
from typing import NamedTuple

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Statement
from dbwright.finding import Location
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.suppressions import place_in

_TABLE_PARTS = frozenset(
    ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "KEY", "INDEX", "FULLTEXT", "SPATIAL")
)
_MODIFIERS = frozenset(
    "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE FULLTEXT SPATIAL FOREIGN MATERIALIZED RECURSIVE VIRTUAL "
    "CONSTRAINT ONLINE OFFLINE INVOKER SECURITY SQL ALGORITHM UNDEFINED MERGE TEMPTABLE DEFINER AGGREGATE EVENT".split()
)
_OTHERS: dict[str, Kind] = {"VIEW": "view", "SEQUENCE": "sequence", "DOMAIN": "domain", "TYPE": "enum"}


class _Part(NamedTuple):
    """A part of a table as written: its name where it has one, the columns that it is over."""

    kind: Kind
    table: tuple[str, str]
    name: str
    columns: tuple[str, ...]
    location: Location


class _Positions:
    """Collects, statement by statement, what is defined where."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.namespace = "public" if dialect == "postgres" else ""
        self.objects: dict[tuple[Kind, tuple[str, ...]], Location] = {}
        self.parts: list[_Part] = []

    def read(self, statement: Statement) -> None:
        """Take in one statement."""
        head = statement.text[:6].upper()
        if head.startswith(("CREATE", "ALTER", "/*!", "SET")) or "search_path" in statement.text[:60]:
            cursor = Cursor(statement.text, self.dialect)
            if cursor.accept("CREATE"):
                self._create(cursor, statement)
            elif cursor.accept("ALTER", "TABLE"):
                self._alter(cursor, statement)
            elif self.dialect == "postgres" and cursor.accept("SET"):
                self._search_path(cursor)

    def _at(self, statement: Statement, offset: int) -> Location:
        return Location(statement.path or "<stdin>", *place_in(statement, offset))

    def _search_path(self, cursor: Cursor) -> None:
        cursor.accept_any("LOCAL", "SESSION")
        if cursor.accept("SEARCH_PATH") and (cursor.accept("=") or cursor.accept("TO")):
            token = cursor.here
            self.namespace = (token.text[1:-1] if token.kind == "string" else cursor.name()) or "public"

    def _path(self, cursor: Cursor) -> tuple[str, str]:
        path = cursor.path()
        if self.dialect == "postgres" and len(path) > 1:
            return path[-2], path[-1]
        return self.namespace, path[-1]

    def _create(self, cursor: Cursor, statement: Statement) -> None:
        start = cursor.tokens[0].start
        unique = False
        while cursor.here.upper in _MODIFIERS or cursor.here.text in ("=", "@"):
            if cursor.accept("DEFINER"):
                cursor.accept("=")
                cursor.take()
                if cursor.accept("@"):
                    cursor.take()
                continue
            unique = unique or cursor.here.upper == "UNIQUE"
            cursor.take()
        word = cursor.take().upper
        if word == "INDEX":
            self._index(cursor, statement, unique, start)
            return
        cursor.accept("IF", "NOT", "EXISTS")
        if word == "TABLE":
            table = self._path(cursor)
            self.objects["table", table] = self._at(statement, start)
            for item in cursor.brackets().items() if cursor.here.text == "(" else ():
                self._item(table, item, statement)
        elif word in _OTHERS:
            path = self._path(cursor)
            self.objects[_OTHERS[word], path] = self._at(statement, start)
        elif word in ("FUNCTION", "PROCEDURE"):
            self.objects["routine", self._path(cursor)] = self._at(statement, start)
        elif word in ("TRIGGER", "POLICY"):
            self._on_table("trigger" if word == "TRIGGER" else "policy", cursor, statement, start)

    def _on_table(self, kind: Kind, cursor: Cursor, statement: Statement, start: int) -> None:
        name = cursor.path()[-1]
        while not cursor.done and not cursor.accept("ON"):
            cursor.take()
        cursor.accept("ONLY")
        if not cursor.done:
            self.parts.append(_Part(kind, self._path(cursor), name, (), self._at(statement, start)))

    def _index(self, cursor: Cursor, statement: Statement, unique: bool, start: int) -> None:
        cursor.accept("CONCURRENTLY")
        cursor.accept("IF", "NOT", "EXISTS")
        name = "" if cursor.here.upper == "ON" else cursor.path()[-1]
        if cursor.accept_any("USING"):
            cursor.take()
        if not cursor.accept("ON"):
            return
        cursor.accept("ONLY")
        table = self._path(cursor)
        if cursor.accept("USING"):
            cursor.take()
        columns = cursor.names_in_brackets()
        self.parts.append(_Part("unique" if unique else "index", table, name, columns, self._at(statement, start)))

    def _item(self, table: tuple[str, str], item: Cursor, statement: Statement) -> None:
        first = item.here
        where = self._at(statement, first.start)
        if first.upper in _TABLE_PARTS and not self._names_a_column(item):
            self._constraint(table, item, where)
        elif first.kind in ("word", "name", "string") and first.upper not in ("LIKE", "PERIOD"):
            column = item.name()
            self.parts.append(_Part("column", table, column, (column,), where))
            self._inline(table, column, item, statement)

    def _names_a_column(self, item: Cursor) -> bool:
        """Whether an item that begins with a word like KEY or INDEX is a column of that name (outside MySQL it can be)."""
        return self.dialect != "mysql" and item.here.upper in ("KEY", "INDEX", "FULLTEXT", "SPATIAL")

    def _constraint(self, table: tuple[str, str], item: Cursor, where: Location) -> None:
        name = ""
        if item.accept("CONSTRAINT") and item.here.upper not in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
            name = item.name()
        kind: Kind
        word = item.take().upper
        if word in ("PRIMARY", "FOREIGN"):
            item.take()
            kind = "primary_key" if word == "PRIMARY" else "foreign_key"
        elif word == "CHECK":
            words = tuple(token.text for token in item.brackets().tokens if token.kind in ("word", "name"))
            self.parts.append(_Part("check", table, name, words, where))
            return
        elif word == "EXCLUDE":
            kind = "exclusion"
        else:
            kind = "unique" if word == "UNIQUE" else "index"
            item.accept_any("KEY", "INDEX")
        if item.here.text != "(" and item.here.upper not in ("USING", "NULLS"):
            name = item.name() or name
        while not item.done and item.here.text != "(":
            item.take()
        self.parts.append(_Part(kind, table, name, item.names_in_brackets(), where))

    def _inline(self, table: tuple[str, str], column: str, item: Cursor, statement: Statement) -> None:
        """The constraints that follow a column's type."""
        name, started = "", None
        kinds: dict[str, Kind] = {
            "PRIMARY": "primary_key",
            "UNIQUE": "unique",
            "REFERENCES": "foreign_key",
            "CHECK": "check",
        }
        while not item.done:
            token = item.here
            if item.accept("CONSTRAINT"):
                started, name = token, item.name()
            elif token.upper in kinds:
                item.take()
                kind = kinds[token.upper]
                columns: tuple[str, ...] = (column,)
                if kind == "check":
                    columns = tuple(each.text for each in item.brackets().tokens if each.kind in ("word", "name"))
                where = self._at(statement, (started or token).start)
                self.parts.append(_Part(kind, table, name, columns, where))
                name, started = "", None
            elif token.text == "(":
                item.brackets()
            else:
                item.take()

    def _alter(self, cursor: Cursor, statement: Statement) -> None:
        cursor.accept("IF", "EXISTS")
        cursor.accept("ONLY")
        table = self._path(cursor)
        cursor.accept("*")
        for action in cursor.items():
            where = self._at(statement, action.here.start)
            if action.accept("RENAME"):
                if action.accept_any("TO", "AS"):
                    self.objects["table", self._path(action)] = where
            elif action.accept("ADD"):
                plain = action.accept("COLUMN")
                action.accept("IF", "NOT", "EXISTS")
                if not plain and action.here.upper in _TABLE_PARTS and not self._names_a_column(action):
                    self._constraint(table, action, self._at(statement, cursor.tokens[0].start))
                else:
                    inner = action.brackets().items() if action.here.text == "(" else (action,)
                    for each in inner:
                        each_rest = Cursor(each.text, self.dialect, each.tokens[each.at :])
                        self._item(table, each_rest, statement)


def locate(catalog: Catalog, statements: Iterable[Statement], dialect: Dialect) -> dict[Ref, Location]:
    """The place of each table, column, constraint, index, view and so on that the statements write.

    A part that is written nowhere by itself (a constraint that the engine named and that matches none) stands where its
    column or its table does. Linear in the text and the catalog.
    """
    positions = _Positions(dialect)
    for statement in statements:
        positions.read(statement)
    parts: dict[tuple[str, str], list[_Part]] = {}
    for part in positions.parts:
        parts.setdefault((part.table[0], part.table[1].casefold()), []).append(part)
    objects = {(kind, tuple(each.casefold() for each in path)): at for (kind, path), at in positions.objects.items()}
    objects |= positions.objects
    found: dict[Ref, Location] = {}

    def place(ref: Ref, as_kind: Kind | None = None, path: tuple[str, ...] | None = None) -> Location | None:
        kind, wanted = as_kind or ref.kind, path or ref.path
        at = objects.get((kind, wanted)) or objects.get((kind, tuple(each.casefold() for each in wanted)))
        if at is not None:
            found[ref] = at
        return at

    for table in catalog.tables:
        at = place(table.ref)
        _place_parts(table, parts.get((table.namespace, table.name.casefold()), []), at, found, dialect)
    for view in catalog.views:
        at = place(view.ref)
        for column in view.columns:
            if at:
                found[Ref("column", (view.namespace, view.name, column.name))] = at
        _place_named(view.ref, "index", view.indexes, parts.get((view.namespace, view.name.casefold()), []), found)
    for sequence in catalog.sequences:
        place(Ref("sequence", (sequence.namespace, sequence.name)))
    for enum in catalog.enums:
        place(Ref("enum", (enum.namespace, enum.name)))
    for domain in catalog.domains:
        place(Ref("domain", (domain.namespace, domain.name)))
    for composite in catalog.composites:
        place(Ref("composite", (composite.namespace, composite.name)), "enum")
    for range_ in catalog.ranges:
        place(Ref("range", (range_.namespace, range_.name)), "enum")
    for routine in catalog.routines:
        place(routine.ref, path=(routine.namespace, routine.name))
    return found


def _place_named(
    owner: Ref, kind: Kind, objects: Iterable[object], parts: list[_Part], found: dict[Ref, Location]
) -> None:
    named = {part.name.casefold(): part.location for part in parts if part.name and part.kind != "column"}
    for each in objects:
        name = getattr(each, "name", None) or ""
        if name.casefold() in named:
            found[owner.child(kind, name)] = named[name.casefold()]


def _place_parts(
    table: Table, parts: list[_Part], at: Location | None, found: dict[Ref, Location], dialect: Dialect
) -> None:
    columns = {part.name.casefold(): part.location for part in parts if part.kind == "column"}
    named = {part.name.casefold(): part.location for part in parts if part.name and part.kind != "column"}
    over = {(part.kind, _folded(part.columns)): part.location for part in parts if part.kind not in ("column", "check")}
    known = {column.name.casefold() for column in table.columns}
    checks = {frozenset(_folded(part.columns)) & known: part.location for part in parts if part.kind == "check"}

    for column in table.columns:
        place = columns.get(column.name.casefold()) or at
        if place:
            found[table.column_ref(column.name)] = place

    def put(kind: Kind, name: str | None, over_columns: tuple[str, ...], alike: tuple[Kind, ...]) -> None:
        key = _folded(over_columns)
        place = named.get((name or "").casefold()) if name else None
        place = place or next((over[each, key] for each in alike if (each, key) in over), None)
        place = place or (columns.get(key[0]) if key else None) or at
        if place:
            found.setdefault(table.ref.child(kind, name or ""), place)

    if table.primary_key:
        put("primary_key", table.primary_key.name, table.primary_key.columns, ("primary_key",))
    for unique in table.uniques:
        put("unique", unique.name, unique.columns, ("unique",))
    for key in table.foreign_keys:
        put("foreign_key", key.name, key.columns, ("foreign_key",))
    for exclusion in table.exclusions:
        put("exclusion", exclusion.name, exclusion.columns, ("exclusion",))
    for index in table.indexes:
        put("index", index.name, tuple(name for name in index.columns if name), ("index", "unique"))
    for check in table.checks:
        place = named.get((check.name or "").casefold()) if check.name else None
        if place is None and checks:
            words = _folded(_names_in(check.expression, dialect))
            place = checks.get(frozenset(words) & known)
        place = place or at
        if place:
            found.setdefault(table.ref.child("check", check.name or ""), place)
    _place_named(table.ref, "trigger", table.triggers, parts, found)
    _place_named(table.ref, "policy", table.policies, parts, found)


def _names_in(expression: str, dialect: Dialect) -> list[str]:
    return [token.text for token in Cursor(expression, dialect).tokens if token.kind in ("word", "name")]


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip('"`[]').casefold() for name in names)
