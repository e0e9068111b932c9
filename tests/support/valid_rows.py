"""Whether the rows of a database keep to every constraint, asked of the engine itself with queries, table by table."""

from collections.abc import Iterator

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.seed.checks.type_limits import Types


def row_counts(session: Session, engine: Engine, catalog: Catalog) -> dict[str, int]:
    """The rows of each table."""
    return {table.name: _number(session, f"SELECT count(*) FROM {_name(engine, table)}") for table in catalog.tables}


def broken_constraints(session: Session, engine: Engine, catalog: Catalog) -> list[str]:
    """A sentence for each constraint that rows break: NOT NULL, primary keys, unique constraints and indexes, foreign keys, checks,
    conditions of domains and, on SQLite, what its own check of the file finds."""
    found = [
        f"{table.name}: {what}: {count:,} rows"
        for table in catalog.tables
        if table.kind in ("ordinary", "partitioned")
        for what, query in _queries(engine, catalog, table)
        if (count := _number(session, query))
    ]
    if catalog.engine == "sqlite":
        found += [f"foreign_key_check: {row}" for row in session.query("PRAGMA foreign_key_check")[:5]]
        found += [f"integrity_check: {row}" for row in session.query("PRAGMA integrity_check") if row != ("ok",)]
    return found


def _queries(engine: Engine, catalog: Catalog, table: Table) -> Iterator[tuple[str, str]]:
    """Queries that count the rows which break each constraint."""
    name, quote, types = _name(engine, table), engine.quote, Types(catalog)
    for column in table.columns:
        if not column.nullable:
            yield f"{column.name} NOT NULL", f"SELECT count(*) FROM {name} WHERE {quote(column.name)} IS NULL"
        for domain in types.chain(column.type):
            for check in domain.checks:
                value = f"(SELECT {quote(column.name)} AS value FROM {name}) AS v"
                yield (
                    f"{column.name} domain {domain.name}",
                    f"SELECT count(*) FROM {value} WHERE NOT ({check.expression})",
                )
    for columns, predicate, nulls_distinct in _uniques(engine, table):
        known = " AND ".join(
            [*(f"{each} IS NOT NULL" for each in columns if nulls_distinct), *([f"({predicate})"] if predicate else [])]
        )
        listed = ", ".join(columns)
        groups = f"SELECT {listed} FROM {name} WHERE {known or '1 = 1'} GROUP BY {listed} HAVING count(*) > 1"
        yield f"unique ({listed})", f"SELECT count(*) FROM ({groups}) AS g"
    for key in table.foreign_keys:
        parent = _name(engine, next(each for each in catalog.tables if (each.namespace, each.name) == key.table))
        known = " AND ".join(f"c.{quote(each)} IS NOT NULL" for each in key.columns)
        pairs = " AND ".join(
            f"p.{quote(to)} = c.{quote(own)}" for own, to in zip(key.columns, key.referenced, strict=True)
        )
        yield (
            f"foreign key ({', '.join(key.columns)})",
            f"SELECT count(*) FROM {name} AS c WHERE {known} AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {pairs})",
        )
    for check in table.checks:
        if check.enforced:
            yield f"check ({check.expression})", f"SELECT count(*) FROM {name} WHERE NOT ({check.expression})"


def _uniques(engine: Engine, table: Table) -> Iterator[tuple[list[str], str | None, bool]]:
    quote = engine.quote
    if table.primary_key:
        yield [quote(each) for each in table.primary_key.columns], None, False
    for unique in table.uniques:
        yield [quote(each) for each in unique.columns], None, unique.nulls_distinct
    for index in table.indexes:
        if index.unique and all(part.prefix_length is None for part in index.parts):
            parts = [quote(part.column) if part.column else f"({part.expression})" for part in index.parts]
            yield parts, index.predicate, index.nulls_distinct


def _name(engine: Engine, table: Table) -> str:
    return ".".join(engine.quote(part) for part in (table.namespace, table.name) if part)


def _number(session: Session, query: str) -> int:
    return int(str(session.query(query)[0][0]))
