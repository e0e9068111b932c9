"""The fixtures of the kit, used as a project would use them."""

import pytest

pytest_plugins = ["pytester"]

_CONFIGURATION = """
[pytest]
dbwright_engine = sqlite
dbwright_schema = schema.sql
"""
_SCHEMA = """
CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE INDEX things_name_idx ON things (name);
INSERT INTO things VALUES (1, 'first');
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".ini", pytest=_CONFIGURATION)
    pytester.makefile(".sql", schema=_SCHEMA)
    return pytester


def test_every_test_has_a_database_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_copy(database, number):
            database.insert("things", name=f"thing {number}")
            assert database.count("things") == 2
            assert len({row["id"] for row in database.rows("things")}) == 2

        @pytest.mark.parametrize("number", range(3))
        def test_rolled_back(rolled_back_database, number):
            rolled_back_database.insert("things", name="the same")
            assert rolled_back_database.count("things") == 2

        def test_made(database):
            assert database.make("things", name="mine")["name"] == "mine"

        def test_empty(throwaway):
            assert throwaway("sqlite").catalog().tables == ()
        """
    )
    project.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=8)


def test_migrations_with_seeds_make_the_template(project: pytest.Pytester) -> None:
    project.makefile(".ini", pytest="[pytest]\ndbwright_engine = sqlite\ndbwright_migrations = steps\n")
    folder = project.mkdir("steps")
    (folder / "1_things.up.sql").write_text(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT);", encoding="utf-8"
    )
    (folder / "1_things.down.sql").write_text("DROP TABLE things;", encoding="utf-8")
    (folder / "seeds" / "dev").mkdir(parents=True)
    (folder / "seeds" / "all.sql").write_text("INSERT INTO things (name) VALUES ('everywhere');", encoding="utf-8")
    (folder / "seeds" / "dev" / "more.sql").write_text("INSERT INTO things (name) VALUES ('dev');", encoding="utf-8")
    (folder / "dbwright.sum").write_text("", encoding="utf-8")
    project.makepyfile(
        """
        def test_seeded(database):
            assert [row["name"] for row in database.rows("things")] == ["everywhere"]
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_queries_are_limited_by_a_marker(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sqlite3
        import pytest

        def ask(times):
            connection = sqlite3.connect(":memory:")
            for number in range(times):
                connection.execute("SELECT ?", (number,))
            connection.close()

        @pytest.mark.queries(at_most=2)
        def test_few():
            ask(2)

        @pytest.mark.queries(at_most=2)
        def test_many():
            ask(3)

        @pytest.mark.queries(repeats=3)
        def test_loop():
            ask(3)

        def test_log(queries):
            ask(2)
            queries.assert_at_most(2)
            assert len(queries) == 2
        """
    )
    done = project.runpytest_subprocess("-p", "no:randomly")
    done.assert_outcomes(passed=4, errors=2)
    done.stdout.fnmatch_lines(["*3 queries were run, more than 2:*", "*3 times from test_queries_are_limited*"])


def test_nothing_that_says_which_engine(project: pytest.Pytester) -> None:
    project.makefile(".ini", pytest="[pytest]\n")
    project.mkdir("migrations")
    project.makepyfile("def test_one(database): pass")
    done = project.runpytest_subprocess()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*Nothing says whose SQL the tests are for.*"])
