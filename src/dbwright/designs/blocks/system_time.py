"""What every row held at any moment: system time."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.rows_as_json import changed
from dbwright.designs.blocks.script import Event, Script
from dbwright.errors import Unsupported, UsageError

_FROM, _TO = "valid_from", "valid_to"


class SystemTime(Block, frozen=True, kw_only=True):
    """Every version of every row with the time from when to when it was the present one, so that a table can be read as of any moment.

    The versions stand in a table beside it, the present ones with an open end; triggers write them, and the table itself stays as it
    is. MariaDB has system versioning of its own, which sees what foreign keys change, too, and is taken there.
    """

    history: Annotated[str, about("The name of the table of versions; made from the table's where empty.")] = ""
    types: Annotated[dict[str, str], about("The columns whose values are kept, with their types.")] = {}
    hidden: Annotated[tuple[str, ...], about("Columns that are not kept: secrets.")] = ()
    way: Annotated[
        Literal["auto", "triggers", "native"], about("By triggers, or natively; auto is natively where the server can.")
    ] = "auto"

    def write(self, script: Script) -> None:
        if self.way == "native" and not script.is_mariadb:
            raise Unsupported(script.title, "system versioning of its own", hint="Choose way=triggers.")
        if script.is_mariadb and self.way != "triggers":
            self._natively(script)
            return
        types = {name: kind for name, kind in self.types.items() if name not in self.hidden}
        if not types:
            raise UsageError(
                f"The columns of {script.table} are not known.", hint="Name them with their types in the option types."
            )
        writer = _Versions(script, self.history or script.name(script.table, "history"), types)
        if missing := [name for name in script.key if name not in types]:
            raise UsageError(f"The versions of {script.table} cannot be told apart without {', '.join(missing)}.")
        writer.table()
        if script.engine == "postgres":
            writer.on_postgres()
        else:
            writer.on_others()
        writer.say()

    def _natively(self, script: Script) -> None:
        altered = f"ALTER TABLE {script.place()}"
        script.add(f"{altered} ADD SYSTEM VERSIONING", f"{altered} DROP SYSTEM VERSIONING")
        place = script.place()
        as_of = "FOR SYSTEM_TIME AS OF TIMESTAMP'2024-05-01 10:00:00'"
        script.example("The rows as they were.", f"SELECT * FROM {place} {as_of}")
        script.example(
            "All versions of one row.", f"SELECT *, row_start, row_end FROM {place} FOR SYSTEM_TIME ALL WHERE …"
        )
        script.notes.append(
            "mysqldump and mariadb-dump keep the present rows only, unless --dump-history is given (MariaDB 10.11 and later)."
        )


class _Versions:
    def __init__(self, script: Script, name: str, types: dict[str, str]) -> None:
        self.script, self.name, self.types = script, name, types
        self.place = script.place(name)
        if taken := [each for each in (_FROM, _TO) if each in types]:
            raise UsageError(
                f"{script.table} has a column {taken[0]} of its own, which the versions need for their time."
            )

    def table(self) -> None:
        script, moment = self.script, self.script.t.moment
        columns = [(name, kind, "") for name, kind in self.types.items()]
        columns += [
            (_FROM, f"{moment} NOT NULL", "From when on this was the present version."),
            (_TO, moment, "Until when; NULL for the present one."),
        ]
        constraints = [
            f"CONSTRAINT {script.quote(script.name(self.name, 'pkey'))} PRIMARY KEY ({script.listed((*script.key, _FROM))})",
            f"CONSTRAINT {script.quote(script.name(self.name, 'time_check'))} CHECK ({_TO} > {_FROM})",
        ]
        script.create_table(
            self.name, columns, constraints, f"Every version of every row of {script.table}; triggers write it."
        )
        script.index(script.name(self.name, "time_idx"), (_FROM, _TO), table=self.name)

    # ------------------------------------------------------------ triggers

    def on_postgres(self) -> None:
        """Two changes in one transaction are one version: nobody else ever saw the first."""
        script = self.script
        name = script.name(script.table, "versions")
        present = f"{script.same_row('OLD')} AND {_TO} IS NULL"
        ended = f"greatest(now(), {_FROM} + interval '1 microsecond')"
        into = f"INSERT INTO {self.place} ({script.listed((*self.types, _FROM))})"
        body = f"""\
