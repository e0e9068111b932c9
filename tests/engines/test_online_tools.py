"""Handing a change over to other tools: the command, and running it. A stand-in plays the tool, by a plain ALTER TABLE."""

import os
import stat
import sys
from pathlib import Path

import pytest

from dbwright.app.online import hand_over_online
from dbwright.change.online import ChangeType, Wish
from dbwright.engines.base import Scratch, Session
from dbwright.engines.url import Url, format_url
from dbwright.errors import ExecutionFault, Refused, Unavailable, Unsupported
from dbwright.online.tools import HandOver, command, installed
from tests.support.online_cases import CASES, INTEGER

_STAND_IN = """#!{python}
import os, stat, sys
from dbwright.engines.registry import engine
from dbwright.engines.url import parse_url
given = dict(word.lstrip("-").split("=", 1) for word in sys.argv[1:] if "=" in word)
assert "secret" not in " ".join(sys.argv)
assert stat.S_IMODE(os.stat(given["conf"]).st_mode) == 0o600
if {fails}:
    sys.exit(3)
with engine("mysql").connect(parse_url({url!r}), read_only=False) as session:
    session.change(f"ALTER TABLE `{{given['table']}}` {{given['alter']}}")
"""


def _wish() -> Wish:
    return Wish(changes=(ChangeType(table=("", "t"), column="id", type=INTEGER["mysql"]),))


def _type_of_key(session: Session) -> object:
    return session.query(
        "select data_type from information_schema.columns where table_name = 't' and table_schema = database()"
    )[0][0]


def _install(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> None:
    tool = folder / "gh-ost"
    tool.write_text(_STAND_IN.format(python=sys.executable, url=url, fails=fails))
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2] / "src"))


def test_an_installed_tool_makes_the_change(
    mysql_scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, format_url(mysql_scratch.url), monkeypatch)
    assert "gh-ost" in installed()
    with mysql_scratch.open() as session:
        session.change("create table t (id bigint not null primary key)")
        given, text = hand_over_online(mysql_scratch.url, _wish())
        assert given.tool == "gh-ost"
        assert "--execute" in text
        assert "MODIFY COLUMN" in text
        assert _type_of_key(session) == "bigint"
        hand_over_online(mysql_scratch.url, _wish(), execute=True)
        assert _type_of_key(session) == "int"


def test_a_tool_that_fails_is_told(mysql_scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, format_url(mysql_scratch.url), monkeypatch, fails=True)
    with mysql_scratch.open() as session:
        session.change("create table t (id bigint not null primary key)")
    with pytest.raises(ExecutionFault, match="gh-ost ended with status 3"):
        hand_over_online(mysql_scratch.url, _wish(), execute=True)


def test_what_gh_ost_cannot_do_goes_to_the_other(mysql_scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with mysql_scratch.open() as session:
        session.change("create table t (id bigint not null primary key, a int)")
        session.change("create trigger x before insert on t for each row set new.a = 1")
    with pytest.raises(Unavailable, match="gh-ost cannot: t has triggers"):
        hand_over_online(mysql_scratch.url, _wish())
    with pytest.raises(Refused, match="t has triggers"):
        hand_over_online(mysql_scratch.url, _wish(), tool="gh-ost")
    _, text = hand_over_online(mysql_scratch.url, _wish(), tool="pt-online-schema-change")
    assert text.startswith("pt-online-schema-change ")


def test_passwords_stay_out_of_the_command() -> None:
    url = Url(scheme="mysql", user="app", password="secret", host="db", port=3307, database="shop")
    for tool in ("gh-ost", "pt-online-schema-change"):
        given = HandOver(tool=tool, table="t", alter="ADD COLUMN a int", why="")
        words = command(given, url)
        assert "secret" not in " ".join(words)
        assert "--ask-pass" in words


def test_other_engines_have_no_such_tools(sqlite_scratch: Scratch) -> None:
    with sqlite_scratch.open() as session:
        session.change("create table t (id int not null primary key, price int, note text)")
    with pytest.raises(Unsupported, match="gh-ost"):
        hand_over_online(sqlite_scratch.url, (CASES[0].change("", "sqlite"),))
