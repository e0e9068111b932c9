"""What the rules on MySQL and MariaDB share."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey
from dbwright.change.effects import Effect
from dbwright.rules.migrating import Migration, Moment
from dbwright.rules.migration._objects import was_there

_CHANGES = (
    "add ",
    "drop ",
    "alter ",
    "set ",
    "change ",
    "rename ",
    "create index",
    "convert charset",
    "rebuild table",
    "truncate",
)
_ROWS_ONLY = (
    "drop table",
    "drop view",
    "drop trigger",
    "drop function",
    "drop schema",
    "drop database",
    "set",
    "drop sequence",
)


def changed_table(migration: Migration, moment: Moment) -> Ref | None:
    """The table of before the migration that a statement alters; None for all other statements."""
    for action in moment.deed.actions:
        if not action.kind.startswith(_CHANGES) or action.kind in _ROWS_ONLY:
            continue
        ref = action.table or action.target
        if ref is not None and was_there(migration, moment, ref):
            return ref.table
    return None


def is_small(migration: Migration, table: Ref) -> bool:
    """Whether the table is known to be so small that a lock on it is no more than a moment (option `rows`)."""
    rows = migration.rows(table)
    return rows is not None and rows < migration.option("rows", 10_000)


def is_foreign_key_alone(moment: Moment) -> bool:
    """Whether the statement does nothing but add foreign keys, which has a rule of its own."""
    kinds = {action.kind for action in moment.deed.actions}
    return kinds == {"add constraint"} and all(isinstance(each.constraint, ForeignKey) for each in moment.deed.actions)


def took(effect: Effect) -> str:
    """How long it is expected to take, as far as known."""
    if effect.seconds is None or effect.seconds < 1:
        return ""
    return (
        f", for about {effect.seconds:,.0f} seconds"
        if effect.seconds < 120
        else f", for about {effect.seconds / 60:,.0f} minutes"
    )


def basis_of(effect: Effect) -> str:
    """How the effect is known."""
    return "Seen on a scratch database" if effect.basis == "observed" else "Told by the engine's documentation"
