"""What a statement will do to those who use the database meanwhile.

SQLite has one lock for the whole database: one connection writes at a time. So what matters is how long a statement needs.
"""

from collections.abc import Iterator, Sequence

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Check, Index
from dbwright.change.actions import Action
from dbwright.change.effects import Effect, Hazard, Lock
from dbwright.engines.sqlite.locks import ALONE, WRITING
from dbwright.engines.sqlite.rebuild import NEW
from dbwright.engines.sqlite.words import folded

_READING = frozenset(("select", "set", "reset", "commit", "rollback", "savepoint", "other", "begin"))
_WRITTEN_A_SECOND = 50_000_000
_READ_A_SECOND = 500_000_000
_BYTES_A_ROW = 100
"""Where only the number of rows is known."""

_LONG = 1.0
"""Seconds from which on a lock is worth a word."""

_MANY_ROWS = 10_000


def predict(actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
    """The effect of one statement, given as its actions, on a database that holds the catalog."""
    return _Prediction(catalog, facts or Facts()).of(actions)


class _Prediction:
    """Gathers what the actions of a statement do."""

    def __init__(self, catalog: Catalog, facts: Facts) -> None:
        self.catalog = catalog
        self.facts = facts
        self.tables = {folded(table.name): table for table in catalog.tables}
        self.indexes = {folded(index.name): table for table in catalog.tables for index in table.indexes}
        self.locks: set[Lock] = set()
        self.rewrites: set[Ref] = set()
        self.scans: set[Ref] = set()
        self.builds: set[Ref] = set()
        self.hazards: list[Hazard] = []
        self.vacuums = False
        self.copies = False  # rows that a query finds, nobody knows how many

    def of(self, actions: Sequence[Action]) -> Effect:
        """The effect of all of them."""
        for action in actions:
            self._lock(action)
            self._take(action)
        seconds = self._seconds()
        if self.locks and seconds is not None and seconds >= _LONG:
            what = "Nobody else can use" if self.vacuums else "No other connection can write to"
            self.hazards.append(
                Hazard("lock", next(iter(self.locks)).relation, f"{what} the database for about {seconds:,.0f} s.")
            )
        return Effect(
            locks=tuple(sorted(self.locks)),
            rewrites=tuple(sorted(self.rewrites)),
            scans=tuple(sorted(self.scans - self.rewrites)),
            builds=tuple(sorted(self.builds)),
            held_for="rows" if self.rewrites or self.scans or self.builds or self.copies else "moment",
            seconds=seconds,
            transactional=not self.vacuums,
            hazards=tuple(dict.fromkeys((*self.hazards, *self._costly()))),
        )

    def _lock(self, action: Action) -> None:
        if action.kind == "vacuum" and "into" not in action.words:
            self.locks.add(ALONE)
        elif action.kind == "begin" and action.words & {"immediate", "exclusive"}:
            self.locks.add(ALONE if "exclusive" in action.words else WRITING)
        elif action.kind not in _READING and action.kind != "vacuum":
            self.locks.add(WRITING)

    def _take(self, action: Action) -> None:
        table = self._table(action)
        match action.kind:
            case "vacuum":
                self.vacuums = "into" not in action.words
                self.scans |= {each.ref for each in self.catalog.tables}
                self.rewrites |= {each.ref for each in self.catalog.tables} if self.vacuums else set()
            case "add column" if table:
                self._add_column(action, table)
            case "add constraint" if table and isinstance(action.constraint, Check):
                self.scans.add(table.ref)
                self.hazards.append(
                    Hazard("data-dependent", table.ref, f"It fails if rows of {table.ref} break the rule.")
                )
            case "drop column" if table:
                self.rewrites.add(table.ref)
                self._drop_column(action, table)
            case "drop table" if table and not self._is_replaced(table):
                self.hazards.append(Hazard("data-loss", table.ref, f"All rows of {table.ref} are deleted."))
            case "create index" if table and action.index:
                self._create_index(action.index, table)
            case "reindex":
                self._reindex(action)
            case "update" if table and not action.words & {"where", "batch"}:
                self.rewrites.add(table.ref)
            case "update" | "delete" if table and "where" in action.words:
                self.scans.add(table.ref)
            case "insert" if "as select" in action.words:
                self._copy(action)
            case "analyze":
                self.scans |= {table.ref} if table else {each.ref for each in self.catalog.tables}
            case "create table" if "as select" in action.words:
                self.copies = True
            case "set":
                self._setting(action)

    def _table(self, action: Action) -> Table | None:
        ref = action.table or action.target
        return self.tables.get(folded(ref.path[1])) if ref and len(ref.path) > 1 else None

    def _add_column(self, action: Action, table: Table) -> None:
        column = action.column
        if column is None:
            return
        required = not column.nullable and column.default is None and column.generated is None
        if required:
            message = f"It fails if {table.ref} has rows, because {column.name} has no value for them."
            self.hazards.append(Hazard("data-dependent", table.ref, message))
        if column.generated and not column.nullable:
            self.scans.add(table.ref)

    def _drop_column(self, action: Action, table: Table) -> None:
        column = next((each for each in table.columns if folded(each.name) == folded(action.name or "")), None)
        if column is not None:
            target = table.column_ref(column.name)
            self.hazards.append(Hazard("data-loss", target, f"All values of {target} are deleted."))

    def _is_replaced(self, table: Table) -> bool:
        """Whether a table with its name in its own stands ready, as in every tool's way to rebuild one."""
        own = folded(table.name)
        return any(own in name and name != own and _has(other, table) for name, other in self.tables.items())

    def _create_index(self, index: Index, table: Table) -> None:
        target = table.ref.child("index", index.name)
        self.builds.add(target)
        self.scans.add(table.ref)
        if index.unique:
            message = f"It fails if rows of {table.ref} have the same key."
            self.hazards.append(Hazard("data-dependent", table.ref, message))

    def _reindex(self, action: Action) -> None:
        """REINDEX of one index, of a table's, of a collation's, or of all."""
        name = folded(action.target.name) if action.target else ""
        owner = self.indexes.get(name)
        tables = [owner] if owner else [self.tables[name]] if name in self.tables else list(self.catalog.tables)
        for table in tables:
            self.scans.add(table.ref)
            self.builds |= {
                table.ref.child("index", index.name)
                for index in table.indexes
                if not owner or folded(index.name) == name
            }

    def _copy(self, action: Action) -> None:
        """INSERT … SELECT into a table that is made to replace another writes all rows of that one again."""
        self.copies = True
        name = action.target.path[1] if action.target else ""
        if name.startswith(NEW):
            replaced = self.tables.get(folded(name.removeprefix(NEW)).rstrip("_"))
            self.rewrites |= {replaced.ref} if replaced else set()

    def _setting(self, action: Action) -> None:
        """Pragmas that change what a database does from then on."""
        if action.name == "writable_schema" and (action.to or "").lower() not in ("0", "off", "false", "no"):
            message = "The schema can be written to as text; a mistake there destroys the database."
            self.hazards.append(Hazard("data-loss", WRITING.relation, message))
        if action.name == "journal_mode" and (action.to or "").lower() == "off":
            message = "Without a journal nothing can be rolled back, and a crash destroys the database."
            self.hazards.append(Hazard("data-loss", WRITING.relation, message))

    # ------------------------------------------------------------ how long, and what is said of it

    def _seconds(self) -> float | None:
        """The expected duration; None where it is not known how much there is to do."""
        if self.copies and not self.rewrites:
            return None
        total = 0.0
        for ref in self.rewrites | self.scans:
            size = self._bytes(ref)
            if size is None:
                return None
            total += size / (_WRITTEN_A_SECOND if ref in self.rewrites else _READ_A_SECOND)
        for ref in self.builds:
            rows = self.facts.rows(ref.table)
            if rows is None:
                return None
            total += rows * _BYTES_A_ROW / 2 / _WRITTEN_A_SECOND
        return total

    def _bytes(self, table: Ref) -> int | None:
        stats = self.facts.tables.get(table)
        if stats is None:
            return None
        return stats.bytes if stats.bytes is not None else stats.rows * _BYTES_A_ROW

    def _costly(self) -> Iterator[Hazard]:
        for ref in sorted(self.rewrites):
            if message := self._told(ref, "written again"):
                yield Hazard("rewrite", ref, message)
        for ref in sorted(self.scans - self.rewrites):
            if message := self._told(ref, "read"):
                yield Hazard("scan", ref, message)

    def _told(self, table: Ref, done: str) -> str:
        """What is done to all rows, where it is not known that they are few."""
        rows = self.facts.rows(table)
        if rows is not None and rows < _MANY_ROWS:
            return ""
        return f"All {'' if rows is None else f'{rows:,} '}rows of {table} are {done} while nobody else can write."


def _has(other: Table, table: Table) -> bool:
    """Whether a table has a column of the other, so that it may hold its rows."""
    return any(other.column(column.name) for column in table.columns)
