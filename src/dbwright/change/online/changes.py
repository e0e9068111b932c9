"""What can be asked for: changes that would break the running application if they were made in one go.

Tables are named by namespace and name; expressions are in the engine's own SQL and name columns plainly.
"""

import hashlib
from typing import TypeAlias

import msgspec

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column, PrimaryKey
from dbwright.catalog.types import Type
from dbwright.change import operations as ops
from dbwright.errors import UsageError

Path: TypeAlias = tuple[str, str]


def shown(path: Path) -> str:
    """A table's name as people see it."""
    return ".".join(part for part in path if part)


class OnlineChange(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True, forbid_unknown_fields=True
):
    """One change of one table. `operations` says what the schema is afterwards, `is_made` whether it is so already."""

    table: Path

    @property
    def ref(self) -> Ref:
        """The table's name."""
        return Ref("table", self.table)

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        """The operations that lead to the same schema in one go. Raises UsageError where the change does not fit."""
        raise NotImplementedError

    def is_made(self, catalog: Catalog) -> bool:
        """Whether the catalog looks as after the change."""
        raise NotImplementedError

    def describe(self) -> str:
        """The change in a short imperative sentence without a full stop."""
        raise NotImplementedError

    def touches(self) -> frozenset[tuple[Path, str]]:
        """The columns that the change is about; an empty name stands for the whole table."""
        return frozenset({(self.table, "")})


class RenameColumn(OnlineChange, frozen=True, kw_only=True, tag="rename-column"):
    """Give a column another name; until contract both names work."""

    column: str
    to: str

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        change = ops.RenameColumn(target=self.ref.child("column", self.column), to=self.to)
        change.apply(catalog)
        return (change,)

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        return table is not None and table.column(self.column) is None and table.column(self.to) is not None

    def describe(self) -> str:
        return f"Rename the column {shown(self.table)}.{self.column} to {self.to}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset({(self.table, self.column), (self.table, self.to)})


class ChangeType(OnlineChange, frozen=True, kw_only=True, tag="change-type"):
    """Give a column another type.

    using: the expression that converts an old value, back: a new one; None for the engine's own cast.
    default: the default in the new type where it must change too; None keeps the old one.
    """

    column: str
    type: Type
    using: str | None = None
    back: str | None = None
    default: str | None = None

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        target = self.ref.child("column", self.column)
        change = ops.AlterColumnType(target=target, type=self.type, using=self.using, default=self.default)
        change.apply(catalog)
        return (change,)

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        column = table.column(self.column) if table else None
        return column is not None and _is_same(column.type, self.type)

    def describe(self) -> str:
        return f"Change the type of {shown(self.table)}.{self.column} to {self.type.spelling}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset({(self.table, self.column)})


class SetNotNull(OnlineChange, frozen=True, kw_only=True, tag="set-not-null"):
    """Forbid NULL in a column. fill: an expression that takes the place of NULL in rows and in what is written until
    contract; without it, rows with NULL stop the change."""

    column: str
    fill: str | None = None

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        change = ops.SetNullable(target=self.ref.child("column", self.column), nullable=False)
        change.apply(catalog)
        return (change,)

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        column = table.column(self.column) if table else None
        return column is not None and not column.nullable

    def describe(self) -> str:
        return f"Forbid NULL in {shown(self.table)}.{self.column}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset({(self.table, self.column)})


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column with the expression that gives its value from the columns of the other side."""

    column: Column
    value: str


class SplitColumn(OnlineChange, frozen=True, kw_only=True, tag="split-column"):
    """Replace a column by several. back: the expression over the new columns that gives the old one's value."""

    column: str
    into: tuple[Part, ...]
    back: str

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        return _replaced(catalog, self.ref, (self.column,), tuple(part.column for part in self.into))

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        return _has(table, [part.column.name for part in self.into]) and not _has(table, [self.column])

    def describe(self) -> str:
        names = ", ".join(part.column.name for part in self.into)
        return f"Split the column {shown(self.table)}.{self.column} into {names}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset((self.table, name) for name in (self.column, *(part.column.name for part in self.into)))


class MergeColumns(OnlineChange, frozen=True, kw_only=True, tag="merge-columns"):
    """Replace several columns by one. columns: the old ones' names, each with the expression that gives its value from `into`.

    value: the expression over the old columns that gives the new one's value.
    """

    columns: dict[str, str]
    into: Column
    value: str

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        return _replaced(catalog, self.ref, tuple(self.columns), (self.into,))

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        return _has(table, [self.into.name]) and not any(_has(table, [name]) for name in self.columns)

    def describe(self) -> str:
        return f"Merge the columns {', '.join(self.columns)} of {shown(self.table)} into {self.into.name}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset((self.table, name) for name in (*self.columns, self.into.name))


