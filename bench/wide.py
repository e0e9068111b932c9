"""A schema joined into wide tables, as exports and spreadsheets are, with what is true of their columns.

From a table that nobody refers to, every reference is followed to the parent and on to the parent's parents, each table once (and
once more for each further reference that the same child has to it). The key of a parent and the reference to it are one column.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.engines.base import Engine, Session
from dbwright.relationships.tables import own_tables
from dbwright.relationships.words import singular, words

Names = Literal["prefixed", "bare"]
"""customer_name, customer_city; or just the columns' own names, with the table's before them only where two would be equal."""

UNREADABLE = ("binary", "geometry", "fulltext", "vector", "other", "composite", "range")
MOST_COLUMNS = 100
MOST_ROWS = 20_000


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the schema in one role. columns, keys (the primary key first): by the names of the wide table."""

    role: str
    table: str
    columns: Attributes
    keys: tuple[Attributes, ...]


class Wide(msgspec.Struct, frozen=True, kw_only=True):
    """A wide table. originals: the root first. functional: what the schema says of it."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    originals: tuple[Original, ...]

    @property
    def functional(self) -> tuple[Functional, ...]:
        """Each key of each table determines its columns."""
        return tuple(
            Functional(left=key, right=each.columns - key)
            for each in self.originals
            for key in each.keys
            if each.columns - key
        )


class _Role:
    """A table on the way: its alias in the query and the join that leads to it."""

    def __init__(self, table: Table, name: str, parent: "_Role | None" = None, key: ForeignKey | None = None) -> None:
        self.table, self.name, self.child, self.key = table, name, parent, key
        self.columns = [column for column in table.columns if column.type.kind not in UNREADABLE]


def wide_tables(catalog: Catalog, session: Session, engine: Engine, names: Names, most: int = 3) -> Iterator[Wide]:
    """Wide tables that together hold as many tables of the schema as `most` of them can; those with fewer than 3 are left out."""
    lookup = Lookup(catalog)
    joined = [_roles(table, lookup) for table in own_tables(catalog) if table.primary_key]
    covered: set[str] = set()
    for _ in range(most):
        best = max(joined, key=lambda roles: len({role.table.name for role in roles} - covered), default=[])
        if len({role.table.name for role in best} - covered) < 3:
            return
        covered |= {role.table.name for role in best}
        yield _read(best, session, engine, names)


def _roles(root: Table, lookup: Lookup) -> list[_Role]:
    """The root and all that it leads to, breadth first."""
    roles = [_Role(root, singular(root.name))]
    by_child: dict[tuple[str, str], str] = {(root.namespace, root.name): ""}
    count = len(roles[0].columns)
    taken = {roles[0].name}
    for role in roles:
        for key in role.table.foreign_keys:
            parent = lookup.table(key.table)
            if parent is None or parent.ref == role.table.ref or parent.primary_key is None:
                continue
            first = by_child.setdefault(key.table, role.name)
            if first != role.name or count + len(parent.columns) > MOST_COLUMNS:
                continue
            if any(each.child is role and each.key and each.key.columns == key.columns for each in roles):
                continue
            name = _role_name(key, parent)
            while name in taken:
                name = f"{role.name}_{name}"
            taken.add(name)
            roles.append(_Role(parent, name, role, key))
            count += len(roles[-1].columns)
    return roles


def _role_name(key: ForeignKey, parent: Table) -> str:
    """What the reference calls its parent: support_rep for support_rep_id."""
    if len(key.columns) > 1:
        return singular(parent.name)
    named = words(key.columns[0])
    while len(named) > 1 and named[-1] in ("id", "no", "code", "key", "fk"):
        named = named[:-1]
    return "_".join(named)


def _read(roles: Sequence[_Role], session: Session, engine: Engine, names: Names) -> Wide:
    owner: dict[tuple[str, str], tuple[_Role, str]] = {}
    for role in roles:
        for column in role.columns:
            owner[role.name, column.name] = (role, column.name)
        if role.key is not None and role.child is not None:
            for own, parents in zip(role.key.columns, role.key.referenced, strict=True):
                if (role.child.name, own) in owner:
                    owner[role.name, parents] = owner[role.child.name, own]
    kept = list(dict.fromkeys((role.name, name) for role, name in owner.values()))
    by_name = {role.name: role for role in roles}
    called = _called(kept, roles, names)
    alias = {role.name: f"t{place}" for place, role in enumerate(roles)}
    q = engine.quote
    shown = ", ".join(f"{alias[role]}.{q(column)}" for role, column in kept)
    sql = f"SELECT {shown} FROM {_place(roles[0].table, engine)} t0"
    for role in roles[1:]:
        assert role.key is not None
        assert role.child is not None
        pairs = zip(role.key.columns, role.key.referenced, strict=True)
        on = " AND ".join(
            f"{alias[role.child.name]}.{q(own)} = {alias[role.name]}.{q(theirs)}" for own, theirs in pairs
        )
        sql += f" LEFT JOIN {_place(role.table, engine)} {alias[role.name]} ON {on}"
    rows = session.query(f"{sql} LIMIT {MOST_ROWS}")

    def wide(role: _Role, column: str) -> str:
        held, name = owner[role.name, column]
        return called[held.name, name]

    originals = []
    for role in by_name.values():
        readable = {column.name for column in role.columns}
        keys = tuple(
            frozenset(wide(role, name) for name in key) for key in role.table.keys if key and set(key) <= readable
        )
        columns = frozenset(wide(role, column.name) for column in role.columns)
        if len(columns) > 1 and keys:
            originals.append(Original(role=role.name, table=role.table.name, columns=columns, keys=keys))
    return Wide(
        name=roles[0].table.name,
        columns=tuple(called[each] for each in kept),
        rows=[tuple(row) for row in rows],
        originals=tuple(originals),
    )


def _place(table: Table, engine: Engine) -> str:
    return ".".join(engine.quote(part) for part in (table.namespace, table.name) if part)


def _called(kept: Sequence[tuple[str, str]], roles: Sequence[_Role], names: Names) -> dict[tuple[str, str], str]:
    """The names in the wide table, each once whatever its case."""
    references = {(role.child.name, own) for role in roles if role.key and role.child for own in role.key.columns}
    bare = [column.lower() for _, column in kept]
    taken: set[str] = set()
    called: dict[tuple[str, str], str] = {}
    for role, column in kept:
        is_root, is_reference = role == roles[0].name, (role, column) in references
        alone = bare.count(column.lower()) == 1
        name = column
        if not is_root and not (is_reference and alone) and (names == "prefixed" or not alone):
            name = _prefixed(role, column)
        while name.lower() in taken:
            name = _prefixed(role, name) if not name.lower().startswith(role.lower()) else f"{name}_2"
        taken.add(name.lower())
        called[role, column] = name
    return called


def _prefixed(role: str, column: str) -> str:
    """The role before the column, unless the column begins with it."""
    if words(column)[: len(words(role))] == words(role):
        return column
    if column[:1].isupper() and "_" not in column:
        return "".join(word.capitalize() for word in words(role)) + column
    return f"{role}_{column}"
