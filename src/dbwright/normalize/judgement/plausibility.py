"""Which of the dependencies found in rows are meant, and which are accidents.

The score is a probability, from a sum of natural logarithms of likelihood ratios as in `relationships/weigh.py`: nothing was
fitted to data, each weight stands by its name. A dependency is meant when it was designed: its left side is the key of
something, and its right side a property of that very thing, neither of something that the left side merely leads to nor of
something that leads to the left side. The length, position and repetition of sides are used as in "Data-driven Schema
Normalization" (Papenbrock and Naumann 2017); names, rivals and chances to fail are ours.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from dbwright.catalog.dependencies import (
    Attributes,
    Dependency,
    Derived,
    Discovery,
    Functional,
    Measured,
    Standing,
    UniqueColumns,
)
from dbwright.catalog.objects import Table
from dbwright.catalog.profiles import TableProfile
from dbwright.normalize.judgement.decided import Decided
from dbwright.normalize.judgement.decisions import Decision, of_table
from dbwright.normalize.judgement.judged import Judged
from dbwright.normalize.judgement.key_likeness import Reason
from dbwright.normalize.judgement.key_plausibility import judge_key
from dbwright.normalize.judgement.known import SOUND_KEY, Known
from dbwright.normalize.judgement.other_plausibility import judge_other
from dbwright.normalize.judgement.rivalry import against_rivals, shared
from dbwright.normalize.judgement.written import same
from dbwright.relationships.factor import probability

# The beginning: most dependencies that hold in some rows are accidents, the more so the more columns stand on the left.
PRIOR = -1.5
COLUMN_MORE = -2.5
KEY_ON_THE_RIGHT = -2.0
CONSTANT = -4.0
# The table as it is declared.
DECLARED_KEY = 6.0
# Names.
SAME_NOUN = 3.0
NOUN_WITHIN = 1.0
OF_ANOTHER = -2.0
OF_ANOTHER_THAT_DETERMINES = -6.0
# Position.
NEXT_TO = 1.0
EACH_DOUBLING = -0.4
FARTHEST = -0.6
BEFORE = -1.0
BLOCK = 0.6
# Rows.
NO_REPEATS = -3.0
FEW_REPEATS = -1.0
MANY_REPEATS = 0.7
NO_CHANCE = -2.0
MANY_CHANCES = 1.5
DETERMINES_MANY = 0.4
SUREST = 0.9999
"""Only a person's word makes certain."""
FOLLOWING = 0.99
FOLLOWS_FROM_ACCEPTED = "follows from what was accepted"
# What is known of it.
SAMPLE_ONLY = -0.5
A_FEW_AGAINST = -1.0
EACH_PERCENT_AGAINST = -0.5


def judge(
    discovery: Discovery,
    *,
    profile: TableProfile | None = None,
    table: Table | None = None,
    decisions: Sequence[Decision] = (),
    groups: Mapping[Attributes, int] | None = None,
) -> list[Judged]:
    """All that was found in a table with how plausible it is, the most plausible first.

    profile: without it, what only the values tell is left out. table: its declared keys and foreign keys count.
    decisions: what people accepted scores 1, what they rejected 0. groups: of some left sides of several columns, how many
    different combinations of values they have, where somebody counted.
    """
    known = Known(discovery, profile, table, groups or {})
    answers = of_table(decisions, discovery.table)
    decided = Decided(discovery.columns, answers)
    functional = [each for each in discovery.found if isinstance(each.dependency, Functional)]
    first = {each.dependency: _alone(each, known) for each in functional}
    shares = shared({dependency: sum(weight for _, weight in reasons) for dependency, reasons in first.items()}, known)
    judged = []
    for each in discovery.found:
        answer = _answer(each.dependency, answers)
        if answer is not None:
            judged.append(_decided(each, answer))
            continue
        if isinstance(each.dependency, Functional):
            reasons = [*first[each.dependency], *against_rivals(each.dependency, known, shares)]
        elif isinstance(each.dependency, UniqueColumns):
            reasons = judge_key(each, known)
        else:
            reasons = judge_other(each, known)
        judged.append(_after_decisions(_judged(each, reasons), decided))
    place = {name: at for at, name in enumerate(discovery.columns)}
    return sorted(judged, key=lambda each: (-each.score, _order(each.measured.dependency, place)))


def _judged(measured: Measured, reasons: Iterable[Reason]) -> Judged:
    told = [(text, round(weight, 2)) for text, weight in reasons]
    score = probability(sum(weight for _, weight in told))
    shown = sorted((each for each in told if each[0] and each[1]), key=lambda each: -abs(each[1]))
    return Judged(measured=measured, score=min(SUREST, round(score, 4)), reasons=tuple(shown))


def _decided(measured: Measured, accepted: bool) -> Judged:
    word = "accepted" if accepted else "rejected"
    return Judged(
        measured=measured, score=1.0 if accepted else 0.0, reasons=((f"was {word} by a person", 0.0),), decision=word
    )


def _answer(dependency: Dependency, answers: Mapping[Dependency, bool]) -> bool | None:
    """What a person said of it; None where nobody has."""
    if dependency in answers or not isinstance(dependency, Derived):
        return answers.get(dependency)
    return next((holds for known, holds in answers.items() if same(known, dependency)), None)


def _after_decisions(judged: Judged, decided: Decided) -> Judged:
    """With what follows from the decisions on others."""
    dependency = judged.measured.dependency
    if decided.follows(dependency) and not judged.measured.against:
        reasons = ((FOLLOWS_FROM_ACCEPTED, 0.0), *judged.reasons)
        return msgspec.structs.replace(judged, score=max(judged.score, FOLLOWING), reasons=reasons)
    if decided.refuted(dependency):
        return msgspec.structs.replace(
            judged, score=0.0, reasons=(("would make something hold that was rejected", 0.0),)
        )
    return judged


