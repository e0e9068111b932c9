"""Where BCNF loses a dependency: what each way out keeps and what it costs, laid side by side for a person to choose."""

from typing import Literal

import msgspec

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.notation import show, show_relation, show_set
from dbwright.normalize.theory.relation import Form, Relation
from dbwright.normalize.theory.split import Decomposition, Fragment


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One way out. keeps, costs: plain sentences. form: the decomposition that it means."""

    form: Form
    keeps: tuple[str, ...]
    costs: tuple[str, ...]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that theory cannot take. lost: what the stricter form loses.

    certain: "proved" where no decomposition into BCNF keeps all dependencies, "undecided" where the search for one was cut short.
    """

    lost: tuple[Functional, ...]
    certain: Literal["proved", "undecided"]
    sentence: str
    options: tuple[Option, ...]


def choice(relation: Relation, weaker: Decomposition, stricter: Decomposition) -> Choice | None:
    """The choice between a decomposition that preserves and a stricter one that does not; None where nothing is lost."""
    order = relation.attributes
    lost = tuple(each for each in stricter.lost if isinstance(each, Functional))
    if not lost:
        return None
    listed = "; ".join(show(each, order) for each in lost)
    proved = any("by Osborn's test" in note for note in stricter.notes)
    rule = "rule" if len(lost) == 1 else "rules"
    which = (
        "No decomposition into BCNF keeps all rules"
        if proved
        else f"The {stricter.form} decomposition found loses a rule"
    )
    return Choice(
        lost=lost,
        certain="proved" if proved else "undecided",
        sentence=f"{which}: {weaker.form} keeps {listed} and some repetition; {stricter.form} ends the repetition and leaves the "
        f"{rule} to a check across tables.",
        options=(
            Option(form=weaker.form, keeps=_kept(lost, weaker, order), costs=_repeated(weaker)),
            Option(
                form=stricter.form,
                keeps=(
                    f"Nothing is stored twice for a functional dependency: all {len(stricter.fragments)} parts are in BCNF.",
                ),
                costs=tuple(_across(each, stricter, order) for each in lost),
            ),
        ),
    )


def _kept(lost: tuple[Functional, ...], weaker: Decomposition, order: tuple[str, ...]) -> tuple[str, ...]:
    """Where each rule that the stricter form loses is checked in the weaker one."""
    said = []
    for each in lost:
        whole = each.left | each.right
        home = next((one for one in weaker.fragments if whole <= one.attributes), None)
        if home is not None and each.left in home.keys:
            said.append(f"{show(each, order)} is checked in {show_relation(home.relation)} by a key.")
        else:
            said.append(f"{show(each, order)} follows from what the tables check one by one.")
    return tuple(said)


def _repeated(weaker: Decomposition) -> tuple[str, ...]:
    """What the weaker form goes on storing more than once."""
    said = []
    for fragment in weaker.fragments:
        for each in breaking(fragment):
            left, right = (show_set(fragment.relation.ordered(side)) for side in (each.left, each.right))
            said.append(f"{show_relation(fragment.relation)} repeats {right} for each row with the same {left}.")
    return tuple(said)


def breaking(fragment: Fragment) -> tuple[Functional, ...]:
    """The functional dependencies of a fragment's cover whose left side holds none of its keys."""
    return tuple(each for each in fragment.relation.functional if not any(key <= each.left for key in fragment.keys))


def _across(lost: Functional, stricter: Decomposition, order: tuple[str, ...]) -> str:
    needed = lost.left | lost.right
    over = [fragment.relation.name for fragment in stricter.fragments if fragment.attributes & needed]
    return f"{show(lost, order)} must be checked over {' ⋈ '.join(over)}, by triggers or a materialised view with a unique key."
