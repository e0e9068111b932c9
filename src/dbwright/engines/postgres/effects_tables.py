"""What changes to whole tables do, and statements on their rows."""

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.engines.postgres.effects_keys import alter_index
from dbwright.engines.postgres.foresight import MODES, Foresight

_EXCLUSIVE, _ROW_EXCLUSIVE, _UPDATE = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"


def _ref(action: Action, foresight: Foresight) -> Ref:
    assert action.target is not None
    return foresight.relation(action.target)


def create_table(action: Action, foresight: Foresight) -> None:
    """Nobody knows the new table; its parent is locked, and the default partition read."""
    if action.table is None:
        return
    if "partition of" in action.words:
        foresight.lock(action.table, _EXCLUSIVE)
        _default_partition(action.table, foresight)
        parent = foresight.table(action.table)
        for key in parent.foreign_keys if parent else ():
            foresight.lock(Ref("table", key.table), _ROW_EXCLUSIVE)
    elif "like" in action.words:
        foresight.lock(action.table, "ACCESS SHARE")


def _default_partition(parent: Ref, foresight: Foresight, *, mode: str = _EXCLUSIVE) -> None:
    """Its rows are read: none of them may belong into the new partition."""
    for table in foresight.catalog.tables:
        held = table.partition_of
        if held and held.table == parent.path[:2] and held.bound == "DEFAULT":
            foresight.lock_family(table.ref, mode)
            foresight.scan(table.ref)


def drop_table(action: Action, foresight: Foresight) -> None:
    """A moment, on all tables that it is tied to."""
    ref = _ref(action, foresight)
    foresight.lock_family(ref, _EXCLUSIVE)
    for each in foresight.family(ref):
        table = foresight.table(each)
        for key in table.foreign_keys if table else ():
            foresight.lock(Ref("table", key.table), _EXCLUSIVE)
        for child, _ in foresight.lookup.referencing(table) if table and "cascade" in action.words else ():
            foresight.lock(child.ref, _EXCLUSIVE)
    table = foresight.table(ref)
    if table and table.partition_of:
        foresight.lock(Ref("table", table.partition_of.table), _EXCLUSIVE)
        _default_partition_locked(Ref("table", table.partition_of.table), foresight)
    foresight.hazard("data-loss", ref, f"All rows of {ref} are deleted.")
    foresight.hazard("breaking", ref, f"Statements that use {ref} fail.")


def _default_partition_locked(parent: Ref, foresight: Foresight) -> None:
    for table in foresight.catalog.tables:
        if table.partition_of and table.partition_of.table == parent.path[:2] and table.partition_of.bound == "DEFAULT":
            foresight.lock(table.ref, _EXCLUSIVE)


def rename_table(action: Action, foresight: Foresight) -> None:
    """A moment, but the running application does not know the new name."""
    ref = _ref(action, foresight)
    foresight.lock(ref, _EXCLUSIVE)
    foresight.hazard("breaking", ref, f"Statements that say {ref} fail once it is {action.to}.")


def truncate(action: Action, foresight: Foresight) -> None:
    """A moment; CASCADE empties all tables that refer to it."""
    ref = _ref(action, foresight)
    waiting, seen = foresight.family(ref, only="only" in action.words), set[Ref]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        foresight.lock(each, _EXCLUSIVE)
        foresight.hazard("data-loss", each, f"All rows of {each} are deleted.")
        table = foresight.table(each)
        if table and "cascade" in action.words:
            waiting += [child.ref for child, _ in foresight.lookup.referencing(table)]


def alter_table(action: Action, foresight: Foresight) -> None:
    """Clauses of ALTER TABLE that have no kind of their own."""
    ref = _ref(action, foresight)
    says = f"{action.name or ''} {action.to or ''}".upper()
    weak = ("SET STATISTICS", "SET (", "RESET (", "CLUSTER ON", "SET WITHOUT CLUSTER")
    if "inherit" in action.words and action.table is not None:
        foresight.lock(action.table, _UPDATE)
    if any(words in says for words in weak):
        foresight.lock(ref, _UPDATE)
    else:
        foresight.lock(ref, _EXCLUSIVE)


