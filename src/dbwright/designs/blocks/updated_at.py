"""When a row was last changed, set by the database."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script


class UpdatedAt(Block, frozen=True, kw_only=True):
    """A column for the moment of a row's last change, which every UPDATE sets, whoever runs it.

    PostgreSQL's trigger overrules what a program sets; MySQL's ON UPDATE and SQLite's trigger let it stand, and MySQL leaves the
    column alone where the UPDATE changed no value.
    """

    column: Annotated[str, about("The name of the column.")] = "updated_at"

    def columns_on(self, script: Script) -> dict[str, str]:
        now = script.t.now
        renewed = f" ON UPDATE {now}" if script.engine == "mysql" else ""
        return {self.column: f"{script.t.moment} NOT NULL DEFAULT {now}{renewed}"}

    def write(self, script: Script) -> None:
        column = script.quote(self.column)
        name = script.name(script.table, self.column)
        if script.engine == "postgres":
            script.trigger(name, "before", "update", f"NEW.{column} := {script.t.now};")
        elif script.engine == "sqlite":
            # The moment has milliseconds: a second change within one sets the same value once more, and fires nothing again.
            script.trigger(
                name,
                "after",
                "update",
                f"UPDATE {script.place()} SET {column} = {script.t.now} WHERE {script.same_row('NEW')};",
                when=f"NEW.{column} IS OLD.{column}",
            )
