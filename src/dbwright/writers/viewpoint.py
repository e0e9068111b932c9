"""Which tables a viewpoint shows: those around a table, of a namespace, or named by a pattern."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

import msgspec

from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.errors import UsageError
from dbwright.writers.grouping import HUB_REFERENCES
from dbwright.writers.shown import Path, folded


def chosen(
    catalog: Catalog,
    *,
    around: Sequence[str] = (),
    depth: int = 1,
    namespaces: Sequence[str] = (),
    patterns: Sequence[str] = (),
) -> frozenset[Path] | None:
    """The tables that fit all that is asked for; None where nothing is.

    around: tables by name, with their namespace or without; from them, foreign keys are followed both ways, `depth` steps
    far, but not on from a table that very many refer to, since from there everything is near.
    namespaces: their names. patterns: names with * and ?, matched without case, of the table alone or with its namespace.
    Raises UsageError for a name that is not there, and where nothing is left.
    """
    if not (around or namespaces or patterns):
        return None
    tables = folded(catalog)[0]
    found = {(table.namespace, table.name) for table in tables}
    if namespaces:
        found = {path for path in found if path[0] in set(_known_namespaces(namespaces, found))}
    if patterns:
        found = {path for path in found if any(_fits(path, pattern) for pattern in patterns)}
    if around:
        starts = {path for name in around for path in _named(name, tables)}
        found &= _near(starts, tables, depth)
    if not found:
        raise UsageError(
            "No table fits what the diagram should show.", hint="Ask for less, or look: dbwright inspect SOURCE"
        )
    return frozenset(found)


def narrowed(catalog: Catalog, only: frozenset[Path] | None) -> Catalog:
    """The catalog with these tables alone, and of their foreign keys those between them."""
    if only is None:
        return catalog
    tables = tuple(
        msgspec.structs.replace(table, foreign_keys=_inner(table.foreign_keys, only))
        for table in folded(catalog)[0]
        if (table.namespace, table.name) in only
    )
    return msgspec.structs.replace(catalog, tables=tables, views=())


def _inner(keys: Iterable[ForeignKey], only: frozenset[Path]) -> tuple[ForeignKey, ...]:
    return tuple(key for key in keys if key.table in only)


def _known_namespaces(names: Sequence[str], paths: Iterable[Path]) -> Sequence[str]:
    there = {path[0] for path in paths}
    for name in names:
        if name not in there:
            raise UsageError(f"There is no table in a namespace {name!r}.", hint=_instead(name, there))
    return names


def _named(name: str, tables: Iterable[Table]) -> list[Path]:
    """The tables of a name: exactly, or else without regard to case."""
    spelled = {
        (table.namespace, table.name): (table.name, ".".join(filter(None, (table.namespace, table.name))))
        for table in tables
    }
    found = [path for path, names in spelled.items() if name in names]
    found = found or [path for path, names in spelled.items() if name.casefold() in map(str.casefold, names)]
    if not found:
        known = {each for names in spelled.values() for each in names}
        raise UsageError(f"There is no table {name!r}.", hint=_instead(name, known))
    return found


def _instead(name: str, known: Iterable[str]) -> str | None:
    near = get_close_matches(name, sorted(filter(None, known)), n=3)
    return f"Did you mean {' or '.join(near)}?" if near else None


def _fits(path: Path, pattern: str) -> bool:
    folded_pattern = pattern.casefold()
    return any(fnmatchcase(name.casefold(), folded_pattern) for name in (path[1], ".".join(path)))


def _near(starts: set[Path], tables: Iterable[Table], depth: int) -> set[Path]:
    joined: defaultdict[Path, set[Path]] = defaultdict(set)
    referring: defaultdict[Path, set[Path]] = defaultdict(set)
    for table in tables:
        path = (table.namespace, table.name)
        for key in table.foreign_keys:
            joined[path].add(key.table)
            joined[key.table].add(path)
            referring[key.table].add(path)
    found, edge = set(starts), set(starts)
    for _ in range(depth):
        walked = {path for path in edge if path in starts or len(referring[path]) < HUB_REFERENCES}
        edge = {other for path in walked for other in joined[path]} - found
        found |= edge
    return found
