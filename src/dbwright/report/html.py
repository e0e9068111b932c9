"""The report as one page that needs nothing else: no request leaves it, and it works from a mail or a disk.

Its text is in `templates/`; names from the database are escaped there by Jinja.
"""

from collections.abc import Sequence
from functools import cache

import jinja2
import msgspec
from markupsafe import Markup

from dbwright import __version__
from dbwright.catalog.comments import can_be_described, coverage
from dbwright.catalog.names import Ref
from dbwright.finding import HARMS, SEVERITIES, Finding
from dbwright.report import base, markdown, tables
from dbwright.report.anchors import anchor, link
from dbwright.report.base import Report
from dbwright.report.order import Section, blocks, groups, holder, sections

__all__ = ["anchor", "link", "render"]

_FIRST = 5


def render(report: Report) -> str:
    """The page."""
    findings = tuple({id(finding): finding for finding in report.findings}.values())
    found = groups(findings)
    ordered = sections(findings)
    cards = _cards(ordered)
    table_sections = tables.table_sections(report.catalog, {group.ref: group for group in found}, report.facts_tables)
    rules = _rules_found(report)
    template = _templates().get_template("page.html.j2")
    return template.render(
        report=report,
        sections=ordered,
        groups=found,
        card_id=lambda finding: cards[id(finding)],
        first=_first(ordered),
        tables=table_sections,
        table_anchors={section.ref: section.anchor for section in table_sections},
        coverage=coverage(report.catalog) if report.catalog and can_be_described(report.catalog) else None,
        rules=rules,
        rule_groups=sorted({info.group for info in rules.values() if info.group}),
        severities=SEVERITIES,
        harms=base.by_harm_counted(report.findings),
        counts=dict(
            zip(SEVERITIES, (report.summary.errors, report.summary.warnings, report.summary.notes), strict=True)
        ),
        line=_line(report),
        # Written by us, with every name escaped.
        drawings=[(drawing.title, Markup(drawing.svg)) for drawing in report.drawings],
        unchecked=(*report.source.notes, *report.summary.unchecked),
        dbwright_version=__version__,
    )


# ---------------------------------------------------------------- what a template shows


def _cards(ordered: Sequence[Section]) -> dict[int, str]:
    """The id of each finding's card, by the identity of the finding."""
    every = [finding for section in ordered for finding in section.findings]
    return {id(finding): f"finding-{number}" for number, finding in enumerate(every, 1)}


def _first(ordered: Sequence[Section]) -> list[Finding]:
    """The few findings to look at first: the worst, each rule and each table once while there are others."""
    every = [finding for section in ordered for finding in section.findings]
    chosen: list[Finding] = []
    rules: set[str] = set()
    places: set[Ref] = set()
    for finding in every:
        if finding.code not in rules and holder(finding.target) not in places:
            chosen.append(finding)
            rules.add(finding.code)
            places.add(holder(finding.target))
        if len(chosen) == _FIRST:
            break
    return chosen


def _rules_found(report: Report) -> dict[str, base.RuleInfo]:
    """What is known of the rules that found something."""
    names = {finding.code: finding.rule for finding in report.findings}
    return {code: report.rules.get(code, base.RuleInfo(name=names[code])) for code in sorted(names)}


class _Point(msgspec.Struct, frozen=True):
    """A score on the line of all scores: where it is drawn, what it is, and when it was."""

    x: float
    y: float
    score: int
    when: str


def _line(report: Report) -> list[_Point]:
    """The scores of earlier reviews and of this one, oldest first; nothing where there is only one."""
    scores = [(past.score, base.day(past.at)) for past in report.history]
    if report.score:
        scores.append((report.score.value, "now"))
    if len(scores) < 2:
        return []
    across = 240 / (len(scores) - 1)
    return [
        _Point(round(6 + at * across, 1), round(6 + (100 - score) * 0.48, 1), score, when)
        for at, (score, when) in enumerate(scores)
    ]


def _fills_a_screen(statements: Sequence[str]) -> bool:
    """Whether statements may need to be scrolled on a small screen, so that keys must reach them."""
    return sum(len(line) + 40 for statement in statements for line in statement.splitlines()) > 700


# ---------------------------------------------------------------- the templates


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dbwright.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = base.number
    environment.filters["markdown"] = lambda text: Markup(markdown.to_html(text))  # it escapes by itself
    environment.globals.update(
        anchor=anchor,
        blocks=blocks,
        could=base.could,
        fills_a_screen=_fills_a_screen,
        counted=base.counted,
        day=base.day,
        harms_told=base.harms_told,
        harm_words=HARMS,
        holder=holder,
        likely=base.likely,
        parts=tables.index_parts,
        product=base.product,
        seen_as=base.seen_as,
        sentence=base.sentence,
        size=base.size,
        tally=base.tally,
        terminated=base.terminated,
        told=base.told,
        touches=base.touches,
        trend_told=base.trend_told,
        where=base.where,
    )
    return environment
