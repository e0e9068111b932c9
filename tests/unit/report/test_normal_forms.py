"""The theory of one relation as text and as JSON, and through the command."""

import json

import pytest

from dbwright.app.normalize.theory import analyse, analyse_texts
from dbwright.errors import UsageError
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.relation import Relation
from dbwright.report.normal_forms import render
from tests.support.command import run

_ADDRESSES = analyse_texts("Addresses(street, city, zip)", ["street, city -> zip", "zip -> city"])


def test_text_tells_keys_form_reason_and_the_choice() -> None:
    text = render(_ADDRESSES)
    assert text.startswith("Addresses(street, city, zip)\n  street, city → zip\n  zip → city\n")
    assert "Keys              {street, city}, {street, zip}" in text
    assert "Normal form       EKNF" in text
    assert "Not in BCNF: zip → city: zip is no superkey." in text
    assert "To BCNF (its parts are even in 5NF): 2 parts, lossless, loses 1 dependency" in text
    assert "lost: street, city → zip" in text
    assert "note: No decomposition into BCNF preserves all dependencies (by Osborn's test)." in text
    assert "The choice: No decomposition into BCNF keeps all rules" in text
    assert "Addresses(street, city, zip) repeats city for each row with the same zip." in text
    assert "the chase" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_text_with_the_proof_shows_the_tableau() -> None:
    text = render(_ADDRESSES, proof=True)
    assert "the chase begins with\n    street  city  zip\n    b1      a     a\n    a       b2    a\n" in text
    assert "zip → city: in city, b2 becomes a." in text
    assert "and ends with a row of a only" in text


def test_equal_parts_are_told_once() -> None:
    text = render(analyse_texts("R(A, B, C)", ["A -> B", "B -> C"]))
    assert text.count("R1(A, B)") == 1
    assert "To BCNF: the same parts as for 3NF" in text


def test_json_has_everything_in_the_order_of_the_relation() -> None:
    found = json.loads(render(analyse_texts("R(D, C, B, A)", ["A, B -> C", "C ->> D"]), "json"))
    assert found["version"] == 1
    assert found["attributes"] == ["D", "C", "B", "A"]
    assert found["keys"] == [["D", "B", "A"]]
    assert found["prime"] == ["D", "B", "A"]
    assert found["nonprime"] == ["C"]
    assert found["normal_form"] == "1NF"
    assert found["minimal_cover"] == [
        {"dependency": "Functional", "text": "B, A → C", "left": ["B", "A"], "right": ["C"]}
    ]
    assert [each["form"] for each in found["verdicts"]] == [
        "1NF",
        "2NF",
        "3NF",
        "EKNF",
        "BCNF",
        "4NF",
        "ETNF",
        "5NF",
        "6NF",
    ]
    assert [each["holds"] for each in found["verdicts"]] == [True] + [False] * 8
    fourth = next(each for each in found["decompositions"] if each["form"] == "4NF")
    assert fourth["lossless"] is True
    assert fourth["preserving"] is True
    assert [each["attributes"] for each in fourth["fragments"]] == [["D", "C"], ["C", "B", "A"]]
    assert fourth["proof"]["holds"] is True
    assert found["example"]["attributes"] == ["D", "C", "B", "A"]


@pytest.mark.parametrize(
    ("attributes", "dependencies", "form"),
    [
        (("A",), [], "5NF"),
        (("A", "B"), [], "5NF"),
        (("A", "B"), ["-> A"], "1NF"),
        (("A", "B"), ["-> A, B"], "5NF"),
        (("A",), ["-> A"], "5NF"),
        (("A", "B"), ["A -> A"], "5NF"),
        (("A", "B"), ["∅ ->> A"], "BCNF"),
        (("A", "B", "C"), ["⋈(A, B, C)"], "BCNF"),
    ],
)
def test_the_smallest_relations(attributes: tuple[str, ...], dependencies: list[str], form: str) -> None:
    found = analyse_texts(f"R({', '.join(attributes)})", dependencies)
    assert found.form == form
    assert render(found)
    assert json.loads(render(found, "json"))["normal_form"] == form


def test_a_relation_without_attributes() -> None:
    found = analyse(Relation(name="R", attributes=()))
    assert found.forms.keys == (frozenset(),)
    assert "Keys              {∅}" in render(found)


def test_more_keys_than_the_limit_leave_the_form_open() -> None:
    pairs = [f"A{number} <-> B{number}" for number in range(8)]
    names = ", ".join(f"A{number}, B{number}" for number in range(8))
    relation = analyse_texts(f"R({names}, C)", [*pairs, "A0 -> C"], "BCNF").relation
    found = normal_form(relation, limit=20)
    assert not found.keys_complete
    assert len(found.keys) == 20
    assert len(normal_form(relation).keys) == 256
    assert found.form == normal_form(relation).form == "1NF"


def test_a_wide_relation_with_many_dependencies() -> None:
    names = [f"column_{number}" for number in range(80)]
    chain = [f"{one}, {other} -> {third}" for one, other, third in zip(names, names[1:], names[2:], strict=False)]
    found = analyse_texts(f"wide({', '.join(names)})", [*chain, *(f"column_0 -> {name}" for name in names[40:])])
    assert found.forms.keys == (frozenset({"column_0", "column_1"}),)
    assert found.form == "1NF"
    assert all(each.lossless for each in found.decompositions)
    assert "column_79" in render(found)


def test_one_form_that_is_asked_for() -> None:
    assert [each.form for each in analyse_texts("R(A, B, C)", ["A -> B", "B -> C"], "BCNF").decompositions] == ["BCNF"]
    assert analyse_texts("R(A, B)", ["A -> B"], "BCNF").decompositions == ()


def test_the_command() -> None:
    result = run(
        "normalize",
        "--relation",
        "R(A,B,C,D)",
        "--dependency",
        "A,B -> C",
        "--dependency",
        "C ->> D",
        "--format",
        "json",
    )
    assert result.status == 0, result.err
    assert json.loads(result.out)["keys"] == [["A", "B", "D"]]
    refused = run("normalize", "--relation", "R(A,B)", "--dependency", "A -> Z")
    assert refused.status == 2
    assert "no attribute 'Z'" in refused.err


def test_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(UsageError):
        analyse_texts("R(A, B)", ["A -> C"])
