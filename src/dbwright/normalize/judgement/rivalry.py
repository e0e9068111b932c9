"""Dependencies with one right side, weighed against each other: a column belongs to one thing only.

Of left sides that have nothing to do with each other one at most is meant; of columns that stand one to one the best key is; and what
the left side determines only by way of something else belongs to that. Each takes away a share of the probability.
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from dbwright.catalog.dependencies import Attributes, Dependency, Functional
from dbwright.normalize.judgement.key_likeness import Reason
from dbwright.normalize.judgement.known import Known
from dbwright.relationships.factor import probability

BETTER_KEY = 0.8
FOLLOWS = 0.95
"""Shares of the probability that a better explanation takes away, where it is certain itself."""
LEAST_RIVAL, MOST_RIVALS = -2.0, 12
NEARLY = 1.0
"""Columns whose weights differ by no more are about equally likely keys: then the names and places decide for each right side."""
FAIR_KEY = -1.5


class Share(msgspec.Struct, frozen=True):
    """A dependency among all for one right side. score: log odds by itself. beside: with those that exclude it. other: one of these."""

    score: float
    beside: float
    other: str = ""


def shared(scores: Mapping[Dependency, float], known: Known) -> dict[Dependency, Share]:
    """A column belongs to one thing: of left sides that have nothing to do with each other, one at most is what determines it."""
    by_right: dict[str, list[tuple[Attributes, float]]] = {}
    for dependency, score in scores.items():
        assert isinstance(dependency, Functional)
        if dependency.left:
            by_right.setdefault(min(dependency.right), []).append((dependency.left, score))
    found: dict[Dependency, Share] = {}
    for right, lefts in by_right.items():
        strong = sorted((each for each in lefts if each[1] > LEAST_RIVAL), key=lambda each: -each[1])[:MOST_RIVALS]
        for left, score in lefts:
            rivals = [
                (other, theirs)
                for other, theirs in strong
                if not other <= left and not known.determines(left, other) and not known.determines(other, left)
            ]
            rest = sum(math.exp(min(40.0, theirs)) for _, theirs in rivals)
            own = math.exp(max(-40.0, min(40.0, score)))
            share = own / (own + rest)
            beside = score + less(score, 1 - share) if rivals and share < 1 else score
            name = known.shown(rivals[0][0]) if rivals else ""
            found[Functional(left, frozenset((right,)))] = Share(score, beside, name)
    return found


def against_rivals(dependency: Functional, known: Known, shares: Mapping[Dependency, Share]) -> Iterable[Reason]:
    left, right = dependency.left, min(dependency.right)
    if not left:
        return
    score = shares[dependency].score
    if better := _better(dependency, known):
        lost = less(score, BETTER_KEY)
        yield f"{better} stands one to one with {known.shown(left)} and looks more like its key", lost
        score += lost
    if (lost := shares[dependency].beside - shares[dependency].score) < -0.1:
        yield f"{shares[dependency].other} determines {right} too, which belongs to one of them", lost
        score += lost
    if (nearly := _nearly(dependency, known, shares)) is not None:
        lost = less(score, FOLLOWS * probability(shares[nearly].score))
        yield f"{known.shown(nearly.left)} alone determines {right} but for a few rows", lost
        score += lost
    through, sure = "", 0.0
    for middle in known.ordered(known.right_of(left) - left - {right}):
        single = known.single(middle)
        if known.is_outdone(middle) or known.determines(single, left):
            continue
        step = shares.get(Functional(single, dependency.right))
        if step is None:
            continue
        if probability(step.beside) > sure:
            through, sure = middle, probability(step.beside)
    if sure > 0.05:
        yield f"it follows by way of {through}", less(score, FOLLOWS * sure)


def _nearly(dependency: Functional, known: Known, shares: Mapping[Dependency, Share]) -> Functional | None:
    """The likeliest dependency of the same right side on fewer of the columns, which a few rows are against.

    What is found is minimal, so that with fewer columns it holds but for some rows: it is these that the others make good for.
    """
    if len(dependency.left) < 2:
        return None
    fewer = (Functional(known.single(name), dependency.right) for name in known.ordered(dependency.left))
    return max((each for each in fewer if each in shares), key=lambda each: shares[each].score, default=None)


def _better(dependency: Functional, known: Known) -> str:
    """A column that stands one to one with the left side and is the better key of the right one; "" where there is none."""
    left, right = dependency.left, min(dependency.right)
    if len(left) > 1:
        return next((name for name in known.equals(left) if known.likeness(name) > FAIR_KEY), "")
    own = min(left)
    best, most = "", _claim(own, own, right, known)
    for name in known.equals(left):
        if name == right:
            if known.rank(name) > known.rank(own):
                best = best or name
        elif (claim := _claim(name, own, right, known)) > most:
            best, most = name, claim
    return best


def _claim(name: str, own: str, right: str, known: Known) -> tuple[float, int, tuple[float, int, int]]:
    """How strong the claim of one of several columns that stand one to one is: a far better key, then the longer name, then the rank."""
    ahead = known.likeness(name) - known.likeness(own)
    noun = known.base(name)
    named = len(noun) if noun and known.shares(noun, right) == 2 else 0
    return ahead if abs(ahead) > NEARLY else 0.0, named, known.rank(name)


def less(score: float, share: float) -> float:
    """The weight that takes a share of the probability away."""
    rest = min(1 - 1e-12, max(1e-12, probability(score) * (1 - share)))
    return math.log(rest / (1 - rest)) - score
