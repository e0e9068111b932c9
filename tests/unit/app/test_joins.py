"""Joins gathered from views, routines, triggers, queries and the files of an application."""

from pathlib import Path

from dbwright.app.joins import joins_of
from dbwright.catalog.facts import JoinSeen, QuerySeen
from dbwright.catalog.objects import Catalog
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.split import split

SCHEMA = """
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE posts (id integer PRIMARY KEY, writer integer, hits integer);
"""
POSTGRES = (
    SCHEMA
    + """
CREATE VIEW written AS SELECT p.id FROM posts p JOIN users u ON u.id = p.writer;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found integer;
BEGIN
  IF EXISTS (SELECT 1 FROM users WHERE users.id = NEW.writer) THEN
    PERFORM 1 FROM posts p, users u WHERE p.writer = u.id;
  END IF;
  FOR found IN SELECT u.id FROM users u JOIN posts p ON p.writer = u.id LOOP
    UPDATE posts SET hits = 0 WHERE id = found;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER touched AFTER INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
"""
)


def catalog_of(sql: str, dialect: str) -> Catalog:
    return parse(list(split(sql, dialect)), dialect)[0]  # type: ignore[arg-type]  # the tests name known dialects


def places(found: tuple[JoinSeen, ...]) -> set[tuple[str, str]]:
    assert {(each.left.name, each.right.name) for each in found} <= {("writer", "id")}
    return {(each.where, each.name) for each in found}


def test_views_routines_and_triggers_of_postgres() -> None:
    found = joins_of(catalog_of(POSTGRES, "postgres"))
    assert places(found) == {
        ("view", "public.written"),
        ("routine", "public.touch"),
        ("trigger", "public.posts.touched"),
    }


def test_a_trigger_of_sqlite_and_a_routine_of_mysql() -> None:
    trigger = "CREATE TRIGGER t AFTER UPDATE ON posts BEGIN DELETE FROM users WHERE id = NEW.writer; SELECT 1; END;"
    assert places(joins_of(catalog_of(SCHEMA + trigger, "sqlite"))) == {("trigger", "posts.t")}
    routine = """
    CREATE PROCEDURE p() BEGIN
      DECLARE c CURSOR FOR SELECT posts.id FROM posts JOIN users ON users.id = posts.writer;
      IF 1 = 1 THEN SELECT 'THEN; nothing'; END IF;
    END"""
    assert places(joins_of(catalog_of(f"{SCHEMA} DELIMITER //\n{routine}//", "mysql"))) == {("routine", "p")}


def test_queries_count_their_calls() -> None:
    queries = (
        QuerySeen(sql="SELECT * FROM posts JOIN users ON users.id = posts.writer WHERE hits > $1", calls=900),
        QuerySeen(sql="SELECT 1", calls=10),
    )
    (found,) = joins_of(catalog_of(SCHEMA, "postgres"), queries)
    assert (found.where, found.calls) == ("query", 900)


def test_files_of_an_application(tmp_path: Path) -> None:
    (tmp_path / "report.py").write_text(
        'def q(n):\n    return run("SELECT * FROM posts "\n               f"JOIN users ON users.id = posts.writer WHERE hits > {n}")\n'
    )
    (tmp_path / "page.js").write_text(
        "db.query(`SELECT * FROM posts, users WHERE posts.writer = users.id AND hits = ${n}`)"
    )
    (tmp_path / "dump.sql").write_text("SELECT * FROM posts p JOIN users u ON p.writer = u.id;\nSELECT 'never closed")
    (tmp_path / "good.sql").write_text("SELECT 1;\nSELECT * FROM posts p JOIN users u ON p.writer = u.id;")
    (tmp_path / "broken.py").write_text("def (:")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("`SELECT * FROM posts, users WHERE posts.writer = users.id`")
    found = joins_of(catalog_of(SCHEMA, "postgres"), (), (str(tmp_path), str(tmp_path / "missing")))
    assert {("application", "report.py"), ("application", "page.js"), ("application", "good.sql")} <= places(found)
    assert not {name for _, name in places(found)} & {"node_modules/x.js"}


def test_nothing_to_read_imports_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from dbwright.app.joins import joins_of; from dbwright.catalog.objects import Catalog; "
        "assert joins_of(Catalog(engine='postgres')) == (); assert 'sqlglot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
