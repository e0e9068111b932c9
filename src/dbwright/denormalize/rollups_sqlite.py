"""Rollups on SQLite, where one writes at a time: triggers for each row of every table of the query."""

from dbwright.change.operations import Operation
from dbwright.denormalize.kinds import Fill
from dbwright.denormalize.query import Source
from dbwright.denormalize.rollups import RollupWriter


class SQLiteRollup(RollupWriter):
    """Foreign keys need not be enforced, so parents may come and go at any time, and before them too."""

    def operations(self) -> list[Operation]:
        words, free = self.words, self.words.free
        root = self.query.sources[0].table
        base = f"{root.name}_{self.name}_on"
        plus, minus = self._add(0, "NEW", 1), self._add(0, "OLD", -1)
        watched = sorted(self.query.used(0))
        differ = self._any_differs(watched)
        made: list[Operation] = [
            words.trigger(root, free("", f"{base}_insert"), "after", "insert", f"{self.mark}{plus}"),
            words.trigger(root, free("", f"{base}_delete"), "after", "delete", f"{self.mark}{minus}{self._sweep()}"),
            words.trigger(root, free("", f"{base}_update"), "after", "update", f"{self.mark}{minus}{plus}{self._sweep()}",
                          of=watched, when=differ),
        ]  # fmt: skip
        for place, source in self.parents():
            made += self._of_parent(place, source)
        return made

    def _of_parent(self, place: int, source: Source) -> list[Operation]:
        """Before the row goes or gets another key, since what refers to it goes with it, or follows it, right after."""
        words, free = self.words, self.words.free
        base = f"{source.table.name}_{self.name}"
        plus, minus = self._add(place, "NEW", 1), self._add(place, "OLD", -1)
        both = f"{self.mark}{minus}{plus}{self._sweep()}"
        keys = [theirs for theirs, _ in source.pairs]
        others = sorted(self.query.used(place) - set(keys))
        table = source.table
        # A key that is taken ends the statement, or leaves the row out (OR IGNORE).
        mine = " AND ".join(f"{self.quote(name)} = NEW.{self.quote(name)}" for name in keys)
        taken = f"SELECT 1 FROM {words.place(table)} WHERE {mine}"
        made: list[Operation] = [
            words.trigger(table, free("", f"{base}_on_insert"), "after", "insert", f"{self.mark}{plus}"),
            words.trigger(table, free("", f"{base}_before_delete"), "before", "delete", f"{self.mark}{minus}{self._sweep()}"),
            words.trigger(table, free("", f"{base}_before_key"), "before", "update", both,
                          of=keys, when=f"({self._any_differs(keys)}) AND NOT EXISTS ({taken})"),
        ]  # fmt: skip
        if others:
            same = " AND ".join(words.same(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in keys)
            when = f"({self._any_differs(others)}) AND {same}"
            made.append(
                words.trigger(table, free("", f"{base}_on_update"), "after", "update", both, of=others, when=when)
            )
        return made

    def _any_differs(self, names: list[str]) -> str:
        return " OR ".join(self.words.differ(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in names)

    def _add(self, place: int, row: str, sign: int) -> str:
        """The statement that adds what one row of a source makes."""
        names = [row if n == place else name for n, name in enumerate(self.aliases)]
        others = ", ".join(
            f"{self.words.place(source.table)} AS {names[n]}"
            for n, source in enumerate(self.query.sources)
            if n != place
        )
        prefix = "-" if sign < 0 else ""
        totals = [f"{prefix}sum({self.amount(each, names)})" for each in self.query.measures]
        groups = ", ".join(str(n + 1) for n in range(len(self.keys)))
        if not others:  # one row, which needs no grouping
            totals = [f"{prefix}{self.amount(each, names)}" for each in self.query.measures]
        added = ", ".join(f"{name} = {name} + excluded.{name}" for name in self.measures)
        return (
            f"INSERT INTO {self.place} ({', '.join(self.names)}) SELECT {', '.join((*self.keyed(names), *totals))}"
            f"{f' FROM {others}' if others else ''} WHERE {self.where(names)}{f' GROUP BY {groups}' if others else ''}"
            f" ON CONFLICT ({self.conflict}) DO UPDATE SET {added}; "
        )

    def _sweep(self) -> str:
        """Groups without rows go; an index over nothing but those finds them."""
        return f"DELETE FROM {self.place} WHERE {self.rows} = 0;"

    def fills(self) -> list[Fill]:
        wrong = ", ".join(f"d.k{n}" for n in range(len(self.keys)))
        same = " AND ".join(f"{self.place}.{name} IS d.k{n}" for n, name in enumerate(self.keys))
        values = ", ".join(f"{name} = excluded.{name}" for name in self.measures)
        return [
            Fill(
                f"DELETE FROM {self.place} WHERE EXISTS (SELECT {wrong} FROM ({self.drift}) AS d WHERE {same})",
                f"Take the groups of {self.name} that are wrong away",
            ),
            Fill(
                f"INSERT INTO {self.place} ({', '.join(self.names)}) SELECT * FROM ({self.selected()}) AS q WHERE true"
                f" ON CONFLICT ({self.conflict}) DO UPDATE SET {values}",
                f"Fill {self.name}",
            ),
        ]

    def limits(self) -> list[str]:
        tables = ", ".join(str(source.table.ref) for source in self.query.sources)
        return [
            f"REPLACE, and UPDATE OR REPLACE, take rows of {tables} away without a trigger unless PRAGMA recursive_triggers is on."
        ]
