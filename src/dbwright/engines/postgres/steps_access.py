"""Privileges, roles, schemas, extensions and event triggers → steps."""

from collections.abc import Callable
from typing import Any

import msgspec

from dbwright.catalog.objects import Catalog, EventTrigger, Extension, Grant, Namespace, Role
from dbwright.change.operations import ChangeObject, CreateObject, DropObject, GrantPrivileges, Revoke
from dbwright.change.operations.objects import find_object
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl import event_trigger_sql
from dbwright.engines.postgres.ddl_access import default_grant_sql, grant_sql, is_owner, revoke_sql, role_sql
from dbwright.engines.postgres.dependants import state_words
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql
from dbwright.engines.postgres.privileges import OF_OWNER, OF_PUBLIC, PUBLIC, usual_for_public
from dbwright.engines.postgres.stepping import Work, plain, step, together
from dbwright.engines.postgres.words import identifier, literal

# ---------------------------------------------------------------- privileges


def revoke(operation: Revoke, work: Work) -> list[Step]:
    """REVOKE; where someone holds privileges by nature, these come back."""
    taken = operation.grant
    usual = _by_nature(taken, work.catalog)
    beyond = tuple(each for each in taken.privileges if each not in usual)
    missing = tuple(sorted(usual - set(taken.privileges)))
    write = _default_sql if taken.default_for else _object_sql
    texts = [write(work.catalog, msgspec.structs.replace(taken, privileges=beyond), True)] if beyond else []
    if missing:
        texts.append(write(work.catalog, msgspec.structs.replace(taken, privileges=missing, grantable=False), False))
    if not texts and taken.privileges:
        texts = [write(work.catalog, taken, True)]
    return plain(texts)


def grant(operation: GrantPrivileges, work: Work) -> list[Step]:
    """GRANT; where someone holds privileges by nature, the grant says what is left of them, so the rest is taken first."""
    given = operation.grant
    write = _default_sql if given.default_for else _object_sql
    texts = []
    if not given.privileges or (_by_nature(given, work.catalog) and not _told_already(given, work.catalog)):
        texts.append(write(work.catalog, msgspec.structs.replace(given, privileges=("ALL",)), True))
    if given.privileges:
        texts.append(write(work.catalog, given, False))
    return together([step(text) for text in texts], "In one transaction, so that nobody is kept out in between.")


def _told_already(given: Grant, catalog: Catalog) -> bool:
    """Whether another grant on the same object says already what is left."""
    return any(
        (each.grantee, each.on, each.default_for, each.creator)
        == (given.grantee, given.on, given.default_for, given.creator)
        and not each.columns
        for each in catalog.grants
    )


def _by_nature(of: Grant, catalog: Catalog) -> frozenset[str]:
    """What the grantee holds without any grant."""
    if of.columns:
        return frozenset()
    if of.default_for:
        if of.on.kind != "catalog":
            return frozenset()
        kind = "enum" if of.default_for == "type" else of.default_for
        return OF_PUBLIC.get(kind, frozenset()) if of.grantee == PUBLIC else _owners(kind, of.grantee == of.creator)
    if of.grantee == PUBLIC:
        return usual_for_public(of.on)
    return _owners(of.on.kind, is_owner(catalog, of.on, of.grantee))


def _owners(kind: str, is_one: bool) -> frozenset[str]:
    return OF_OWNER.get(kind, frozenset()) if is_one else frozenset()


def _object_sql(catalog: Catalog, of: Grant, taking: bool) -> str:
    if not taking:
        return grant_sql(catalog, of)
    return revoke_sql(catalog, of.on, of.grantee, None if of.privileges == ("ALL",) else of)


def _default_sql(catalog: Catalog, of: Grant, taking: bool) -> str:
    return default_grant_sql(of, revoke=taking)


# ---------------------------------------------------------------- roles


def create_role(operation: CreateObject, work: Work) -> list[Step]:
    """Only where the server has no such role: roles belong to all its databases."""
    role: Any = operation.object
    return [step(role_sql(role), undo=[f"DROP ROLE {identifier(role.name)}"])]


def drop_role(operation: DropObject, work: Work) -> list[Step]:
    """Fails where the role owns something in any database of the server."""
    return plain([f"DROP ROLE {identifier(operation.target.name)}"])


def change_role(operation: ChangeObject, work: Work) -> list[Step]:
    """ALTER ROLE, memberships and the comment."""
    old: Role = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Role = wanted
    flags = {
        "LOGIN": (old.login, new.login),
        "SUPERUSER": (old.superuser, new.superuser),
        "CREATEDB": (old.create_database, new.create_database),
        "CREATEROLE": (old.create_role, new.create_role),
        "BYPASSRLS": (old.bypass_row_security, new.bypass_row_security),
        "REPLICATION": (old.replication, new.replication),
        "INHERIT": (old.inherit, new.inherit),
    }
    name = identifier(new.name)
    words = [word if after else f"NO{word}" for word, (before, after) in flags.items() if before != after]
    texts = [f"ALTER ROLE {name} {' '.join(words)}"] if words else []
    texts += [f"REVOKE {identifier(each)} FROM {name}" for each in old.member_of if each not in new.member_of]
    texts += [f"GRANT {identifier(each)} TO {name}" for each in new.member_of if each not in old.member_of]
    if old.comment != new.comment:
        texts.append(comment_sql(f"ROLE {name}", new.comment))
    return plain(texts)


