"""Rows that are marked as deleted, with unique keys that hold among the living ones."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script

_LIVING = "is_living"


class SoftDelete(Block, frozen=True, kw_only=True):
    """A column that marks a row as deleted, and unique keys that only living rows take up.

    PostgreSQL and SQLite get partial unique indexes. MySQL has none: there a generated column is 1 for a living row and NULL for
    a deleted one, and stands in each unique key, where NULL is equal to nothing.
    """

    column: Annotated[str, about("The name of the column: the moment of the deletion, NULL for a living row.")] = (
        "deleted_at"
    )
    unique: Annotated[
        tuple[tuple[str, ...], ...], about("The column lists that must be unique among living rows.")
    ] = ()
    marker: Annotated[str, about("MySQL: the name of the generated column.")] = _LIVING
    refuse_delete: Annotated[bool, about("Refuse to DELETE a row that was not marked as deleted first.")] = False
    view: Annotated[str, about("The name of a view of the living rows; none where empty.")] = ""
    columns: Annotated[tuple[str, ...], about("The columns of the view, besides the mark; all where empty.")] = ()

    def columns_on(self, script: Script) -> dict[str, str]:
        needed = {self.column: f"{script.t.moment} NULL" if script.engine == "mysql" else script.t.moment}
        if script.engine == "mysql" and self.unique:
            needed[self.marker] = (
                f"tinyint GENERATED ALWAYS AS (CASE WHEN {script.quote(self.column)} IS NULL THEN 1 END) STORED"
            )
        return needed

    def write(self, script: Script) -> None:
        living = f"{script.quote(self.column)} IS NULL"
        for columns in self.unique:
            name = script.name(script.table, *columns, "living_key")
            listed = (*columns, self.marker) if script.engine == "mysql" else columns
            script.index(name, listed, unique=True, where=living)
        if self.view:
            shown = script.listed(each for each in self.columns if each not in (self.column, self.marker)) or "*"
            made = f"CREATE VIEW {script.place(self.view)} AS SELECT {shown} FROM {script.place()} WHERE {living}"
            script.add(made, f"DROP VIEW {script.place(self.view)}")
        if self.refuse_delete:
            refusal = script.refuse(
                f"A row of {script.table} is deleted by setting {self.column}; only then can it be removed"
            )
            name = script.name(script.table, self.column, "first")
            script.trigger(name, "before", "delete", refusal, when=f"OLD.{living}")
        now = script.t.now
        script.example(
            "Delete a row, and bring it back.",
            f"UPDATE {script.place()} SET {script.quote(self.column)} = {now} WHERE … AND {living};",
            f"UPDATE {script.place()} SET {script.quote(self.column)} = NULL WHERE …",
        )
        if self.unique and script.engine != "mysql":
            key = script.listed(self.unique[0])
            script.example(
                "An upsert has to name the condition of the index.",
                f"INSERT INTO {script.place()} (…) VALUES (…) ON CONFLICT ({key}) WHERE {living} DO UPDATE SET …",
            )
