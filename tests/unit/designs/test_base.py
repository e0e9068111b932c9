"""What a design's folder says, and which of it holds for an engine and a choice."""

import pytest

from dbwright.designs.base import ENGINES, Decision, Design, Ignored, Option, Part, holds, load, names
from dbwright.errors import UsageError

DESIGN = Design(
    name="made",
    title="Made",
    summary="For tests.",
    parts=(
        Part(name="a", title="A"),
        Part(name="b", title="B", when="kept=here"),
        Part(name="c", title="C", when="kept=there|apart", folder="others"),
    ),
    options=(
        Option(
            name="kept",
            choices=("here", "there", "apart"),
            default="here",
            help="where",
            defaults={"mysql": "there"},
            unavailable={"sqlite=apart": "It has but one file."},
        ),
    ),
    decisions=(
        Decision(title="always", why="x"),
        Decision(title="there", why="x", when="kept=there"),
        Decision(title="on one", why="x", engines=("mysql",)),
    ),
    ignored=(Ignored(object="x", rules=("R001",), why="x", engines=("postgres",), when="kept=there"),),
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("", True), ("kept=here", True), ("kept=there|here", True), ("kept=there", False), ("other=here", False)],
)
def test_conditions(condition: str, expected: bool) -> None:
    assert holds(condition, {"kept": "here"}) is expected


def test_an_option_has_its_default_by_engine_unless_it_is_said() -> None:
    assert DESIGN.choices("postgres", {}) == {"kept": "here"}
    assert DESIGN.choices("mysql", {}) == {"kept": "there"}
    assert DESIGN.choices("mysql", {"kept": "apart"}) == {"kept": "apart"}


@pytest.mark.parametrize(
    ("engine", "given", "said"),
    [
        ("postgres", {"size": "large"}, "no option 'size'"),
        ("postgres", {"kept": "nowhere"}, "cannot be 'nowhere'"),
        ("sqlite", {"kept": "apart"}, "It has but one file"),
    ],
)
def test_what_cannot_be_chosen_is_refused(engine: str, given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        DESIGN.choices(engine, given)


def test_parts_decisions_and_exceptions_follow_the_choices() -> None:
    assert [part.name for part in DESIGN.parts_for({"kept": "here"})] == ["a", "b"]
    assert [part.name for part in DESIGN.parts_for({"kept": "apart"})] == ["a", "c"]
    assert [each.title for each in DESIGN.decisions_for("postgres", {"kept": "here"})] == ["always"]
    assert [each.title for each in DESIGN.decisions_for("mysql", {"kept": "there"})] == ["always", "there", "on one"]
    assert DESIGN.ignored_for("mysql", {"kept": "there"}) == ()
    assert len(DESIGN.ignored_for("postgres", {"kept": "there"})) == 1


@pytest.mark.parametrize("name", names())
def test_conditions_of_a_design_name_its_own_options(name: str) -> None:
    design = load(name)
    known = {f"{option.name}={value}" for option in design.options for value in option.choices}
    said = [part.when for part in design.parts] + [decision.when for decision in design.decisions]
    for condition in (*said, *(each.when for each in design.ignored)):
        chosen, _, values = condition.partition("=")
        assert not condition or {f"{chosen}={value}" for value in values.split("|")} <= known
    for option in design.options:
        assert {pair.partition("=")[0] for pair in option.unavailable} <= set(ENGINES)
