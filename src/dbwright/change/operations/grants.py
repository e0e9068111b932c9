"""Changes to privileges."""

import msgspec

from dbwright.catalog.objects import Catalog, Grant
from dbwright.change.operations.base import Operation


def grant_key(grant: Grant) -> tuple[object, ...]:
    """What tells grants apart that may differ in their privileges alone."""
    return (grant.on, grant.grantee, grant.columns, grant.grantable, grant.default_for, grant.creator)


class Revoke(Operation, frozen=True, kw_only=True):
    """Take back a grant. The target is what it was granted on."""

    grant: Grant

    def apply(self, catalog: Catalog) -> Catalog:
        grants = tuple(grant for grant in catalog.grants if grant != self.grant)
        return msgspec.structs.replace(catalog, grants=grants)

    def inverse(self, before: Catalog) -> Operation:
        return GrantPrivileges(target=self.target, grant=self.grant)

    def describe(self) -> str:
        return f"Revoke {', '.join(self.grant.privileges)} on {self.target} from {self.grant.grantee}"


class GrantPrivileges(Operation, frozen=True, kw_only=True):
    """Grant privileges. The target is what they are granted on."""

    grant: Grant

    def apply(self, catalog: Catalog) -> Catalog:
        return msgspec.structs.replace(catalog, grants=(*catalog.grants, self.grant))

    def inverse(self, before: Catalog) -> Operation:
        return Revoke(target=self.target, grant=self.grant)

    def describe(self) -> str:
        return f"Grant {', '.join(self.grant.privileges)} on {self.target} to {self.grant.grantee}"
