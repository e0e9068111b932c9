"""How fast a live PostgreSQL schema is compared with what it should be, beside Alembic's autogenerate, in the same run.

    python -m bench.diff [--tables 1000,10000]

The live database and the wanted schema differ in five objects. Alembic compares with SQLAlchemy's tables in memory; dbwright
with a catalog in memory ("held") and with a second live database ("live"). Alembic does not look at checks, triggers, views,
functions, policies, privileges and storage options; dbwright compares all of them.
"""

import argparse
import time
from collections.abc import Callable

from bench.postgres import schema, sqlalchemy_engine
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import changes
from dbwright.engines.base import Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.url import Url

_DIFFERENCES = (
    "ALTER TABLE orders_1 ADD COLUMN added integer",
    "ALTER TABLE orders_2 DROP COLUMN notes",
    "ALTER TABLE orders_3 ALTER COLUMN total TYPE numeric(14,2)",
    "DROP INDEX orders_4_open",
    "ALTER TABLE orders_5 ALTER COLUMN status SET NOT NULL",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", default="1000,10000", help="sizes, with commas between them")
    options = parser.parse_args()
    print(f"{'tables':>7} {'held':>9} {'live':>9} {'alembic':>9} {'/held':>6} {'/live':>6}   (seconds)")
    origin = ""
    for size in (int(each) for each in options.tables.split(",")):
        with ENGINE.scratch() as live, ENGINE.scratch() as wanted:
            origin = live.origin
            _make(live.url, schema(size))
            _make(wanted.url, [*schema(size), *_DIFFERENCES])
            goal = _read(wanted.url)
            metadata = _metadata(wanted.url)
            held = _best(lambda url=live.url, goal=goal: _compare(_read(url), goal))  # type: ignore[misc] # bound now
            both = _best(lambda a=live.url, b=wanted.url: _compare(_read(a), _read(b)))  # type: ignore[misc] # bound now
            alembic = _best(lambda url=live.url, tables=metadata: _autogenerate(url, tables), runs=1)  # type: ignore[misc] # bound now
        print(
            f"{size:>7,} {held:>9.2f} {both:>9.2f} {alembic:>9.2f} {alembic / held:>5.1f}x {alembic / both:>5.1f}x",
            flush=True,
        )
    print(f"on {origin}")


def _make(url: Url, statements: list[str]) -> None:
    with ENGINE.connect(url, read_only=False) as session:
        session.execute(Statement(text=text) for text in statements)


def _read(url: Url) -> Catalog:
    with ENGINE.connect(url) as session:
        return session.inspect().catalog


def _compare(old: Catalog, new: Catalog) -> int:
    found = len(changes(old, new).operations)
    assert found == len(_DIFFERENCES), f"{found} differences were found instead of {len(_DIFFERENCES)}"
    return found


def _metadata(url: Url) -> object:
    """The wanted schema as SQLAlchemy's tables; making them is not counted."""
    import sqlalchemy

    engine = sqlalchemy_engine(url)
    metadata = sqlalchemy.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
    engine.dispose()
    return metadata


def _autogenerate(url: Url, metadata: object) -> int:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    engine = sqlalchemy_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)  # type: ignore[arg-type] # it is a MetaData
    engine.dispose()
    return len(found)


def _best(action: Callable[[], int], runs: int = 2) -> float:
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


if __name__ == "__main__":
    main()
