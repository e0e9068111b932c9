"""Indexes that a statement names, found in the schema."""

from dbwright.catalog.objects import Index, Table, View
from dbwright.change.actions import Action
from dbwright.rules.migrating import Moment


def index_named(moment: Moment, action: Action) -> tuple[Table | View, Index] | None:
    """The index that an action names, as it is before the statement, with the table or materialised view that holds it."""
    ref = action.target
    if ref is None or ref.kind != "index":
        return None
    holders: tuple[Table | View, ...] = (*moment.before.tables, *moment.before.views)
    for holder in holders:
        if holder.namespace != ref.namespace:
            continue
        for index in holder.indexes:
            if index.name == ref.name:
                return holder, index
    return None
