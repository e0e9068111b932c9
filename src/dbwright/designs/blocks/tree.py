"""Rows that refer to their parent in the same table, without cycles."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Event, Script
from dbwright.errors import UsageError


class Tree(Block, frozen=True, kw_only=True):
    """A guard against cycles for a table whose rows refer to their parent: a row cannot come to stand below itself.

    It holds for two who move rows at the same moment, too: each locks the rows above, up to the root, against being moved.
    """

    parent: Annotated[str, about("The column that refers to the parent; it exists already.")] = "parent_id"
    max_depth: Annotated[int, about("The most rows above a row.")] = 1000
    key_type: Annotated[str, about("MySQL: the type of the key; bigint where empty.")] = ""

    def write(self, script: Script) -> None:
        walk = Walk(script, self.parent, self.max_depth, self.key_type)
        if script.engine == "sqlite":
            walk.guard_on_sqlite()
        else:
            walk.guard(also_old=False)
        below(script, self.parent)


class Walk:
    """The way up from a row, as triggers go it. Raises UsageError where the key has several columns."""

    def __init__(self, script: Script, parent: str, max_depth: int, key_type: str = "") -> None:
        if len(script.key) != 1:
            raise UsageError(f"The key of {script.table} has {len(script.key)} columns; a tree needs a key of one.")
        self.script, self.max_depth, self.key_type = script, max_depth, key_type or script.t.key
        self.key, self.parent = script.quote(script.key[0]), script.quote(parent)
        self.columns = (parent, script.key[0])
        self.cycle = script.refuse(f"A row of {script.table} cannot stand below itself")
        self.too_deep = script.refuse(
            f"A row of {script.table} cannot stand {max_depth} rows deep, or there is a cycle above it"
        )

    def guard(self, *, also_old: bool, lock_new: bool = False) -> None:
        """The triggers before a row is inserted or moved, on PostgreSQL and MySQL.

        A new row has nothing below it, so that no other needs to be kept from being moved meanwhile, but where the path to it is
        written down: lock_new. also_old: lock the rows that a row stood below as well.
        """
        script = self.script
        name = script.name(script.table, "tree")
        new = self._loop("NEW", lock=True)
        old = self._loop("OLD", lock=True) if also_old else ""
        moved = script.differ(f"OLD.{self.parent}", f"NEW.{self.parent}")
        moved += f" OR {script.differ(f'OLD.{self.key}', f'NEW.{self.key}')}"
        if script.engine == "postgres":
            declare = f"above {script.place()}.{self.parent}%TYPE;\nsteps integer := 0;"
            made: tuple[tuple[Event, str, str], ...] = (
                ("insert", self._loop("NEW", lock=lock_new), ""),
                ("update", f"{old}\n{new}".strip(), moved),
            )
            for event, text, when in made:
                called = script.name(name, "on", event)
                script.function(called, text, declare=declare)
                script.call(called, "before", (event,), called, when=when)
            return
        declare = f"DECLARE above {self.key_type};\nDECLARE steps integer DEFAULT 0;"
        script.trigger(script.name(name, "on_insert"), "before", "insert", f"{declare}\n{self._loop('NEW')}")
        script.trigger(
            script.name(name, "on_update"), "before", "update", f"{declare}\nIF {moved} THEN\n{old}\n{new}\nEND IF;"
        )

    def _loop(self, row: str, *, lock: bool = False) -> str:
        """Statements that go up from the parent of OLD or NEW; from NEW they refuse to come back to the row itself."""
        script = self.script
        mysql = script.engine == "mysql"
        test = f"    IF above = NEW.{self.key} THEN\n        {self.cycle}\n    END IF;\n" if row == "NEW" else ""
        held = (" LOCK IN SHARE MODE" if mysql else " FOR SHARE") if lock else ""
        assign, loop, end = ("SET above =", "DO", "END WHILE") if mysql else ("above :=", "LOOP", "END LOOP")
        count, zero = ("SET steps = steps + 1", "SET steps = 0") if mysql else ("steps := steps + 1", "steps := 0")
        # A query without a row would leave MySQL's variable as it was.
        step = f"(SELECT t.{self.parent} FROM {script.place()} AS t WHERE t.{self.key} = above{held})"
        return (
            f"{assign} {row}.{self.parent};\n{zero};\nWHILE above IS NOT NULL {loop}\n{test}"
            f"    {count};\n    IF steps > {self.max_depth} THEN\n        {self.too_deep}\n    END IF;\n"
            f"    {assign} {step};\n{end};"
        )

    def guard_on_sqlite(self) -> None:
        """The same on SQLite, where one writes at a time."""
        script = self.script
        above = (
            f"WITH RECURSIVE above (id, depth) AS (SELECT NEW.{self.parent}, 1 UNION"
            f" SELECT t.{self.parent}, depth + 1 FROM {script.place()} AS t JOIN above ON t.{self.key} = above.id"
            f" WHERE t.{self.parent} IS NOT NULL AND above.depth <= {self.max_depth}"
            f" AND above.id IS NOT NEW.{self.key}) "
        )
        wrong = f"id = NEW.{self.key} OR depth > {self.max_depth}"
        found = f"NEW.{self.parent} IS NOT NULL AND EXISTS ({above}SELECT 1 FROM above WHERE {wrong})"
        refusal = script.refuse(
            f"A row of {script.table} cannot stand below itself, nor more than {self.max_depth} rows deep"
        )
        base = script.name(script.table, "tree")
        # Before an INSERT a number that SQLite gives is not known, and nothing can refer to it yet.
        script.trigger(script.name(base, "on_insert"), "before", "insert", refusal, when=found)
        script.trigger(script.name(base, "on_update"), "before", "update", refusal, of=self.columns, when=found)


def below(script: Script, parent: str) -> None:
    """Say how to read all rows below one."""
    key, parent, place = script.quote(script.key[0]), script.quote(parent), script.place()
    script.example(
        "All rows below one, with their depth.",
        "WITH RECURSIVE below AS (",
        f"    SELECT {key}, 0 AS depth FROM {place} WHERE {key} = 1",
        "    UNION ALL",
        f"    SELECT t.{key}, below.depth + 1 FROM {place} AS t JOIN below ON t.{parent} = below.{key}",
        ")",
        "SELECT * FROM below",
    )
