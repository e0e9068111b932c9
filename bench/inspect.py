"""How fast a PostgreSQL schema is read, beside SQLAlchemy's reflection, in the same run on the same database.

    python bench/inspect.py [--tables 100,1000,10000] [--reflect-up-to 10000]

Each table has 8 columns, a primary key, a foreign key and two more indexes. A time is the best of several runs.
"""

import sys

# This file's own folder must not come first: the standard library's `inspect` would be hidden by this file.
sys.path[:] = [place for place in sys.path if not place.rstrip("/").endswith("bench")]

import argparse  # noqa: E402 - after the path was mended
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

from bench.postgres import schema, sqlalchemy_engine  # noqa: E402
from dbwright.engines.base import Statement  # noqa: E402
from dbwright.engines.postgres.engine import ENGINE  # noqa: E402
from dbwright.engines.url import Url  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", default="100,1000,10000", help="sizes, with commas between them")
    parser.add_argument("--reflect-up-to", type=int, default=10_000, help="largest size that SQLAlchemy has to read")
    parser.add_argument("--version", help="version of PostgreSQL; any by default")
    options = parser.parse_args()
    sizes = [int(size) for size in options.tables.split(",")]
    print(f"{'tables':>7} {'dbwright':>10} {'get_multi':>10} {'ratio':>6} {'reflect':>10} {'ratio':>6}   (seconds)")
    ours: dict[int, float] = {}
    origin = ""
    for size in sizes:
        with ENGINE.scratch(version=options.version) as scratch:
            origin = scratch.origin
            with scratch.open() as session:
                session.execute(Statement(text=text) for text in schema(size))
            ours[size] = _best(_inspect, scratch.url, 3 if size < 5_000 else 2)
            times = [ours[size]]
            if size <= options.reflect_up_to:
                times.append(_best(_get_multi, scratch.url, 2 if size < 5_000 else 1))
                times.append(_best(_reflect, scratch.url, 2 if size < 5_000 else 1))
        _print(size, times)
    if len(sizes) > 1:
        first, last = sizes[-2], sizes[-1]
        print(
            f"growth from {first:,} to {last:,} tables: {ours[last] / ours[first]:.1f} times the time for {last / first:g} times the tables"
        )
    print(f"on {origin}")


def _best(action: Callable[[Url], int], url: Url, runs: int) -> float:
    """The shortest time of several runs, in seconds."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        action(url)
        best = min(best, time.perf_counter() - start)
    return best


def _inspect(url: Url) -> int:
    """Connect and read the whole catalog."""
    with ENGINE.connect(url) as session:
        return len(session.inspect().catalog.tables)


def _reflect(url: Url) -> int:
    """SQLAlchemy's usual way: tables as Python objects."""
    import sqlalchemy

    engine = sqlalchemy_engine(url)
    metadata = sqlalchemy.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
    engine.dispose()
    return len(metadata.tables)


def _get_multi(url: Url) -> int:
    """SQLAlchemy's fastest way: columns, keys, indexes, checks and comments of all tables as dictionaries."""
    import sqlalchemy

    engine = sqlalchemy_engine(url)
    with engine.connect() as connection:
        inspector = sqlalchemy.inspect(connection)
        columns = inspector.get_multi_columns()
        inspector.get_multi_pk_constraint()
        inspector.get_multi_foreign_keys()
        inspector.get_multi_indexes()
        inspector.get_multi_unique_constraints()
        inspector.get_multi_check_constraints()
        inspector.get_multi_table_comment()
    engine.dispose()
    return len(columns)


def _print(size: int, times: list[float]) -> None:
    cells = [f"{size:>7,} {times[0]:>10.3f}"]
    cells += [f"{each:>10.3f} {each / times[0]:>5.1f}x" for each in times[1:]]
    print(" ".join(cells), flush=True)


if __name__ == "__main__":
    main()
