"""Totals on MySQL and MariaDB: triggers for each row, with the parent locked before the child is written."""

from dbwright.catalog.lookup import Lookup
from dbwright.change.operations import Operation
from dbwright.denormalize.cascades import deleted_with, silent_changes
from dbwright.denormalize.kinds import Fill, Total
from dbwright.denormalize.totals import CHILD, PARENT, TotalWriter
from dbwright.denormalize.words import Words

_SHARED = " LOCK IN SHARE MODE"
"""Reads what is committed, whatever the transaction saw before; without it a count would miss what others just wrote."""


class MySQLTotal(TotalWriter):
    """The check of the foreign key takes a shared lock on the parent, and two writers who hold it would wait for each other
    when the total is written: so a trigger before the row takes the exclusive lock first. Two parents are taken in the order of
    their keys.

    The lock alone comes before the row: INSERT IGNORE and ON DUPLICATE KEY UPDATE run that trigger for rows that never come.
    """

    def __init__(self, words: Words, total: Total, lookup: Lookup | None = None) -> None:
        super().__init__(words, total)
        self.lookup = lookup

    def operations(self) -> list[Operation]:
        total, words = self.total, self.words
        child, free = total.child, words.free
        base = f"{child.name}_{total.column.name}"
        above = f"{total.parent.name}_{total.column.name}"
        declared = "DECLARE locked bigint;"
        moved = self._in_order(f"{self._lock('OLD')};", f"{self._lock('NEW')};")
        changed = self._in_order(f"{self._minus()};", f"{self._plus()};")
        moved = f"{declared} IF {self._key_differs} THEN {moved} END IF;"
        made: list[Operation] = [
            words.trigger(child, free("", f"{base}_before_insert"), "before", "insert",
                          f"{self.mark}{declared} {self._lock('NEW')};"),
            words.trigger(child, free("", f"{base}_before_update"), "before", "update", f"{self.mark}{moved}"),
            words.trigger(child, free("", f"{base}_on_insert"), "after", "insert", f"{self.mark}{self._plus()};"),
            words.trigger(child, free("", f"{base}_on_update"), "after", "update",
                          f"{self.mark}IF {self.watched_differ} THEN {changed} END IF;"),
            words.trigger(child, free("", f"{base}_on_delete"), "after", "delete", f"{self.mark}{self._minus()};"),
            words.trigger(total.parent, free("", f"{above}_begun"), "before", "insert", f"{self.mark}{self._begun()};"),
        ]  # fmt: skip
        if total.key.on_update != "cascade":  # else the children follow the key, and the total goes with them
            name = free("", f"{above}_begun_again")
            made.append(
                words.trigger(
                    total.parent,
                    name,
                    "before",
                    "update",
                    f"{self.mark}IF {self.keys_differ} THEN {self._begun()}; END IF;",
                )
            )
        return [*made, *self._cascades()]

    # ------------------------------------------------------------ pieces

    @property
    def _key_differs(self) -> str:
        return self._any_differs(self.total.key.columns)

    def _in_order(self, old: str, new: str) -> str:
        """Two statements, first the one of the parent whose key is smaller."""
        ours = [self.quote(ours) for _, ours in self.total.pairs]
        smaller = f"({', '.join(f'OLD.{name}' for name in ours)}) <= ({', '.join(f'NEW.{name}' for name in ours)})"
        return f"IF {smaller} THEN {old} {new} ELSE {new} {old} END IF;"

    def _lock(self, row: str) -> str:
        return f"SELECT count(*) INTO locked FROM {self.parent} WHERE {self.joined('', row)} FOR UPDATE"

    def _begun(self) -> str:
        return f"SET NEW.{self.column} = {self.true('NEW.')}"

    def _plus(self) -> str:
        function = {"minimum": "least", "maximum": "greatest"}.get(self.total.function)
        if function and self.total.of:
            new = f"NEW.{self.quote(self.total.of.name)}"
            return self._set(f"coalesce({function}({self.column}, {new}), {self.column}, {new})", "NEW")
        return self._counted_anew("NEW") if self.total.is_recounted else self._step("+", "NEW")

    def _minus(self) -> str:
        return self._counted_anew("OLD") if self.total.is_recounted else self._step("-", "OLD")

    def _step(self, sign: str, row: str) -> str:
        return self._set(f"coalesce({self.column}, 0) {sign} {self.amount(row)}", row)

    def _set(self, value: str, row: str) -> str:
        counts = f" AND {self.total.condition.spelled(row)}" if self.total.condition else ""
        return f"UPDATE {self.parent} SET {self.column} = {value} WHERE {self.joined('', row)}{counts}"

    def _counted_anew(self, row: str) -> str:
        ours = " AND ".join(f"{CHILD}.{self.quote(name)} = {row}.{self.quote(name)}" for name in self.total.key.columns)
        where = f" AND {self.total.condition.spelled(CHILD)}" if self.total.condition else ""
        true = f"(SELECT {self.aggregate} FROM {self.child} AS {CHILD} WHERE {ours}{where}{_SHARED})"
        return f"UPDATE {self.parent} SET {self.column} = {true} WHERE {self.joined('', row)}"

    def _cascades(self) -> list[Operation]:
        """Triggers on the tables whose rows take rows of the child with them when they are deleted."""
        total, words = self.total, self.words
        if self.lookup is None:
            return []
        made: list[Operation] = []
        what = f"sum({self.amount(CHILD)})"
        keys = ", ".join(f"{CHILD}.{self.quote(ours)} AS k{n}" for n, (_, ours) in enumerate(total.pairs))
        on = " AND ".join(f"t.k{n} = {PARENT}.{self.quote(theirs)}" for n, (theirs, _) in enumerate(total.pairs))
        groups = ", ".join(f"{CHILD}.{self.quote(ours)}" for _, ours in total.pairs)
        for ancestor, rows in deleted_with(self.lookup, total.child, self.quote, CHILD, total.parent):
            gone = f"SELECT {keys}, {what} AS n FROM {self.child} AS {CHILD} WHERE {self.counts(CHILD)} AND ({rows}) GROUP BY {groups}"
            held = f"{PARENT}.{self.column}"
            left = f"{held} - t.n"
            if total.is_recounted:
                gone = gone.replace(f", {what} AS n", "", 1)
                left = self.true(f"{PARENT}.", f" AND NOT coalesce(({rows}), 0){_SHARED}")
            body = f"UPDATE {self.parent} AS {PARENT} JOIN ({gone}) AS t ON {on} SET {held} = {left};"
            name = words.free("", f"{ancestor.name}_{total.child.name}_{total.column.name}_cascade")
            made.append(words.trigger(ancestor, name, "before", "delete", f"{self.mark}{body}"))
        return made

    # ------------------------------------------------------------ filling, limits

    def fills(self, shares: int) -> list[Fill]:
        """Each parent is locked, and its children counted as they are committed then."""
        true = self.true(f"{self.parent}.", _SHARED)
        keys = ", ".join(self.quote(theirs) for theirs, _ in self.total.pairs)
        made = []
        for place in range(shares):
            share = f" AND crc32(concat_ws(',', {keys})) % {shares} = {place}" if shares > 1 else ""
            of = f" ({place + 1} of {shares})" if shares > 1 else ""
            made.append(
                Fill(
                    f"UPDATE {self.parent} SET {self.column} = {true} WHERE {self.wrong(self.column, true)}{share}",
                    f"Count {self.total.column.name} of {self.total.parent.ref}{of}",
                    "Each row is locked before it is counted, so that what is written meanwhile is not missed.",
                )
            )
        return made

    def limits(self) -> list[str]:
        total = self.total
        child, parent = total.child.ref, total.parent.ref
        said = [
            f"TRUNCATE of {child} runs no trigger on MySQL; run --check --repair after it.",
            (
                f"Two statements that each write rows of {child} for several rows of {parent}, in another order, can lock each other "
                "out; InnoDB ends one of them, which may be tried again. Sorted by the key, they wait for each other instead."
            ),
            (
                f"A statement that writes {child} and itself reads {parent} (INSERT … SELECT, UPDATE … JOIN) is refused by MySQL "
                "(error 1442), since the trigger writes there."
            ),
        ]
        return [*said, *silent_changes(total.child, total.watched, total.key)]
