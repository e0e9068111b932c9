"""The theory of one relation, as text for people and as JSON."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.dependencies import Functional, Join, Multivalued
from dbwright.normalize.theory.analysis import Analysis
from dbwright.normalize.theory.armstrong import Example
from dbwright.normalize.theory.chase import Chased
from dbwright.normalize.theory.choice import Choice
from dbwright.normalize.theory.notation import show, show_relation, show_set
from dbwright.normalize.theory.relation import Relation
from dbwright.normalize.theory.split import Decomposition, Fragment
from dbwright.report.base import counted, number

_WIDTH = 100
_LABEL = 18
_KEYS_SHOWN = 12
_STEPS_SHOWN = 30


def render(analysis: Analysis, form: str = "text", *, proof: bool = False) -> str:
    """The analysis as "text" or "json". proof: with the tableau of each chase in the text (JSON always has it)."""
    return _json(analysis) if form == "json" else "\n".join(_text(analysis, proof))


# ---------------------------------------------------------------- text


def _text(analysis: Analysis, proof: bool) -> list[str]:
    relation, forms = analysis.relation, analysis.forms
    lines = [show_relation(relation), *_indented([_shown(each, relation) for each in _all(relation)])]
    keys = _several(("{" + show_set(relation.ordered(key)) + "}" for key in forms.keys), len(forms.keys), "key")
    more = "" if forms.keys_complete else f" and more: only {counted(len(forms.keys), 'key')} looked at"
    lines += ["", *_row("Keys", keys + more)]
    lines += _row("Prime attributes", show_set(relation.ordered(forms.prime)))
    lines += _row(
        "In no key", show_set(relation.ordered(relation.all - forms.prime)) if relation.all - forms.prime else "none"
    )
    cover = [show(each, relation.attributes) for each in _by_left(forms.cover)]
    lines += _row("Minimal cover", "; ".join(cover) or "empty: nothing determines anything")
    lines += ["", *_row("Normal form", forms.form)]
    lines += _row("", forms.why_not_next)
    failing = next((place for place, each in enumerate(forms.verdicts) if not each.holds), len(forms.verdicts))
    for verdict in forms.verdicts[1 : failing + 1]:
        mark = {True: "yes", False: "no ", None: "?  "}[verdict.holds]
        lines += _row(f"  {verdict.form}", f"{mark}  {verdict.sentence}", indent=5)
    lines += [line for remark in forms.remarks for line in _row("", remark)]
    shown: dict[frozenset[frozenset[str]], str] = {}
    for each in analysis.decompositions:
        parts = frozenset(fragment.attributes for fragment in each.fragments)
        if parts in shown:
            lines += ["", f"To {each.form}: the same parts as for {shown[parts]}"]
        else:
            lines += ["", *_decomposition(each, relation, proof)]
        shown.setdefault(parts, each.form)
    if analysis.choice is not None:
        lines += ["", *_choice(analysis.choice)]
    if analysis.example is not None and relation.functional:
        lines += ["", *_example(analysis.example)]
    return [line.rstrip() for line in lines]


def _decomposition(made: Decomposition, relation: Relation, proof: bool) -> list[str]:
    lossless = {True: "lossless", False: "loses rows when joined", None: "lossless: not decided"}[made.lossless]
    kept = (
        "preserves all dependencies"
        if made.preserving
        else f"loses {counted(len(made.lost), 'dependency', 'dependencies')}"
    )
    beyond = f" (its parts are even in {made.reached})" if made.reached != made.form else ""
    lines = [f"To {made.form}{beyond}: {counted(len(made.fragments), 'part')}, {lossless}, {kept}"]
    width = max(len(show_relation(each.relation)) for each in made.fragments)
    lines += [f"  {show_relation(each.relation):<{min(width, 60)}}  {_told(each, relation)}" for each in made.fragments]
    lines += [f"  lost: {show(each, relation.attributes)}" for each in made.lost]
    lines += _wrapped(f"by: {made.method}", "  ", "      ")
    for step in made.steps[:_STEPS_SHOWN]:
        lines += _wrapped(f"- {step}", "    ", "      ")
    if len(made.steps) > _STEPS_SHOWN:
        lines.append(f"    - {counted(len(made.steps) - _STEPS_SHOWN, 'more step')} (see JSON)")
    for note in made.notes:
        lines += _wrapped(f"note: {note}", "  ", "        ")
    return lines + (_proof(made.proof) if proof else [])


def _told(fragment: Fragment, relation: Relation) -> str:
    keys = _several(("{" + show_set(relation.ordered(key)) + "}" for key in fragment.keys), len(fragment.keys), "key")
    because = f", for {show(fragment.because, relation.attributes)}" if fragment.because is not None else ""
    return f"key {keys}, {fragment.form}{because}"


def _proof(chased: Chased) -> list[str]:
    lines = ["  the chase begins with", *_grid(chased.attributes, chased.before)]
    lines += [f"    {step}" for step in chased.steps[:_STEPS_SHOWN]]
    if len(chased.steps) > _STEPS_SHOWN:
        lines.append(f"    … {counted(len(chased.steps) - _STEPS_SHOWN, 'more step')}")
    ends = {
        True: "and ends with a row of a only: no row is lost or made up",
        False: "and ends with rows that keep all dependencies, without the row of a that the join makes up",
        None: "and was given up at",
    }
    return [*lines, f"  {ends[chased.holds]}", *_grid(chased.attributes, chased.after)]


def _choice(choice: Choice) -> list[str]:
    lines = _wrapped(f"The choice: {choice.sentence}", "", "  ")
    for option in choice.options:
        lines.append(f"  {option.form}")
        lines += [line for each in option.keeps for line in _wrapped(f"+ {each}", "    ", "      ")]
        lines += [line for each in option.costs for line in _wrapped(f"− {each}", "    ", "      ")]
    return lines


def _example(example: Example) -> list[str]:
    shown = example.rows[:_STEPS_SHOWN]
    more = [f"    … {counted(len(example.rows) - len(shown), 'more row')}"] if len(shown) < len(example.rows) else []
    return [
        "Rows that keep these functional dependencies and break every other (an Armstrong relation):",
        *_grid(example.attributes, shown),
        *more,
    ]


def _grid(names: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    listed = [tuple(names), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in listed) for place in range(len(names))]
    return ["    " + "  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)) for row in listed]


def _row(label: str, text: str, indent: int = 0) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        f"{label:<{_LABEL}}{text}",
        _WIDTH,
        subsequent_indent=" " * (_LABEL + indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _wrapped(text: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _several(texts: Iterable[str], count: int, noun: str) -> str:
    listed = list(texts)
    shown = ", ".join(listed[:_KEYS_SHOWN])
    return shown if count <= _KEYS_SHOWN else f"{shown} and {number(count - _KEYS_SHOWN)} more {noun}s"


def _shown(dependency: Functional | Multivalued | Join, relation: Relation) -> str:
    return show(dependency, relation.attributes)


def _all(relation: Relation) -> tuple[Functional | Multivalued | Join, ...]:
    return (*relation.functional, *relation.multivalued, *relation.joins)


def _by_left(cover: Iterable[Functional]) -> list[Functional]:
    rights: dict[frozenset[str], frozenset[str]] = {}
    for each in cover:
        rights[each.left] = rights.get(each.left, frozenset()) | each.right
    return [Functional(left, right) for left, right in rights.items()]


# ---------------------------------------------------------------- JSON


def _json(analysis: Analysis) -> str:
    relation, forms = analysis.relation, analysis.forms
    whole = {
        "version": 1,
        "relation": relation.name,
        "attributes": relation.attributes,
        "dependencies": [_dependency(each, relation) for each in _all(relation)],
        "keys": [relation.ordered(key) for key in forms.keys],
        "keys_complete": forms.keys_complete,
        "prime": relation.ordered(forms.prime),
        "nonprime": relation.ordered(relation.all - forms.prime),
        "minimal_cover": [_dependency(each, relation) for each in forms.cover],
        "normal_form": forms.form,
        "why_not_next": forms.why_not_next,
        "verdicts": [
            {
                "form": each.form,
                "holds": each.holds,
                "sentence": each.sentence,
                "witnesses": [_dependency(witness, relation) for witness in each.witnesses],
            }
            for each in forms.verdicts
        ],
        "remarks": forms.remarks,
        "decompositions": [_decomposition_json(each, relation) for each in analysis.decompositions],
        "choice": None if analysis.choice is None else _choice_json(analysis.choice, relation),
        "example": analysis.example,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode()


def _dependency(dependency: Functional | Multivalued | Join, relation: Relation) -> dict[str, Any]:
    told: dict[str, Any] = {"dependency": type(dependency).__name__, "text": show(dependency, relation.attributes)}
    if isinstance(dependency, Join):
        return told | {"components": sorted(relation.ordered(each) for each in dependency.components)}
    return told | {"left": relation.ordered(dependency.left), "right": relation.ordered(dependency.right)}


def _decomposition_json(made: Decomposition, relation: Relation) -> dict[str, Any]:
    return {
        "form": made.form,
        "reached": made.reached,
        "method": made.method,
        "lossless": made.lossless,
        "preserving": made.preserving,
        "lost": [_dependency(each, relation) for each in made.lost],
        "fragments": [_fragment_json(each, relation) for each in made.fragments],
        "steps": made.steps,
        "notes": made.notes,
        "proof": made.proof,
    }


def _fragment_json(fragment: Fragment, relation: Relation) -> dict[str, Any]:
    return {
        "name": fragment.relation.name,
        "attributes": fragment.relation.attributes,
        "keys": [relation.ordered(key) for key in fragment.keys],
        "form": fragment.form,
        "why_not_next": fragment.why_not_next,
        "because": None if fragment.because is None else _dependency(fragment.because, relation),
        "dependencies": [_dependency(each, relation) for each in _all(fragment.relation)],
    }


def _choice_json(choice: Choice, relation: Relation) -> dict[str, Any]:
    return {
        "sentence": choice.sentence,
        "certain": choice.certain,
        "lost": [_dependency(each, relation) for each in choice.lost],
        "options": choice.options,
    }