def _order(dependency: Dependency, place: Mapping[str, int]) -> tuple[object, ...]:
    """Equal scores stand in the order of the table's columns, whatever the kind."""
    if isinstance(dependency, Functional):
        left, right = (
            sorted(place.get(name, 0) for name in dependency.left),
            sorted(place.get(name, 0) for name in dependency.right),
        )
        return 1, len(left), left, right
    if isinstance(dependency, UniqueColumns):
        return 0, len(dependency.columns), sorted(place.get(name, 0) for name in dependency.columns), []
    return 2, 0, [], [], repr(dependency)


# ---------------------------------------------------------------- a dependency by itself


def _alone(measured: Measured, known: Known) -> list[Reason]:
    """The reasons that need no look at other dependencies for the same right side."""
    dependency = measured.dependency
    assert isinstance(dependency, Functional)
    left, right = dependency.left, min(dependency.right)
    if not left:
        return [(f"{right} has one value in all rows, which says little of what it may have", CONSTANT)]
    reasons: list[Reason] = [("", PRIOR)]
    if len(left) > 1:
        reasons.append(
            (f"{len(left)} columns on the left side fit by accident more easily", COLUMN_MORE * (len(left) - 1))
        )
        if known.likeness(right) >= SOUND_KEY > min(known.likeness(name) for name in left):
            reasons.append((f"{right} looks more like a key than they do", KEY_ON_THE_RIGHT))
    reasons += known.left_side(left)
    reasons += _names(left, right, known)
    reasons += _position(left, right, known)
    reasons += _rows(left, right, known, measured.against)
    reasons += standing(measured)
    if known.is_declared_key(left):
        reasons.append((f"{known.shown(left)} is a declared key", DECLARED_KEY))
    return reasons


def _names(left: Attributes, right: str, known: Known) -> Iterable[Reason]:
    bases = [base for name in known.ordered(left) if (base := known.base(name))]
    whole = max((base for base in bases if known.shares(base, right) == 2), key=len, default=())
    alike = max(len(whole), *(known.beginning(name, right) for name in left))
    other = known.named_for_another(left, right, words_at_least=max(len(whole) + 1, alike))
    if other in known.equals(left):
        other = ""  # a name for the same thing: email_confirmed beside the user's number and e-mail address
    if other and known.determines((other,), (right,)):
        yield f"{right} is named for {other}, which determines it too", OF_ANOTHER_THAT_DETERMINES
    elif other:
        yield f"{right} is named for {other}", OF_ANOTHER
    elif whole:
        yield f"both names say “{'_'.join(whole)}”", SAME_NOUN
    elif any(known.shares(base, right) for base in bases):
        yield "the names share a word", NOUN_WITHIN


def _position(left: Attributes, right: str, known: Known) -> Iterable[Reason]:
    gap = min(known.place[right] - known.place[name] for name in left)
    nearest = min(abs(known.place[right] - known.place[name]) for name in left)
    weight = max(FARTHEST, NEXT_TO + EACH_DOUBLING * math.log2(nearest))
    told = "they stand side by side" if nearest == 1 else f"they stand {nearest} columns apart"
    if gap < 0 and all(known.place[right] < known.place[name] for name in left):
        yield f"{told}, the right side first", weight + BEFORE
    else:
        yield told, weight
    if len(left) == 1 and nearest > 1 and known.between_follow(min(left), right):
        yield "all columns between them depend on the same", BLOCK


def _rows(left: Attributes, right: str, known: Known, against: int) -> Iterable[Reason]:
    distinct = known.combinations(left)
    if distinct is None or not known.rows:
        return
    repeats = known.rows / max(1, distinct)
    if known.is_unique(left) or repeats < 1.02:
        yield "no value on the left occurs twice, so that nothing could speak against it", NO_REPEATS
        return
    told = f"each value on the left occurs {repeats:,.1f} times on average"
    if repeats < 1.5:
        yield told, FEW_REPEATS
    elif repeats >= 3:
        yield told, min(2 * MANY_REPEATS, MANY_REPEATS * math.log10(repeats) + MANY_REPEATS / 2)
    chances = known.chances(left, right)
    if chances is not None:
        surprise = chances * -math.log(known.sameness(right))
        weight = max(NO_CHANCE, min(MANY_CHANCES, 0.8 * math.log(1 + surprise) + NO_CHANCE))
        failed = f"failed in {against:,} row{'' if against == 1 else 's'}" if against else "did not"
        yield f"it had {chances:,.0f} chance{'' if round(chances) == 1 else 's'} to fail and {failed}", weight
    count = known.determined(left)
    if count > 2 and len(left) == 1:
        yield f"{known.shown(left)} determines {count} columns", min(1.5, DETERMINES_MANY * math.log2(count))


def standing(measured: Measured) -> Iterable[Reason]:
    """What the way in which it was checked says: a sample, or rows against it."""
    if measured.standing is Standing.NOT_REFUTED:
        yield f"it was looked at on {measured.rows:,} rows of a sample only", SAMPLE_ONLY
    if measured.error > 0 or measured.against:
        percent = f"{measured.error:.2%}".replace("%", " %")
        weight = A_FEW_AGAINST + EACH_PERCENT_AGAINST * 100 * measured.error
        yield f"{measured.against:,} row{' is' if measured.against == 1 else 's are'} against it ({percent})", weight
