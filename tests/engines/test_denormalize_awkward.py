"""Awkward tables: names, partitions, tables that refer to themselves, keys that may be NULL, instants, cascades from far above."""

import pytest

from dbwright.app.denormalize.gather import Gatherer, Option
from dbwright.app.denormalize.settle import settled
from dbwright.change.operations import apply_all
from dbwright.denormalize.gathered import operations_of
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine, engine_of
from dbwright.errors import Unsupported, UsageError
from dbwright.readers.sql.split import Dialect, split
from tests.support.kept import attempt, keep, run, wrong


def dialect_of(scratch: Scratch) -> Dialect:
    name = engine_of(scratch.url).name
    return "mysql" if name == "mysql" else "sqlite" if name == "sqlite" else "postgres"


NAMES = """
CREATE TABLE "my ""posts. 😀" ("the id" integer PRIMARY KEY, "select" varchar(20));
CREATE TABLE "group" ("order%" integer PRIMARY KEY, "post's id" integer NOT NULL, "by" integer, "where" varchar(10),
    FOREIGN KEY ("post's id") REFERENCES "my ""posts. 😀" ("the id"));
INSERT INTO "my ""posts. 😀" VALUES (1, 'a'), (2, NULL);
INSERT INTO "group" VALUES (1, 1, 5, 'x'), (2, 1, NULL, 'y*/$');
"""


def test_names_that_need_quotes(scratch: Scratch) -> None:
    dialect = dialect_of(scratch)
    text = NAMES
    if dialect == "mysql":
        text = NAMES.replace('"my ""posts. 😀"', '`my "posts. 😄`').replace("😄", "x")
        text = "".join("`" if mark == '"' else mark for mark in text.replace('`my "posts. x`', "\0")).replace(
            "\0", '`my "posts. x`'
        )
    parent = '"my ""posts. x"' if dialect == "mysql" else '"my ""posts. 😀"'
    with scratch.open() as session:
        run(session, *(each.text for each in split(text, dialect)))
        quoted = engine(dialect).quote
        kept = keep(
            session,
            dialect,
            ("counter", f'{parent}."rows ""count"="group" where {quoted("where")} <> \'y*/$\''),
            ("sum", f'{parent}.total="group"."by"'),
            ("copy", f'"group"."the select"={parent}."select"'),
            ("rollup", '"daily ""numbers"="group" by "post\'s id" sum "by"'),
        )
        assert wrong(session, kept) == {}
        table, child = quoted("group"), engine(dialect).quote("order%")
        run(
            session,
            f"INSERT INTO {table} ({child}, {quoted(chr(112) + 'ost' + chr(39) + 's id')}) VALUES (3, 2), (4, 1)",
        )
        run(
            session,
            f"UPDATE {table} SET {quoted('where')} = 'z', {quoted('by')} = 7",
            f"DELETE FROM {table} WHERE {child} = 1",
        )
        assert wrong(session, kept) == {}
        there, said = Gatherer(session.inspect().catalog, engine(dialect)).there()
        assert (sorted(each.name for each in there), said) == (sorted(each.name for each in kept), [])
        assert sorted(each.drift for each in there) == sorted(each.drift for each in kept)


OWN = """
CREATE TABLE nodes (
    id integer PRIMARY KEY, parent_id integer, weight integer, FOREIGN KEY (parent_id) REFERENCES nodes (id) ON DELETE CASCADE
);
INSERT INTO nodes VALUES (1, NULL, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4);
"""


@pytest.mark.parametrize(
    "option",
    [("counter", "nodes.children=nodes"), ("sum", "nodes.below=nodes.weight"), ("maximum", "nodes.most=nodes.weight")],
)
def test_a_table_that_refers_to_itself(scratch: Scratch, option: tuple[str, str]) -> None:
    dialect = dialect_of(scratch)
    with scratch.open() as session:
        session.execute(split(OWN, dialect))
        if dialect == "mysql":
            with pytest.raises(Unsupported, match="keep nodes"):
                keep(session, dialect, option)
            return
        kept = keep(session, dialect, option)
        for text in (
            "INSERT INTO nodes (id, parent_id, weight) VALUES (5, 1, 9), (6, 5, 9), (7, 5, 1)",
            "UPDATE nodes SET parent_id = 2 WHERE id IN (3, 7)",
            "UPDATE nodes SET weight = weight * 2",
            "DELETE FROM nodes WHERE id = 5",
            "DELETE FROM nodes",
        ):
            run(session, text)
            assert (text, wrong(session, kept)) == (text, {})


