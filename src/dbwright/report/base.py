"""What every report format renders: the findings, what was read, how it was checked, and what could not be."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from dbwright.catalog.facts import TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.finding import HARMS, SEVERITIES, Evidence, Finding, Harm, Severity, Touched


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


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How good the database is, from 0 to 100. per_harm: the points taken off by harm. words: one sentence that says it plainly."""

    value: int
    per_harm: dict[Harm, int] = {}
    words: str = ""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier review that was kept: when, its score, and its findings counted by severity."""

    at: datetime
    score: int
    errors: int
    warnings: int
    notes: int


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since an earlier review: its score, and how many findings are gone and how many are new."""

    since: datetime
    score_before: int
    gone: int
    new: int


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """One diagram: its title, such as "All tables", and the drawing as SVG."""

    title: str
    svg: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report shows.

    rules: the rules that ran, by code. catalog: what was reviewed, for the page with all tables.
    diagram: the catalog as SVG, its tables leading to `html.link`. no_diagram: a sentence on why there is none.
    diagrams: all drawings, the first of them also in `diagram`; the page gives them the ids `diagram-1`, `diagram-2` …
    score: how good the database is. history: earlier reviews, oldest first. trend: what changed since one of them.
    facts_tables: rows and bytes of tables, where they are known.
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
    diagrams: tuple[Drawing, ...] = ()
    score: Score | None = None
    history: tuple[Past, ...] = ()
    trend: Trend | None = None
    facts_tables: dict[Ref, TableStats] = {}

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """The diagrams that the report shows, the one of all tables first."""
        if self.diagrams or self.diagram is None:
            return self.diagrams
        return (Drawing(title="All tables", svg=self.diagram),)


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


# ---------------------------------------------------------------- words that formats share

_COULD: dict[Harm, tuple[str, str]] = {
    "data": ("could lose or corrupt data", "could lose or corrupt data"),
    "access": ("could let someone in", "could let someone in"),
    "outage": ("could stop the site", "could stop the site"),
    "speed": ("is slow or wastes room", "are slow or waste room"),
    "clarity": ("confuses", "confuse"),
}


def could(harm: Harm, count: int = 1) -> str:
    """What findings lead to, as the words that follow their number: "could lose or corrupt data"."""
    return _COULD[harm][count != 1]


def by_harm_counted(findings: Iterable[Finding]) -> dict[Harm, int]:
    """How many findings lead to each harm, worst first; none is left out."""
    found = Counter(finding.harm for finding in findings)
    return {harm: found[harm] for harm in HARMS}


def harms_told(findings: Iterable[Finding]) -> str:
    """What all findings lead to, in one phrase: "3 could lose or corrupt data, 1 confuses"."""
    return ", ".join(
        f"{number(count)} {could(harm, count)}" for harm, count in by_harm_counted(findings).items() if count
    )


def likely(finding: Finding) -> str:
    """How likely an inferred finding is: "95 % likely"; empty for what is known."""
    if finding.probability is None:
        return ""
    percent = round(finding.probability * 100)
    return f"{percent} % likely" if percent < 100 else "over 99 % likely"


def touches(touched: Touched | None) -> str:
    """How much a fault touches: "5,000 rows, 12 MB"; empty where that is not known, or nothing."""
    if touched is None or touched.rows == 0:
        return ""
    parts = (
        None if touched.rows is None else counted(touched.rows, "row"),
        None if touched.bytes is None else size(touched.bytes),
        None if touched.queries is None else counted(touched.queries, "query", "queries"),
    )
    return ", ".join(part for part in parts if part)


def consequence(finding: Finding) -> str:
    """What a finding leads to, how likely it is and how much it touches, as one sentence; empty where that says nothing."""
    extent = touches(finding.touched)
    leads_to = "" if finding.harm == "clarity" else could(finding.harm)
    return sentence(", ".join(filter(None, (leads_to, likely(finding), f"touches {extent}" if extent else ""))))


def size(octets: int) -> str:
    """Bytes as people read them: "512 bytes", "88 kB", "1.2 GB"."""
    amount = float(octets)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TB"


def day(moment: datetime) -> str:
    """A day as people write it: "3 May 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def trend_told(report: "Report") -> str:
    """What changed since an earlier review, as a sentence; empty where none is known."""
    trend = report.trend
    if trend is None:
        return ""
    now = f", now {report.score.value}" if report.score else ""
    fate = f"{counted(trend.gone, 'finding')} gone, {number(trend.new)} new"
    return f"Since {day(trend.since)}: the score was {trend.score_before}{now}; {fate}."


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
