"""Foreign keys as the edges of a graph, and the operations that put another one in the place of one."""

from collections.abc import Callable, Iterator

import msgspec

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.change.operations import AddForeignKey, Operation
from dbwright.change.operations.keys import drop_constraint
from dbwright.rules.base import Subject
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import columns_named, own_tables, parent_of


class Reference(msgspec.Struct, frozen=True, eq=False):
    """A foreign key with the tables on both of its sides."""

    child: Table
    key: ForeignKey
    parent: Table


def references(subject: Subject) -> Iterator[Reference]:
    """Every foreign key of the user's own tables whose parent is there."""
    for table in own_tables(subject.catalog):
        for key in table.foreign_keys:
            parent = parent_of(subject, key)
            if parent is not None:
                yield Reference(table, key, parent)


def is_required(table: Table, key: ForeignKey) -> bool:
    """Whether every row must have a parent: none of the columns may be NULL."""
    primary = table.primary_key.columns if table.primary_key else ()
    return all(
        column is not None and (not column.nullable or column.name in primary)
        for column in columns_named(table, key.columns)
    )


def is_over(table: Table, key: ForeignKey) -> str:
    """The columns of a foreign key as people read them."""
    return ", ".join(key.columns)


def replaced(subject: Subject, table: Table, key: ForeignKey, **changes: object) -> tuple[Operation, ...]:
    """Drop a foreign key and add it again with something changed."""
    name = key.name or new_name(subject, "foreign_key", table, key.columns, key.table[1])
    other = msgspec.structs.replace(key, name=name, **changes)
    return (
        drop_constraint(table.ref, "foreign_key", key.name, key.columns),
        AddForeignKey(target=table.ref, key=other),
    )


def components(nodes: list[int], following: Callable[[int], list[int]]) -> list[list[int]]:
    """The groups of nodes that all reach each other (Tarjan's algorithm, without recursion); lone nodes are left out."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    found: list[list[int]] = []
    for root in nodes:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path.append(root)
        on_path.add(root)
        work = [(root, iter(following(root)))]
        while work:
            node, rest = work[-1]
            after = next(rest, None)
            if after is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    group = [path.pop()]
                    while group[-1] != node:
                        group.append(path.pop())
                    on_path.difference_update(group)
                    if len(group) > 1:
                        found.append(group)
            elif after not in order:
                order[after] = low[after] = len(order)
                path.append(after)
                on_path.add(after)
                work.append((after, iter(following(after))))
            elif after in on_path:
                low[node] = min(low[node], order[after])
    return found
