"""Types and sequences → steps: altered where PostgreSQL can, else made anew and put under every column that uses them."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dbwright.catalog.names import Kind
from dbwright.catalog.objects import Composite, Domain, Enum, Range, Sequence
from dbwright.catalog.parts import Check
from dbwright.change.operations import ChangeObject, CreateObject, DropObject
from dbwright.change.operations.objects import find_object
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import check_sql
from dbwright.engines.postgres.ddl_comments import of_attributes, of_domain_checks
from dbwright.engines.postgres.ddl_types import composite_sql, domain_sql, enum_sql, range_sql, sequence_sql
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql
from dbwright.engines.postgres.new_type import put_in_place
from dbwright.engines.postgres.stepping import Work, plain, step, together, with_reason
from dbwright.engines.postgres.words import identifier, literal, qualified
from dbwright.errors import Unsupported

_LABELS_STAY = (
    "PostgreSQL cannot take labels out of an enum or put them in another order: a new type is made, every column that"
    " uses the old one is written again, and the old one is dropped. It fails if a row holds a label that is gone."
)
_NO_WAY_BACK = "A label cannot be taken out again without making the type anew."


# ---------------------------------------------------------------- made and dropped


def create(operation: CreateObject, work: Work) -> list[Step]:
    """A type or a sequence with its comments and owner."""
    each: Any = operation.object
    kind = operation.target.kind
    steps = plain(_create_sql(each, work))
    steps = [msgspec.structs.replace(steps[0], undo=(f"DROP {named(kind, each)}",)), *steps[1:]]
    texts = [comment_sql(named(kind, each), each.comment)] if each.comment is not None else []
    if isinstance(each, Composite):
        texts += of_attributes(each)
    if isinstance(each, Domain):
        texts += of_domain_checks(each)
    if each.owner:
        texts.append(owner_sql(named(kind, each), each.owner))
    return [*steps, *plain(texts)]


def _create_sql(each: Any, work: Work) -> Iterator[str]:
    match each:
        case Enum():
            yield enum_sql(each)
        case Domain():
            yield from domain_sql(each)
        case Composite():
            yield composite_sql(each)
        case Range():
            yield range_sql(each)
        case Sequence():
            yield sequence_sql(each)
            # Where its table is not there yet, creating the table says whose it is.
            if each.owned_by and (table := work.table(each.owned_by[:2])) and table.column(each.owned_by[2]):
                yield f"ALTER SEQUENCE {qualified(each.namespace, each.name)} OWNED BY {_owning(each)}"


def _owning(sequence: Sequence) -> str:
    if sequence.owned_by is None:
        return "NONE"
    namespace, table, column = sequence.owned_by
    return f"{qualified(namespace, table)}.{identifier(column)}"


def drop(operation: DropObject, work: Work) -> list[Step]:
    """Without CASCADE."""
    each = find_object(work.catalog, operation.target)
    return plain([f"DROP {named(operation.target.kind, each)}"])


def _words(kind: Kind, old: Any, new: Any) -> list[Step]:
    texts = []
    if old.owner != new.owner:
        texts.append(owner_sql(named(kind, new), new.owner))
    if old.comment != new.comment:
        texts.append(comment_sql(named(kind, new), new.comment))
    return plain(texts)


# ---------------------------------------------------------------- enums


def change_enum(operation: ChangeObject, work: Work) -> list[Step]:
    """New labels in their places; a label gone or moved needs a new type."""
    old: Enum = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Enum = wanted
    if old.labels == new.labels:
        return _words("enum", old, new)
    known = set(old.labels)
    if [label for label in new.labels if label in known] == list(old.labels):
        return [*_added_labels(old, new), *_words("enum", old, new)]
    steps = put_in_place("enum", old, [enum_sql(new)], work, lambda column: f"{column}::text")
    return [*with_reason(steps, _LABELS_STAY), *_words("enum", old, new)]


def _added_labels(old: Enum, new: Enum) -> list[Step]:
    name = qualified(new.namespace, new.name)
    present = list(old.labels)
    steps = []
    for place, label in enumerate(new.labels):
        if label in present:
            continue
        where = f" AFTER {literal(new.labels[place - 1])}" if place else ""
        if not place and present:
            where = f" BEFORE {literal(present[0])}"
        present.insert(place, label)
        text = f"ALTER TYPE {name} ADD VALUE {literal(label)}{where}"
        steps.append(step(text, f"Add the label {label!r} to {old.namespace}.{old.name}", _NO_WAY_BACK))
    return steps


# ---------------------------------------------------------------- domains


def change_domain(operation: ChangeObject, work: Work) -> list[Step]:
    """Default, NULL, checks (unproved first); another base type needs a new domain."""
    old: Domain = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Domain = wanted
    if (old.type, old.collation) != (new.type, new.collation):
        texts = [*domain_sql(new), *of_domain_checks(new)]
        base = old.type.spelling
        steps = put_in_place("domain", old, texts, work, lambda column: f"{column}::{base}")
        return [*steps, *_words("domain", old, new)]
    alter = f"ALTER DOMAIN {qualified(new.namespace, new.name)}"
    steps = []
    if old.default != new.default:
        change = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
        steps.append(step(f"{alter} {change}"))
    if old.nullable != new.nullable:
        why = "" if new.nullable else "All columns of the domain are read under a lock that keeps writers out."
        steps.append(step(f"{alter} {'DROP' if new.nullable else 'SET'} NOT NULL", why=why))
    before, after = ({check.name: check for check in each.checks} for each in (old, new))
    for name, check in before.items():
        if name not in after or not _same_check(check, after[name]):
            steps.append(step(f"{alter} DROP CONSTRAINT {identifier(name or '')}"))
    for name, check in after.items():
        was = before.get(name)
        if was is None or not _same_check(was, check):
            steps += _domain_check(alter, check)
        elif not was.validated and check.validated:
            steps.append(step(f"{alter} VALIDATE CONSTRAINT {identifier(name or '')}"))
        if (was.comment if was and _same_check(was, check) else None) != check.comment:
            place = f"CONSTRAINT {identifier(name or '')} ON DOMAIN {qualified(new.namespace, new.name)}"
            steps += plain([comment_sql(place, check.comment)])
    return [*steps, *_words("domain", old, new)]


def _same_check(one: Check, other: Check) -> bool:
    same = msgspec.structs.replace(one, comment=other.comment, validated=other.validated) == other
    return same and not (one.validated and not other.validated)


def _domain_check(alter: str, check: Check) -> list[Step]:
    text = f"{alter} ADD {check_sql(check)}"
    if not check.validated or check.name is None:
        return plain([text])
    drop_it = f"{alter} DROP CONSTRAINT IF EXISTS {identifier(check.name)}"
    why = "Added unproved first, so that the columns of the domain are not read while others wait."
    return [
        step(f"{text} NOT VALID", f"Add {check.name} to the domain, unproved", why, undo=[drop_it], cleanup=[drop_it]),
        step(
            f"{alter} VALIDATE CONSTRAINT {identifier(check.name)}", f"Prove {check.name} for all columns of the domain"
        ),
    ]


# ---------------------------------------------------------------- composite and range types


def change_composite(operation: ChangeObject, work: Work) -> list[Step]:
    """Attributes are added at the end, dropped, or get another type."""
    old: Composite = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Composite = wanted
    alter = f"ALTER TYPE {qualified(new.namespace, new.name)}"
    before, after = ({each.name: each for each in which.attributes} for which in (old, new))
    kept = [name for name in before if name in after]
    if list(after)[: len(kept)] != kept:
        raise Unsupported(
            "PostgreSQL",
            f"put the attributes of {old.namespace}.{old.name} in another order",
            hint="New attributes stand last; drop the type and create it again where nothing uses it.",
        )
    texts = [f"{alter} DROP ATTRIBUTE {identifier(name)}" for name in before if name not in after]
    for name, attribute in after.items():
        collate = f" COLLATE {attribute.collation}" if attribute.collation else ""
        was = before.get(name)
        if was is None:
            texts.append(f"{alter} ADD ATTRIBUTE {identifier(name)} {attribute.type.spelling}{collate}")
        elif (was.type, was.collation) != (attribute.type, attribute.collation):
            texts.append(f"{alter} ALTER ATTRIBUTE {identifier(name)} TYPE {attribute.type.spelling}{collate}")
    for name, attribute in after.items():
        if (before[name].comment if name in before else None) != attribute.comment:
            place = f"COLUMN {qualified(new.namespace, new.name)}.{identifier(name)}"
            texts.append(comment_sql(place, attribute.comment))
    return [*plain(texts), *_words("composite", old, new)]


def change_range(operation: ChangeObject, work: Work) -> list[Step]:
    """A range type cannot be altered; it is made anew where no column uses it."""
    old: Range = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Range = wanted
    same = msgspec.structs.replace(old, owner=new.owner, comment=new.comment) == new
    if same:
        return _words("range", old, new)
    texts = [f"DROP {named('range', old)}", range_sql(new)]
    texts += [comment_sql(named("range", new), new.comment)] if new.comment is not None else []
    texts += [owner_sql(named("range", new), new.owner)] if new.owner else []
    why = "A range type cannot be altered; it is made anew, which fails where a column uses it."
    return together([step(text) for text in texts], why)


# ---------------------------------------------------------------- sequences


def change_sequence(operation: ChangeObject, work: Work) -> list[Step]:
    """ALTER SEQUENCE; the next value stays."""
    old: Sequence = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Sequence = wanted
    words = []
    if old.type != new.type:
        words.append(f"AS {new.type}")
    if old.increment != new.increment:
        words.append(f"INCREMENT BY {new.increment}")
    if old.minimum != new.minimum or old.type != new.type or (old.increment > 0) != (new.increment > 0):
        words.append("NO MINVALUE" if new.minimum is None else f"MINVALUE {new.minimum}")
    if old.maximum != new.maximum or old.type != new.type or (old.increment > 0) != (new.increment > 0):
        words.append("NO MAXVALUE" if new.maximum is None else f"MAXVALUE {new.maximum}")
    if old.start != new.start:
        words.append(f"START WITH {new.start}")
    if old.cache != new.cache:
        words.append(f"CACHE {new.cache}")
    if old.cycle != new.cycle:
        words.append("CYCLE" if new.cycle else "NO CYCLE")
    alter = f"ALTER SEQUENCE {qualified(new.namespace, new.name)}"
    texts = [f"{alter} {' '.join(words)}"] if words else []
    if old.unlogged != new.unlogged:
        if work.version < 15:
            raise Unsupported("PostgreSQL before 15", "have unlogged sequences")
        texts.append(f"{alter} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}")
    if old.owned_by != new.owned_by:
        texts.append(f"{alter} OWNED BY {_owning(new)}")
    quiet = (
        old if new.owned_by is None or old.owned_by == new.owned_by else msgspec.structs.replace(old, owner=new.owner)
    )
    return [*plain(texts), *_words("sequence", quiet, new)]


Writers = tuple[Callable[[Any, Work], Any], Callable[[Any, Work], Any], Callable[[Any, Work], Any]]

WRITERS: dict[str, Writers] = {
    "enum": (create, drop, change_enum),
    "domain": (create, drop, change_domain),
    "composite": (create, drop, change_composite),
    "range": (create, drop, change_range),
    "sequence": (create, drop, change_sequence),
}
"""For each kind: how it is created, dropped, changed."""
