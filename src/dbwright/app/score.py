"""One number for a database, so that a team sees whether things get better.

Every finding of the recommended bundle takes points according to its severity and its harm. The sum is set against the size of the
schema, so that ten faults weigh more on five tables than on five hundred:

    score = 100 · exp(−points / (4 · max(tables, 10)))

A score says nothing about what could not be checked, and is compared best with the same database's earlier ones.
"""

import math
from collections.abc import Iterable, Sequence

from dbwright.finding import HARMS, Finding, Harm, Severity
from dbwright.report.base import Score
from dbwright.rules.base import Rule, all_rules

_POINTS: dict[Severity, float] = {"error": 10.0, "warning": 3.0, "note": 0.2}
_WEIGHT: dict[Harm, float] = {"data": 1.0, "access": 1.0, "outage": 0.8, "speed": 0.5, "clarity": 0.3}
_PER_TABLE = 4.0
_LEAST_TABLES = 10


def score(findings: Iterable[Finding], rules: Sequence[Rule], tables: int) -> Score | None:
    """The score of a review; None where not all recommended rules ran, because then nobody can know.

    findings: all that were not suppressed, those of a baseline too, because a fault that is known is still there.
    """
    recommended = {rule.code for rule in all_rules() if rule.bundle == "recommended" and rule.code[0] not in "MU"}
    if not recommended <= {rule.code for rule in rules}:
        return None
    points: dict[Harm, float] = {}
    for finding in findings:
        if finding.code in recommended:
            worth = _POINTS[finding.severity] * _WEIGHT[finding.harm]
            points[finding.harm] = points.get(finding.harm, 0.0) + worth
    total = sum(points.values())
    value = round(100 * math.exp(-total / (_PER_TABLE * max(tables, _LEAST_TABLES))))
    return Score(value=value, per_harm=_shares(points, 100 - value), words=_words(value, points))


def _shares(points: dict[Harm, float], lost: int) -> dict[Harm, int]:
    """The points lost by harm, in whole numbers that add up to all that were lost (largest remainder)."""
    total = sum(points.values())
    if not total:
        return {}
    exact = {harm: lost * points[harm] / total for harm in HARMS if points.get(harm)}
    shares = {harm: int(part) for harm, part in exact.items()}
    by_rest = sorted(exact, key=lambda harm: shares[harm] - exact[harm])
    for harm in by_rest[: lost - sum(shares.values())]:
        shares[harm] += 1
    return shares


def _words(value: int, points: dict[Harm, float]) -> str:
    if not points:
        return "No fault was found."
    worst = max(points, key=lambda harm: points[harm])
    state = (
        "In good order"
        if value >= 90
        else "Sound, with faults"
        if value >= 70
        else "Needs work"
        if value >= 40
        else "Needs much work"
    )
    return f"{state}; most of the points are lost to what {HARMS[worst]}."
