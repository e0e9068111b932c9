"""New names of tables and columns, as the user gives them. Nothing here is guessed."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.operations import Operation, RenameColumn, RenameTable
from dbwright.errors import UsageError

_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".=\s](?:[^".=]*[^".=\s])?))\s*')
_FORMS = "Write OLD=NEW, such as orders=purchases for a table or orders.total=amount for a column."


class Rename(msgspec.Struct, frozen=True):
    """A table or a column, by its name in the old catalog, and its new name.

    to: for a table its namespace and name in the new catalog, or its name alone where the namespace stays; for a column its name.
    """

    target: Ref
    to: str | tuple[str, str]

    def __str__(self) -> str:
        return (
            f"{written(self.target.shown_path)}={written(self.to) if isinstance(self.to, tuple) else _quoted(self.to)}"
        )


def written(path: Sequence[str]) -> str:
    """A path as `parse_rename` reads it."""
    return ".".join(_quoted(name) for name in path if name)


def _quoted(name: str) -> str:
    plain = _NAME.fullmatch(name)
    if plain and plain[2] == name:
        return name
    return '"{}"'.format(name.replace('"', '""'))


# ---------------------------------------------------------------- reading one


def parse_rename(text: str, old: Catalog, new: Catalog) -> Rename:
    """One rename from text: `orders=purchases`, `orders.total=amount`, `orders.total=orders.amount`.

    A namespace may stand before a table; names with dots, equal signs, spaces or quotes at their ends stand in double quotes.
    Raises UsageError where it fits neither catalog, with the names that are near.
    """
    left, right = _sides(text)
    tables = _tables_named(left, old)
    columns = [
        (table, left[-1])
        for table in _tables_named(left[:-1], old)
        if len(left) > 1 and table.column(left[-1]) is not None
    ]
    if len(tables) + len(columns) > 1:
        fitting = [table.ref for table in tables] + [table.column_ref(name) for table, name in columns]
        raise UsageError(
            f"In the rename {text}, {written(left)} fits several: {_list(fitting)}.",
            hint="Put the namespace before it.",
        )
    if tables:
        return _of_table(text, tables[0], right, new)
    if columns:
        return _of_column(text, columns[0][0].column_ref(columns[0][1]), right)
    raise _unknown(text, left, old)


def _sides(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, at = _path(text, 0)
    right, end = _path(text, at + 1) if left and text[at : at + 1] == "=" else ((), at)
    if not left or not right or end != len(text):
        raise UsageError(f"{text!r} is no rename.", hint=_FORMS)
    return left, right


def parse_path(text: str) -> tuple[str, ...]:
    """A name with what stands before it, such as `orders`, `shop.orders` or `"odd.name"`; empty for what is none."""
    path, end = _path(text, 0)
    return path if end == len(text) else ()


def _path(text: str, at: int) -> tuple[tuple[str, ...], int]:
    names: list[str] = []
    while True:
        found = _NAME.match(text, at)
        if found is None:
            return (), at
        names.append(found[1].replace('""', '"') if found[1] else found[2])
        at = found.end()
        if text[at : at + 1] != ".":
            return tuple(names), at
        at += 1


def _tables_named(path: tuple[str, ...], catalog: Catalog) -> list[Table]:
    if len(path) not in (1, 2):
        return []
    return [
        table for table in catalog.tables if table.name == path[-1] and (len(path) == 1 or table.namespace == path[0])
    ]


def _of_table(text: str, table: Table, right: tuple[str, ...], new: Catalog) -> Rename:
    if len(right) == 2:
        return Rename(table.ref, (right[0], right[1]))
    if len(right) != 1:
        raise UsageError(f"{text!r} gives a table a name of {len(right)} parts.", hint=_FORMS)
    there = [each.namespace for each in new.tables if each.name == right[0]]
    moved = len(there) == 1 and table.namespace not in there
    return Rename(table.ref, (there[0] if moved else table.namespace, right[0]))


def _of_column(text: str, column: Ref, right: tuple[str, ...]) -> Rename:
    """The table may stand before the new name, under its old or its new name; it says nothing more."""
    if len(right) > 3:
        raise UsageError(f"{text!r} gives a column a name of {len(right)} parts.", hint=_FORMS)
    return Rename(column, right[-1])


def _unknown(text: str, left: tuple[str, ...], old: Catalog) -> UsageError:
    names = {written(table.ref.path[1:]) for table in old.tables}
    for table in _tables_named(left[:-1], old):
        names |= {written((table.name, column.name)) for column in table.columns}
    return UsageError(
        f"The rename {text} fits nothing: the old schema has no {'table' if len(left) == 1 else 'table or column'} "
        f"{written(left)}.",
        hint=_near(written(left), names),
    )


def _near(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f"Near it: {', '.join(near)}." if near else _FORMS


def _list(refs: Iterable[Ref]) -> str:
    return ", ".join(str(ref) for ref in refs)


# ---------------------------------------------------------------- doing them


def renaming(old: Catalog, new: Catalog, renames: Sequence[Rename]) -> list[Operation]:
    """The renames as operations, columns before their tables, each to a name that is free by then.

    Where the engine takes capitals for small letters, a column whose name changes only in them is renamed unasked.
    Raises UsageError for a rename that does not fit the two catalogs.
    """
    tables = {table.ref.path: table for table in old.tables}
    goal = {table.ref.path: table for table in new.tables}
    moved: dict[tuple[str, ...], tuple[str, str]] = {}
    columns: dict[tuple[str, ...], dict[str, str]] = {}
    for rename in dict.fromkeys(renames):
        path = rename.target.path
        if path[:2] not in tables:
            raise _unknown(str(rename), rename.target.shown_path, old)
        if rename.target.kind == "table":
            to = rename.to if isinstance(rename.to, tuple) else (path[0], rename.to)
            moved[path] = _checked_table(rename, to, goal)
        elif rename.target.kind == "column":
            to_name = rename.to if isinstance(rename.to, str) else rename.to[-1]
            if to_name != path[2]:
                columns.setdefault(path[:2], {})[path[2]] = to_name
        else:
            raise UsageError(
                f"The rename {rename} is of a {rename.target.kind}; only tables and columns are renamed so."
            )
    for source, to in list(moved.items()):
        if source == to:
            del moved[source]
    if old.engine != "postgres":
        _add_capitals(tables, goal, moved, columns)
    operations: list[Operation] = []
    for path, names in sorted(columns.items()):
        operations += _column_renames(tables[path], names, goal.get(moved.get(path, path)))
    return [*operations, *_table_renames(moved, set(tables))]


def _checked_table(rename: Rename, to: tuple[str, str], goal: dict[tuple[str, ...], Table]) -> tuple[str, str]:
    if to not in goal:
        raise UsageError(
            f"The rename {rename} fits nothing: the new schema has no table {written(to)}.",
            hint=_near(to[1], {path[1] for path in goal}),
        )
    return to


def _add_capitals(
    tables: dict[tuple[str, ...], Table],
    goal: dict[tuple[str, ...], Table],
    moved: dict[tuple[str, ...], tuple[str, str]],
    columns: dict[tuple[str, ...], dict[str, str]],
) -> None:
    for path, table in tables.items():
        after = goal.get(moved.get(path, path))
        if after is None or after.columns == table.columns:
            continue
        mine = {column.name for column in table.columns}
        theirs = {column.name for column in after.columns}
        wanted = {name.lower(): name for name in theirs - mine}
        for name in sorted(mine - theirs - columns.get(path, {}).keys()):
            if name.lower() in wanted:
                columns.setdefault(path, {})[name] = wanted[name.lower()]


def _column_renames(table: Table, names: dict[str, str], after: Table | None) -> list[Operation]:
    for name, to in names.items():
        if table.column(name) is None:
            raise UsageError(
                f"The rename of {table.column_ref(name)} fits nothing: {table.ref} has no column {name}.",
                hint=_near(name, {column.name for column in table.columns}),
            )
        if after is None or after.column(to) is None:
            raise UsageError(
                f"The rename of {table.column_ref(name)} to {to} fits nothing: "
                + (f"the new schema has no column {to} in {after.ref}." if after else f"{table.ref} is dropped."),
                hint=_near(to, {column.name for column in after.columns}) if after else None,
            )
    free = _in_turn({(name,): (to,) for name, to in names.items()}, {(column.name,) for column in table.columns})
    if free is None:
        raise _taken(f"Columns of {table.ref}", [f"{name} to {to}" for name, to in names.items()])
    return [RenameColumn(target=table.column_ref(source[0]), to=to[0]) for source, to in free]


def _table_renames(moved: dict[tuple[str, ...], tuple[str, str]], taken: set[tuple[str, ...]]) -> list[Operation]:
    free = _in_turn(dict(moved), taken)
    if free is None:
        raise _taken("Tables", [f"{written(path)} to {written(to)}" for path, to in moved.items()])
    return [RenameTable(target=Ref("table", source), to=(to[0], to[1])) for source, to in free]


_Path = tuple[str, ...]


def _in_turn(renames: dict[_Path, _Path], taken: set[_Path]) -> list[tuple[_Path, _Path]] | None:
    """The renames, each when its new name is free; None where one never becomes free."""
    taken = set(taken)
    done: list[tuple[_Path, _Path]] = []
    waiting = dict(sorted(renames.items()))
    while waiting:
        free = [source for source, to in waiting.items() if to not in taken]
        if not free:
            return None
        for source in free:
            to = waiting[source]
            if to in taken:
                continue
            done.append((source, to))
            taken.discard(source)
            taken.add(to)
            del waiting[source]
    return done


def _taken(what: str, renames: Sequence[str]) -> UsageError:
    return UsageError(
        f"{what} cannot be renamed ({', '.join(renames)}): a new name is taken in the old schema.",
        hint="Drop or rename what has that name first, in a change of its own.",
    )
