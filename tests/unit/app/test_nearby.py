"""Fixes of a large schema are written from the part of it that matters, and come out the same."""

from pathlib import Path

import pytest

from dbwright.app import nearby
from dbwright.app.check import check_catalog
from dbwright.readers.source import open_source
from dbwright.rules.base import all_rules

_SCHEMA = """
CREATE TABLE users (id integer PRIMARY KEY, email varchar(255), price double precision, status text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users (id), total double precision, starts_at timestamp,
  ends_at timestamp);
CREATE TABLE lines (id integer PRIMARY KEY, order_id bigint REFERENCES orders (id), amount double precision, user_id integer);
CREATE VIEW spent AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
"""
_PARTITIONS = """
CREATE TABLE events (id bigint, price double precision, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE calls (id bigint PRIMARY KEY, price double precision);
CREATE TABLE long_calls (why text) INHERITS (calls);
"""


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
def test_the_part_that_matters_is_enough(dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "schema.sql"
    more = "".join(f"CREATE TABLE other_{at} (id integer PRIMARY KEY, cost double precision);\n" for at in range(20))
    file.write_text(_SCHEMA + (_PARTITIONS if dialect == "postgres" else "") + more)
    with open_source(str(file), dialect=dialect, parse_only=True) as source:
        whole = check_catalog(source.catalog, source.engine, rules=all_rules()).findings
        monkeypatch.setattr(nearby, "_FEW", 0)
        part = check_catalog(source.catalog, source.engine, rules=all_rules()).findings
    assert sum(bool(each.fix and each.fix.sql) for each in whole) > 20
    assert part == whole
