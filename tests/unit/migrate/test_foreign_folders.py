"""Folders that other tools wrote, read as they are, with the history that those tools keep."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Session, Statement
from dbwright.errors import SourceError
from dbwright.migrate.formats import alembic, dbmate, django, flyway, golang_migrate, prisma
from dbwright.migrate.formats._writing import Draft
from dbwright.migrate.history import Entry
from dbwright.migrate.read import read_folder
from dbwright.migrate.standing import standings
from tests.support.scratches import scratch_of


def write(folder: Path, files: dict[str, str]) -> Path:
    """The files, with their folders."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def sqlite_with(scratch: Scratch, *statements: str) -> Session:
    """A session on a database after the statements."""
    session = scratch.open()
    session.execute(Statement(text=text) for text in statements)
    return session


# ---------------------------------------------------------------- flyway


def test_flyway_versions_are_numbers_and_not_texts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "V10__ten.sql": "SELECT 10;",
            "V2__two.sql": "SELECT 2;",
            "V1.5__half.sql": "SELECT 1;",
            "V1_10__more.sql": "SELECT 1;",
            "U2__two.sql": "SELECT -2;",
            "R__views.sql": "SELECT 0;",
            "notes.sql": "SELECT 'nothing of ours'",
        },
    )
    folder = read_folder(tmp_path)
    assert folder.kind == "flyway"
    assert [each.version for each in folder.revisions] == ["1.5", "1.10", "2", "10", "R__views"]
    two = folder.revision("2")
    assert two is not None
    assert two.down == "SELECT -2;"
    assert folder.revisions[-1].repeatable


def test_a_flyway_version_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"V1__a.sql": "SELECT 1;", "sub/V1__b.sql": "SELECT 2;"})
    with pytest.raises(SourceError, match="Two migrations have the version 1"):
        flyway.read(tmp_path)


def test_flyways_own_checksum_tells_changed_files(tmp_path: Path) -> None:
    write(tmp_path, {"V1__a.sql": "CREATE TABLE a (id int);\n", "V2__b.sql": "SELECT 2;\n"})
    folder = flyway.read(tmp_path)
    right = flyway.flyway_checksum("CREATE TABLE a (id int);\n")
    with scratch_of("sqlite") as scratch:
        session = sqlite_with(
            scratch,
            "CREATE TABLE flyway_schema_history (installed_rank INT, version TEXT, description TEXT, type TEXT, script TEXT,"
            " checksum INT, installed_by TEXT, installed_on TEXT, execution_time INT, success BOOLEAN)",
            f"INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', {right}, 'ann', '2024-01-02 03:04:05', 12, 1)",
            "INSERT INTO flyway_schema_history VALUES (2, '2', 'b', 'SQL', 'V2__b.sql', 77, 'bob', '2024-01-02 03:04:06', 5, 0)",
        )
        with session:
            applied = flyway.read_history(session, folder)
    assert applied is not None
    assert [(each.version, each.outcome, each.user, each.seconds) for each in applied] == [
        ("1", "done", "ann", 0.012),
        ("2", "failed", "bob", 0.005),
    ]
    assert applied[0].checksum == folder.revisions[0].checksum
    assert applied[1].checksum != folder.revisions[1].checksum


# ---------------------------------------------------------------- golang-migrate, dbmate, prisma


def test_golang_migrate_pairs(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"2_b.up.sql": "SELECT 2;", "10_c.up.sql": "SELECT 3;", "1_a.up.sql": "SELECT 1;", "1_a.down.sql": "SELECT 0;"},
    )
    folder = read_folder(tmp_path)
    assert folder.kind == "golang-migrate"
    assert [(each.version, each.name, each.down) for each in folder.revisions] == [
        ("1", "a", "SELECT 0;"),
        ("2", "b", None),
        ("10", "c", None),
    ]
    with scratch_of("sqlite") as scratch:
        session = sqlite_with(
            scratch,
            "CREATE TABLE schema_migrations (version uint64, dirty bool)",
            "INSERT INTO schema_migrations VALUES (2, 1)",
        )
        with session:
            applied = golang_migrate.read_history(session, folder)
    assert applied is not None
    assert [(each.version, each.outcome) for each in applied] == [("1", "done"), ("2", "failed")]


