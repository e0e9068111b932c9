"""A column that repeats one of the row's parent: triggers that fetch it when the child is written and spread it from the parent."""

from collections.abc import Sequence

from dbwright.catalog.objects import Table
from dbwright.change.operations import Operation
from dbwright.denormalize.kinds import Copy, Fill
from dbwright.denormalize.words import Event, Words, mark

PARENT, CHILD = "p", "c"
_TOUCHED = "MySQL lets no statement read a table that its triggers write, so every copy is changed, and its trigger puts the original."
_OTHERS = {
    "integer": "0",
    "decimal": "0",
    "float": "0",
    "boolean": "0",
    "bit": "0",
    "year": "2000",
    "date": "'2000-01-01'",
    "timestamp": "'2000-01-01 00:00:00'",
    "time": "'00:00:00'",
    "json": "'{}'",
}
"""A value of each kind of type that is not NULL."""


class CopyWriter:
    """What is said of a copy in SQL.

    The child's writer reads the original under a lock that keeps others from changing it until both are committed; without it
    a new row and a new name could pass each other by. On SQLite one writes at a time.
    """

    def __init__(self, words: Words, copy: Copy) -> None:
        self.words, self.copy, self.quote = words, copy, words.quote
        self.child, self.parent = words.place(copy.child), words.place(copy.parent)
        self.target, self.source = self.quote(copy.column.name), self.quote(copy.source.name)
        self.mark = f"{mark('copy', copy.text)} " if copy.text else ""

    # ------------------------------------------------------------ pieces

    def original(self, row: str, lock: str = "") -> str:
        """The original of a row of the child."""
        joined = " AND ".join(
            f"{PARENT}.{self.quote(theirs)} = {row}.{self.quote(ours)}" for theirs, ours in self.copy.pairs
        )
        return f"(SELECT {PARENT}.{self.source} FROM {self.parent} AS {PARENT} WHERE {joined}{lock})"

    @property
    def _lock(self) -> str:
        if self.words.engine == "postgres":
            # Then a trigger after the statement locks, all parents in the order of their keys.
            return "" if self._is_checked else " FOR NO KEY UPDATE" if self.copy.exclusive else " FOR SHARE"
        return " FOR UPDATE" if self.copy.exclusive else " LOCK IN SHARE MODE"

    def _spread(self, value: str = "", row: str = "NEW") -> str:
        """The statement that carries a changed original into its copies."""
        joined = " AND ".join(f"{self.quote(ours)} = {row}.{self.quote(theirs)}" for theirs, ours in self.copy.pairs)
        value = value or f"NEW.{self.source}"
        return f"UPDATE {self.child} SET {self.target} = {value} WHERE {joined} AND {self.words.differ(self.target, value)}"

    def _any_differs(self, names: Sequence[str]) -> str:
        return " OR ".join(self.words.differ(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in names)

    def _name(self, table: Table, ending: str) -> str:
        return self.words.free(table.namespace, f"{self.copy.child.name}_{self.copy.column.name}_{ending}")

    @property
    def _written(self) -> list[str]:
        return [*self.copy.key.columns, self.copy.column.name]

    @property
    def _may_come_late(self) -> bool:
        """Whether a parent may be written after its children."""
        return self.words.engine == "sqlite" or self.copy.key.deferral is not None

    # ------------------------------------------------------------ triggers

    def operations(self) -> list[Operation]:
        """Creating the triggers, with the functions of PostgreSQL; empty where SQLite could not tell the row."""
        match self.words.engine:
            case "postgres":
                return self._postgres()
            case "mysql":
                return self._mysql()
            case _:
                return self._sqlite()

    @property
    def _is_checked(self) -> bool:
        """Whether PostgreSQL reads the original without a lock first, and once more under one when the statement has ended.

        Locks that each row takes by itself are taken in the order of the rows, so that two statements could lock each other out.
        """
        copy = self.copy
        return copy.exclusive and copy.child.primary_key is not None and copy.child.kind == "ordinary"

    def _postgres(self) -> list[Operation]:
        copy, words = self.copy, self.words
        keys = [theirs for theirs, _ in copy.pairs]
        fetched, spread = self._name(copy.child, "follows"), self._name(copy.parent, "spreads")
        joined = " AND ".join(f"{PARENT}.{self.quote(theirs)} = NEW.{self.quote(ours)}" for theirs, ours in copy.pairs)
        fetching = (
            f"    {self.mark}SELECT {PARENT}.{self.source} INTO NEW.{self.target} FROM {self.parent} AS {PARENT}"
            f" WHERE {joined}{self._lock};\n    RETURN NEW;"
        )
        events: tuple[Event, ...] = ("insert", "update") if self._may_come_late else ("update",)
        made: list[Operation] = [
            words.function(copy.parent.namespace, spread, f"    {self.mark}{self._spread()};\n    RETURN NULL;"),
            words.calling(copy.parent, spread, "after", events, words.named(copy.parent.namespace, spread),
                          of=list(dict.fromkeys((*keys, copy.source.name))), rows=True),
            words.function(copy.child.namespace, fetched, fetching),
            words.calling(copy.child, fetched, "before", ("insert", "update"), words.named(copy.child.namespace, fetched),
                          of=self._written, rows=True),
        ]  # fmt: skip
        return [*made, *self._checked()] if self._is_checked else made

    def _checked(self) -> list[Operation]:
        """Locking the parents of a statement's rows, and putting right what changed since they were read."""
        copy, words = self.copy, self.words
        name = self._name(copy.child, "checked")
        mine = copy.child.primary_key.columns if copy.child.primary_key else ()
        on = " AND ".join(f"{PARENT}.{self.quote(theirs)} = n.{self.quote(ours)}" for theirs, ours in copy.pairs)
        order = ", ".join(f"{PARENT}.{self.quote(theirs)}" for theirs, _ in copy.pairs)
        own = " AND ".join(f"{CHILD}.{self.quote(each)} = n.{self.quote(each)}" for each in mine)
        same = " AND ".join(
            words.same(f"o.{self.quote(each)}", f"n.{self.quote(each)}") for each in (*mine, *self._written)
        )

        def put_right(rows: str) -> str:
            return (
                f"PERFORM 1 FROM {self.parent} AS {PARENT} WHERE EXISTS (SELECT FROM {rows} AS n WHERE {on})"
                f" ORDER BY {order} FOR NO KEY UPDATE;\n"
                f"        UPDATE {self.child} AS {CHILD} SET {self.target} = {PARENT}.{self.source}"
                f" FROM {rows} AS n, {self.parent} AS {PARENT}"
                f" WHERE {own} AND {on} AND {words.differ(f'{CHILD}.{self.target}', f'{PARENT}.{self.source}')};"
            )

        changed = f"(SELECT n.* FROM new_rows AS n WHERE NOT EXISTS (SELECT FROM old_rows AS o WHERE {same}))"
        body = (
            f"    {self.mark}IF TG_OP = 'INSERT' THEN\n        {put_right('new_rows')}\n"
            f"    ELSIF EXISTS (SELECT FROM {changed} AS any_row) THEN\n        {put_right(changed)}\n    END IF;\n    RETURN NULL;"
        )
        kept = words.named(copy.child.namespace, name)
        return [
            words.function(copy.child.namespace, name, body),
            words.calling(copy.child, self._name(copy.child, "checked_on_insert"), "after", ("insert",), kept),
            words.calling(copy.child, self._name(copy.child, "checked_on_update"), "after", ("update",), kept),
        ]

    def _mysql(self) -> list[Operation]:
        copy, words = self.copy, self.words
        fetched = f"SET NEW.{self.target} = {self.original('NEW', self._lock)};"
        # A statement on the parent gets here too, by its own trigger; MySQL would refuse it to lock the parent exclusively.
        shared = f"SET NEW.{self.target} = {self.original('NEW', ' LOCK IN SHARE MODE')};"
        moved = self._any_differs(copy.key.columns)
        written = self._any_differs([copy.column.name])
        differs = self._any_differs(list(dict.fromkeys((*(theirs for theirs, _ in copy.pairs), copy.source.name))))
        made: list[Operation] = [
            words.trigger(copy.parent, self._name(copy.parent, "spreads"), "after", "update",
                          f"{self.mark}IF {differs} THEN {self._spread()}; END IF;"),
            words.trigger(copy.child, self._name(copy.child, "follows_on_insert"), "before", "insert",
                          f"{self.mark}{fetched}"),
            words.trigger(copy.child, self._name(copy.child, "follows_on_update"), "before", "update",
                          f"{self.mark}IF {moved} THEN {fetched} ELSEIF {written} THEN {shared} END IF;"),
        ]  # fmt: skip
        if copy.key.on_delete == "set null":  # which runs no trigger of the child
            body = f"{self.mark}{self._spread('NULL', 'OLD')};"
            made.append(words.trigger(copy.parent, self._name(copy.parent, "leaves"), "before", "delete", body))
        return made

    def _sqlite(self) -> list[Operation]:
        copy, words = self.copy, self.words
        mine = self._own_row()
        if mine is None:
            return []
        fetched = f"{self.mark}UPDATE {self.child} SET {self.target} = {self.original('NEW')} WHERE {mine};"
        differs = words.differ(f"NEW.{self.target}", self.original("NEW"))
        spread = f"{self.mark}{self._spread()};"
        keys = [theirs for theirs, _ in copy.pairs]
        return [
            words.trigger(copy.parent, self._name(copy.parent, "spreads"), "after", "update", spread,
                          of=list(dict.fromkeys((*keys, copy.source.name)))),
            words.trigger(copy.parent, self._name(copy.parent, "spreads_on_insert"), "after", "insert", spread),
            words.trigger(copy.child, self._name(copy.child, "follows_on_insert"), "after", "insert", fetched, when=differs),
            words.trigger(copy.child, self._name(copy.child, "follows_on_update"), "after", "update", fetched,
                          of=self._written, when=differs),
        ]  # fmt: skip

    def _own_row(self) -> str | None:
        """How SQLite finds the child's row again: by its rowid, or by its key where it has none."""
        table = self.copy.child
        names = {column.name.casefold() for column in table.columns}
        if not table.without_rowid:
            free = next((name for name in ("rowid", "_rowid_", "oid") if name not in names), None)
            if free:
                return f"{free} = NEW.{free}"
        key = table.primary_key
        return " AND ".join(f"{self.quote(n)} = NEW.{self.quote(n)}" for n in key.columns) if key else None

    # ------------------------------------------------------------ what is wrong, and how it is put right

    @property
    def drift(self) -> str:
        """The rows whose copy differs: their keys, what they hold, and the original."""
        shown = self.keys
        keys = ", ".join(f"{CHILD}.{self.quote(name)} AS k{n}" for n, name in enumerate(shown))
        joined = " AND ".join(
            f"{PARENT}.{self.quote(theirs)} = {CHILD}.{self.quote(ours)}" for theirs, ours in self.copy.pairs
        )
        held, true = f"{CHILD}.{self.target}", f"{PARENT}.{self.source}"
        return (
            f"SELECT {keys}, {held} AS held, {true} AS should_be FROM {self.child} AS {CHILD} LEFT JOIN {self.parent} AS {PARENT}"
            f" ON {joined} WHERE {self.words.differ(held, true)}"
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns by which a row of the child is told: its key, or else its reference."""
        return self.copy.child.primary_key.columns if self.copy.child.primary_key else self.copy.key.columns

    def recopy(self, share: str = "", lock: str = "") -> str:
        """The statement that copies every different original anew."""
        child = self.child
        original = self.original(child)
        differ = self.words.differ(f"{child}.{self.target}", original)
        return f"UPDATE {child} SET {self.target} = {self.original(child, lock)} WHERE {differ}{share}"

    def fills(self, shares: int) -> list[Fill]:
        """On PostgreSQL the triggers themselves fetch the original, under its lock, when a row is written to itself."""
        keys = ", ".join(self.quote(name) for name in self.keys)
        made = []
        for place in range(shares):
            of = f" ({place + 1} of {shares})" if shares > 1 else ""
            title = f"Copy {self.copy.source.name} of {self.copy.parent.ref} to {self.copy.child.ref}{of}"
            why = "The trigger reads the original under a lock, so that one that changes meanwhile is not missed."
            share = ""
            if shares > 1 and self.words.engine == "postgres":
                share = f" AND abs(hashtext(ROW({keys})::text)::bigint) % {shares} = {place}"
            elif shares > 1 and self.words.engine == "mysql":
                share = f" AND crc32(concat_ws(',', {keys})) % {shares} = {place}"
            if self.words.engine == "mysql" and self.copy.exclusive:
                made.append(Fill(self._touched(share), title, _TOUCHED))
                continue
            made.append(Fill(self.recopy(share), title, "" if self.words.engine == "sqlite" else why))
            if self.words.engine == "sqlite":
                break
        return made

    def _touched(self, share: str) -> str:
        """The statement that gives every copy another value, for which the trigger puts the original."""
        other = _OTHERS.get(self.copy.column.type.kind, "''")
        return f"UPDATE {self.child} SET {self.target} = CASE WHEN {self.target} IS NULL THEN {other} END WHERE 1 = 1{share}"

    def limits(self) -> list[str]:
        """What the triggers do not see, in sentences."""
        child, parent = self.copy.child.ref, self.copy.parent.ref
        match self.words.engine:
            case "postgres":
                return [
                    (
                        f"A transaction at REPEATABLE READ that changes {parent} misses rows of {child} that came after it began; "
                        "READ COMMITTED, the default, and SERIALIZABLE do not."
                    )
                ]
            case "mysql":
                return [
                    (
                        f"A statement that writes {parent} and itself reads {child} (UPDATE … JOIN) is refused by MySQL (error 1442), "
                        "since the trigger writes there."
                    )
                ]
            case _:
                return []

    @property
    def refusal(self) -> str | None:
        """Why triggers cannot keep it; None where they can."""
        if self.words.engine == "mysql" and self.copy.parent.ref == self.copy.child.ref:
            return f"MySQL lets no trigger on {self.copy.parent.ref} write to {self.copy.parent.ref} itself."
        if self.words.engine == "sqlite" and self._own_row() is None:
            return f"{self.copy.child.ref} has no key and no rowid by which its rows could be found again."
        return None
