"""Rollups on MySQL and MariaDB: triggers for each row of every table of the query."""

from collections.abc import Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog
from dbwright.change.operations import Operation
from dbwright.denormalize.cascades import deleted_with
from dbwright.denormalize.kinds import Fill, referenced
from dbwright.denormalize.query import Grouped, Source
from dbwright.denormalize.rollups import RollupWriter
from dbwright.denormalize.words import Words

_SHARED = " LOCK IN SHARE MODE"
_LASTING = ("no action", "restrict")


class MySQLRollup(RollupWriter):
    """Foreign keys move and delete rows without triggers here, so the tables above tell what happens to those below."""

    def __init__(
        self, words: Words, path: tuple[str, str], query: Grouped, catalog: Catalog, *, kind: str, text: str
    ) -> None:
        super().__init__(words, path, query, kind=kind, text=text)
        self.lookup = Lookup(catalog)

    def operations(self) -> list[Operation]:
        words, free = self.words, self.words.free
        root = self.query.sources[0].table
        base = f"{root.name}_{self.name}_on"
        plus, minus = self._add(0, "NEW", 1), self._add(0, "OLD", -1)
        both = f"{minus}{plus}{self._sweep(0, 'OLD')}"
        if len(self.query.sources) == 1:  # then the groups are told by the rows alone, and are locked in their order
            old, new = (", ".join(self.keyed([row])) for row in ("OLD", "NEW"))
            both = f"IF ({old}) <= ({new}) THEN {minus}{plus}ELSE {plus}{minus}END IF; {self._sweep(0, 'OLD')}"
        made: list[Operation] = [
            words.trigger(root, free("", f"{base}_insert"), "after", "insert", f"{self.mark}{plus}"),
            words.trigger(root, free("", f"{base}_delete"), "after", "delete", f"{self.mark}{minus}{self._sweep(0, 'OLD')}"),
            words.trigger(root, free("", f"{base}_update"), "after", "update",
                          f"{self.mark}IF {self._any_differs(sorted(self.query.used(0)))} THEN {both} END IF;"),
        ]  # fmt: skip
        for place, source in self.parents():
            made += self._of_parent(place, source)
        return [*made, *self._cascades(), *self._moved()]

    def _of_parent(self, place: int, source: Source) -> list[Operation]:
        words, free, table = self.words, self.words.free, source.table
        base = f"{table.name}_{self.name}"
        keys = [theirs for theirs, _ in source.pairs]
        others = sorted(self.query.used(place) - set(keys))
        made: list[Operation] = []
        if others:
            # What refers to the row has followed to its new key by now, so the old row is joined by that too.
            both = self._add(place, "OLD", -1, joined_by="NEW") + self._add(place, "NEW", 1)
            body = f"{self.mark}IF {self._any_differs(others)} THEN {both}{self._sweep(place, 'OLD', joined_by='NEW')} END IF;"
            made.append(words.trigger(table, free("", f"{base}_on_update"), "after", "update", body))
        if source.key and source.key.on_delete not in _LASTING:
            body = f"{self.mark}{self._add(place, 'OLD', -1)}{self._sweep(place, 'OLD')}"
            made.append(words.trigger(table, free("", f"{base}_before_delete"), "before", "delete", body))
        return made

    def _cascades(self) -> list[Operation]:
        """Tables beside the query's whose rows take rows of the root with them when they are deleted."""
        root = self.query.sources[0].table
        own = {source.table.ref for source in self.query.sources}
        made: list[Operation] = []
        for ancestor, rows in deleted_with(self.lookup, root, self.quote, "s0", root):
            if ancestor.ref in own:
                continue
            name = self.words.free("", f"{ancestor.name}_{self.name}_cascade")
            body = f"{self._insert(self.aliases, None, -1, rows)}{self._swept(self.aliases, None, rows)}"
            made.append(self.words.trigger(ancestor, name, "before", "delete", f"{self.mark}{body}"))
        return made

    def _moved(self) -> list[Operation]:
        """Tables beside the query whose new keys the root's rows follow, or whose rows leave NULL there when they go."""
        root, words = self.query.sources[0].table, self.words
        own = {source.table.ref for source in self.query.sources}
        made: list[Operation] = []
        for key in root.foreign_keys:
            parent = self.lookup.table(key.table)
            if parent is None or parent.ref in own or not set(key.columns) & self.query.used(0):
                continue
            pairs = list(zip(key.columns, referenced(parent, key), strict=True))
            if key.on_update == "cascade":  # when the trigger runs, they have followed
                before = {(0, ours): f"OLD.{self.quote(theirs)}" for ours, theirs in pairs}
                body = self._between(self._following(pairs, "NEW"), before, {})
                name = words.free("", f"{parent.name}_{self.name}_key")
                differ = self._any_differs([theirs for _, theirs in pairs])
                made.append(
                    words.trigger(parent, name, "after", "update", f"{self.mark}IF {differ} THEN {body} END IF;")
                )
            if key.on_delete == "set null":
                body = self._between(self._following(pairs, "OLD"), {}, {(0, ours): "NULL" for ours, _ in pairs})
                name = words.free("", f"{parent.name}_{self.name}_leaves")
                made.append(words.trigger(parent, name, "before", "delete", f"{self.mark}{body}"))
        return made

    def _following(self, pairs: list[tuple[str, str]], row: str) -> str:
        return " AND ".join(f"s0.{self.quote(ours)} = {row}.{self.quote(theirs)}" for ours, theirs in pairs)

    def _between(self, rows: str, before: dict[tuple[int, str], str], after: dict[tuple[int, str], str]) -> str:
        """What some rows of the root make of the groups when columns of theirs get other values."""
        self.instead = before
        minus, swept = self._insert(self.aliases, None, -1, rows), self._swept(self.aliases, None, rows)
        self.instead = after
        plus = self._insert(self.aliases, None, 1, rows)
        self.instead = {}
        return f"{minus}{plus}{swept}"

    # ------------------------------------------------------------ a difference

    def _any_differs(self, names: Sequence[str]) -> str:
        return " OR ".join(self.words.differ(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in names)

    def _add(self, place: int, row: str, sign: int, *, joined_by: str = "") -> str:
        names = [row if n == place else name for n, name in enumerate(self.aliases)]
        return self._insert(names, place, sign, joined_by=joined_by)

    def _from(self, names: Sequence[str], place: int | None) -> str:
        others = [
            f"{self.words.place(source.table)} AS {names[n]}"
            for n, source in enumerate(self.query.sources)
            if n != place
        ]
        return ", ".join(others) or "DUAL"

    def _where(self, names: Sequence[str], place: int | None, rows: str, joined_by: str) -> str:
        conditions = [f"({rows})"] if rows else []
        if joined_by and place is not None:
            child = self.query.sources[place].child
            mine = [
                f"{joined_by}.{self.quote(theirs)} = {names[child or 0]}.{self.quote(ours)}"
                for theirs, ours in self.query.sources[place].pairs
            ]
            theirs = [each for each in self.joins(names) if not each.startswith(f"{names[place]}.") or child is None]
            conditions += [*mine, *(each for each in theirs if each not in mine)]
            conditions += [self.spelled(self.query.condition, names)] if self.query.condition else []
            return " AND ".join(conditions)
        return " AND ".join([*conditions, self.where(names)])

    def _insert(self, names: Sequence[str], place: int | None, sign: int, rows: str = "", joined_by: str = "") -> str:
        """The statement that adds what one row of a source makes, or what all the rows that meet a condition do."""
        single = len(self.query.sources) == 1 and place is not None
        prefix = "-" if sign < 0 else ""
        amounts = [self.amount(each, names) for each in self.query.measures]
        totals = [f"{prefix}{each}" if single else f"{prefix}sum({each})" for each in amounts]
        groups = f" GROUP BY {', '.join(str(n + 1) for n in range(len(self.keys)))}" if not single else ""
        shown = ", ".join(f"{value} AS v{n}" for n, value in enumerate((*self.keyed(names), *totals)))
        shared = "" if single else _SHARED
        inner = f"SELECT {shown} FROM {self._from(names, place)} WHERE {self._where(names, place, rows, joined_by)}{groups}{shared}"
        held = self.quote(self.name)
        added = ", ".join(f"{name} = {held}.{name} + VALUES({name})" for name in self.measures)
        return f"INSERT INTO {self.place} ({', '.join(self.names)}) {inner} ON DUPLICATE KEY UPDATE {added}; "

    def _sweep(self, place: int, row: str, *, joined_by: str = "") -> str:
        names = [row if n == place else name for n, name in enumerate(self.aliases)]
        if len(self.query.sources) == 1:
            same = " AND ".join(f"{name} = {value}" for name, value in zip(self.keys, self.keyed(names), strict=True))
            return f"DELETE FROM {self.place} WHERE {same} AND {self.rows} = 0;"
        return self._swept(names, place, "", joined_by)

    def _swept(self, names: Sequence[str], place: int | None, rows: str, joined_by: str = "") -> str:
        """Groups without rows go, among those that the row belongs to."""
        shown = ", ".join(f"{value} AS v{n}" for n, value in enumerate(self.keyed(names)))
        same = " AND ".join(f"r.{name} = g.v{n}" for n, name in enumerate(self.keys))
        inner = f"SELECT DISTINCT {shown} FROM {self._from(names, place)} WHERE {self._where(names, place, rows, joined_by)}"
        return f"DELETE r FROM {self.place} AS r JOIN ({inner}) AS g ON {same} WHERE r.{self.rows} = 0;"

    # ------------------------------------------------------------ filling, limits

    def fills(self) -> list[Fill]:
        same = " AND ".join(f"r.{name} = d.k{n}" for n, name in enumerate(self.keys))
        values = ", ".join(f"{name} = VALUES({name})" for name in self.measures)
        why = "The rows are read under a lock: who writes them meanwhile waits, and adds the difference afterwards."
        return [
            Fill("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "Keep others from adding rows between those that are read"),
            Fill(
                f"DELETE r FROM {self.place} AS r JOIN ({self.drift}) AS d ON {same}",
                f"Take the groups of {self.name} that are wrong away",
            ),
            Fill(
                f"INSERT INTO {self.place} ({', '.join(self.names)}) {self.selected(locked=_SHARED)}"
                f" ON DUPLICATE KEY UPDATE {values}",
                f"Fill {self.name}",
                why,
            ),
        ]  # fmt: skip

    def limits(self) -> list[str]:
        sources = self.query.sources
        root = sources[0]
        tables = ", ".join(str(source.table.ref) for source in sources)
        said = [
            f"TRUNCATE of {tables} runs no trigger on MySQL; run --check --repair after it.",
            (
                "Writers of one group wait for each other until they commit, and two that write several groups in another order can "
                "lock each other out; InnoDB ends one of them, which may be tried again."
            ),
        ]
        said += [
            f"A new key of {key.table[1]} changes {', '.join(key.columns)} of {root.table.ref} without a trigger on MySQL."
            for key in root.table.foreign_keys
            if key.on_update in ("set null", "set default") and set(key.columns) & self.query.used(0)
        ]
        return said
