"""Candidates weighed: every reason adds its weight to the log odds, and rivals for one column share what there is.

The score of a candidate is a sum: what is true of any pair of columns of one type (`PRIOR`), and a factor for each thing
known. Nothing was fitted to data; each weight is a rough natural logarithm of a likelihood ratio, and stands by its name.
A column refers to one key at most, so the probability of a candidate is its share among all of its column's candidates and
the possibility that it refers to nothing.
"""

import math
from collections.abc import Iterator, Sequence

import msgspec

from dbwright.catalog.facts import Facts, Included, JoinSeen
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.relationships.candidates import Candidate
from dbwright.relationships.factor import Factor, probability
from dbwright.relationships.values import from_values
from dbwright.relationships.vocabulary import MEASURES
from dbwright.relationships.words import words

PRIOR = -3.6
"""About three in a hundred pairs of a column and a key of the same type are references."""
NO_NAME = -4.0
MEASURE = -6.0
SAME_TYPE = 0.5
OTHER_TYPE = -0.4
JOINED = 6.5
JOINED_TWICE = 1.0
WHOLE_KEY = -2.5
WHOLE_KEY_NAMED = -0.5
UNIQUE = -1.0
PART_OF_KEY = 0.8
INDEXED = 1.0
CHECKED = -1.5
DEFAULTED = -0.7
NOT_PRIMARY = -0.7
SELF_NUMBERING = 0.7
SAME_TABLE_UNNAMED = -1.5


class Proposal(msgspec.Struct, frozen=True, eq=False):
    """A reference that is proposed. probability: 0 to 1. factors: what was weighed, the weightiest first.

    answer: what the rows say; None where they were not asked.
    """

    candidate: Candidate
    probability: float
    factors: tuple[Factor, ...]
    answer: Included | None = None

    @property
    def score(self) -> float:
        """The log odds of the candidate alone, without its rivals."""
        return PRIOR + sum(factor.weight for factor in self.factors if factor.source != "rivals")

    def told(self, source: str) -> list[str]:
        """The reasons from one source, in words."""
        return [factor.told for factor in self.factors if factor.source == source]


def propose(
    candidates: Sequence[Candidate], facts: Facts, *, use_names: bool = True, use_data: bool = True
) -> list[Proposal]:
    """The likeliest reference of each column, in the order of the candidates, whatever its probability."""
    weighed: dict[Ref, list[Proposal]] = {}
    for each in candidates:
        answer = facts.ask(each.question, Included) if use_data else None
        factors = sorted(_factors(each, answer, use_names), key=lambda factor: -abs(factor.weight))
        weighed.setdefault(each.ref, []).append(Proposal(each, 0.0, tuple(factors), answer))
    best = {ref: max(rivals, key=lambda each: each.score) for ref, rivals in weighed.items()}
    onward = {ref: each.candidate.key.ref for ref, each in best.items() if each.score > 0}
    onward |= {ref: to for table in {id(c.table): c.table for c in candidates}.values() for ref, to in _declared(table)}
    return [_against_rivals(best[ref], rivals, onward) for ref, rivals in weighed.items()]


def prior_score(candidate: Candidate, *, use_names: bool = True) -> float:
    """The score before the rows are asked."""
    return PRIOR + sum(factor.weight for factor in _factors(candidate, None, use_names))


def _factors(candidate: Candidate, answer: Included | None, use_names: bool) -> Iterator[Factor]:
    if use_names:
        yield _of_name(candidate)
    yield from _of_types(candidate)
    yield from _of_structure(candidate, named=candidate.hint is not None and use_names)
    if candidate.joins:
        yield _of_joins(candidate.joins)
    if answer is not None:
        kind = candidate.key.column.type.kind
        yield from from_values(answer, unguessable=kind in ("uuid", "binary"))


def _of_name(candidate: Candidate) -> Factor:
    if candidate.hint is not None:
        return Factor("names", candidate.hint.weight, candidate.hint.told)
    last = words(candidate.column.name)[-1:]
    if last and last[0] in MEASURES:
        return Factor("names", MEASURE, "has the name of a count or a measure")
    return Factor("names", NO_NAME, f"does not name {candidate.key.table.ref}")


