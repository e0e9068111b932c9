"""How fast one migration goes over 1,000 tenant schemas of one PostgreSQL database, beside Alembic in a loop, in the same run.

    python -m bench.tenants [--tenants 1000] [--at-once 4]

Each tenant has two tables; the migration adds a column and an index to one. Alembic is run in this process, one schema after
another with its version table in the schema, which is how its documentation does it.
"""

import argparse
import tempfile
import time
from pathlib import Path

from dbwright.app.migrate.project import Options, Project, open_project
from dbwright.app.migrate.tenants import Manner, Tenancy, find_tenants, migrate_one, migrate_tenants
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.url import format_url
from dbwright.migrate.checksums import NAME, written
from dbwright.migrate.formats.native import files_of, read

_UP = ("ALTER TABLE orders ADD COLUMN note text", "CREATE INDEX orders_note ON orders (note)")
_DOWN = ("DROP INDEX orders_note", "ALTER TABLE orders DROP COLUMN note")
_BATCH = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, ENGINE.scratch() as scratch, ENGINE.scratch() as other:
        ours, alembic = Path(place) / "ours", Path(place) / "alembic"
        _write_ours(ours)
        _write_alembic(alembic)
        for each in (scratch, other):
            _make(each, options.tenants)
        project = open_project(Options(folder=str(ours), url=format_url(scratch.url)))
        seconds, tenancy = _time_ours(project, options.at_once)
        assert tenancy.failed == 0, next(each.message for each in tenancy.results if each.outcome == "failed")
        again, _ = _time_ours(project, options.at_once)
        theirs = _time_alembic(alembic, other, options.tenants)
        theirs_again = _time_alembic(alembic, other, options.tenants)
    print(f"{options.tenants:,} tenant schemas   dbwright ({options.at_once} at once)    alembic   ratio")
    print(f"migrate all            {seconds:>8.1f} s            {theirs:>8.1f} s {theirs / seconds:>6.1f}x")
    print(f"nothing to do          {again:>8.1f} s            {theirs_again:>8.1f} s {theirs_again / again:>6.1f}x")
    print(f"on {scratch.origin}")


def _make(scratch: Scratch, tenants: int) -> None:
    with scratch.open() as session:
        for first in range(0, tenants, _BATCH):
            text = "".join(
                f"CREATE SCHEMA tenant_{n:05}; CREATE TABLE tenant_{n:05}.customers (id int PRIMARY KEY, name text);"
                f"CREATE TABLE tenant_{n:05}.orders (id int PRIMARY KEY, customer_id int REFERENCES tenant_{n:05}.customers);"
                for n in range(first, min(first + _BATCH, tenants))
            )
            session.execute([Statement(text=text)])


def _write_ours(folder: Path) -> None:
    folder.mkdir()
    for direction, texts in (("up", _UP), ("down", _DOWN)):
        (folder / f"20240101000000_note.{direction}.sql").write_text(";\n".join(texts) + ";\n", encoding="utf-8")
    (folder / NAME).write_text(written(files_of(read(folder))), encoding="utf-8")


def _write_alembic(folder: Path) -> None:
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(
        "from alembic import context\n"
        "connection, schema = context.config.attributes['connection'], context.config.attributes['schema']\n"
        "connection.exec_driver_sql(f'SET search_path TO {schema}')\n"
        "connection.commit()\n"
        "connection.dialect.default_schema_name = schema\n"
        "context.configure(connection=connection, version_table_schema=schema)\n"
        "with context.begin_transaction():\n    context.run_migrations()\n",
        encoding="utf-8",
    )
    lines = ["from alembic import op\nrevision = 'a'\ndown_revision = None\n"]
    for name, texts in (("upgrade", _UP), ("downgrade", _DOWN)):
        lines.append(f"def {name}():\n" + "".join(f"    op.execute({text!r})\n" for text in texts))
    (folder / "versions" / "a.py").write_text("\n".join(lines), encoding="utf-8")


def _time_ours(project: Project, at_once: int) -> tuple[float, Tenancy]:
    start = time.perf_counter()
    tenants = find_tenants(project, schemas="tenant_*")
    manner = Manner(at_once=at_once)
    tenancy = migrate_tenants(tenants, lambda tenant: migrate_one(project, tenant, manner), manner)
    return time.perf_counter() - start, tenancy


def _time_alembic(folder: Path, scratch: Scratch, tenants: int) -> float:
    from alembic import command
    from alembic.config import Config

    from bench.postgres import sqlalchemy_engine

    start = time.perf_counter()
    engine = sqlalchemy_engine(scratch.url)
    for number in range(tenants):
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes.update(connection=connection, schema=f"tenant_{number:05}")
            command.upgrade(config, "head")
    engine.dispose()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
