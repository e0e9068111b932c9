"""A whole catalog → statements in dependency order, and statements → one script."""

import re
from collections.abc import Iterable, Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Grant, Namespace, Role, Table, Trigger, View
from dbwright.catalog.objects import Sequence as NumberSequence
from dbwright.engines.mysql.ddl_table import create_table, foreign_key
from dbwright.engines.mysql.text import tokens
from dbwright.engines.mysql.words import account, literal, tick

_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"
_FOLLOWS = re.compile(r" FOR EACH ROW FOLLOWS `((?:[^`]|``)+)` ")


def emit(catalog: Catalog) -> list[str]:
    """Sequences, tables, foreign keys in cycles, routines, views, triggers, events, accounts and grants.

    Routines come before views, which may call them; bodies are not checked for the tables that they name until they run.
    Accounts that are missing are made locked, so that nobody can log in by them.
    """
    writer = _Writer(len({namespace.name for namespace in catalog.namespaces} - {""}) > 0)
    for namespace in catalog.namespaces:
        writer.open(namespace)
    for sequence in catalog.sequences:
        writer.add(sequence.namespace, create_sequence(sequence))
    _write_tables(writer, catalog)
    for routine in catalog.routines:
        writer.add(routine.namespace, routine.definition, routine.settings)
    for view in in_order_of_use(catalog.views):
        writer.add(view.namespace, create_view(view))
    for table in catalog.tables:
        for trigger in chained(table.triggers):
            writer.add(table.namespace, trigger.definition, trigger.settings)
    for event in catalog.events:
        writer.add(event.namespace, event.definition, event.settings)
    for role in catalog.roles:
        writer.add("", create_role(role))
    for role in catalog.roles:
        for group in role.member_of:
            writer.add("", f"GRANT {account(group)} TO {account(role.name)}")
    for grant in catalog.grants:
        writer.add(grant.on.namespace, grant_statement(grant, catalog))
    return writer.finished()


class _Writer:
    """Collects statements, changing the database and the session's settings only where the next statement needs it."""

    def __init__(self, several: bool) -> None:
        self._several = several
        self._statements: list[str] = []
        self._namespace = ""
        self._settings = {"sql_mode": _MODE, "time_zone": ""}

    def open(self, namespace: Namespace) -> None:
        charset = f" CHARACTER SET {namespace.charset}" if namespace.charset else ""
        collation = f" COLLATE {namespace.collation}" if namespace.collation else ""
        if namespace.name:
            self._statements.append(f"CREATE DATABASE IF NOT EXISTS {tick(namespace.name)}{charset}{collation}")
        elif charset or collation:
            self._statements.append(f"ALTER DATABASE{charset}{collation}")

    def add(self, namespace: str, statement: str, settings: dict[str, str] | None = None) -> None:
        if self._several and namespace and namespace != self._namespace:
            self._statements.append(f"USE {tick(namespace)}")
            self._namespace = namespace
        wanted = {"sql_mode": _MODE, "time_zone": ""} | (settings or {})
        for name, value in wanted.items():
            if self._settings[name] != value:
                shown = literal(value) if value or name != "time_zone" else "@dbwright_time_zone"
                self._statements.append(f"SET SESSION {name} = {shown}")
                self._settings[name] = value
        self._statements.append(statement)

    def finished(self) -> list[str]:
        if not self._statements:
            return []
        return [
            "SET @dbwright_sql_mode = @@SESSION.sql_mode, @dbwright_time_zone = @@SESSION.time_zone",
            f"SET SESSION sql_mode = '{_MODE}'",
            *self._statements,
            "SET SESSION sql_mode = @dbwright_sql_mode, time_zone = @dbwright_time_zone",
        ]


# ---------------------------------------------------------------- tables


def _write_tables(writer: _Writer, catalog: Catalog) -> None:
    """Parents before children; a foreign key that would close a cycle is added when all tables stand."""
    lookup = Lookup(catalog)
    done: set[tuple[str, str]] = set()
    later: list[tuple[Table, ForeignKey]] = []
    for table in _parents_first(catalog, lookup):
        own = (table.namespace, table.name)
        now: list[ForeignKey] = []
        for key in table.foreign_keys:
            if key.table == own or key.table in done or lookup.table(key.table) is None:
                now.append(key)
            else:
                later.append((table, key))
        writer.add(table.namespace, create_table(table, tuple(now), catalog.engine))
        done.add(own)
    for table, key in later:
        writer.add(table.namespace, f"ALTER TABLE {tick(table.name)} ADD {foreign_key(key, table.namespace)}")


def _parents_first(catalog: Catalog, lookup: Lookup) -> list[Table]:
    waiting = {(table.namespace, table.name): _parents(table, lookup) for table in catalog.tables}
    children: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, parents in waiting.items():
        for parent in parents:
            children.setdefault(parent, []).append(name)
    order: list[tuple[str, str]] = []
    ready = [name for name, parents in waiting.items() if not parents]
    while waiting:
        if not ready:
            ready = [min(waiting, key=lambda name: (len(waiting[name]), name))]
        for name in ready:
            waiting.pop(name)
            order.append(name)
        freed: list[tuple[str, str]] = []
        for name in ready:
            for child in children.get(name, ()):
                if child in waiting:
                    waiting[child].discard(name)
                    if not waiting[child] and child not in freed:
                        freed.append(child)
        ready = freed
    tables = {(table.namespace, table.name): table for table in catalog.tables}
    return [tables[name] for name in order]


