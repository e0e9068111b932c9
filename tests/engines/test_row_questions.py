"""Questions that set rows beside other rows have the same exact answers on every engine."""

from collections.abc import Iterator

import pytest

from dbwright.catalog.facts import (
    Answer,
    Counted,
    CountIncluded,
    CountLivingChildren,
    CountMatching,
    CountOverlaps,
    CountPeriodEnds,
    CountRepeated,
    CountUnequalCopy,
    CountUnequalTotal,
    Documents,
    Facts,
    Included,
    JsonKeys,
    MaximumOf,
    PeriodEnds,
    Question,
    StorageClasses,
    TableStats,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget, Scratch
from dbwright.engines.registry import engine
from tests.support.scratches import ENGINES, scratch_of

_DOUBLE_QUOTED = ("postgres", "sqlite")
"""Engines whose names stand in double quotes; MySQL's stand in backticks."""


class Asked:
    """A scratch database that is asked questions."""

    def __init__(self, name: str, scratch: Scratch) -> None:
        self.engine = name
        self.scratch = scratch
        self.namespace = "public" if name == "postgres" else ""

    def table(self, name: str) -> Ref:
        return Ref("table", (self.namespace, name))

    def run(self, *statements: str) -> None:
        """Run statements whose names stand in double quotes."""
        with self.scratch.open() as session:
            for statement in statements:
                session.query(statement if self.engine in _DOUBLE_QUOTED else statement.replace('"', "`"))

    def ask(self, *questions: Question, budget: Budget | None = None, facts: Facts | None = None) -> list[Answer]:
        """The answers; the query of each that has one must run."""
        with engine(self.engine).connect(self.scratch.url) as session:
            catalog = session.inspect().catalog
            found = session.answer(catalog, facts or session.measure(catalog), questions, budget or Budget())
            for answer in found.values():
                if answer.sql and not isinstance(answer, Unanswered):
                    session.query(answer.sql)
        assert set(found) == set(questions)
        return [found[question] for question in questions]


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def rows(request: pytest.FixtureRequest) -> Iterator[Asked]:
    with scratch_of(request.param) as scratch:
        yield Asked(request.param, scratch)


def counted(answer: Answer) -> tuple[int, int]:
    """considered and matching."""
    assert isinstance(answer, Counted), answer
    return answer.considered, answer.matching


# ---------------------------------------------------------------- one table


def test_rows_that_match_are_counted_and_shown(rows: Asked) -> None:
    rows.run(
        'CREATE TABLE "odd t%b" (id integer PRIMARY KEY, "a b" integer, password varchar(20))',
        "INSERT INTO \"odd t%b\" VALUES (1, 5, 'x'), (2, -5, 'y'), (3, NULL, NULL), (4, -6, '%s')",
    )
    quoted = '"a b"' if rows.engine in _DOUBLE_QUOTED else "`a b`"
    table = rows.table("odd t%b")
    some, broken, percent, none = rows.ask(
        CountMatching(table, f"{quoted} < 0 -- below", ("id", "a b", "password")),
        CountMatching(table, "no_such_column < 0"),
        CountMatching(table, "password LIKE '%s'", ("id",)),
        CountMatching(table, f"{quoted} > 100", ("id",)),
    )
    assert counted(some) == (4, 2)
    assert isinstance(some, Counted)
    assert some.example_columns == ("id", "a b")
    assert set(some.examples) == {("2", "-5"), ("4", "-6")}
    assert isinstance(broken, Unanswered)
    assert "no_such_column" in broken.reason
    assert counted(percent)[1] == 1
    assert counted(none) == (4, 0)


def test_repeated_values(rows: Asked) -> None:
    rows.run(
        "CREATE TABLE people (id integer PRIMARY KEY, mail varchar(40), site integer, token varchar(10))",
        "INSERT INTO people VALUES (1, 'a@x', 1, 'k'), (2, ' A@X', 1, 'k'), (3, 'b@x', 1, 'k'), (4, 'b@x', 2, 'l'),"
        " (5, 'b@x', 2, NULL), (6, NULL, 2, NULL), (7, NULL, 2, NULL)",
    )
    people = rows.table("people")
    pair, folded, secret, unique = rows.ask(
        CountRepeated(people, ("mail", "site")),
        CountRepeated(people, ("mail",), folded=True),
        CountRepeated(people, ("token",)),
        CountRepeated(people, ("id",)),
    )
    assert counted(pair) == (5, 2)
    assert isinstance(pair, Counted)
    assert pair.rows == 7
    assert ("b@x", "2", "2") in pair.examples
    assert pair.example_columns == ("mail", "site", "rows")
    assert counted(folded) == (5, 5)
    assert isinstance(folded, Counted)
    assert folded.examples == (("b@x", "3"), ("a@x", "2"))
    assert counted(secret) == (4, 3)
    assert isinstance(secret, Counted)
    assert (secret.examples, secret.example_columns) == ((), ())
    assert counted(unique) == (7, 0)


# ---------------------------------------------------------------- values of a parent


def test_inclusion(rows: Asked) -> None:
    rows.run(
        "CREATE TABLE parent (id integer PRIMARY KEY, code varchar(10))",
        "CREATE TABLE child (id integer PRIMARY KEY, parent_id bigint, code varchar(10), secret varchar(9), word varchar(9))",
        "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'b'), (9, NULL)",
        "INSERT INTO child VALUES (1, 1, 'a', 'x', '1'), (2, 2, 'b', 'y', '2x'), (3, 2, 'c', NULL, '3'),"
        " (4, 7, 'c', NULL, NULL), (5, 7, NULL, NULL, NULL), (6, NULL, NULL, NULL, NULL)",
    )
    child, parent = rows.table("child"), rows.table("parent")
    numbers, words, secrets, mixed = rows.ask(
        CountIncluded(child, "parent_id", parent, "id"),
        CountIncluded(child, "code", parent, "code"),
        CountIncluded(child, "secret", parent, "code"),
        CountIncluded(child, "word", parent, "id"),
    )
    assert isinstance(numbers, Included)
    assert (numbers.rows, numbers.filled, numbers.distinct, numbers.missing, numbers.orphans) == (6, 5, 3, 1, 2)
    assert (numbers.parent_distinct, numbers.examples) == (4, ("7",))
    assert (numbers.minimum, numbers.maximum, numbers.parent_minimum, numbers.parent_maximum) == ("1", "7", "1", "9")
    assert isinstance(words, Included)
    assert (words.filled, words.distinct, words.missing, words.orphans) == (4, 3, 1, 2)
    assert (words.parent_distinct, words.examples, words.minimum) == (2, ("c",), None)
    assert isinstance(secrets, Included)
    assert (secrets.missing, secrets.examples) == (2, ())
    assert isinstance(mixed, Included)
    assert (mixed.distinct, mixed.missing, mixed.examples) == (3, 1, ("2x",))


# ---------------------------------------------------------------- periods


def _periods(rows: Asked, type_: str, *values: str) -> Ref:
    rows.run(
        f'CREATE TABLE "per.iod" (id integer PRIMARY KEY, k integer, "fr om" {type_}, until {type_}, gone boolean)',
        *(f'INSERT INTO "per.iod" VALUES {value}' for value in values),
    )
    return rows.table("per.iod")


def test_overlapping_periods(rows: Asked) -> None:
    table = _periods(
        rows,
        "date",
        "(1, 1, '2024-01-01', '2024-02-01', NULL), (2, 1, '2024-01-31', '2024-03-01', false)",  # overlaps
        "(3, 1, '2024-03-01', NULL, NULL), (4, 1, '2024-05-01', '2024-06-01', NULL)",  # touches; the open one overlaps
        "(5, 2, '2024-01-01', '2024-02-01', NULL), (6, 2, '2024-01-15', '2024-02-01', true)",  # deleted
        "(7, 3, '2024-02-01', '2024-01-01', NULL), (8, 3, '2024-01-15', '2024-03-01', NULL)",  # ends before it starts
        "(9, NULL, '2024-01-01', '2024-02-01', NULL), (10, NULL, '2024-01-01', '2024-02-01', NULL)",
    )
    half, closed, living, whole = rows.ask(
        CountOverlaps(table, ("k",), "fr om", "until"),
        CountOverlaps(table, ("k",), "fr om", "until", closed=True),
        CountOverlaps(table, ("k",), "fr om", "until", living="gone"),
        CountOverlaps(table, (), "fr om", "until"),
    )
    assert counted(half) == (7, 3)
    assert counted(closed) == (7, 4)
    assert counted(living) == (6, 2)
    assert isinstance(living, Counted)
    assert living.example_columns == ("k", "fr om", "until", "next fr om", "next until")
    assert set(living.examples) == {
        ("1", "2024-01-01", "2024-02-01", "2024-01-31", "2024-03-01"),
        ("1", "2024-03-01", None, "2024-05-01", "2024-06-01"),
    }
    assert counted(whole)[0] == 9


def test_ends_of_days(rows: Asked) -> None:
    table = _periods(
        rows,
        "date",
        "(1, 1, '2024-01-01', '2024-01-31', NULL), (2, 1, '2024-02-01', '2024-02-29', NULL), (3, 1, '2024-03-01', '2024-04-01', NULL)",
        "(4, 1, '2024-04-01', '2024-05-01', NULL), (5, 1, '2024-06-01', '2024-06-20', NULL), (6, 1, '2024-06-10', NULL, NULL)",
        "(7, 2, '2024-01-01', '9999-12-31', NULL)",
    )
    (found,) = rows.ask(CountPeriodEnds(table, ("k",), "fr om", "until"))
    assert isinstance(found, PeriodEnds)
    assert (found.followed, found.adjacent, found.meeting, found.gaps, found.overlaps) == (5, 2, 1, 1, 1)
    assert (found.open, found.endless, found.rows) == (1, 1, 7)


def test_ends_of_moments(rows: Asked) -> None:
    table = _periods(
        rows,
        "datetime" if rows.engine == "mysql" else "timestamp",
        "(1, 1, '2024-01-01 00:00:00', '2024-01-31 23:59:59', NULL), (2, 1, '2024-02-01 00:00:00', '2024-02-02 00:00:00', NULL)",
        "(3, 1, '2024-02-02 00:00:00', '2024-02-03 00:00:00', NULL), (4, 1, '2024-02-03 00:00:02', '2024-02-04 00:00:00', NULL)",
    )
    (found,) = rows.ask(CountPeriodEnds(table, ("k",), "fr om", "until"))
    assert isinstance(found, PeriodEnds)
    assert (found.followed, found.adjacent, found.meeting, found.gaps, found.overlaps) == (3, 1, 1, 1, 0)


def test_ends_of_years(rows: Asked) -> None:
    table = _periods(rows, "integer", "(1, 1, 2000, 2004, NULL), (2, 1, 2005, 2009, NULL), (3, 1, 2012, 2013, NULL)")
    (found,) = rows.ask(CountPeriodEnds(table, ("k",), "fr om", "until"))
    assert isinstance(found, PeriodEnds)
    assert (found.followed, found.adjacent, found.gaps) == (2, 1, 1)


# ---------------------------------------------------------------- parents and children


@pytest.fixture
def blog(rows: Asked) -> Asked:
    rows.run(
        "CREATE TABLE posts (id integer PRIMARY KEY, title varchar(20), comments integer, likes decimal(8,2), weight float,"
        " deleted_at timestamp NULL, removed boolean)",
        "CREATE TABLE comments (id integer PRIMARY KEY, post_id integer, amount decimal(8,2), deleted boolean,"
        " title varchar(20), token varchar(20), weight float)",
        "INSERT INTO posts VALUES (1, 'One', 2, 3.50, 0.1, NULL, false), (2, 'Two', 0, NULL, NULL, '2024-01-01 00:00:00', true),"
        " (3, NULL, NULL, NULL, 1.5, NULL, NULL), (4, 'Four', 9, 1, 2, NULL, false)",
        "INSERT INTO comments VALUES (1, 1, 1.25, false, 'One', 'a', 0.1), (2, 1, 2.25, false, 'one', 'b', 0.2),"
        " (3, 2, 1, true, 'Two', 'c', NULL), (4, 2, NULL, NULL, NULL, 'd', NULL), (5, 3, 5, true, NULL, 'e', 1.5),"
        " (6, NULL, 1, false, 'Six', 'f', 1)",
    )
    return rows


def test_totals(blog: Asked) -> None:
    posts, comments = blog.table("posts"), blog.table("comments")
    number, living, amount = blog.ask(
        CountUnequalTotal(posts, "comments", ("id",), comments, ("post_id",)),
        CountUnequalTotal(posts, "comments", ("id",), comments, ("post_id",), living="deleted"),
        CountUnequalTotal(posts, "likes", ("id",), comments, ("post_id",), of="amount"),
    )
    assert counted(number) == (4, 3)  # 2 says 0 and has 2; 3 says nothing and has 1; 4 says 9 and has none
    assert isinstance(number, Counted)
    assert number.example_columns == ("id", "comments", "rows of comments")
    assert set(number.examples) == {("2", "0", "2"), ("3", None, "1"), ("4", "9", "0")}
    assert counted(living) == (4, 2)  # 2 has one left
    assert counted(amount) == (4, 3)
    assert isinstance(amount, Counted)
    assert amount.example_columns[-1] == "sum of comments.amount"
    assert "1" not in {row[0] for row in amount.examples}


def test_copies(blog: Asked) -> None:
    posts, comments = blog.table("posts"), blog.table("comments")
    title, token, weight = blog.ask(
        CountUnequalCopy(comments, "title", ("post_id",), posts, ("id",), "title"),
        CountUnequalCopy(comments, "token", ("post_id",), posts, ("id",), "title"),
        CountUnequalCopy(comments, "weight", ("post_id",), posts, ("id",), "weight"),
    )
    assert counted(title) == (5, 2)
    assert isinstance(title, Counted)
    assert title.rows == 6
    assert title.example_columns == ("id", "post_id", "title", "posts.title")
    assert set(title.examples) == {("2", "1", "one", "One"), ("4", "2", None, "Two")}
    assert isinstance(token, Counted)
    assert "token" not in token.example_columns
    assert counted(weight) == (5, 1)


def test_living_children_of_deleted_parents(blog: Asked) -> None:
    posts, comments = blog.table("posts"), blog.table("comments")
    by_time, by_flag, any_row = blog.ask(
        CountLivingChildren(comments, ("post_id",), posts, ("id",), "deleted_at", "deleted"),
        CountLivingChildren(comments, ("post_id",), posts, ("id",), "removed", "deleted"),
        CountLivingChildren(comments, ("post_id",), posts, ("id",), "deleted_at"),
    )
    assert counted(by_time) == (3, 1)
    assert isinstance(by_time, Counted)
    assert by_time.examples[0][:2] == ("4", "2")
    assert counted(by_flag) == (3, 1)
    assert counted(any_row) == (5, 2)


# ---------------------------------------------------------------- documents and storage classes


def test_keys_of_documents(rows: Asked) -> None:
    type_ = {"postgres": "jsonb", "mysql": "json", "sqlite": "text"}[rows.engine]
    rows.run(
        f"CREATE TABLE docs (id integer PRIMARY KEY, doc {type_}, word varchar(20))",
    )
    with rows.scratch.open() as session:
        session.query(
            """INSERT INTO docs VALUES (1, '{"a": 1, "b c": "x"}', 'no'), (2, '{"a": 1.5, "d": {"a": 1}}', '{"a": 1}'),"""
            """ (3, '{"a": null, "t": true, "l": []}', '[1]'), (4, '[1, 2]', NULL), (5, NULL, '')"""
        )
    docs = rows.table("docs")
    (found,) = rows.ask(JsonKeys(docs, "doc"))
    assert isinstance(found, Documents), found
    assert (found.rows, found.filled, found.objects) == (5, 4, 3)
    assert {key.name: (key.count, key.types) for key in found.keys} == {
        "a": (3, ("number", "null")),
        "b c": (1, ("string",)),
        "d": (1, ("object",)),
        "l": (1, ("array",)),
        "t": (1, ("boolean",)),
    }
    assert found.keys[0].name == "a"


def test_storage_classes(rows: Asked) -> None:
    rows.run("CREATE TABLE t (id integer PRIMARY KEY, n decimal)", "INSERT INTO t VALUES (1, 5), (2, 6), (3, NULL)")
    if rows.engine == "sqlite":
        rows.run("INSERT INTO t VALUES (4, 'five'), (5, 1.5), (6, x'00')")
    (found,) = rows.ask(StorageClasses(rows.table("t"), "n"))
    if rows.engine != "sqlite":
        assert isinstance(found, Unanswered)
        return
    assert isinstance(found, Values)
    assert found.values == (("integer", 2), ("real", 1), ("text", 1), ("blob", 1))
    assert (found.distinct, found.filled, found.rows) == (4, 5, 6)


# ---------------------------------------------------------------- what goes wrong, and what is not there


def _every_question(table: Ref, other: Ref, a: str, b: str, c: str) -> list[Question]:
    """One of each kind, over columns a, b and c that both tables have."""
    return [
        CountMatching(table, "1 = 1", (a,)),
        CountRepeated(table, (a, b)),
        CountRepeated(table, (b,), folded=True),
        CountIncluded(table, a, other, a),
        CountOverlaps(table, (a,), b, c),
        CountOverlaps(table, (), b, c, closed=True, living=a),
        CountPeriodEnds(table, (a,), b, c),
        CountUnequalTotal(table, a, (a,), other, (a,)),
        CountUnequalTotal(table, a, (a,), other, (a,), of=a, living=b),
        CountUnequalCopy(table, b, (a,), other, (a,), c),
        CountLivingChildren(table, (a,), other, (a,), b, c),
        JsonKeys(table, a),
    ]


_ODD = ('a "quote`', "select", "ü.é % %s", "ti'ck")


def test_empty_tables_and_awkward_names(rows: Asked) -> None:
    quote = engine(rows.engine).quote
    names = [quote(name) for name in _ODD]
    with rows.scratch.open() as session:
        for each in ("or der%s", 'we"ird`'):
            session.query(
                f"CREATE TABLE {quote(each)} ({names[0]} integer, {names[1]} date, {names[2]} date, {names[3]} integer)"
            )
    table, other = rows.table("or der%s"), rows.table('we"ird`')
    questions = _every_question(table, other, *_ODD[:3])
    for question, answer in zip(questions, rows.ask(*questions), strict=True):
        if isinstance(question, JsonKeys) and rows.engine == "postgres":
            assert isinstance(answer, Unanswered)
            assert "holds no JSON" in answer.reason
            continue
        assert not isinstance(answer, Unanswered), (question, answer)
        assert answer.rows == 0
    with rows.scratch.open() as session:
        session.query(
            f"INSERT INTO {quote(table.name)} VALUES (1, '2024-01-01', '2024-02-01', 1), (1, '2024-01-15', NULL, 1)"
        )
    for question, answer in zip(questions, rows.ask(*questions), strict=True):
        deleted = isinstance(question, CountOverlaps) and question.living
        assert isinstance(answer, Unanswered) or answer.rows == (0 if deleted else 2), (question, answer)


def test_what_is_not_there_is_said(rows: Asked) -> None:
    rows.run("CREATE TABLE t (a integer, b date, c date)", "CREATE VIEW v AS SELECT a, b, c FROM t")
    here, nowhere, view = rows.table("t"), rows.table("nowhere"), rows.table("v")
    for question, answer in zip(
        _every_question(here, nowhere, "a", "b", "c"),
        rows.ask(*_every_question(here, nowhere, "a", "b", "c")),
        strict=True,
    ):
        if hasattr(question, "parent") or hasattr(question, "child"):
            assert isinstance(answer, Unanswered)
            assert answer.reason == f"There is no table {nowhere}."
    (uneven,) = rows.ask(CountLivingChildren(here, ("a", "b"), here, ("a",), "b"))
    assert isinstance(uneven, Unanswered)
    assert uneven.reason == "2 columns of t cannot be set beside 1 others."
    for answer in rows.ask(*_every_question(here, here, "a", "b", "missing")):
        assert not isinstance(answer, Unanswered) or "missing" in answer.reason or "JSON" in answer.reason
    for question, answer in zip(
        _every_question(view, here, "a", "b", "c"), rows.ask(*_every_question(view, here, "a", "b", "c")), strict=True
    ):
        # MySQL asks views what it can; nobody asks them beside other rows.
        assert isinstance(answer, Unanswered) or (rows.engine == "mysql" and isinstance(question, CountMatching))


def test_no_time_is_an_answer_too(blog: Asked) -> None:
    questions = _every_question(blog.table("posts"), blog.table("posts"), "id", "title", "deleted_at")
    asked = [question for question in questions if not isinstance(question, JsonKeys)]
    for answer in blog.ask(*asked, budget=Budget(seconds=0)):
        assert isinstance(answer, Unanswered)
        assert answer.reason == "The 0 seconds for all questions were over."


def test_a_slow_question_ends_and_leaves_the_others(rows: Asked) -> None:
    slow = {
        "postgres": "pg_sleep(0.1) IS NULL",
        "mysql": "SLEEP(0.1) > 0",
        "sqlite": "(WITH RECURSIVE c(x) AS (SELECT id UNION ALL SELECT x + 1 FROM c WHERE x < 9999999) SELECT max(x) FROM c) > 0",
    }[rows.engine]
    rows.run("CREATE TABLE t (id integer PRIMARY KEY, a integer)")
    rows.run("INSERT INTO t VALUES " + ", ".join(f"({n}, {n % 7})" for n in range(1, 60)))
    table = rows.table("t")
    late, good = rows.ask(
        CountMatching(table, slow), CountRepeated(table, ("a",)), budget=Budget(seconds_each=0.4, seconds=20)
    )
    assert isinstance(late, Unanswered)
    assert late.reason == "It took more than 0.4 seconds."
    assert counted(good) == (59, 59)


def test_samples_answer_what_they_can_tell(rows: Asked) -> None:
    rows.run(
        "CREATE TABLE parent (id integer PRIMARY KEY, n integer)",
        "CREATE TABLE child (id integer PRIMARY KEY, p integer)",
    )
    numbers = range(1, 3001)
    rows.run("INSERT INTO parent VALUES " + ", ".join(f"({n}, 1)" for n in numbers))
    rows.run("INSERT INTO child VALUES " + ", ".join(f"({n}, {n})" for n in numbers))
    parent, child = rows.table("parent"), rows.table("child")
    facts = Facts(has_rows=True, tables={parent: TableStats(rows=3000), child: TableStats(rows=3000)})
    budget = Budget(sample_above=1000, sample_rows=300)
    total, copy, living, inside, repeated, largest = rows.ask(
        CountUnequalTotal(parent, "n", ("id",), child, ("p",)),
        CountUnequalCopy(child, "p", ("p",), parent, ("id",), "id"),
        CountLivingChildren(child, ("p",), parent, ("id",), "n"),
        CountIncluded(child, "p", parent, "id"),
        CountRepeated(child, ("p",)),
        MaximumOf(child, "p"),
        budget=budget,
        facts=facts,
    )
    for answer in (total, copy, living, inside):
        assert answer.sampled
        assert 0 < answer.rows <= 300
    assert counted(total)[1] == 0
    assert counted(copy)[1] == 0
    considered, matching = counted(living)
    assert considered == matching == living.rows
    assert isinstance(inside, Included)
    assert (inside.missing, inside.parent_distinct, inside.parent_minimum, inside.parent_maximum) == (
        0,
        3000,
        "1",
        "3000",
    )
    assert int(inside.maximum or 0) > 1500  # not the first rows only
    assert counted(repeated) == (3000, 0)
    assert not repeated.sampled
    assert isinstance(largest, Value)
    assert (largest.value, largest.sampled) == ("3000", False)


def test_what_it_cost_is_told(blog: Asked) -> None:
    facts = Facts(has_rows=True)
    posts = blog.table("posts")
    blog.ask(CountRepeated(posts, ("title",)), CountRepeated(posts, ("nothing",)), facts=facts)
    spent = facts.spent
    assert spent is not None
    assert (spent.questions, spent.rows) == (1, 4)
    assert spent.queries >= 1
    assert spent.seconds >= 0


@pytest.mark.postgres
def test_a_parent_that_may_not_be_read_hurts_its_own_questions_only(postgres_scratch: Scratch) -> None:
    rows = Asked("postgres", postgres_scratch)
    rows.run(
        "CREATE TABLE open (id integer PRIMARY KEY, p integer); CREATE TABLE closed (id integer PRIMARY KEY)",
        "INSERT INTO open VALUES (1, 1), (2, 1); INSERT INTO closed VALUES (1)",
    )
    here, there = rows.table("open"), rows.table("closed")
    questions = [CountRepeated(here, ("p",)), CountIncluded(here, "p", there, "id"), CountRepeated(there, ("id",))]
    with postgres_scratch.open() as session:
        catalog = session.inspect().catalog
        facts = session.measure(catalog)
        session.query("CREATE ROLE dbwright_test_reader; GRANT SELECT ON open TO dbwright_test_reader")
        try:
            session.query("SET ROLE dbwright_test_reader")
            answers = session.answer(catalog, facts, questions, Budget())
        finally:
            session.query("RESET ROLE; DROP OWNED BY dbwright_test_reader; DROP ROLE dbwright_test_reader")
    good, *denied = (answers[question] for question in questions)
    assert counted(good) == (2, 2)
    for answer in denied:
        assert isinstance(answer, Unanswered)
        assert answer.reason == "PostgreSQL says: permission denied for table closed."


def test_secrets_are_not_shown_whatever_the_column_is_called(rows: Asked) -> None:
    rows.run(
        "CREATE TABLE t (id integer PRIMARY KEY, note varchar(40))",
        "INSERT INTO t VALUES (1, '4111 1111 1111 1111'), (2, '4111 1111 1111 1111'), (3, 'plain'), (4, 'plain')",
    )
    (found,) = rows.ask(CountRepeated(rows.table("t"), ("note",)))
    assert isinstance(found, Counted)
    assert set(found.examples) == {("(not shown)", "2"), ("plain", "2")}


# ---------------------------------------------------------------- values that are odd in one engine


@pytest.mark.postgres
def test_odd_values_of_postgres() -> None:
    with scratch_of("postgres") as scratch:
        rows = Asked("postgres", scratch)
        rows.run(
            "CREATE TABLE t (id integer PRIMARY KEY, k integer, f timestamptz, u timestamptz, d date, e date, x float8, r real,"
            " j json, m money, n numeric, w text, b bit(1))",
            "INSERT INTO t VALUES (1, 1, '-infinity', '2024-01-01 00:00+00', '-infinity', 'infinity', 'NaN', 'NaN', '{\"a\": 1}', 1, 'NaN',"
            " 'NaN', '1'),"
            " (2, 1, '2024-01-01 01:00+01', 'infinity', '2024-01-01', 'infinity', 'Infinity', 0.1, '[]', 2, 0.1, 'x', '0'),"
            " (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
            " (4, 2, '2024-01-01 00:00+00', '2024-01-02 00:00+00', '5874897-12-30', '5874897-12-31', 0.1, 0.1,"
            " '{\"a\": \"x\"}', 3, 0.1, 'y', '1')",
        )
        t = rows.table("t")
        instants, dates, days, included, real, same, total, keys, folded, deleted = rows.ask(
            CountOverlaps(t, ("k",), "f", "u"),
            CountOverlaps(t, (), "d", "e"),
            CountPeriodEnds(t, (), "d", "e"),
            CountIncluded(t, "x", t, "n"),
            CountUnequalCopy(t, "r", ("id",), t, ("id",), "n"),
            CountUnequalCopy(t, "j", ("id",), t, ("id",), "j"),
            CountUnequalTotal(t, "x", ("id",), t, ("id",), of="r"),
            JsonKeys(t, "j"),
            CountRepeated(t, ("x",), folded=True),
            CountLivingChildren(t, ("id",), t, ("id",), "b", "m"),
        )
        assert counted(instants) == (3, 0)  # one hour east is the same moment
        assert counted(dates) == (3, 2)  # without start and end it is no period
        assert isinstance(days, PeriodEnds)
        assert (days.followed, days.overlaps, days.endless) == (2, 2, 3)
        assert isinstance(included, Included)
        assert (included.minimum, included.maximum) == ("0.1", "0.1")
        assert counted(real) == (4, 0)
        assert counted(same) == (4, 0)
        assert isinstance(total, Counted)
        assert isinstance(keys, Documents)
        assert [(key.name, key.count, key.types) for key in keys.keys] == [("a", 2, ("number", "string"))]
        assert counted(folded) == (3, 0)
        assert isinstance(deleted, Counted)


@pytest.mark.postgres
def test_a_sample_that_chance_left_empty(postgres_scratch: Scratch) -> None:
    rows = Asked("postgres", postgres_scratch)
    rows.run("CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t SELECT generate_series(1, 50)")
    t = rows.table("t")
    facts = Facts(has_rows=True, tables={t: TableStats(rows=10**12)})
    (found,) = rows.ask(CountIncluded(t, "id", t, "id"), budget=Budget(sample_rows=20), facts=facts)
    assert isinstance(found, Included)
    assert (found.rows, found.sampled, found.missing) == (20, True, 0)


@pytest.mark.postgres
def test_documents_in_texts(postgres_scratch: Scratch) -> None:
    rows = Asked("postgres", postgres_scratch)
    rows.run(
        "CREATE TABLE t (doc text)", "INSERT INTO t VALUES ('{\"a\": 1}'), ('no'), ('[1]'), (NULL), ('{\"a\": \"x\"}')"
    )
    (found,) = rows.ask(JsonKeys(rows.table("t"), "doc"))
    if isinstance(found, Unanswered):
        assert "holds no JSON that PostgreSQL" in found.reason
        return
    assert isinstance(found, Documents)
    assert (found.filled, found.objects) == (3, 2)
    assert [(key.name, key.count, key.types) for key in found.keys] == [("a", 2, ("number", "string"))]


@pytest.mark.mysql
def test_odd_values_of_mysql() -> None:
    with scratch_of("mysql") as scratch:
        rows = Asked("mysql", scratch)
        with scratch.open() as session:
            session.query("SET SESSION sql_mode = ''")
            session.query(
                "CREATE TABLE t (id int unsigned PRIMARY KEY, k int, f date, u date, gone datetime, b bit(1),"
                " c varchar(9) CHARACTER SET latin1, d varchar(9) CHARACTER SET utf8mb4, n int unsigned)"
            )
            session.query(
                "INSERT INTO t VALUES (1, 1, '2024-01-01', '0000-00-00', '0000-00-00 00:00:00', b'1', 'é', 'é', 0),"
                " (2, 1, '2024-01-01', '2024-02-01', '2024-01-01 00:00:00', b'0', 'a', 'A', 4),"
                " (3, 1, '2024-01-31', '9999-12-31', NULL, NULL, NULL, '', NULL)"
            )
        t = rows.table("t")
        periods, living, zero, bit, text, total = rows.ask(
            CountOverlaps(t, ("k",), "f", "u"),
            CountOverlaps(t, ("k",), "f", "u", living="gone"),
            CountLivingChildren(t, ("id",), t, ("id",), "gone"),
            CountLivingChildren(t, ("id",), t, ("id",), "b"),
            CountUnequalCopy(t, "c", ("id",), t, ("id",), "d"),
            CountUnequalTotal(t, "n", ("id",), t, ("id",)),
        )
        assert counted(periods) == (2, 1)  # an end of zero is before the start: no period
        assert counted(living) == (1, 0)
        assert counted(zero) == (3, 1)
        assert counted(bit) == (3, 1)
        assert counted(text) == (3, 2)
        assert counted(total) == (3, 3)


@pytest.mark.sqlite
def test_odd_values_of_sqlite() -> None:
    with scratch_of("sqlite") as scratch:
        rows = Asked("sqlite", scratch)
        rows.run(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, k, f TEXT, u TEXT, n TEXT COLLATE NOCASE, x REAL)",
            "INSERT INTO t VALUES (1, 1, '2024-01-01', '2024-01-02 00:00:00', 'a', 9e999),"
            " (2, 1, '2024-01-02', '2024-01-03T00:00:00', 'A', 1.5),"
            " (3, 1, '2024-01-02T23:59:59Z', 'never', 'b', 'text'), (4, 1, '2024-01-03', '9999-12-31', x'ff', NULL)",
        )
        t = rows.table("t")
        overlaps, ends, copy, included = rows.ask(
            CountOverlaps(t, ("k",), "f", "u"),
            CountPeriodEnds(t, ("k",), "f", "u"),
            CountUnequalCopy(t, "n", ("k",), t, ("id",), "n"),
            CountIncluded(t, "x", t, "id"),
        )
        assert counted(overlaps) == (3, 0)  # "never" is no moment
        assert isinstance(ends, PeriodEnds)
        assert (ends.followed, ends.meeting, ends.endless) == (2, 2, 1)
        assert counted(copy) == (4, 3)
        assert isinstance(included, Included)
        assert (included.minimum, included.maximum) == ("1.5", None)
