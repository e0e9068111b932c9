"""The rows of a scratch database as INSERT statements, and what tells that two databases hold the same ones."""

from dbwright.app.rows import named, parents_first
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import Refused

_AT_ONCE = 100
_MOST = 100_000

Rows = dict[tuple[str, ...], list[str]]
"""By table, its rows as text, sorted."""


def insert_statements(session: Session, engine: Engine, catalog: Catalog) -> list[str]:
    """Statements that put the rows back, parents first; none where all tables are empty. Raises Refused for very many rows."""
    found: list[str] = []
    for table in parents_first(catalog):
        columns = [column for column in table.columns if column.generated is None]
        if not columns:
            continue
        names = ", ".join(engine.quote(column.name) for column in columns)
        rows = session.query(f"SELECT {names} FROM {named(engine, table)}")
        if len(rows) > _MOST:
            raise Refused(
                f"{table.ref} holds {len(rows):,} rows that migrations put in: too many to be written into one file."
            )
        always = engine.name == "postgres" and any(c.identity and c.identity.generation == "always" for c in columns)
        head = f"INSERT INTO {named(engine, table)} ({names})" + (" OVERRIDING SYSTEM VALUE" if always else "")
        for start in range(0, len(rows), _AT_ONCE):
            values = ",\n  ".join(
                f"({', '.join(_literal(engine, each) for each in row)})" for row in rows[start : start + _AT_ONCE]
            )
            found.append(f"{head} VALUES\n  {values}")
        if rows and engine.name == "postgres":
            found += _counters(engine, table)
    return found


def content(session: Session, engine: Engine, catalog: Catalog) -> Rows:
    """All rows of all tables, in an order of their own."""
    found: Rows = {}
    for table in parents_first(catalog):
        columns = sorted(column.name for column in table.columns)
        if columns:
            names = ", ".join(engine.quote(name) for name in columns)
            rows = session.query(f"SELECT {names} FROM {named(engine, table)}")
            found[table.ref.path] = sorted(repr(row) for row in rows)
    return found


def _counters(engine: Engine, table: Table) -> list[str]:
    """PostgreSQL's sequences do not notice keys that were given."""
    quote, text = engine.quote, engine.literal
    return [
        f"SELECT setval(pg_get_serial_sequence({text(named(engine, table))}, {text(column.name)}), "
        f"(SELECT max({quote(column.name)}) FROM {named(engine, table)}))"
        for column in table.columns
        if column.identity is not None
    ]


def _literal(engine: Engine, value: object) -> str:
    known = value is None or isinstance(value, bool | int | float | str | bytes)
    plain = known or hasattr(value, "isoformat") or hasattr(value, "as_tuple")
    return engine.literal(value if plain else str(value))