# ---------------------------------------------------------------- schemas


def create_namespace(operation: CreateObject, work: Work) -> list[Step]:
    """A schema with its owner and comment."""
    namespace: Any = operation.object
    what = named("namespace", namespace)
    texts = [f"CREATE {what}"]
    texts += [owner_sql(what, namespace.owner)] if namespace.owner else []
    texts += [comment_sql(what, namespace.comment)] if namespace.comment is not None else []
    steps = plain(texts)
    return [msgspec.structs.replace(steps[0], undo=(f"DROP {what}",)), *steps[1:]]


def drop_namespace(operation: DropObject, work: Work) -> list[Step]:
    """Without CASCADE: fails where something is left in it."""
    return plain([f"DROP SCHEMA {identifier(operation.target.name)}"])


def change_namespace(operation: ChangeObject, work: Work) -> list[Step]:
    """Its owner and comment."""
    old: Namespace = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    return plain(_words(named("namespace", old), old, wanted))


def _words(what: str, old: Any, new: Any) -> list[str]:
    texts = []
    if getattr(old, "owner", None) != getattr(new, "owner", None):
        texts.append(owner_sql(what, new.owner))
    if old.comment != new.comment:
        texts.append(comment_sql(what, new.comment))
    return texts


# ---------------------------------------------------------------- extensions


def create_extension(operation: CreateObject, work: Work) -> list[Step]:
    """In its schema and version, where they are told."""
    extension: Any = operation.object
    words = [f"CREATE EXTENSION IF NOT EXISTS {identifier(extension.name)}"]
    if extension.namespace:
        words.append(f"SCHEMA {identifier(extension.namespace)}")
    if extension.version:
        words.append(f"VERSION {literal(extension.version)}")
    steps = [step(" ".join(words), undo=[f"DROP EXTENSION {identifier(extension.name)}"])]
    if extension.comment is not None:
        steps += plain([comment_sql(named("extension", extension), extension.comment)])
    return steps


def drop_extension(operation: DropObject, work: Work) -> list[Step]:
    """Without CASCADE: fails where something of it is in use."""
    return plain([f"DROP EXTENSION {identifier(operation.target.name)}"])


def change_extension(operation: ChangeObject, work: Work) -> list[Step]:
    """Another version, schema or comment."""
    old: Extension = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Extension = wanted
    name = named("extension", new)
    texts = []
    if new.version is not None and old.version != new.version:
        texts.append(f"ALTER {name} UPDATE TO {literal(new.version)}")
    if new.namespace and old.namespace != new.namespace:
        texts.append(f"ALTER {name} SET SCHEMA {identifier(new.namespace)}")
    return plain([*texts, *_words(name, old, new)])


# ---------------------------------------------------------------- event triggers


def create_event_trigger(operation: CreateObject, work: Work) -> list[Step]:
    """The event trigger with its state, owner and comment."""
    trigger: Any = operation.object
    steps = plain(event_trigger_sql(trigger))
    return [msgspec.structs.replace(steps[0], undo=(f"DROP {named('event_trigger', trigger)}",)), *steps[1:]]


def drop_event_trigger(operation: DropObject, work: Work) -> list[Step]:
    """DROP EVENT TRIGGER."""
    return plain([f"DROP EVENT TRIGGER {identifier(operation.target.name)}"])


def change_event_trigger(operation: ChangeObject, work: Work) -> list[Step]:
    """Its state, owner and comment; another event or function makes it anew."""
    old: EventTrigger = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: EventTrigger = wanted
    what = named("event_trigger", new)
    if old.definition != new.definition:
        texts = [f"DROP {what}", *event_trigger_sql(new)]
        return together([step(text) for text in texts], "In one transaction, so that it is never missing.")
    texts = [f"ALTER {what} {state_words(new.enabled)}"] if old.enabled != new.enabled else []
    return plain([*texts, *_words(what, old, new)])


Writers = tuple[Callable[[Any, Work], Any], Callable[[Any, Work], Any], Callable[[Any, Work], Any]]

WRITERS: dict[str, Writers] = {
    "role": (create_role, drop_role, change_role),
    "namespace": (create_namespace, drop_namespace, change_namespace),
    "extension": (create_extension, drop_extension, change_extension),
    "event_trigger": (create_event_trigger, drop_event_trigger, change_event_trigger),
}
"""For each kind: how it is created, dropped, changed."""
