"""MySQL and MariaDB: the steps from one schema to another lead there and back, on real databases."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Routine, Table, Trigger, View
from dbwright.change.compare import changes, compare
from dbwright.change.inverse import invert
from dbwright.change.operations import Operation
from dbwright.engines.base import Session, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.mysql.words import tick
from dbwright.errors import ExecutionFault
from tests.support.mutations import pairs
from tests.support.running import run
from tests.support.schemas import DIALECTS
from tests.support.scratches import scratch_of


def _read(catalog: Catalog) -> Catalog:
    """A catalog as the server reads it back, its bodies made real; those that it refuses are not tried."""
    with scratch_of("mysql") as scratch, scratch.open() as session:
        try:
            session.execute(Statement(text=text) for text in ENGINE.emit(_real(catalog)))
        except ExecutionFault as fault:
            note(f"refused: {fault.message}")
            reject()
        return session.inspect().catalog


def _real(catalog: Catalog) -> Catalog:
    """Views, triggers and routines over the tables that are there; keys only over what can be one here."""
    under: dict[Ref, Table | View] = {table.ref: table for table in catalog.tables}
    under |= {view.ref: view for view in catalog.views}
    views = tuple(replace(view, definition=_query(view, under)) for view in catalog.views)
    lookup = Lookup(catalog)
    tables = tuple(
        replace(
            table,
            triggers=tuple(_trigger(each, table, catalog) for each in table.triggers),
            uniques=tuple(each for each in table.uniques if _may_be_key(table, each.columns)),
            indexes=tuple(each for each in table.indexes if _may_be_key(table, each.columns)),
            checks=tuple(replace(each, expression=each.expression.replace('"', "`")) for each in table.checks),
            foreign_keys=tuple(each for each in table.foreign_keys if _fits(table, each, lookup)),
        )
        for table in catalog.tables
    )
    routines = tuple(_routine(each) for each in catalog.routines)
    return replace(catalog, tables=tables, views=views, routines=routines, grants=(), roles=())


def _may_be_key(table: Table, columns: Sequence[str | None]) -> bool:
    found = [table.column(name) for name in columns if name]
    return all(column is not None and column.type.kind not in ("text", "binary", "json") for column in found)


def _fits(table: Table, key: ForeignKey, lookup: Lookup) -> bool:
    parent = lookup.table(key.table)
    pairs_of = [(table.column(own), parent.column(other) if parent else None)
                for own, other in zip(key.columns, key.referenced, strict=True)]  # fmt: skip
    return all(own and other and own.type == other.type and own.type.kind != "text" for own, other in pairs_of)


def _query(view: View, under: dict[Ref, Table | View]) -> str:
    source = under[view.depends_on[0]]
    columns = {column.name for column in source.columns}
    shown = ", ".join(
        tick(column.name) if column.name in columns else f"1 AS {tick(column.name)}" for column in view.columns
    )
    return f"SELECT {shown or 'count(*) AS n'} FROM {tick(source.name)}"


def _trigger(trigger: Trigger, table: Table, catalog: Catalog) -> Trigger:
    """Names of triggers are those of the whole database here."""
    place = [each.name for each in catalog.tables].index(table.name)
    name = f"{trigger.name} {place}"
    definition = f"CREATE TRIGGER {tick(name)} AFTER INSERT ON {tick(table.name)} FOR EACH ROW SET @seen = {len(trigger.definition)}"
    return replace(trigger, name=name, definition=definition, timing="after", events=("insert",), settings={})


def _routine(routine: Routine) -> Routine:
    definition = f"CREATE FUNCTION {tick(routine.name)}() RETURNS int DETERMINISTIC RETURN {len(routine.definition)}"
    return replace(routine, definition=definition, kind="function", arguments="", settings={}, depends_on=())


def _take(session: Session, operations: Sequence[Operation]) -> None:
    steps = ENGINE.steps(operations, session.inspect().catalog)
    note(";\n".join(step.sql for step in steps))
    told = {place for step in steps if step.operation is not None for place in (step.operation, *step.also)}
    assert told <= set(range(len(operations)))
    run(session, steps)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_the_steps_lead_there_and_back(data: st.DataObject) -> None:
    old, new = data.draw(pairs(DIALECTS["mysql"]))
    start, goal = _read(old), _read(new)
    operations = changes(start, goal).operations
    back, _ = invert(operations, start)
    with scratch_of("mysql") as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in ENGINE.emit(start))
        _take(session, operations)
        assert compare(session.inspect().catalog, goal, column_order=True) == ()
        _take(session, back)
        assert compare(session.inspect().catalog, start, column_order=True) == ()
