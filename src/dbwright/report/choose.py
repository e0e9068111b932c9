"""A ranking of databases as text, Markdown or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from dbwright.choose.chosen import Chosen
    from dbwright.choose.rank import Candidate, Reason

_SHOWN = 4


def as_text(chosen: Chosen) -> str:
    """The ranking with reasons and sources."""
    ranking = chosen.ranking
    lines: list[str] = []
    possible = ranking.possible
    if not possible:
        lines += ["Nothing fits: every product is ruled out.", ""]
    for place, candidate in enumerate(possible[:3], 1):
        lines += _candidate(place, candidate)
    if len(possible) > 3:
        rest = ", ".join(f"{each.title} ({each.points:+d})" for each in possible[3:])
        lines += [f"Then: {rest}", ""]
    if ranking.close:
        lines += [f"{possible[0].title} and {possible[1].title} are close: try both on your own data and queries.", ""]
    if ranking.deciding and len(possible) > 1:
        lines.append(f"What puts {possible[0].title} before {possible[1].title}:")
        lines += [f"  {each.points:+d}  {each.rule}" for each in ranking.deciding if each.points != "no"]
        lines.append("")
    out = [each for each in ranking.candidates if each.ruled_out]
    if out:
        lines.append("Ruled out:")
        for each in out:
            lines += [f"  {each.title}: {reason.why} ({reason.source})" for reason in each.ruled_out[:1]]
        lines.append("")
    if ranking.changes:
        lines.append("What would change it:")
        lines += [f"  {each.question} {each.answer} → {each.first}" for each in ranking.changes]
        lines.append("")
    if chosen.capacity:
        lines.append(f"What {possible[0].title} would need, by order of magnitude:")
        width = max(len(each.what) for each in chosen.capacity)
        lines += [f"  {each.what:<{width}}  {each.value:>9}  {each.how}" for each in chosen.capacity]
        lines.append("")
    if ranking.open_questions:
        lines.append(f"Not answered, so they decided nothing: {' '.join(ranking.open_questions)}")
    return "\n".join(lines).rstrip() + "\n"


def as_json(chosen: Chosen) -> str:
    """The same as JSON."""
    return msgspec.json.format(msgspec.json.encode(chosen), indent=2).decode() + "\n"


def _candidate(place: int, candidate: Candidate) -> list[str]:
    beside = f" with {' and '.join(each.product for each in candidate.beside)}" if candidate.beside else ""
    lines = [f"{place}. {candidate.title}{beside} ({candidate.points:+d})"]
    lines += [_reason(each) for each in candidate.reasons[:_SHOWN]]
    against = [each for each in candidate.reasons[_SHOWN:] if each.points != "no" and each.points < 0]
    lines += [_reason(each) for each in against[:2]]
    lines += [f"  with {each.product}: {each.why} ({each.source})" for each in candidate.beside]
    return [*lines, ""]


def _reason(reason: Reason) -> str:
    points = "" if reason.points == "no" else f"{reason.points:+d}"
    return f"  {points}  {reason.rule}: {reason.why} ({reason.source})"
