"""The fixtures for tests of migrations, used as a project would use them."""

from pathlib import Path

import pytest

from dbwright.errors import ExecutionFault, UsageError
from dbwright.testing import open_migration_test

pytest_plugins = ["pytester"]

FILES = {
    "1_orders.up.sql": "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT);",
    "1_orders.down.sql": "DROP TABLE orders;",
    "2_split.up.sql": (
        "ALTER TABLE orders ADD COLUMN first TEXT; ALTER TABLE orders ADD COLUMN last TEXT;\n"
        "UPDATE orders SET first = substr(name, 1, instr(name, ' ') - 1), last = substr(name, instr(name, ' ') + 1);"
    ),
    "2_split.down.sql": "ALTER TABLE orders DROP COLUMN first; ALTER TABLE orders DROP COLUMN last;",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "migrations"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_rows_go_through_a_data_migration_and_back(folder: Path) -> None:
    with open_migration_test(folder, engine="sqlite") as migrations:
        assert [migrations.at] == [None]
        migrations.before("2")
        migrations.insert("orders", id=1, name="Ada Lovelace")
        migrations.up()
        assert migrations.rows("orders", "first", "last") == [{"first": "Ada", "last": "Lovelace"}]
        migrations.down()
        assert migrations.rows("orders") == [{"id": 1, "name": "Ada Lovelace"}]
        assert migrations.at == "1"


def test_a_way_back_that_loses_rows_is_caught(folder: Path) -> None:
    (folder / "2_split.down.sql").write_text(f"{FILES['2_split.down.sql']} DELETE FROM orders;", encoding="utf-8")
    with (
        open_migration_test(folder, engine="sqlite") as migrations,
        pytest.raises(AssertionError, match="does not keep the rows of orders"),
    ):
        migrations.check("2", rows={"orders": {"id": 1, "name": "Ada Lovelace"}})


def test_a_way_back_that_leaves_something_is_caught(folder: Path) -> None:
    (folder / "2_split.down.sql").write_text("ALTER TABLE orders DROP COLUMN first;", encoding="utf-8")
    with (
        open_migration_test(folder, engine="sqlite") as migrations,
        pytest.raises(AssertionError, match=r"2 undone does not lead back: column orders\.last differs"),
    ):
        migrations.check_all()


def test_a_failing_statement_is_an_error(folder: Path) -> None:
    (folder / "3_wrong.up.sql").write_text("ALTER TABLE nowhere ADD COLUMN x int;", encoding="utf-8")
    with open_migration_test(folder, engine="sqlite") as migrations, pytest.raises(ExecutionFault, match="nowhere"):
        migrations.up()


def test_what_is_not_there_is_named(folder: Path) -> None:
    with open_migration_test(folder, engine="sqlite") as migrations:
        with pytest.raises(UsageError, match="no revision 9"):
            migrations.up("9")
        with pytest.raises(UsageError, match="no table orders"):
            migrations.rows("orders")


def test_the_fixtures_of_the_plugin(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makeini(f"[pytest]\ndbwright_migrations = {folder}\ndbwright_engine = sqlite\n")
    pytester.makepyfile(
        f"""
        ROWS = {{"2": {{"orders": {{"id": 1, "name": "A B"}}}}}}

        def test_each(migration_revision, migration_test):
            migration_test.check(migration_revision, rows=ROWS.get(migration_revision))

        def test_open(open_migrations):
            assert open_migrations({str(folder)!r}, engine="sqlite").up().at == "2"
        """
    )
    ran = pytester.runpytest_subprocess("-v", "-p", "no:randomly", "-p", "no:cacheprovider")
    ran.assert_outcomes(passed=3)
    ran.stdout.fnmatch_lines(["*test_each?1_orders?*", "*test_each?2_split?*"])