class RenameTable(OnlineChange, frozen=True, kw_only=True, tag="rename-table"):
    """Give a table another name; until contract both names work."""

    to: Path

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        change = ops.RenameTable(target=self.ref, to=self.to)
        change.apply(catalog)
        return (change,)

    def is_made(self, catalog: Catalog) -> bool:
        return _table(catalog, self.table) is None and _table(catalog, self.to) is not None

    def describe(self) -> str:
        return f"Rename the table {shown(self.table)} to {shown(self.to)}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset({(self.table, ""), (self.to, "")})


class MoveColumns(OnlineChange, frozen=True, kw_only=True, tag="move-columns"):
    """Move columns to another table, whose rows belong one to one to those of this one.

    key: for each column of this table that tells whose row it is, the column of the other table that holds the same value.
    """

    columns: tuple[str, ...]
    to: Path
    key: dict[str, str]

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        table = find_table(catalog, self.ref)
        moved = [_column(table, name) for name in self.columns]
        target = Ref("table", self.to)
        find_table(catalog, target)
        added = [ops.AddColumn(target=target, column=msgspec.structs.replace(c, nullable=True)) for c in moved]
        return (*added, *(ops.DropColumn(target=self.ref.child("column", name)) for name in self.columns))

    def is_made(self, catalog: Catalog) -> bool:
        moved = _has(_table(catalog, self.to), list(self.columns))
        return moved and not any(_has(_table(catalog, self.table), [name]) for name in self.columns)

    def describe(self) -> str:
        return f"Move {', '.join(self.columns)} from {shown(self.table)} to {shown(self.to)}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset((path, name) for path in (self.table, self.to) for name in (*self.columns, ""))


class SplitTable(OnlineChange, frozen=True, kw_only=True, tag="split-table"):
    """Move columns to a new table that has the same primary key, and a row for each row of this one."""

    columns: tuple[str, ...]
    to: Path

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        table = find_table(catalog, self.ref)
        if table.primary_key is None:
            raise UsageError(
                f"{self.ref} has no primary key, so rows of a second table could not be told to belong to it."
            )
        key = [_column(table, name) for name in table.primary_key.columns]
        plain = [msgspec.structs.replace(c, identity=None, default=None, comment=None) for c in key]
        moved = [_column(table, name) for name in self.columns]
        made = Table(
            namespace=self.to[0],
            name=self.to[1],
            columns=(*plain, *moved),
            primary_key=PrimaryKey(columns=table.primary_key.columns, name=_key_name(catalog, self.to[1])),
            options=_options(table),
            owner=table.owner,
            strict=table.strict,
        )
        dropped = [ops.DropColumn(target=self.ref.child("column", name)) for name in self.columns]
        return (ops.CreateTable(target=made.ref, table=made), *dropped)

    def is_made(self, catalog: Catalog) -> bool:
        moved = _has(_table(catalog, self.to), list(self.columns))
        return moved and not any(_has(_table(catalog, self.table), [name]) for name in self.columns)

    def describe(self) -> str:
        return f"Split {', '.join(self.columns)} of {shown(self.table)} off into the new table {shown(self.to)}"


class MergeTables(OnlineChange, frozen=True, kw_only=True, tag="merge-tables"):
    """Bring the columns of a table into another one whose rows belong one to one to its own, and drop it.

    key: for each column of this table that tells whose row it is, the column of the other table that holds the same value.
    """

    to: Path
    key: dict[str, str]

    def moved(self, catalog: Catalog) -> tuple[Column, ...]:
        """The columns that the other table gets."""
        table = find_table(catalog, self.ref)
        return tuple(column for column in table.columns if column.name not in self.key)

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        target = Ref("table", self.to)
        find_table(catalog, target)
        return (
            *(
                ops.AddColumn(target=target, column=msgspec.structs.replace(column, nullable=True))
                for column in self.moved(catalog)
            ),
            ops.DropTable(target=self.ref),
        )

    def is_made(self, catalog: Catalog) -> bool:
        return _table(catalog, self.table) is None and _table(catalog, self.to) is not None

    def describe(self) -> str:
        return f"Merge the table {shown(self.table)} into {shown(self.to)}"

    def touches(self) -> frozenset[tuple[Path, str]]:
        return frozenset({(self.table, ""), (self.to, "")})


Addition: TypeAlias = ops.AddForeignKey | ops.AddUnique | ops.AddCheck | ops.AddPrimaryKey | ops.CreateIndex


