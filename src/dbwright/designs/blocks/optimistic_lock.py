"""Optimistic locking that the database itself enforces."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.rows_as_json import changed
from dbwright.designs.blocks.script import Script
from dbwright.errors import UsageError


class OptimisticLock(Block, frozen=True, kw_only=True):
    """A version column: who changes a row that somebody else changed meanwhile is refused, instead of undoing their work.

    unversioned "count": an UPDATE sets the version to the one it read, and the trigger counts on; one that does not name it is
    counted as well. "refuse": an UPDATE sets the version to the next after the one it read, as JPA and SQLAlchemy do, and every
    other is refused.
    """

    column: Annotated[str, about("The name of the column.")] = "version"
    unversioned: Annotated[
        Literal["count", "refuse"],
        about("What becomes of an UPDATE that does not name the version: counted by the trigger, or refused."),
    ] = "count"
    columns: Annotated[
        tuple[str, ...],
        about("The columns whose change counts, where unversioned is count; all where empty. SQLite needs them."),
    ] = ()
    ignore: Annotated[tuple[str, ...], about("Those of them that others keep, and whose change does not count.")] = (
        "updated_at",
    )

    def columns_on(self, script: Script) -> dict[str, str]:
        return {self.column: f"{script.t.integer} NOT NULL DEFAULT 1"}

    @property
    def _counted(self) -> list[str]:
        return [each for each in self.columns if each != self.column and each not in self.ignore]

    def write(self, script: Script) -> None:
        old, new = (f"{row}.{script.quote(self.column)}" for row in ("OLD", "NEW"))
        name = script.name(script.table, self.column)
        says = "be the one that was read" if self.unversioned == "count" else "be the next after the one that was read"
        stale = script.refuse(f"{script.table} was changed by somebody else meanwhile: {self.column} must {says}")
        if self.unversioned == "refuse":
            script.trigger(name, "before", "update", stale, when=script.differ(new, f"{old} + 1"))
        elif script.engine == "sqlite":
            self._count_on_sqlite(script, name, stale)
        else:
            count = f"{new} := {old} + 1;" if script.engine == "postgres" else f"SET {new} = {old} + 1;"
            if self._counted:
                count = f"IF {changed(script, self._counted)} THEN\n    {count}\nEND IF;"
            body = f"IF {script.differ(new, old)} THEN\n    {stale}\nEND IF;\n{count}"
            script.trigger(name, "before", "update", body)
        self._say(script)

    def _count_on_sqlite(self, script: Script, name: str, stale: str) -> None:
        if not self._counted:
            raise UsageError(
                f"Which columns of {script.table} count is not known.",
                hint="Name them in the option columns, or choose unversioned refuse.",
            )
        column = script.quote(self.column)
        # The trigger's own UPDATE names the next version and fires this one too: no UPDATE of others can change both at once.
        wrong = f"NEW.{column} IS NOT OLD.{column} AND ({changed(script, self._counted)} OR NEW.{column} IS NOT OLD.{column} + 1)"
        script.trigger(name, "before", "update", stale, of=[self.column], when=wrong)
        counts = f"UPDATE {script.place()} SET {column} = OLD.{column} + 1 WHERE {script.same_row('NEW')};"
        script.trigger(
            script.name(script.table, self.column, "counted"),
            "after",
            "update",
            counts,
            of=self._counted,
            when=changed(script, self._counted),
        )

    def _say(self, script: Script) -> None:
        column, place = script.quote(self.column), script.place()
        to = "7" if self.unversioned == "count" else "7 + 1"
        script.example(
            f"Change a row that was read with {self.column} 7. An error, or no row: somebody else was faster, so read again.",
            f"UPDATE {place} SET …, {column} = {to} WHERE … AND {column} = 7",
        )
