"""How plausible the other kinds of dependencies are: of the kind itself, the rows, and the names."""

import math

from dbwright.catalog.dependencies import Conditional, Derived, Included, Join, Measured, Multivalued, Ordered, Standing
from dbwright.normalize.judgement.key_likeness import Reason
from dbwright.normalize.judgement.known import Known
from dbwright.relationships.words import stem

OF_KIND = {
    Multivalued: ("it is rare that values stand beside each other in all combinations on purpose", -0.5),
    Join: ("join dependencies are rarely meant", -1.5),
    Conditional: ("what holds under a condition only is an accident more often than not", -2.0),
    Ordered: ("many columns rise together by accident", -2.2),
    Derived: ("a formula that fits every row is hardly an accident", 1.0),
    Included: ("its names, types and values were weighed as those of a reference", 0.5),
}
ROWS = 0.5
MOST_FOR_ROWS = 3.0
NAMED = 1.5
COMPARED = 1.5


def judge_other(measured: Measured, known: Known) -> list[Reason]:
    """The reasons for and against a dependency that is neither functional nor a key, with weights."""
    dependency = measured.dependency
    reasons: list[Reason] = [OF_KIND.get(type(dependency), ("", -1.0))]
    if measured.rows > 1:
        weight = min(MOST_FOR_ROWS, ROWS * math.log10(measured.rows))
        reasons.append((f"{measured.rows:,} rows had the chance to speak against it", weight))
    if isinstance(dependency, Multivalued) and dependency.left:
        reasons += known.left_side(dependency.left)
    if isinstance(dependency, Included):
        nouns = (stem(dependency.parent.name), stem("_".join(dependency.parent_columns)))
        if any(noun and noun[-1] in stem(name) for noun in nouns for name in dependency.columns):
            reasons.append((f"the names speak of {dependency.parent}", NAMED))
    if isinstance(dependency, Ordered) and dependency.compared:
        reasons.append(("one never exceeds the other within a row", COMPARED))
    if measured.standing is Standing.NOT_REFUTED:
        reasons.append(("it was looked at on a sample only", -0.5))
    if measured.against:
        reasons.append((f"{measured.against:,} rows are against it", -1.0 - 50 * measured.error))
    return reasons
