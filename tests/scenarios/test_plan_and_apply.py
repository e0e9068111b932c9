"""`dbwright plan`, `apply`, `drift` and `diff --format sql` on every engine, as a user runs them."""

import subprocess
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from tests.support.command import Ran, run
from tests.support.scratches import scratch_of

OLD = """
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40), email varchar(80));
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, total integer);
CREATE TABLE gone (id integer PRIMARY KEY);
"""
NEW = """
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40) NOT NULL, email varchar(120), since date);
CREATE TABLE orders (
    id integer PRIMARY KEY, customer_id integer NOT NULL, amount integer,
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT orders_amount CHECK (amount >= 0)
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE TABLE lines (
    id integer PRIMARY KEY, order_id integer NOT NULL,
    CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id));
CREATE INDEX lines_by_order ON lines (order_id);
"""
ROWS = (
    "INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org'), (2, 'Alan', NULL)",
    "INSERT INTO orders VALUES (10, 1, 100), (11, 2, 0)",
    "INSERT INTO gone VALUES (7)",
)


@pytest.fixture
def shop(scratch: Scratch, tmp_path: Path) -> Scratch:
    """The old schema with rows; the new one lies in new.sql."""
    with scratch.open() as session:
        session.execute(Statement(text=text) for text in (*OLD.strip().removesuffix(";").split(";\n"), *ROWS))
    (tmp_path / "new.sql").write_text(NEW, encoding="utf-8")
    return scratch


def arguments(shop: Scratch, tmp_path: Path) -> tuple[str, str, str, str]:
    return format_url(shop.url), str(tmp_path / "new.sql"), "--dialect", engine_of(shop.url).name


def rows(shop: Scratch, sql: str) -> list[tuple[object, ...]]:
    with shop.open() as session:
        return session.query(sql)


def apply(shop: Scratch, tmp_path: Path, *more: str) -> Ran:
    return run("apply", *arguments(shop, tmp_path), "--rename", "orders.total=amount", *more)


def test_a_plan_is_proved_and_changes_nothing(shop: Scratch, tmp_path: Path) -> None:
    ran = run("plan", *arguments(shop, tmp_path), "--rename", "orders.total=amount", "--rows", "sample")
    assert ran.status == 1, ran.out + ran.err
    assert "Proved: run up, down and up again on a scratch database" in ran.out
    assert "data-loss" in ran.out
    assert "All rows of" in ran.out
    assert "surprise:" not in ran.out
    assert rows(shop, "SELECT total FROM orders ORDER BY id") == [(100,), (0,)]


def test_a_plan_as_json(shop: Scratch, tmp_path: Path) -> None:
    ran = run("plan", *arguments(shop, tmp_path), "--rename", "orders.total=amount", "--format", "json")
    assert ran.status == 1, ran.err
    assert ran.json["version"] == 1
    assert ran.json["proof"]["proved"] is True
    assert {each["operation"] for each in ran.json["operations"]} >= {
        "RenameColumn",
        "DropTable",
        "CreateTable",
        "AddColumn",
    }
    assert all(step["sql"] and step["title"] for step in ran.json["steps"])
    assert ran.json["way_back"]
    assert {each["kind"] for each in ran.json["hazards"]} >= {"data-loss", "breaking"}


def test_hazards_have_to_be_allowed(shop: Scratch, tmp_path: Path) -> None:
    ran = apply(shop, tmp_path, "--yes")
    assert ran.status == 2
    assert "Nothing was changed, because the plan has hazards that were not allowed" in ran.err
    assert "--allow breaking --allow data-loss" in ran.err
    assert rows(shop, "SELECT count(*) FROM gone") == [(1,)]


def test_nobody_was_asked(shop: Scratch, tmp_path: Path) -> None:
    ran = apply(shop, tmp_path, "--allow", "breaking", "--allow", "data-loss")
    assert ran.status == 2
    assert "Add --yes" in ran.err
    assert rows(shop, "SELECT count(*) FROM gone") == [(1,)]


