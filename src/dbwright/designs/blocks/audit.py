"""A history of every change to a table, written by triggers."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.rows_as_json import changed, key_as_text, row_as_json
from dbwright.designs.blocks.script import Event, Script

_EVENTS: tuple[Event, ...] = ("insert", "update", "delete")


class Audit(Block, frozen=True, kw_only=True):
    """A log of who changed which row, when, and what it held before and after, written by triggers that nobody can forget.

    Who: the application's user, told in a setting of the session, and the login. The log may serve many tables. It cannot be
    changed, and on PostgreSQL and MySQL the application needs no right on it.
    """

    log: Annotated[str, about("The name of the log.")] = "audit_log"
    make_log: Annotated[bool, about("Make the log; say no for the second table that it serves.")] = True
    setting: Annotated[
        str, about("Where the application says who it acts for: a setting on PostgreSQL, a user variable on MySQL.")
    ] = "app.user"
    hidden: Annotated[tuple[str, ...], about("Columns whose values are not written down: secrets.")] = ()
    columns: Annotated[tuple[str, ...], about("MySQL and SQLite: the columns of the table.")] = ()
    binary: Annotated[tuple[str, ...], about("MySQL and SQLite: those that hold bytes.")] = ()
    protect: Annotated[bool, about("Refuse to change or delete what the log holds.")] = True
    definer: Annotated[
        bool,
        about("PostgreSQL: write with the rights of the log's owner, in the schema named (public where none is)."),
    ] = True

    def write(self, script: Script) -> None:
        if self.make_log:
            self._make_log(script)
        if script.engine == "postgres":
            self._on_postgres(script)
        else:
            self._on_others(script)
        self._say(script)

    # ------------------------------------------------------------ the log

    def _make_log(self, script: Script) -> None:
        t, log = script.t, self.log
        who = "varchar(288)" if script.engine == "mysql" else "text"
        key = t.text(200) if script.engine == "mysql" else "text"
        columns = [
            ("id", f"{t.id} PRIMARY KEY", ""),
            ("table_name", f"{t.text(64)} NOT NULL", "The table of the row."),
            ("row_key", key, "The key of the row, as text; a JSON array where it has several columns."),
            ("action", f"{t.text(10)} NOT NULL", "What happened to the row: insert, update, delete; truncate for all rows."),
            ("changed_at", f"{t.moment} NOT NULL DEFAULT {t.now}", "When."),
            ("changed_by", who, "The application's user, as its session said; NULL where it did not."),
            ("old_values", t.json, "The row before, without what is secret."),
            ("new_values", t.json, "The row after, without what is secret."),
        ]  # fmt: skip
        if script.engine != "sqlite":
            login = f"{who} NOT NULL DEFAULT {'SESSION_USER' if script.engine == 'postgres' else '(SESSION_USER())'}"
            columns.insert(6, ("login", login, "The login of the session that changed the row."))
        if script.engine == "sqlite":
            columns[-2:] = [
                (name, f"{kind} CHECK ({name} IS NULL OR json_valid({name}))", said)
                for name, kind, said in columns[-2:]
            ]
        actions = ", ".join(script.literal(each) for each in (*_EVENTS, "truncate"))
        checks = [
            f"CONSTRAINT {script.quote(script.name(log, 'action', 'check'))} CHECK (action IN ({actions}))",
            (
                f"CONSTRAINT {script.quote(script.name(log, 'values', 'check'))} CHECK ("
                "(action IN ('update', 'delete')) = (old_values IS NOT NULL)"
                " AND (action IN ('insert', 'update')) = (new_values IS NOT NULL))"
            ),
        ]
        script.create_table(log, columns, checks, "Every change to the tables that have its triggers, one row each.")
        script.index(script.name(log, "row_idx"), ("table_name", "row_key"), table=log)
        script.index(script.name(log, "changed_at_idx"), ("changed_at",), table=log)
        if script.engine == "sqlite":
            script.create_table(
                f"{log}_user",
                [("id", "INTEGER PRIMARY KEY CHECK (id = 1)", ""), ("name", "TEXT NOT NULL", "")],
                comment="",
            )
        if self.protect:
            self._protect(script)
        if script.engine == "postgres":
            self._function(script)

    def _protect(self, script: Script) -> None:
        log = self.log
        refusal = script.refuse(f"What {log} holds cannot be changed")
        if script.engine == "postgres":
            name = script.name(log, "fixed")
            script.function(name, refusal)
            script.call(name, "before", ("update", "delete", "truncate"), name, table=log, statement=True)
            return
        for event in ("update", "delete"):
            script.trigger(script.name(log, "fixed_on", event), "before", event, refusal, table=log)

    # ------------------------------------------------------------ the triggers

    @property
    def _writer(self) -> str:
        return f"{self.log}_write"

    def _function(self, script: Script) -> None:
        """One function for all tables of the log. Its arguments: the key's columns and the hidden ones, as arrays."""
        log = script.qualified(self.log) if self.definer else script.place(self.log)
        into = f"INSERT INTO {log} (table_name, row_key, action, changed_by, old_values, new_values)"
        user = f"nullif(current_setting({script.literal(self.setting)}, true), '')"
        declare = "key_columns text[];\nhidden text[];\nold_row jsonb;\nnew_row jsonb;\nwhole jsonb;"
        body = f"""\
IF TG_OP = 'TRUNCATE' THEN
    {into}
    VALUES (TG_TABLE_NAME, NULL, 'truncate', {user}, NULL, NULL);
    RETURN NULL;
END IF;
key_columns := TG_ARGV[0]::text[];
hidden := TG_ARGV[1]::text[];
IF TG_OP <> 'INSERT' THEN
    old_row := to_jsonb(OLD);
END IF;
IF TG_OP <> 'DELETE' THEN
    new_row := to_jsonb(NEW);
END IF;
IF old_row = new_row THEN
    RETURN NULL;
END IF;
whole := coalesce(new_row, old_row);
{into}
VALUES (
    TG_TABLE_NAME,
    CASE cardinality(key_columns) WHEN 1 THEN whole ->> key_columns[1]
    ELSE (SELECT jsonb_agg(whole -> part ORDER BY place) FROM unnest(key_columns) WITH ORDINALITY AS k(part, place))::text END,
    lower(TG_OP), {user}, old_row - hidden, new_row - hidden
);"""
        script.function(self._writer, body, declare=declare, returns="RETURN NULL;", definer=self.definer)

    def _on_postgres(self, script: Script) -> None:
        arguments = [_array(script.key), _array(self.hidden)]
        base = (script.table, self.log)
        script.call(script.name(*base), "after", _EVENTS, self._writer, arguments=arguments)
        script.call(script.name(*base, "truncate"), "after", ("truncate",), self._writer, statement=True)

    def _on_others(self, script: Script) -> None:
        old, new = (row_as_json(script, row, self.columns, self.hidden, self.binary) for row in ("OLD", "NEW"))
        user = "@" + self.setting.replace(".", "_")
        if script.engine == "sqlite":
            user = f"(SELECT name FROM {script.quote(f'{self.log}_user')})"
        for event in _EVENTS:
            values = ", ".join(
                (
                    script.literal(script.table),
                    key_as_text(script, "OLD" if event == "delete" else "NEW"),
                    script.literal(event),
                    user,
                    "NULL" if event == "insert" else old,
                    "NULL" if event == "delete" else new,
                )
            )
            body = (
                f"INSERT INTO {script.place(self.log)} (table_name, row_key, action, changed_by, old_values, new_values)\n"
                f"VALUES ({values});"
            )
            when = changed(script, self.columns) if event == "update" else ""
            script.trigger(script.name(script.table, self.log, "on", event), "after", event, body, when=when)

    # ------------------------------------------------------------ what is said

    def _say(self, script: Script) -> None:
        setting, table = self.setting, script.table
        if script.engine == "postgres":
            script.example(
                "At the beginning of each transaction: who it acts for. It ends with the transaction.",
                f"SELECT set_config({script.literal(setting)}, 'anna', true)",
            )
        elif script.engine == "mysql":
            script.example(
                "When a connection is taken from the pool: who it acts for. It lasts until it is set again.",
                f"SET @{setting.replace('.', '_')} = 'anna'",
            )
            script.notes.append(
                "MySQL fires no triggers for rows that a foreign key's ON DELETE or ON UPDATE changes, and none for TRUNCATE: "
                f"{self.log} does not see those."
            )
        else:
            user = script.quote(f"{self.log}_user")
            script.example(
                "Inside each transaction: who it acts for. SQLite has one writer at a time, so that no other sees it.",
                f"INSERT INTO {user} (id, name) VALUES (1, 'anna');",
                "-- … the changes …",
                f"DELETE FROM {user}",
            )
            script.notes.append(
                f"REPLACE takes rows of {table} away without a trigger unless PRAGMA recursive_triggers is on."
            )
        script.example(
            "The history of one row.",
            f"SELECT * FROM {script.place(self.log)}",
            f"WHERE table_name = {script.literal(table)} AND row_key = '1' ORDER BY id",
        )


def _array(names: tuple[str, ...]) -> str:
    """Names as an array of texts, in PostgreSQL's own spelling."""
    return "{" + ",".join('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in names) + "}"
