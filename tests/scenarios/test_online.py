"""`dbwright online` as a user runs it."""

from pathlib import Path

import pytest

from dbwright.engines.base import Scratch
from dbwright.engines.url import format_url
from tests.support.command import run


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """An SQLite database with a table of goods."""
    import sqlite3

    path = tmp_path / "shop.db"
    database = sqlite3.connect(path)
    database.execute("create table goods (id integer primary key, price int, note text)")
    database.executemany("insert into goods (price) values (?)", [(n,) for n in range(100)])
    database.commit()
    database.close()
    return f"sqlite:///{path}"


RENAME = "ALTER TABLE goods RENAME COLUMN price TO cost"


def test_the_three_phases(shop: str) -> None:
    ran = run("online", "plan", shop, RENAME)
    assert ran.status == 0
    assert "Contract drops, for good:" in ran.out
    assert "Tried on a scratch database" in ran.out
    assert run("online", "status", shop).out == "No online change is under way.\n"

    ran = run("online", "start", shop, RENAME)
    assert ran.status == 0, ran.err
    assert "expand is complete" in ran.out
    assert "Fill cost of goods" in ran.err

    (status,) = run("online", "status", shop, "--format", "json").json
    assert status["state"] == "stopped"
    assert status["phase"] == "expand"

    assert run("online", "switch", shop).status == 0
    ran = run("online", "contract", shop)
    assert ran.status == 2
    assert "the name price" in ran.err
    assert "--allow data-loss" in ran.err
    ran = run("online", "contract", shop, "--allow", "data-loss")
    assert ran.status == 0
    assert "It is done." in ran.out
    again = run("online", "start", shop, RENAME, "--until", "contract", "--allow", "data-loss")
    assert (again.status, "It is done." in again.out) == (0, True)


def test_undo(shop: str) -> None:
    before = run("inspect", shop).out
    assert run("online", "start", shop, RENAME, "--no-prove").status == 0
    ran = run("online", "undo", shop)
    assert ran.status == 0
    assert "everything is as before" in ran.out
    assert run("inspect", shop).out == before


def test_what_is_wrong_is_said(shop: str, tmp_path: Path) -> None:
    for arguments, said in (
        (("start", shop, "DROP TABLE goods"), "nothing to be done online"),
        (("start", shop, str(tmp_path / "missing.toml")), "no file"),
        (("start", shop, "ALTER TABLE goods RENAME COLUMN none TO cost"), "no column"),
        (("start", shop, RENAME, "--as-version", "v2"), "versions of a schema"),
        (("resume", shop), "No online change is under way"),
        (("undo", shop), "No online change is under way"),
        (("pause", shop), "No online change is under way"),
    ):
        ran = run("online", *arguments)
        assert ran.status == 2
        assert said in ran.err
        assert "Traceback" not in ran.err


def test_a_toml_file_with_a_versioned_schema(postgres_scratch: Scratch, tmp_path: Path) -> None:
    url = format_url(postgres_scratch.url)
    file = tmp_path / "change.toml"
    file.write_text(
        """
        version = "v2"
        [[change]]
        kind = "rename-column"
        table = "goods"
        column = "price"
        to = "cost"
        """
    )
    with postgres_scratch.open() as session:
        session.change("create table goods (id int primary key, price int)")
        session.change("insert into goods values (1, 10)")
        ran = run("online", "start", url, file, "--until", "switch")
        assert ran.status == 0, ran.err
        assert session.query("select cost from v2.goods") == [(10,)]
        ran = run("online", "contract", url)
        assert ran.status == 0, ran.err
        assert session.query("select cost from goods") == [(10,)]
