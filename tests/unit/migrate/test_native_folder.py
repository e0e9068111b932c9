"""dbwright's own folders: names, headers, checksums, and what is odd about files."""

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dbwright.app.migrate.new import new, write_revision
from dbwright.errors import SourceError, SyntaxFault, UsageError
from dbwright.migrate.checksums import NAME, check, differences
from dbwright.migrate.formats.native import files_of, read
from dbwright.migrate.headers import read_headers
from dbwright.migrate.read import read_folder
from dbwright.migrate.versions import new_version, slug


def made(folder: Path, *names: str) -> Path:
    for name in names:
        write_revision(
            folder,
            name,
            {".up.sql": f"CREATE TABLE {slug(name)} (id integer);\n", ".down.sql": f"DROP TABLE {slug(name)};\n"},
        )
    return folder


def said(folder: Path) -> tuple[str, ...]:
    return differences(folder, files_of(read(folder)))


# ---------------------------------------------------------------- versions and names


def test_a_version_is_the_present_second_or_the_next_free_one() -> None:
    now = datetime(2026, 11, 21, 9, 30, 0, tzinfo=UTC)
    assert new_version([], now) == "20261121093000"
    assert new_version(["20261121093000"], now) == "20261121093001"
    assert new_version(["20261121095959"], now) == "20261121100000"
    assert new_version(["0001", "0002"], now) == "20261121093000"
    assert new_version(["99999999999999"], now) == "100000000000000"


@pytest.mark.parametrize(
    ("name", "written"),
    [("Add price", "add_price"), (" größe/менять 🎉 ", "größe_менять"), ("a'b\"c", "a_b_c"), ("../../etc", "etc")],
)
def test_names_become_parts_of_file_names(name: str, written: str) -> None:
    assert slug(name) == written


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(UsageError, match="no name"):
        slug("🎉 !")


def _add(folder: str) -> None:
    new(Path(folder), "at the same time")


def test_processes_that_add_at_the_same_time_get_different_versions(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.map(_add, [str(folder)] * 12)
    found = read(folder)
    assert len({each.version for each in found.revisions}) == 12
    check(folder, files_of(found))


# ---------------------------------------------------------------- the checksum file


def test_the_checksum_file_is_right_after_writing(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "one", "two")
    assert said(folder) == ()
    assert (folder / NAME).read_text("utf-8").count("\n") == 5


def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "one")
    before = read(folder).revisions[0]
    for file in folder.glob("*.sql"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    (folder / NAME).write_bytes((folder / NAME).read_bytes().replace(b"\n", b"\r\n"))
    assert said(folder) == ()
    assert read(folder).revisions[0].checksum == before.checksum


def test_every_difference_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "one", "two", "three")
    one, two, three = (Path(each.up_path) for each in read(folder).revisions)
    one.write_text("CREATE TABLE other (id integer);\n", "utf-8")
    two.unlink()
    Path(str(two).replace(".up.", ".down.")).unlink()
    added = folder / three.name.replace("three", "four").replace(three.name[:14], str(int(three.name[:14]) + 1))
    added.write_text("SELECT 1;\n", "utf-8")
    text = "\n".join(said(folder))
    assert f"{one.name} was changed" in text
    assert f"{two.name} is missing" in text
    assert f"{added.name} was added by hand" in text
    with pytest.raises(SourceError, match="nothing was done") as caught:
        check(folder, files_of(read(folder)))
    assert "dbwright migrate repair" in (caught.value.hint or "")


def test_a_merge_of_two_branches_is_noticed(tmp_path: Path) -> None:
    ours, theirs = made(tmp_path / "ours", "one"), tmp_path / "theirs"
    theirs.mkdir()
    for file in ours.iterdir():
        (theirs / file.name).write_bytes(file.read_bytes())
    made(ours, "our change")
    made(theirs, "x", "their change")
    for file in theirs.glob("*their_change*"):
        (ours / file.name).write_bytes(file.read_bytes())
    lines = [line for line in (theirs / NAME).read_text("utf-8").splitlines() if "their_change" in line]
    merged = (ours / NAME).read_text("utf-8") + "\n".join(lines) + "\n"
    (ours / NAME).write_text(merged, "utf-8")
    assert "merge of two branches" in "\n".join(said(ours))
    (ours / NAME).write_text(merged.replace("# dbwright", "<<<<<<< HEAD\n# dbwright", 1), "utf-8")
    assert "merge conflict" in "\n".join(said(ours))


