"""Proofs on a scratch database: a plan that does not lead where it should comes out as failed, whatever is wrong with it."""

import pytest
from msgspec.structs import replace

from dbwright.app.plan import make_plan
from dbwright.app.rows import make_up
from dbwright.app.verify import verify
from dbwright.catalog.objects import Catalog
from dbwright.change.plan import Plan, Proof, Step
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import Unavailable

ENGINE = engine("sqlite")
OLD = "CREATE TABLE a (id INTEGER PRIMARY KEY, x text)"
NEW = "CREATE TABLE a (id INTEGER PRIMARY KEY, x text, y text)"


def read(sql: str) -> Catalog:
    with ENGINE.scratch() as scratch, scratch.open() as session:
        session.execute([Statement(text=sql)])
        return replace(session.inspect().catalog, name="")


@pytest.fixture(scope="module")
def old() -> Catalog:
    return read(OLD)


@pytest.fixture(scope="module")
def right(old: Catalog) -> Plan:
    return make_plan(old, read(NEW), ENGINE)


def proof(plan: Plan, old: Catalog, *, filled: bool = False) -> Proof:
    def fill(session: Session, catalog: Catalog) -> list[str]:
        return make_up(session, catalog, ENGINE)

    found = verify(plan, old, ENGINE, fill=fill if filled else None).proof
    assert found is not None
    return found


def test_a_right_plan_is_proved(right: Plan, old: Catalog) -> None:
    found = proof(right, old, filled=True)
    assert (found.proved, found.failed, found.unproved) == (True, False, ())
    assert any("20 rows" in each.summary for each in found.evidence)


@pytest.mark.parametrize(
    "up",
    [
        "SELECT 1",
        "ALTER TABLE a ADD COLUMN y integer",
        "ALTER TABLE a ADD COLUMN z text",
        "CREATE TABLE y (id INTEGER PRIMARY KEY)",
    ],
)
def test_a_plan_that_leads_elsewhere_has_failed(right: Plan, old: Catalog, up: str) -> None:
    found = proof(replace(right, up=(Step(sql=up),)), old)
    assert (found.proved, found.failed) == (False, True)
    assert any("led to another schema" in each for each in found.unproved)


def test_a_step_that_fails_is_told(right: Plan, old: Catalog) -> None:
    found = proof(replace(right, up=(*right.up, Step(sql="DROP TABLE nowhere"))), old)
    assert (found.proved, found.failed) == (False, True)
    assert any("Up failed" in each.summary for each in found.evidence)


def test_a_way_back_that_does_not_lead_back_has_failed(right: Plan, old: Catalog) -> None:
    found = proof(replace(right, down=(Step(sql="SELECT 1"),)), old)
    assert found.failed
    assert any(each.startswith("Down led to another schema") for each in found.unproved)


def test_a_way_back_that_fails_has_failed(right: Plan, old: Catalog) -> None:
    assert proof(replace(right, down=(Step(sql="DROP TABLE nowhere"),)), old).failed


def test_rows_that_are_gone_after_the_way_back_are_missed(right: Plan, old: Catalog) -> None:
    emptied = replace(right, down=(Step(sql="DELETE FROM a"), *right.down))
    assert proof(emptied, old).proved
    found = proof(emptied, old, filled=True)
    assert (found.proved, found.failed) == (False, True)
    assert any("rows are missing" in each for each in found.unproved)


def test_no_way_back_is_said(right: Plan, old: Catalog) -> None:
    found = proof(replace(right, down=()), old)
    assert found.proved
    assert found.unproved == ("There is no way back, so none was tried.",)


def test_a_step_in_batches_is_repeated_until_no_row_is_left(right: Plan, old: Catalog) -> None:
    batch = "UPDATE a SET x = 'done' WHERE id IN (SELECT id FROM a WHERE x IS NOT 'done' LIMIT 7)"
    found = proof(replace(right, up=(*right.up, Step(sql=batch, batched=True))), old, filled=True)
    assert found.proved


def test_no_scratch_database_is_no_error(right: Plan, old: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: Engine, *, version: str | None = None) -> object:
        raise Unavailable("There is none here.")

    monkeypatch.setattr(type(ENGINE), "scratch", none)
    found = proof(right, old)
    assert (found.proved, found.failed) == (False, False)
    assert "There is none here." in found.unproved[0]
