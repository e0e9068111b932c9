"""Values for columns of every type, written to every engine: drawn ones, and numbered ones into unique columns."""

import numpy as np
import polars as pl

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from dbwright.seed.base import Settings
from dbwright.seed.draw import Draw
from dbwright.seed.values import values_for

DRAWN, NUMBERED = 300, 1_500

POSTGRES = """
    boolean | smallint | integer | bigint | real | double precision | numeric | numeric(10,2) | numeric(3,2) | numeric(2,2)
    | numeric(5,-2) | numeric(30,10) | money | char(1) | char(3) | varchar(2) | varchar(5) | varchar(8) | varchar(10) | varchar(40)
    | varchar(400) | text | name | "char" | bytea | date | time | time(0) with time zone | timestamp | timestamp(0)
    | timestamp(3) with time zone
    | interval
    | uuid | json | jsonb | xml | inet | cidr | macaddr | macaddr8 | point | line | lseg | box | path | polygon | circle
    | int4range | int8range | numrange | tsrange | tstzrange | daterange | int4multirange | datemultirange | tstzmultirange
    | bit(1) | bit(3) | bit(12) | bit(70) | bit varying(9) | bit varying | tsvector | tsquery | text[] | integer[] | numeric(6,2)[]
    | boolean[] | timestamptz[] | uuid[] | bytea[] | jsonb[] | date[] | mood | mood[] | positive | short_text | pair | span
    | oid | pg_lsn | jsonpath | char(12) | citext | hstore | ltree
"""
MYSQL = """
    boolean | tinyint | tinyint unsigned | smallint | mediumint unsigned | int | int unsigned | bigint | bigint unsigned | float | double
    | float unsigned | decimal(10,2) | decimal(3,2) | decimal(2,2) unsigned | decimal(30,10) | char(1) | char(3) | varchar(2) | varchar(5)
    | varchar(8) | varchar(10) | varchar(40) | varchar(400) | tinytext | text | mediumtext | longtext | binary(3) | binary(16)
    | varbinary(20) | tinyblob | blob | date | time | time(3) | datetime | datetime(6) | timestamp NULL | timestamp(3) NULL | year
    | json | enum('new','old','it''s') | set('a','b','c') | bit(1) | bit(3) | bit(12) | point | linestring | polygon | multipoint
    | multilinestring | multipolygon | geometry | geometrycollection
"""
SQLITE = """
    boolean | integer | int | smallint | bigint | real | float | numeric | decimal(10,2) | decimal(3,2) | char(3) | varchar(5) | varchar(40)
    | text | blob | date | time | datetime | timestamp | timestamp with time zone | interval | year | uuid | json | jsonb | xml | inet | bit
    | something odd |
"""
TYPES = {"postgres": POSTGRES, "mysql": MYSQL, "sqlite": SQLITE}
NOT_KEYS = ("json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "text", "blob", "linestring", "multi", "geometry",
            "tinytext", "mediumtext", "longtext", "tinyblob", "jsonpath")  # fmt: skip
"""Beginnings of types that have no unique index as they are."""
OWN_TYPES = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine')",
    "CREATE DOMAIN positive AS integer",
    "CREATE DOMAIN short_text AS varchar(12)",
    "CREATE TYPE pair AS (name text, price numeric(6,2), at date)",
    "CREATE TYPE span AS RANGE (subtype = date)",
    "CREATE EXTENSION IF NOT EXISTS citext",
    "CREATE EXTENSION IF NOT EXISTS hstore",
    "CREATE EXTENSION IF NOT EXISTS ltree",
)


def test_the_engine_takes_drawn_and_numbered_values_of_every_type(scratch: Scratch) -> None:
    kind = engine(scratch.url.scheme).name
    spellings = [spelling.strip() for spelling in TYPES[kind].split("|")]
    with scratch.open() as session:
        if kind == "postgres":
            for statement in OWN_TYPES:
                session.change(statement)
        for number, spelling in enumerate(spellings):
            session.change(f"CREATE TABLE t_{number} (c_{number} {spelling}{_unique(spelling, kind)})")
        catalog = session.inspect().catalog
        refused = []
        for number, spelling in enumerate(spellings):
            table = next(table for table in catalog.tables if table.name == f"t_{number}")
            if problem := _problem(session, table, catalog, unique=bool(_unique(spelling, kind))):
                refused.append(f"{spelling}: {problem}")
    assert not refused, "\n".join(refused)


def _unique(spelling: str, kind: str) -> str:
    if kind == "sqlite":
        return " UNIQUE"
    plain = not spelling.startswith(NOT_KEYS) or spelling.startswith(("text[]", "tinyint"))
    return " UNIQUE" if plain and not (kind == "mysql" and spelling == "varchar(400)") else ""


def _problem(session: Session, table: Table, catalog: Catalog, *, unique: bool) -> str | None:
    """What the database or the values themselves refuse; None where both are content."""
    (values,) = values_for(table, catalog, Settings(), {})
    draw, column = Draw(1, table.name), values.columns[0]
    count = min(NUMBERED, values.capacity or NUMBERED)
    ends = [values.capacity - 1] if values.capacity and values.capacity > NUMBERED else []
    numbers = np.array([*range(count), *ends], dtype=np.int64)
    try:
        numbered = values.nth(numbers, draw, pl.DataFrame())
        if numbered[column].has_nulls():
            return "a numbered value is NULL"
        if not unique and numbered[column].n_unique() != len(numbered):
            return "numbered values are the same"
        session.write_frames([(table, numbered)])
        if not unique:
            session.write_frames([(table, values.draw(np.arange(DRAWN, dtype=np.int64), draw, pl.DataFrame()))])
        else:
            session.change(f"DELETE FROM {table.name}")
            for row in range(12):
                session.write_frames([(table, values.draw(np.array([row], dtype=np.int64), draw, pl.DataFrame()))])
                session.change(f"DELETE FROM {table.name}")
    except Exception as error:  # each type's own complaint is shown with the type
        return f"{type(error).__name__}: {error}"
    return None
