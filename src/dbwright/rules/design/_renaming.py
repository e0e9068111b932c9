"""Fixes that give tables, columns and their parts another name, where that is a simple matter."""

import re
from collections.abc import Sequence
from functools import lru_cache

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.change.operations import Operation, RenameColumn, RenamePart, RenameTable
from dbwright.finding import Fix
from dbwright.rules.base import Subject
from dbwright.rules.design._new_names import is_free

_MOST = 40
"""The most renamings in one fix that a person can still follow."""
_PLAIN = re.compile(r"[^\W\d]\w*")


def renamed_column(subject: Subject, table: Table, old: str, to: str) -> RenameColumn | None:
    """Another name for a column; None where it is taken or reserved, or where views or programs in the database say the old one."""
    taken = {column.name.casefold() for column in table.columns if column.name != old}
    if old == to or to.casefold() in taken or not _is_usable(subject, to) or _is_said(subject, old):
        return None
    return RenameColumn(target=table.column_ref(old), to=to)


def renamed_table(subject: Subject, table: Table, to: str) -> RenameTable | None:
    """Another name for a table; None for the same reasons."""
    same = table.name.casefold() == to.casefold()
    if table.name == to or not _is_usable(subject, to) or _is_said(subject, table.name):
        return None
    if not same and not is_free(subject, table.namespace, to):
        return None
    return RenameTable(target=table.ref, to=(table.namespace, to))


def renamed_part(subject: Subject, ref: Ref, to: str) -> RenamePart | None:
    """Another name for an index or a constraint; None where it is taken, or can't be changed by itself."""
    if subject.engine == "sqlite" and ref.kind != "index":
        return None
    same = ref.name.casefold() == to.casefold()
    if ref.name == to or not _is_usable(subject, to) or (not same and not is_free(subject, ref.namespace, to)):
        return None
    return RenamePart(target=ref, to=to)


def renaming(title: str, operations: Sequence[Operation | None]) -> Fix | None:
    """A fix of these renamings; None where one of them can't be made, or two end in the same name."""
    given = [operation for operation in operations if operation is not None]
    ends = {(each.target.path[:-1], getattr(each, "to", None)) for each in given}
    if not given or len(given) < len(operations) or len(ends) < len(given) or len(given) > _MOST:
        return None
    return Fix(f"{title}, together with the programs that use it", "unsafe", tuple(given))


def _is_usable(subject: Subject, name: str) -> bool:
    limit = subject.name_limit or 63
    length = len(name.encode()) if subject.name_limit_in_bytes else len(name)
    return bool(_PLAIN.fullmatch(name)) and name.casefold() not in subject.reserved and length < limit


def _is_said(subject: Subject, name: str) -> bool:
    """Whether a view, routine, trigger, policy or event says the name; one that isn't a plain word may be said anywhere."""
    return not _PLAIN.fullmatch(name) or name.casefold() in _said(subject.lookup)


@lru_cache(maxsize=8)
def _said(lookup: Lookup) -> frozenset[str]:
    """Every word in the definitions that the database keeps as text, in lower case; worked out once for a catalog."""
    catalog = lookup.catalog
    texts = [view.definition for view in catalog.views]
    texts += [routine.definition for routine in catalog.routines]
    texts += [event.definition for event in catalog.events]
    for table in catalog.tables:
        texts += [trigger.definition for trigger in table.triggers]
        texts += [f"{policy.using} {policy.check}" for policy in table.policies]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text.casefold()))
