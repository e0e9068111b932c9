"""Comments of a template become comments of the database, in each engine's way."""

import pytest

from dbwright.designs.comments import placed, with_comments

TABLE = """\
-- Who buys.
-- And who sells.
CREATE TABLE users (
    id bigint PRIMARY KEY,
    name text NOT NULL, -- as it's written
    CONSTRAINT users_name_key UNIQUE (name)
);
"""


def test_postgres_says_them_behind_the_table() -> None:
    text = with_comments(TABLE, "postgres")
    assert "COMMENT ON TABLE users IS 'Who buys. And who sells.';" in text
    assert "COMMENT ON COLUMN users.name IS 'as it''s written';" in text
    assert "    name text NOT NULL,\n" in text


def test_mysql_says_them_within() -> None:
    text = with_comments(TABLE, "mysql")
    assert "    name text NOT NULL COMMENT 'as it''s written',\n" in text
    assert "ENGINE=InnoDB" in text
    assert "COMMENT='Who buys. And who sells.';" in text


def test_sqlite_keeps_the_text_and_is_strict() -> None:
    text = with_comments(TABLE, "sqlite")
    assert "    name text NOT NULL, -- as it's written\n" in text
    assert ") STRICT;" in text


@pytest.mark.parametrize("options", ["PARTITION BY RANGE (day)", "WITHOUT ROWID"])
def test_options_of_a_table_stay(options: str) -> None:
    text = with_comments(f"CREATE TABLE days (\n    day date NOT NULL\n) {options};\n", "sqlite")
    assert options in text


def test_a_comment_on_a_view_follows_it() -> None:
    view = "-- All names.\nCREATE VIEW names AS\nSELECT name\nFROM users;\n"
    text = placed(with_comments(view, "postgres"))
    assert text.index("FROM users;") < text.index("COMMENT ON VIEW names IS 'All names.';")


def test_blank_lines_do_not_pile_up() -> None:
    assert placed("a;\n\n\n\nb;") == "a;\n\nb;"
