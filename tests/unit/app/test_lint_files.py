"""`dbwright lint` on plain files: the schema before, suppressions, formats and exit statuses."""

from pathlib import Path

import pytest

from dbwright.readers.sql.split import split
from tests.support.command import Ran, run
from tests.support.scratches import scratch_of

SCHEMA = """
CREATE TABLE customers (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
"""
INDEX = "CREATE INDEX orders_customer_id_idx ON orders (customer_id);\n"

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the schema, which is the working folder."""
    (tmp_path / "schema.sql").write_text(SCHEMA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _lint(folder: Path, text: str, *more: str, name: str = "change.sql") -> Ran:
    (folder / name).write_text(text)
    return run("lint", name, "--schema", "schema.sql", "--dialect", "postgres", *more)


def _codes(ran: Ran) -> list[str]:
    return [each["code"] for each in ran.json["findings"]]


def test_findings_give_status_1_and_the_safe_way(folder: Path) -> None:
    ran = _lint(folder, INDEX, "--select", "M012")
    assert ran.status == 1
    assert "M012 index-without-concurrently" in ran.out
    assert "at change.sql:1:1" in ran.out
    assert "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);" in ran.out
    assert "run on a scratch database" in " ".join(ran.out.split())


def test_nothing_found_gives_status_0(folder: Path) -> None:
    ran = _lint(folder, "SELECT 1;", "--fail-on", "note")
    assert ran.status == 0, ran.out
    assert "Nothing found." in ran.out


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit", "html"])
def test_every_format_shows_them(folder: Path, form: str) -> None:
    ran = _lint(folder, INDEX, "--format", form, "--select", "M012")
    assert ran.status == 1
    assert "M012" in ran.out
    assert ran.err == ""


def test_comments_suppress_as_in_a_schema(folder: Path) -> None:
    text = f"-- dbwright: ignore M012 (at night)\n{INDEX}CREATE INDEX other ON orders (id); -- dbwright: ignore M012 (too)\n"
    ran = _lint(folder, text, "--select", "M012", "--format", "json")
    assert _codes(ran) == []
    assert ran.json["summary"]["suppressed"] == 2
    ran = _lint(folder, f"-- dbwright: ignore-file index-without-concurrently (all)\n\n{INDEX}", "--select", "M012")
    assert ran.status == 0


def test_a_suppression_that_nothing_needs_is_told(folder: Path) -> None:
    ran = _lint(folder, "-- dbwright: ignore M012 (at night)\nSELECT 1;\n", "--format", "json", "--select", "M012")
    assert len(_codes(ran)) == 1
    assert _codes(ran)[0].startswith("C") or "suppression" in ran.json["findings"][0]["rule"]


def test_the_configuration_counts(folder: Path) -> None:
    (folder / "dbwright.toml").write_text('select = ["K"]\n[rules.index-without-concurrently]\nseverity = "note"\n')
    ran = _lint(folder, INDEX, "--format", "json")
    severities = {each["code"]: each["severity"] for each in ran.json["findings"]}
    assert severities["M012"] == "note"


def test_each_file_starts_where_the_one_before_it_ends(folder: Path) -> None:
    (folder / "1.sql").write_text("CREATE TABLE notes (id integer PRIMARY KEY, text text);")
    (folder / "2.sql").write_text("CREATE INDEX notes_text ON notes (text);")
    ran = run(
        "lint",
        "1.sql",
        "2.sql",
        "--schema",
        "schema.sql",
        "--dialect",
        "postgres",
        "--format",
        "json",
        "--select",
        "M012",
    )
    (finding,) = ran.json["findings"]
    assert finding["location"]["path"] == "2.sql"


def test_without_a_schema_nothing_is_known_to_be_in_use(folder: Path) -> None:
    (folder / "1.sql").write_text(f"{SCHEMA}{INDEX}")
    ran = run("lint", "1.sql", "--dialect", "postgres", "--select", "M012")
    assert ran.status == 0
    assert "empty database" in ran.out


def test_read_alone_finds_the_same(folder: Path) -> None:
    ran = _lint(folder, INDEX, "--static", "--select", "M012")
    assert ran.status == 1
    assert "read, not run" in ran.out


def test_a_runner_brings_its_transaction(folder: Path) -> None:
    text = "CREATE INDEX CONCURRENTLY ON orders (customer_id);"
    assert _codes(_lint(folder, text, "--format", "json", "--select", "M017")) == []
    assert _codes(_lint(folder, text, "--format", "json", "--select", "M017", "--runner", "django")) == ["M017"]
    none = _lint(folder, text, "--format", "json", "--select", "M017", "--runner", "django", "--no-transaction")
    assert _codes(none) == []


def test_a_live_database_gives_the_sizes(folder: Path) -> None:
    with scratch_of("postgres") as scratch:
        with scratch.open() as session:
            session.execute(split(SCHEMA, "postgres"))
            session.query("INSERT INTO orders SELECT n, n FROM generate_series(1, 20000) AS n")
            session.query("ANALYZE orders")
        (folder / "change.sql").write_text(f"{INDEX}ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;")
        url = _written(scratch.url)
        ran = run("lint", "change.sql", "--url", url, "--format", "json", "--select", "M012,M004")
        assert ran.status == 1, ran.err
        assert all("20,000 rows" in each["message"] for each in ran.json["findings"])
        with scratch.open() as session:
            assert session.query("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'") == [(1,)]


def _written(url: object) -> str:
    from dbwright.engines.url import Url

    assert isinstance(url, Url)
    return f"postgresql://{url.user}@/{url.database}?host={url.host}" if (url.host or "").startswith("/") else url.shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.sql",), "There is no file nowhere.sql"),
        (("schema.sql", "--schema", "nowhere.sql"), "nowhere.sql"),
        (("schema.sql", "--schema", "schema.sql", "--url", "postgresql://x@/y"), "named twice"),
        (("schema.sql", "--url", "schema.sql"), "no live database"),
        (("schema.sql", "--select", "K001"), "rules on schemas"),
        (("schema.sql", "--select", "M9999"), "There is no rule"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_checked_gives_status_2(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run("lint", *arguments, "--dialect", "postgres")
    assert ran.status == 2
    assert said in ran.err


def test_text_that_is_no_sql_names_its_place(folder: Path) -> None:
    ran = _lint(folder, "CREATE TABLE t (a text DEFAULT 'never closed);\n")
    assert ran.status == 2
    assert "change.sql:1:" in ran.err


def test_an_empty_file_has_no_findings(folder: Path) -> None:
    assert _lint(folder, "-- nothing yet\n", "--fail-on", "note").status == 0


def test_reviews_do_not_count_them_and_lists_show_them(folder: Path) -> None:
    assert "M012" in run("rules").out
    assert "# M006 check-without-not-valid" in run("rule", "M006").out
    ran = run("review", "schema.sql", "--dialect", "postgres", "--format", "json")
    assert not any(each["code"].startswith("M") for each in ran.json["findings"])
    refused = run("review", "schema.sql", "--select", "M012")
    assert refused.status == 2
    assert "dbwright lint" in refused.err
