"""Views that show the new shape, in a schema of their own; and the view that keeps a table's old name alive."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.change.online import RenameTable, Stage, Task
from dbwright.engines.postgres.online_work import Planned, Work, name_of, refuse
from dbwright.engines.postgres.words import identifier, qualified


class Shape(msgspec.Struct):
    """How a table looks to the new application: its name, and by the name of each column the column that holds it."""

    table: Table
    name: str
    columns: dict[str, str]

    @classmethod
    def of(cls, table: Table) -> "Shape":
        """The table as it is."""
        return cls(table, table.name, {column.name: column.name for column in table.columns})

    def apply(self, planned: Planned) -> None:
        """Change the shape as a change does it: renamed columns keep their place."""
        self.name = planned.name or self.name
        renamed = {old: new for new, old in planned.shown.items() if old in self.columns and new not in self.columns}
        columns = {
            renamed.get(name, name): holder
            for name, holder in self.columns.items()
            if name not in planned.hidden or name in renamed
        }
        self.columns = {**columns, **planned.shown}


def rename_table(work: Work, change: RenameTable) -> Planned:
    """The new name is the table's; the old one is a view that can be written to, until contract."""
    table = work.table(change.table)
    old, new = name_of(table), qualified(*change.to)
    taken = {each.ref.path for each in work.catalog.tables} | {each.ref.path for each in work.catalog.views}
    if change.to in taken:
        refuse(f"there is a table or view {qualified(*change.to)} already", "Choose another name.")
    if work.version:
        if change.to[0] != change.table[0]:
            refuse(
                "with a versioned schema a table stays in its own",
                "Move it to another schema with a plain ALTER TABLE.",
            )
        return Planned(_rename(table, change), table=change.table, name=change.to[1])
    away, back = _renames(change)
    shape = Shape.of(table)
    switch = Stage(
        title=f"Rename {table.ref} to {change.to[1]}, and leave a view of the old name that can be written to",
        phase="switch",
        tasks=(*away, *view_of(work, shape, old, new)),
        undo=(Task(f"DROP VIEW IF EXISTS {old}"), *back),
    )
    last = Stage(
        title=f"Drop the view {old} that kept the old name alive", phase="contract", tasks=(Task(f"DROP VIEW {old}"),)
    )
    note = (
        f"Until contract {old} is a view: COPY … FROM, TRUNCATE and new foreign keys need the new name {new} already."
    )
    return Planned(
        [switch, last], table=change.table, notes=(note,), loses=(f"the view {old}, and with it the old name",)
    )


def _rename(table: Table, change: RenameTable) -> list[Stage]:
    away, _ = _renames(change)
    return [Stage(title=f"Rename {table.ref} to {change.to[1]}", phase="contract", tasks=away)]


def _renames(change: RenameTable) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """There and back; each does nothing where it has been done."""
    namespace, name = change.table
    away: list[Task] = []
    back: list[Task] = []
    if name != change.to[1]:
        away.append(Task(f"ALTER TABLE {qualified(namespace, name)} RENAME TO {identifier(change.to[1])}"))
        back.append(Task(f"ALTER TABLE {qualified(namespace, change.to[1])} RENAME TO {identifier(name)}"))
    if namespace != change.to[0]:
        away.append(Task(f"ALTER TABLE {qualified(namespace, change.to[1])} SET SCHEMA {identifier(change.to[0])}"))
        back.insert(0, Task(f"ALTER TABLE {qualified(*change.to)} SET SCHEMA {identifier(namespace)}"))
    return tuple(away), tuple(back)


def view_of(work: Work, shape: Shape, view: str, source: str) -> list[Task]:
    """A view that can be written to, with the privileges of the table. PostgreSQL passes writes on by itself.

    From version 15 on it is read with the rights of who uses it; before that a table with row security is refused.
    """
    table, by_owner = shape.table, work.catalog.version < (15,)
    if by_owner and table.row_security:
        refuse(
            f"{table.ref} has row security, and a view of PostgreSQL {work.catalog.version[0]} would be read with the rights of its owner",
            "Use PostgreSQL 15 or later, or rename in one go.",
        )
    columns = ", ".join(
        identifier(holder) + (f" AS {identifier(name)}" if name != holder else "")
        for name, holder in shape.columns.items()
    )
    options = "" if by_owner else " WITH (security_invoker = true)"
    tasks = [Task(f"CREATE VIEW {view}{options} AS SELECT {columns} FROM {source}")]
    if table.owner:
        tasks.append(Task(f"ALTER VIEW {view} OWNER TO {identifier(table.owner)}"))
    names = {holder: name for name, holder in shape.columns.items()}
    for grant in work.catalog.grants:
        if grant.on != table.ref or not grant.privileges:
            continue
        of = tuple(names[each] for each in grant.columns if each in names)
        if grant.columns and not of:
            continue
        listed = f" ({', '.join(identifier(each) for each in of)})" if of else ""
        words = ", ".join(f"{each}{listed}" for each in grant.privileges if each not in ("TRIGGER", "REFERENCES"))
        who = "PUBLIC" if grant.grantee == "PUBLIC" else identifier(grant.grantee)
        if words:
            option = " WITH GRANT OPTION" if grant.grantable else ""
            tasks.append(Task(f"GRANT {words} ON {view} TO {who}{option}"))
    return tasks


# ---------------------------------------------------------------- versioned schemas


def versioned(work: Work, version: str, planned: Sequence[Planned]) -> list[Stage]:
    """The stages of all changes, with the schema of the new version made in switch and dropped in one with contract.

    Who has the version first in the search path sees the new shape, and falls through to the same shape after contract.
    """
    if any(namespace.name == version for namespace in work.catalog.namespaces):
        refuse(f"there is a schema {version} already", "Choose another name for the version.")
    shapes: dict[Ref, Shape] = {}
    for each in planned:
        if each.table and (each.shown or each.hidden or each.name):
            table = work.table(each.table)
            shapes.setdefault(table.ref, Shape.of(table)).apply(each)
    make = [
        Task(f"CREATE SCHEMA IF NOT EXISTS {identifier(version)}"),
        Task(f"GRANT USAGE ON SCHEMA {identifier(version)} TO PUBLIC"),
    ]
    drop: list[Task] = []
    for shape in shapes.values():
        view = qualified(version, shape.name)
        make += view_of(work, shape, view, name_of(shape.table))
        drop.append(Task(f"DROP VIEW IF EXISTS {view}"))
    drop.append(Task(f"DROP SCHEMA IF EXISTS {identifier(version)}"))
    stages = [stage for each in planned for stage in each.stages]
    if not shapes:
        return stages
    contract = [stage for stage in stages if stage.phase == "contract"]
    at_once = [stage for stage in contract if stage.kind == "together"]
    namespaces = " and ".join(sorted({identifier(shape.table.namespace) for shape in shapes.values()}))
    return [
        *(stage for stage in stages if stage.phase != "contract"),
        Stage(
            title=f"Make the schema {version} with views in the new shape",
            phase="switch",
            tasks=tuple(make),
            undo=tuple(drop),
        ),
        *(stage for stage in contract if stage.kind != "together"),
        Stage(
            title=f"Drop the schema {version}, and give the tables of {namespaces} the new shape",
            phase="contract",
            tasks=(*drop, *(task for stage in at_once for task in stage.tasks)),
        ),
    ]
