"""The transactions of a migration: who opened them, and what runs in them together."""

from dbwright.rules.migrating import Migration, Moment


def together(migration: Migration) -> list[list[Moment]]:
    """The statements that run in one transaction, a list for each transaction, in their order."""
    found: dict[int, list[Moment]] = {}
    for moment in migration.moments:
        if moment.deed.transaction is not None:
            found.setdefault(moment.deed.transaction, []).append(moment)
    return list(found.values())


def followed(migration: Migration) -> frozenset[int]:
    """The statements, by their identity, after which more work is done in the same transaction."""
    found: set[int] = set()
    for moments in together(migration):
        more = False
        for moment in reversed(moments):
            if more:
                found.add(id(moment))
            more = more or bool({action.kind for action in moment.deed.actions} - {"commit", "set", "reset"})
    return frozenset(found)


def is_opened_by_runner(migration: Migration, moment: Moment) -> bool:
    """Whether the transaction of a statement was opened by what runs the migration, not by a BEGIN in its text."""
    number = moment.deed.transaction
    if number is None:
        return False
    if migration.wrapped and number == 1:
        return True
    first = next(each for each in migration.moments if each.deed.transaction == number)
    return all(action.kind != "begin" for action in first.deed.actions)
