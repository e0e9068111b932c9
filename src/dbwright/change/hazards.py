"""What an operation may break, whatever engine carries it out."""

from collections.abc import Iterator

from dbwright.catalog.lookup import find_table
from dbwright.catalog.objects import Catalog, Enum, Grant
from dbwright.change.effects import Hazard, HazardKind
from dbwright.change.narrowing import alike, loses
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    ChangeObject,
    ChangeTable,
    CreateIndex,
    CreatePolicy,
    DropColumn,
    DropConstraint,
    DropObject,
    DropPolicy,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    GrantPrivileges,
    Operation,
    RenameColumn,
    RenameTable,
    Revoke,
    SetDefault,
    SetNullable,
)
from dbwright.change.operations.objects import find_object

_NO_DATA = ("view", "routine", "trigger", "event", "event_trigger")


def hazards_of(operation: Operation, before: Catalog, *, rows: int | None = None) -> tuple[Hazard, ...]:
    """The hazards of one operation on a database that holds the catalog.

    rows: how many rows its table has, None where unknown; an empty table loses nothing and breaks nothing by its data.
    """
    found = _hazards(operation, before)
    kept = (each for each in found if rows != 0 or each[0] not in ("data-loss", "data-dependent"))
    return tuple(Hazard(kind, operation.target, message) for kind, message in kept)


def _hazards(operation: Operation, before: Catalog) -> Iterator[tuple[HazardKind, str]]:
    target = operation.target
    match operation:
        case DropTable():
            yield "data-loss", f"All rows of {target} are deleted."
            yield "breaking", f"Statements of the running application that use {target} fail."
        case DropColumn():
            yield "data-loss", f"All values of {target} are deleted."
            yield "breaking", f"Statements of the running application that name {target} fail."
        case RenameTable() | RenameColumn():
            to = operation.to if isinstance(operation.to, str) else operation.to[1]
            yield "breaking", f"Statements of the running application that say {target} fail once it is called {to}."
        case AddColumn(column=column) if _is_required(operation):
            yield "data-dependent", f"It fails if {target} has rows, because {column.name} has no value for them."
            yield "breaking", f"INSERT statements of the running application that leave out {column.name} fail."
        case AlterColumnType():
            before_it = find_table(before, target).column(target.name)
            lost = loses(before_it.type, operation.type) if before_it else None
            if lost:
                yield "data-dependent", f"In {target}, {lost}."
            if before_it is None or not alike(before_it.type, operation.type):
                yield "breaking", f"The running application finds {operation.type.spelling} values in {target}."
            elif lost:
                yield (
                    "breaking",
                    f"Statements of the running application that write to {target} what no longer fits fail.",
                )
        case SetNullable(nullable=False):
            yield "data-dependent", f"It fails if {target} holds NULL."
            yield "breaking", f"Statements of the running application that leave {target} empty fail."
        case AddPrimaryKey() | AddUnique():
            columns = operation.key.columns if isinstance(operation, AddPrimaryKey) else operation.unique.columns
            yield "data-dependent", f"It fails if two rows of {target} have the same ({', '.join(columns)})."
        case AddForeignKey():
            yield "data-dependent", f"It fails if rows of {target} refer to rows that are not there."
        case AddCheck() | AddExclusion():
            yield "data-dependent", f"It fails if rows of {target} break the rule."
        case CreateIndex(index=index) if index.unique:
            yield "data-dependent", f"It fails if rows of {target} have the same key."
        case DropConstraint() | DropPrimaryKey():
            what = str(target) if target.name else f"an unnamed {target.kind.replace('_', ' ')} of {target.table}"
            yield "behaviour", f"Rows that {what} kept out can be written from then on."
        case DropTrigger():
            yield "behaviour", f"What the trigger {target} did is no longer done."
        case SetDefault():
            yield "behaviour", f"New rows that say nothing of {target} get another value."
        case CreatePolicy() | DropPolicy():
            yield "privilege", f"Other rows of {target.table} can be seen or changed than before."
        case ChangeTable(to=to):
            table = find_table(before, target)
            if (table.row_security, table.force_row_security) != (to.row_security, to.force_row_security):
                yield "privilege", f"Row security of {target} is switched: other rows can be seen than before."
            if table and to.owner and table.owner != to.owner:
                yield "privilege", f"{target} belongs to {to.owner} from then on."
        case GrantPrivileges(grant=grant):
            yield "privilege", f"{grant.grantee} may do more on {target}: {_listed(grant)}."
        case Revoke(grant=grant):
            yield "privilege", f"{grant.grantee} may no longer do on {target}: {_listed(grant)}."
        case DropObject() if target.kind in _NO_DATA:
            yield "breaking", f"Statements that use the {target.kind.replace('_', ' ')} {target} fail."
        case DropObject():
            kind: HazardKind = "data-loss" if target.kind in ("extension", "namespace", "sequence") else "breaking"
            yield kind, f"What stands on the {target.kind.replace('_', ' ')} {target} is gone or fails."
        case ChangeObject(to=Enum(labels=labels)):
            gone = [label for label in find_object(before, target).labels if label not in labels]
            if gone:
                yield "data-dependent", f"It fails if rows hold the values {', '.join(gone)} of {target}."


def _is_required(operation: AddColumn) -> bool:
    column = operation.column
    has_value = column.default is not None or column.identity or column.generated or operation.fill
    return not column.nullable and not has_value


def _listed(grant: Grant) -> str:
    return ", ".join(grant.privileges) or "what comes by nature"
