"""What every report format renders: the findings, what was read, how it was checked, and what could not be."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import SEVERITIES, Evidence, Finding, Severity


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What was reviewed.

    shown: the source as it may be printed, without a password. kind: "live", "sql", "sqlalchemy", "django", "dbml" or "json".
    engine, version: the engine's name and its version ("postgres", "16.4"); the version may be empty.
    how: one phrase or sentence on how the source was read and checked.
    tables, columns: how many were read. rows: of all tables together; None where the rows were not there to be counted;
        rows_exact: whether they were counted or estimated by the engine.
    notes: plain sentences on what could not be read.
    """

    shown: str
    kind: str
    engine: str
    version: str = ""
    how: str = ""
    tables: int = 0
    columns: int = 0
    rows: int | None = None
    rows_exact: bool = True
    notes: tuple[str, ...] = ()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The findings counted, and what stays out of them.

    suppressed, baseline: findings left out by a suppression or because the baseline holds them.
    rules_run: how many rules looked. unchecked: plain sentences on what could not be checked.
    """

    errors: int = 0
    warnings: int = 0
    notes: int = 0
    suppressed: int = 0
    baseline: int = 0
    rules_run: int = 0
    unchecked: tuple[str, ...] = ()


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of a rule: its name, its group, its usual severity, its title and its page in Markdown."""

    name: str
    group: str = ""
    severity: Severity = "warning"
    title: str = ""
    page: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report shows.

    rules: the rules that ran, by code. catalog: what was reviewed, for the page with all tables.
    diagram: the catalog as SVG, drawn with `html.link` and `html.flags`. no_diagram: a sentence on why there is none.
    generated_at: when, with its time zone; None leaves it out.
    writes_fixes: whether the command has an option that writes all fixes; where not, every fix is shown whole.
    """

    findings: tuple[Finding, ...]
    source: SourceInfo
    summary: Summary
    rules: dict[str, RuleInfo] = {}
    catalog: Catalog | None = None
    diagram: str | None = None
    no_diagram: str = ""
    generated_at: datetime | None = None
    writes_fixes: bool = True


def summarize(
    findings: Iterable[Finding],
    *,
    suppressed: int = 0,
    baseline: int = 0,
    rules_run: int = 0,
    unchecked: Iterable[str] = (),
) -> Summary:
    """The findings counted by severity."""
    counted = Counter(finding.severity for finding in findings)
    return Summary(
        errors=counted["error"],
        warnings=counted["warning"],
        notes=counted["note"],
        suppressed=suppressed,
        baseline=baseline,
        rules_run=rules_run,
        unchecked=tuple(unchecked),
    )


# ---------------------------------------------------------------- order and words that formats share

_OF_TABLES = frozenset(
    ("table", "column", "primary_key", "unique", "foreign_key", "check", "exclusion", "index", "trigger", "policy")
)


class Group(msgspec.Struct, frozen=True):
    """The findings on one table with its parts, or on one object that is no table, most harmful first."""

    ref: Ref
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many findings of each severity, most harmful first."""
        counted = Counter(finding.severity for finding in self.findings)
        return tuple(counted[severity] for severity in SEVERITIES)


def holder(ref: Ref) -> Ref:
    """The table that an object belongs to; the object itself where it belongs to none."""
    return ref.table if ref.kind in _OF_TABLES and len(ref.path) >= 2 else ref


def groups(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings by table: the table with the worst finding first, then the one with more of them, then by name."""
    gathered: dict[Ref, list[Finding]] = {}
    for finding in findings:
        gathered.setdefault(holder(finding.target), []).append(finding)
    found = [
        Group(ref, tuple(sorted(each, key=lambda one: (SEVERITIES.index(one.severity), one.code, one.target))))
        for ref, each in gathered.items()
    ]
    return tuple(sorted(found, key=lambda group: ([-count for count in group.counts], group.ref)))


def number(count: int) -> str:
    """A count as people read it: 1,234,567."""
    return f"{count:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 table", "2,000 tables"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def tally(counts: Sequence[int]) -> str:
    """Counts by severity in words: "2 errors, 1 note"; empty where all are 0."""
    return ", ".join(counted(count, severity) for count, severity in zip(counts, SEVERITIES, strict=True) if count)


def told(evidence: Evidence) -> str:
    """The evidence as a sentence that says how far it reaches: "… (all 5,000 rows looked at)."."""
    extent = _extent(evidence)
    if f"all {number(evidence.rows_examined or 0)} rows" in evidence.summary.lower():
        return evidence.summary
    return f"{evidence.summary.removesuffix('.')} ({extent})." if extent else evidence.summary


def seen_as(evidence: Evidence) -> str:
    """The word before evidence: "Seen", "Not checked", or none where the sentence itself begins with it."""
    if evidence.basis != "unchecked":
        return "Seen"
    return "" if evidence.summary.lower().startswith("not checked") else "Not checked"


def _extent(evidence: Evidence) -> str:
    examined = evidence.rows_examined
    if evidence.basis == "unchecked" or examined is None:
        return ""
    if not evidence.proved:
        return f"a sample of {counted(examined, 'row')}"
    told_already = number(examined) in evidence.summary or str(examined) in evidence.summary
    return "" if told_already or examined < 2 else f"all {number(examined)} rows looked at"


_PRODUCTS = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


def product(source: SourceInfo) -> str:
    """The engine and its version as people write them: "PostgreSQL 16.4"."""
    return f"{_PRODUCTS.get(source.engine, source.engine)} {source.version}".strip()


def sentence(text: str) -> str:
    """A phrase as a sentence: a capital at its beginning and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def terminated(statement: str) -> str:
    """A statement as it is shown and copied: with its final semicolon."""
    statement = statement.strip()
    return statement if statement.endswith(";") else f"{statement};"


def where(finding: Finding) -> str:
    """The place in a file that a finding is written at, or nothing."""
    place = finding.location
    return f"{place.path}:{place.line}:{place.column}" if place else ""
