"""`dbwright migrate tenants`: one folder over many schemas, databases and files."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from dbwright.engines.url import Url, format_url
from tests.support.command import Ran, run

FILES = {
    "20240101000000_orders.up.sql": "CREATE TABLE orders (id integer PRIMARY KEY);",
    "20240101000000_orders.down.sql": "DROP TABLE orders;",
    "20240102000000_note.up.sql": "ALTER TABLE orders ADD COLUMN note varchar(40);",
    "20240102000000_note.down.sql": "ALTER TABLE orders DROP COLUMN note;",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "migrations"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    assert run("migrate", "repair", "--folder", root, "--kind", "dbwright", "--dialect", "postgres").status == 0
    return root


@pytest.fixture
def schemas(postgres_scratch: Scratch) -> Scratch:
    """Five schemas, one with a name that needs quotes and one in which the migration cannot run."""
    with postgres_scratch.open() as session:
        session.execute(
            Statement(text=f'CREATE SCHEMA "{name}"')
            for name in ("tenant_a", "tenant_b", 'tenant c "1"'.replace('"', '""'), "tenant_d", "other")
        )
    return postgres_scratch


def tenants(folder: Path, url: Url, *more: object) -> Ran:
    return run("migrate", "tenants", "--folder", folder, "--url", format_url(url), *more)


def outcomes(ran: Ran) -> dict[str, str]:
    return {each["tenant"]: each["outcome"] for each in ran.json["results"]}


def columns(scratch: Scratch, schema: str) -> list[str]:
    sql = f"SELECT column_name FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = 'orders' ORDER BY 1"
    with scratch.open() as session:
        return [str(row[0]) for row in session.query(sql)]


def test_every_schema_that_fits_is_migrated(folder: Path, schemas: Scratch) -> None:
    ran = tenants(folder, schemas.url, "--schemas", "tenant*", "--format", "json")
    assert ran.status == 0, ran.out + ran.err
    assert outcomes(ran) == dict.fromkeys(('tenant c "1"', "tenant_a", "tenant_b", "tenant_d"), "done")
    assert columns(schemas, "tenant_a") == columns(schemas, 'tenant c "1"') == ["id", "note"]
    assert columns(schemas, "other") == columns(schemas, "public") == []
    again = tenants(folder, schemas.url, "--schemas", "tenant*", "--format", "json")
    assert set(outcomes(again).values()) == {"up to date"}


def test_a_failing_canary_stops_everything(folder: Path, schemas: Scratch) -> None:
    with schemas.open() as session:
        session.execute([Statement(text="CREATE TABLE tenant_a.orders (id text)")])
    ran = tenants(folder, schemas.url, "--schemas", "tenant_*", "--format", "json")
    assert ran.status == 1
    assert outcomes(ran) == {"tenant_a": "failed", "tenant_b": "not begun", "tenant_d": "not begun"}
    assert "canary" in ran.json["stopped"]
    assert columns(schemas, "tenant_b") == []


def test_a_failure_is_told_and_the_rest_goes_on_later(folder: Path, schemas: Scratch) -> None:
    with schemas.open() as session:
        session.execute([Statement(text="CREATE TABLE tenant_b.orders (id text)")])
    ran = tenants(folder, schemas.url, "--schemas", "tenant_*", "--at-once", 1, "--stop-after", 1)
    assert ran.status == 1
    assert "tenant_b: failed" in ran.out
    assert "already exists" in ran.out
    assert "it does what is left" in ran.out
    status = tenants(folder, schemas.url, "--schemas", "tenant_*", "--status", "--format", "json")
    assert status.status == 1
    assert outcomes(status) == {"tenant_a": "up to date", "tenant_b": "not begun", "tenant_d": "not begun"}
    with schemas.open() as session:
        session.execute([Statement(text="DROP TABLE tenant_b.orders")])
    assert (
        tenants(folder, schemas.url, "--query", "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant_%'").status
        == 0
    )
    assert columns(schemas, "tenant_d") == columns(schemas, "tenant_b") == ["id", "note"]


def test_data_of_a_tenant_is_not_lost_unasked(folder: Path, schemas: Scratch) -> None:
    assert tenants(folder, schemas.url, "--schemas", "tenant_*").status == 0
    with schemas.open() as session:
        session.execute([Statement(text="INSERT INTO tenant_b.orders VALUES (1, 'kept')")])
    (folder / "20240103000000_less.up.sql").write_text("ALTER TABLE orders DROP COLUMN note;", encoding="utf-8")
    (folder / "20240103000000_less.down.sql").write_text("ALTER TABLE orders ADD COLUMN note text;", encoding="utf-8")
    assert run("migrate", "repair", "--folder", folder, "--dialect", "postgres").status == 0
    ran = tenants(folder, schemas.url, "--schemas", "tenant_*", "--stop-after", 9, "--format", "json")
    assert outcomes(ran) == {"tenant_a": "done", "tenant_b": "failed", "tenant_d": "done"}
    assert columns(schemas, "tenant_b") == ["id", "note"]
    ran = tenants(folder, schemas.url, "--schemas", "tenant_*", "--allow", "data-loss", "--format", "json")
    assert outcomes(ran) == {"tenant_a": "up to date", "tenant_b": "done", "tenant_d": "up to date"}


def test_files_of_sqlite_by_pattern_and_by_list(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        sqlite3.connect(tmp_path / f"{name}.db").close()
    base = Url(scheme="sqlite", database=str(tmp_path / "one.db"))
    ran = tenants(folder, base, "--databases", tmp_path / "*.db", "--format", "json")
    assert ran.status == 0, ran.out + ran.err
    assert len(ran.json["results"]) == 2
    listed = tmp_path / "list.txt"
    listed.write_text(
        f"# all of them\nsqlite:///{tmp_path / 'two.db'}\nsqlite:///{tmp_path / 'nowhere' / 'x.db'} # gone\n",
        encoding="utf-8",
    )
    ran = tenants(folder, base, "--file", listed, "--format", "json")
    assert ran.status == 1
    assert sorted(outcomes(ran).values()) == ["failed", "up to date"]


def test_databases_of_a_mysql_server(folder: Path, mysql_scratch: Scratch) -> None:
    ran = tenants(folder, mysql_scratch.url, "--databases", mysql_scratch.url.database, "--format", "json")
    assert ran.status == 0, ran.out + ran.err
    assert outcomes(ran) == {mysql_scratch.url.database: "done"}


@pytest.mark.parametrize(
    "arguments", [(), ("--schemas", "a*", "--file", "x"), ("--schemas", "nothing_like_it*"), ("--file", "nowhere.txt")]
)
def test_what_names_no_tenant_is_an_error(folder: Path, schemas: Scratch, arguments: tuple[str, ...]) -> None:
    ran = tenants(folder, schemas.url, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "hint:" in ran.err or "tenant" in ran.err or "nowhere" in ran.err


def broker_of(url: Url) -> str:
    """The Redis database as Celery names it."""
    socket = url.options.get("unix_socket")
    return f"redis+socket://{socket}?virtual_host={url.database or 0}" if socket else format_url(url)


def test_celery_workers_do_the_same(folder: Path, schemas: Scratch, redis_scratch: Scratch, tmp_path: Path) -> None:
    pytest.importorskip("celery")
    broker = broker_of(redis_scratch.url)
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "dbwright.app.migrate.distributed",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    with (tmp_path / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            command, env={**os.environ, "DBWRIGHT_BROKER": broker}, stdout=log, stderr=log, cwd=tmp_path
        )
        try:
            time.sleep(1)
            ran = tenants(folder, schemas.url, "--schemas", "tenant_*", "--celery", broker, "--format", "json")
        finally:
            worker.terminate()
            worker.wait(timeout=30)
    assert ran.status == 0, ran.out + ran.err + (tmp_path / "worker.log").read_text(encoding="utf-8")
    assert set(outcomes(ran).values()) == {"done"}
    assert columns(schemas, "tenant_d") == ["id", "note"]