def test_partitions(postgres_scratch: Scratch) -> None:
    """Statements that name a partition fire only its row triggers, so those are taken."""
    with postgres_scratch.open() as session:
        run(
            session,
            "CREATE TABLE shops (id integer PRIMARY KEY)",
            "CREATE TABLE sales (id integer, shop_id integer NOT NULL REFERENCES shops (id), at date NOT NULL, amount numeric)"
            " PARTITION BY RANGE (at)",
            "CREATE TABLE sales_23 PARTITION OF sales FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
            "CREATE TABLE sales_24 PARTITION OF sales FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            "INSERT INTO shops VALUES (1), (2)",
            "INSERT INTO sales VALUES (1, 1, '2023-05-05', 10), (2, 2, '2024-05-05', 20)",
        )
        kept = keep(
            session, "postgres", ("counter", "shops.sales_count=sales"), ("sum", "shops.sold=sales.amount"),
            ("rollup", "monthly=sales by month(at), shop_id sum amount"), ("maximum", "shops.best=sales.amount"),
        )  # fmt: skip
        assert wrong(session, kept) == {}
        for text in (
            "INSERT INTO sales VALUES (3, 1, '2024-01-01', 30), (4, 1, '2023-01-01', NULL)",
            "INSERT INTO sales_23 VALUES (5, 2, '2023-02-01', 5)",
            "UPDATE sales SET at = '2024-02-02', shop_id = 2 WHERE id = 1",
            "UPDATE sales_24 SET amount = amount + 1",
            "DELETE FROM sales_24 WHERE id = 3",
            "TRUNCATE sales",
        ):
            run(session, text)
            assert (text, wrong(session, kept)) == (text, {})


