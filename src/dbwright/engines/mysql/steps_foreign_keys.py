"""Foreign keys. The server checks a new one while it copies the whole table; a large table gets a gentler way."""

from collections.abc import Iterable, Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AddForeignKey
from dbwright.engines.mysql import clauses as say
from dbwright.engines.mysql import ddl_table
from dbwright.engines.mysql.needs_columns import charset_of, collation_of
from dbwright.engines.mysql.stepping import Work, alter_text, name_of
from dbwright.engines.mysql.ways import Way, table_at
from dbwright.engines.mysql.words import tick
from dbwright.errors import Unsupported

_OFF = "SET SESSION foreign_key_checks = 0"
_ON = "SET SESSION foreign_key_checks = 1"


def add(work: Work, operation: AddForeignKey) -> None:
    """A foreign key: at once, or for a large table in place, with the rows checked before and after by a plain query."""
    ref, key = operation.target, operation.key
    clause = say.add_foreign_key(ref, key)
    if not work.has_many_rows(ref) or key.name is None:
        work.alter(ref, [clause], operation.describe())
        return
    check = _check(ref, key)
    because = (
        "With foreign_key_checks on, the whole table would be copied and writes would wait. With it off, the key is added in "
        "place and new rows are checked from then on; the rows that are there are checked by a query that locks nobody out."
    )
    title = f"Stop if rows of {ref} refer to rows of {Ref('table', key.table)} that are not there"
    work.add(check, title, why=because)
    work.add(_OFF, "Turn off foreign_key_checks for this session", undo=[_ON])
    way = Way("NOCOPY" if work.product.mariadb else "INPLACE", "NONE")
    drop = f"ALTER TABLE {name_of(ref)} DROP FOREIGN KEY {tick(key.name)}"
    work.add(alter_text(ref, [clause], way), operation.describe(), undo=[drop], cleanup=(_OFF,))
    work.add(_ON, "Turn on foreign_key_checks again")
    work.add(check, title, why="Rows that were written between the first check and the new key.")


def _check(ref: Ref, key: ForeignKey) -> str:
    """A query that fails (more than one row in a scalar subquery) if there is a row without its parent, and locks none."""
    parent = ".".join(tick(part) for part in key.table if part)
    joined = " AND ".join(
        f"parent.{tick(other)} = child.{tick(own)}" for own, other in zip(key.columns, key.referenced, strict=True)
    )
    filled = " AND ".join(f"child.{tick(own)} IS NOT NULL" for own in key.columns)
    return (
        "SELECT (SELECT orphans FROM (SELECT 1 AS orphans UNION ALL SELECT 2) AS two WHERE EXISTS"
        f" (SELECT * FROM {name_of(ref)} AS child WHERE {filled}"
        f" AND NOT EXISTS (SELECT * FROM {parent} AS parent WHERE {joined})))"
    )


def replace(work: Work, ref: Ref, old: ForeignKey, new: ForeignKey) -> None:
    """Another foreign key in the place of one; the server takes no two of the same name in one statement."""
    back = f"ALTER TABLE {name_of(ref)} ADD {ddl_table.foreign_key(old, ref.namespace)}"
    title = f"Drop the foreign key {old.name} of {ref}"
    work.alter(ref, [say.drop_foreign_key(ref, old.name or "")], title, undo=[back])
    drop = f"ALTER TABLE {name_of(ref)} DROP FOREIGN KEY {tick(new.name or '')}"
    work.alter(ref, [say.add_foreign_key(ref, new)], f"Add the foreign key {new.name} to {ref}", undo=[drop])


# ---------------------------------------------------------------- in the way of a change


def in_the_way(before: Catalog, after: Catalog, paths: Iterable[Sequence[str]]) -> list[tuple[Table, ForeignKey]]:
    """The foreign keys over columns whose type or character set changes, each with the table that holds it.

    paths: the tables that change.
    """
    changed: set[tuple[str, ...]] = set()
    mysql = before.engine != "mariadb"
    for path in paths:
        old, new = table_at(before, path), table_at(after, path)
        for column in old.columns if old and new else ():
            now = new.column(column.name) if new else None
            if old is None or new is None or now is None or _stored(column, old) == _stored(now, new):
                continue
            if not (mysql and _is_longer(column, now, old, new)):
                changed.add((*path[:2], column.name))
    if not changed:
        return []
    return [
        (table, key)
        for table in before.tables
        for key in table.foreign_keys
        if any((table.namespace, table.name, column) in changed for column in key.columns)
        or any((*key.table, column) in changed for column in key.referenced)
    ]


def _is_longer(old: Column, new: Column, before: Table, after: Table) -> bool:
    """Whether a text may only get longer, which MySQL allows under a foreign key."""
    if old.type.kind != "varchar" or new.type.kind != "varchar" or bool(old.identity) != bool(new.identity):
        return False
    same = collation_of(old, before) == collation_of(new, after) and charset_of(old, before) == charset_of(new, after)
    return same and (old.type.length or 0) <= (new.type.length or 0)


def _stored(column: Column, table: Table) -> tuple[object, ...]:
    text = column.type.is_text or column.type.kind in ("enum", "set")
    where = (charset_of(column, table), collation_of(column, table)) if text else ()
    return (column.type, bool(column.identity), *where)


def take_away(work: Work, keys: Sequence[tuple[Table, ForeignKey]]) -> None:
    """Drop foreign keys for a while."""
    for table, key in keys:
        back = f"ALTER TABLE {name_of(table.ref)} ADD {ddl_table.foreign_key(key, table.namespace)}"
        title = f"Drop the foreign key {key.name} of {table.ref} for the change"
        work.alter(table.ref, [say.drop_foreign_key(table.ref, key.name or "")], title, undo=[back])


def bring_back(work: Work, keys: Sequence[tuple[Table, ForeignKey]], after: Catalog) -> None:
    """Add foreign keys again. Raises Unsupported where the types of both sides no longer fit."""
    for table, key in keys:
        _must_fit(work, table, key, after)
        undo = f"ALTER TABLE {name_of(table.ref)} DROP FOREIGN KEY {tick(key.name or '')}"
        title = f"Add the foreign key {key.name} of {table.ref} again"
        work.alter(table.ref, [say.add_foreign_key(table.ref, key)], title, undo=[undo])


def _must_fit(work: Work, table: Table, key: ForeignKey, after: Catalog) -> None:
    lookup = Lookup(after)
    parent = lookup.table(key.table)
    child = lookup.table((table.namespace, table.name))
    for own, other in zip(key.columns, key.referenced, strict=True):
        left = child.column(own) if child else None
        right = parent.column(other) if parent else None
        if left and right and _comparable(left.type) != _comparable(right.type):
            raise Unsupported(
                work.title,
                f"give {table.ref}.{own} and {parent.ref if parent else ''}.{other} different types"
                f" while the foreign key {key.name} joins them",
                hint="Change both columns together.",
            )


def _comparable(type_: Type) -> tuple[object, ...]:
    """What must be the same on both sides of a foreign key."""
    if type_.is_text:
        return ("text",)
    return (type_.kind, type_.bits, type_.unsigned, type_.precision, type_.scale)
