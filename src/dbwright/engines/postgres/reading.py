"""What all parts of the inspection share: the open transaction, and the names behind object identifiers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, cast

import psycopg

from dbwright.catalog.names import Ref
from dbwright.catalog.types import Type
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.types import array_of, meaning, user_type
from dbwright.engines.postgres.words import TEMPORARY, identifier

_USER_KINDS = {"e": "enum", "d": "domain", "c": "composite", "r": "range", "m": "range"}
_VARCHAR_ALTERNATIVES = ("bpchar_ops", "bpchar_pattern_ops")


class Reading:
    """One consistent look at a database: a read-only transaction, and the names of what was read so far.

    namespaces: names by object identifier of those that are read. relations: Ref of each table, view and sequence.
    columns: name by number of each relation's columns. column_rows: all that was read of them.
    """

    def __init__(self, connection: psycopg.Connection[Any], version: int) -> None:
        self.connection = connection
        self.version = version
        self.namespaces: dict[int, str] = {}
        self.owner = 0
        self.roles: dict[int, str] = {}
        self.relations: dict[int, Ref] = {}
        self.columns: dict[int, dict[int, str]] = {}
        self.routines: dict[int, Ref] = {}
        self.types: dict[int, Ref] = {}
        self.column_rows: dict[int, list[tuple[Any, ...]]] = {}
        self._asked: dict[str, Future[list[tuple[Any, ...]]]] = {}

    @contextmanager
    def ahead(self, questions: Sequence[str]) -> Iterator[None]:
        """Ask these one after another in the background, so that the server works on the next while we read the last."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="dbwright-catalog") as asker:
            self._asked = {sql: asker.submit(self._ask, sql, None) for sql in questions}
            try:
                yield
            except BaseException:
                asker.shutdown(wait=False, cancel_futures=True)
                # The server may be in the middle of one that nobody waits for any more.
                with suppress(psycopg.Error):
                    self.connection.cancel_safe(timeout=2.0)
                raise

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """All rows of one question to the system catalogs."""
        asked = self._asked.pop(sql, None) if parameters is None else None
        return asked.result() if asked else self._ask(sql, parameters)

    def _ask(self, sql: str, parameters: Mapping[str, object] | None) -> list[tuple[Any, ...]]:
        with self.connection.cursor(binary=True) as cursor:
            cursor.execute(sql.encode(), parameters or {"namespaces": list(self.namespaces)})
            return cursor.fetchall()

    def namespace(self, name: str) -> str:
        """A namespace's name in the catalog: the session's own temporary one has a name that stays the same."""
        return TEMPORARY if name.startswith("pg_temp_") else name

    def owner_name(self, oid: int) -> str | None:
        """The owner's name; None for the owner of the database."""
        return None if oid == self.owner else self.roles.get(oid)

    def comment(self, catalog: str, oid: int, part: int = 0) -> str | None:
        """The comment on an object, or on a column of it."""
        return self._comments.get((catalog, oid, part))

    @cached_property
    def _comments(self) -> dict[tuple[str, int, int], str]:
        return {(row[0], row[1], row[2]): row[3] for row in self.rows(queries.COMMENTS)}

    @cached_property
    def type_names(self) -> dict[tuple[int, int], Type]:
        """What each type with its modifier means."""
        found: dict[tuple[int, int], Type] = {}
        pairs = list({(row[3], row[4]) for rows in self.column_rows.values() for row in rows})
        parameters = {
            "namespaces": list(self.namespaces),
            "types": [oid for oid, _ in pairs],
            "modifiers": [modifier for _, modifier in pairs],
        }
        for oid, modifier, spelling, kind, namespace, name, *element in self.rows(queries.TYPES_IN_USE, parameters):
            if element[0] is not None:
                inner = _type(element[0], element[1], element[2], element[3])
                found[oid, modifier] = array_of(inner, spelling)
            else:
                found[oid, modifier] = _type(kind, namespace, name, spelling)
        return found

    @cached_property
    def _classes_and_collations(self) -> tuple[dict[int, str], dict[int, str | None], dict[int, str]]:
        collations: dict[int, str] = {}
        classes: dict[int, str | None] = {}
        all_classes: dict[int, str] = {}
        for kind, oid, namespace, name, default, _ in self.rows(queries.OPERATOR_CLASSES_AND_COLLATIONS):
            shown = identifier(name) if namespace == "pg_catalog" else f"{identifier(namespace)}.{identifier(name)}"
            if kind == "c":
                collations[oid] = shown
            else:
                all_classes[oid] = shown
                classes[oid] = None if default else shown
        return collations, classes, all_classes

    def collation(self, oid: int | None) -> str | None:
        """A collation as SQL spells it; None for none and for the database's own."""
        if not oid or oid == 100:
            return None
        return self._classes_and_collations[0].get(oid)

    def any_collation(self, oid: int | None) -> str | None:
        """A collation as SQL spells it, the database's own too."""
        return self._classes_and_collations[0].get(oid) if oid else None

    def any_operator_class(self, oid: int | None) -> str | None:
        """An operator class as SQL spells it, a default one too."""
        return self._classes_and_collations[2].get(oid) if oid else None

    def operator_class(self, oid: int, type_spelling: str = "") -> str | None:
        """An operator class as SQL spells it; None for the default one of its type."""
        name = self._classes_and_collations[2].get(oid)
        if name in _VARCHAR_ALTERNATIVES and type_spelling.startswith("character varying"):
            return name
        return self._classes_and_collations[1].get(oid)

    @cached_property
    def dependencies(self) -> dict[tuple[str, int], tuple[Ref, ...]]:
        """What views ("r", relation) and routines ("p", routine) stand on."""
        found: dict[tuple[str, int], set[Ref]] = defaultdict(set)
        of_kind = {"pg_class": self.relations, "pg_proc": self.routines, "pg_type": self.types}
        for kind, oid, catalog, referenced in self.rows(queries.DEPENDENCIES):
            ref = of_kind[catalog].get(referenced)
            if ref is not None:
                found[kind, oid].add(ref)
        return {key: tuple(sorted(refs)) for key, refs in found.items()}


def _type(kind: str, namespace: str, name: str, spelling: str) -> Type:
    if kind in _USER_KINDS and namespace != "pg_catalog":
        return user_type(cast(Any, _USER_KINDS[kind]), spelling, namespace, name)
    return meaning(spelling)


def options(*lists: list[str] | None, prefix: str = "") -> dict[str, str]:
    """Storage parameters ("fillfactor=70") as names and values."""
    found = {}
    for each in lists:
        for entry in each or ():
            name, _, value = entry.partition("=")
            found[prefix + name] = value
    return found
