"""What concerns the decisions on dependencies: the question to a person, and what became of what was accepted."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.dependencies import Functional, Measured, Standing, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.normalize.judgement.judged import Asked
from dbwright.normalize.theory.notation import show_set
from dbwright.report.base import counted
from dbwright.report.dependencies import (
    FORMAT,
    INDENT,
    encoded,
    measured_json,
    sentence_of,
    standing_told,
    violations_shown,
)
from dbwright.report.page import Page

_SHORT_SQL = 300
"""A longer query is for machines: it stands in the JSON."""


class KeptDependency(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted dependency and what the rows say today. of_database: its query can be run elsewhere, as that on a file cannot."""

    table: Ref
    columns: tuple[str, ...]
    measured: Measured
    reason: str = ""
    of_database: bool = True


def question(asked: Asked, columns: Sequence[str], *, colour: bool = False, width: int = 100) -> str:
    """A question as text: two rows, and what each answer would mean."""
    page = Page(width, colour)
    dependency = asked.about.measured.dependency
    lines = ["", page.paint(f"{asked.table}: could these two rows exist together?", "bold")]
    left = dependency.left if isinstance(dependency, Functional) else frozenset()
    first, second = asked.rows.rows
    beside = [
        (name, "=" if one == other else "≠", one, other)
        for name, one, other in zip(asked.rows.columns, first, second, strict=True)
    ]
    lines += page.table(("", "", "one row", "another row"), beside, 2, whole=True)
    if isinstance(dependency, Functional):
        same = show_set(name for name in columns if name in left)
        apart = [name for name in columns if name in dependency.right]
        told = f"The same {same}, but another {_listed(apart)}."
    elif isinstance(dependency, UniqueColumns):
        told = f"The same {_listed([name for name in columns if name in dependency.columns], 'and')} twice."
    else:
        told = ""
    lines += page.wrapped(told, 2)
    share = page.percent(asked.about.score).replace("> ", "more than ").replace("< ", "less than ")
    what = sentence_of(asked.about.measured, columns)
    as_key = " as a key" if isinstance(dependency, UniqueColumns) else ""
    known = f"{what}{as_key} is {share} plausible; {standing_told(asked.about.measured)}."
    lines += page.wrapped(known, 2, style="faint")
    if against := asked.about.measured.violations[:1]:
        lines += page.wrapped("In the table already:", 2, style="faint")
        lines += violations_shown(against, page)
    if asked.decides:
        lines += page.wrapped(f"The answer decides up to {counted(asked.decides, 'other')} too.", 2, style="faint")
    return "\n".join(lines)


def _listed(names: Sequence[str], word: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}" if names else "anything"


def render_check(
    kept: Sequence[KeptDependency], unchecked: Sequence[str], origin: str, *, colour: bool = False, width: int = 100
) -> str:
    """What became of the accepted dependencies: those that no longer hold, with their rows."""
    page = Page(width, colour)
    broken = [each for each in kept if each.measured.standing is not Standing.PROVED]
    lines: list[str] = []
    for each in broken:
        lines.append(
            page.paint("no longer holds", "error") + f"  {each.table}: {sentence_of(each.measured, each.columns)}"
        )
        lines += page.wrapped(standing_told(each.measured), INDENT)
        if each.reason:
            lines += page.wrapped(f"It was accepted because: {each.reason}", INDENT, style="faint")
        lines += violations_shown(each.measured.violations, page)
        if each.of_database and each.measured.sql and len(each.measured.sql) <= _SHORT_SQL:
            lines += page.verbatim(each.measured.sql, INDENT)
        lines.append("")
    if unchecked:
        lines.append(page.paint("What could not be checked", "bold"))
        for note in unchecked:
            lines += page.wrapped(note, 2, lead="- ")
        lines.append("")
    if not kept and not unchecked:
        lines.append("Nothing was accepted yet, so there is nothing to check.")
    elif not broken:
        holds = "holds" if len(kept) == 1 else "hold"
        told = f"{counted(len(kept), 'accepted dependency', 'accepted dependencies')} {holds} on all rows of {origin}."
        lines.append(page.paint(told, "good") if kept else "Nothing could be checked.")
    else:
        hold = "holds" if len(broken) == 1 else "hold"
        told = (
            f"{len(broken)} of {counted(len(kept), 'accepted dependency', 'accepted dependencies')} no longer {hold}."
        )
        lines.append(page.paint(told, "error"))
    return "\n".join(lines) + "\n"


def check_json(kept: Sequence[KeptDependency], unchecked: Sequence[str], origin: str) -> str:
    """The results of a check as JSON."""
    accepted = [
        {"table": str(each.table), "reason": each.reason, "holds": each.measured.standing is Standing.PROVED}
        | measured_json(each.measured, each.columns)
        for each in kept
    ]
    return encoded({"format": FORMAT, "origin": origin, "accepted": accepted, "unchecked": list(unchecked)})
