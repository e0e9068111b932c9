"""Names for triggers, functions and indexes that nobody has yet."""

from collections.abc import Callable
from hashlib import sha256

from dbwright.catalog.objects import Catalog, Table

_PORTABLE = 63
"""The bytes that every engine keeps of a name, for those that have no limit of their own."""


def shortened(name: str, limit: int | None, *, in_bytes: bool) -> str:
    """The name cut to below the engine's limit (one that fills it looks cut off); digits of its hash keep cut names apart."""

    def length(text: str) -> int:
        return len(text.encode()) if in_bytes or not limit else len(text)

    longest = limit or _PORTABLE
    if length(name) < longest:
        return name
    ending = f"_{sha256(name.encode()).hexdigest()[:6]}"
    while length(name + ending) >= longest:
        name = name[:-1]
    return name + ending


def free_names(catalog: Catalog, limit: int | None, *, in_bytes: bool) -> Callable[[str, str], str]:
    """A function from a namespace and a wanted name to one that is nobody's; it gives no name twice."""
    taken = {(table.namespace, name.casefold()) for table in catalog.tables for name in _of_table(table)}
    taken |= {(view.namespace, view.name.casefold()) for view in catalog.views}
    taken |= {(routine.namespace, routine.name.casefold()) for routine in catalog.routines}
    taken |= {(sequence.namespace, sequence.name.casefold()) for sequence in catalog.sequences}

    def free(namespace: str, wanted: str) -> str:
        number = 1
        while True:
            name = shortened(wanted if number == 1 else f"{wanted}_{number}", limit, in_bytes=in_bytes)
            if (namespace, name.casefold()) not in taken:
                taken.add((namespace, name.casefold()))
                return name
            number += 1

    return free


def _of_table(table: Table) -> list[str]:
    """The names that a table and its parts take."""
    names: list[str | None] = [table.name, table.primary_key.name if table.primary_key else None]
    for parts in (table.indexes, table.triggers, table.uniques, table.foreign_keys, table.checks, table.exclusions):
        names += [getattr(part, "name", None) for part in parts]
    return [name for name in names if name]
