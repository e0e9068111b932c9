"""The main job: review a source, from its text on the command line to a report."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from dbwright.app import history
from dbwright.app.baseline import fingerprint
from dbwright.app.baseline import read as read_baseline
from dbwright.app.check import Checked, check_catalog, review_session
from dbwright.app.dependencies.decisions import DEFAULT_FILE, read_entries, resolved
from dbwright.app.files_as_database import says_something_of_files, without_fix
from dbwright.app.own_rules import known_rules
from dbwright.app.score import score
from dbwright.app.select import must_be_options, select_rules
from dbwright.app.settings import Settings
from dbwright.app.sources import open_any
from dbwright.app.suppress import apply_suppressions
from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Budget, Engine
from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError
from dbwright.finding import SEVERITIES, Finding, Location, at_or_above, by_harm
from dbwright.normalize.judgement.decisions import Decision
from dbwright.readers.source import Source
from dbwright.report.base import Report, RuleInfo, SourceInfo, summarize
from dbwright.rules.base import Rule, rule

__all__ = ["Outcome", "Request", "review", "review_session"]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What one review was asked for; what is None or empty comes from the settings.

    own_rules: whether the project's own rules run. save: whether the review is added to the history. since: with what earlier
    review it is compared: "last", a date, or days ("30d"). queries: files and folders with the application's SQL.
    """

    source: str | None = None
    dialect: str | None = None
    parse_only: bool = False
    namespaces: tuple[str, ...] = ()
    timeout: float = 10.0
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    baseline: str | None = None
    ask_rows: bool = True
    own_rules: bool = True
    save: bool = False
    since: str | None = None
    queries: tuple[str, ...] = ()
    seconds: float = 60.0
    sample_above: int = 1_000_000


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A report with what else can be done: the findings before the baseline, the catalog and engine for fixes, the status."""

    report: Report
    all_findings: tuple[Finding, ...]
    catalog: Catalog
    engine: Engine
    status: int


def review(
    request: Request, settings: Settings | None = None, progress: Callable[[str], None] = lambda sentence: None
) -> Outcome:
    """Review a source.

    Raises SourceError or UsageError where it cannot be read, ConnectionFault where the server goes away.
    """
    settings = settings or Settings()
    named = request.source or settings.source
    if not named:
        raise UsageError("No source to review was named.", hint="Name one: dbwright review SOURCE")
    known = read_baseline(name) if (name := request.baseline or settings.baseline) else frozenset()
    every = known_rules(settings if request.own_rules else msgspec.structs.replace(settings, own_rules=""))
    options = _options(settings, every, own_rules=request.own_rules)
    rules = select_rules(
        request.select or settings.select, (*settings.ignore, *request.ignore), bundle=settings.bundle, known=every
    )
    rules = tuple(rule for rule in rules if options.get(rule.name, {}).get("severity") != "off")
    progress(f"Reading {_shown(named)} …")
    with open_any(
        named,
        dialect=request.dialect or settings.dialect,
        parse_only=request.parse_only,
        namespaces=(request.namespaces or settings.namespaces) or None,
        timeout=request.timeout,
    ) as source:
        if source.kind == "files":
            rules = tuple(each for each in rules if says_something_of_files(each))
        progress(f"Checking {len(source.catalog.tables):,} tables with {len(rules)} rules …")
        checked = check_catalog(
            source.catalog,
            source.engine,
            rules=rules,
            session=source.session if request.ask_rows else None,
            options=options,
            sources=request.queries or settings.queries,
            decisions=_decisions(source.catalog),
            budget=Budget(
                seconds=request.seconds,
                seconds_each=min(10.0, request.seconds),
                sample_above=request.sample_above,
                sample_rows=min(100_000, request.sample_above),
            ),
        )
        found = checked.findings
        if source.kind == "files":
            found = tuple(without_fix(each) for each in found)
        located = [_located(_with_severity(each, options), source.locations) for each in found]
        left = apply_suppressions(located, source.suppressions, settings, rules, every)
        findings = tuple(sorted(left.findings, key=by_harm))
        fresh = tuple(each for each in findings if fingerprint(each) not in known)
        report = _report(source, checked, fresh, rules, left.suppressed, len(findings) - len(fresh), request.ask_rows)
        report = msgspec.structs.replace(report, score=score(findings, rules, len(source.catalog.tables)))
        if request.save or request.since:
            report = _with_history(report, findings, request, settings)
        fail_on = request.fail_on or settings.fail_on
        return Outcome(
            report=report,
            all_findings=findings,
            catalog=source.catalog,
            engine=source.engine,
            status=_status(fresh, fail_on),
        )


def _decisions(catalog: Catalog) -> list[Decision]:
    """What people said of dependencies, in the file that `dbwright dependencies` keeps in the working folder."""
    entries = read_entries(DEFAULT_FILE)
    return [each for table in catalog.tables for each in resolved(entries, table)[0]] if entries else []


def _options(settings: Settings, every: Sequence[Rule], *, own_rules: bool) -> dict[str, dict[str, Any]]:
    """The parameters of rules by name: those of the configuration, and the preset of names where a rule knows presets.

    own_rules: whether the project's own rules are known; where not, those of rules that nobody knows may be theirs.
    """
    given = settings.rules
    if not own_rules:
        known = {word for each in every for word in (each.code, each.name)}
        given = {word: parameters for word, parameters in given.items() if word in known}
    must_be_options(given, every)
    _must_be_severities(given)
    options: dict[str, dict[str, Any]] = {}
    if settings.naming.preset:
        preset = {"preset": settings.naming.preset}
        options = {each.name: dict(preset) for each in every if "preset" in each.option_names}
    for word, parameters in given.items():
        name = rule(word, every).name
        options[name] = {**options.get(name, {}), **parameters}
    return options


def _with_history(report: Report, findings: Sequence[Finding], request: Request, settings: Settings) -> Report:
    """The report with earlier reviews of the source and what changed, this one added to them where that was asked for."""
    path = str(Path(settings.folder) / settings.history)
    saved = history.read(path, report.source.shown)
    first = request.save and not saved
    before = history.since(saved, request.since) if request.since and not first else None
    if request.save:
        if report.score is None:
            raise UsageError(
                "This review has no score to save, because not all recommended rules ran.",
                hint="Leave out --select and --ignore.",
            )
        history.save(path, report.source.shown, report.score, report.summary, findings)
    return msgspec.structs.replace(
        report, history=history.past(saved), trend=history.trend(before, findings) if before else None
    )


def _shown(source: str) -> str:
    """A source as it may be printed before it was understood: nothing between `//` and `@`."""
    head, separator, rest = source.partition("://")
    return f"{head}://{rest.rpartition('@')[2]}" if separator else source


def _status(findings: Sequence[Finding], fail_on: str) -> int:
    if fail_on == "never":
        return EXIT_CLEAN
    threshold = next(severity for severity in SEVERITIES if severity == fail_on)
    return EXIT_FINDINGS if any(at_or_above(each.severity, threshold) for each in findings) else EXIT_CLEAN


def _with_severity(finding: Finding, options: Mapping[str, Mapping[str, Any]]) -> Finding:
    wanted = options.get(finding.rule, {}).get("severity")
    return finding if wanted is None else msgspec.structs.replace(finding, severity=wanted)


def _must_be_severities(options: Mapping[str, Mapping[str, Any]]) -> None:
    for name, given in options.items():
        wanted = given.get("severity", "off")
        if wanted not in (*SEVERITIES, "off"):
            raise UsageError(f"{wanted!r} is no severity of {name}.", hint=f"Use {', '.join(SEVERITIES)} or off.")


def _located(finding: Finding, locations: Mapping[Ref, Location]) -> Finding:
    """The finding with the place of its target in the files, or of the table that holds it."""
    place = locations.get(finding.target) or locations.get(finding.target.table)
    return finding if place is None or finding.location else msgspec.structs.replace(finding, location=place)


def _report(
    source: Source,
    checked: Checked,
    findings: tuple[Finding, ...],
    rules: Sequence[Rule],
    suppressed: int,
    baselined: int,
    ask_rows: bool,
) -> Report:
    unchecked = list(checked.notes)
    if not checked.facts.has_rows:
        why = "the rows were not asked" if source.session is not None and not ask_rows else "the source holds no rows"
        silent = [rule.code for rule in rules if rule.needs == "rows" and source.engine.name in rule.engines]
        if silent:
            unchecked.append(f"{', '.join(silent)} could not be checked, and others have no evidence: {why}.")
    return Report(
        findings=findings,
        source=_source_info(source, checked.facts),
        summary=summarize(
            findings, suppressed=suppressed, baseline=baselined, rules_run=len(rules), unchecked=unchecked
        ),
        rules={
            rule.code: RuleInfo(
                name=rule.name, group=rule.group, severity=rule.severity, title=rule.title, page=rule.page
            )
            for rule in rules
        },
        catalog=source.catalog,
        facts_tables=checked.facts.tables,
        generated_at=datetime.now(UTC),
    )


def _how(source: Source, facts: Facts) -> str:
    """How the source was read, and what asking the rows cost a live one."""
    spent = facts.spent
    if spent is None or not spent.questions or source.kind != "live":
        return source.how
    blocks = "" if spent.blocks_read is None else f", {spent.blocks_read:,} blocks read from disk"
    asked = (
        f"{spent.questions:,} questions on the rows took {spent.queries:,} queries, {spent.seconds:.1f} s of the server and "
        f"a look at {spent.rows:,} rows{blocks}."
    )
    return f"{source.how.rstrip('.')}. {asked}"


def _source_info(source: Source, facts: Facts) -> SourceInfo:
    catalog = source.catalog
    return SourceInfo(
        shown=source.shown,
        kind=source.kind,
        engine=catalog.engine,
        version=".".join(str(number) for number in catalog.version),
        how=_how(source, facts),
        tables=len(catalog.tables),
        columns=sum(len(table.columns) for table in catalog.tables),
        rows=sum(stats.rows for stats in facts.tables.values()) if facts.has_rows else None,
        rows_exact=all(stats.exact for stats in facts.tables.values()),
        notes=source.notes,
    )