def test_the_database_becomes_what_the_file_says(shop: Scratch, tmp_path: Path) -> None:
    ran = apply(shop, tmp_path, "--allow", "breaking", "--allow", "data-loss", "--yes", "--rows", "made-up")
    assert ran.status == 0, ran.out + ran.err
    assert "Read back:" in ran.out
    assert rows(shop, "SELECT id, customer_id, amount FROM orders ORDER BY id") == [(10, 1, 100), (11, 2, 0)]
    assert rows(shop, "SELECT name FROM customers ORDER BY id") == [("Ada",), ("Alan",)]
    again = apply(shop, tmp_path, "--yes")
    assert again.status == 0, again.err
    assert "The rename orders.total=amount was made before." in again.out
    assert "there is nothing to do" in again.out
    assert run("drift", *arguments(shop, tmp_path)).status == 0


def test_without_the_rename_it_is_told_and_not_guessed(shop: Scratch, tmp_path: Path) -> None:
    ran = run("plan", *arguments(shop, tmp_path), "--no-prove")
    assert ran.status == 1, ran.err
    assert "may be called amount now" in ran.out
    assert "--rename" in ran.out
    assert "All values of" in ran.out


def test_the_sql_of_a_diff_runs(shop: Scratch, tmp_path: Path) -> None:
    ran = run(
        "diff",
        *arguments(shop, tmp_path),
        "--rename",
        "orders.total=amount",
        "--format",
        "sql",
        "--output",
        tmp_path / "up.sql",
    )
    assert ran.status == 1, ran.err
    assert "orders" in (tmp_path / "up.sql").read_text(encoding="utf-8")
    back = run("plan", *arguments(shop, tmp_path), "--rename", "orders.total=amount", "--format", "sql", "--back")
    assert back.status == 1, back.err
    assert "total" in back.out


def test_rows_that_do_not_fit_stop_the_plan_where_they_are_met(shop: Scratch, tmp_path: Path) -> None:
    with shop.open() as session:
        session.execute([Statement(text="INSERT INTO orders VALUES (12, 99, 5)")])
    ran = apply(shop, tmp_path, "--allow", "breaking", "--allow", "data-loss", "--yes")
    assert ran.status == 2, ran.out
    assert "failed" in ran.err
    assert "run the same command again" in ran.err
    held = rows(shop, "SELECT count(*) FROM orders")
    assert held == [(3,)]
    with shop.open() as session:
        session.execute([Statement(text="DELETE FROM orders WHERE id = 12")])
    ran = apply(shop, tmp_path, "--allow", "breaking", "--allow", "data-loss", "--yes")
    assert ran.status == 0, ran.out + ran.err
    assert run("drift", *arguments(shop, tmp_path)).status == 0


def test_drift_in_every_format(shop: Scratch, tmp_path: Path) -> None:
    for form in ("text", "json", "sarif", "github", "junit", "html"):
        ran = run("drift", *arguments(shop, tmp_path), "--format", form)
        assert ran.status == 1, ran.err
        assert "gone" in ran.out
    with shop.open() as session:
        session.execute([Statement(text="CREATE TABLE alembic_version (version_num varchar(32))")])
    assert "alembic_version" not in run("drift", *arguments(shop, tmp_path)).out


