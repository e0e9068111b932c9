"""What a statement will do to those who use the database meanwhile, from its actions: version 12 to 18."""

from collections.abc import Callable, Sequence

from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action
from dbwright.change.effects import Effect
from dbwright.engines.postgres import effects_columns, effects_keys, effects_objects, effects_tables
from dbwright.engines.postgres.foresight import Foresight

Foreseen = Callable[[Action, Foresight], None]


def predict(actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
    """The effect of one statement, given as its actions, on a database that holds the catalog.

    What is not known of an action (a DO block, a function's body) is not in it.
    """
    foresight = Foresight(catalog, facts)
    for action in actions:
        foresee = _KNOWN.get(action.kind)
        if foresee and (action.target is not None or action.kind in _WITHOUT_TARGET):
            foresee(action, foresight)
    return foresight.effect()


_WITHOUT_TARGET = ("vacuum", "vacuum full", "analyze", "cluster", "reindex", "create database", "drop database")

_KNOWN: dict[str, Foreseen] = {
    **effects_columns.KNOWN,
    **effects_keys.KNOWN,
    **effects_objects.KNOWN,
    **effects_tables.KNOWN,
}
