"""Collects what one statement will do: the strongest lock on each relation, what is read, written and built, how long that takes."""

from collections.abc import Iterable
from typing import Any

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.catalog.types import Type, TypeKind
from dbwright.change.effects import Blocked, Effect, Hazard, HazardKind, Lock
from dbwright.engines.postgres.words import identifier, qualified

MODES = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)  # fmt: skip
"""PostgreSQL's lock modes for relations, weakest first."""

_BLOCKS: dict[str, tuple[Blocked, ...]] = {
    "SHARE UPDATE EXCLUSIVE": ("schema changes",),
    "SHARE": ("writes", "schema changes"),
    "SHARE ROW EXCLUSIVE": ("writes", "schema changes"),
    "EXCLUSIVE": ("writes", "schema changes"),
    "ACCESS EXCLUSIVE": ("reads", "writes", "schema changes"),
}

# Bytes a second on ordinary cloud disks, to tell seconds from hours: a sequential read, a table copied with its
# indexes, an index sorted and written. Building beside writers reads the table twice and waits in between.
_READ, _WRITE, _BUILD = 200e6, 40e6, 30e6
_BESIDE_WRITERS = 2.5
_ROWS_CHANGED = 50_000
_BYTES_A_ROW = 100
_MOMENT = 0.01
_NOTICED = 0.5
"""Seconds that a lock may be held before it is called a hazard."""


def blocks(mode: str) -> tuple[Blocked, ...]:
    """Whom a lock keeps waiting: reads (SELECT), writes (INSERT, UPDATE, DELETE), schema changes (other DDL, VACUUM)."""
    return _BLOCKS.get(mode, ())


