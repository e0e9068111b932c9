"""The triggers of tables and views, and the policies of tables, that both sides have."""

from dbwright.catalog.objects import Table, View
from dbwright.change.compare.constraints import PartChanges, renamed
from dbwright.change.compare.pairs import differing, paired
from dbwright.change.operations import ChangePart, CreatePolicy, CreateTrigger, DropPolicy, DropTrigger

_IN_PLACE = {"postgres": frozenset(("comment", "enabled"))}
_POLICY_IN_PLACE = frozenset(("comment",))


def triggers(old: Table | View, new: Table | View, engine: str) -> PartChanges:
    """The triggers of a table or a view."""
    found = PartChanges([], [], [])
    if old.triggers == new.triggers:
        return found
    pairs = paired(old.triggers, new.triggers, lambda trigger: trigger.name)
    for each in pairs.removed:
        found.drops.append(DropTrigger(target=old.ref.child("trigger", each.name)))
    found.adds.extend(CreateTrigger(target=old.ref, trigger=each) for each in pairs.added)
    for was, shall in pairs.both:
        fields = differing(was, shall)
        target = old.ref.child("trigger", was.name)
        if fields and fields <= _IN_PLACE.get(engine, frozenset()):
            found.changes.append(ChangePart(target=target, to=shall))
        elif fields:
            found.drops.append(DropTrigger(target=target))
            found.adds.append(CreateTrigger(target=old.ref, trigger=shall))
    return found


def policies(old: Table, new: Table) -> PartChanges:
    """The row-level-security policies of a table."""
    found = PartChanges([], [], [])
    if old.policies == new.policies:
        return found
    pairs = paired(old.policies, new.policies, lambda policy: policy.name)
    found.changes.extend(renamed("policy", old.ref, pairs.removed, pairs.added))
    for each in pairs.removed:
        found.drops.append(DropPolicy(target=old.ref.child("policy", each.name)))
    found.adds.extend(CreatePolicy(target=old.ref, policy=each) for each in pairs.added)
    for was, shall in pairs.both:
        fields = differing(was, shall)
        target = old.ref.child("policy", was.name)
        if fields and fields <= _POLICY_IN_PLACE:
            found.changes.append(ChangePart(target=target, to=shall))
        elif fields:
            found.drops.append(DropPolicy(target=target))
            found.adds.append(CreatePolicy(target=old.ref, policy=shall))
    return found
