"""What keeps rows out of a database that should not get any: production, and tables that hold rows already."""

import re
from collections.abc import Iterable, Mapping, Sequence

from dbwright.app.rows import named
from dbwright.app.seed.request import Where
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.change.effects import allowed_hazards
from dbwright.engines.base import Engine, Session
from dbwright.engines.url import Url
from dbwright.errors import Refused
from dbwright.seed.plan.base import Path

PRODUCTION = "production"
"""What must be allowed by name to write to a production database."""

_NAMES = frozenset(("production", "prod", "live"))
_FEW = 8


def check_environment(url: Url, environment: str | None, allow: Iterable[str]) -> None:
    """Raise Refused for a production database, by the name of the environment or by words in the host's or database's name."""
    if PRODUCTION in allow:
        return
    hint = f"If that is meant, run it again with --allow {PRODUCTION}."
    if environment and environment.lower() in _NAMES:
        raise Refused(f"Nothing was written: the environment is {environment}.", hint=hint)
    words = re.split(r"[^a-z]+", f"{url.host or ''} {url.database.rpartition('/')[2]}".lower())
    if found := _NAMES.intersection(words):
        raise Refused(
            f"Nothing was written: {url.shown} looks like a production database ({sorted(found)[0]!r} is in its name).",
            hint=hint,
        )


def check_rows(held: Mapping[str, int], where: Where, allow: Iterable[str]) -> None:
    """Raise Refused where tables that are to be filled hold rows and nothing was said of them, or their loss was not allowed.

    held: how many rows such tables have, by their names.
    """
    allowed = allowed_hazards(name for name in allow if name != PRODUCTION)
    if where == "empty" and held:
        raise Refused(
            f"Nothing was written, because tables that are to be filled hold rows: {listed(held)}.",
            hint="Fill only the empty ones with --fill-empty, write more rows with --append, or delete them with --empty-first.",
        )
    if where == "empty-first" and held and "data-loss" not in allowed:
        raise Refused(
            f"Nothing was written, because rows would be deleted and that was not allowed: {listed(held)}.",
            hint="If that is meant, run it again with --allow data-loss.",
        )


def listed(rows: Mapping[str, int]) -> str:
    """Tables with their numbers of rows, the first few by name."""
    shown = [f"{name} ({count:,})" for name, count in list(rows.items())[:_FEW]]
    more = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def empty(session: Session, engine: Engine, catalog: Catalog, tables: Sequence[Table]) -> None:
    """Delete all rows of tables, given parents first, in one transaction.

    Raises Refused where rows of other tables refer to them.
    """
    others = _referring(catalog, tables)
    for table, key in others:
        if _refers(session, engine, table, key):
            raise Refused(
                f"Nothing was deleted: rows of {table.ref} refer to {Ref('table', key.table)}, and they are not to be deleted.",
                hint="Fill that table too, or delete its rows first.",
            )
    names = [named(engine, table) for table in reversed(tables)]
    if engine.name == "postgres" and not others:
        session.query(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
        return
    if engine.name == "mysql":
        # All that could refer to the rows goes with them, so that nothing is left to check; circles need it.
        session.query("SET SESSION foreign_key_checks = 0")
    try:
        with session.transaction():
            if engine.name == "postgres":
                session.query("SET CONSTRAINTS ALL DEFERRED")
            for name in names:
                session.change(f"DELETE FROM {name}")
    finally:
        if engine.name == "mysql":
            session.query("SET SESSION foreign_key_checks = 1")


def _referring(catalog: Catalog, tables: Sequence[Table]) -> list[tuple[Table, ForeignKey]]:
    """The foreign keys of other tables that point at these."""
    chosen: set[Path] = {(table.namespace, table.name) for table in tables}
    return [
        (table, key)
        for table in catalog.tables
        if (table.namespace, table.name) not in chosen and not table.partition_of
        for key in table.foreign_keys
        if key.table in chosen
    ]


def _refers(session: Session, engine: Engine, table: Table, key: ForeignKey) -> bool:
    given = " AND ".join(f"{engine.quote(column)} IS NOT NULL" for column in key.columns)
    return bool(session.query(f"SELECT 1 FROM {named(engine, table)} WHERE {given} LIMIT 1"))
