"""What the writers of steps share: the catalog as it is when a step runs, which tables nobody uses yet, and how steps are made."""

from collections.abc import Iterable, Sequence

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Index
from dbwright.change.operations import CreateTable, Operation, RenameTable
from dbwright.change.plan import Step
from dbwright.engines.postgres.words import identifier, qualified

BATCH_ROWS = 5000
"""How many rows one round of a backfill changes: some milliseconds to a few tenths of a second."""

_OLDEST = 12


class Work:
    """Writing the steps of a list of operations: `catalog` is what the database holds before the operation at `position`.

    loose: indexes of partitions that shall outlive the index that they are attached to, with the name of that; PostgreSQL
    cannot detach an index.
    """

    def __init__(self, operations: Sequence[Operation], catalog: Catalog, facts: Facts | None) -> None:
        self.operations = operations
        self.catalog = catalog
        self.position = 0
        self.loose: list[tuple[tuple[str, str], Table, Index]] = []
        self._facts = facts or Facts()
        self._created: set[tuple[str, ...]] = set()

    @property
    def version(self) -> int:
        """The server's major version; the oldest where it is not known."""
        return self.catalog.version[0] if self.catalog.version else _OLDEST

    def next(self, operation: Operation) -> None:
        """Go on to what follows an operation."""
        if isinstance(operation, CreateTable):
            self._created.add(operation.target.path)
        if isinstance(operation, RenameTable) and operation.target.path in self._created:
            self._created.add(operation.to)
        self.catalog = operation.apply(self.catalog)
        self.position += 1

    def is_unused(self, ref: Ref) -> bool:
        """Whether the table of a Ref was made by these operations, or holds no row: no form needs to be gentle there."""
        table = ref.table
        stats = self._facts.tables.get(table)
        return table.path in self._created or (stats is not None and stats.exact and stats.rows == 0)

    def table(self, path: tuple[str, ...]) -> Table | None:
        """The table at namespace and name, if there is one."""
        return next((table for table in self.catalog.tables if (table.namespace, table.name) == path[:2]), None)

    def parents(self, table: Table) -> list[Table]:
        """The tables that a partition or an heir has its columns from."""
        paths = [*table.inherits, *([table.partition_of.table] if table.partition_of else [])]
        return [each for path in paths if (each := self.table(path))]

    def partitions(self, table: Table) -> list[Table]:
        """The partitions of a table, without those below them."""
        path = (table.namespace, table.name)
        return [each for each in self.catalog.tables if each.partition_of and each.partition_of.table == path]

    def family(self, table: Table) -> list[Table]:
        """A table and all that inherit from it, its partitions among them."""
        found, paths = [table], {(table.namespace, table.name)}
        while True:
            more = [
                each
                for each in self.catalog.tables
                if each not in found
                and paths & {*each.inherits, *([each.partition_of.table] if each.partition_of else [])}
            ]
            if not more:
                return found
            found += more
            paths |= {(each.namespace, each.name) for each in more}

    def same_on_parent(self, operation: Operation) -> bool:
        """Whether the list holds the same operation on a parent of its table: the server passes that one on to the children."""
        table = self.table(operation.target.path)
        if table is None or not (table.partition_of or table.inherits):
            return False
        above: list[Table] = []
        waiting = self.parents(table)
        while waiting:
            above.append(waiting.pop())
            waiting += self.parents(above[-1])
        paths = {(each.namespace, each.name) for each in above}
        tail = operation.target.path[2:]
        return any(
            type(other) is type(operation) and other.target.path[:2] in paths and other.target.path[2:] == tail
            and _same_part(operation, other)
            for other in self.operations
        )  # fmt: skip

    def heirs_losing(self, operation: Operation) -> list[Table]:
        """The heirs of a table that lose the same column or constraint by an operation of their own.

        What an heir also declares itself stays when its parent loses it.
        """
        table = self.table(operation.target.path)
        tail = operation.target.path[2:]
        return [
            each
            for each in (self.family(table)[1:] if table else ())
            if each.inherits
            and any(other.target.path[2:] == tail for other in self.wanted_on(type(operation), each.ref.path))
        ]

    def wanted_on(self, kind: type[Operation], path: tuple[str, ...]) -> list[Operation]:
        """The operations of a kind in the list that have a table as their target."""
        return [each for each in self.operations if type(each) is kind and each.target.path[:2] == path]


def _same_part(one: Operation, other: Operation) -> bool:
    """Whether both add or drop the part of the same name (columns, checks and foreign keys pass theirs on)."""
    for field in ("column", "check", "key", "unique"):
        mine, theirs = getattr(one, field, None), getattr(other, field, None)
        if mine is None or theirs is None:
            continue
        if field in ("unique",) or not hasattr(mine, "name") or type(mine).__name__ == "PrimaryKey":
            return bool(mine.columns == theirs.columns)
        return bool(mine.name == theirs.name)
    return True


# ---------------------------------------------------------------- steps


def step(
    sql: str,
    title: str = "",
    why: str = "",
    *,
    undo: Iterable[str] = (),
    cleanup: Iterable[str] = (),
    batched: bool = False,
) -> Step:
    """One step; the title is filled in from the operation where it is left out."""
    return Step(sql=sql, title=title, why=why, undo=tuple(undo), cleanup=tuple(cleanup), batched=batched)


def plain(statements: Iterable[str]) -> list[Step]:
    """Statements as steps that need no further word."""
    return [Step(sql=text) for text in statements]


def together(steps: Sequence[Step], why: str) -> list[Step]:
    """Several steps in one transaction, so that nobody sees what is between them; a single one as it is."""
    if len(steps) < 2:
        return list(steps)
    begin = step("BEGIN", "Begin a transaction", why, cleanup=["ROLLBACK"])
    return [begin, *steps, step("COMMIT", "Commit")]


def with_reason(steps: Sequence[Step], why: str) -> list[Step]:
    """The steps, the first of them with a reason."""
    return [msgspec.structs.replace(steps[0], why=why), *steps[1:]] if steps else []


def alter_table(ref: Ref) -> str:
    """ALTER TABLE with the table that a Ref names or is a part of."""
    return f"ALTER TABLE {qualified(ref.path[0], ref.path[1])}"


def alter_column(ref: Ref) -> str:
    """ALTER TABLE … ALTER COLUMN for the column that a Ref names."""
    return f"{alter_table(ref)} ALTER COLUMN {identifier(ref.name)}"
