"""Triggers, policies, and changes to any part of a table that keep the part → steps."""

from typing import Any

import msgspec

from dbwright.catalog.lookup import find_holder, find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table, View
from dbwright.catalog.parts import Check, Exclusion, ForeignKey, Index, Policy, PrimaryKey, Trigger, Unique
from dbwright.change.operations import (
    ChangePart,
    CreatePolicy,
    CreateTrigger,
    DropPolicy,
    DropTrigger,
    RenamePart,
)
from dbwright.change.operations.parts import find_part
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import (
    check_sql,
    cut_together,
    deferral_words,
    foreign_key_sql,
    index_sql,
    primary_key_sql,
    unique_sql,
)
from dbwright.engines.postgres.dependants import policy_sql, trigger_sql, trigger_state_sql
from dbwright.engines.postgres.naming import comment_sql, part_sql
from dbwright.engines.postgres.stepping import Work, alter_table, plain, step, together
from dbwright.engines.postgres.steps_indexes import CONCURRENTLY, built
from dbwright.engines.postgres.steps_keys import index_of
from dbwright.engines.postgres.steps_tables import options_sql
from dbwright.engines.postgres.words import identifier, listed, qualified

_NEVER_MISSING = "In one transaction, so that it is never missing."


def _name(holder: Table | View) -> str:
    return qualified(holder.namespace, holder.name)


# ---------------------------------------------------------------- triggers and policies


def create_trigger(operation: CreateTrigger, work: Work) -> list[Step]:
    """The trigger, its state and its comment."""
    name, trigger = qualified(*operation.target.path[:2]), operation.trigger
    texts = list(trigger_sql(name, trigger))
    if trigger.comment is not None:
        texts.append(comment_sql(f"TRIGGER {identifier(trigger.name)} ON {name}", trigger.comment))
    steps = plain(texts)
    return [msgspec.structs.replace(steps[0], undo=(_drop("TRIGGER", trigger.name, name),)), *steps[1:]]


def _drop(word: str, name: str, holder: str) -> str:
    return f"DROP {word} {identifier(name)} ON {holder}"


def drop_trigger(operation: DropTrigger, work: Work) -> list[Step]:
    """DROP TRIGGER."""
    find_part(work.catalog, operation.target)
    return plain([_drop("TRIGGER", operation.target.name, qualified(*operation.target.path[:2]))])


def create_policy(operation: CreatePolicy, work: Work) -> list[Step]:
    """The policy and its comment."""
    name, policy = qualified(*operation.target.path[:2]), operation.policy
    steps = [step(policy_sql(name, policy), undo=[_drop("POLICY", policy.name, name)])]
    if policy.comment is not None:
        steps += plain([comment_sql(f"POLICY {identifier(policy.name)} ON {name}", policy.comment)])
    return steps


def drop_policy(operation: DropPolicy, work: Work) -> list[Step]:
    """DROP POLICY."""
    find_part(work.catalog, operation.target)
    return plain([_drop("POLICY", operation.target.name, qualified(*operation.target.path[:2]))])


# ---------------------------------------------------------------- changing a part


def change_part(operation: ChangePart, work: Work) -> list[Step]:
    """What differs between the part that is there and the one that shall be; its comment last."""
    holder = find_holder(work.catalog, operation.target)
    old, new = find_part(work.catalog, operation.target), operation.to
    ref = operation.target
    if ref.kind == "primary_key":
        ref = Ref("primary_key", (*ref.path[:2], old.name))
    steps = _changed(holder, ref, old, new, work)
    if old.comment != getattr(new, "comment", None):
        steps += plain([comment_sql(part_sql(ref, _name(holder)), getattr(new, "comment", None))])
    return steps


def _changed(holder: Table | View, ref: Ref, old: Any, new: Any, work: Work) -> list[Step]:
    match new:
        case Trigger():
            return _trigger(_name(holder), old, new)
        case Policy():
            return _policy(_name(holder), old, new)
        case Index():
            return _index(holder, old, new, work)
        case ForeignKey():
            return _foreign_key(ref, old, new, work)
        case Check():
            return _check(ref, old, new)
        case PrimaryKey() | Unique():
            return _key(find_table(work.catalog, ref), ref, old, new, work)
        case Exclusion():
            if _same(old, new):
                return []
            texts = [
                f"{alter_table(ref)} DROP CONSTRAINT {identifier(ref.name)}",
                f"{alter_table(ref)} ADD CONSTRAINT {identifier(ref.name)} {new.definition}",
            ]
            return together([step(text) for text in texts], _NEVER_MISSING)
    return []


def _same(old: Any, new: Any, *but: str) -> bool:
    """Whether two parts are equal but for their comments and some other fields."""
    return bool(
        msgspec.structs.replace(old, comment=None, **{field: getattr(new, field) for field in but})
        == msgspec.structs.replace(new, comment=None)
    )


