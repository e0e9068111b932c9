"""The catalog in the middle of an operation that takes several steps: a later step stands on what an earlier one made."""

from collections.abc import Sequence
from functools import partial

import msgspec

from dbwright.catalog.lookup import with_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Check
from dbwright.change.actions import Action
from dbwright.errors import UsageError


def after(actions: Sequence[Action], catalog: Catalog) -> Catalog:
    """The catalog after a step, as far as checks are concerned: what is added, validated and dropped of them."""
    for action in actions:
        if action.target is None or not action.kind.endswith("constraint"):
            continue
        try:
            catalog = with_table(catalog, Ref("table", action.target.path[:2]), partial(_changed, action))
        except UsageError:  # a table of which the catalog does not know
            continue
    return catalog


def _changed(action: Action, table: Table) -> Table:
    others = tuple(check for check in table.checks if check.name != action.name)
    match action.kind, action.constraint:
        case "add constraint", Check() as check:
            added = msgspec.structs.replace(check, validated="not valid" not in action.words)
            return msgspec.structs.replace(table, checks=(*table.checks, added))
        case "validate constraint", _:
            checks = (
                msgspec.structs.replace(check, validated=True) if check.name == action.name else check
                for check in table.checks
            )
            return msgspec.structs.replace(table, checks=tuple(checks))
        case "drop constraint", _:
            return msgspec.structs.replace(table, checks=others)
    return table