class AddPart(OnlineChange, frozen=True, kw_only=True, tag="add"):
    """Add a foreign key, a unique constraint, a check, a primary key or an index without keeping writers waiting."""

    operation: Addition

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        self.operation.apply(catalog)
        return (self.operation,)

    def is_made(self, catalog: Catalog) -> bool:
        table = _table(catalog, self.table)
        if table is None:
            return False
        match self.operation:
            case ops.AddForeignKey(key=key):
                return any(each.name == key.name and each.validated for each in table.foreign_keys)
            case ops.AddUnique(unique=unique):
                return any(each.name == unique.name for each in table.uniques)
            case ops.AddCheck(check=check):
                return any(each.name == check.name and each.validated for each in table.checks)
            case ops.AddPrimaryKey():
                return table.primary_key is not None
            case ops.CreateIndex(index=index):
                return any(each.name == index.name and each.valid for each in table.indexes)

    def describe(self) -> str:
        return self.operation.describe()

    def touches(self) -> frozenset[tuple[Path, str]]:
        match self.operation:
            case ops.AddForeignKey(key=key):
                columns: tuple[str, ...] = key.columns
            case ops.AddUnique(unique=unique):
                columns = unique.columns
            case ops.AddPrimaryKey(key=key):
                columns = key.columns
            case ops.CreateIndex(index=index):
                columns = tuple(name for name in index.columns if name)
            case _:
                columns = ()
        return frozenset((self.table, name) for name in columns)


Change: TypeAlias = (
    RenameColumn
    | ChangeType
    | SetNotNull
    | SplitColumn
    | MergeColumns
    | RenameTable
    | MoveColumns
    | SplitTable
    | MergeTables
    | AddPart
)


class Wish(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changes that go through the phases together.

    version: the name of a schema to be made in the switch phase with views in the new shape; the old one keeps the old shape.
    """

    changes: tuple[Change, ...]
    version: str | None = None

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that come out of what is asked: the same wish has the same id."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:8]

    def operations(self, catalog: Catalog) -> tuple[ops.Operation, ...]:
        """The operations of all changes, each seen against the schema that those before it leave."""
        found: list[ops.Operation] = []
        for change in self.changes:
            made = change.operations(catalog)
            catalog = ops.apply_all(made, catalog)
            found += made
        return tuple(found)

    def is_made(self, catalog: Catalog) -> bool:
        """Whether the catalog looks as after all changes."""
        return all(change.is_made(catalog) for change in self.changes)

    def check(self) -> None:
        """Raise UsageError where two changes are about the same thing: their triggers would work against each other."""
        if not self.changes:
            raise UsageError("There is no change to make.")
        seen: set[tuple[Path, str]] = set()
        for change in self.changes:
            touched = change.touches()
            whole = {path for path, name in touched if not name}
            clash = seen & touched or {(path, name) for path, name in seen if path in whole or (path, "") in touched}
            clash = clash or {(path, name) for path, name in touched if (path, "") in seen}
            if clash and not isinstance(change, AddPart):
                path, name = min(clash)
                raise UsageError(
                    f"Two of the changes are about {shown(path)}{f'.{name}' if name else ''}.",
                    hint="Make them one after the other: contract the first before the second is started.",
                )
            seen |= touched


# ---------------------------------------------------------------- looking things up


def _table(catalog: Catalog, path: Path) -> Table | None:
    return next((table for table in catalog.tables if (table.namespace, table.name) == path), None)


def _is_same(one: Type, other: Type) -> bool:
    """Whether two types are the same; servers of different versions spell integers differently (int, int(11))."""
    plain = [msgspec.structs.replace(each, spelling="") for each in (one, other)]
    return one.spelling == other.spelling or (one.kind == "integer" and plain[0] == plain[1])


def _has(table: Table | None, names: list[str]) -> bool:
    return table is not None and all(table.column(name) is not None for name in names)


def _column(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        raise UsageError(f"There is no column {table.column_ref(name)}.")
    return column


def _replaced(catalog: Catalog, ref: Ref, old: tuple[str, ...], new: tuple[Column, ...]) -> tuple[ops.Operation, ...]:
    """New columns for old ones, with the keys, checks and indexes over the old ones dropped, as the engines do it."""
    table = find_table(catalog, ref)
    for name in old:
        _column(table, name)
    found: list[ops.Operation] = [ops.AddColumn(target=ref, column=column) for column in new]
    gone = set(old)
    found += [ops.DropIndex(target=ref.child("index", i.name)) for i in table.indexes if gone & set(i.columns)]
    found += [
        ops.DropConstraint(target=ref.child("unique", each.name or ""), nameless=() if each.name else each.columns)
        for each in table.uniques
        if gone & set(each.columns)
    ]
    found += [
        ops.DropConstraint(target=ref.child("foreign_key", each.name or ""), nameless=() if each.name else each.columns)
        for each in table.foreign_keys
        if gone & set(each.columns)
    ]
    return (*found, *(ops.DropColumn(target=ref.child("column", name)) for name in old))


def _options(table: Table) -> dict[str, str]:
    return {
        name: table.options[name] for name in ("engine", "charset", "collate", "row_format") if name in table.options
    }


def _key_name(catalog: Catalog, table: str) -> str | None:
    return f"{table}_pkey" if catalog.engine == "postgres" else None
