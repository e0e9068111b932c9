"""A column added so that its values come later, and nobody waits for them."""

import re
from collections.abc import Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Column
from dbwright.change.actions import Action
from dbwright.rules.migrating import Migration, Moment
from dbwright.rules.migration._batches import batched_update
from dbwright.rules.migration._clauses import alter, not_null_by_check, rest, type_of
from dbwright.rules.migration._text import literal, qualified, written

_CALL = re.compile(r"([a-z_][\w$]*)\s*\(", re.IGNORECASE)
_VOLATILE = frozenset(
    "clock_timestamp random random_normal gen_random_uuid gen_random_bytes uuidv4 uuidv7 uuid_generate_v1 "
    "uuid_generate_v1mc uuid_generate_v4 timeofday nextval setval currval lastval txid_current pg_current_xact_id gen_salt".split()
)


def is_volatile(migration: Migration, moment: Moment, expression: str) -> bool:
    """Whether a default gives another value for each row, as far as names tell."""
    called = {name.lower() for name in _CALL.findall(re.sub(r"'(?:[^']|'')*'", "''", expression))}
    own = {
        routine.name.lower()
        for routine in moment.before.routines
        if routine.volatility == "volatile" or not routine.volatility
    }
    return bool(called & (_VOLATILE | own))


def rewriting_actions(moment: Moment) -> list[Action]:
    """The actions of a statement that may make it write the table anew."""
    return [action for action in moment.deed.actions if _may_rewrite(action)]


def _may_rewrite(action: Action) -> bool:
    if action.kind == "add column":
        column = action.column
        return column is not None and bool(column.default or column.identity or column.generated)
    return action.kind in ("alter type", "change column", "set logged", "set unlogged", "set tablespace", "set storage")


def is_rewritten(moment: Moment, table: Ref) -> bool:
    """Whether a statement writes every row of a table again."""
    return any(each.path[:2] == table.path[:2] for each in moment.deed.effect.rewrites)


def filled_later(migration: Migration, moment: Moment, action: Action, table: Ref, column: Column) -> tuple[str, ...]:
    """A column added empty, its default set for new rows, the old rows filled in batches, NOT NULL proved by a check."""
    start, name = alter(migration, table), migration.quote(column.name)
    default = column.default or "NULL"
    steps = [
        *rest(moment, action, instead=f"ADD COLUMN {name} {type_of(column)}"),
        f"{start} ALTER COLUMN {name} SET DEFAULT {default}",
        batched_update(migration, moment, table, f"{name} = DEFAULT", f"{name} IS NULL"),
    ]
    return (*steps, *_not_null(migration, table, column))


def numbered_later(migration: Migration, moment: Moment, action: Action, table: Ref, column: Column) -> tuple[str, ...]:
    """A column that numbers itself, added empty and numbered from a sequence in batches."""
    start, name = alter(migration, table), migration.quote(column.name)
    serial = column.identity is not None and column.identity.generation == "serial"
    own = f"{table.name}_{column.name}_seq" if serial else f"{table.name}_{column.name}_numbers"
    sequence = qualified(migration, table.namespace, own)
    kind = {"smallserial": "smallint", "serial": "integer", "bigserial": "bigint"}.get(
        type_of(column).lower(), type_of(column)
    )
    steps = [
        f"CREATE SEQUENCE {sequence} AS {kind}",
        *rest(moment, action, instead=f"ADD COLUMN {name} {kind}"),
        f"{start} ALTER COLUMN {name} SET DEFAULT nextval({literal(sequence)})",
        batched_update(migration, moment, table, f"{name} = DEFAULT", f"{name} IS NULL"),
        *not_null_by_check(migration, table, [column.name]),
    ]
    if serial:
        return (*steps, f"ALTER SEQUENCE {sequence} OWNED BY {written(migration, table)}.{name}")
    generation = "ALWAYS" if column.identity and column.identity.generation == "always" else "BY DEFAULT"
    return (
        *steps,
        f"{start} ALTER COLUMN {name} DROP DEFAULT, ALTER COLUMN {name} ADD GENERATED {generation} AS IDENTITY",
        *_continued(migration, table, column, sequence),
    )


def _continued(migration: Migration, table: Ref, column: Column, sequence: str) -> Sequence[str]:
    held = literal(written(migration, table))
    return (
        f"SELECT setval(pg_get_serial_sequence({held}, {literal(column.name)}), last_value, is_called) FROM {sequence}",
        f"DROP SEQUENCE {sequence}",
    )


def _not_null(migration: Migration, table: Ref, column: Column) -> tuple[str, ...]:
    return () if column.nullable else not_null_by_check(migration, table, [column.name])
