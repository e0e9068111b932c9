"""All pairs of a row and a row above it, kept beside a tree."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script
from dbwright.designs.blocks.tree import Walk


class Closure(Block, frozen=True, kw_only=True):
    """A closure table: every row with every row above it and the distance, kept by triggers, and a guard against cycles.

    Whole branches, paths and depths are then one join on an index instead of a recursion. Two who move rows at once wait for each
    other where their branches meet.
    """

    parent: Annotated[str, about("The column that refers to the parent; it exists already.")] = "parent_id"
    closure: Annotated[str, about("The name of the closure table; made from the table's where empty.")] = ""
    key_type: Annotated[str, about("The type of the key; the engine's bigint where empty.")] = ""
    max_depth: Annotated[int, about("The most rows above a row.")] = 1000
    definer: Annotated[
        bool, about("PostgreSQL: write with the rights of the owner, in the schema named (public where none is).")
    ] = True

    def write(self, script: Script) -> None:
        writer = _Writer(script, self)
        writer.table()
        writer.guard()
        if script.engine == "postgres":
            writer.on_postgres()
        else:
            writer.on_others()
        writer.say()


class _Writer:
    def __init__(self, script: Script, block: Closure) -> None:
        self.script, self.block = script, block
        self.walk = Walk(script, block.parent, block.max_depth, block.key_type)
        self.name = block.closure or script.name(script.table, "closure")
        self.key, self.parent = self.walk.key, self.walk.parent
        on_postgres = script.engine == "postgres" and block.definer
        self.rows = script.qualified(script.table) if on_postgres else script.place()
        self.pairs = script.qualified(self.name) if on_postgres else script.place(self.name)

    def table(self) -> None:
        script = self.script
        kind = self.block.key_type or script.t.key
        place, depth = script.place(), script.quote(script.name(self.name, "depth_check"))
        primary = script.quote(script.name(self.name, "pkey"))
        keys = [
            f"CONSTRAINT {script.quote(script.name(self.name, column, 'fkey'))} FOREIGN KEY ({column})"
            f" REFERENCES {place} ({self.key}) ON DELETE CASCADE"
            for column in ("ancestor_id", "descendant_id")
        ]
        script.create_table(
            self.name,
            [
                ("ancestor_id", f"{kind} NOT NULL", "The row above, or the row itself."),
                ("descendant_id", f"{kind} NOT NULL", "The row below, or the row itself."),
                ("depth", f"{script.t.integer} NOT NULL", "How many steps lie between them; 0 for the row itself."),
            ],
            [f"CONSTRAINT {primary} PRIMARY KEY (ancestor_id, descendant_id)", f"CONSTRAINT {depth} CHECK (depth >= 0)", *keys],
            f"Every row of {script.table} with every row above it; triggers keep it.",
        )  # fmt: skip
        script.index(script.name(self.name, "descendant_id_idx"), ("descendant_id", "depth"), table=self.name)

    def guard(self) -> None:
        if self.script.engine == "sqlite":
            self.walk.guard_on_sqlite()
        else:
            self.walk.guard(also_old=True)

    # ------------------------------------------------------------ what the triggers do

    def _forget(self, row: str) -> str:
        """The pairs that lead from outside a row's branch into it are gone."""
        branch = f"(SELECT b.descendant_id FROM {self.pairs} AS b WHERE b.ancestor_id = {row}.{self.key})"
        if (
            self.script.engine == "mysql"
        ):  # MySQL reads no table in a subquery that it deletes from, unless it is a join
            return (
                f"DELETE pair FROM {self.pairs} AS pair\n"
                f"JOIN {self.pairs} AS branch ON branch.descendant_id = pair.descendant_id\n"
                f"LEFT JOIN {self.pairs} AS inside\n"
                "    ON inside.ancestor_id = branch.ancestor_id AND inside.descendant_id = pair.ancestor_id\n"
                f"WHERE branch.ancestor_id = {row}.{self.key} AND inside.ancestor_id IS NULL;"
            )
        return f"DELETE FROM {self.pairs} WHERE descendant_id IN {branch} AND ancestor_id NOT IN {branch};"

    def _self(self) -> str:
        return (
            f"INSERT INTO {self.pairs} (ancestor_id, descendant_id, depth) VALUES (NEW.{self.key}, NEW.{self.key}, 0);"
        )

    def _joined(self) -> str:
        """Every row above the new parent, with every row of the branch."""
        return (
            f"INSERT INTO {self.pairs} (ancestor_id, descendant_id, depth)\n"
            f"SELECT above.ancestor_id, branch.descendant_id, above.depth + branch.depth + 1\n"
            f"FROM {self.pairs} AS above CROSS JOIN {self.pairs} AS branch\n"
            f"WHERE above.descendant_id = NEW.{self.parent} AND branch.ancestor_id = NEW.{self.key};"
        )

    def on_others(self) -> None:
        script, name = self.script, self.name
        script.trigger(script.name(name, "on_insert"), "after", "insert", f"{self._self()}\n{self._joined()}")
        moved = script.differ(f"OLD.{self.parent}", f"NEW.{self.parent}")
        script.trigger(
            script.name(name, "on_update"), "after", "update", f"{self._forget('OLD')}\n{self._joined()}",
            of=[self.block.parent], when=moved,
        )  # fmt: skip
        script.trigger(script.name(name, "on_delete"), "before", "delete", self._cut())
        self._fill()

    def _cut(self) -> str:
        """What stands below a row that is deleted has nothing above that row any more, should it stay: MySQL fires no trigger then.

        On SQLite the row's own pairs go as well, since its foreign keys may be off.
        """
        if self.script.engine == "sqlite":
            return (
                f"DELETE FROM {self.pairs}\n"
                f"WHERE ancestor_id IN (SELECT a.ancestor_id FROM {self.pairs} AS a WHERE a.descendant_id = OLD.{self.key})\n"
                f"AND descendant_id IN (SELECT b.descendant_id FROM {self.pairs} AS b WHERE b.ancestor_id = OLD.{self.key});"
            )
        return (
            f"DELETE pair FROM {self.pairs} AS pair"
            f" JOIN {self.pairs} AS below ON below.descendant_id = pair.descendant_id"
            f" JOIN {self.pairs} AS above ON above.ancestor_id = pair.ancestor_id\n"
            f"WHERE below.ancestor_id = OLD.{self.key} AND above.descendant_id = OLD.{self.key} AND below.depth > 0;"
        )

    def on_postgres(self) -> None:
        """As the rows are when the triggers run, whatever the statement did: one may insert a parent after its child.

        Every row above is locked against being moved before it is written down, up to the root.
        """
        script, name = self.script, self.name
        declare = f"above {self.rows}.{self.parent}%TYPE;\nstep integer := 0;"
        stale = (
            "RAISE EXCEPTION USING ERRCODE = 'serialization_failure',\n"
            f"    MESSAGE = {script.literal(f'Rows of {script.table} are moved in READ COMMITTED or SERIALIZABLE transactions')};"
        )
        up = (
            f"above := NEW.{self.parent};\nWHILE above IS NOT NULL LOOP\n    step := step + 1;\n"
            f"    INSERT INTO {self.pairs} (ancestor_id, descendant_id, depth)\n"
            "    {rows};\n"
            f"    above := (SELECT t.{self.parent} FROM {self.rows} AS t WHERE t.{self.key} = above FOR SHARE);\nEND LOOP;"
        )
        inserted = f"{self._self()}\n" + up.replace("{rows}", f"VALUES (above, NEW.{self.key}, step)")
        branch = (
            f"SELECT above, branch.descendant_id, branch.depth + step FROM {self.pairs} AS branch\n"
            f"    WHERE branch.ancestor_id = NEW.{self.key}"
        )
        moved = (
            f"IF current_setting('transaction_isolation') = 'repeatable read' THEN\n    {stale}\nEND IF;\n"
            f"{self._forget('NEW')}\n" + up.replace("{rows}", branch)
        )
        on_insert, on_update = script.name(name, "on_insert"), script.name(name, "on_update")
        script.function(on_insert, inserted, declare=declare, returns="RETURN NULL;", definer=self.block.definer)
        script.call(on_insert, "after", ("insert",), on_insert)
        script.function(on_update, moved, declare=declare, returns="RETURN NULL;", definer=self.block.definer)
        changed = script.differ(f"OLD.{self.parent}", f"NEW.{self.parent}")
        script.call(on_update, "after", ("update",), on_update, when=changed)
        self._on_delete()
        self._fill()

    def _on_delete(self) -> None:
        """Who deletes a row keeps those above it from being moved, since what stood below it may move up."""
        script = self.script
        name = script.name(self.name, "on_delete")
        body = (
            f"above := OLD.{self.parent};\nWHILE above IS NOT NULL AND step < {self.block.max_depth} LOOP\n    step := step + 1;\n"
            f"    above := (SELECT t.{self.parent} FROM {self.rows} AS t WHERE t.{self.key} = above FOR SHARE);\nEND LOOP;"
        )
        declare = f"above {self.rows}.{self.parent}%TYPE;\nstep integer := 0;"
        script.function(name, body, declare=declare, returns="RETURN OLD;", definer=self.block.definer)
        script.call(name, "before", ("delete",), name)

    # ------------------------------------------------------------ filling, what is said

    @property
    def _true(self) -> str:
        """The pairs as the rows say."""
        return (
            f"WITH RECURSIVE pair (ancestor_id, descendant_id, depth) AS (\n"
            f"    SELECT {self.key}, {self.key}, 0 FROM {self.rows}\n    UNION ALL\n"
            f"    SELECT t.{self.parent}, pair.descendant_id, pair.depth + 1\n"
            f"    FROM pair JOIN {self.rows} AS t ON t.{self.key} = pair.ancestor_id\n"
            f"    WHERE t.{self.parent} IS NOT NULL AND pair.depth < {self.block.max_depth}\n)\n"
            "SELECT ancestor_id, descendant_id, depth FROM pair"
        )

    def _fill(self) -> None:
        """All anew: while the triggers were made one after the other, a row may have been inserted with pairs and moved without."""
        into = f"INTO {self.pairs} (ancestor_id, descendant_id, depth)\n{self._true}"
        if self.script.engine == "postgres":
            self.script.fill(f"DELETE FROM {self.pairs};\nINSERT {into}")
        else:
            insert = "INSERT IGNORE" if self.script.engine == "mysql" else "INSERT OR IGNORE"
            self.script.fills += [f"DELETE FROM {self.pairs}", f"{insert} {into}"]
        held = f"SELECT ancestor_id, descendant_id, depth FROM {self.pairs}"
        columns = "t.ancestor_id = k.ancestor_id AND t.descendant_id = k.descendant_id AND t.depth = k.depth"
        true = self._true
        self.script.checks += [
            f"SELECT k.ancestor_id FROM ({held}) AS k LEFT JOIN ({true}) AS t ON {columns} WHERE t.depth IS NULL",
            f"SELECT t.ancestor_id FROM ({true}) AS t LEFT JOIN ({held}) AS k ON {columns} WHERE k.depth IS NULL",
        ]

    def say(self) -> None:
        script = self.script
        pairs, rows = script.place(self.name), script.place()
        for said, one, other in (
            ("A whole branch, with its depth.", "descendant_id", "ancestor_id"),
            ("The path to a row, the deepest last.", "ancestor_id", "descendant_id"),
        ):
            order = "c.depth" if one == "descendant_id" else "c.depth DESC"
            script.example(
                said,
                f"SELECT t.*, c.depth FROM {pairs} AS c JOIN {rows} AS t ON t.{self.key} = c.{one}",
                f"WHERE c.{other} = 1 ORDER BY {order}",
            )