def attach(action: Action, foresight: Foresight) -> None:
    """The rows of the partition are read, but where a check says already that they fit; the parent stays usable."""
    ref = _ref(action, foresight)
    foresight.lock(ref, _UPDATE)
    if action.table is None:
        return
    foresight.lock_family(action.table, _EXCLUSIVE)
    foresight.scan(action.table)
    _default_partition(ref, foresight)
    parent = foresight.table(ref)
    for key in parent.foreign_keys if parent else ():
        foresight.lock(Ref("table", key.table), _ROW_EXCLUSIVE)


def detach(action: Action, foresight: Foresight) -> None:
    """A moment under the strongest lock, or CONCURRENTLY."""
    ref = _ref(action, foresight)
    if action.table is None:
        return
    if "concurrently" in action.words:
        foresight.lock(ref, _UPDATE)
        foresight.lock_family(action.table, _EXCLUSIVE)
        foresight.alone(action.table, "DETACH PARTITION CONCURRENTLY")
        return
    if "finalize" in action.words:
        foresight.lock(ref, _UPDATE)
        foresight.lock(action.table, _EXCLUSIVE)
        return
    foresight.lock(ref, _EXCLUSIVE)
    foresight.lock_family(action.table, _EXCLUSIVE if foresight.version >= 14 else _UPDATE)
    _default_partition_locked(ref, foresight)


def rewritten(action: Action, foresight: Foresight) -> None:
    """The whole table is written again: another tablespace, LOGGED, another access method."""
    assert action.target is not None
    if action.target.kind == "index":
        alter_index(action, foresight)
        return
    ref = _ref(action, foresight)
    foresight.lock(ref, _EXCLUSIVE)
    table = foresight.table(ref)
    if table is None or table.kind != "partitioned":
        foresight.rewrite(ref, only=True)


def vacuum(action: Action, foresight: Foresight) -> None:
    """VACUUM runs beside readers and writers; FULL and CLUSTER write the table again."""
    full = action.kind in ("vacuum full", "cluster")
    if action.target is not None:
        ref = _ref(action, foresight)
        foresight.lock_family(ref, _EXCLUSIVE if full else _UPDATE)
        if full:
            foresight.rewrite(ref)
        else:
            foresight.visit(ref)
    if action.kind != "cluster" or action.target is None:
        foresight.alone(action.target or Ref("catalog", ()), "CLUSTER" if action.kind == "cluster" else "VACUUM")


def analyze(action: Action, foresight: Foresight) -> None:
    """A sample of the rows is read beside readers and writers."""
    if action.target is not None:
        foresight.lock_family(_ref(action, foresight), _UPDATE)


def rows(action: Action, foresight: Foresight) -> None:
    """INSERT, UPDATE, DELETE and COPY: other writers of the same rows wait, nobody else."""
    ref = _ref(action, foresight)
    foresight.lock(ref, "ROW EXCLUSIVE")
    limited = {"where", "batch"} & action.words
    if action.kind in ("update", "delete") and not limited:
        foresight.lock_family(ref, "ROW EXCLUSIVE")
        foresight.change_rows(ref)
        kind = "deleted" if action.kind == "delete" else "changed"
        if action.kind == "delete":
            foresight.hazard("data-loss", ref, f"All rows of {ref} are deleted.")
        else:
            foresight.hazard("lock", ref, f"Every row of {ref} is {kind} and stays locked until the transaction ends.")


def lock_table(action: Action, foresight: Foresight) -> None:
    """LOCK TABLE: what it says, or the strongest."""
    mode = (action.to or _EXCLUSIVE).upper()
    foresight.lock_family(_ref(action, foresight), mode if mode in MODES else _EXCLUSIVE)


KNOWN = {
    "create table": create_table,
    "drop table": drop_table,
    "rename table": rename_table,
    "move table": rename_table,
    "truncate": truncate,
    "alter table": alter_table,
    "attach partition": attach,
    "detach partition": detach,
    "set tablespace": rewritten,
    "set logged": rewritten,
    "set unlogged": rewritten,
    "rebuild table": rewritten,
    "vacuum": vacuum,
    "vacuum full": vacuum,
    "cluster": vacuum,
    "analyze": analyze,
    "insert": rows,
    "update": rows,
    "delete": rows,
    "copy": rows,
    "lock table": lock_table,
}
