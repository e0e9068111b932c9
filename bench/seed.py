"""`dbwright seed` beside Faker with executemany, Mimesis with COPY (SQLite: executemany), and the copying of prepared rows.

    python -m bench.seed [--rows 1000000] [--engine postgres] [--what users|ecommerce]

Prepared rows are those that dbwright wrote, in a file: COPY on PostgreSQL, executemany on SQLite. Each program has a process and
a new database of its own; time is measured from before the start of Python to its end. Faker and Mimesis make fewer rows, because
theirs is the same number a second. CPU microseconds are those of a row, the client's alone.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.profile import Run, measured
from bench.seed_beside import SCHEMA
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.engines.url import Url, format_url
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split
from tests.support.designs import made

FEWER = 100_000
_PREPARED = {"postgres": "prepared, COPY", "sqlite": "prepared, executemany"}


@contextmanager
def database(name: str, folder: Path, statements: list[str]) -> Iterator[str]:
    """A new database with the schema; its URL."""
    if name == "sqlite":
        path = folder / "bench.db"
        for old in folder.glob("bench.db*"):
            old.unlink()
        url = Url(scheme="sqlite", database=str(path))
        with engine(name).connect(url, read_only=False) as session:
            session.execute(each for text in statements for each in split(text, dialect_of(engine(name)), "schema", []))
        yield format_url(url)
        return
    scratch: Scratch
    with engine(name).scratch() as scratch:
        with scratch.open() as session:
            session.execute(each for text in statements for each in split(text, dialect_of(engine(name)), "schema", []))
        yield format_url(scratch.url)


def seed_command(url: str, *more: str) -> tuple[str, ...]:
    """The command that is measured."""
    return (
        sys.executable,
        "-m",
        "dbwright",
        "seed",
        url,
        *more,
        "--fill-empty",
        "--yes",
        "--no-analyze",
        "--format",
        "json",
    )


def beside(what: str, url: str, rows: int, *more: str) -> tuple[str, ...]:
    """The command of another way."""
    return (sys.executable, "-m", "bench.seed_beside", what, url, str(rows), *more)


def line(name: str, engine_name: str, program: str, rows: int, run: Run) -> None:
    """Print one result."""
    print(
        f"{name:<10} {engine_name:<9} {program:<24} {rows:>11,} {run.seconds:>8.1f} {rows / run.seconds:>10,.0f}"
        f" {1e6 * run.cpu / rows:>8.1f} {run.memory:>8,.0f}",
        flush=True,
    )


def users(name: str, rows: int, folder: Path) -> None:
    """A table of ten columns."""
    with database(name, folder, [SCHEMA]) as url:
        line("users", name, "dbwright seed", rows, measured(*seed_command(url, "--rows", str(rows))))
    with database(name, folder, [SCHEMA]) as url:
        measured(*beside("keep", url, rows, str(folder / "kept")))
        line("users", name, _PREPARED[name], rows, measured(*beside("prepared", url, rows, str(folder / "kept"))))
    fewer = min(rows, FEWER)
    for way, program in (
        ("mimesis", "Mimesis, executemany" if name == "sqlite" else "Mimesis, COPY"),
        ("faker", "Faker, executemany"),
    ):
        with database(name, folder, [SCHEMA]) as url:
            line("users", name, program, fewer, measured(*beside(way, url, fewer)))


def ecommerce(name: str, rows: int, folder: Path) -> None:
    """The whole design of a shop, with its triggers at work. rows: about so many, of all tables."""
    project = made("ecommerce", name)
    statements = [up for _, _, up, _ in project.migrations] + list(project.rendered.seeds.values())
    settings = str(folder / "seed.toml")
    Path(settings).write_text(project.rendered.settings, encoding="utf-8")
    kept = str(folder / "kept")
    with database(name, folder, statements) as url:
        scale = rows / planned(url, settings)
        written = planned(url, settings, "--scale", repr(scale))
        run = measured(*seed_command(url, settings, "--scale", repr(scale)))
        line("ecommerce", name, "dbwright seed", written, run)
    with database(name, folder, statements) as url:
        measured(*beside("keep", url, rows, kept, settings, repr(scale)))
        line("ecommerce", name, _PREPARED[name], written, measured(*beside("prepared", url, rows, kept)))


def planned(url: str, *more: str) -> int:
    """How many rows the command would write."""
    ran = subprocess.run([*seed_command(url, *more), "--dry-run"], capture_output=True, check=True)
    return sum(table["rows"] for table in json.loads(ran.stdout)["tables"])


def main() -> None:
    """Print one line for each engine, size and program."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, action="append", help="how many rows; may be repeated")
    parser.add_argument("--engine", choices=("postgres", "sqlite"), action="append")
    parser.add_argument("--what", choices=("users", "ecommerce"), action="append")
    chosen = parser.parse_args()
    print(
        f"{'schema':<10} {'engine':<9} {'program':<24} {'rows':>11} {'seconds':>8} {'rows/s':>10} {'CPU µs':>8} {'peak MB':>8}"
    )
    for name in chosen.engine or ("postgres", "sqlite"):
        for rows in chosen.rows or (1_000_000, 10_000_000):
            with tempfile.TemporaryDirectory() as folder:
                for what in chosen.what or ("users", "ecommerce"):
                    {"users": users, "ecommerce": ecommerce}[what](name, rows, Path(folder))


if __name__ == "__main__":
    main()
