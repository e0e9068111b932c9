"""Writing the statements of a building block for one engine: names, triggers, refusals, each with its way back."""

from collections.abc import Iterable, Sequence
from typing import Literal

from dbwright.denormalize.names import shortened
from dbwright.designs.dialect import Words
from dbwright.engines.registry import engine as engine_named

Event = Literal["insert", "update", "delete", "truncate"]
Timing = Literal["before", "after"]
COLLATION = "utf8mb4_unicode_520_ci"
"""Of the tables that blocks make on MySQL and MariaDB, which both have it."""
_MYSQL_MESSAGE = 128
"""The most characters of a message of SIGNAL."""


class Script:
    """The statements of one block on one table, collected with their ways back.

    engine: "postgres", "mysql", "mariadb" or "sqlite". schema: empty for the connection's own. key: the table's primary key.
    """

    def __init__(self, engine: str, table: str, schema: str = "", key: Sequence[str] = ("id",)) -> None:
        self._engine = engine_named(engine)
        self.engine, self.title = self._engine.name, self._engine.title
        self.is_mariadb = engine.lower() == "mariadb"
        self.table, self.schema, self.key = table, schema, tuple(key)
        self.t = Words(self.engine)
        self.ups: list[str] = []
        self.downs: list[str] = []
        self.data: list[str] = []
        self.fills: list[str] = []
        self.checks: list[str] = []
        self.notes: list[str] = []
        self.usage: list[str] = []

    # ------------------------------------------------------------ names and values

    def quote(self, name: str) -> str:
        """A name as the engine writes it."""
        return self._engine.quote(name)

    def literal(self, value: object) -> str:
        """A value as it stands in a statement."""
        return self._engine.literal(value)

    def place(self, name: str = "") -> str:
        """A table or another object beside the block's table; the table itself where no name is given."""
        return ".".join(self.quote(part) for part in (self.schema, name or self.table) if part)

    def qualified(self, name: str) -> str:
        """The same with its schema on PostgreSQL, `public` where none was named: for functions without a search_path."""
        return (
            f"{self.quote(self.schema or 'public')}.{self.quote(name)}"
            if self.engine == "postgres"
            else self.place(name)
        )

    def name(self, *parts: str) -> str:
        """A name made of parts, cut to what the engine allows."""
        return shortened("_".join(parts), self._engine.name_limit(), in_bytes=self.engine == "postgres")

    def listed(self, names: Iterable[str], row: str = "") -> str:
        """Columns side by side, of a row such as NEW where one is named."""
        return ", ".join(f"{row}.{self.quote(name)}" if row else self.quote(name) for name in names)

    def same_row(self, row: str, *, prefix: str = "") -> str:
        """The condition that the table's row, by that prefix, is the one of OLD or NEW."""
        return " AND ".join(f"{prefix}{self.quote(name)} = {row}.{self.quote(name)}" for name in self.key)

    def differ(self, one: str, other: str) -> str:
        """The condition that two values differ, NULL being a value."""
        if self.engine == "mysql":
            return f"NOT ({one} <=> {other})"
        return f"{one} {'IS DISTINCT FROM' if self.engine == 'postgres' else 'IS NOT'} {other}"

    # ------------------------------------------------------------ statements

    def add(self, up: str, down: str = "") -> None:
        """A statement and what undoes it; nothing where something else does."""
        self.ups.append(up)
        if down:
            self.downs.append(down)

    def add_data(self, up: str) -> None:
        """A statement that writes rows or calls a procedure; what it made goes with the tables."""
        self.ups.append(up)
        self.data.append(up)

    def example(self, about: str, *lines: str) -> None:
        """How an application uses the block: a remark, and the lines of one or more statements."""
        self.usage.append("\n".join((f"-- {about}", *lines)))

    def fill(self, sql: str) -> None:
        """A statement for the rows that were there before, to be run when the triggers are at work already.

        On PostgreSQL nobody else writes to the table meanwhile; MySQL locks what the statement reads, and SQLite has one writer.
        """
        if self.engine == "postgres":
            sql = f"DO $fill$\nBEGIN\n    LOCK TABLE {self.place()} IN SHARE ROW EXCLUSIVE MODE;\n{_indented(sql)};\nEND\n$fill$"
        self.fills.append(sql)

    def column(self, name: str, definition: str) -> None:
        """A new column of the table."""
        altered = f"ALTER TABLE {self.place()}"
        self.add(f"{altered} ADD COLUMN {self.quote(name)} {definition}", f"{altered} DROP COLUMN {self.quote(name)}")

    def create_table(
        self, name: str, columns: Sequence[tuple[str, str, str]], constraints: Sequence[str] = (), comment: str = ""
    ) -> None:
        """A table of the block. columns: names, definitions and what they hold."""
        place = self.place(name)
        said = self.engine == "mysql"
        lines = [
            f"    {self.quote(column)} {definition}" + (f" COMMENT {self.literal(text)}" if said and text else "")
            for column, definition, text in columns
        ]
        body = ",\n".join([*lines, *(f"    {each}" for each in constraints)])
        ending = {
            "mysql": f" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={COLLATION} COMMENT={self.literal(comment)}",
            "sqlite": " STRICT",
        }.get(self.engine, "")
        self.add(f"CREATE TABLE {place} (\n{body}\n){ending}", f"DROP TABLE {place}")
        if self.engine == "postgres":
            self.add(f"COMMENT ON TABLE {place} IS {self.literal(comment)}")
            for column, _, text in columns:
                if text:
                    self.add(f"COMMENT ON COLUMN {place}.{self.quote(column)} IS {self.literal(text)}")

    def index(
        self, name: str, columns: Sequence[str], *, table: str = "", unique: bool = False, where: str = ""
    ) -> None:
        """An index. where: the condition of a partial one, which MySQL does not have."""
        named = self.quote(name)
        made = f"CREATE {'UNIQUE ' if unique else ''}INDEX {named} ON {self.place(table)} ({self.listed(columns)})"
        if where and self.engine != "mysql":
            made += f" WHERE {where}"
        drop = (
            f"DROP INDEX {named} ON {self.place(table)}" if self.engine == "mysql" else f"DROP INDEX {self.place(name)}"
        )
        self.add(made, "" if table and table != self.table else drop)  # the block's own tables take theirs along

    # ------------------------------------------------------------ triggers

    def refuse(self, message: str) -> str:
        """The statement, with its semicolon, that ends a trigger's statement with an error."""
        if self.engine == "postgres":
            return (
                f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {self.literal(message)};"
            )
        if self.engine == "mysql":
            return f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {self.literal(message[:_MYSQL_MESSAGE])};"
        return f"SELECT RAISE(ABORT, {self.literal(message)});"

    def trigger(
        self, name: str, timing: Timing, event: Event, body: str, *, of: Sequence[str] = (), when: str = "", table: str = ""
    ) -> None:  # fmt: skip
        """A trigger for each row. body: statements with their semicolons; on PostgreSQL without BEGIN, END and RETURN.

        of: the columns whose update fires it, when: the condition on which it does; MySQL tests both inside.
        """
        named, place = self.quote(name), self.place(table)
        if self.engine == "postgres":
            self.function(name, body, returns="RETURN OLD;" if event == "delete" else "")
            self.call(name, timing, (event,), name, of=of, when=when, table=table)
            return
        if self.engine == "sqlite":
            columns = f" OF {self.listed(of)}" if of and event == "update" else ""
            condition = f" WHEN {when}" if when else ""
            head = (
                f"CREATE TRIGGER {named} {timing.upper()} {event.upper()}{columns} ON {place} FOR EACH ROW{condition}"
            )
        else:
            body = f"IF {when} THEN\n{_indented(body)}\nEND IF;" if when else body
            head = f"CREATE TRIGGER {named} {timing.upper()} {event.upper()} ON {place} FOR EACH ROW"
        self.add(f"{head}\nBEGIN\n{_indented(body)}\nEND", f"DROP TRIGGER {self.place(name)}")

    def function(
        self, name: str, body: str, *, declare: str = "", returns: str = "", definer: bool = False
    ) -> None:  # fmt: skip
        """A trigger function of PostgreSQL. returns: the statement at its end, RETURN NEW where it says nothing.

        definer: it runs with its owner's rights; then all names in it must be qualified, for its search_path is empty, and
        nobody but its owner may make triggers of it.
        """
        place = self.place(name)
        rights = "\nSECURITY DEFINER\nSET search_path = pg_catalog, pg_temp" if definer else ""
        declared = f"DECLARE\n{_indented(declare)}\n" if declare else ""
        ending = returns or "RETURN NEW;"
        self.add(
            f"CREATE FUNCTION {place}() RETURNS trigger\nLANGUAGE plpgsql{rights}\nAS $function$\n{declared}BEGIN\n"
            f"{_indented(body)}\n    {ending}\nEND\n$function$",
            f"DROP FUNCTION {place}()",
        )
        if definer:
            self.add(f"REVOKE EXECUTE ON FUNCTION {place}() FROM PUBLIC")

    def call(
        self, name: str, timing: Timing, events: Sequence[Event], function: str, *, of: Sequence[str] = (), when: str = "",
        arguments: Sequence[str] = (), table: str = "", statement: bool = False,
    ) -> None:  # fmt: skip
        """A trigger of PostgreSQL that calls a function for each row, or once for a statement."""
        columns = f" OF {self.listed(of)}" if of else ""
        fired = " OR ".join(f"{event.upper()}{columns if event == 'update' else ''}" for event in events)
        given = ", ".join(self.literal(each) for each in arguments)
        self.add(
            f"CREATE TRIGGER {self.quote(name)} {timing.upper()} {fired} ON {self.place(table)}\n"
            f"FOR EACH {'STATEMENT' if statement else 'ROW'}{f' WHEN ({when})' if when else ''}"
            f" EXECUTE FUNCTION {self.place(function)}({given})",
            f"DROP TRIGGER {self.quote(name)} ON {self.place(table)}",
        )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.strip().split("\n"))
