"""The report as one page that needs nothing else: no request leaves it, and it works from a mail or a disk.

Its text is in `templates/`; names from the database are escaped there by Jinja.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache

import jinja2
import msgspec
from markupsafe import Markup

from dbwright import __version__
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, ForeignKey, Index, Table, View
from dbwright.finding import SEVERITIES, Finding, Severity
from dbwright.report import base, markdown
from dbwright.report.base import Group, Report

_NOT_SLUG = re.compile(r"[^A-Za-z0-9]+")


def render(report: Report) -> str:
    """The page."""
    groups = base.groups(report.findings)
    template = _templates().get_template("page.html.j2")
    return template.render(
        report=report,
        groups=groups,
        tables=_tables(report, {group.ref: group for group in groups}),
        rules=_rules_found(report),
        rule_groups=sorted({info.group for info in _rules_found(report).values() if info.group}),
        severities=SEVERITIES,
        counts=dict(
            zip(SEVERITIES, (report.summary.errors, report.summary.warnings, report.summary.notes), strict=True)
        ),
        diagram=Markup(report.diagram) if report.diagram else None,  # written by us, with every name escaped
        dbwright_version=__version__,
    )


def anchor(ref: Ref) -> str:
    """The id of a table's or a view's section: readable, and unique even for names that differ in signs alone."""
    slug = _NOT_SLUG.sub("-", str(ref)).strip("-")[:40]
    exact = hashlib.sha256("\0".join((ref.kind, *ref.path)).encode()).hexdigest()[:8]
    return f"{ref.kind}-{slug}-{exact}"


def link(ref: Ref) -> str:
    """The address of that section within the page, for the diagram's boxes."""
    return f"#{anchor(ref)}"


def flags(findings: Iterable[Finding]) -> dict[Ref, Severity]:
    """The most harmful severity found at each object, and at each table with its parts: the diagram's marks."""
    worst: dict[Ref, Severity] = {}
    for finding in sorted(findings, key=lambda each: SEVERITIES.index(each.severity)):
        worst.setdefault(finding.target, finding.severity)
        worst.setdefault(base.holder(finding.target), finding.severity)
    return worst


# ---------------------------------------------------------------- what a template shows


class _TableSection(msgspec.Struct, frozen=True, kw_only=True):
    """A table or a view with all that its section tells. keys: for each column its marks."""

    anchor: str
    ref: Ref
    name: str
    kind: str
    comment: str | None
    columns: tuple[Column, ...]
    keys: dict[str, str]
    constraints: tuple[tuple[str, str], ...]
    refers_to: tuple[tuple[ForeignKey, Ref, bool], ...]
    referred_by: tuple[tuple[ForeignKey, Ref], ...]
    indexes: tuple[Index, ...]
    found: Group | None


def _tables(report: Report, groups: dict[Ref, Group]) -> list[_TableSection]:
    if report.catalog is None:
        return []
    lookup = Lookup(report.catalog)
    sections = [_table(table, lookup, groups.get(table.ref)) for table in report.catalog.tables]
    sections += [_view(view, groups.get(view.ref)) for view in report.catalog.views]
    return sorted(sections, key=lambda section: (section.ref.namespace, section.name, section.kind))


def _table(table: Table, lookup: Lookup, found: Group | None) -> _TableSection:
    kind = "table" if table.kind == "ordinary" else f"{table.kind} table"
    return _TableSection(
        anchor=anchor(table.ref),
        ref=table.ref,
        name=str(table.ref),
        kind=f"partition of {table.partition_of.table[1]}" if table.partition_of else kind,
        comment=table.comment,
        columns=table.columns,
        keys={column.name: _keys(table, column.name) for column in table.columns},
        constraints=_constraints(table),
        refers_to=tuple(
            (key, Ref("table", key.table), lookup.table(key.table) is not None) for key in table.foreign_keys
        ),
        referred_by=tuple((key, child.ref) for child, key in lookup.referencing(table)),
        indexes=table.indexes,
        found=found,
    )


def _view(view: View, found: Group | None) -> _TableSection:
    return _TableSection(
        anchor=anchor(view.ref),
        ref=view.ref,
        name=str(view.ref),
        kind="materialised view" if view.materialized else "view",
        comment=view.comment,
        columns=view.columns,
        keys={},
        constraints=(),
        refers_to=(),
        referred_by=(),
        indexes=view.indexes,
        found=found,
    )


def _keys(table: Table, column: str) -> str:
    words = []
    if table.primary_key and column in table.primary_key.columns:
        words.append("primary")
    if any(column in key.columns for key in table.foreign_keys):
        words.append("foreign")
    if any(column in unique.columns for unique in table.uniques):
        words.append("unique")
    return ", ".join(words)


def _constraints(table: Table) -> tuple[tuple[str, str], ...]:
    """Each constraint but foreign keys: what it is, and what it says."""
    found = [("Primary key", ", ".join(table.primary_key.columns))] if table.primary_key else []
    found += [("Unique", ", ".join(unique.columns)) for unique in table.uniques]
    found += [("Check", check.expression) for check in table.checks]
    found += [("Exclusion", exclusion.definition) for exclusion in table.exclusions]
    return tuple(found)


def _rules_found(report: Report) -> dict[str, base.RuleInfo]:
    """What is known of the rules that found something."""
    codes = sorted({finding.code for finding in report.findings})
    names = {finding.code: finding.rule for finding in report.findings}
    return {code: report.rules.get(code, base.RuleInfo(name=names[code])) for code in codes}


def _parts(index: Index) -> str:
    """The keys of an index as they are declared."""
    return ", ".join(
        (part.column or f"({part.expression})") + (" DESC" if part.descending else "") for part in index.parts
    )


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
        counted=base.counted,
        holder=base.holder,
        parts=_parts,
        product=base.product,
        seen_as=base.seen_as,
        sentence=base.sentence,
        tally=base.tally,
        terminated=base.terminated,
        told=base.told,
        where=base.where,
    )
    return environment
