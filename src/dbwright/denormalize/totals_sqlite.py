"""Totals on SQLite, where one writes at a time: a trigger for each event of the child, and for new parents and new keys."""

from dbwright.change.operations import Operation
from dbwright.denormalize.totals import TotalWriter


class SQLiteTotal(TotalWriter):
    """Foreign keys need not be enforced, so a parent may come after its children: it is counted when it comes."""

    def operations(self) -> list[Operation]:
        total, words = self.total, self.words
        base = f"{total.child.name}_{total.column.name}_on"
        above = f"{total.parent.name}_{total.column.name}_begun_on"
        free = words.free
        keys = [theirs for theirs, _ in total.pairs]
        mine = " AND ".join(f"{self.quote(name)} = NEW.{self.quote(name)}" for name in keys)
        begun = f"{self.mark}{self._counted_anew(mine)};"
        updated = f"{self.mark}{self._minus()}; {self._plus()};"
        return [
            words.trigger(total.child, free("", f"{base}_insert"), "after", "insert", f"{self.mark}{self._plus()};"),
            words.trigger(total.child, free("", f"{base}_delete"), "after", "delete", f"{self.mark}{self._minus()};"),
            words.trigger(total.child, free("", f"{base}_update"), "after", "update", updated,
                          of=total.watched, when=self.watched_differ),
            words.trigger(total.parent, free("", f"{above}_insert"), "after", "insert", begun),
            words.trigger(total.parent, free("", f"{above}_update"), "after", "update", begun, of=keys, when=self.keys_differ),
        ]  # fmt: skip

    def _plus(self) -> str:
        extreme = {"minimum": "min", "maximum": "max"}.get(self.total.function)
        if extreme and self.total.of:
            new = f"NEW.{self.quote(self.total.of.name)}"
            value = f"coalesce({extreme}({self.column}, {new}), {self.column}, {new})"
            return self._set(value, "NEW")
        return self._counted_anew(self.joined("", "NEW")) if self._recounts else self._step("+", "NEW")

    def _minus(self) -> str:
        return self._counted_anew(self.joined("", "OLD")) if self._recounts else self._step("-", "OLD")

    @property
    def _recounts(self) -> bool:
        """Decimals are floating-point numbers here, which lose digits when they are added and subtracted."""
        of = self.total.of
        return self.total.is_recounted or (of is not None and of.type.kind != "integer")

    def _step(self, sign: str, row: str) -> str:
        return self._set(f"coalesce({self.column}, 0) {sign} {self.amount(row)}", row)

    def _set(self, value: str, row: str) -> str:
        counts = f" AND {self.total.condition.spelled(row)}" if self.total.condition else ""
        return f"UPDATE {self.parent} SET {self.column} = {value} WHERE {self.joined('', row)}{counts}"

    def _counted_anew(self, where: str) -> str:
        true = self.true(f"{self.parent}.")
        return (
            f"UPDATE {self.parent} SET {self.column} = {true} WHERE {where} AND {self.words.differ(self.column, true)}"
        )

    def wrong(self, held: str, true: str) -> str:
        """Sums of decimals are close rather than equal."""
        if self.total.function == "sum" and self._recounts:
            return f"{held} IS NOT {true} AND ({held} IS NULL OR abs({held} - {true}) > 1e-9 * (abs({true}) + 1))"
        return super().wrong(held, true)

    def limits(self) -> list[str]:
        return [
            (
                f"REPLACE takes rows of {self.total.child.ref} away without a trigger unless PRAGMA recursive_triggers is on; "
                "INSERT … ON CONFLICT DO UPDATE is seen."
            )
        ]
