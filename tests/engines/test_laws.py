"""The laws that hold on every relational engine, for schemas made at random."""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from dbwright.catalog import codec
from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.change.compare import compare
from dbwright.engines.base import Engine, Statement
from dbwright.engines.registry import engine
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from tests.support.schemas import DIALECTS, catalogs
from tests.support.scratches import ENGINES, scratch_of

_EACH_ENGINE = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES]
)
_DIALECTS: dict[str, Dialect] = {"postgres": "postgres", "mysql": "mysql", "sqlite": "sqlite"}
_FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def _made(name: str, statements: Iterable[Statement]) -> Catalog:
    """What an engine reads from a new database after the statements."""
    with scratch_of(name) as scratch, scratch.open() as session:
        session.execute(statements)
        return session.inspect().catalog


def _essence(key: ForeignKey) -> tuple[object, ...]:
    # MySQL takes "restrict" and "no action" for the same.
    return key.columns, key.table, key.referenced, key.on_delete.replace("restrict", "no action")


def _key_names(table: Table) -> set[str | None]:
    # MySQL makes no difference between unique constraints and plain unique indexes.
    return {index.name for index in table.indexes} | {unique.name for unique in table.uniques}


def _statements(product: Engine, catalog: Catalog) -> list[Statement]:
    texts = product.emit(catalog)
    if currently_in_test_context():
        note(";\n".join(texts))
    return [Statement(text=text) for text in texts]


@_EACH_ENGINE
@given(data=st.data())
@_FEW
def test_emitting_and_reading_back_is_the_identity(name: str, data: st.DataObject) -> None:
    product = engine(name)
    first = _made(name, _statements(product, data.draw(catalogs(DIALECTS[name]))))
    second = _made(name, _statements(product, first))
    assert compare(first, second) == ()
    assert codec.digest(first) == codec.digest(second)
    assert first.tables
    assert not first.unread


@_EACH_ENGINE
@given(data=st.data())
@_FEW
def test_what_was_read_is_canonical_and_survives_json(name: str, data: st.DataObject) -> None:
    product = engine(name)
    read = _made(name, _statements(product, data.draw(catalogs(DIALECTS[name], largest=2))))
    assert codec.encode(product.canonical(read)) == codec.encode(read)
    assert codec.encode(codec.decode(codec.encode(read))) == codec.encode(read)


@_EACH_ENGINE
@given(data=st.data())
@_FEW
def test_a_script_reads_as_the_statements_that_it_was_made_of(name: str, data: st.DataObject) -> None:
    product = engine(name)
    wanted = data.draw(catalogs(DIALECTS[name]))
    script = product.script(product.emit(wanted))
    note(script)
    by_script = _made(name, split(script, _DIALECTS[name]))
    assert codec.digest(by_script) == codec.digest(_made(name, _statements(product, wanted)))


@_EACH_ENGINE
@given(data=st.data())
@_FEW
def test_what_was_asked_for_is_what_is_read(name: str, data: st.DataObject) -> None:
    product, wanted = engine(name), data.draw(catalogs(DIALECTS[name]))
    read = _made(name, _statements(product, wanted))
    by_name = {table.name: table for table in read.tables}
    assert set(by_name) == {table.name for table in wanted.tables}
    for table in wanted.tables:
        found = by_name[table.name]
        assert [column.name for column in found.columns] == [column.name for column in table.columns]
        assert (found.primary_key and found.primary_key.columns) == (table.primary_key and table.primary_key.columns)
        assert {_essence(key) for key in found.foreign_keys} == {_essence(key) for key in table.foreign_keys}
        assert _key_names(found) >= _key_names(table)
        assert len(found.checks) >= len(table.checks)
        assert found.comment == table.comment


@_EACH_ENGINE
def test_an_empty_database_reads_as_an_empty_catalog(name: str) -> None:
    product = engine(name)
    read = _made(name, [])
    assert read.tables == ()
    assert codec.digest(_made(name, _statements(product, read))) == codec.digest(read)
