"""Plans as text, SQL and JSON: what is said of locks, hazards and proofs, and that names cannot break out of comments."""

import json

import pytest
from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.change.effects import Effect, Hazard, Lock
from dbwright.change.operations import DropTable
from dbwright.change.plan import Plan, Proof, Step
from dbwright.finding import Evidence
from dbwright.report.plans import PlanReport, proof_sentence, render

T = Ref("table", ("public", 'we"ird 🦆'))
LOCK = Lock(relation=T, mode="ACCESS EXCLUSIVE", blocks=("reads", "writes"))
STEP = Step(
    sql='DROP TABLE\n"we""ird 🦆"',
    title="Drop it",
    why="It is not used.",
    effect=Effect(
        locks=(LOCK,),
        held_for="moment",
        rewrites=(T,),
        scans=(T,),
        seconds=100.0,
        transactional=False,
        hazards=(
            Hazard("not-transactional", T, "A part may be done."),
            Hazard("behaviour", T, "Other."),
            Hazard("data-loss", T, "All rows go."),
        ),
    ),
)
PLAN = Plan(
    engine="postgres", start="a", goal="b", operations=(DropTable(target=T),), up=(STEP,), down=(Step(sql="x"),)
)
PROVED = Proof(proved=True, where="here, PostgreSQL 15", evidence=(Evidence("It ran.", basis="data"),))


def shown(plan: Plan, form: str = "text", **more: str) -> str:
    return render(PlanReport(plan=plan, old="old.db", new="new\n.sql", notes=("Said.",)), form, **more)


@pytest.mark.parametrize(
    ("proof", "begins"),
    [
        (None, "Not proved"),
        (PROVED, "Proved: run up, down and up again on a scratch database (here, PostgreSQL 15)"),
        (Proof(proved=False, unproved=("No scratch was to be had.",)), "NOT PROVED. No scratch was to be had."),
        (Proof(proved=False, failed=True, where="here"), "NOT PROVED: tried"),
    ],
)
def test_proved_is_said_only_where_it_is(proof: Proof | None, begins: str) -> None:
    assert proof_sentence(proof).startswith(begins)
    assert begins in shown(replace(PLAN, proof=proof))


def test_the_text_says_what_a_step_does() -> None:
    text = shown(PLAN)
    assert 'public.we"ird 🦆 for a moment' in text
    assert "ACCESS EXCLUSIVE" in text
    assert "reads and writes wait" in text
    assert 'writes all of public.we"ird 🦆 again' in text
    assert "reads all of" not in text  # a rewrite reads all rows anyway
    assert "runs outside of a transaction" in text
    assert "about 2 min" in text
    assert "why: It is not used." in text
    assert "The way back takes 1 step." in text


def test_the_worst_hazard_comes_first_and_none_twice() -> None:
    text = shown(replace(PLAN, up=(STEP, replace(STEP, title="Again"))))
    lines = text[text.index("Hazards") :].split("\n")[1:4]
    assert [line.split()[0] for line in lines] == ["data-loss", "behaviour", "not-transactional"]
    other = replace(STEP.effect, hazards=(Hazard("data-loss", T.child("column", "x"), "All rows go."),))
    twice = shown(replace(PLAN, up=(STEP, replace(STEP, effect=other))))
    assert twice.count("All rows go.") == 1


def test_what_was_not_proved_is_shown_with_the_proof() -> None:
    proof = replace(PROVED, surprises=("Worse.",), unproved=("Not this.",))
    text = shown(replace(PLAN, proof=proof, down=(), irreversible=("Gone.",)))
    for expected in ("It ran.", "surprise: Worse.", "not proved: Not this.", "There is no way back.\n  Gone."):
        assert expected in text


def test_nothing_to_do() -> None:
    assert "there is nothing to do" in shown(replace(PLAN, up=(), operations=()))


def test_the_head_of_a_script_is_all_comment() -> None:
    lines = shown(PLAN, "sql", script="DROP TABLE x;").split("\n")
    head = lines[: lines.index("")]
    assert head
    assert all(line.startswith("-- ") for line in head)
    assert lines[-1] == "DROP TABLE x;"


def test_json_holds_all_of_it() -> None:
    told = json.loads(shown(replace(PLAN, proof=PROVED), "json"))
    assert (told["version"], told["engine"], told["proof"]["proved"]) == (1, "postgres", True)
    (step,) = told["steps"]
    assert step["sql"] == STEP.sql
    assert step["locks"] == [{"relation": str(T), "mode": "ACCESS EXCLUSIVE", "blocks": ["reads", "writes"]}]
    assert step["transactional"] is False
    assert step["basis"] == "predicted"
    assert told["hazards"][0] == {
        "kind": "not-transactional",
        "target": {"kind": "table", "path": ["public", 'we"ird 🦆']},
        "message": "A part may be done.",
    }
    assert told["operations"][0]["operation"] == "DropTable"
    assert told["notes"] == ["Said."]
    assert [each["sql"] for each in told["way_back"]] == ["x"]
