"""SQLite: the steps from one schema to another lead there and back, on real databases with rows in them."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import HealthCheck, event, given, note, reject, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.app.rows import make_up
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, Trigger, View
from dbwright.change.compare import changes, compare
from dbwright.change.inverse import invert
from dbwright.change.operations import AddColumn, DropColumn, DropTable, Operation
from dbwright.change.units import units
from dbwright.engines.base import Session, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.errors import ExecutionFault
from tests.support.mutations import pairs
from tests.support.schemas import DIALECTS

Rows = dict[tuple[str, str], Counter[object]]


def _read(catalog: Catalog) -> Catalog:
    """A catalog as SQLite reads it back, its views and triggers made real; those that SQLite refuses are not tried."""
    with ENGINE.scratch() as scratch, scratch.open() as session:
        try:
            session.execute(Statement(text=text) for text in ENGINE.emit(_real(catalog)))
        except ExecutionFault:
            reject()
        return session.inspect().catalog


def _real(catalog: Catalog) -> Catalog:
    """Views and triggers over the tables that are there."""
    holders: list[Table | View] = [*catalog.tables, *catalog.views]
    under = {each.ref: each for each in holders}
    views = tuple(replace(view, definition=_query(view, under), triggers=()) for view in catalog.views)
    tables = tuple(
        replace(table, triggers=tuple(replace(each, definition=_body(each, table)) for each in table.triggers))
        for table in catalog.tables
    )
    return replace(catalog, tables=tables, views=views)


def _query(view: View, under: dict[Ref, Table | View]) -> str:
    source = under[view.depends_on[0]]
    named = {column.name for column in source.columns} & {column.name for column in view.columns}
    shown = ", ".join(ENGINE.quote(name) for name in sorted(named)) or "count(*) AS n"
    return f"SELECT {shown} FROM {ENGINE.quote(source.name)}"


def _body(trigger: Trigger, table: Table) -> str:
    name, own, column = (ENGINE.quote(each) for each in (trigger.name, table.name, table.columns[-1].name))
    return f"CREATE TRIGGER {name} AFTER INSERT ON {own} BEGIN SELECT new.{column} FROM {own}; END"


def _run(session: Session, operations: Sequence[Operation]) -> None:
    """Run the steps as a runner does."""
    steps = ENGINE.steps(operations, session.inspect().catalog)
    note(";\n".join(step.sql for step in steps))
    told = {place for step in steps if step.operation is not None for place in (step.operation, *step.also)}
    assert told <= set(range(len(operations)))
    for unit in units(steps):
        session.execute(Statement(text=step.sql) for step in unit)


def _rows(session: Session, catalog: Catalog) -> Rows:
    """By column, how often each value is there."""
    found: Rows = {}
    for table in catalog.tables:
        for column in table.columns:
            values = session.query(f"SELECT {ENGINE.quote(column.name)} FROM {ENGINE.quote(table.name)}")
            found[table.name, column.name] = Counter(_comparable(value) for (value,) in values)
    return found


def _comparable(value: object) -> object:
    """Another type may make 1 of '1', or 1.0 of 1."""
    try:
        return float(str(value))
    except ValueError:
        return value


def _untouched(operations: Sequence[Operation], rows: Rows) -> Rows:
    """The values that must still be there: those of columns that were neither dropped nor made."""
    gone = {each.target.path[1] for each in operations if isinstance(each, DropTable)}
    columns = {(each.target.path[1], each.target.name) for each in operations if isinstance(each, DropColumn)}
    columns |= {(each.target.path[1], each.column.name) for each in operations if isinstance(each, AddColumn)}
    return {place: values for place, values in rows.items() if place[0] not in gone and place not in columns}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_steps_lead_there_and_back(data: st.DataObject) -> None:
    old, new = data.draw(pairs(DIALECTS["sqlite"]))
    start, goal = _read(old), _read(new)
    operations = changes(start, goal).operations
    back, _ = invert(operations, start)
    for rows in (6, 0):
        with ENGINE.scratch() as scratch, scratch.open() as session:
            session.execute(Statement(text=text) for text in ENGINE.emit(start))
            if rows:
                make_up(session, start, ENGINE, rows=rows)
            try:
                _there_and_back(session, operations, back, start, goal)
            except ExecutionFault as fault:
                if not rows or not fault.code.startswith(("SQLITE_CONSTRAINT", "SQLITE_MISMATCH")):
                    raise
                event("the rows do not fit")  # which no empty database can say


def _there_and_back(
    session: Session, operations: Sequence[Operation], back: Sequence[Operation], start: Catalog, goal: Catalog
) -> None:
    before = _rows(session, start)
    _run(session, operations)
    assert compare(session.inspect().catalog, goal, column_order=True) == ()
    after = _rows(session, goal)
    for place, values in _untouched(operations, before).items():
        assert after[place] == values, place
    _run(session, back)
    assert compare(session.inspect().catalog, start) == ()
