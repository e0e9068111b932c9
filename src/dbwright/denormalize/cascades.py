"""Rows that a foreign key deletes on MySQL: its cascades run no triggers, so the tables above must tell what is going to happen."""

from collections.abc import Callable, Iterator

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Action, ForeignKey, Table
from dbwright.denormalize.kinds import referenced

_DEEPEST = 6


def deleted_with(
    lookup: Lookup, child: Table, quote: Callable[[str], str], row: str, leave: Table
) -> Iterator[tuple[Table, str]]:
    """The tables whose deleted rows take rows of `child` with them, each with the condition on `row` that they are those.

    leave: a table whose rows need not be told of, since what is kept goes away with them. A condition names the deleted row OLD.
    Several ways from one table to the child are one condition, so that no row is taken twice.
    """
    found: dict[tuple[str, str], tuple[Table, list[str]]] = {}
    for ancestor, condition in _above(lookup, child, quote, row, leave, (child.ref.path,)):
        found.setdefault((ancestor.namespace, ancestor.name), (ancestor, []))[1].append(condition)
    for ancestor, conditions in found.values():
        yield ancestor, " OR ".join(conditions)


def _above(
    lookup: Lookup, table: Table, quote: Callable[[str], str], row: str, leave: Table, seen: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[Table, str]]:
    for key in table.foreign_keys:
        parent = lookup.table(key.table)
        if parent is None or key.on_delete != "cascade" or parent.ref.path in seen or len(seen) > _DEEPEST:
            continue
        if parent.ref == leave.ref:
            continue
        pairs = list(zip(key.columns, referenced(parent, key), strict=True))
        yield parent, " AND ".join(f"{row}.{quote(ours)} = OLD.{quote(theirs)}" for ours, theirs in pairs)
        inner = f"a{len(seen)}"
        ours = ", ".join(f"{row}.{quote(ours)}" for ours, _ in pairs)
        theirs = ", ".join(f"{inner}.{quote(theirs)}" for _, theirs in pairs)
        place = ".".join(quote(part) for part in (parent.namespace, parent.name) if part)
        for ancestor, condition in _above(lookup, parent, quote, inner, leave, (*seen, parent.ref.path)):
            yield ancestor, f"({ours}) IN (SELECT {theirs} FROM {place} AS {inner} WHERE {condition})"


def silent_changes(child: Table, watched: tuple[str, ...], key: ForeignKey) -> list[str]:
    """Sentences on other foreign keys that change watched columns of the child, or delete its rows with its own parent."""
    said = []
    for other in child.foreign_keys:
        if other is key or other == key:
            continue
        touched = sorted(set(other.columns) & set(watched))
        actions: list[Action] = [other.on_delete] if other.on_delete in ("set null", "set default") else []
        actions += [other.on_update] if other.on_update in ("cascade", "set null", "set default") else []
        if touched and actions:
            said.append(
                f"MySQL runs no trigger when the foreign key of {child.ref} by {', '.join(other.columns)} changes "
                f"{', '.join(touched)} ({' and '.join(actions).upper()})."
            )
        if other.table == key.table and other.on_delete == "cascade":
            said.append(
                f"Deleting a row of {'.'.join(part for part in other.table if part)} deletes rows of {child.ref} by "
                f"{', '.join(other.columns)}; MySQL runs no trigger then, so other rows' totals are not corrected."
            )
    return said
