"""`dbwright denormalize` as a user runs it: the change is shown, proved, applied or written, checked, repaired and measured."""

import sqlite3
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from tests.support.command import run
from tests.support.kept import run as execute

BLOG = """
CREATE TABLE posts (id integer PRIMARY KEY, title varchar(40) NOT NULL);
CREATE TABLE comments (
    id integer PRIMARY KEY, post_id integer NOT NULL, score integer, deleted_at timestamp NULL, made date NOT NULL,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);
INSERT INTO posts VALUES (1, 'one'), (2, 'two'), (3, 'three');
INSERT INTO comments VALUES (1, 1, 5, NULL, '2024-01-01'), (2, 1, NULL, NULL, '2024-01-02'), (3, 2, 4, '2024-01-01 00:00:00', '2024-01-02');
"""
COUNTER = ("--counter", "posts.comments_count=comments where deleted_at is null")
ALL = (
    *COUNTER, "--sum", "posts.score=comments.score", "--minimum", "posts.least=comments.score", "--copy", "comments.title=posts.title",
    "--rollup", "daily=comments by day(made) sum score",
)  # fmt: skip


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    path = tmp_path / "blog.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(BLOG)
    connection.close()
    return path


def change(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(sql)
    connection.close()


def test_shown_and_not_made(blog: Path) -> None:
    before = blog.read_bytes()
    ran = run("denormalize", blog, *ALL)
    assert ran.status == 1, ran
    assert "Proved: run up, down and up again" in ran.out
    assert (
        "Filled from 6 rows, and equal to a recount: posts.comments_count, posts.score, posts.least, comments.title, daily."
        in ran.out
    )
    assert "CREATE TRIGGER comments_comments_count_on_insert AFTER INSERT ON comments" in ran.out
    assert "recursive_triggers" in ran.out
    assert blog.read_bytes() == before


def test_made_checked_and_repaired(scratch: Scratch) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        execute(session, *(text for text in BLOG.split(";\n") if text.strip()))
        ran = run("denormalize", url, *ALL, "--apply", "--yes")
        assert ran.status == 0, ran
        assert "5 values kept: none drifted." in ran.out
        assert run("denormalize", url, "--check").status == 0
        execute(session, "INSERT INTO comments (id, post_id, score, made) VALUES (9, 3, 7, '2024-03-03')")
        assert run("denormalize", url, "--check").status == 0
        again = run("denormalize", url, *COUNTER)
        assert (again.status, "is kept already" in again.err) == (2, True)
        execute(session, "UPDATE posts SET comments_count = 70 + id WHERE id < 3", "DELETE FROM daily")
        ran = run("denormalize", url, "--check", "--format", "json")
        assert ran.status == 1
        found = {each["name"].rpartition("public.")[2]: each for each in ran.json["kept"]}
        assert {name: each["rows"] for name, each in found.items() if each["rows"]} == {
            "posts.comments_count": 2,
            "daily": 3,
        }
        assert sorted(found["posts.comments_count"]["examples"]) == [["1", "71", "2"], ["2", "72", "0"]]
        refused = run("denormalize", url, "--check", "--repair")
        assert (refused.status, "Nothing was changed" in refused.err) == (2, True)
        assert "This puts it right:" in refused.out
        ran = run("denormalize", url, "--check", "--repair", "--yes")
        assert ran.status == 0, ran
        assert run("denormalize", url, "--check", "--only", "posts.comments_count").out.count("right in every row") == 1
        assert run("denormalize", url, "--check", "--only", "nothing").status == 2
        assert run("drift", url, url).status == 0


def test_written_as_a_revision(scratch: Scratch, tmp_path: Path) -> None:
    url, folder = format_url(scratch.url), tmp_path / "migrations"
    name = engine_of(scratch.url).name
    schema = tmp_path / "schema.sql"
    schema.write_text(";\n".join(text for text in BLOG.split(";\n") if "INSERT" not in text) + ";")
    made = run("migrate", "generate", "blog", "--to", schema, "--folder", folder, "--dialect", name)
    assert made.status == 0, made
    assert run("migrate", "up", "--folder", folder, "--url", url).status == 0
    with scratch.open() as session:
        execute(session, *(text for text in BLOG.split(";\n") if "INSERT" in text))
        ran = run("denormalize", url, *ALL, "--write", folder, "--name", "keep counts")
        assert ran.status == 0, ran
        assert sorted(path.name.partition("_")[2] for path in folder.glob("*keep_counts*")) == [
            "keep_counts.down.sql", "keep_counts.up.sql",
        ]  # fmt: skip
        assert run("denormalize", url, "--check").out.startswith("Nothing is kept")
        done = run("migrate", "up", "--folder", folder, "--url", url)
        assert done.status == 0, done
        checked = run("denormalize", url, "--check")
        assert (checked.status, "5 values kept: none drifted." in checked.out) == (0, True)
        assert run("migrate", "down", "--folder", folder, "--url", url, "--allow", "data-loss").status == 0
        assert session.query("SELECT * FROM posts ORDER BY id") == [(1, "one"), (2, "two"), (3, "three")]


def test_written_as_one_file(blog: Path, tmp_path: Path) -> None:
    file = tmp_path / "keep.sql"
    assert run("denormalize", blog, *COUNTER, "--write", file).status == 0
    change(blog, file.read_text())
    assert run("denormalize", blog, "--check").status == 0
    assert (
        run("denormalize", blog, "--sum", "posts.score=comments.score", "--format", "sql").out.count("CREATE TRIGGER")
        == 5
    )


@pytest.mark.parametrize("rows", ["sample", "made-up"])
def test_measured(scratch: Scratch, rows: str) -> None:
    url = format_url(scratch.url)
    with scratch.open() as session:
        execute(session, *(text for text in BLOG.split(";\n") if text.strip()))
    ran = run("denormalize", url, *ALL, "--measure", "--rows", rows, "--format", "json")
    assert ran.status == 1, ran
    measured = {each["name"].rpartition("public.")[2]: each for each in ran.json["measured"]}
    assert set(measured) == {"posts.comments_count", "posts.score", "posts.least", "comments.title", "daily"}
    verbs = {timing["what"].partition(" ")[0] for timing in measured["daily"]["writes"]}
    assert verbs == {"delete", "insert", "update"}
    assert all(timing["before"] > 0 and timing["after"] > 0 for each in measured.values() for timing in each["writes"])
    shown = run("denormalize", url, *COUNTER, "--measure", "--rows", rows)
    assert "rows of " in shown.out
    assert ("say little" in shown.out) == (rows == "sample")


def test_materialized_views(postgres_scratch: Scratch) -> None:
    url = format_url(postgres_scratch.url)
    with postgres_scratch.open() as session:
        execute(session, *(text for text in BLOG.split(";\n") if text.strip()))
        by_group = "best=SELECT post_id, max(score) AS best FROM comments GROUP BY post_id"
        ran = run("denormalize", url, "--materialized", by_group, "--unique", "best=post_id", "--apply", "--yes")
        assert ran.status == 0, ran
        ran = run(
            "denormalize",
            url,
            "--materialized",
            "per_day=SELECT made, count(*) AS n FROM comments GROUP BY made",
            "--apply",
            "--yes",
        )
        assert ran.status == 0, ran
        assert "UNIQUE INDEX per_day_key ON public.per_day USING btree (made)" in ran.out
        execute(session, "UPDATE comments SET score = 99")
        ran = run("denormalize", url, "--check")
        assert (ran.status, "it is to be refreshed" in ran.out) == (1, True)
        assert run("denormalize", url, "--refresh", "best").status == 0
        assert run("denormalize", url, "--check").status == 0
        assert run("denormalize", url, "--refresh", "ALL").status == 0


@pytest.mark.parametrize(
    "name", [pytest.param("mysql", marks=pytest.mark.mysql), pytest.param("sqlite", marks=pytest.mark.sqlite)]
)
def test_materialized_elsewhere(name: str, request: pytest.FixtureRequest) -> None:
    scratch: Scratch = request.getfixturevalue(f"{name}_scratch")
    url = format_url(scratch.url)
    with scratch.open() as session:
        execute(session, *(text for text in BLOG.split(";\n") if text.strip()))
        per_day = "per_day=SELECT made, count(*) AS n FROM comments GROUP BY made"
        ran = run("denormalize", url, "--materialized", per_day, "--apply", "--yes")
        assert (ran.status, "CREATE TRIGGER" in ran.out) == (0, True), ran
        best = ("--materialized", "best=SELECT post_id, max(score) AS best FROM comments GROUP BY post_id")
        refused = run("denormalize", url, *best)
        assert refused.status == 2
        assert "best is an extreme, which a deleted row can take away" in refused.err
        assert "--whole" in refused.err
        assert run("denormalize", url, *best, "--whole", "--apply", "--yes").status == 0
        execute(session, "UPDATE comments SET score = 99", "DELETE FROM comments WHERE id = 1")
        ran = run("denormalize", url, "--check")
        assert (ran.status, "; it is to be refreshed:" in ran.out) == (1, True)
        assert run("denormalize", url, "--refresh", "ALL").status == 0
        assert run("denormalize", url, "--check").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Nothing was asked for."),
        (("--repair",), "--repair puts right what --check finds."),
        (("--counter", "posts"), "is not understood as --counter"),
        (("--counter", "posts.n=coments"), "There is no table coments"),
        (("--counter", "posts.n=posts"), "No foreign key of posts refers to posts"),
        (("--counter", "posts.n=comments by score"), "No foreign key of comments refers to posts by score."),
        (("--counter", "posts.n=comments where hidden"), "comments has no column hidden"),
        (("--counter", "posts.n=comments where deleted_at < CURRENT_TIMESTAMP"), "gives another result at another moment"),
        (("--counter", "posts.n=comments where id IN (SELECT 1)"), "There is a query inside the condition of posts.n"),
        (("--counter", "posts.n=comments where score >"), "is not understood"),
        (("--counter", "posts.n=comments", "--counter", "posts.n=comments"), "posts.n is asked for twice."),
        (("--sum", "posts.total=comments.nothing"), "comments has no column nothing."),
        (("--sum", "posts.total=comments.deleted_at"), "cannot be added up"),
        (("--sum", "posts.id=comments.score"), "is a key or computed"),
        (("--copy", "comments.post=posts.id"), "it needs no copy"),
        (("--rollup", "posts=comments by score"), "There is a table or view posts already."),
        (("--rollup", "r=comments by nothing"), "comments has no column nothing."),
        (("--rollup", "r=SELECT post_id, avg(score) AS a FROM comments GROUP BY post_id"), "An average (a) cannot be kept"),
        (("--rollup", "r=SELECT count(*) AS n FROM comments"), "Without GROUP BY"),
        (("--rollup", "r=SELECT post_id, count(*) AS n FROM comments LEFT JOIN posts p ON p.id = post_id GROUP BY 1"), "inner joins only"),
        (("--rollup", "r=SELECT a.id, count(*) AS n FROM posts a JOIN comments c ON a.id = score GROUP BY 1"), "along one foreign key"),
        (("--materialized", "m=SELECT post_id FROM comments"), "--whole"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said(blog: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = run("denormalize", blog, *arguments)
    assert ran.status == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_what_no_longer_fits_is_said(blog: Path) -> None:
    assert run("denormalize", blog, *COUNTER, "--apply", "--yes").status == 0
    change(
        blog,
        "DROP TRIGGER comments_comments_count_on_update; ALTER TABLE comments RENAME COLUMN deleted_at TO gone_at;",
    )
    ran = run("denormalize", blog, "--check")
    assert "does not fit the schema" in ran.out