def test_dbmate_sections_keep_their_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "20240101000000_a.sql": """
            -- migrate:up transaction:false
            CREATE TABLE a (id int);

            -- migrate:down
            DROP TABLE a;
            """
        },
    )
    folder = read_folder(tmp_path)
    assert folder.kind == "dbmate"
    (only,) = folder.revisions
    assert (only.up or "").strip() == "CREATE TABLE a (id int);"
    assert (only.up or "").split("\n").index("CREATE TABLE a (id int);") == 1
    assert (only.down or "").strip() == "DROP TABLE a;"
    assert not only.transactional


def test_a_dbmate_file_without_an_up_section_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"1_a.sql": "-- migrate:down\nSELECT 1;"})
    with pytest.raises(SourceError, match="no section"):
        dbmate.read(tmp_path)


def test_prisma_folders_and_their_history(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "migration_lock.toml": 'provider = "sqlite"\n',
            "20240101000000_init/migration.sql": "CREATE TABLE a (id int);",
            "20240102000000_more/migration.sql": "CREATE TABLE b (id int);",
        },
    )
    folder = read_folder(tmp_path)
    assert (folder.kind, folder.dialect) == ("prisma", "sqlite")
    with scratch_of("sqlite") as scratch:
        session = sqlite_with(
            scratch,
            "CREATE TABLE _prisma_migrations (id TEXT, checksum TEXT, finished_at DATETIME, migration_name TEXT, logs TEXT,"
            " rolled_back_at DATETIME, started_at DATETIME, applied_steps_count INTEGER)",
            "INSERT INTO _prisma_migrations VALUES ('x', 'y', 1704067201500, '20240101000000_init', NULL, NULL, 1704067200000, 1)",
            "INSERT INTO _prisma_migrations VALUES ('z', 'y', NULL, '20240102000000_more', 'it broke', NULL, 1704067300000, 0)",
        )
        with session:
            applied = prisma.read_history(session, folder)
    assert applied is not None
    assert [(each.version, each.outcome, each.seconds) for each in applied] == [
        ("20240101000000_init", "done", 1.5),
        ("20240102000000_more", "failed", None),
    ]
    assert applied[1].detail == "it broke"


@pytest.mark.parametrize("tool", [flyway, golang_migrate, dbmate, prisma, alembic])
def test_a_database_without_the_history_table_has_no_history(tool: object, tmp_path: Path) -> None:
    from dbwright.migrate.revision import Folder

    with scratch_of("sqlite") as scratch, scratch.open() as session:
        assert tool.read_history(session, Folder(kind="sql", path=str(tmp_path))) is None  # type: ignore[attr-defined]


# ---------------------------------------------------------------- alembic

ALEMBIC = {
    "alembic.ini": """
        [alembic]
        script_location = %(here)s/scripts
        sqlalchemy.url = sqlite:///app.db
        """,
    "scripts/env.py": """
        from alembic import context
        print("env.py says something")
        context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        """,
    "scripts/script.py.mako": "",
    "scripts/versions/aaa_first.py": '''
        """First table."""
        import sqlalchemy as sa
        from alembic import op
        revision = "aaa"
        down_revision = None
        def upgrade():
            op.create_table("a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", sa.Text))
        def downgrade():
            op.drop_table("a")
        ''',
    "scripts/versions/bbb_second.py": '''
        """Second: asks the rows."""
        from alembic import op
        revision = "bbb"
        down_revision = "aaa"
        def upgrade():
            for row in op.get_bind().exec_driver_sql("SELECT 1"):
                op.execute("UPDATE a SET at = 'x'")
        def downgrade():
            op.execute("UPDATE a SET at = NULL")
        ''',
}


def test_alembic_revisions_come_as_sql(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, ALEMBIC))
    assert (folder.kind, folder.dialect, folder.heads) == ("alembic", "sqlite", ("bbb",))
    first, second = folder.revisions
    assert "CREATE TABLE a" in (first.up or "")
    assert "alembic_version" not in (first.up or "")
    assert (first.down or "").strip() == "DROP TABLE a;"
    assert (second.up, second.python, second.parents) == (None, False, ("aaa",))
    assert "cannot be told without a database" in second.notes[0]
    assert "UPDATE a SET at = NULL" in (second.down or "")


def test_alembics_history_goes_down_from_the_recorded_revision(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, ALEMBIC))
    with scratch_of("sqlite") as scratch:
        session = sqlite_with(
            scratch, "CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('bbb')"
        )
        with session:
            applied = alembic.read_history(session, folder)
    assert applied is not None
    assert [each.version for each in applied] == ["aaa", "bbb"]


