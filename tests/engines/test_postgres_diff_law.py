"""PostgreSQL: the steps from one schema to another lead there and back, on real databases."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Routine, Table, Trigger, View
from dbwright.change.compare import changes, compare
from dbwright.change.inverse import invert
from dbwright.change.operations import Operation
from dbwright.engines.base import Session, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.postgres.words import identifier, qualified
from dbwright.errors import ExecutionFault
from tests.support.mutations import pairs
from tests.support.running import run
from tests.support.schemas import DIALECTS
from tests.support.scratches import scratch_of

pytestmark = pytest.mark.postgres


def _read(catalog: Catalog) -> Catalog:
    """A catalog as the server reads it back, its bodies made real; those that it refuses are not tried."""
    with scratch_of("postgres") as scratch, scratch.open() as session:
        try:
            session.execute(Statement(text=text) for text in ENGINE.emit(_real(catalog)))
        except ExecutionFault as fault:
            note(f"refused: {fault.message}")
            reject()
        return session.inspect().catalog


def _real(catalog: Catalog) -> Catalog:
    """Views, triggers and routines over the tables that are there; keys only over columns that can be compared."""
    holders: tuple[Table | View, ...] = (*catalog.tables, *catalog.views)
    under = {each.ref: each for each in holders}
    lookup = Lookup(catalog)
    tables = tuple(
        replace(
            table,
            columns=tuple(_column(each) for each in table.columns),
            triggers=tuple(_trigger(each, table) for each in table.triggers),
            foreign_keys=tuple(each for each in table.foreign_keys if _fits(table, each, lookup)),
        )
        for table in catalog.tables
    )
    return replace(
        catalog,
        tables=tables,
        # A sequence that a column owns and counts with would become a part of the column: serial.
        sequences=tuple(replace(each, owned_by=None) for each in catalog.sequences),
        views=tuple(replace(view, definition=_query(view, under)) for view in catalog.views),
        routines=tuple(_routine(name, catalog) for name in ("do_it", "do_more")),
        grants=tuple(replace(each, grantee="PUBLIC") for each in catalog.grants),
    )


def _column(column: Column) -> Column:
    return replace(column, default=None) if column.type.kind in ("date", "enum") else column


def _fits(table: Table, key: ForeignKey, lookup: Lookup) -> bool:
    parent = lookup.table(key.table)
    return all(
        (mine := table.column(own)) and parent and (theirs := parent.column(other)) and mine.type == theirs.type
        for own, other in zip(key.columns, key.referenced, strict=True)
    )


def _query(view: View, under: dict[Ref, Table | View]) -> str:
    source = under.get(view.depends_on[0]) if view.depends_on else None
    known = {column.name for column in source.columns} if source else set()
    shown = ", ".join(
        identifier(column.name) if column.name in known else f"1 AS {identifier(column.name)}"
        for column in view.columns
    )
    return f"SELECT {shown}" + (f" FROM {qualified(source.namespace, source.name)}" if source else "")


def _trigger(trigger: Trigger, table: Table) -> Trigger:
    function = "do_more" if "do_more" in trigger.definition else "do_it"
    name = qualified(table.namespace, table.name)
    definition = (
        f"CREATE TRIGGER {trigger.name} BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION public.{function}()"
    )
    return replace(trigger, definition=definition)


def _routine(name: str, catalog: Catalog) -> Routine:
    given_ = next((each.definition for each in catalog.routines if each.name == name), "")
    definition = (
        f"CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END -- {given_} $$"
    )
    return Routine(namespace="public", name=name, definition=definition)


def _take(session: Session, operations: Sequence[Operation]) -> None:
    steps = ENGINE.steps(operations, session.inspect().catalog)
    note(";\n".join(step.sql for step in steps))
    run(session, steps)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_the_steps_lead_there_and_back(data: st.DataObject) -> None:
    old, new = data.draw(pairs(DIALECTS["postgres"]))
    start, goal = _read(old), _read(new)
    operations = changes(start, goal).operations
    back, _ = invert(operations, start)
    with scratch_of("postgres") as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in ENGINE.emit(start))
        _take(session, operations)
        assert compare(goal, session.inspect().catalog, column_order=False) == ()
        _take(session, back)
        assert compare(start, session.inspect().catalog, column_order=False) == ()
