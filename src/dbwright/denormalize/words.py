"""How an engine writes what keeps redundancy true: names, comparisons, triggers and their functions."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Routine, Table, Trigger
from dbwright.change.operations import CreateObject, CreateTrigger

Event = Literal["insert", "update", "delete", "truncate"]
_MARK = re.compile(r'/\* dbwright keeps ([a-z]+) ("(?:[^"\\]|\\.)*") \*/')


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's own words.

    engine: "postgres", "mysql" (MariaDB too) or "sqlite". quote: a name as the engine writes it. free: (namespace, wanted
    name) → that name or one near it that no trigger or routine has yet. version: the server's; empty where not known.
    """

    engine: str
    quote: Callable[[str], str]
    free: Callable[[str, str], str]
    version: tuple[int, ...] = ()

    def place(self, table: Table) -> str:
        """A table as a statement names it."""
        return self.named(table.namespace, table.name)

    def named(self, namespace: str, name: str) -> str:
        """An object as a statement names it."""
        return ".".join(self.quote(part) for part in (namespace, name) if part)

    def differ(self, one: str, other: str) -> str:
        """The condition that two values differ, NULL being a value."""
        if self.engine == "mysql":
            return f"NOT ({one} <=> {other})"
        return f"{one} {'IS DISTINCT FROM' if self.engine == 'postgres' else 'IS NOT'} {other}"

    def same(self, one: str, other: str) -> str:
        """The condition that two values are the same, NULL being a value."""
        operator = {"mysql": "<=>", "postgres": "IS NOT DISTINCT FROM"}.get(self.engine, "IS")
        return f"{one} {operator} {other}"

    # ------------------------------------------------------------ triggers

    def trigger(
        self, table: Table, name: str, timing: Literal["before", "after"], event: Event, body: str, *,
        of: Sequence[str] = (), when: str = "",
    ) -> CreateTrigger:  # fmt: skip
        """A trigger for each row of MySQL or SQLite. body: statements, each with its semicolon.

        of: the columns whose update fires it, when: the condition on which it does; MySQL knows neither, and tests `when`
        inside.
        """
        sqlite = self.engine == "sqlite"
        if not sqlite and when:
            body = f"IF {when} THEN {body} END IF;"
        each = f"{f' WHEN {when}' if when else ''} BEGIN {body} END" if sqlite else f" FOR EACH ROW BEGIN {body} END"
        columns = f" OF {', '.join(map(self.quote, of))}" if sqlite and of and event == "update" else ""
        place = self.quote(table.name) if sqlite else self.place(table)
        definition = f"CREATE TRIGGER {self.quote(name)} {timing.upper()} {event.upper()}{columns} ON {place}{each}"
        return CreateTrigger(
            target=table.ref, trigger=Trigger(name=name, timing=timing, events=(event,), definition=definition)
        )

    def function(self, namespace: str, name: str, body: str) -> CreateObject:
        """A trigger function of PostgreSQL. body: the statements between BEGIN and END, with declarations before a BEGIN."""
        text = body if body.startswith("DECLARE") else f"BEGIN\n{body}"
        routine = Routine(
            namespace=namespace,
            name=name,
            definition=(
                f"CREATE OR REPLACE FUNCTION {self.named(namespace, name)}()\n RETURNS trigger\n LANGUAGE plpgsql\n"
                f"AS $function$\n{text}\nEND\n$function$"
            ),
            returns="trigger",
            language="plpgsql",
            volatility="volatile",
        )
        return CreateObject(target=Ref("routine", routine.ref.path), object=routine)

    def calling(
        self, table: Table, name: str, timing: Literal["before", "after"], events: Sequence[Event], function: str, *,
        of: Sequence[str] = (), rows: bool = False,
    ) -> CreateTrigger:  # fmt: skip
        """A trigger of PostgreSQL that calls a function: for each row where `rows`, else for each statement.

        One for a statement sees its rows as `old_rows` and `new_rows`. The text stands as the server prints it.
        """
        order = [event for event in ("insert", "delete", "update", "truncate") if event in events]
        columns = f" OF {', '.join(map(self.quote, of))}" if of else ""
        named = " OR ".join(f"{event.upper()}{columns if event == 'update' else ''}" for event in order)
        seen = ""
        if not rows and events != ("truncate",):
            tables = ["OLD TABLE AS old_rows"] if order[0] != "insert" else []
            tables += ["NEW TABLE AS new_rows"] if order[0] != "delete" else []
            seen = f" REFERENCING {' '.join(tables)}"
        definition = (
            f"CREATE TRIGGER {self.quote(name)} {timing.upper()} {named} ON {self.place(table)}{seen}"
            f" FOR EACH {'ROW' if rows else 'STATEMENT'} EXECUTE FUNCTION {function}()"
        )
        trigger = Trigger(
            name=name,
            timing=timing,
            events=tuple(event for event in ("insert", "update", "delete", "truncate") if event in events),
            definition=definition,
            for_each="row" if rows else "statement",
        )
        return CreateTrigger(target=table.ref, trigger=trigger)


# ---------------------------------------------------------------- what a trigger says of itself


def mark(kind: str, text: str) -> str:
    """The comment in a trigger by which it is recognised later. text: the option's value that asked for it."""
    written = json.dumps(text).replace("*/", "*\\u002f").replace("$", "\\u0024")
    return f"/* dbwright keeps {kind} {written} */"


def marks(text: str) -> list[tuple[str, str]]:
    """The marks in a trigger or a routine: kinds and texts, in their order."""
    return [(kind, str(json.loads(written))) for kind, written in _MARK.findall(text)]