def _trigger(holder: str, old: Trigger, new: Trigger) -> list[Step]:
    if _same(old, new, "enabled"):
        return plain([trigger_state_sql(holder, new)]) if old.enabled != new.enabled else []
    texts = [_drop("TRIGGER", old.name, holder), *trigger_sql(holder, new)]
    if old.comment is not None and old.comment == new.comment:
        texts.append(comment_sql(f"TRIGGER {identifier(new.name)} ON {holder}", new.comment))
    return together([step(text) for text in texts], _NEVER_MISSING)


def _policy(holder: str, old: Policy, new: Policy) -> list[Step]:
    lost = (old.using is not None and new.using is None) or (old.check is not None and new.check is None)
    if (old.command, old.permissive) != (new.command, new.permissive) or lost:
        texts = [_drop("POLICY", old.name, holder), policy_sql(holder, new)]
        if old.comment is not None and old.comment == new.comment:
            texts.append(comment_sql(f"POLICY {identifier(new.name)} ON {holder}", new.comment))
        return together([step(text) for text in texts], _NEVER_MISSING)
    words = []
    if old.roles != new.roles:
        words.append(f"TO {listed(new.roles)[1:-1] if new.roles else 'PUBLIC'}")
    if old.using != new.using:
        words.append(f"USING ({new.using})")
    if old.check != new.check:
        words.append(f"WITH CHECK ({new.check})")
    return plain([f"ALTER POLICY {identifier(new.name)} ON {holder} {' '.join(words)}"]) if words else []


# ---------------------------------------------------------------- indexes


def _index(holder: Table | View, old: Index, new: Index, work: Work) -> list[Step]:
    name = qualified(holder.namespace, old.name)
    if not _same(old, new, "options", "valid", "parent", "visible"):
        return _index_anew(holder, old, new, work)
    found: list[Step] = []
    if not old.valid and new.valid:
        how = "" if isinstance(holder, Table) and holder.kind == "partitioned" else "CONCURRENTLY "
        found += plain([f"REINDEX INDEX {how}{name}"])
    if old.parent and not new.parent and isinstance(holder, Table) and holder.partition_of:
        above = work.table(holder.partition_of.table)
        if above and any(each.name == old.parent[1] for each in above.indexes):
            work.loose.append((old.parent, holder, new))
        else:
            found += built(holder, new, concurrently=not work.is_unused(holder.ref))
    if old.parent != new.parent and new.parent:
        text = f"ALTER INDEX {qualified(*new.parent)} ATTACH PARTITION {name}"
        found.append(step(text, f"Attach the index {old.name} to {new.parent[1]}"))
    texts = list(options_sql(f"ALTER INDEX {name}", old.options, new.options))
    for option in sorted(old.options.keys() | new.options.keys()):
        before, after = old.options.get(option), new.options.get(option)
        if before == after:
            continue
        if option == "tablespace":
            texts.append(f"ALTER INDEX {name} SET TABLESPACE {identifier(after or 'pg_default')}")
        elif option.startswith("statistics "):
            number = option.removeprefix("statistics ")
            texts.append(f"ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {after or -1}")
    return [*found, *plain(texts)]


def _index_anew(holder: Table | View, old: Index, new: Index, work: Work) -> list[Step]:
    """Built under another name while the old one serves, and then put in its place."""
    name = qualified(holder.namespace, old.name)
    if work.is_unused(holder.ref) or holder.temporary or (isinstance(holder, Table) and holder.kind == "partitioned"):
        return together(
            [step(f"DROP INDEX {name}"), step(index_sql(holder.namespace, holder.name, new))], _NEVER_MISSING
        )
    other = cut_together(old.name, "", "new")
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(holder.namespace, other)}"
    build = index_sql(holder.namespace, holder.name, msgspec.structs.replace(new, name=other), concurrently=True)
    rename = f"ALTER INDEX {qualified(holder.namespace, other)} RENAME TO {identifier(new.name)}"
    steps = [
        step(build, f"Build the index {new.name} anew on {holder.ref}", CONCURRENTLY, undo=[drop], cleanup=[drop]),
        step(f"DROP INDEX CONCURRENTLY {name}", f"Drop the index {old.name} as it was"),
        step(rename, f"Put the new index in the place of {old.name}"),
    ]
    if old.comment is not None and old.comment == new.comment:
        steps += plain([comment_sql(f"INDEX {name}", new.comment)])
    return steps


# ---------------------------------------------------------------- constraints


