"""PostgreSQL: everything that is read can be made again, and is then read the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant
from dbwright.change.compare import compare
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.readers.sql.split import split
from tests.support.scratches import scratch_of

_KITCHEN_SINK = Path(__file__).with_name("postgres_kitchen_sink.sql")
pytestmark = pytest.mark.postgres


def _made(scratch: Scratch, statements: list[Statement]) -> Catalog:
    with scratch.open() as session:
        session.execute(statements)
    with scratch.open() as session:
        return session.inspect().catalog


_ROLES = ("dbwright_reader_x", "dbwright_writer_x", "dbwright odd-Name x")


def _own(name: str, scratch: Scratch) -> str:
    """A role's name for one test alone."""
    return f"{name[:-1]}{scratch.url.database[-12:]}"


@pytest.fixture
def sink(postgres_scratch: Scratch) -> Iterator[Catalog]:
    """The catalog of the kitchen sink. Its roles belong to the server, and go at the end."""
    text = _KITCHEN_SINK.read_text()
    for name in _ROLES:
        text = text.replace(name, _own(name, postgres_scratch))
    yield _made(postgres_scratch, list(split(text, "postgres")))
    with postgres_scratch.open() as session:
        for name in _ROLES:
            own = _own(name, postgres_scratch)
            session.query(f'DROP OWNED BY "{own}" CASCADE')
            session.query(f'DROP ROLE "{own}"')


def test_the_kitchen_sink_comes_back_with_the_same_hash(sink: Catalog) -> None:
    statements = [Statement(text=text) for text in ENGINE.emit(sink)]
    with scratch_of("postgres") as other:
        again = _made(other, statements)
    assert compare(sink, again) == ()
    assert codec.digest(sink) == codec.digest(again)


def test_a_script_is_split_into_the_statements_that_were_emitted(sink: Catalog) -> None:
    statements = ENGINE.emit(sink)
    script = ENGINE.script(statements)
    assert script.rstrip().endswith(";")
    assert [statement.text for statement in split(script, "postgres")] == [text.strip() for text in statements]


def test_every_kind_of_object_is_read(sink: Catalog) -> None:
    assert {each.name for each in sink.enums} == {"status"}
    assert {each.name for each in sink.ranges} == {"float_range"}
    assert {each.name for each in sink.composites} == {"address", "typed"}
    assert {each.kind for each in sink.routines} == {"function", "procedure", "aggregate"}
    assert {each.kind for each in sink.tables} == {"ordinary", "partitioned"}
    assert {each.name for each in sink.event_triggers} == {"noted"}
    assert len(sink.roles) == len(_ROLES)
    assert {(each.kind, each.name) for each in sink.unread} == {
        ("statistics object", "sales.together"),
        ("rule", "sales.pairs.nothing"),
    }


def test_identity_and_serial_columns_hide_their_sequences(sink: Catalog) -> None:
    tables = {table.name: table for table in sink.tables}
    identity = tables["customers"].columns[0].identity
    assert identity is not None
    assert (identity.generation, identity.start, identity.increment) == ("always", 100, 10)
    kinds = {column.name: column.identity and column.identity.generation for column in tables["a"].columns}
    assert kinds == {"id": "serial", "b_id": None, "c": "serial", "d": "serial"}
    assert {each.name for each in sink.sequences} == {"numbers", "plain"}


def test_index_keys_are_read_part_by_part(sink: Catalog) -> None:
    table = next(table for table in sink.tables if table.name == "customers")
    index = next(index for index in table.indexes if index.name == "customers_mixed")
    first, second, third, fourth = index.parts
    assert first.expression == "lower((name)::text)"
    assert first.descending
    assert (second.column, second.collation, second.opclass) == ("email", '"C"', "varchar_pattern_ops")
    assert third.nulls_first is True
    assert (fourth.descending, fourth.nulls_first) == (True, False)
    assert index.include == ("id",)


def test_only_unusual_privileges_are_grants(sink: Catalog) -> None:
    def on(ref: Ref) -> list[Grant]:
        return [grant for grant in sink.grants if grant.on == ref and not grant.default_for]

    assert on(Ref("routine", ("sales", "is_good(value text)")))[0].privileges == ()
    assert on(Ref("routine", ("sales", "row_is_good(c sales.customers)"))) == []
    public = [grant for grant in on(Ref("table", ("sales", "a"))) if grant.grantee == "PUBLIC"]
    assert {(grant.privileges, grant.columns) for grant in public} == {
        (("SELECT",), ("id",)),
        (("SELECT", "UPDATE"), ("c",)),
    }
    revoked = [
        grant for grant in on(Ref("table", ("sales", "b"))) if "SELECT" in grant.privileges and not grant.columns
    ]
    assert revoked[0].privileges == ("DELETE", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE")


def test_other_schemas_stay_out_but_their_tables_can_be_named(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query("CREATE SCHEMA shop")
        session.query("CREATE TABLE customers (id integer PRIMARY KEY)")
        session.query("CREATE TABLE shop.orders (id integer PRIMARY KEY, customer integer REFERENCES customers)")
        catalog = session.inspect(["shop"]).catalog
    assert [table.name for table in catalog.tables] == ["orders"]
    assert catalog.tables[0].foreign_keys[0].table == ("public", "customers")


def test_a_cycle_of_views_tables_and_checks_is_untied(postgres_scratch: Scratch) -> None:
    statements = [
        "CREATE TABLE t (id integer, total integer)",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE FUNCTION f(v) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
        "CREATE FUNCTION g(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT f(v) FROM v LIMIT 1'",
        "CREATE FUNCTION h(t) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
        "ALTER TABLE t ADD CONSTRAINT checked CHECK (g(id) AND h(t.*))",
    ]
    first = _made(postgres_scratch, [Statement(text=text) for text in statements])
    with scratch_of("postgres") as other:
        second = _made(other, [Statement(text=text) for text in ENGINE.emit(first)])
    assert codec.digest(first) == codec.digest(second)
