"""Bad input: each gets one clear sentence and status 2, and nothing is lost."""

import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from dbwright.engines.url import Url, format_url
from tests.support.command import Ran, run


def refused(*arguments: object) -> Ran:
    """Run a command that must fail with status 2, a sentence, and no traceback."""
    ran = run(*arguments)
    assert ran.status == 2, (ran.out, ran.err)
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    return ran


def test_no_such_file() -> None:
    assert "nowhere.sql" in refused("review", "nowhere.sql").err
    assert "nowhere.db" in refused("review", "sqlite:///nowhere.db").err


def test_nothing_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused("review")
    refused("review", "")


@pytest.mark.parametrize("text", ["", "\n\n", "-- nothing but a comment\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "empty.sql"
    file.write_text(text)
    assert "empty.sql" in refused("review", file).err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CREATE TABLE a (id integer);\nCREATE TABLE b (\n  id integer,\n", 2),
        ("CREATE TABLE a (name text DEFAULT 'half);\n", 1),
        ("CREATE TABLE a (id integer);\nCREATE TABEL b (id integer);\n", 2),
    ],
)
def test_broken_sql_has_its_place(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "broken.sql"
    file.write_text(text)
    ran = refused("review", file, "--dialect", "sqlite")
    assert f"broken.sql:{line}:" in ran.err


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir, this is a letter and no database. " * 50)
    assert "letter.db" in refused("review", file).err


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "picture.sql"
    file.write_bytes(bytes(range(256)) * 8)
    assert "picture.sql" in refused("review", file).err


def test_a_locked_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "busy.db"
    holder = sqlite3.connect(file)
    holder.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    holder.commit()
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert "lock" in refused("review", file, "--timeout", "0.3").err
    finally:
        holder.close()


def test_an_unknown_scheme() -> None:
    assert "oracle" in refused("review", "oracle://user:secret@host/name").err


def test_passwords_never_print(tmp_path: Path) -> None:
    for url in (
        "postgresql://me:hunter2@127.0.0.1:1/name",
        "mysql://me:hunter2@127.0.0.1:1/name",
        "no://me:hunter2@x:y/z",
    ):
        ran = refused("review", url, "--timeout", "2")
        assert "hunter2" not in ran.err + ran.out


def test_a_variable_that_is_not_set() -> None:
    assert "DBWRIGHT_NO_SUCH_THING" in refused("review", "postgresql://${DBWRIGHT_NO_SUCH_THING}@host/name").err


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_an_unreachable_host(scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "127.0.0.1" in refused("review", f"{scheme}://me@127.0.0.1:{port}/name", "--timeout", "2").err


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which a server takes connections and then closes them without a word."""
    server = socket.create_server(("127.0.0.1", 0))

    def close_all() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.close()

    thread = threading.Thread(target=close_all, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_hangs_up(scheme: str, silent_port: int) -> None:
    refused("review", f"{scheme}://me@127.0.0.1:{silent_port}/name", "--timeout", "2")


def test_a_wrong_password_on_mysql(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        name = f"visitor{os.getpid()}"
        session.execute([Statement(text=f"CREATE USER {name}@'%' IDENTIFIED BY 'right'"),
                         Statement(text=f"CREATE USER {name}@localhost IDENTIFIED BY 'right'")])  # fmt: skip
        try:
            url = mysql_scratch.url
            wrong = Url(scheme="mysql", user=name, password="hunter2", host=url.host, port=url.port,
                        database=url.database, options=url.options)  # fmt: skip
            ran = refused("review", format_url(wrong))
            assert name in ran.err
            assert "hunter2" not in ran.err
        finally:
            session.execute([Statement(text=f"DROP USER {name}@'%', {name}@localhost")])


ODD = ('qu"ote', "sp ace", "snow ☃ man", "sel.ect", "semi;colon", "<script>", "back`tick", "order")


def test_odd_names_pass_through_everything(scratch: Scratch, tmp_path: Path) -> None:
    from dbwright.engines.registry import engine_of

    product = engine_of(scratch.url)
    quote = product.quote
    if product.name == "sqlite":
        names: tuple[str, ...] = (*ODD, "emoji 🦊")
    else:
        names = ODD
    tables = [
        f"CREATE TABLE {quote(name)} (id integer PRIMARY KEY, {quote(name + ' x')} varchar(20) NOT NULL)"
        for name in names
    ]
    with scratch.open() as session:
        session.execute(Statement(text=text) for text in tables)
    url = format_url(scratch.url)
    for form in ("text", "json", "sarif", "github", "junit", "html"):
        assert run("review", url, "--format", form, "--fail-on", "never").status == 0
    for form in ("sql", "json", "dbml", "mermaid", "dot", "svg", "markdown", "sqlalchemy"):
        ran = run("inspect", url, "--format", form, "--output", tmp_path / form)
        assert ran.status == 0, ran.err
    compile((tmp_path / "sqlalchemy").read_text(encoding="utf-8"), "models", "exec")
    (tmp_path / "schema.sql").write_text((tmp_path / "sql").read_text(encoding="utf-8"), encoding="utf-8")
    ran = run("diff", url, tmp_path / "schema.sql", "--dialect", product.name)
    assert ran.status == 0, ran.out + ran.err


def test_a_role_without_permission_reviews_what_it_may(postgres_scratch: Scratch) -> None:
    role = f"visitor_{os.getpid()}"
    with postgres_scratch.open() as session:
        session.execute(
            Statement(text=text)
            for text in (
                "CREATE TABLE public.open_log (line text)",
                "INSERT INTO public.open_log SELECT 'x' FROM generate_series(1, 30)",
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.secret_log (line text)",
                f"CREATE ROLE {role} LOGIN",
                f"GRANT SELECT ON public.open_log TO {role}",
            )
        )
        try:
            url = postgres_scratch.url
            visitor = Url(
                scheme="postgresql", user=role, host=url.host, port=url.port, database=url.database, options=url.options
            )
            ran = run("review", format_url(visitor), "--format", "json")
            assert ran.status in (0, 1), ran.err
            assert {"public", "closed"} <= {finding["target"]["path"][0] for finding in ran.json["findings"]}
            assert any("closed" in note for note in ran.json["source"]["notes"])
        finally:
            session.execute([Statement(text=f"DROP OWNED BY {role}"), Statement(text=f"DROP ROLE {role}")])


@pytest.mark.parametrize("killed_at", ["inspect", "answer"])
def test_a_server_that_goes_away_in_the_middle(
    postgres_scratch: Scratch, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    from dbwright.engines.postgres.session import PostgresSession

    with postgres_scratch.open() as other:
        other.execute([Statement(text="CREATE TABLE a_log (user_id integer, email text)")])
        untouched = getattr(PostgresSession, killed_at)

        def killed(self: PostgresSession, *arguments: object) -> object:
            mine = self.query("SELECT pg_backend_pid()")[0][0]
            other.query(f"SELECT pg_terminate_backend({mine})")
            return untouched(self, *arguments)

        monkeypatch.setattr(PostgresSession, killed_at, killed)
        ran = refused("review", format_url(postgres_scratch.url))
        assert "connection" in ran.err.lower() or "lost" in ran.err.lower()


def test_an_empty_selection_is_no_selection_of_all() -> None:
    assert "No rule was named" in refused("review", "shop.db", "--select", "").err
