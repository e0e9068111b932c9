"""Which columns are joined where: in views, routines, triggers, the queries that the server has run, and the application's files."""

import re
from collections.abc import Iterator, Mapping, Sequence

from dbwright.catalog.facts import JoinSeen, QuerySeen
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, Trigger, View
from dbwright.readers.sql.bodies import queries_in
from dbwright.readers.sql.embedded import queries_of_files
from dbwright.readers.sql.joins import JoinReader, Pair
from dbwright.readers.sql.scan import Dialect

MOST_QUERIES = 500
"""Of the queries that the server keeps, the most called ones are read."""
MOST_TEXTS = 500
"""The most definitions of each kind, and queries in files, that are read."""

_MAY_JOIN = re.compile(r"\bJOIN\b|\bIN\s*\(\s*SELECT\b|\bWHERE\b|\bUSING\b", re.IGNORECASE)
_DIALECTS: Mapping[str, Dialect] = {"postgres": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


def joins_of(catalog: Catalog, queries: Sequence[QuerySeen] = (), sources: Sequence[str] = ()) -> tuple[JoinSeen, ...]:
    """Every pair of columns that something sets equal. sources: files and folders of the application.

    Nothing raises: what cannot be read or understood is passed over.
    """
    reader = JoinReader(catalog)
    dialect = _DIALECTS.get(catalog.engine, "postgres")
    found: dict[tuple[Pair, str, str], int] = {}
    for where, name, calls, text, rows in _texts(catalog, dialect, queries, sources):
        for pair in reader.joins(text, rows):
            found[pair, where, name] = found.get((pair, where, name), 0) + calls
    return tuple(
        JoinSeen(left=left, right=right, where=where, name=name, calls=calls)
        for ((left, right), where, name), calls in sorted(found.items())
    )


_Text = tuple[str, str, int, str, Mapping[str, Ref] | None]
"""Where it stands, what that is called, how often it ran, its text, and the names that stand for rows."""


def _texts(catalog: Catalog, dialect: Dialect, queries: Sequence[QuerySeen], sources: Sequence[str]) -> Iterator[_Text]:
    for view in catalog.views[:MOST_TEXTS]:
        if _MAY_JOIN.search(view.definition):
            yield "view", str(view.ref), 1, view.definition, None
    for routine in catalog.routines[:MOST_TEXTS]:
        if _MAY_JOIN.search(routine.definition):
            shown = f"{routine.namespace}.{routine.name}".lstrip(".")
            for query in queries_in(routine.definition, dialect):
                yield "routine", shown, 1, query, None
    yield from _of_triggers(catalog, dialect)
    for seen in sorted(queries, key=lambda each: -each.calls)[:MOST_QUERIES]:
        if _MAY_JOIN.search(seen.sql):
            yield "query", _shortened(seen.sql), max(1, seen.calls), seen.sql, None
    for source in sources:
        for count, (file, query) in enumerate(queries_of_files(source, dialect)):
            if count >= MOST_TEXTS:
                break
            yield "application", file, 1, query, None


def _of_triggers(catalog: Catalog, dialect: Dialect) -> Iterator[_Text]:
    """The queries of triggers, where NEW and OLD stand for rows of their table; PostgreSQL's stand in a function."""
    bodies = {(each.namespace, each.name): each.definition for each in catalog.routines if each.returns == "trigger"}
    owners: list[Table | View] = [*catalog.tables, *catalog.views]
    for owner in owners:
        for trigger in owner.triggers:
            rows = {"new": owner.ref, "old": owner.ref}
            for text in (trigger.definition, *_called(trigger, bodies)):
                if _MAY_JOIN.search(text):
                    for query in queries_in(text, dialect):
                        yield "trigger", f"{owner.ref}.{trigger.name}", 1, query, rows


def _called(trigger: Trigger, bodies: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The definition of the function that a trigger of PostgreSQL runs."""
    found = re.search(r"EXECUTE\s+(?:FUNCTION|PROCEDURE)\s+([^\s(]+)", trigger.definition, re.IGNORECASE)
    if found:
        path = tuple(part.strip('"') for part in found[1].split("."))
        for known, definition in bodies.items():
            if known[-len(path) :] == path:
                yield definition
                return


def _shortened(sql: str) -> str:
    """The beginning of a query as its name."""
    text = " ".join(sql.split())
    return text if len(text) <= 60 else f"{text[:57]}…"
