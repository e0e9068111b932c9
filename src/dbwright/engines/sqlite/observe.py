"""What a statement does, from the program that SQLite makes of it: EXPLAIN lists its instructions without running them.

So it is seen on empty tables too: a loop over a table's pages that writes them again is there, whatever it finds.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dbwright.catalog.names import Ref
from dbwright.change.effects import Effect, Lock
from dbwright.engines.sqlite.locks import ALONE, WRITING
from dbwright.engines.sqlite.tokens import Cursor
from dbwright.engines.sqlite.words import folded, quote
from dbwright.errors import SyntaxFault

_OBJECTS = """
    SELECT rootpage, type, name, tbl_name FROM sqlite_schema
    WHERE rootpage > 0 AND substr(tbl_name, 1, 7) <> 'sqlite_'
"""
_IN_REGISTER = 16
"""The flag of an opened tree whose page is not known before the program runs: one that it makes itself."""


class _Tree(NamedTuple):
    """A table or an index, by the page where it begins."""

    kind: str
    name: str
    table: str

    @property
    def ref(self) -> Ref:
        """Its name."""
        table = Ref("table", ("", self.table))
        return table if self.kind == "table" else table.child("index", self.name)


def observed(connection: sqlite3.Connection, sql: str, run: Callable[[], object]) -> Effect:
    """Run a statement and tell what it did. run: runs it."""
    if Cursor(sql).word() in ("EXPLAIN", ""):
        run()
        return Effect(basis="observed")
    trees = _trees(connection)
    rows = dict.fromkeys(_updated(sql, trees), 0)
    for name in rows:
        rows[name] = connection.execute(f"SELECT count(*) FROM {quote(name)}").fetchone()[0]
    program = _Program(connection.execute(f"EXPLAIN {sql}"), trees, sql)
    before = connection.total_changes
    run()
    changed = connection.total_changes - before
    rewrites = set(program.rewrites) | {
        Ref("table", ("", name)) for name, count in rows.items() if 0 < count <= changed
    }
    new = set(_trees(connection).values()) - set(trees.values())
    builds = {tree.ref for tree in new if tree.kind == "index" and tree.table in program.looped} | set(program.builds)
    scans = {Ref("table", ("", name)) for name in program.looped} - rewrites
    return Effect(
        locks=program.locks,
        rewrites=tuple(sorted(rewrites)),
        scans=tuple(sorted(scans)),
        builds=tuple(sorted(builds)),
        held_for="rows" if rewrites or scans or builds else "moment",
        transactional=not program.vacuums,
        basis="observed",
    )


def _trees(connection: sqlite3.Connection) -> dict[int, _Tree]:
    return {page: _Tree(kind, name, table) for page, kind, name, table in connection.execute(_OBJECTS)}


def _updated(sql: str, trees: dict[int, _Tree]) -> list[str]:
    """The table of an UPDATE, whose rows are counted: of its program nobody can tell how many of them it changes."""
    cursor = Cursor(sql)
    if not cursor.accept("UPDATE"):
        return []
    if cursor.accept("OR"):
        cursor.take()
    return _named(cursor, trees)


def _named(cursor: Cursor, trees: dict[int, _Tree]) -> list[str]:
    """The table that is named next; empty where it is none of these."""
    try:
        name = cursor.name()
        if cursor.accept("."):
            name = cursor.name()
    except SyntaxFault:
        return []
    return [tree.name for tree in trees.values() if tree.kind == "table" and folded(tree.name) == folded(name)]


class _Program:
    """What the instructions of a statement do.

    looped: tables that are read from end to end. rewrites: tables that a loop writes again. builds: indexes filled again.
    """

    def __init__(
        self, lines: Iterable[tuple[int, str, int, int, int, object, int, object]], trees: dict[int, _Tree], sql: str
    ) -> None:
        self.trees = trees
        self.looped: set[str] = set()
        self.rewrites: set[Ref] = set()
        self.builds: set[Ref] = set()
        self.vacuums = False
        self.writes = False
        cursor = Cursor(sql)
        self._alters = cursor.accept("ALTER", "TABLE")
        self._altered = set(_named(cursor, trees)) if self._alters else set()
        self._open: dict[int, _Tree] = {}
        self._rewound: set[int] = set()
        self._cleared: set[int] = set()
        for _, operation, one, two, three, _, five, _ in lines:
            self._read(operation, one, two, three, five)

    @property
    def locks(self) -> tuple[Lock, ...]:
        """The locks that it takes beside the one for reading."""
        return (ALONE,) if self.vacuums else (WRITING,) if self.writes else ()

    def _read(self, operation: str, one: int, two: int, three: int, five: int) -> None:
        match operation:
            case "Transaction":
                self.writes = self.writes or (one == 0 and two > 0)
            case "Vacuum":
                self.vacuums = True
                self.rewrites |= {tree.ref for tree in self.trees.values() if tree.kind == "table"}
            case "OpenRead" | "OpenWrite" | "ReopenIdx":
                self._opened(operation, one, two, three, five)
            case "OpenEphemeral" | "SorterOpen" | "OpenPseudo" | "OpenAutoindex":
                self._close(one)
            case "Rewind" | "Last" if one in self._open:
                self.looped.add(self._open[one].table)
                self._rewound.add(one)
            case "Insert" | "IdxInsert" if self._alters and one in self._rewound and self._open[one].kind == "table":
                self.rewrites.add(self._open[one].ref)
            case "Clear":
                self._cleared.add(one)
            case "VOpen" if self._alters:
                self.looped |= self._altered  # quick_check looks at each row

    def _close(self, cursor: int) -> None:
        self._open.pop(cursor, None)
        self._rewound.discard(cursor)

    def _opened(self, operation: str, cursor: int, page: int, database: int, flags: int) -> None:
        self._close(cursor)
        tree = self.trees.get(page)
        if database != 0 or flags & _IN_REGISTER or tree is None:
            return
        self._open[cursor] = tree
        if operation == "OpenWrite" and page in self._cleared and tree.kind == "index":
            self.builds.add(tree.ref)
