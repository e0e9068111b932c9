"""`dbwright migrate`: the usual way of a folder, on every engine."""

from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from tests.support.command import run
from tests.support.migrations import Project

SCHEMA = "CREATE TABLE orders (id integer PRIMARY KEY, price integer NOT NULL, note varchar(20));\n"


@pytest.fixture
def project(scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", scratch)


def test_up_status_history_and_down(project: Project) -> None:
    versions = project.add_orders()
    assert project.states() == ["pending"] * 3
    assert project.run("status", "--check").status == 1
    ran = project.run("up", "--steps", 1)
    assert (ran.status, project.states()) == (0, ["applied", "pending", "pending"]), ran.err
    ran = project.run("up", "--to", versions[1])
    assert (ran.status, project.states()) == (0, ["applied", "applied", "pending"]), ran.err
    ran = project.run("up", "--format", "json")
    assert [each["version"] for each in ran.json["entries"]] == [versions[2]]
    assert project.run("up").out == "Nothing is pending.\n"
    assert project.run("status", "--check").status == 0
    assert sorted(project.query("SELECT id, price, cents FROM orders")) == [(1, 10, None), (2, 20, None), (3, 30, None)]
    ran = project.run("down")
    assert ran.status == 0, ran.err
    assert project.states() == ["applied", "applied", "pending"]
    history = project.run("history", "--format", "json").json["runs"]
    assert [(each["direction"], each["outcome"]) for each in history[:3]] == [("up", "done")] * 3


def test_status_makes_no_table(project: Project) -> None:
    project.add_orders()
    project.run("status")
    project.run("plan")
    with project.scratch.open() as session:
        assert session.inspect().catalog.tables == ()


def test_losing_rows_has_to_be_allowed(project: Project) -> None:
    versions = project.add_orders()
    assert project.run("up").status == 0
    project.query("UPDATE orders SET cents = 1")
    ran = project.run("down", "--to", 0)
    assert ran.status == 2
    assert "orders.cents are deleted" in ran.err
    assert project.states() == ["applied"] * 3
    ran = project.run("down", "--to", 0, "--allow", "data-loss")
    assert (ran.status, project.states()) == (0, ["pending"] * 3), ran.err
    project.run("up", "--to", versions[1])
    late = project.add("drop orders", {".up.sql": "DROP TABLE orders;\n"})
    ran = project.run("up")
    assert ran.status == 2
    assert f"{late} drop_orders: All rows of" in ran.err
    assert project.states()[-2:] == ["pending", "pending"]
    project.edit(late, "-- dbwright: allow data-loss\nDROP TABLE orders;\n")
    assert project.run("up").status == 0


def test_a_migration_on_request_runs_only_when_it_is_named(project: Project) -> None:
    versions = project.add_orders()
    late = project.add("contract", {".up.sql": "-- dbwright: on request\nCREATE TABLE after (id integer);\n"})
    ran = project.run("up")
    assert (ran.status, project.states()) == (0, ["applied"] * len(versions) + ["pending"]), ran.err
    assert f"migrate up --to {late}" in ran.err + ran.out
    assert project.run("up", "--to", late).status == 0
    assert set(project.states()) == {"applied"}


def test_a_way_back_that_is_not_there_is_said_before_anything_is_run(project: Project) -> None:
    project.add_orders()
    project.add("no way back", {".up.sql": "-- dbwright: irreversible because it sends letters\nDELETE FROM orders;\n"})
    project.run("up")
    ran = project.run("down", "--steps", 2, "--allow", "data-loss")
    assert ran.status == 2
    assert "it sends letters" in ran.err
    assert project.states() == ["applied"] * 4


def test_no_database_is_ever_assumed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBWRIGHT_URL", raising=False)
    project.add_orders()
    for verb in ("up", "down", "status", "history", "baseline"):
        ran = run("migrate", verb, "--folder", project.folder)
        assert ran.status == 2, verb
        assert "No database was named" in ran.err


def test_the_plan_says_what_would_be_done(project: Project) -> None:
    project.add_orders()
    ran = project.run("plan")
    assert ran.status == 1, ran.err
    assert "3 migrations would run" in ran.out
    assert "It ran on a scratch database" in ran.out
    assert "CREATE TABLE orders" in ran.out
    whole = project.run("plan", "--format", "json").json
    assert [len(each["statements"]) for each in whole["revisions"]] == [1, 1, 1]
    dry = project.run("up", "--dry-run")
    assert (dry.status, project.states()) == (0, ["pending"] * 3)
    project.run("up")
    assert project.run("plan").status == 0


def test_the_plan_of_a_migration_that_fails(project: Project) -> None:
    project.add_orders()
    project.run("up")
    project.add("wrong", {".up.sql": "ALTER TABLE nowhere ADD COLUMN a integer;\n"})
    ran = project.run("plan")
    assert ran.status == 2
    assert "It failed on a scratch database" in ran.out


def test_verify_proves_both_ways_and_finds_drift(project: Project) -> None:
    project.add_orders()
    project.run("up", "--steps", 2)
    ran = project.run("verify")
    assert ran.status == 0, ran.out + ran.err
    assert "3 migrations ran up; 3 of them down and up again" in ran.out
    assert "holds exactly what the applied migrations make" in ran.out
    with project.scratch.open() as session:
        session.execute([Statement(text="CREATE TABLE by_hand (id integer PRIMARY KEY)")])
        session.execute([Statement(text="ALTER TABLE orders ADD COLUMN note varchar(10)")])
    ran = project.run("verify")
    assert ran.status == 1
    assert "it has besides table" in ran.out
    assert "by_hand" in ran.out
    assert "note" in ran.out
    whole = project.run("verify", "--format", "json").json
    assert whole["sound"] is False
    assert {each["target"]["path"][-1] for each in whole["drift"]} >= {"by_hand"}


def test_verify_finds_a_way_back_that_does_not_lead_back(project: Project) -> None:
    project.add(
        "a", {".up.sql": "CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n", ".down.sql": "DROP TABLE a;\n"}
    )
    ran = project.run("verify", url=False)
    assert ran.status == 1
    assert "it leaves table" in ran.out
    assert "Up again after down" in ran.out


def test_the_trial_with_rows_finds_what_is_lost(project: Project) -> None:
    project.add(
        "orders",
        {
            ".up.sql": "CREATE TABLE orders (id integer PRIMARY KEY, price integer NOT NULL);\n",
            ".down.sql": "DROP TABLE orders;\n",
        },
    )
    project.add("drop price", {
        ".up.sql": "ALTER TABLE orders DROP COLUMN price;\n",
        ".down.sql": "ALTER TABLE orders ADD COLUMN price integer NOT NULL DEFAULT 0;\nDELETE FROM orders WHERE id > 5;\n",
    })  # fmt: skip
    ran = project.run("test", url=False)
    assert ran.status == 1, ran.err
    assert "orders.price are gone" in ran.out
    assert "Down: 15 of the 20 rows" in ran.out


def test_generate_writes_and_proves(project: Project, tmp_path: Path) -> None:
    goal = tmp_path / "goal.sql"
    goal.write_text(SCHEMA, "utf-8")
    ran = project.run("generate", "orders", "--to", goal, url=False)
    assert ran.status == 0, ran.err
    assert "Proved: run up, down and up again" in ran.out
    ran = project.run("up")
    assert ran.status == 0, ran.err
    assert "there is nothing to write" in project.run("generate", "again", "--to", goal, url=False).out
    goal.write_text(SCHEMA.replace("note varchar(20)", "remark varchar(20)"), "utf-8")
    ran = project.run("generate", "rename", "--to", goal, "--rename", "orders.note=remark", url=False)
    assert ran.status == 0, ran.err
    assert len(list(project.folder.glob("*.up.sql"))) == 2
    ran = project.run("up")
    assert ran.status == 0, ran.err
    assert project.run("verify").status == 0
    assert project.query("SELECT remark FROM orders") == []


def test_a_database_is_taken_over(project: Project) -> None:
    with project.scratch.open() as session:
        session.execute([Statement(text=SCHEMA.strip().rstrip(";"))])
    ran = project.run("baseline")
    assert ran.status == 0, ran.err
    assert "Proved" in ran.out
    assert project.states() == ["baseline"]
    project.add(
        "note",
        {
            ".up.sql": "ALTER TABLE orders ADD COLUMN more integer;\n",
            ".down.sql": "ALTER TABLE orders DROP COLUMN more;\n",
        },
    )
    assert project.run("up").status == 0
    assert project.run("verify").status == 0
    ran = project.run("down", "--to", 0)
    assert ran.status == 2
    assert "it was not run" in ran.err


def test_another_database_is_not_taken_over(project: Project) -> None:
    project.add_orders()
    with project.scratch.open() as session:
        session.execute([Statement(text="CREATE TABLE other (id integer PRIMARY KEY)")])
    ran = project.run("baseline")
    assert ran.status == 2
    assert "Nothing was recorded" in ran.err
    assert project.states() == ["pending"] * 3
    assert project.run("baseline", "--unproved").status == 0
    assert project.states() == ["baseline"] * 3


def test_squashing_keeps_schema_rows_and_databases(project: Project) -> None:
    versions = project.add_orders()
    project.add("more", {".up.sql": "CREATE TABLE more (id integer PRIMARY KEY);\n", ".down.sql": "DROP TABLE more;\n"})
    project.run("up")
    ran = project.run("squash", "--to", versions[2], url=False)
    assert ran.status == 0, ran.err
    assert "puts 3 rows in" in ran.out
    assert len(list(project.folder.glob("*.up.sql"))) == 2
    assert project.states() == ["applied", "applied"]
    assert project.run("up").out == "Nothing is pending.\n"
    assert project.run("verify").status == 0


def test_a_squashed_folder_makes_a_new_database(project: Project) -> None:
    project.add_orders()
    assert project.run("squash", url=False).status == 0
    ran = project.run("up")
    assert ran.status == 0, ran.err
    assert len(project.query("SELECT * FROM orders")) == 3
    assert project.states() == ["applied"]


def test_a_database_in_the_midst_does_not_take_the_squashed_one(project: Project) -> None:
    project.add_orders()
    project.run("up", "--steps", 2)
    assert project.run("squash", url=False).status == 0
    ran = project.run("up")
    assert ran.status == 2
    assert "of which this database has 2" in ran.err


def test_seeds_run_in_their_environment_and_again_when_changed(project: Project) -> None:
    project.add_orders()
    project.run("new", "--seed", "all", url=False)
    project.run("new", "--seed", "--environment", "staging", "some", url=False)
    (project.folder / "seeds/all.sql").write_text(
        "DELETE FROM orders WHERE id = 7;\nINSERT INTO orders (id, price) VALUES (7, 7);\n", "utf-8"
    )
    (project.folder / "seeds/staging/some.sql").write_text("INSERT INTO orders (id, price) VALUES (8, 8);\n", "utf-8")
    assert project.run("up").status == 0
    assert len(project.query("SELECT * FROM orders")) == 4
    assert project.run("up", "--environment", "staging").status == 0
    assert len(project.query("SELECT * FROM orders")) == 5
    assert project.run("up", "--environment", "staging").out == "Nothing is pending.\n"
    (project.folder / "seeds/all.sql").write_text("DELETE FROM orders WHERE id = 7;\n", "utf-8")
    assert project.run("up", "--environment", "staging").status == 0
    assert len(project.query("SELECT * FROM orders")) == 4


def test_odd_names_and_odd_text(project: Project) -> None:
    project.folder.mkdir()
    file = project.folder / "20260101000000_größe der Kästen 🎉.up.sql"
    file.write_bytes(
        "\ufeffCREATE TABLE a (id integer,\r\n name varchar(9));\r\nINSERT INTO a VALUES (1, 'ä;🎉');\r\n".encode()
    )
    assert project.run("repair", "--kind", "dbwright", url=False).status == 0
    ran = project.run("up")
    assert ran.status == 0, ran.err
    assert project.query("SELECT name FROM a") == [("ä;🎉",)]
    assert project.run("history", "--format", "json").json["runs"][0]["name"] == "größe der Kästen 🎉"


def test_an_empty_folder(project: Project) -> None:
    for verb in ("status", "plan", "verify", "up", "lint", "test", "history"):
        ran = project.run(verb, url=verb not in ("test",))
        assert ran.status == 0, f"{verb}: {ran.err}"


def test_the_history_table_can_have_another_name(project: Project) -> None:
    project.add_orders()
    assert project.run("up", "--table", "my history").status == 0
    assert (
        len(project.query("SELECT * FROM `my history`" if project.engine == "mysql" else 'SELECT * FROM "my history"'))
        == 3
    )
    assert project.run("status", "--check", "--table", "my history").status == 0
    assert project.run("verify", "--table", "my history").status == 0
    ran = project.run("status", "--table", "orders")
    assert ran.status == 2
    assert "other columns" in ran.err


def test_settings_come_from_the_configuration(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_URL", project.url)
    Path("dbwright.toml").write_text(
        '[migrate]\nfolder = "migrations"\nurl = "${THE_URL}"\ntable = "mine"\nlock-timeout = 3\n', "utf-8"
    )
    project.add_orders()
    assert run("migrate", "up").status == 0
    assert len(project.query("SELECT * FROM mine")) == 3


def test_lint_checks_each_migration_against_the_ones_before_it(project: Project) -> None:
    project.add_orders()
    versions = [project.add("drop", {".up.sql": "ALTER TABLE orders DROP COLUMN price;\n"})]
    ran = project.run("lint", "--last", 1, "--format", "json", url=False)
    assert ran.status == 1, ran.err
    found = ran.json["findings"]
    assert all(versions[0] in (each.get("location") or {}).get("path", versions[0]) for each in found)
    assert any("price" in each["message"] for each in found)
    assert project.run("lint", "--fail-on", "never", url=False).status == 0


def test_lint_asks_the_database_for_what_is_pending(project: Project) -> None:
    versions = project.add_orders()
    project.run("up", "--to", versions[1])
    version = project.add("drop", {".up.sql": "ALTER TABLE orders DROP COLUMN price;\n"})
    ran = project.run("lint", "--format", "json")
    assert ran.status == 1, ran.err
    paths = {Path(each["location"]["path"]).name for each in ran.json["findings"] if each.get("location")}
    assert paths <= {f"{versions[2]}_cents.up.sql", f"{version}_drop.up.sql"}


def test_a_comment_accepts_a_finding(project: Project) -> None:
    project.add_orders()
    version = project.add("drop", {".up.sql": "ALTER TABLE orders DROP COLUMN price;\n"})
    found = project.run("lint", "--last", 1, "--format", "json", url=False).json["findings"]
    codes = ", ".join(sorted({each["code"] for each in found}))
    project.edit(version, f"-- dbwright: ignore {codes} (nobody reads it)\nALTER TABLE orders DROP COLUMN price;\n")
    ran = project.run("lint", "--last", 1, url=False)
    assert ran.status == 0, ran.out
