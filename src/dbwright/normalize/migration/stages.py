"""The stages of a split, each a schema to reach and statements to run there and on the way back.

    expand    the new tables stand beside the old one, and triggers carry every write over
    backfill  the rows that were there before are carried over, in ranges of the key
    switch    both are compared; a view takes the old table's name, and its triggers carry writes into the new tables
    contract  the view and the old table go

Up to contract nothing is lost and every stage has a way back. A table without a key that tells its rows apart, or parts that only
together have its rows, are filled and switched to in one go while writers wait; the view is read-only then.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Grant, Routine, Table, Trigger, View
from dbwright.errors import Refused
from dbwright.normalize.design.proposal import Proposal
from dbwright.normalize.migration.beside import Names, Path, beside, moved, others, to_itself, with_triggers_on
from dbwright.normalize.migration.dialect import Dialect
from dbwright.normalize.migration.fill import counted_on, guard, held_still, into_parts, refilled, written_back
from dbwright.normalize.migration.notes import notes_on
from dbwright.normalize.migration.possible import must_be_possible
from dbwright.normalize.migration.readers import led_to_view, nobody_reads, reading
from dbwright.normalize.migration.shape import Piece, shape_of
from dbwright.normalize.migration.split import Split, Stage
from dbwright.normalize.migration.triggers import source_triggers, view_triggers


def split(proposal: Proposal, catalog: Catalog, sql: Dialect) -> Split:
    """Plan the split of one table of a catalog.

    Raises Refused for rows that contradict an accepted dependency, for a proposal that is not lossless, and for tables that
    cannot be split yet: with row-level security, partitions, or children that inherit.
    """
    source = next(table for table in catalog.tables if table.ref == proposal.source)
    must_be_possible(proposal, source, catalog)
    return _Planner(proposal, source, catalog, sql).plan()


class _Planner:
    def __init__(self, proposal: Proposal, source: Table, catalog: Catalog, sql: Dialect) -> None:
        self.source, self.catalog, self.sql = source, catalog, sql
        names = Names(source, proposal.parts, catalog, sql)
        self.interim: Path = (source.namespace, names.interim)
        self.kept: Path = (source.namespace, names.kept)
        self.path: Path = (source.namespace, source.name)
        self.shape = shape_of(
            replace(proposal, parts=tuple(beside(part, names) for part in proposal.parts)), source, sql
        )
        self.final = tuple(part.table.ref for part in proposal.parts)
        self.key = self._key()
        self.readers = reading(source, catalog)
        self.name = self._trigger_name("_split")
        self.tables = tuple(piece.table for piece in self.shape.pieces)
        self.searched = tuple(
            dict.fromkeys(("pg_catalog", source.namespace, *(each.namespace for each in catalog.extensions), "pg_temp"))
        )

    def plan(self) -> Split:
        expanded = self._expanded()
        switched = self._switched()
        stages = [self._expand(expanded)]
        if self.key:
            stages.append(self._backfill(expanded))
        stages += [self._switch(expanded, switched), self._contract(switched)]
        kept, view = self.sql.place(*self.kept), self.shape.source_place
        return Split(
            source=self.source.ref,
            kept=Ref("table", self.kept),
            key=self.key,
            writable=self._writable,
            stages=tuple(stages),
            differences=self.sql.differences(kept, view, self.source.columns),
            final=self.final,
            readers=tuple(each.ref for each in self.readers),
            notes=notes_on(self.shape, self.catalog, self.readers, self.kept[1], self.key),
        )

    def _key(self) -> tuple[str, ...]:
        """The columns whose ranges can be filled: a key without NULLs that the row's own part has too."""
        root = self.shape.root
        if root is None:
            return ()
        named = {root.part.source_columns.get(each) for each in root.key}
        for key in self.source.keys:
            columns = [self.source.column(each) for each in key]
            if named == set(key) and all(each is not None and not each.nullable for each in columns):
                return key
        primary = self.source.primary_key
        # SQLite calls the columns of a primary key nullable.
        return primary.columns if primary and named == set(primary.columns) else ()

    @property
    def _writable(self) -> bool:
        return bool(self.key) and self.sql.engine != "mysql"

    # ------------------------------------------------------------ expand and backfill

    def _expanded(self) -> Catalog:
        source, routines = self.source, self.catalog.routines
        if self.key:
            made, triggers = source_triggers(self.shape, self.name, self.searched, self.shape.source_place)
            source = replace(source, triggers=(*source.triggers, *triggers))
            routines = (*routines, *made)
        return replace(
            self.catalog,
            tables=(*(source if each.ref == source.ref else each for each in self.catalog.tables), *self.tables),
            routines=routines,
            grants=(*self.catalog.grants, *self._grants_on_parts()),
        )

    def _expand(self, goal: Catalog) -> Stage:
        what = "and triggers that carry every write over" if self.key else "still empty"
        return Stage(name="expand", title=f"Make the parts of {self.source.ref}, {what}", goal=goal)

    def _backfill(self, goal: Catalog) -> Stage:
        return Stage(
            name="backfill",
            title=f"Carry the rows of {self.source.ref} over, in ranges of {', '.join(self.key)}",
            goal=goal,
            per_range=tuple(into_parts(self.shape, "{range}", key=self.key)),
            held_still=held_still(self.shape, "{range}"),
        )

    # ------------------------------------------------------------ switch

    def _switched(self) -> Catalog:
        """The catalog after the switch: the source under another name, the view under its own."""
        routines: tuple[Routine, ...] = ()
        triggers: tuple[Trigger, ...] = ()
        if self._writable:
            routines, triggers = view_triggers(self.shape, self._trigger_name("_view"), self.searched)
        defaults = self._writable and self.sql.engine == "postgres"
        view = View(
            namespace=self.source.namespace,
            name=self.source.name,
            definition=self.shape.view(),
            columns=tuple(
                replace(
                    each,
                    default=each.default if defaults and each.identity is None else None,
                    identity=None,
                    generated=None,
                    nullable=True,
                    comment=None,
                    options={},
                )
                for each in self.source.columns
            ),
            depends_on=tuple(each.ref for each in self.tables),
            triggers=triggers,
            owner=self.source.owner,
        )
        tables = [self._led_to_parts(each) for each in others(self.catalog.tables, self.path)]
        kept = (
            replace(each, on=Ref(each.on.kind, (*self.kept, *each.on.path[2:]))) for each in self._grants_of_source()
        )
        before = with_triggers_on(moved(self.source, self.path, self.kept), self.sql.place(*self.kept))
        return replace(
            self.catalog,
            tables=(*tables, *(self._with_keys_to_itself(each) for each in self.tables), before),
            views=(*(led_to_view(each, self.source) for each in self.catalog.views), view),
            routines=(*self.catalog.routines, *routines),
            grants=(*self.catalog.grants, *kept, *self._grants_on_parts()),
        )

    def _switch(self, expanded: Catalog, switched: Catalog) -> Stage:
        source, kept = self.shape.source_place, self.sql.place(*self.kept)
        locked = self.sql.engine == "postgres"
        lock = f"LOCK TABLE {source} IN ACCESS EXCLUSIVE MODE"
        before: list[str] = [lock] if locked else []
        if not self.key:
            before += into_parts(self.shape, "1 = 1", key=())
        joined_back = f"({self.shape.view()}) AS joined_back"
        before += guard(self.sql, self.source.name, self.sql.differences(source, joined_back, self.source.columns))
        root = self.shape.root
        forth: list[str] = []
        back: list[str] = []
        if root is not None:
            called = dict(root.part.source_columns)
            forth = counted_on(self.sql, root.table, self._plain(self.path), called)
            called = {source: own for own, source in called.items()}
            back = counted_on(
                self.sql,
                moved(self.source, self.path, self.kept),
                self._plain((root.table.namespace, root.table.name)),
                called,
            )
        after: list[str] = []
        path: tuple[Catalog, ...] = (self._unread(expanded), switched)
        if self.sql.engine == "mysql" and self.key:
            # Each statement is a transaction: the triggers stay until nobody can write to the table any more.
            _, triggers = source_triggers(self.shape, self.name, (), kept)
            after = [f"DROP TRIGGER {self.sql.quote(each.name)}" for each in triggers]
            back += [each.definition for each in triggers]
        if self.sql.engine == "mysql":
            path = (self._with_triggers(expanded, switched),)
        elif locked:
            path = (path[0], self._with_triggers(path[0], switched))
        return Stage(
            name="switch",
            title=f"Compare both, keep the table as {self.kept[1]}, and let a view take the name {self.source.name}",
            goal=switched,
            path=path,
            renames=((self.path, self.kept),),
            before=(*before, *forth),
            after=tuple(after),
            back_before=(
                *([lock] if locked else []),
                *written_back(self.sql, self.source, kept, source, self.key),
                *back,
            ),
            back_after=()
            if self.key
            else tuple(f"DELETE FROM {self.shape.place(each)}" for each in reversed(self.shape.pieces)),
            quiet=self.sql.engine == "mysql",
        )

    def _unread(self, expanded: Catalog) -> Catalog:
        """Before the source gives its name up: without our triggers, and without the views that read it."""
        gone = {each.ref for each in self.readers}
        return replace(
            expanded,
            tables=tuple(self.source if each.ref == self.source.ref else each for each in expanded.tables),
            views=tuple(each for each in expanded.views if each.ref not in gone),
            routines=self.catalog.routines,
            grants=tuple(each for each in expanded.grants if each.on not in gone),
        )

    def _with_triggers(self, expanded: Catalog, switched: Catalog) -> Catalog:
        """After the switch, the triggers of before on the kept table: its new name makes no new ones of them."""
        source = moved(next(each for each in expanded.tables if each.ref == self.source.ref), self.path, self.kept)
        return replace(switched, tables=tuple(source if each.ref == source.ref else each for each in switched.tables))

    # ------------------------------------------------------------ contract

    def _contract(self, switched: Catalog) -> Stage:
        ours = {each.ref for each in switched.routines} - {each.ref for each in self.catalog.routines}
        gone = {("table", self.kept), ("view", self.path), ("table", self.path)}
        dropped = replace(
            switched,
            tables=others(switched.tables, self.kept),
            views=tuple(each for each in switched.views if (each.namespace, each.name) != self.path),
            routines=tuple(each for each in switched.routines if each.ref not in ours),
            grants=tuple(each for each in switched.grants if (each.on.kind, each.on.path[:2]) not in gone),
        )
        renaming = self.interim != self.path
        goal = self._named_finally(dropped) if renaming else dropped
        kept = next(each for each in switched.tables if (each.namespace, each.name) == self.kept)
        back = refilled(self.sql, self.source, kept, self.shape.source_place)
        if self.shape.root is not None:
            root = self.shape.root
            called = {source: own for own, source in root.part.source_columns.items()}
            back += counted_on(self.sql, kept, self._plain((root.table.namespace, root.table.name)), called)
        return Stage(
            name="contract",
            title=f"Drop the view {self.source.name} and the table {self.kept[1]}",
            goal=goal,
            path=(dropped, goal) if renaming else (),
            renames=((self.interim, self.path),) if renaming else (),
            before=tuple(nobody_reads(self.sql, self.source, self.kept[1])),
            back_after=tuple(back),
            loses=f"the table {self.kept[1]}, as {self.source.ref} was before the split; its rows are in the parts",
        )

    def _named_finally(self, catalog: Catalog) -> Catalog:
        """The part that was to have the source's name has it."""
        tables = tuple(moved(each, self.interim, self.path) for each in catalog.tables)
        grants = tuple(
            replace(each, on=Ref(each.on.kind, (*self.path, *each.on.path[2:])))
            if each.on.path[:2] == self.interim
            else each
            for each in catalog.grants
        )
        return replace(catalog, tables=tables, grants=grants)

    # ------------------------------------------------------------ others that know the source

    def _led_to_parts(self, table: Table) -> Table:
        """Foreign keys of other tables lead to the part that has the row."""
        keys: list[ForeignKey] = []
        for key in table.foreign_keys:
            piece = self._holding(key.referenced) if key.table == self.path else None
            if key.table == self.path and piece is None:
                columns = ", ".join(key.referenced)
                raise Refused(f"{table.ref} refers to {columns} of {self.source.ref}, which no part keeps as a key.")
            if piece is None:
                keys.append(key)
                continue
            own = {source: own for own, source in piece.part.source_columns.items()}
            referenced = tuple(own[each] for each in key.referenced)
            keys.append(replace(key, table=(piece.table.namespace, piece.table.name), referenced=referenced))
        return replace(table, foreign_keys=tuple(keys))

    def _holding(self, columns: Sequence[str]) -> Piece | None:
        root = self.shape.root
        for piece in [*([root] if root else []), *self.shape.pieces]:
            own = {source: own for own, source in piece.part.source_columns.items()}
            named = {own.get(each) for each in columns}
            if None not in named and any(set(key) == named for key in piece.table.keys):
                return piece
        return None

    def _with_keys_to_itself(self, table: Table) -> Table:
        root = self.shape.root
        if root is None or table is not root.table:
            return table
        called = {source: own for own, source in root.part.source_columns.items()}
        return replace(table, foreign_keys=(*table.foreign_keys, *to_itself(self.source, table, called, self.sql)))

    def _grants_of_source(self) -> Iterable[Grant]:
        return (each for each in self.catalog.grants if each.on.kind == "table" and each.on.path[:2] == self.path)

    def _grants_on_parts(self) -> list[Grant]:
        """Who may do something with the source may do it with its parts."""
        whole = [each for each in self._grants_of_source() if not each.columns]
        return [replace(each, on=table.ref) for each in whole for table in self.tables]

    def _plain(self, path: Path) -> str:
        """A table's name as functions of the engine take it."""
        return path[1] if self.sql.engine == "sqlite" else self.sql.place(*path)

    def _trigger_name(self, ending: str) -> str:
        taken = {each.name for each in self.catalog.routines}
        name, number = self.sql.fitting(self.source.name, ending), 2
        longest = self.sql.fitting(self.source.name, f"{ending}_insert")
        if self.sql.engine != "postgres" and len(longest) < len(f"{self.source.name}{ending}_insert"):
            name = longest.removesuffix("_insert")
        while name in taken or any(each.name.startswith(name) for each in self.source.triggers):
            name, number = self.sql.fitting(self.source.name, f"{ending}_{number}"), number + 1
        return name