def test_a_revision_written_for_alembic_is_read_back(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, ALEMBIC))
    (file,) = alembic.write_revision(
        folder,
        Draft(
            name="Add: a time",
            up=("ALTER TABLE a ADD COLUMN b TEXT DEFAULT '12:30'",),
            down=("ALTER TABLE a DROP COLUMN b",),
        ),
    )
    assert file.is_file()
    again = read_folder(tmp_path)
    assert len(again.revisions) == 3
    assert "DEFAULT '12:30'" in (again.revisions[-1].up or "")
    assert again.revisions[-1].parents == ("bbb",)


def test_an_alembic_project_that_fails_says_what_it_said(tmp_path: Path) -> None:
    write(tmp_path, {**ALEMBIC, "scripts/versions/ccc.py": "raise RuntimeError('no luck')\n"})
    with pytest.raises(SourceError, match="no luck"):
        read_folder(tmp_path)


# ---------------------------------------------------------------- django

DJANGO = {
    "manage.py": """
        import os
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
        """,
    "settings.py": """
        SECRET_KEY = "x"
        INSTALLED_APPS = ["shop"]
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "real.db"}}
        """,
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models
        class Item(models.Model):
            name = models.CharField(max_length=40)
        """,
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": """
        from django.db import migrations, models
        class Migration(migrations.Migration):
            initial = True
            dependencies = []
            fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=40))]
            operations = [migrations.CreateModel("Item", fields)]
        """,
    "shop/migrations/0002_fill.py": """
        from django.db import migrations
        def fill(apps, schema_editor):
            apps.get_model("shop", "Item").objects.create(name="x")
        class Migration(migrations.Migration):
            dependencies = [("shop", "0001_initial")]
            operations = [migrations.RunPython(fill)]
        """,
}


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_djangos_migrations_come_as_sql(dialect: str, tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, DJANGO), dialect=dialect)
    assert folder.kind == "django"
    first, second = folder.revisions
    assert first.version == "shop.0001_initial"
    assert 'CREATE TABLE "shop_item"' in (first.up or "")
    assert 'DROP TABLE "shop_item"' in (first.down or "")
    assert second.parents == ("shop.0001_initial",)
    assert second.down is None
    assert any("runs Python" in note for note in second.notes)
    assert not (tmp_path / "real.db").exists()


def test_djangos_history(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, DJANGO))
    with scratch_of("sqlite") as scratch:
        session = sqlite_with(
            scratch,
            "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied DATETIME)",
            "INSERT INTO django_migrations VALUES (1, 'shop', '0001_initial', '2024-01-02 03:04:05')",
        )
        with session:
            applied = django.read_history(session, folder)
    assert applied is not None
    assert [(each.version, str(each.at)) for each in applied] == [("shop.0001_initial", "2024-01-02 03:04:05+00:00")]


def test_a_migration_written_for_django_runs_up_and_down(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, DJANGO))
    up = ("ALTER TABLE shop_item ADD COLUMN price integer", "UPDATE shop_item SET price = 100 WHERE name LIKE '100%'")
    (file,) = django.write_revision(
        folder, Draft(name="Add price", up=up, down=("ALTER TABLE shop_item DROP COLUMN price",))
    )
    assert file.name == "0003_add_price.py"
    again = read_folder(tmp_path)
    added = again.revisions[-1]
    assert added.version == "shop.0003_add_price"
    assert "ADD COLUMN price" in (added.up or "")
    assert "DROP COLUMN price" in (added.down or "")
    there_and_back = """
        import manage, django
        django.setup()
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        call_command("migrate", "shop", "0002", verbosity=0)
        """
    command = [sys.executable, "-c", textwrap.dedent(there_and_back)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


# ---------------------------------------------------------------- where they stand


def test_pending_revisions_stand_in_the_order_in_which_their_tool_runs_them(tmp_path: Path) -> None:
    write(tmp_path, {"V1.5__b.sql": "SELECT 1;", "V1.10__c.sql": "SELECT 1;", "R__views.sql": "SELECT 0;"})
    folder = read_folder(tmp_path)
    assert [each.version for each in standings(folder, ())] == ["1.5", "1.10", "R__views"]
    done = Entry(
        number=1,
        name="views",
        version="R__views",
        direction="up",
        outcome="done",
        checksum=folder.revisions[-1].checksum,
    )
    assert [each.state for each in standings(folder, [done])] == ["pending", "pending", "applied"]
