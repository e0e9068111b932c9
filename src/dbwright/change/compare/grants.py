"""Privileges."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant
from dbwright.change.operations import GrantPrivileges, Operation, Revoke


def grants(old: Catalog, new: Catalog, replaced: frozenset[Ref]) -> list[Operation]:
    """What is taken back and what is granted. Objects in `replaced` are made anew and lose their privileges with it."""
    before, after = set(old.grants), set(new.grants)
    lost = {grant for grant in before if grant not in after or grant.on in replaced}
    gained = {grant for grant in after if grant not in before or grant.on in replaced}
    return [
        *(Revoke(target=grant.on, grant=grant) for grant in sorted(lost, key=_place)),
        *(GrantPrivileges(target=grant.on, grant=grant) for grant in sorted(gained, key=_place)),
    ]


def _place(grant: Grant) -> tuple[object, ...]:
    return (
        grant.on,
        grant.grantee,
        grant.columns,
        grant.grantable,
        grant.default_for or "",
        grant.creator or "",
        grant.privileges,
    )
