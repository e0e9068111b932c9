"""Which status may follow which, enforced by the database."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import COLLATION, Script
from dbwright.errors import UsageError


class StatusMachine(Block, frozen=True, kw_only=True):
    """A status that only changes along allowed transitions: any other change, and any other first status, is refused.

    The transitions stand in the trigger, or in a table of their own, where they can be read, joined and changed as data. A row
    that keeps its status is left alone. Of two who change one row at once, the second is judged by what the first left.
    """

    transitions: Annotated[
        dict[str, tuple[str, ...]], about("From each status to those that may follow; a final one has none.")
    ]
    column: Annotated[str, about("The name of the column; it exists already.")] = "status"
    initial: Annotated[
        tuple[str, ...],
        about("With which status a row may begin, * for any; the first of the transitions where empty."),
    ] = ()
    kept_in: Annotated[Literal["trigger", "table"], about("Where the transitions are kept.")] = "trigger"
    transitions_table: Annotated[str, about("The name of their table; made from the table's where empty.")] = ""
    length: Annotated[int, about("The longest status, in characters, for the table of transitions.")] = 30

    def write(self, script: Script) -> None:
        if not self.transitions:
            raise UsageError("A status machine needs transitions.", hint="Write them like new → paid, cancelled.")
        if self.initial != ("*",):
            self._begin(script)
        old, new = self._status(script, "OLD"), self._status(script, "NEW")
        allowed = self._from_table(script, old, new) if self.kept_in == "table" else self._from_list(script, old, new)
        self._guard(script, f"{script.differ(old, new)} AND NOT {allowed}")

    def _status(self, script: Script, row: str) -> str:
        """The status of OLD or NEW, as a text, for it may be of an enumerated type."""
        return f"{row}.{script.quote(self.column)}" + ("::text" if script.engine == "postgres" else "")

    def _begin(self, script: Script) -> None:
        first = self.initial or tuple(self.transitions)[:1]
        said = ", ".join(first)
        initial = f"{self._status(script, 'NEW')} NOT IN ({', '.join(map(script.literal, first))})"
        script.trigger(
            script.name(script.table, self.column, "begins"),
            "before",
            "insert",
            script.refuse(f"A row of {script.table} begins with the {self.column} {said}"),
            when=initial,
        )

    def _guard(self, script: Script, condition: str) -> None:
        old, new = (f"{row}.{script.quote(self.column)}" for row in ("OLD", "NEW"))
        name = script.name(script.table, self.column, "follows")
        head = f"{self.column} of {script.table} cannot go from "
        if script.engine == "postgres":
            refusal = (
                "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',\n"
                f"    MESSAGE = format({script.literal(head.replace('%', '%%') + '%s to %s')}, {old}, {new});"
            )
            # The condition stands inside, since WHEN of a trigger may hold no subquery; and it is asked at every UPDATE, since
            # another trigger may have set the status.
            script.trigger(name, "before", "update", f"IF {condition} THEN\n    {refusal}\nEND IF;")
        elif script.engine == "mysql":
            body = (
                f"DECLARE refusal varchar(128);\nIF {condition} THEN\n"
                f"    SET refusal = LEFT(CONCAT({script.literal(head)}, COALESCE({old}, 'NULL'), ' to ', COALESCE({new}, 'NULL')), 128);\n"
                "    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = refusal;\nEND IF;"
            )
            script.trigger(name, "before", "update", body)
        else:
            refusal = script.refuse(
                f"{self.column} of {script.table} cannot change so: it is none of the allowed transitions"
            )
            script.trigger(name, "before", "update", refusal, of=[self.column], when=condition)

    def _from_list(self, script: Script, old: str, new: str) -> str:
        ways = [
            f"{old} = {script.literal(before)} AND {new} IN ({', '.join(map(script.literal, after))})"
            for before, after in self.transitions.items()
            if after
        ]
        # Where the old or the new status is NULL nothing holds.
        return f"coalesce({' OR '.join(ways) or '1 = 0'}, {script.t.false})"

    def _from_table(self, script: Script, old: str, new: str) -> str:
        named = self.transitions_table or script.name(script.table, self.column, "transitions")
        before, after = f"from_{self.column}", f"to_{self.column}"
        status = f"{script.t.text(self.length)} NOT NULL"
        script.create_table(
            named,
            [
                (before, status, f"The {self.column} that a row of {script.table} has."),
                (after, status, f"The {self.column} that it may have next."),
            ],
            [f"CONSTRAINT {script.quote(script.name(named, 'pkey'))} PRIMARY KEY ({script.listed((before, after))})"],
            f"Which {self.column} of {script.table} may follow which; its trigger refuses all others.",
        )
        rows = [
            f"({script.literal(one)}, {script.literal(other)})"
            for one, all_ in self.transitions.items()
            for other in all_
        ]
        listed = ",\n    ".join(rows)
        script.add_data(f"INSERT INTO {script.place(named)} ({script.listed((before, after))}) VALUES\n    {listed}")
        if script.engine == "mysql":  # the status may have another collation than the table has by default
            old, new = (f"CONVERT({each} USING utf8mb4) COLLATE {COLLATION}" for each in (old, new))
        return (
            f"EXISTS (SELECT 1 FROM {script.place(named)} AS allowed"
            f" WHERE allowed.{script.quote(before)} = {old} AND allowed.{script.quote(after)} = {new})"
        )