def _foreign_key(ref: Ref, old: ForeignKey, new: ForeignKey, work: Work) -> list[Step]:
    name, alter = identifier(ref.name), alter_table(ref)
    proved = not old.validated and new.validated
    if _same(old, new, "deferral", *(["validated"] if proved else [])):
        found = []
        if old.deferral != new.deferral:
            found.append(f"{alter} ALTER CONSTRAINT {name}{deferral_words(new.deferral) or ' NOT DEFERRABLE'}")
        if proved and old.enforced:
            found.append(f"{alter} VALIDATE CONSTRAINT {name}")
        return plain(found)
    if work.version >= 18 and _same(old, new, "enforced", "validated"):
        return plain([f"{alter} ALTER CONSTRAINT {name} {'' if new.enforced else 'NOT '}ENFORCED"])
    unproved = msgspec.structs.replace(new, validated=False) if new.enforced else new
    swap = [step(f"{alter} DROP CONSTRAINT {name}"), step(f"{alter} ADD {foreign_key_sql(unproved)}")]
    steps = together([*swap, *_same_comment(ref, old, new)], _NEVER_MISSING)
    return [*steps, *plain([f"{alter} VALIDATE CONSTRAINT {name}"] if new.validated and new.enforced else [])]


def _check(ref: Ref, old: Check, new: Check) -> list[Step]:
    name, alter = identifier(ref.name), alter_table(ref)
    if _same(old, new):
        return []
    if not old.validated and new.validated and _same(old, new, "validated"):
        return plain([f"{alter} VALIDATE CONSTRAINT {name}"])
    unproved = msgspec.structs.replace(new, validated=False) if new.enforced else new
    swap = [step(f"{alter} DROP CONSTRAINT {name}"), step(f"{alter} ADD {check_sql(unproved)}")]
    steps = together([*swap, *_same_comment(ref, old, new)], _NEVER_MISSING)
    return [*steps, *plain([f"{alter} VALIDATE CONSTRAINT {name}"] if new.validated and new.enforced else [])]


def _same_comment(ref: Ref, old: Any, new: Any) -> list[Step]:
    """The comment again, where the part was made anew and keeps it; change_part writes another one."""
    if old.comment is None or old.comment != new.comment:
        return []
    holder = qualified(*ref.path[:2])
    return plain([comment_sql(part_sql(Ref(ref.kind, (*ref.path[:2], new.name)), holder), new.comment)])


def _key(table: Table, ref: Ref, old: PrimaryKey | Unique, new: PrimaryKey | Unique, work: Work) -> list[Step]:
    assert old.name is not None
    name, alter = qualified(table.namespace, old.name), alter_table(ref)
    if _same(old, new, "options"):
        texts = list(options_sql(f"ALTER INDEX {name}", old.options, new.options))
        if old.options.get("tablespace") != new.options.get("tablespace"):
            texts.append(f"ALTER INDEX {name} SET TABLESPACE {identifier(new.options.get('tablespace', 'pg_default'))}")
        return plain(texts)
    drop = f"{alter} DROP CONSTRAINT {identifier(old.name)}"
    whole = primary_key_sql(new) if isinstance(new, PrimaryKey) else unique_sql(new)
    at_once = work.is_unused(table.ref) or table.temporary or table.kind == "partitioned" or new.without_overlaps
    if at_once:
        return [step(f"{drop}, ADD {whole}"), *_same_comment(ref, old, new)]
    other = cut_together(old.name, "", "new")
    clean = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(table.namespace, other)}"
    build = index_sql(
        table.namespace, table.name, msgspec.structs.replace(index_of(new), name=other), concurrently=True
    )
    word = "PRIMARY KEY" if isinstance(new, PrimaryKey) else "UNIQUE"
    add = f"ADD CONSTRAINT {identifier(new.name or old.name)} {word} USING INDEX {identifier(other)}"
    return [
        step(build, f"Build the index of {old.name} anew on {table.ref}", CONCURRENTLY, undo=[clean], cleanup=[clean]),
        step(f"{drop}, {add}{deferral_words(new.deferral)}", f"Put it in the place of {old.name}"),
        *_same_comment(ref, old, new),
    ]


# ---------------------------------------------------------------- names


def rename_part(operation: RenamePart, work: Work) -> list[Step]:
    """Another name for a constraint, an index, a trigger or a policy."""
    target, part = operation.target, find_part(work.catalog, operation.target)
    holder, to = qualified(*target.path[:2]), identifier(operation.to)
    match target.kind:
        case "index":
            text = f"ALTER INDEX {qualified(target.path[0], part.name)} RENAME TO {to}"
            back = f"ALTER INDEX {qualified(target.path[0], operation.to)} RENAME TO {identifier(part.name)}"
        case "trigger" | "policy":
            alter = f"ALTER {target.kind.upper()}"
            text = f"{alter} {identifier(part.name)} ON {holder} RENAME TO {to}"
            back = f"{alter} {to} ON {holder} RENAME TO {identifier(part.name)}"
        case _:
            if target.kind in ("check", "foreign_key") and work.same_on_parent(operation):
                return []
            text = f"{alter_table(target)} RENAME CONSTRAINT {identifier(part.name)} TO {to}"
            back = f"{alter_table(target)} RENAME CONSTRAINT {to} TO {identifier(part.name)}"
    return [step(text, undo=[back])]
