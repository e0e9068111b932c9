"""Roles, owners and privileges → their SQL."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant, Role
from dbwright.engines.postgres.naming import owner_sql
from dbwright.engines.postgres.privileges import PUBLIC, usual_for_public
from dbwright.engines.postgres.words import dollar_quoted, identifier, literal, qualified

_WORDS = {
    "table": "TABLE",
    "view": "TABLE",
    "sequence": "SEQUENCE",
    "routine": "ROUTINE",
    "enum": "TYPE",
    "domain": "TYPE",
    "composite": "TYPE",
    "range": "TYPE",
    "namespace": "SCHEMA",
}
_FUTURE = {"table": "TABLES", "sequence": "SEQUENCES", "routine": "FUNCTIONS", "type": "TYPES", "namespace": "SCHEMAS"}


def roles(catalog: Catalog) -> Iterator[str]:
    """The roles that are not on the server yet, each after those that it is a member of."""
    waiting = {role.name: role for role in catalog.roles}
    while waiting:
        ready = [role for role in waiting.values() if not waiting.keys() & set(role.member_of)]
        for role in ready or list(waiting.values()):
            yield role_sql(role)
            del waiting[role.name]


def role_sql(role: Role) -> str:
    """CREATE ROLE with its memberships and comment, where the server has no such role."""
    words = [f"CREATE ROLE {identifier(role.name)}"]
    flags = {
        "LOGIN": role.login,
        "SUPERUSER": role.superuser,
        "CREATEDB": role.create_database,
        "CREATEROLE": role.create_role,
        "BYPASSRLS": role.bypass_row_security,
        "REPLICATION": role.replication,
        "NOINHERIT": not role.inherit,
    }
    words += [word for word, is_on in flags.items() if is_on]
    statements = [" ".join(words)]
    statements += [f"GRANT {identifier(above)} TO {identifier(role.name)}" for above in role.member_of]
    if role.comment is not None:
        statements.append(f"COMMENT ON ROLE {identifier(role.name)} IS {literal(role.comment)}")
    body = (
        f"BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(role.name)}) THEN "
        f"{' '.join(f'{statement};' for statement in statements)} END IF; END"
    )
    return f"DO {dollar_quoted(body)}"


def owners(catalog: Catalog) -> Iterator[str]:
    """ALTER … OWNER TO for all that belongs to another than the database's owner; event triggers come later."""
    named = (
        *(("SCHEMA", identifier(each.name), each.owner) for each in catalog.namespaces),
        *(("TYPE", qualified(each.namespace, each.name), each.owner) for each in catalog.enums),
        *(("DOMAIN", qualified(each.namespace, each.name), each.owner) for each in catalog.domains),
        *(("TYPE", qualified(each.namespace, each.name), each.owner) for each in catalog.composites),
        *(("TYPE", qualified(each.namespace, each.name), each.owner) for each in catalog.ranges),
        *(
            ("SEQUENCE", qualified(each.namespace, each.name), each.owner)
            for each in catalog.sequences
            if not each.owned_by
        ),
        *(("TABLE", qualified(each.namespace, each.name), each.owner) for each in catalog.tables),
        *(
            ("MATERIALIZED VIEW" if each.materialized else "VIEW", qualified(each.namespace, each.name), each.owner)
            for each in catalog.views
        ),
        *(
            (
                "AGGREGATE" if each.kind == "aggregate" else "ROUTINE",
                f"{qualified(each.namespace, each.name)}({each.arguments or ('*' if each.kind == 'aggregate' else '')})",
                each.owner,
            )
            for each in catalog.routines
        ),
    )
    for word, name, owner in named:
        if owner:
            yield owner_sql(f"{word} {name}", owner)


def grants_on(catalog: Catalog, on: Ref) -> Iterator[str]:
    """The grants on one object."""
    for grant in catalog.grants:
        if grant.on == on and grant.privileges and not grant.default_for:
            yield grant_sql(catalog, grant)


def grants(catalog: Catalog) -> Iterator[str]:
    """GRANT, and REVOKE where the catalog says what is left of privileges that come by themselves."""
    known = {role.name for role in catalog.roles}
    owner_of = _owners(catalog)
    revoked: set[tuple[Ref, str]] = set()
    for grant in catalog.grants:
        if grant.default_for:
            continue
        owner = owner_of.get(grant.on)
        by_nature = (
            bool(usual_for_public(grant.on))
            if grant.grantee == PUBLIC
            else grant.grantee == owner or (owner is None and grant.grantee not in known)
        )
        if not grant.columns and (by_nature or not grant.privileges) and (grant.on, grant.grantee) not in revoked:
            revoked.add((grant.on, grant.grantee))
            yield revoke_sql(catalog, grant.on, grant.grantee)
    for grant in catalog.grants:
        if grant.privileges and not grant.default_for:
            yield grant_sql(catalog, grant)


