"""Totals on PostgreSQL: triggers for a whole statement, which add up its rows and lock the parents in the order of their keys."""

from dbwright.change.operations import CreateTrigger, Operation
from dbwright.denormalize.kinds import Fill
from dbwright.denormalize.totals import CHILD, PARENT, TotalWriter
from dbwright.denormalize.words import Event

_EXTREMES = {"minimum": "least", "maximum": "greatest"}


class PostgresTotal(TotalWriter):
    """One function for all events of the child, one for new parents and for those that get another key.

    Two statements that write rows of the same parents in another order would each wait for the other; here each locks all its
    parents first, in the order of their keys. What is added is added to what the row then holds, so that nothing is lost.
    """

    def operations(self) -> list[Operation]:
        total, words = self.total, self.words
        base = f"{total.child.name}_{total.column.name}"
        name = words.free(total.child.namespace, f"{base}_kept")
        kept = words.named(total.child.namespace, name)
        made: list[Operation] = [words.function(total.child.namespace, name, self._of_child())]
        if self._by_row:
            made.append(words.calling(total.child, name, "after", ("insert", "update", "delete"), kept, rows=True))
        else:
            made += [self._calling(event, kept) for event in ("insert", "update", "delete")]
        return [*made, self._calling("truncate", kept), *self._of_parent()]

    def _calling(self, event: Event, function: str) -> CreateTrigger:
        child = self.total.child
        name = self.words.free(child.namespace, f"{child.name}_{self.total.column.name}_on_{event}")
        return self.words.calling(child, name, "after", (event,), function)

    def _of_parent(self) -> list[Operation]:
        total, words = self.total, self.words
        base = f"{total.parent.name}_{total.column.name}"
        name = words.free(total.parent.namespace, f"{base}_begun")
        body = (
            f"    {self.mark}IF TG_OP = 'UPDATE' AND NOT ({self.keys_differ}) THEN\n        RETURN NEW;\n    END IF;\n"
            f"    NEW.{self.column} := {self.true('NEW.')};\n    RETURN NEW;"
        )
        keys = [theirs for theirs, _ in total.pairs]
        place = words.named(total.parent.namespace, name)
        return [
            words.function(total.parent.namespace, name, body),
            words.calling(total.parent, name, "before", ("insert", "update"), place, of=keys, rows=True),
        ]

    @property
    def _by_row(self) -> bool:
        """Whether statements may reach the rows past the table that has the trigger: partitions have only its row triggers."""
        return self.total.child.kind == "partitioned"

    # ------------------------------------------------------------ the function of the child

    def _of_child(self) -> str:
        old, new = ("(SELECT OLD.*)", "(SELECT NEW.*)") if self._by_row else ("old_rows", "new_rows")
        emptied = (
            f"UPDATE {self.parent} AS {PARENT} SET {self.column} = {self.empty}"
            f" WHERE {self.words.differ(f'{PARENT}.{self.column}', self.empty)};"
        )
        branches = [
            ("IF TG_OP = 'TRUNCATE'", emptied),
            ("ELSIF TG_OP = 'INSERT'", self._inserted(new)),
            ("ELSIF TG_OP = 'DELETE'", self._deleted(old)),
            ("ELSIF EXISTS (SELECT FROM " + new + " AS any_row)", self._updated(old, new)),
        ]
        # A statement that changes no row fires them too: without the last test one on a table of its own parents would go on for ever.
        text = "\n".join(f"    {head} THEN\n        {body}" for head, body in branches)
        return f"    {self.mark.rstrip()}\n{text}\n    END IF;\n    RETURN NULL;".removeprefix("    \n")

    def _inserted(self, new: str) -> str:
        total = self.total
        if total.function in _EXTREMES:
            return self._added(
                f"SELECT {self._selected()}, {self.aggregate} AS n FROM {new} AS {CHILD} WHERE {self.counts(CHILD)} GROUP BY {self._groups}"
            )
        return self._recounted(self._keys_of(new)) if total.is_recounted else self._added(self._summed(((1, new),)))

    def _deleted(self, old: str) -> str:
        if self.total.is_recounted:
            return self._recounted(self._keys_of(old))
        return self._added(self._summed(((-1, old),)))

    def _updated(self, old: str, new: str) -> str:
        if not self.total.is_recounted:
            return self._added(self._summed(((-1, old), (1, new))))
        watched = ", ".join(f"{CHILD}.{self.quote(name)}" for name in self.total.watched)
        rows = [f"SELECT {watched} FROM {each} AS {CHILD}" for each in (old, new)]
        changed = f"(({rows[0]} EXCEPT ALL {rows[1]}) UNION ALL ({rows[1]} EXCEPT ALL {rows[0]}))"
        return self._recounted(self._keys_of(changed))

    def _selected(self) -> str:
        return ", ".join(f"{CHILD}.{self.quote(ours)} AS k{place}" for place, (_, ours) in enumerate(self.total.pairs))

    @property
    def _groups(self) -> str:
        return ", ".join(str(place + 1) for place in range(len(self.total.pairs)))

    def _keys_of(self, rows: str) -> str:
        return f"SELECT DISTINCT {self._selected()} FROM {rows} AS {CHILD} WHERE {self.counts(CHILD)}"

    def _summed(self, rows: tuple[tuple[int, str], ...]) -> str:
        """What each parent's total changes by; parents for whom it comes to nothing are left out."""
        each = " UNION ALL ".join(
            f"SELECT {self._selected()}, {'-' if sign < 0 else ''}{self.amount(CHILD)} AS n FROM {name} AS {CHILD}"
            f" WHERE {self.counts(CHILD)}"
            for sign, name in rows
        )
        keys = ", ".join(f"r.k{place}" for place in range(len(self.total.pairs)))
        return f"SELECT {keys}, sum(r.n) AS n FROM ({each}) AS r GROUP BY {keys} HAVING sum(r.n) <> 0"

    def _on(self, other: str) -> str:
        return " AND ".join(
            f"{PARENT}.{self.quote(theirs)} = {other}.k{place}" for place, (theirs, _) in enumerate(self.total.pairs)
        )

    def _added(self, change: str) -> str:
        held = f"{PARENT}.{self.column}"
        function = _EXTREMES.get(self.total.function)
        value = f"{function}({held}, locked.n)" if function else f"coalesce({held}, 0) + locked.n"
        keys = ", ".join(f"{PARENT}.{self.quote(name)} AS k{place}" for place, (name, _) in enumerate(self.total.pairs))
        order = ", ".join(f"{PARENT}.{self.quote(name)}" for name, _ in self.total.pairs)
        return (
            f"WITH change AS ({change}),\n        locked AS (SELECT {keys}, change.n FROM {self.parent} AS {PARENT}"
            f" JOIN change ON {self._on('change')} ORDER BY {order} FOR NO KEY UPDATE OF {PARENT})\n"
            f"        UPDATE {self.parent} AS {PARENT} SET {self.column} = {value} FROM locked WHERE {self._on('locked')};"
        )

    def _recounted(self, keys: str) -> str:
        """Lock first and count afterwards: the second statement sees all that others had written when the lock was given.

        The row is written even where nothing changes, so that one who works on an older state of the database is refused.
        """
        order = ", ".join(f"{PARENT}.{self.quote(name)}" for name, _ in self.total.pairs)
        return (
            f"PERFORM 1 FROM {self.parent} AS {PARENT} JOIN ({keys}) AS change ON {self._on('change')}"
            f" ORDER BY {order} FOR NO KEY UPDATE OF {PARENT};\n"
            f"        UPDATE {self.parent} AS {PARENT} SET {self.column} = {self.true(f'{PARENT}.')}"
            f" FROM ({keys}) AS change WHERE {self._on('change')};"
        )

    # ------------------------------------------------------------ filling, limits

    def fills(self, shares: int) -> list[Fill]:
        """Each locks the wrong parents and counts afterwards, so that no row that is written meanwhile is missed."""
        made = []
        order = ", ".join(f"{PARENT}.{self.quote(name)}" for name, _ in self.total.pairs)
        row = ", ".join(f"{PARENT}.{self.quote(name)}" for name, _ in self.total.pairs)
        for place in range(shares):
            share = f" AND abs(hashtext(ROW({row})::text)::bigint) % {shares} = {place}" if shares > 1 else ""
            wrong = self.drift + share
            keys = ", ".join(f"k{number}" for number in range(len(self.total.pairs)))
            body = (
                f"    PERFORM 1 FROM {self.parent} AS {PARENT} WHERE ({row}) IN (SELECT {keys} FROM ({wrong}) AS wrong)"
                f" ORDER BY {order} FOR NO KEY UPDATE;\n    UPDATE {self.parent} AS {PARENT} SET {self.column} = wrong.should_be"
                f" FROM ({wrong}) AS wrong WHERE {self._on('wrong')};"
            )
            of = f" ({place + 1} of {shares})" if shares > 1 else ""
            made.append(
                Fill(
                    f"DO $fill$\nBEGIN\n{body}\nEND\n$fill$",
                    f"Count {self.total.column.name} of {self.total.parent.ref}{of}",
                    "The rows are locked before they are counted, so that what is written meanwhile is not missed.",
                )
            )
        return made

    def limits(self) -> list[str]:
        total = self.total
        said = []
        if self._by_row:
            said.append(f"TRUNCATE of a single partition of {total.child.ref} is not seen.")
        if total.key.deferral:
            said.append(
                f"The foreign key of {total.child.ref} is deferrable: a row written before its parent, which another transaction "
                "commits meanwhile, is not counted."
            )
        return said