def _of_types(candidate: Candidate) -> Iterator[Factor]:
    ours, theirs = candidate.column.type, candidate.key.column.type
    if ours == theirs:
        yield Factor("types", SAME_TYPE, f"both are {ours.spelling or 'without a type'}")
    else:
        yield Factor(
            "types", OTHER_TYPE, f"the types are alike but not the same: {ours.spelling} and {theirs.spelling}"
        )


def _of_structure(candidate: Candidate, *, named: bool) -> Iterator[Factor]:
    table, name = candidate.table, candidate.column.name
    keys = table.keys
    if table.primary_key and table.primary_key.columns == (name,):
        yield Factor("structure", WHOLE_KEY_NAMED if named else WHOLE_KEY, f"it is the primary key of {table.ref}")
    elif (name,) in keys:
        yield Factor("structure", UNIQUE, f"it is unique in {table.ref}")
    elif any(name in key for key in keys):
        yield Factor("structure", PART_OF_KEY, "it is a part of a key")
    if any(not index.unique and index.columns[:1] == (name,) for index in table.indexes):
        yield Factor("structure", INDEXED, "it is indexed")
    if any(_mentions(check.expression, name) for check in table.checks):
        yield Factor("structure", CHECKED, "a check limits its values")
    if candidate.column.default is not None:
        yield Factor("structure", DEFAULTED, f"it has the default {candidate.column.default}")
    if candidate.key.table is table and not named:
        yield Factor("structure", SAME_TABLE_UNNAMED, "it would refer to its own table")
    if candidate.key.column.identity and not named:
        yield Factor("structure", SELF_NUMBERING, f"{candidate.key.shown} numbers itself")
    if not candidate.key.primary:
        yield Factor("structure", NOT_PRIMARY, f"{candidate.key.shown} is unique but not the primary key")


def _mentions(expression: str, name: str) -> bool:
    """Whether a check speaks of the column for more than its being there."""
    return name.casefold() in expression.casefold() and "NULL" not in expression.upper()


def _of_joins(joins: Sequence[JoinSeen]) -> Factor:
    weight = JOINED + min(JOINED_TWICE, 0.5 * math.log2(sum(min(each.calls, 2) for each in joins)))
    return Factor("joins", weight, _joins_told(joins))


def _joins_told(joins: Sequence[JoinSeen]) -> str:
    names = list(dict.fromkeys(f"{_KINDS.get(each.where, each.where)} {each.name}".strip() for each in joins))
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"{shown} {'joins' if len(names) == 1 else 'join'} the two columns"


_KINDS = {
    "view": "the view",
    "routine": "the routine",
    "trigger": "the trigger",
    "query": "the query",
    "application": "the application in",
}


def _declared(table: Table) -> Iterator[tuple[Ref, Ref]]:
    for key in table.foreign_keys:
        if len(key.columns) == len(key.referenced) == 1:
            yield table.column_ref(key.columns[0]), Ref("column", (*key.table, key.referenced[0]))


def _against_rivals(best: Proposal, rivals: Sequence[Proposal], onward: dict[Ref, Ref]) -> Proposal:
    """The likeliest of a column's candidates with its share of the probability.

    A rival whose values are the same by a reference between the two keys takes nothing away: both would be right.
    """
    chosen = best.candidate.key.ref
    allied = _chain(chosen, onward)
    others = [
        each
        for each in rivals
        if each is not best
        and each.candidate.key.ref not in allied
        and chosen not in _chain(each.candidate.key.ref, onward)
    ]
    total = math.exp(min(40.0, best.score)) + sum(math.exp(min(40.0, each.score)) for each in others) + 1
    share = math.exp(min(40.0, best.score)) / total
    lost = probability(best.score) - share
    factors = best.factors
    if lost > 0.02:
        strongest = max(others, key=lambda each: each.score).candidate.key.shown
        factors = (
            *factors,
            Factor("rivals", -lost, f"{strongest} {'is' if len(others) == 1 else 'and others are'} possible too"),
        )
    return Proposal(best.candidate, share, factors, best.answer)


def _chain(ref: Ref, onward: dict[Ref, Ref]) -> set[Ref]:
    """The keys that a key's own references lead to."""
    found: set[Ref] = set()
    while ref in onward and ref not in found:
        found.add(ref)
        ref = onward[ref]
    return found | {ref}
