"""What a statement's locks mean for others, in words: who waits, on how big a table, for how long."""

from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import ForeignKey
from dbwright.change.actions import Action
from dbwright.change.effects import Blocked, Effect, Lock
from dbwright.finding import Evidence, Severity
from dbwright.rules.migrating import Migration, Moment
from dbwright.rules.migration._objects import rows_seen, was_there
from dbwright.rules.migration._text import listed

CONTROL = frozenset(("begin", "commit", "rollback", "savepoint", "set", "reset"))
"""Statements that only steer the session."""

FEW_ROWS = 10_000
MANY_ROWS = 10_000_000
LONG_SECONDS = 10.0


def lock_on(moment: Moment, table: Ref) -> Lock | None:
    """The lock that a statement takes on a table: the one that keeps most others waiting."""
    found = [lock for lock in moment.deed.effect.locks if lock.relation.path[:2] == table.path[:2]]
    return max(found, key=lambda lock: (len(lock.blocks), lock.mode), default=None)


def locked(migration: Migration, moment: Moment, *what: str) -> list[Lock]:
    """The locks on tables in use that keep one of these waiting ("reads", "writes"), a relation each once."""
    found: dict[tuple[str, ...], Lock] = {}
    for lock in moment.deed.effect.locks:
        if lock.relation.kind != "table" or not any(each in lock.blocks for each in what):
            continue
        known = found.get(lock.relation.path)
        if was_there(migration, moment, lock.relation) and (known is None or len(known.blocks) < len(lock.blocks)):
            found[lock.relation.path] = lock
    return list(found.values())


def is_exclusive(lock: Lock) -> bool:
    """Whether even reads wait."""
    return "reads" in lock.blocks


def against(lock: Lock) -> str:
    """Who waits: "reads and writes"."""
    blocked: list[str] = [what for what in lock.blocks if what != "schema changes"]
    return listed(blocked or ["schema changes"])


def size(migration: Migration, table: Ref, effect: Effect) -> str:
    """How big a table is and how long the statement is expected to take: " (12,000,000 rows, ≈ 40 s)"; empty where unknown."""
    rows = migration.rows(table)
    parts = [] if rows is None else [f"{rows:,} row{'s' if rows != 1 else ''}"]
    if effect.seconds is not None and effect.held_for == "rows":
        parts.append(f"≈ {duration(effect.seconds)}")
    return f" ({', '.join(parts)})" if parts else ""


def duration(seconds: float) -> str:
    """Seconds as people say them: "0.4 s", "40 s", "12 min", "3 h"."""
    if seconds < 1:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


def locks_it(migration: Migration, moment: Moment, table: Ref, otherwise: str = "ACCESS EXCLUSIVE") -> str:
    """What the lock does, to end a sentence: "locks orders (12,000,000 rows, ≈ 40 s) against reads and writes (ACCESS EXCLUSIVE)".

    otherwise: the mode to name where the effect tells no lock.
    """
    effect = moment.deed.effect
    lock = lock_on(moment, table) or Lock(table, otherwise, _BLOCKS.get(otherwise, ("writes", "schema changes")))
    return f"locks {table}{size(migration, table, effect)} against {against(lock)} ({lock.mode})"


_BLOCKS: dict[str, tuple[Blocked, ...]] = {"ACCESS EXCLUSIVE": ("reads", "writes", "schema changes")}


def seen(migration: Migration, moment: Moment, *tables: Ref) -> tuple[Evidence, ...]:
    """The locks of a statement, how they are known, and how many rows the tables have, where that is known."""
    effect = moment.deed.effect
    found = []
    shown = [
        f"{lock.mode} on {lock.relation}" for lock in effect.locks if lock.blocks and lock.relation.kind != "index"
    ]
    if shown:
        how = "Run on a scratch database, it held" if effect.basis == "observed" else "As documented, it holds"
        found.append(Evidence(f"{how} {listed(list(dict.fromkeys(shown)))}."))
    for word, relations in (("wrote all rows again of", effect.rewrites), ("built", effect.builds)):
        if relations and effect.basis == "observed":
            found.append(Evidence(f"There it {word} {listed([str(each) for each in relations])}."))
    found += [rows_seen(migration, table) for table in dict.fromkeys(tables) if migration.rows(table) is not None]
    return tuple(found)


def gravity(migration: Migration, moment: Moment, table: Ref, usual: Severity) -> Severity:
    """How bad it is to hold a lock for a table's rows: a note where there are few (`few-rows`), an error where it takes long
    (`long-seconds`); the usual severity where the size is not known."""
    rows = migration.rows(table)
    if rows is None:
        return usual
    if rows <= int(migration.option("few-rows", FEW_ROWS)):
        return "note"
    seconds = moment.deed.effect.seconds
    is_long = rows >= MANY_ROWS if seconds is None else seconds >= float(migration.option("long-seconds", LONG_SECONDS))
    return "error" if is_long else usual


def in_use(migration: Migration, *kinds: str) -> Iterator[tuple[Moment, Action, Ref]]:
    """The actions of these kinds on tables that were there before the migration, with the table; in both directions."""
    for moment, action in migration.actions(*kinds):
        ref = action.table or action.target
        if ref is not None and moment.deed.failed is None and was_there(migration, moment, ref):
            yield moment, action, Ref("table", ref.path[:2])


def parent_of(key: ForeignKey) -> Ref:
    """The table that a foreign key points at."""
    return Ref("table", key.table)


def version_at_least(migration: Migration, *numbers: int) -> bool:
    """Whether the server is of that version or newer; so where it is not known."""
    return not migration.version or migration.version >= numbers


def other_work(moment: Moment) -> bool:
    """Whether a statement does more than steer the session."""
    kinds = {action.kind for action in moment.deed.actions}
    return not kinds or not kinds <= CONTROL
