"""How far a run came, kept in files."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("numpy")

from dbwright.app.seed.state import State, asked, attempts_of, keep_attempts
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.url import Url, parse_url
from dbwright.seed.base import ColumnHint, Settings, TableHint
from dbwright.seed.plan.base import Existing

URL = parse_url("postgresql://u:secret@host/shop")
EMPTY = Catalog(engine="postgres")


def _state(folder: Path, url: Url = URL, *namespaces: str) -> State:
    return State(url, namespaces, folder)


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    keys = pl.DataFrame({"id": [1, 2], "day": [date(2024, 1, 1), None], "b": [b"\x00", b"x"]})
    existing = Existing(rows={("", "a.b"): 2, ("s", "c"): 0}, keys={("", "a.b"): keys})
    kept = _state(tmp_path).begin("x", existing, Settings(until="2024-01-01", now="2024-02-02"))
    kept.step, kept.row = 3, 500
    keep_attempts(kept, {("", "a.b"): {7: 2}, ("s", "c"): {}})
    _state(tmp_path).save(kept)
    found = _state(tmp_path).load("x")
    assert found is not None
    again, before = found
    assert (again.step, again.row, again.until, again.now) == (3, 500, "2024-01-01", "2024-02-02")
    assert attempts_of(again) == {("", "a.b"): {7: 2}}
    assert before.rows == existing.rows
    assert before.keys["", "a.b"].equals(keys)


def test_other_runs_do_not_find_it(tmp_path: Path) -> None:
    _state(tmp_path).begin("x", Existing(), Settings())
    assert _state(tmp_path).load("y") is None
    assert _state(tmp_path, parse_url("postgresql://u@other/shop")).load("x") is None
    assert _state(tmp_path, URL, "public").load("x") is None
    assert _state(tmp_path).load("x") is not None
    _state(tmp_path).forget()
    assert _state(tmp_path).load("x") is None
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_as_none(tmp_path: Path) -> None:
    state = _state(tmp_path)
    state.begin("x", Existing(rows={("", "a"): 1}, keys={("", "a"): pl.DataFrame({"id": [1]})}), Settings())
    next(state.folder.glob("*.parquet")).write_bytes(b"")
    assert state.load("x") is None
    (state.folder / "state.json").write_text("{")
    assert state.load("x") is None


def test_nobody_else_may_read_it_and_it_names_no_password(tmp_path: Path) -> None:
    state = _state(tmp_path)
    state.begin("x", Existing(), Settings())
    file = state.folder / "state.json"
    assert file.stat().st_mode & 0o077 == 0
    assert "secret" not in file.read_text() + str(file)


def test_schema_settings_and_file_tell_runs_apart_but_not_the_clock() -> None:
    plain = asked(EMPTY, Settings(), "")
    assert plain == asked(EMPTY, Settings(until="2024-01-01", now="2024-01-01"), "")
    hint = TableHint(columns={"a": ColumnHint(lowest=datetime(2024, 1, 1, tzinfo=UTC))})
    others = {
        asked(EMPTY, Settings(seed=2), ""),
        asked(EMPTY, Settings(), "seed = 1"),
        asked(EMPTY, Settings(tables={"a": hint}), ""),
        asked(Catalog(engine="postgres", tables=(Table(namespace="", name="a"),)), Settings(), ""),
    }
    assert len(others | {plain}) == 5


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = _state(tmp_path / "file")
    kept = state.begin("x", Existing(rows={("", "a"): 1}, keys={("", "a"): pl.DataFrame({"id": [1]})}), Settings())
    state.save(kept)
    assert "could not be kept" in state.notes[0]
    assert state.load("x") is None