def test_a_lost_or_broken_checksum_file_is_said(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "one")
    (folder / NAME).write_text("nonsense\n", "utf-8")
    assert "no checksum" in said(folder)[0]
    (folder / NAME).unlink()
    assert "missing" in said(folder)[0]


# ---------------------------------------------------------------- reading


def test_a_folder_that_is_empty_or_not_there_has_no_revisions(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        found = read_folder(folder)
        assert (found.kind, found.revisions) == ("dbwright", ())
    assert differences(tmp_path, ()) == ()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1", "utf-8")
    with pytest.raises(UsageError, match="is a file"):
        read_folder(tmp_path / "a.sql")


def test_two_migrations_of_one_version_are_refused(tmp_path: Path) -> None:
    for name in ("20260101000000_a.up.sql", "20260101000000_b.up.sql"):
        (tmp_path / name).write_text("SELECT 1;", "utf-8")
    with pytest.raises(SourceError, match="Two migrations have the version 20260101000000"):
        read(tmp_path)


def test_a_down_half_needs_its_up_half(tmp_path: Path) -> None:
    (tmp_path / "20260101000000_a.down.sql").write_text("SELECT 1;", "utf-8")
    with pytest.raises(SourceError, match="other half"):
        read(tmp_path)


def test_names_with_spaces_and_other_letters(tmp_path: Path) -> None:
    (tmp_path / "20260101000000_größe der Kästen 🎉.up.sql").write_text("SELECT 1;", "utf-8")
    (tmp_path / "notes.sql").write_text("", "utf-8")
    found = read(tmp_path)
    assert found.revisions[0].name == "größe der Kästen 🎉"
    assert "notes.sql is no migration" in found.notes[0]


def test_seeds_know_their_environments(tmp_path: Path) -> None:
    new(tmp_path, "countries", kind="seed")
    new(tmp_path, "people", kind="seed", environment="staging")
    (tmp_path / "seeds" / "more.sql").write_text("-- dbwright: environments test, ci\nSELECT 1;", "utf-8")
    found = {each.version: each.environments for each in read(tmp_path).revisions if each.seed}
    assert found == {
        "seeds/countries.sql": (),
        "seeds/more.sql": ("test", "ci"),
        "seeds/staging/people.sql": ("staging",),
    }


def test_python_files_are_read_without_being_run(tmp_path: Path) -> None:
    file = tmp_path / "20260101000000_fill.py"
    file.write_text("raise SystemExit\ndef up(batch): ...\nirreversible = 'gone'\n", "utf-8")
    revision = read(tmp_path).revisions[0]
    assert (revision.python, revision.irreversible) == (True, "gone")
    file.write_text("def down(batch): ...\n", "utf-8")
    with pytest.raises(SyntaxFault, match="no `up`"):
        read(tmp_path)
    file.write_text("def up(:\n", "utf-8")
    with pytest.raises(SyntaxFault, match="not valid Python"):
        read(tmp_path)


# ---------------------------------------------------------------- headers


def test_headers() -> None:
    found = read_headers(
        "-- what it does\n-- dbwright: no transaction\n# dbwright: irreversible because rows are gone.\n"
        "-- dbwright: allow data-loss, breaking\n-- dbwright: ignore M001\nSELECT 1;\n-- dbwright: nonsense",
        "a.sql",
    )
    assert found.transactional is False
    assert found.irreversible == "rows are gone"
    assert found.allows == ("data-loss", "breaking")


def test_a_header_with_a_mistake_is_refused() -> None:
    with pytest.raises(SyntaxFault, match=r"a.sql:2:1: .*no transactoin") as caught:
        read_headers("\n-- dbwright: no transactoin\n", "a.sql")
    assert caught.value.hint == "Did you mean 'no transaction'?"