class Foresight:
    """What is known so far of one statement. empty_columns: those that it adds without a value."""

    def __init__(self, catalog: Catalog, facts: Facts | None) -> None:
        self.catalog = catalog
        self.lookup = Lookup(catalog)
        self.facts = facts or Facts()
        self.version = catalog.version[0] if catalog.version else 12
        self.transactional = True
        self.empty_columns: set[str] = set()
        self._locks: dict[Ref, str] = {}
        self._work: dict[tuple[str, Ref], float | None] = {}
        self._hazards: dict[tuple[HazardKind, Ref], str] = {}
        self._rows_changed = False

    # ------------------------------------------------------------ what the catalog knows

    def relation(self, ref: Ref) -> Ref:
        """The Ref of a relation under the kind that it really is: table or view."""
        path = ref.path[:2]
        return Ref("view", path) if self.lookup.view(path) and not self.lookup.table(path) else Ref("table", path)

    def table(self, ref: Ref) -> Table | None:
        """The table that a Ref names or is a part of."""
        return self.lookup.table(ref.path) if len(ref.path) > 1 else None

    def type(self, type_: Type) -> Type:
        """A type as the catalog knows it: one that a statement names may be a domain or an enum."""
        if type_.element:
            return msgspec.structs.replace(type_, element=self.type(type_.element))
        if type_.kind != "other" or type_.user_type:
            return type_
        kinds: tuple[tuple[TypeKind, Any], ...] = (
            ("domain", self.catalog.domains),
            ("enum", self.catalog.enums),
            ("composite", self.catalog.composites),
            ("range", self.catalog.ranges),
        )
        for kind, each in ((kind, each) for kind, every in kinds for each in every):
            name = qualified(each.namespace, each.name)
            if type_.spelling in (name, identifier(each.name)):
                return msgspec.structs.replace(type_, kind=kind, spelling=name, user_type=(each.namespace, each.name))
        return type_

    def family(self, ref: Ref, *, only: bool = False) -> list[Ref]:
        """A table and all that inherit from it."""
        found = [self.relation(ref)]
        if only:
            return found
        paths = {ref.path[:2]}
        for _ in range(len(self.catalog.tables)):
            more = [
                each.ref
                for each in self.catalog.tables
                if (each.inherits or each.partition_of)
                and each.ref not in found
                and paths & {*each.inherits, *([each.partition_of.table] if each.partition_of else [])}
            ]
            if not more:
                break
            found += more
            paths |= {(each.path[0], each.path[1]) for each in more}
        return found

    def holder_of_index(self, ref: Ref) -> Table | View | None:
        """The table or view of an index that is named by namespace and index, or by table and index."""
        holders: Iterable[Table | View] = (*self.catalog.tables, *self.catalog.views)
        for holder in holders:
            if holder.namespace != ref.path[0]:
                continue
            names: set[str | None] = {index.name for index in holder.indexes}
            if isinstance(holder, Table):
                names |= {unique.name for unique in holder.uniques} | {each.name for each in holder.exclusions}
                names |= {holder.primary_key.name} if holder.primary_key else set()
            if ref.name in names and (len(ref.path) < 3 or ref.path[1] == holder.name):
                return holder
        return None

    # ------------------------------------------------------------ what the statement does

    def lock(self, ref: Ref, mode: str) -> None:
        """A lock on a relation; the strongest counts."""
        if ref not in self._locks or MODES.index(mode) > MODES.index(self._locks[ref]):
            self._locks[ref] = mode

    def lock_family(self, ref: Ref, mode: str, *, only: bool = False) -> None:
        """A lock on a table and all that inherit from it."""
        for each in self.family(ref, only=only):
            self.lock(each, mode)

    def rewrite(self, ref: Ref, *, only: bool = False) -> None:
        """All rows are written again, and the indexes built again."""
        for each in self.family(ref, only=only):
            self._note("rewrites", each, _WRITE)

    def scan(self, ref: Ref, *, only: bool = False) -> None:
        """All rows are read."""
        for each in self.family(ref, only=only):
            self._note("scans", each, _READ)

    def visit(self, ref: Ref) -> None:
        """The rows are gone through without anybody waiting."""
        for each in self.family(ref):
            self._note("visits", each, _READ)

    def build(self, holder: Ref, name: str, *, beside_writers: bool = False) -> None:
        """An index is built."""
        speed = _BUILD / _BESIDE_WRITERS if beside_writers else _BUILD
        self._work[("builds", Ref("index", (*holder.path[:2], name)))] = self._seconds(holder, speed)

    def change_rows(self, ref: Ref) -> None:
        """Rows are inserted, changed or deleted: all of them, for all that is known."""
        rows = self.facts.rows(self.relation(ref))
        self._work[("changes", ref)] = None if rows is None else rows / _ROWS_CHANGED
        self._rows_changed = True

    def hazard(self, kind: HazardKind, ref: Ref, message: str) -> None:
        """Something that a person has to know; one of a kind for each object."""
        self._hazards.setdefault((kind, ref), message)

    def alone(self, ref: Ref, what: str) -> None:
        """The statement cannot run inside of a transaction."""
        self.transactional = False
        self.hazard(
            "not-transactional", ref, f"{what} cannot run in a transaction; a failure may leave a part of it done."
        )

    def _note(self, what: str, ref: Ref, speed: float) -> None:
        self._work[(what, ref)] = self._seconds(ref, speed)

    def _seconds(self, ref: Ref, speed: float) -> float | None:
        stats = self.facts.tables.get(self.relation(ref))
        if stats is None:
            return None
        size = stats.bytes if stats.bytes is not None else stats.rows * _BYTES_A_ROW
        return size / speed

    # ------------------------------------------------------------ the whole

    def effect(self) -> Effect:
        """All that was collected."""
        locks = tuple(sorted(Lock(ref, mode, blocks(mode)) for ref, mode in self._locks.items()))
        times = list(self._work.values())
        known = None if None in times else sum(each for each in times if each is not None) + _MOMENT
        seconds = known if self.facts.tables else None
        self._lock_hazards(locks, seconds)
        return Effect(
            locks=locks,
            rewrites=self._those("rewrites"),
            scans=self._those("scans"),
            builds=self._those("builds"),
            held_for="rows" if self._work else "moment",
            seconds=seconds,
            transactional=self.transactional,
            hazards=tuple(Hazard(kind, ref, message) for (kind, ref), message in self._hazards.items()),
        )

    def _those(self, what: str) -> tuple[Ref, ...]:
        return tuple(sorted(ref for kind, ref in self._work if kind == what))

    def _lock_hazards(self, locks: tuple[Lock, ...], seconds: float | None) -> None:
        """What others notice: a lock that is held while rows are read or written, if that takes longer than a moment."""
        if not self._work or (seconds is not None and seconds < _NOTICED):
            return
        took = "" if seconds is None else f", for about {_duration(seconds)}"
        for ref in self._those("rewrites"):
            self.hazard("rewrite", ref, f"Every row of {ref} is written again{took}.")
        held = {lock.relation: lock for lock in locks}
        for ref in self._those("scans"):
            if ref in held and set(held[ref].blocks) & {"reads", "writes"}:
                self.hazard("scan", ref, f"Every row of {ref} is read under a lock that others notice{took}.")
        for lock in locks:
            if lock.relation.kind not in ("table", "view"):
                continue
            kept = [what for what in lock.blocks if what != "schema changes"]
            if kept:
                self.hazard("lock", lock.relation, f"{' and '.join(kept).capitalize()} of {lock.relation} wait{took}.")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600, 1):g} hours"