IF TG_OP = 'UPDATE' AND NOT ({changed(script, list(self.types))}) THEN
    RETURN NULL;
END IF;
IF TG_OP <> 'INSERT' THEN
    DELETE FROM {self.place} WHERE {present} AND {_FROM} = now();
    UPDATE {self.place} SET {_TO} = {ended} WHERE {present} RETURNING {_TO} INTO moment;
END IF;
IF TG_OP <> 'DELETE' THEN
    {into}
    VALUES ({script.listed(self.types, "NEW")}, coalesce(moment, now()));
END IF;"""
        script.function(name, body, declare="moment timestamptz;", returns="RETURN NULL;")
        script.call(name, "after", ("insert", "update", "delete"), name)
        self._fill("now()")

    def on_others(self) -> None:
        script = self.script
        present = f"{script.same_row('OLD')} AND {_TO} IS NULL"
        now = script.t.now
        # Two changes within the clock's precision are one version, on SQLite a millisecond.
        begun = f"{_FROM} {'>=' if script.engine == 'sqlite' else '='} {now}"
        ended = now if script.engine == "sqlite" else f"GREATEST({now}, {_FROM} + INTERVAL 1 MICROSECOND)"
        closed = f"DELETE FROM {self.place} WHERE {present} AND {begun};\nUPDATE {self.place} SET {_TO} = {ended} WHERE {present};"
        begins = now
        if script.engine == "mysql":
            last = f"SELECT MAX(h.{_TO}) FROM {self.place} AS h WHERE {script.same_row('NEW', prefix='h.')}"
            begins = f"GREATEST({now}, COALESCE(({last}), {now}))"
        opened = (
            f"INSERT INTO {self.place} ({script.listed((*self.types, _FROM))})\n"
            f"VALUES ({script.listed(self.types, 'NEW')}, {begins});"
        )
        bodies: dict[Event, str] = {"insert": opened, "update": f"{closed}\n{opened}", "delete": closed}
        for event, body in bodies.items():
            when = changed(script, list(self.types)) if event == "update" else ""
            script.trigger(script.name(self.name, "on", event), "after", event, body, when=when)
        self._fill(now)

    def _fill(self, now: str) -> None:
        script = self.script
        if script.engine != "postgres":
            # While the triggers were made one after the other, a row may have been inserted with a version and changed without.
            script.fills.append(f"DELETE FROM {self.place} WHERE {_TO} IS NULL")
        listed = script.listed(self.types)
        own = " AND ".join(f"h.{script.quote(name)} = t.{script.quote(name)}" for name in script.key)
        script.fill(
            f"INSERT INTO {self.place} ({listed}, {_FROM})\nSELECT {script.listed(self.types, 't')}, {now} FROM {script.place()} AS t\n"
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.place} AS h WHERE {own} AND h.{_TO} IS NULL)"
        )

    # ------------------------------------------------------------ what is said

    def say(self) -> None:
        script = self.script
        listed = script.listed(self.types)
        script.example(
            "The rows as they were at a moment.",
            f"SELECT {listed} FROM {self.place}",
            f"WHERE {_FROM} <= :moment AND ({_TO} IS NULL OR {_TO} > :moment)",
        )
        key = script.quote(script.key[0])
        script.example("All versions of one row.", f"SELECT * FROM {self.place} WHERE {key} = 1 ORDER BY {_FROM}")
        script.notes.append(
            f"A column that is added to {script.table} later is not kept until it is added to {self.name} and the triggers are made anew."
        )
        if script.engine == "mysql":
            script.notes.append(
                f"MySQL fires no triggers for rows that a foreign key's ON DELETE or ON UPDATE changes: {self.name} does not see those."
            )
        if script.engine == "sqlite":
            script.notes.append(
                f"REPLACE takes rows of {script.table} away without a trigger unless PRAGMA recursive_triggers is on."
            )
