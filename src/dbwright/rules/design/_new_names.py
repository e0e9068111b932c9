"""Names for constraints and indexes that a fix adds, by the convention that the schema itself follows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.denormalize.names import shortened
from dbwright.denormalize.words import Words
from dbwright.rules.base import Subject

Kind = Literal["foreign_key", "index", "unique", "check"]

_PATTERNS: dict[Kind, tuple[str, ...]] = {
    "foreign_key": (
        "{table}_{columns}_fkey",
        "fk_{table}_{columns}",
        "{table}_{columns}_fk",
        "{table}_{columns}_foreign",
        "fk_{table}_{parent}",
        "FK_{table}{columns}",
        "FK_{table}_{columns}",
        "fk_{columns}",
    ),
    "index": (
        "{table}_{columns}_idx",
        "ix_{table}_{columns}",
        "idx_{table}_{columns}",
        "index_{table}_on_{columns}",
        "{table}_{columns}_index",
        "IX_{table}_{columns}",
        "IX_{table}{columns}",
        "IFK_{table}{columns}",
        "idx_{columns}",
        "idx_fk_{columns}",
        "ix_{columns}",
    ),
    "unique": (
        "{table}_{columns}_key",
        "uq_{table}_{columns}",
        "{table}_{columns}_unique",
        "{table}_{columns}_uq",
        "uk_{table}_{columns}",
        "ux_{table}_{columns}",
        "unique_{table}_{columns}",
    ),
    "check": (
        "{table}_{columns}_check",
        "ck_{table}_{columns}",
        "chk_{table}_{columns}",
        "{table}_{columns}_chk",
        "{table}_{columns}_ck",
    ),
}
_POSTGRES_HABIT = 0
_COMMON_HABIT = 1


def new_name(subject: Subject, kind: Kind, table: Table, columns: Sequence[str], parent: str = "") -> str:
    """A free name for a new constraint or index of a table over columns (for a check, words that tell it).

    It follows the pattern that most existing ones of the kind follow, else the engine's own habit, and keeps its limit.
    """
    patterns = _PATTERNS[kind]
    votes = _votes(subject.lookup, kind)
    habit = patterns[_POSTGRES_HABIT if subject.engine == "postgres" else _COMMON_HABIT]
    pattern = max(patterns, key=lambda each: (votes[each], each == habit))
    wanted = _fill(pattern, table.name, columns, parent)
    taken = _taken(subject.lookup, table.namespace)
    for number in range(1, 1000):
        name = _shortened(subject, wanted if number == 1 else f"{wanted}_{number}")
        if name.casefold() not in taken:
            return name
    return _shortened(subject, f"{wanted}_{sha256(wanted.encode()).hexdigest()[:8]}")


def free_name(subject: Subject, namespace: str, wanted: str) -> str:
    """The wanted name, or one near it, for an object whose name is nobody's yet, triggers and routines among them."""
    taken = _taken(subject.lookup, namespace) | _taken_by_code(subject.lookup, namespace)
    for number in range(1, 1000):
        name = _shortened(subject, wanted if number == 1 else f"{wanted}_{number}")
        if name.casefold() not in taken:
            return name
    return _shortened(subject, f"{wanted}_{sha256(wanted.encode()).hexdigest()[:8]}")


def trigger_words(subject: Subject) -> Words:
    """How triggers are written for the subject's engine, with names that nobody has yet."""
    return Words(
        engine=subject.engine,
        quote=subject.quote,
        free=lambda namespace, wanted: free_name(subject, namespace, wanted),
        version=subject.catalog.version,
    )


@lru_cache(maxsize=16)
def _taken_by_code(lookup: Lookup, namespace: str) -> frozenset[str]:
    tables = [table for table in lookup.catalog.tables if table.namespace == namespace]
    names = [trigger.name for table in tables for trigger in table.triggers]
    names += [routine.name for routine in lookup.catalog.routines if routine.namespace == namespace]
    return frozenset(name.casefold() for name in names)


def usual_pattern(subject: Subject, kind: Kind) -> str | None:
    """The pattern that at least five existing names of a kind follow, and more than half of them; None where there is none."""
    votes = _votes(subject.lookup, kind)
    if not votes:
        return None
    pattern, times = votes.most_common(1)[0]
    return pattern if times >= 5 and 2 * times > sum(1 for _ in _existing(subject.catalog, kind)) else None


def is_free(subject: Subject, namespace: str, name: str) -> bool:
    """Whether no table, view, sequence, constraint or index of a namespace has the name, in whatever case."""
    return name.casefold() not in _taken(subject.lookup, namespace)


@lru_cache(maxsize=16)
def _votes(lookup: Lookup, kind: Kind) -> Counter[str]:
    """How many existing names follow each pattern; worked out once for a catalog."""
    return Counter(
        pattern
        for name, holder, over, to in _existing(lookup.catalog, kind)
        for pattern in _PATTERNS[kind]
        if name == _fill(pattern, holder, over, to)
    )


@lru_cache(maxsize=16)
def _taken(lookup: Lookup, namespace: str) -> frozenset[str]:
    """Every name of a namespace that could collide, in lower case; worked out once for a catalog."""
    return frozenset(_names(lookup.catalog, namespace))


def _fill(pattern: str, table: str, columns: Sequence[str], parent: str) -> str:
    joiner = "_and_" if "_on_" in pattern else "" if pattern.endswith("{table}{columns}") else "_"
    filled = pattern.replace("{table}", "\0t").replace("{columns}", "\0c").replace("{parent}", "\0p")
    return (
        filled.replace("\0t", table).replace("\0c", joiner.join(columns)).replace("\0p", parent or joiner.join(columns))
    )


def _existing(catalog: Catalog, kind: Kind) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name, table, columns and parent of each object of the kind."""
    for table in catalog.tables:
        if kind == "foreign_key":
            yield from ((key.name, table.name, key.columns, key.table[1]) for key in table.foreign_keys if key.name)
        elif kind == "unique":
            yield from ((unique.name, table.name, unique.columns, "") for unique in table.uniques if unique.name)
        elif kind == "check":
            for check in table.checks:
                named = [column.name for column in table.columns if column.name in check.expression]
                if check.name and named:
                    yield check.name, table.name, (named[0],), ""
        else:
            for index in table.indexes:
                columns = tuple(column for column in index.columns if column)
                if not index.unique and columns:
                    yield index.name, table.name, columns, ""


def _names(catalog: Catalog, namespace: str) -> Iterator[str]:
    """Every name of a namespace that could collide, in lower case."""
    for table in catalog.tables:
        if table.namespace != namespace:
            continue
        yield table.name.casefold()
        names = [table.primary_key.name if table.primary_key else None]
        names += [key.name for key in table.foreign_keys]
        names += [unique.name for unique in table.uniques]
        names += [check.name for check in table.checks]
        names += [exclusion.name for exclusion in table.exclusions]
        names += [index.name for index in table.indexes]
        yield from (name.casefold() for name in names if name)
    yield from (view.name.casefold() for view in catalog.views if view.namespace == namespace)
    yield from (sequence.name.casefold() for sequence in catalog.sequences if sequence.namespace == namespace)


def _shortened(subject: Subject, name: str) -> str:
    return shortened(name, subject.name_limit, in_bytes=subject.name_limit_in_bytes)
