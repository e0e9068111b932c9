"""Privileges: only what differs from what PostgreSQL gives by itself.

Owners hold everything on their own objects; PUBLIC may EXECUTE routines, use types, CONNECT to the database and make
temporary tables there, and use the schema public. None of that is a grant of the catalog. Where such privileges were
taken away, a grant lists what is left of them to that role on that object: with an empty list, nothing is.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant
from dbwright.engines.postgres import queries_access
from dbwright.engines.postgres.privileges import OF_OWNER, OF_PUBLIC, PUBLIC, usual_for_public
from dbwright.engines.postgres.reading import Reading

_FUTURE = {"r": "table", "S": "sequence", "f": "routine", "T": "enum", "n": "namespace"}
FUTURE_NAMES = {
    "table": "table",
    "sequence": "sequence",
    "routine": "routine",
    "enum": "type",
    "namespace": "namespace",
}
_NOTHING: frozenset[str] = frozenset()


class _Held(msgspec.Struct):
    """The privileges on one object: by grantee, the privileges and whether each may be passed on."""

    owner: str
    by: dict[str, dict[str, bool]] = msgspec.field(default_factory=lambda: defaultdict(dict))


def read_grants(reading: Reading) -> tuple[Grant, ...]:
    """All grants, the default privileges of future objects among them."""
    whole: dict[tuple[Ref, str | None], _Held] = {}
    columns: dict[Ref, dict[str, dict[str, dict[str, bool]]]] = {}
    found: list[Grant] = []
    for kind, oid, number, owner, grantee, privilege, grantable in reading.rows(queries_access.PRIVILEGES):
        on = _ref(reading, kind, oid)
        if on is None:
            continue
        owner_name = reading.roles.get(owner, "")
        name = PUBLIC if grantee == 0 else reading.roles.get(grantee, "") if grantee else ""
        if kind == "column":
            column = reading.columns[oid][number]
            if privilege and name:
                by_column = columns.setdefault(on, defaultdict(dict)).setdefault(name, defaultdict(dict))
                by_column[column][privilege] = grantable
            continue
        future = f"{kind} {owner}" if kind.startswith("default") else None
        held = whole.setdefault((on, future), _Held(owner_name))
        if privilege and name:
            held.by[name][privilege] = grantable
    for (on, future), held in whole.items():
        if future:
            found += _default_privileges(reading, on, future, held)
        else:
            found += _differences(on, held, OF_OWNER[on.kind], usual_for_public(on))
    for on, grantees in columns.items():
        for name, by_column in grantees.items():
            found += _column_grants(on, name, by_column)
    return tuple(found)


def _ref(reading: Reading, kind: str, oid: int) -> Ref | None:
    match kind.split()[0]:
        case "relation" | "column":
            return reading.relations.get(oid)
        case "routine":
            return reading.routines.get(oid)
        case "type":
            ref = reading.types.get(oid)
            return ref if ref and ref.kind in OF_PUBLIC else None
        case "catalog":
            return Ref("catalog", ())
        case _:
            if oid == 0:
                return Ref("catalog", ())
            name = reading.namespaces.get(oid)
            return Ref("namespace", (name,)) if name else None


def _differences(on: Ref, held: _Held, owner_usual: frozenset[str], public_usual: frozenset[str]) -> list[Grant]:
    found = []
    for name, usual in ((held.owner, owner_usual), (PUBLIC, public_usual)):
        has = held.by.pop(name, {})
        if name == held.owner:
            # MAINTAIN came with version 17, and owners pass everything on anyway.
            has = {privilege: False for privilege in has if privilege != "MAINTAIN"}
        if frozenset(has) != usual or any(has.values()):
            found += _grants(on, name, has, even_if_empty=True)
    for name, has in held.by.items():
        found += _grants(on, name, has)
    return found


def _grants(on: Ref, name: str, has: dict[str, bool], *, even_if_empty: bool = False) -> list[Grant]:
    found = []
    for grantable in (False, True):
        privileges = tuple(sorted(privilege for privilege, passed_on in has.items() if passed_on is grantable))
        if privileges or (even_if_empty and not has and not grantable):
            found.append(Grant(grantee=name, privileges=privileges, on=on, grantable=grantable))
    return found


def _column_grants(on: Ref, name: str, by_column: dict[str, dict[str, bool]]) -> list[Grant]:
    alike: dict[tuple[tuple[str, ...], bool], list[str]] = defaultdict(list)
    for column, has in by_column.items():
        for grantable in (False, True):
            privileges = tuple(sorted(privilege for privilege, passed_on in has.items() if passed_on is grantable))
            if privileges:
                alike[privileges, grantable].append(column)
    return [
        Grant(grantee=name, privileges=privileges, on=on, columns=tuple(sorted(columns)), grantable=grantable)
        for (privileges, grantable), columns in alike.items()
    ]


def _default_privileges(reading: Reading, on: Ref, future: str, held: _Held) -> list[Grant]:
    kind = _FUTURE[future.split()[1]]
    everywhere = on.kind == "catalog"
    owner_usual = OF_OWNER[kind] if everywhere else _NOTHING
    public_usual = OF_PUBLIC.get(kind, _NOTHING) if everywhere else _NOTHING
    # Beside what comes by itself, a schema can give its objects\' owners something explicitly.
    explicit = {} if everywhere else held.by.pop(held.owner, {})
    grants = _grants(on, held.owner, explicit)
    grants += [grant for grant in _differences(on, held, owner_usual, public_usual) if everywhere or grant.privileges]
    creator = int(future.split()[2])
    return [
        msgspec.structs.replace(grant, default_for=FUTURE_NAMES[kind], creator=reading.owner_name(creator))
        for grant in grants
    ]


def roles_named(catalog: Catalog) -> Iterable[str]:
    """The roles that objects of the catalog name as owner, grantee or in a policy."""
    names: set[str | None] = set()
    for grant in catalog.grants:
        names.update((grant.grantee, grant.creator))
    for objects in (
        catalog.namespaces, catalog.enums, catalog.domains, catalog.composites, catalog.ranges, catalog.sequences,
        catalog.tables, catalog.views, catalog.routines, catalog.event_triggers,
    ):  # fmt: skip
        names.update(each.owner for each in objects)
    for table in catalog.tables:
        for policy in table.policies:
            names.update(policy.roles)
    return sorted(name for name in names if name and name != PUBLIC)
