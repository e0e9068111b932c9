"""The way back of a part: what it makes, dropped in reverse order."""

import pytest

from dbwright.designs.ways_back import dropped

PART = """\
CREATE TABLE users (
    id bigint PRIMARY KEY
);
CREATE INDEX users_id_idx ON users (id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

CREATE TRIGGER users_touch
BEFORE UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION touch();

CREATE VIEW names AS
SELECT id FROM users;
CREATE INDEX orders_user_id_idx ON orders (user_id);
ALTER TABLE orders
    ADD CONSTRAINT orders_total_check CHECK (total > 0);
"""


def test_all_is_dropped_in_reverse_order() -> None:
    assert dropped(PART, "postgres").split("\n") == [
        "ALTER TABLE orders DROP CONSTRAINT orders_total_check;",
        "DROP INDEX orders_user_id_idx;",
        "DROP VIEW names;",
        "DROP TRIGGER users_touch ON users;",
        "DROP FUNCTION touch;",
        "DROP TABLE users;",
    ]


@pytest.mark.parametrize(
    ("engine", "statement"),
    [("mysql", "DROP INDEX orders_user_id_idx ON orders;"), ("sqlite", "DROP INDEX orders_user_id_idx;")],
)
def test_what_goes_with_its_table_is_not_named(engine: str, statement: str) -> None:
    text = dropped(PART, engine)
    assert statement in text
    assert "users_id_idx" not in text
    assert "TRIGGER" not in text


def test_a_partition_goes_with_its_table() -> None:
    text = "CREATE TABLE days (\n    day date\n) PARTITION BY RANGE (day);\nCREATE TABLE days_rest PARTITION OF days DEFAULT;\n"
    assert dropped(text, "postgres") == "DROP TABLE days;"


def test_a_building_block_takes_its_own_way_back() -> None:
    text = "CREATE TABLE users (\n    id bigint\n);\n\x010\x02\n"
    assert (
        dropped(text, "sqlite", [("\x010\x02", "DROP TRIGGER users_kept;")])
        == "DROP TRIGGER users_kept;\nDROP TABLE users;"
    )