def _parents(table: Table, lookup: Lookup) -> set[tuple[str, str]]:
    own = (table.namespace, table.name)
    return {key.table for key in table.foreign_keys if key.table != own and lookup.table(key.table)}


# ---------------------------------------------------------------- the other objects


def create_sequence(sequence: NumberSequence) -> str:
    """CREATE SEQUENCE of MariaDB."""
    words = [f"CREATE SEQUENCE {tick(sequence.name)} START WITH {sequence.start}"]
    words += [f"MINVALUE {sequence.minimum}"] if sequence.minimum is not None else []
    words += [f"MAXVALUE {sequence.maximum}"] if sequence.maximum is not None else []
    words += [f"INCREMENT BY {sequence.increment}", f"CACHE {sequence.cache}" if sequence.cache else "NOCACHE"]
    return " ".join([*words, "CYCLE" if sequence.cycle else "NOCYCLE"])


def create_view(view: View, *, replace: bool = False) -> str:
    """CREATE VIEW, or CREATE OR REPLACE VIEW."""
    options = view.options
    words = ["CREATE OR REPLACE" if replace else "CREATE"]
    words += [f"ALGORITHM={options['algorithm'].upper()}"] if "algorithm" in options else []
    words += ["SQL SECURITY INVOKER"] if options.get("sql_security") == "invoker" else []
    columns = f" ({', '.join(tick(column.name) for column in view.columns)})" if view.columns else ""
    text = f"{' '.join(words)} VIEW {tick(view.name)}{columns} AS {view.definition}"
    check = options.get("check_option")
    return f"{text} WITH {check.upper()} CHECK OPTION" if check else text


def in_order_of_use(views: Iterable[View]) -> list[View]:
    """Views after the views that they read."""
    waiting = {view.ref: view for view in views}
    order: list[View] = []

    def place(view: View, above: frozenset[Ref]) -> None:
        for ref in view.depends_on:
            if ref in waiting and ref not in above:
                place(waiting[ref], above | {ref})
        if waiting.pop(view.ref, None):
            order.append(view)

    for view in list(waiting.values()):
        if view.ref in waiting:
            place(view, frozenset((view.ref,)))
    return order


def chained(triggers: tuple[Trigger, ...]) -> list[Trigger]:
    """Triggers after those that they follow."""
    order: list[Trigger] = []
    waiting = list(triggers)
    names = {trigger.name for trigger in triggers}
    while waiting:
        placed = {trigger.name for trigger in order}
        ready = [each for each in waiting if followed(each) not in names - placed] or waiting
        order += ready
        waiting = [each for each in waiting if each not in ready]
    return order


def followed(trigger: Trigger) -> str | None:
    """The trigger that another one says it follows."""
    found = _FOLLOWS.search(trigger.definition)
    return found[1].replace("``", "`") if found else None


def create_role(role: Role) -> str:
    """An account that nobody can log in by, or a role, where it is missing."""
    if role.login:
        return f"CREATE USER IF NOT EXISTS {account(role.name)} ACCOUNT LOCK"
    return f"CREATE ROLE IF NOT EXISTS {account(role.name)}"


def grant_statement(grant: Grant, catalog: Catalog) -> str:
    """GRANT … ON … TO …"""
    option = " WITH GRANT OPTION" if grant.grantable else ""
    return f"GRANT {_privileges(grant)} ON {_granted_on(grant, catalog)} TO {account(grant.grantee)}{option}"


def revoke_statements(grant: Grant, catalog: Catalog) -> list[str]:
    """REVOKE … ON … FROM …, with the right to pass it on where that was granted."""
    on, grantee = _granted_on(grant, catalog), account(grant.grantee)
    statements = [f"REVOKE {_privileges(grant)} ON {on} FROM {grantee}"]
    return [*statements, f"REVOKE GRANT OPTION ON {on} FROM {grantee}"] if grant.grantable else statements


def _privileges(grant: Grant) -> str:
    columns = f" ({', '.join(tick(column) for column in grant.columns)})" if grant.columns else ""
    return ", ".join(f"{privilege}{columns}" for privilege in grant.privileges)


def _granted_on(grant: Grant, catalog: Catalog) -> str:
    namespace = f"{tick(grant.on.namespace)}." if grant.on.namespace else ""
    match grant.on.kind:
        case "namespace" | "catalog":
            return f"{namespace}*"
        case "routine":
            routine = next((each for each in catalog.routines if each.ref == grant.on), None)
            kind = "PROCEDURE" if routine and routine.kind == "procedure" else "FUNCTION"
            return f"{kind} {namespace}{tick(routine.name if routine else grant.on.name.partition('(')[0])}"
    return f"{namespace}{tick(grant.on.name)}"


# ---------------------------------------------------------------- one file


def script(statements: Sequence[str]) -> str:
    """Statements with terminators; a body with semicolons of its own stands between DELIMITER lines."""
    lines: list[str] = []
    for statement in statements:
        statement = statement.rstrip().rstrip(";")
        if ";" not in tokens(statement):
            lines.append(f"{statement};\n")
            continue
        mark = next(mark for mark in ("$$", "//", "|||", "<<>>", "@@end@@") if mark not in statement)
        lines.append(f"DELIMITER {mark}\n{statement}\n{mark}\nDELIMITER ;\n")
    return "\n".join(lines)