def test_a_source_at_a_git_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sub = tmp_path / "db"
    sub.mkdir()
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for text in ("CREATE TABLE a (id INTEGER PRIMARY KEY);\n", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);\n"):
        (sub / "schema.sql").write_text(text, encoding="utf-8")
        for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "x"]):
            subprocess.run(["git", *command], check=True, cwd=tmp_path)
    monkeypatch.chdir(sub)
    ran = run("diff", "git:HEAD~1:schema.sql", "schema.sql", "--dialect", "sqlite")
    assert ran.status == 1, ran.err
    assert "+ column a.b" in ran.out
    assert run("diff", "git:HEAD:schema.sql", "schema.sql", "--dialect", "sqlite").status == 0
    for wrong in ("git:nowhere:schema.sql", "git:HEAD:other.sql", "git:HEAD", "git:--help:x"):
        ran = run("diff", wrong, "schema.sql", "--dialect", "sqlite")
        assert ran.status == 2, wrong
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("target", ["schema.sql", "nowhere", ""])
def test_only_a_live_database_can_be_changed(tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text("CREATE TABLE a (id INTEGER PRIMARY KEY);", encoding="utf-8")
    ran = run("apply", target, "schema.sql", "--yes")
    assert ran.status == 2
    assert "no live database" in ran.err


@pytest.mark.postgres
def test_another_database_as_the_goal_takes_owners_and_privileges_along(tmp_path: Path) -> None:
    """What only one side grants is revoked, and the plan still fits the database that it was made for."""
    with scratch_of("postgres") as old, scratch_of("postgres") as new:
        role = f"dbwright_reader_{tmp_path.name.replace('-', '_')}"
        made = "CREATE TABLE t (id integer PRIMARY KEY)"
        with old.open() as session:
            session.execute(
                [Statement(text=text) for text in (made, f"CREATE ROLE {role}", f"GRANT SELECT ON t TO {role}")]
            )
        with new.open() as session:
            session.execute([Statement(text=made)])
        try:
            ran = run("apply", format_url(old.url), format_url(new.url), "--allow", "privilege", "--yes")
            assert ran.status == 0, ran.out + ran.err
            assert f"REVOKE SELECT ON TABLE public.t FROM {role}" in ran.out
            assert run("diff", format_url(old.url), format_url(new.url)).status == 0
        finally:
            with old.open() as session:
                session.execute([Statement(text=text) for text in ("DROP TABLE t", f"DROP ROLE {role}")])


@pytest.mark.postgres
def test_columns_in_another_order_are_no_failure(postgres_scratch: Scratch, tmp_path: Path) -> None:
    with postgres_scratch.open() as session:
        session.execute([Statement(text="CREATE TABLE t (id integer PRIMARY KEY, b text)")])
    wanted = tmp_path / "wanted.sql"
    wanted.write_text("CREATE TABLE t (id integer PRIMARY KEY, a text, b text);", encoding="utf-8")
    ran = run("apply", format_url(postgres_scratch.url), wanted, "--dialect", "postgres", "--yes")
    assert ran.status == 0, ran.out + ran.err
    assert run("drift", format_url(postgres_scratch.url), wanted, "--dialect", "postgres").status == 0


@pytest.mark.parametrize("text", ["user:sekret@host/db", "postgresql:/user:sekret@host/db", "user:se kret@host"])
@pytest.mark.parametrize("command", ["diff", "apply", "drift", "plan"])
def test_a_password_in_a_wrong_url_is_not_printed(text: str, command: str, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("CREATE TABLE a (id integer);", encoding="utf-8")
    ran = run(command, text, tmp_path / "x.sql", "--dialect", "sqlite")
    assert ran.status == 2
    assert "kret" not in ran.out + ran.err


def test_what_breaks_the_application_is_made_online(scratch: Scratch, tmp_path: Path) -> None:
    with scratch.open() as session:
        session.execute(
            Statement(text=text)
            for text in (
                "CREATE TABLE orders (id integer PRIMARY KEY, total integer, status varchar(10))",
                "INSERT INTO orders VALUES (1, 5, 'a'), (2, 6, 'b')",
            )
        )
    (tmp_path / "new.sql").write_text(
        "CREATE TABLE orders (id integer PRIMARY KEY, amount integer, status varchar(10), extra integer);",
        encoding="utf-8",
    )
    given = (*arguments(scratch, tmp_path), "--rename", "orders.total=amount")
    shown = run("plan", *given, "--online")
    assert shown.status == 1, shown.err
    assert "Expand:" in shown.out
    assert "Contract drops, for good:" in shown.out
    assert run("apply", *given, "--online", "expand").status == 2
    started = run("apply", *given, "--online", "expand", "--yes")
    assert started.status == 1, started.out + started.err
    assert "expand is complete" in started.out
    assert rows(scratch, "SELECT total, amount FROM orders ORDER BY id") == [(5, 5), (6, 6)]
    hindered = run("apply", *given, "--yes", "--allow", "data-loss", "--allow", "breaking")
    assert hindered.status == 2
    assert "online change is under way" in hindered.err
    done = run("apply", *given, "--online", "contract", "--yes", "--allow", "data-loss", "--allow", "breaking")
    assert done.status == 0, done.out + done.err
    assert rows(scratch, "SELECT id, amount, status, extra FROM orders ORDER BY id") == [
        (1, 5, "a", None),
        (2, 6, "b", None),
    ]
    assert run("drift", *arguments(scratch, tmp_path)).status == 0