def test_a_parent_that_comes_after_its_children(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        run(
            session,
            "CREATE TABLE a (id integer PRIMARY KEY, name text NOT NULL)",
            "CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        kept = keep(
            session, "postgres", ("counter", "a.b_count=b"), ("copy", "b.a_name=a.name"),
            ("rollup", "names=SELECT a.name, count(*) AS n FROM b JOIN a ON a.id = b.a_id GROUP BY a.name"),
        )  # fmt: skip
        with session.transaction():
            run(
                session,
                "INSERT INTO b (id, a_id) VALUES (1, 7), (2, 7), (3, 8)",
                "INSERT INTO a (id, name) VALUES (7, 'x'), (8, 'x')",
            )
        assert session.query("SELECT id, b_count FROM a ORDER BY id") == [(7, 2), (8, 1)]
        assert wrong(session, kept) == {}


def test_groups_of_null(scratch: Scratch) -> None:
    dialect = dialect_of(scratch)
    with scratch.open() as session:
        run(
            session,
            "CREATE TABLE t (id integer PRIMARY KEY, kind varchar(10), size integer)",
            "INSERT INTO t VALUES (1, NULL, 1), (2, 'a', 2)",
        )
        if dialect == "mysql":
            with pytest.raises(Unsupported, match="may be NULL"):
                keep(session, dialect, ("rollup", "kinds=t by kind, size"))
            return
        kept = keep(session, dialect, ("rollup", "kinds=t by kind, size"))
        for text in (
            "INSERT INTO t VALUES (3, NULL, 1), (4, NULL, NULL), (5, 'a', NULL), (6, 'a', 0)",
            "UPDATE t SET kind = NULL WHERE id = 2",
            "UPDATE t SET size = NULL WHERE kind IS NULL",
            "DELETE FROM t WHERE id IN (1, 4)",
            "DELETE FROM t",
        ):
            run(session, text)
            assert (text, wrong(session, kept)) == (text, {})
        assert session.query("SELECT count(*) FROM kinds") == [(0,)]


@pytest.mark.parametrize(
    "engine_name",
    [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("mysql", marks=pytest.mark.mysql)],
)
def test_days_of_instants_are_those_of_utc(engine_name: str, request: pytest.FixtureRequest) -> None:
    """Two sessions in two time zones write the same group."""
    scratch: Scratch = request.getfixturevalue(f"{engine_name}_scratch")
    kind = "timestamptz" if engine_name == "postgres" else "timestamp"
    zone = "SET TIME ZONE '{}'" if engine_name == "postgres" else "SET time_zone = '{}'"
    with scratch.open() as session:
        run(session, f"CREATE TABLE visits (id integer PRIMARY KEY, at {kind} NOT NULL)")
        kept = keep(session, engine_name, ("rollup", "daily=visits by day(at)"))
        for number, offset in enumerate(("+09:00", "-08:00", "+00:00"), 1):
            run(session, zone.format(offset), f"INSERT INTO visits VALUES ({number}, '2024-01-01 03:00:00')")
            assert wrong(session, kept) == {}
        run(
            session,
            zone.format("+11:00"),
            "DELETE FROM visits WHERE id = 2",
            "UPDATE visits SET at = '2024-06-01 02:00:00' WHERE id = 1",
        )
        assert wrong(session, kept) == {}
        with pytest.raises(UsageError, match="depend on the time zone"):
            keep(
                session, engine_name, ("rollup", "x=SELECT date(at) AS d, count(*) AS n FROM visits GROUP BY date(at)")
            )


def test_rows_that_go_with_a_row_far_above(scratch: Scratch) -> None:
    """MySQL deletes them without a trigger; the tables above tell."""
    dialect = dialect_of(scratch)
    with scratch.open() as session:
        if dialect == "sqlite":
            run(session, "PRAGMA foreign_keys = ON")
        run(
            session,
            "CREATE TABLE firms (id integer PRIMARY KEY)",
            "CREATE TABLE users (id integer PRIMARY KEY, firm_id integer, FOREIGN KEY (firm_id) REFERENCES firms (id) ON DELETE CASCADE)",
            "CREATE TABLE posts (id integer PRIMARY KEY)",
            "CREATE TABLE votes (id integer PRIMARY KEY, post_id integer NOT NULL, user_id integer, firm_id integer, points integer,"
            " FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,"
            " FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,"
            " FOREIGN KEY (firm_id) REFERENCES firms (id) ON DELETE CASCADE)",
            "INSERT INTO firms VALUES (1), (2)",
            "INSERT INTO users VALUES (1, 1), (2, 1), (3, 2)",
            "INSERT INTO posts VALUES (1), (2)",
            "INSERT INTO votes VALUES (1, 1, 1, NULL, 1), (2, 1, 2, 1, 2), (3, 1, 3, 2, 3)",
            "INSERT INTO votes VALUES (4, 2, 1, 2, 4), (5, 2, 3, NULL, 5), (6, 2, NULL, 1, 6)",
        )
        kept = keep(
            session, dialect, ("counter", "posts.votes_count=votes"), ("sum", "posts.points=votes.points"),
            ("maximum", "posts.best=votes.points"), ("rollup", "by_post=votes by post_id sum points"),
        )  # fmt: skip
        for text in (
            "DELETE FROM users WHERE id = 2",
            "DELETE FROM firms WHERE id = 1",
            "DELETE FROM posts WHERE id = 1",
            "DELETE FROM firms",
        ):
            run(session, text)
            assert (text, wrong(session, kept)) == (text, {})


def test_without_foreign_keys_enforced(sqlite_scratch: Scratch) -> None:
    with sqlite_scratch.open() as session:
        run(
            session,
            "PRAGMA foreign_keys = OFF",
            "CREATE TABLE a (id integer PRIMARY KEY, name text)",
            "CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a (id) ON DELETE CASCADE)",
            "INSERT INTO b VALUES (1, 1), (2, 1), (3, 2)",
        )
        kept = keep(
            session, "sqlite", ("counter", "a.b_count=b"), ("copy", "b.a_name=a.name"),
            ("rollup", "names=SELECT a.name, count(*) AS n FROM b JOIN a ON a.id = b.a_id GROUP BY a.name"),
        )  # fmt: skip
        for text in (
            "INSERT INTO a (id, name) VALUES (1, 'x'), (2, 'y')",
            "UPDATE a SET id = 5 WHERE id = 1",
            "UPDATE a SET id = 1, name = 'z' WHERE id = 2",
            "INSERT INTO b (id, a_id) VALUES (9, 77)",
            "DELETE FROM b WHERE id = 1",
        ):
            run(session, text)
            assert (text, wrong(session, [each for each in kept if each.kind != "copy"])) == (text, {})


def test_what_is_made_is_read_back_the_same(scratch: Scratch) -> None:
    """So that a plan, a drift check and a diff do not see what is not there."""
    dialect = dialect_of(scratch)
    held_by = engine(dialect)
    with scratch.open() as session:
        session.execute(split(OWN.replace("nodes (id) ON DELETE CASCADE", "nodes (id)"), dialect))
        run(
            session,
            "CREATE TABLE leaves (id integer PRIMARY KEY, node_id integer NOT NULL, FOREIGN KEY (node_id) REFERENCES nodes (id))",
        )
        old = session.inspect().catalog
        kept = Gatherer(old, held_by).new(
            [
                Option("counter", "nodes.leaves_count=leaves"),
                Option("copy", "leaves.node_weight=nodes.weight"),
                Option("rollup", "per_node=leaves by node_id"),
            ]
        )
        operations = settled(operations_of(kept, old), old, held_by)
        run(session, *held_by.render(operations, old))
        assert settled(operations, old, held_by) == operations
        found = session.inspect().catalog
        wanted = held_by.canonical(apply_all(operations, old))
        assert {table.name for table in found.tables} == {table.name for table in wanted.tables}
        assert attempt(session, "INSERT INTO leaves (id, node_id) VALUES (1, 1)")
        assert wrong(session, kept) == {}
