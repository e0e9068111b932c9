"""The path from the root in a column of every row of a tree: PostgreSQL's ltree."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script
from dbwright.designs.blocks.tree import Walk
from dbwright.errors import Unsupported


class Ltree(Block, frozen=True, kw_only=True):
    """A materialised path for every row of a tree, in an ltree column that triggers keep and an index serves; with a guard against cycles.

    PostgreSQL alone has the type. A branch is read by one index scan, and patterns over paths can be asked for; to move a branch
    writes all its rows. Where branches move often, take the closure table.
    """

    parent: Annotated[str, about("The column that refers to the parent; it exists already.")] = "parent_id"
    column: Annotated[str, about("The name of the column for the path.")] = "path"
    max_depth: Annotated[int, about("The most rows above a row.")] = 1000

    def columns_on(self, script: Script) -> dict[str, str]:
        if script.engine != "postgres":
            raise Unsupported(script.title, "ltree", hint="Use the block closure.")
        # Filled by a trigger before the row is checked; the default is for rows that were there before.
        return {self.column: "ltree NOT NULL DEFAULT ''"}

    def prepare(self, script: Script) -> None:
        # Left by the way back: others may use it by then.
        script.add("CREATE EXTENSION IF NOT EXISTS ltree")

    def write(self, script: Script) -> None:
        walk = Walk(script, self.parent, self.max_depth)
        walk.guard(also_old=True, lock_new=True)
        key, parent, column = walk.key, walk.parent, script.quote(self.column)
        place, name = script.place(), script.name(script.table, self.column)
        label = f"replace(NEW.{key}::text, '-', '_')::ltree"
        above = f"(SELECT t.{column} FROM {place} AS t WHERE t.{key} = NEW.{parent})"
        # Its name comes after the guard's, and so does the trigger: the rows above are locked by then.
        begun = script.name(script.table, "tree", "on_insert", "path")
        script.function(begun, f"NEW.{column} := coalesce({above}, ''::ltree) || {label};")
        script.call(begun, "before", ("insert",), begun)
        stale = (
            "RAISE EXCEPTION USING ERRCODE = 'serialization_failure',\n"
            f"    MESSAGE = {script.literal(f'Rows of {script.table} are moved in READ COMMITTED or SERIALIZABLE transactions')};"
        )
        moved = script.name(name, "moved")
        # The path is read, not taken from OLD: a statement that moves several rows changes it more than once. And a row may be
        # inserted before its parent, by one statement.
        body = f"""\
IF TG_OP = 'UPDATE' AND current_setting('transaction_isolation') = 'repeatable read' THEN
    {stale}
END IF;
was := (SELECT t.{column} FROM {place} AS t WHERE t.{key} = NEW.{key});
becomes := coalesce({above}, ''::ltree) || {label};
IF was <> becomes THEN
    UPDATE {place} AS t
    SET {column} = becomes || CASE WHEN nlevel(t.{column}) > nlevel(was) THEN subpath(t.{column}, nlevel(was)) ELSE ''::ltree END
    WHERE t.{column} <@ was;
END IF;"""
        script.function(moved, body, declare="was ltree;\nbecomes ltree;", returns="RETURN NULL;")
        differ = f"{script.differ(f'OLD.{parent}', f'NEW.{parent}')} OR {script.differ(f'OLD.{key}', f'NEW.{key}')}"
        script.call(moved, "after", ("update",), moved, when=differ)
        script.call(script.name(name, "settled"), "after", ("insert",), moved)
        index = script.quote(script.name(name, "gist_idx"))
        script.add(
            f"CREATE INDEX {index} ON {place} USING gist ({column})",
            f"DROP INDEX {script.place(script.name(name, 'gist_idx'))}",
        )
        self._fill(script, walk)
        path = f"(SELECT {column} FROM {place} WHERE {key} = 1)"
        script.example("A whole branch.", f"SELECT * FROM {place} WHERE {column} <@ {path} ORDER BY {column}")
        script.example(
            "The path to a row, the root first.",
            f"SELECT * FROM {place} WHERE {column} @> {path} ORDER BY nlevel({column})",
        )

    def _fill(self, script: Script, walk: Walk) -> None:
        key, parent, column, place = walk.key, walk.parent, script.quote(self.column), script.place()
        label = f"replace(t.{key}::text, '-', '_')::ltree"
        true = (
            f"WITH RECURSIVE named (id, path) AS (\n    SELECT t.{key}, {label} FROM {place} AS t WHERE t.{parent} IS NULL\n    UNION ALL\n"
            f"    SELECT t.{key}, named.path || {label} FROM {place} AS t JOIN named ON t.{parent} = named.id\n)\n"
        )
        wrong = f"t.{key} = named.id AND t.{column} IS DISTINCT FROM named.path"
        script.fill(f"{true}UPDATE {place} AS t SET {column} = named.path FROM named WHERE {wrong}")
        script.checks.append(f"{true}SELECT t.{key} FROM {place} AS t JOIN named ON {wrong}")
