"""Column types of MySQL and MariaDB, read, spelled and measured."""

import pytest

from dbwright.catalog.types import Type
from dbwright.engines.mysql.canonical import canonical_default, is_literal
from dbwright.engines.mysql.column_types import canonical_spelling, largest, read_type, spell
from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.mysql.words import account, quote


@pytest.mark.parametrize(
    ("spelling", "type_"),
    [
        ("int(10) unsigned", Type("integer", "int(10) unsigned", bits=32, unsigned=True)),
        ("bigint", Type("integer", "bigint", bits=64)),
        ("tinyint(1)", Type("boolean", "tinyint(1)")),
        ("tinyint(1) unsigned", Type("integer", "tinyint(1) unsigned", bits=8, unsigned=True)),
        ("decimal(10,2) unsigned zerofill", Type("decimal", "decimal(10,2) unsigned zerofill", precision=10, scale=2, unsigned=True)),
        ("varchar(40)", Type("varchar", "varchar(40)", length=40)),
        ("mediumtext", Type("text", "mediumtext")),
        ("text /*M!100301 COMPRESSED*/", Type("text", "text /*M!100301 COMPRESSED*/")),
        ("varbinary(3)", Type("binary", "varbinary(3)", length=3, variable=True)),
        ("bit(8)", Type("bit", "bit(8)", length=8)),
        ("datetime(6)", Type("timestamp", "datetime(6)", precision=6)),
        ("timestamp", Type("timestamp", "timestamp", precision=0, with_zone=True)),
        ("enum('a','b''c','d,e','f\\\\')", Type("enum", "enum('a','b''c','d,e','f\\\\')", values=("a", "b'c", "d,e", "f\\"))),
        ("year(4)", Type("year", "year(4)")),
        ("multipolygon", Type("geometry", "multipolygon")),
        ("vector(3)", Type("vector", "vector(3)", length=3)),
        ("inet6", Type("network", "inet6")),
        ("something new", Type("other", "something new")),
        ("", Type("other", "")),
    ],
)  # fmt: skip
def test_reading(spelling: str, type_: Type) -> None:
    assert read_type(spelling) == type_


@pytest.mark.parametrize(
    ("written", "mysql", "mariadb"),
    [
        ("INTEGER", "int", "int(11)"),
        ("INT UNSIGNED", "int unsigned", "int(10) unsigned"),
        ("BOOLEAN", "tinyint(1)", "tinyint(1)"),
        ("int(11)", "int", "int(11)"),
        ("NUMERIC(8, 2)", "decimal(8,2)", "decimal(8,2)"),
        ("DECIMAL", "decimal(10,0)", "decimal(10,0)"),
        ("character varying(20)", "varchar(20)", "varchar(20)"),
        ("double precision", "double", "double"),
        ("CHAR", "char(1)", "char(1)"),
        ("YEAR", "year", "year(4)"),
        ("ENUM('A','b')", "enum('A','b')", "enum('A','b')"),
    ],
)
def test_variants_become_one(written: str, mysql: str, mariadb: str) -> None:
    assert canonical_spelling(written, mariadb=False) == mysql
    assert canonical_spelling(written, mariadb=True) == mariadb
    assert canonical_spelling(mysql, mariadb=False) == mysql
    assert canonical_spelling(mariadb, mariadb=True) == mariadb


@pytest.mark.parametrize(
    ("type_", "spelling"),
    [
        (Type("integer", "integer", bits=32), "int"),
        (Type("boolean", "boolean"), "tinyint(1)"),
        (Type("text", "text"), "longtext"),
        (Type("varchar", "character varying(40)", length=40), "varchar(40)"),
        (Type("varchar", "character varying"), "longtext"),
        (Type("timestamp", "timestamp with time zone", precision=3, with_zone=True), "timestamp(3)"),
        (Type("timestamp", "timestamp without time zone"), "datetime"),
        (Type("uuid", "uuid"), "char(36)"),
        (Type("json", "jsonb", binary_json=True), "json"),
        (Type("decimal", "numeric"), "decimal(65,30)"),
        (Type("decimal", "numeric(12)", precision=12), "decimal(12,0)"),
        (Type("binary", "bytea"), "longblob"),
        (Type("array", "integer[]"), "json"),
        (Type("enum", "mood"), "varchar(255)"),
        (Type("enum", "x", values=("it's",)), "enum('it''s')"),
    ],
)
def test_types_of_other_engines(type_: Type, spelling: str) -> None:
    assert spell(type_) == ENGINE.spell(type_) == spelling


def test_largest_values() -> None:
    assert largest(read_type("tinyint unsigned")) == 255
    assert largest(read_type("mediumint(9)")) == 8388607
    assert largest(read_type("decimal(5,2)")) == 999
    assert largest(read_type("text")) is None


@pytest.mark.parametrize(
    ("told", "canonical"),
    [
        ("now()", "CURRENT_TIMESTAMP"),
        ("current_timestamp(6)", "CURRENT_TIMESTAMP(6)"),
        ("NULL", None),
        (None, None),
        ("(uuid())", "uuid()"),
        ("'it\\'s'", "'it''s'"),
        ("TRUE", "1"),
        ("concat('a','b')", "concat('a','b')"),
    ],
)
def test_defaults(told: str | None, canonical: str | None) -> None:
    assert canonical_default(told) == canonical


def test_what_needs_brackets_as_a_default() -> None:
    plain = ["1", "-1.5", "1e3", "'x'", "b'101'", "0x6162", "CURRENT_TIMESTAMP(3)"]
    assert all(is_literal(default) for default in plain)
    assert not any(is_literal(default) for default in ("uuid()", "1 + 1", "'a' 'b'", "now"))


def test_names_and_accounts() -> None:
    assert quote("plain_name") == "plain_name"
    assert quote("select") == "`select`"
    assert quote("Rank") == "`Rank`"
    assert quote("a`b c") == "`a``b c`"
    assert quote("1st") == "`1st`"
    assert quote("") == "``"
    assert account("app@%") == "'app'@'%'"
    assert account("o'brien@10.0.0.%") == "'o''brien'@'10.0.0.%'"
    assert account("reports") == "'reports'"
    assert account("PUBLIC") == "PUBLIC"
    assert account("@localhost") == "''@'localhost'"
