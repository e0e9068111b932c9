"""Plans: steps in order with their effects, hazards told once, and nothing said of tables that the plan makes itself."""

from collections.abc import Sequence

import pytest

from dbwright.app.plan import make_plan
from dbwright.catalog.codec import digest
from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.change.compare import Rename
from dbwright.change.plan import Plan
from dbwright.engines.registry import engine
from dbwright.errors import UsageError

INTEGER, BIGINT = Type("integer", "integer", bits=32), Type("integer", "bigint", bits=64)
ID = Column(name="id", type=BIGINT, nullable=False)


def catalog(*tables: Table) -> Catalog:
    return Catalog(engine="postgres", version=(15, 4), tables=tables)


def table(name: str, *columns: Column, keys: Sequence[ForeignKey] = (), checks: Sequence[Check] = ()) -> Table:
    return Table(
        namespace="public",
        name=name,
        columns=(ID, *columns),
        primary_key=PrimaryKey(name=f"{name}_pkey", columns=("id",)),
        foreign_keys=tuple(keys),
        checks=tuple(checks),
    )


def plan(old: Catalog, new: Catalog, *, renames: Sequence[Rename] = (), facts: Facts | None = None) -> Plan:
    return make_plan(old, new, engine("postgres"), renames=renames, facts=facts)


def test_equal_catalogs_need_nothing() -> None:
    old = catalog(table("a"))
    made = plan(old, old)
    assert (made.up, made.down, made.hazards) == ((), (), ())
    assert made.start == made.goal == digest(old)


def test_what_the_plan_makes_itself_is_no_hazard() -> None:
    key = ForeignKey(name="b_a", columns=("a",), table=("public", "a"), referenced=("id",))
    made = plan(catalog(), catalog(table("a"), table("b", Column(name="a", type=BIGINT), keys=(key,))))
    assert made.up
    assert made.hazards == ()
    assert all(not step.effect.locks and not step.effect.scans for step in made.up)


def test_a_lock_on_an_existing_table_is_told() -> None:
    made = plan(catalog(table("a")), catalog(table("a", Column(name="x", type=BIGINT))))
    (step,) = made.up
    assert [(lock.mode, str(lock.relation)) for lock in step.effect.locks] == [("ACCESS EXCLUSIVE", "public.a")]
    assert made.irreversible == ()
    assert [down.sql for down in made.down] == ["ALTER TABLE public.a DROP COLUMN x"]


def test_a_dropped_table_loses_its_rows_but_for_an_empty_one() -> None:
    old = catalog(table("a"), table("b"))
    lost = plan(old, catalog(table("a")))
    assert {each.kind for each in lost.hazards} == {"data-loss", "breaking"}
    assert "comes" not in lost.notes
    assert ["empty" in each for each in lost.irreversible] == [True]
    facts = Facts(tables={Ref("table", ("public", "b")): TableStats(rows=0, exact=True, bytes=0)})
    assert {each.kind for each in plan(old, catalog(table("a")), facts=facts).hazards} == {"breaking"}


def test_two_hazards_of_one_column_are_both_told() -> None:
    old = catalog(table("a", Column(name="x", type=BIGINT)))
    new = catalog(table("a", Column(name="x", type=Type("text", "text"), nullable=False)))
    said = [each.message for each in plan(old, new).hazards if each.kind == "breaking"]
    assert any("finds text values" in each for each in said)
    assert any("leave public.a.x empty" in each for each in said)


def test_a_rename_is_asked_for_and_not_guessed() -> None:
    old = catalog(table("a", Column(name="total", type=BIGINT)))
    new = catalog(table("a", Column(name="totals", type=BIGINT)))
    guessed = plan(old, new)
    assert "data-loss" in {each.kind for each in guessed.hazards}
    assert any("--rename" in note for note in guessed.notes)
    told = plan(old, new, renames=[Rename(Ref("column", ("public", "a", "total")), "totals")])
    assert {each.kind for each in told.hazards} == {"breaking"}
    assert [step.sql for step in told.up] == ["ALTER TABLE public.a RENAME COLUMN total TO totals"]


def test_a_rename_of_nothing_is_refused() -> None:
    old = catalog(table("a"))
    with pytest.raises(UsageError):
        plan(old, old, renames=[Rename(Ref("column", ("public", "a", "none")), "other")])
