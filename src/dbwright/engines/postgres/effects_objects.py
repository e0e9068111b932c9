"""What changes to everything that is no table do."""

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.engines.postgres.foresight import Foresight

_EXCLUSIVE, _ROW_EXCLUSIVE, _UPDATE = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"


def create_view(action: Action, foresight: Foresight) -> None:
    """What it reads is locked as by a SELECT; replaced, the view itself too."""
    assert action.target is not None
    if foresight.lookup.view(action.target.path):
        foresight.lock(Ref("view", action.target.path), _EXCLUSIVE)


def drop_view(action: Action, foresight: Foresight) -> None:
    """A moment."""
    assert action.target is not None
    ref = Ref("view", action.target.path)
    foresight.lock(ref, _EXCLUSIVE)
    foresight.hazard("breaking", ref, f"Statements that use the view {ref} fail.")


def alter_view(action: Action, foresight: Foresight) -> None:
    """A moment; parameters of a materialised view need a weak lock only."""
    assert action.target is not None
    foresight.lock(Ref("view", action.target.path), _EXCLUSIVE)


def refresh(action: Action, foresight: Foresight) -> None:
    """Its query runs while nobody can read it, or CONCURRENTLY beside readers."""
    assert action.target is not None
    ref = Ref("view", action.target.path)
    if "concurrently" in action.words:
        foresight.lock(ref, "EXCLUSIVE")
        foresight.scan(ref, only=True)
    else:
        foresight.lock(ref, _EXCLUSIVE)
        foresight.rewrite(ref, only=True)


def _holder(action: Action, foresight: Foresight) -> Ref | None:
    return foresight.relation(action.table) if action.table else None


def create_trigger(action: Action, foresight: Foresight) -> None:
    """Writers wait for a moment."""
    if ref := _holder(action, foresight):
        foresight.lock_family(ref, _ROW_EXCLUSIVE)


def drop_trigger(action: Action, foresight: Foresight) -> None:
    """A moment."""
    if ref := _holder(action, foresight):
        foresight.lock_family(ref, _EXCLUSIVE)
        foresight.hazard("behaviour", ref, f"What the trigger {action.name} of {ref} did is no longer done.")


def switch_trigger(action: Action, foresight: Foresight) -> None:
    """ENABLE and DISABLE TRIGGER: writers wait for a moment."""
    if ref := _holder(action, foresight):
        foresight.lock_family(ref, _ROW_EXCLUSIVE)
        foresight.hazard("behaviour", ref, f"The trigger {action.name} of {ref} is switched.")


def policy(action: Action, foresight: Foresight) -> None:
    """A moment; other rows can be seen or changed than before."""
    if ref := _holder(action, foresight):
        foresight.lock(ref, _EXCLUSIVE)
        foresight.hazard("privilege", ref, f"Other rows of {ref} can be seen or changed than before.")


def row_security(action: Action, foresight: Foresight) -> None:
    """A moment; other rows can be seen or changed than before."""
    assert action.target is not None
    ref = foresight.relation(action.target)
    foresight.lock(ref, _EXCLUSIVE)
    foresight.hazard("privilege", ref, f"Row security of {ref} is switched: other rows can be seen than before.")


def privilege(action: Action, foresight: Foresight) -> None:
    """No lock on a relation; someone may do more or less than before."""
    assert action.target is not None
    does = "may do more" if action.kind == "grant" else "may do less"
    foresight.hazard("privilege", action.target, f"Someone {does} on {action.target} than before.")


def comment(action: Action, foresight: Foresight) -> None:
    """A moment beside readers and writers."""
    assert action.target is not None
    if action.target.kind in ("table", "view"):
        foresight.lock(foresight.relation(action.target), _UPDATE)
    elif action.target.kind == "index" and (holder := foresight.holder_of_index(action.target)):
        foresight.lock(holder.ref.child("index", action.target.name), _UPDATE)


def owner(action: Action, foresight: Foresight) -> None:
    """A moment."""
    assert action.target is not None
    if action.target.kind in ("table", "view"):
        foresight.lock(foresight.relation(action.target), _EXCLUSIVE)
        foresight.hazard("privilege", action.target, f"{action.target} belongs to {action.to} from then on.")


def alter_sequence(action: Action, foresight: Foresight) -> None:
    """Sessions that draw numbers wait for a moment."""
    assert action.target is not None
    foresight.lock(Ref("sequence", action.target.path), _ROW_EXCLUSIVE)


def drop_sequence(action: Action, foresight: Foresight) -> None:
    """A moment."""
    assert action.target is not None
    foresight.lock(Ref("sequence", action.target.path), _EXCLUSIVE)
    foresight.hazard("data-loss", action.target, f"How far the sequence {action.target} has come is forgotten.")


def add_enum_value(action: Action, foresight: Foresight) -> None:
    """No lock on a relation, and no way back."""
    assert action.target is not None
    foresight.hazard(
        "irreversible", action.target, f"The label {action.name} cannot be taken out of {action.target} again."
    )


def alter_type(action: Action, foresight: Foresight) -> None:
    """Attributes of a composite type: the tables made of it are locked and written again."""
    assert action.target is not None
    for table in foresight.catalog.tables:
        if table.options.get("of type", "").split(".")[-1].strip('"') == action.target.name:
            foresight.lock(table.ref, _EXCLUSIVE)


def database(action: Action, foresight: Foresight) -> None:
    """Outside of any transaction."""
    target = action.target or Ref("catalog", ())
    foresight.alone(target, action.kind.upper())
    if action.kind == "drop database":
        foresight.hazard("data-loss", target, f"The whole database {target} is deleted.")


def drop_schema(action: Action, foresight: Foresight) -> None:
    """With CASCADE everything in it goes too."""
    assert action.target is not None
    if "cascade" not in action.words:
        return
    name = action.target.name
    for table in foresight.catalog.tables:
        if table.namespace == name:
            foresight.lock(table.ref, _EXCLUSIVE)
            foresight.hazard("data-loss", table.ref, f"All rows of {table.ref} are deleted.")
    for view in foresight.catalog.views:
        if view.namespace == name:
            foresight.lock(view.ref, _EXCLUSIVE)


KNOWN = {
    "create view": create_view,
    "drop view": drop_view,
    "drop materialized view": drop_view,
    "alter view": alter_view,
    "refresh materialized view": refresh,
    "create trigger": create_trigger,
    "drop trigger": drop_trigger,
    "enable trigger": switch_trigger,
    "disable trigger": switch_trigger,
    "create policy": policy,
    "alter policy": policy,
    "drop policy": policy,
    "enable row security": row_security,
    "disable row security": row_security,
    "grant": privilege,
    "revoke": privilege,
    "comment": comment,
    "owner": owner,
    "alter sequence": alter_sequence,
    "drop sequence": drop_sequence,
    "add enum value": add_enum_value,
    "alter type definition": alter_type,
    "create database": database,
    "drop database": database,
    "drop schema": drop_schema,
}
