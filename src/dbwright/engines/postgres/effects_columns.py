"""What changes to columns do."""

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Column
from dbwright.change.actions import Action
from dbwright.change.narrowing import loses
from dbwright.engines.postgres.dependants import mentions
from dbwright.engines.postgres.foresight import Foresight
from dbwright.engines.postgres.rewriting import rewrites_for_new_column, rewrites_rows
from dbwright.engines.postgres.words import identifier

_EXCLUSIVE = "ACCESS EXCLUSIVE"


def _table(action: Action) -> Ref:
    assert action.target is not None
    return Ref("table", action.target.path[:2])


def _column(action: Action, foresight: Foresight) -> Column | None:
    table = foresight.table(_table(action))
    return table.column(action.name or "") if table else None


def _locked(action: Action, foresight: Foresight) -> Ref:
    ref = _table(action)
    foresight.lock_family(ref, _EXCLUSIVE, only="only" in action.words)
    return ref


def add_column(action: Action, foresight: Foresight) -> None:
    """A moment, but where each row gets a value of its own."""
    ref = _locked(action, foresight)
    column = action.column
    if column is None:
        return
    column = msgspec.structs.replace(column, type=foresight.type(column.type))
    if rewrites_for_new_column(column, foresight.catalog):
        foresight.rewrite(ref)
    elif column.default is None:
        foresight.empty_columns.add(column.name)
    is_required = not column.nullable and column.default is None and not column.identity and not column.generated
    if is_required:
        foresight.hazard(
            "data-dependent", ref, f"It fails if {ref} has rows, because {column.name} has no value for them."
        )
        foresight.hazard("breaking", ref, f"INSERT statements that leave out {column.name} fail.")


def drop_column(action: Action, foresight: Foresight) -> None:
    """A moment: the values stay in the rows until these are written again."""
    ref = _locked(action, foresight)
    column = ref.child("column", action.name or "")
    table = foresight.table(ref)
    for key in table.foreign_keys if table else ():
        if action.name in key.columns:
            foresight.lock(Ref("table", key.table), _EXCLUSIVE)
    foresight.hazard("data-loss", column, f"All values of {column} are deleted.")
    foresight.hazard("breaking", column, f"Statements that name {column} fail.")


def rename_column(action: Action, foresight: Foresight) -> None:
    """A moment, but the running application does not know the new name."""
    ref = _locked(action, foresight)
    column = ref.child("column", action.name or "")
    foresight.hazard("breaking", column, f"Statements that say {column} fail once it is called {action.to}.")


def alter_type(action: Action, foresight: Foresight) -> None:
    """All rows are written again, but where their bytes stay what they are; then checks are only proved again."""
    ref = _locked(action, foresight)
    column = _column(action, foresight)
    target = ref.child("column", action.name or "")
    if action.type is None or column is None:
        if action.type is not None:
            foresight.rewrite(ref)
        return
    table, wanted = foresight.table(ref), foresight.type(action.type)
    if rewrites_rows(foresight.catalog, column.type, wanted, action.using):
        foresight.rewrite(ref)
    elif table and any(check.validated and mentions(check.expression, column.name) for check in table.checks):
        foresight.scan(ref)
    elif column.collation != action.options.get("COLLATE", column.collation):
        for index in table.indexes if table else ():
            if column.name in index.columns:
                foresight.build(ref, index.name)
    for child, key in foresight.lookup.referencing(table) if table else ():
        if column.name in key.referenced:
            foresight.lock(child.ref, "ACCESS EXCLUSIVE")
    for key in table.foreign_keys if table else ():
        if column.name in key.columns:
            foresight.lock(Ref("table", key.table), "ACCESS EXCLUSIVE")
    lost = loses(column.type, wanted)
    if lost:
        foresight.hazard("data-dependent", target, f"In {target}, {lost}.")
    if column.type.spelling != wanted.spelling:
        foresight.hazard(
            "breaking", target, f"The running application finds {action.type.spelling} values in {target}."
        )


def set_not_null(action: Action, foresight: Foresight) -> None:
    """All rows are read, but where a proved check says already that none holds NULL."""
    ref = _locked(action, foresight)
    table, column = foresight.table(ref), _column(action, foresight)
    target = ref.child("column", action.name or "")
    if column is not None and not column.nullable:
        return
    wanted = f"{identifier(action.name or '')} IS NOT NULL"
    if table and any(check.validated and check.enforced and check.expression == wanted for check in table.checks):
        return
    foresight.scan(ref)
    foresight.hazard("data-dependent", target, f"It fails if {target} holds NULL.")
    foresight.hazard("breaking", target, f"Statements that leave {target} empty fail.")


def moment(action: Action, foresight: Foresight) -> None:
    """A moment, under the strongest lock."""
    _locked(action, foresight)


def set_default(action: Action, foresight: Foresight) -> None:
    """A moment; only new rows get it."""
    ref = _locked(action, foresight)
    target = ref.child("column", action.name or "")
    foresight.hazard("behaviour", target, f"New rows that say nothing of {target} get another value.")


def identity(action: Action, foresight: Foresight) -> None:
    """A moment on the table alone."""
    ref = _table(action)
    foresight.lock(ref, _EXCLUSIVE)
    if foresight.version >= 17:
        foresight.lock_family(ref, _EXCLUSIVE)


def generated(action: Action, foresight: Foresight) -> None:
    """SET EXPRESSION computes a stored column anew for every row."""
    ref, column = _locked(action, foresight), _column(action, foresight)
    if column is None or (column.generated and column.generated.stored):
        foresight.rewrite(ref)


def set_storage(action: Action, foresight: Foresight) -> None:
    """Storage of a column needs the strongest lock, parameters of the table a weak one."""
    if "column" in action.words:
        _locked(action, foresight)
        return
    assert action.target is not None
    weak = not any(name.upper() == "USER_CATALOG_TABLE" for name in action.options)
    foresight.lock(foresight.relation(action.target), "SHARE UPDATE EXCLUSIVE" if weak else _EXCLUSIVE)


KNOWN = {
    "add column": add_column,
    "drop column": drop_column,
    "rename column": rename_column,
    "alter type": alter_type,
    "set not null": set_not_null,
    "drop not null": moment,
    "set default": set_default,
    "drop default": set_default,
    "add identity": identity,
    "alter identity": identity,
    "drop identity": identity,
    "add generated": generated,
    "drop expression": moment,
    "set storage": set_storage,
}
