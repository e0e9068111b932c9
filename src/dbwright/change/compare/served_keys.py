"""Foreign keys that both sides have alike, while a key or an index that they stand on goes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import ForeignKey, Index
from dbwright.change.compare.pairs import differing
from dbwright.change.operations import (
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    CreateIndex,
    DropConstraint,
    DropIndex,
    DropPrimaryKey,
    Operation,
)
from dbwright.change.operations.keys import drop_constraint

_Path = tuple[str, ...]


class _Key(NamedTuple):
    """A key or an index: the columns that it leads with, whether they are unique, and the columns that follow."""

    name: str
    columns: tuple[str, ...]
    unique: bool = True
    further: tuple[str, ...] = ()


class _Stand(NamedTuple):
    """A foreign key of a table, and what it needs of the key that it stands on."""

    table: Table
    foreign: ForeignKey
    columns: tuple[str, ...]
    unique: bool

    def served_by(self, key: _Key) -> bool:
        """The end that is referred to needs a unique key; the other end needs, on MySQL, any index that leads with it."""
        if self.unique:
            return key.unique and sorted(key.columns) == sorted(self.columns)
        return _leads(key.columns, self.columns)


def around_keys(
    operations: list[Operation], old: Lookup, new: Lookup
) -> tuple[list[Operation], list[tuple[Operation, Operation]]]:
    """The operations, and for the foreign keys that are in their way what takes each away and brings it back.

    On MySQL a key may go as soon as another one serves the foreign key: then its drop waits for the new one.
    """
    mysql = old.catalog.engine != "postgres"
    made = _made(operations)
    dropped = [each for each in _dropped(operations, old) if new.table(each[1])]
    gone = {(path, key.name) for _, path, key in dropped}
    late: set[int] = set()
    pairs: list[tuple[Operation, Operation]] = []
    for place, path, key in dropped:
        table = old.table(path)
        for stand in _stands(table, key, old, mysql) if table else ():
            if table is None or not stays(stand.table, stand.foreign, new):
                continue
            kept = [each for each in _keys(table) if (path, each.name) not in gone]
            if mysql and any(map(stand.served_by, kept)):
                continue
            coming = made.get(path, [])
            can_wait = _columns_stay(key, new.table(path)) and all(each.name != key.name for each in coming)
            if mysql and can_wait and any(map(stand.served_by, coming)):
                late.add(place)
            else:
                pairs.append(anew(stand.table, stand.foreign))
    if late:
        first = [operation for place, operation in enumerate(operations) if place not in late]
        operations = [*first, *(operations[place] for place in sorted(late))]
    return operations, pairs


def anew(table: Table, key: ForeignKey) -> tuple[Operation, Operation]:
    """What takes a foreign key away and brings it back."""
    drop = drop_constraint(table.ref, "foreign_key", key.name, key.columns)
    return drop, AddForeignKey(target=table.ref, key=key)


def stays(table: Table, key: ForeignKey, new: Lookup) -> bool:
    """Whether a foreign key is the same in the new catalog, so that no operation touches it anyway."""
    later = new.table(table.ref.path)
    alike = [each for each in later.foreign_keys if each.name == key.name] if later else []
    return any(each.columns == key.columns and not differing(key, each) for each in alike)


def _stands(table: Table, key: _Key, old: Lookup, mysql: bool) -> Iterator[_Stand]:
    for child, foreign in old.referencing(table):
        referenced = foreign.referenced
        if sorted(referenced) == sorted(key.columns) or (mysql and _leads(key.columns, referenced)):
            yield _Stand(child, foreign, referenced, unique=True)
    for foreign in table.foreign_keys if mysql else ():
        if _leads(key.columns, foreign.columns):
            yield _Stand(table, foreign, foreign.columns, unique=False)


def _columns_stay(key: _Key, table: Table | None) -> bool:
    return table is not None and all(table.column(name) for name in (*key.columns, *key.further))


def _leads(columns: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return bool(wanted) and sorted(columns[: len(wanted)]) == sorted(wanted)


def _keys(table: Table) -> Iterator[_Key]:
    if table.primary_key:
        yield _Key("PRIMARY", table.primary_key.columns)
    yield from (_Key(unique.name or "", unique.columns) for unique in table.uniques)
    yield from map(_of_index, table.indexes)


def _of_index(index: Index) -> _Key:
    plain: list[str] = []
    for part in index.parts:
        if part.column is None or part.prefix_length:
            break
        plain.append(part.column)
    whole = len(plain) == len(index.parts) and index.predicate is None
    further = tuple(part.column for part in index.parts[len(plain) :] if part.column)
    return _Key(index.name, tuple(plain), index.unique and whole, further)


def _dropped(operations: Sequence[Operation], old: Lookup) -> Iterator[tuple[int, _Path, _Key]]:
    """The keys and indexes that operations drop, with the place of the operation."""
    for place, operation in enumerate(operations):
        path = operation.target.path[:2]
        match operation:
            case DropPrimaryKey():
                name = "PRIMARY"
            case DropConstraint() if operation.target.kind == "unique":
                name = operation.target.name
            case DropIndex():
                name = operation.target.name
            case _:
                continue
        table = old.table(path)
        yield from ((place, path, key) for key in (_keys(table) if table else ()) if key.name == name)


def _made(operations: Sequence[Operation]) -> dict[_Path, list[_Key]]:
    made: dict[_Path, list[_Key]] = {}
    for operation in operations:
        match operation:
            case AddPrimaryKey(key=key):
                made.setdefault(operation.target.path, []).append(_Key("PRIMARY", key.columns))
            case AddUnique(unique=unique):
                made.setdefault(operation.target.path, []).append(_Key(unique.name or "", unique.columns))
            case CreateIndex(index=index):
                made.setdefault(operation.target.path, []).append(_of_index(index))
    return made
