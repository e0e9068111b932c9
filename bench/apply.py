"""How fast 1,000 revisions are run on an empty database, beside Alembic, in the same run on the same server.

    python -m bench.apply [--revisions 1000] [--engine postgres]

Each revision makes a table, or adds a column and an index to the one before. Both tools run each revision in a transaction of its
own and record it. Alembic is run in this process, without the time to start Python; so is dbwright.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.postgres import sqlalchemy_engine
from dbwright.app.migrate.project import Options, open_project
from dbwright.app.migrate.up import up
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.engines.url import Url, format_url
from dbwright.migrate.checksums import NAME, written
from dbwright.migrate.formats.native import files_of, read

if TYPE_CHECKING:
    from sqlalchemy import Engine


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--revisions", type=int, default=1000)
    parser.add_argument("--engine", default="postgres", choices=["postgres", "sqlite"])
    options = parser.parse_args()
    statements = list(_statements(options.revisions))
    with tempfile.TemporaryDirectory() as folder:
        ours, alembic = Path(folder) / "ours", Path(folder) / "alembic"
        _write_ours(ours, statements)
        _write_alembic(alembic, statements)
        with engine(options.engine).scratch() as scratch:
            first = _time_ours(ours, scratch)
            again = _time_ours(ours, scratch)
            origin = scratch.origin
        with engine(options.engine).scratch() as scratch:
            second = _time_alembic(alembic, scratch.url)
            second_again = _time_alembic(alembic, scratch.url)
    print(f"{options.revisions:,} revisions      dbwright    alembic   ratio")
    print(f"run all             {first:>8.2f} s {second:>8.2f} s {second / first:>6.1f}x")
    print(f"nothing to run      {again:>8.2f} s {second_again:>8.2f} s {second_again / again:>6.1f}x")
    print(f"on {origin}")


def _statements(revisions: int) -> Iterator[tuple[list[str], list[str]]]:
    """Up and down of each revision."""
    for number in range(revisions):
        table = f"item_{number // 2}"
        if number % 2 == 0:
            yield [f"CREATE TABLE {table} (id integer PRIMARY KEY, name varchar(40) NOT NULL)"], [f"DROP TABLE {table}"]
        else:
            up = [f"ALTER TABLE {table} ADD COLUMN price integer", f"CREATE INDEX {table}_price ON {table} (price)"]
            yield up, [f"DROP INDEX {table}_price", f"ALTER TABLE {table} DROP COLUMN price"]


def _write_ours(folder: Path, statements: list[tuple[list[str], list[str]]]) -> None:
    folder.mkdir()
    for number, (ahead, back) in enumerate(statements):
        for direction, texts in (("up", ahead), ("down", back)):
            file = folder / f"{20240101000000 + number}_step.{direction}.sql"
            file.write_text("".join(f"{text};\n" for text in texts), encoding="utf-8")
    (folder / NAME).write_text(written(files_of(read(folder))), encoding="utf-8")


def _write_alembic(folder: Path, statements: list[tuple[list[str], list[str]]]) -> None:
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(
        "from alembic import context\n"
        "with context.config.attributes['engine'].connect() as connection:\n"
        "    context.configure(connection=connection, transaction_per_migration=True)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n",
        encoding="utf-8",
    )
    for number, (ahead, back) in enumerate(statements):
        before = f"'r{number - 1:05}'" if number else "None"
        body = [f"from alembic import op\nrevision = 'r{number:05}'\ndown_revision = {before}\n"]
        for name, texts in (("upgrade", ahead), ("downgrade", back)):
            body.append(f"def {name}():\n" + "".join(f"    op.execute({text!r})\n" for text in texts))
        (versions / f"r{number:05}.py").write_text("\n".join(body), encoding="utf-8")


def _time_ours(folder: Path, scratch: Scratch) -> float:
    start = time.perf_counter()
    up(open_project(Options(folder=str(folder), url=format_url(scratch.url))))
    return time.perf_counter() - start


def _time_alembic(folder: Path, url: Url) -> float:
    from alembic import command
    from alembic.config import Config

    start = time.perf_counter()
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["engine"] = _engine(url)
    command.upgrade(config, "head")
    return time.perf_counter() - start


def _engine(url: Url) -> "Engine":
    if url.scheme != "sqlite":
        return sqlalchemy_engine(url)
    import sqlalchemy

    return sqlalchemy.create_engine(f"sqlite:///{url.database}")


if __name__ == "__main__":
    main()
