"""Rules take any schema: none at all, names without a word in them, keys that point nowhere."""

import pytest

from dbwright.app.review import review_session
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.registry import engine
from dbwright.rules.base import all_rules

ODD = (
    'CREATE TABLE "🙂" ("🙂" integer, "" text, "_" integer, "a.b" text, "select" integer, "x\'y" date, "x""z" date)',
    'CREATE TABLE "_" (id integer PRIMARY KEY, "🙂_id" integer, _id integer, "_type" text, "_🙂_type" text, id_ integer)',
    "INSERT INTO \"🙂\" VALUES (1, NULL, 2, 'x', 3, '2024-01-01', NULL), (NULL, '', NULL, NULL, NULL, NULL, NULL)",
    'CREATE TABLE "order" ("user" integer, "user_id" integer, "group" text, status text, email text, is_default boolean NOT NULL)',
    'CREATE UNIQUE INDEX "order🙂" ON "order" ("user", is_default)',
    'CREATE TABLE "user" (id integer PRIMARY KEY, "user" integer REFERENCES "nobody" (id), CHECK (id = NULL), CHECK (\'\'))',
    'CREATE VIEW "v 🙂" AS SELECT * FROM "🙂"',
)


def test_an_empty_database_has_no_faults(sqlite_scratch: Scratch) -> None:
    with sqlite_scratch.open() as session:
        assert review_session(session, engine("sqlite"), session.inspect().catalog, rules=all_rules()) == ()


def test_odd_names_are_reviewed(sqlite_scratch: Scratch) -> None:
    with sqlite_scratch.open() as session:
        session.execute([Statement(text=text) for text in ODD])
        findings = review_session(session, engine("sqlite"), session.inspect().catalog, rules=all_rules())
    assert {"K001", "R001", "R002", "C001", "C005"} <= {finding.code for finding in findings}
    assert not [each for finding in findings for each in finding.evidence if "syntax error" in each.summary]


@pytest.mark.parametrize("tables", [300])
def test_a_schema_of_many_tables_is_reviewed_in_moments(sqlite_scratch: Scratch, tables: int) -> None:
    with sqlite_scratch.open() as session:
        session.execute(
            Statement(
                text=f"CREATE TABLE kind{i}s (id integer PRIMARY KEY, kind{(i * 7) % tables}_id integer, status text)"
            )
            for i in range(tables)
        )
        findings = review_session(session, engine("sqlite"), session.inspect().catalog, rules=all_rules())
    assert len([finding for finding in findings if finding.code == "C003"]) == tables
