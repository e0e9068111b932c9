"""The rows that a proof runs on: those of the table that is split, and of the tables that they refer to."""

from msgspec.structs import replace

from dbwright.app.rows import copy_sample, parents_first
from dbwright.app.verify import Fill
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session

MOST = 20_000
"""Rows of a table that a proof takes along."""


def rows_of(table: Ref, source: Session, catalog: Catalog, engine: Engine, *, most: int = MOST) -> Fill:
    """What fills a scratch database with up to `most` rows of a table and of its ancestors."""
    needed = _with_ancestors(table, catalog)

    def fill(to: Session, held: Catalog) -> list[str]:
        some = replace(held, tables=tuple(each for each in held.tables if each.ref in needed))
        said = copy_sample(source, to, some, engine, rows=most)
        place = ".".join(engine.quote(part) for part in table.path if part)
        there, here = (int(str(each.query(f"SELECT count(*) FROM {place}")[0][0])) for each in (source, to))
        if here < there:
            said.append(f"The proof ran on {here:,} of the {there:,} rows of {table}.")
        return said

    return fill


def _with_ancestors(table: Ref, catalog: Catalog) -> set[Ref]:
    tables = {(each.namespace, each.name): each for each in parents_first(catalog)}
    found: set[Ref] = set()
    waiting: list[Table] = [each for each in tables.values() if each.ref == table]
    while waiting:
        each = waiting.pop()
        if each.ref not in found:
            found.add(each.ref)
            waiting += [tables[key.table] for key in each.foreign_keys if key.table in tables]
    return found