def default_privileges(catalog: Catalog) -> Iterator[str]:
    """ALTER DEFAULT PRIVILEGES, after all objects are there: none of them shall have got them."""
    for grant in catalog.grants:
        if grant.default_for is None:
            continue
        natural = grant.grantee == PUBLIC and grant.default_for in ("routine", "type")
        if grant.on.kind == "catalog" and (natural or not grant.privileges or grant.grantee == grant.creator):
            everything = msgspec.structs.replace(grant, privileges=("ALL",))
            yield default_grant_sql(everything, revoke=True)
        if grant.privileges:
            yield default_grant_sql(grant)


def default_grant_sql(grant: Grant, *, revoke: bool = False) -> str:
    """ALTER DEFAULT PRIVILEGES for one grant, or taking it back."""
    words = ["ALTER DEFAULT PRIVILEGES"]
    if grant.creator:
        words.append(f"FOR ROLE {identifier(grant.creator)}")
    if grant.on.kind == "namespace":
        words.append(f"IN SCHEMA {identifier(grant.on.name)}")
    objects, who = _FUTURE[grant.default_for or "table"], _grantee(grant.grantee)
    words.append(f"{'REVOKE' if revoke else 'GRANT'} {', '.join(grant.privileges)} ON {objects}")
    words.append(f"{'FROM' if revoke else 'TO'} {who}")
    if grant.grantable and not revoke:
        words.append("WITH GRANT OPTION")
    return " ".join(words)


def grant_sql(catalog: Catalog, grant: Grant) -> str:
    """One GRANT."""
    passed_on = " WITH GRANT OPTION" if grant.grantable else ""
    return _on_target(catalog, grant.on, f"GRANT {_privileges(grant)}", f"TO {_grantee(grant.grantee)}{passed_on}")


def revoke_sql(catalog: Catalog, on: Ref, grantee: str, grant: Grant | None = None) -> str:
    """REVOKE of one grant, or of everything."""
    what = _privileges(grant) if grant else "ALL"
    return _on_target(catalog, on, f"REVOKE {what}", f"FROM {_grantee(grantee)}")


def _on_target(catalog: Catalog, on: Ref, before: str, after: str) -> str:
    if on.kind == "catalog":
        # The database's own name is only known where the statement runs.
        statement = f"{before} ON DATABASE %I {after}"
        return f"DO {dollar_quoted(f'BEGIN EXECUTE format({literal(statement)}, current_database()); END')}"
    return f"{before} ON {_WORDS[on.kind]} {_target_name(catalog, on)} {after}"


def _privileges(grant: Grant) -> str:
    columns = f" ({', '.join(identifier(name) for name in grant.columns)})" if grant.columns else ""
    return ", ".join(f"{privilege}{columns}" for privilege in grant.privileges)


def _target_name(catalog: Catalog, on: Ref) -> str:
    if on.kind == "namespace":
        return identifier(on.name)
    if on.kind == "routine":
        routine = next((each for each in catalog.routines if each.ref == on), None)
        if routine is not None:
            arguments = routine.arguments.replace(" ORDER BY ", ", ")
            return f"{qualified(routine.namespace, routine.name)}({arguments})"
    return qualified(on.path[0], on.path[1])


def _grantee(name: str) -> str:
    return "PUBLIC" if name == PUBLIC else identifier(name)


def is_owner(catalog: Catalog, on: Ref, name: str) -> bool:
    """Whether a role owns an object. The owner of the database is the one that the catalog does not name."""
    owner = _owners(catalog).get(on)
    return name == owner or (owner is None and all(role.name != name for role in catalog.roles))


def _owners(catalog: Catalog) -> dict[Ref, str | None]:
    found: dict[Ref, str | None] = {Ref("namespace", (each.name,)): each.owner for each in catalog.namespaces}
    for table in catalog.tables:
        found[table.ref] = table.owner
    for view in catalog.views:
        found[view.ref] = view.owner
    for routine in catalog.routines:
        found[routine.ref] = routine.owner
    for sequence in catalog.sequences:
        found[Ref("sequence", (sequence.namespace, sequence.name))] = sequence.owner
    for enum in catalog.enums:
        found[Ref("enum", (enum.namespace, enum.name))] = enum.owner
    for domain in catalog.domains:
        found[Ref("domain", (domain.namespace, domain.name))] = domain.owner
    for composite in catalog.composites:
        found[Ref("composite", (composite.namespace, composite.name))] = composite.owner
    for range_ in catalog.ranges:
        found[Ref("range", (range_.namespace, range_.name))] = range_.owner
    return found
